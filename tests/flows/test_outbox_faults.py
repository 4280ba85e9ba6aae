"""The outbox against the stand-in over real HTTP: whatever the API does, nobody hears twice and nothing is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from bot import wiring
from bot.clock import FrozenClock
from bot.commands import accounts
from bot.outbox import queue
from bot.wechat.profiles import NAMES, UNPROBED, Call, profile
from models.enums import OutgoingState
from models.outgoing import CallRight, OutgoingMessage
from models.readers import Reader
from models.session import reading, writing
from tests.support.newsroom import Newsroom, open_newsroom
from tests.support.world import LIUWAN, at, generated_issue, open_contest
from web.simulator.faults import Fault, FaultKind

pytestmark = pytest.mark.slow

SEND = "message/custom/send"
WORDS = "您的第1条：采纳。"
CODES = [-1, 40001, 45009, 45015, 45047, 43004, 48001, 40164, 45002]
"""One for each thing to do; tests/bot/outbox/test_faults.py has every code."""
COME_BACK = {-1, 40001}
"""After these once, the message goes in the next minutes."""


@pytest.fixture
def newsroom(engine: Engine, database_url: str, clock: FrozenClock, tmp_path: Path) -> Iterator[Newsroom]:
    clock.moment = at("11-10 09:00")
    open_contest(engine, papers=(LIUWAN,), issues=(generated_issue(LIUWAN, "2026-11", 3),), first="2026-11")
    with open_newsroom(engine, database_url, clock, tmp_path) as newsroom:
        newsroom.platform.send_text(newsroom.reader(), "您好")
        yield newsroom


def tell(newsroom: Newsroom) -> None:
    with writing(newsroom.engine) as session:
        reader_id = session.scalars(select(Reader.id)).one()
        queue.enqueue(session.connection(), reader_id=reader_id, kind="outcome", text=WORDS, key="k1",
                      now=newsroom.clock.now())


def deliver(newsroom: Newsroom, times: int, *, minutes: int) -> None:
    for _ in range(times):
        newsroom.clock.advance(minutes=minutes)
        newsroom.run("deliver")


def shown(newsroom: Newsroom) -> int:
    """How often the reader saw the words."""
    return sum(WORDS in entry.text for entry in newsroom.platform.chat(newsroom.reader()))


def state(newsroom: Newsroom) -> OutgoingState:
    with reading(newsroom.engine) as session:
        return session.scalars(select(OutgoingMessage.state)).one()


def in_front_of_a_person(newsroom: Newsroom) -> bool:
    with reading(newsroom.engine) as session:
        calls = session.scalar(select(func.count()).select_from(CallRight)) or 0
    return state(newsroom) in (OutgoingState.UNCERTAIN, OutgoingState.FAILED, OutgoingState.UNREACHABLE) or calls > 0


def writes_again(newsroom: Newsroom) -> None:
    newsroom.platform.faults.clear()
    newsroom.clock.advance(minutes=10)
    newsroom.platform.send_text(newsroom.reader(), "请问有结果了吗")


@pytest.mark.parametrize("code", CODES)
def test_code_once(newsroom: Newsroom, code: int) -> None:
    newsroom.platform.faults.add(Fault(SEND, FaultKind.ERRCODE, code, left=1))
    tell(newsroom)
    deliver(newsroom, 4, minutes=1)
    assert shown(newsroom) == (1 if code in COME_BACK else 0)
    assert (state(newsroom) is OutgoingState.SENT) == (code in COME_BACK) or in_front_of_a_person(newsroom)
    writes_again(newsroom)
    deliver(newsroom, 2, minutes=1)
    assert shown(newsroom) == (0 if state(newsroom) is OutgoingState.FAILED else 1)


@pytest.mark.parametrize("code", CODES)
def test_code_for_ever(newsroom: Newsroom, code: int) -> None:
    newsroom.platform.faults.add(Fault(SEND, FaultKind.ERRCODE, code, left=None))
    tell(newsroom)
    deliver(newsroom, 8, minutes=45)
    assert shown(newsroom) == 0
    assert in_front_of_a_person(newsroom)
    sends = [call for call in newsroom.calls() if SEND in call.path]
    assert len(sends) <= 2 * 8
    writes_again(newsroom)
    deliver(newsroom, 2, minutes=1)
    assert shown(newsroom) == (0 if state(newsroom) is OutgoingState.FAILED else 1)


@pytest.mark.parametrize("kind", [FaultKind.CUT, FaultKind.GARBAGE])
@pytest.mark.parametrize("left", [1, None])
def test_answer_that_is_lost_makes_the_message_uncertain_and_never_double(
    newsroom: Newsroom, kind: FaultKind, left: int | None
) -> None:
    newsroom.platform.faults.add(Fault(SEND, kind, left=left))
    tell(newsroom)
    deliver(newsroom, 6, minutes=30)
    assert (shown(newsroom), state(newsroom)) == (1, OutgoingState.UNCERTAIN)
    writes_again(newsroom)
    deliver(newsroom, 2, minutes=1)
    assert shown(newsroom) == 1


def test_gateway_that_says_503_leaves_it_to_a_person(newsroom: Newsroom) -> None:
    newsroom.platform.faults.add(Fault(SEND, FaultKind.DOWN))
    tell(newsroom)
    deliver(newsroom, 3, minutes=5)
    assert (shown(newsroom), state(newsroom)) == (0, OutgoingState.UNCERTAIN)


def test_everything_down_for_a_day(newsroom: Newsroom) -> None:
    newsroom.platform.faults.add(Fault("*", FaultKind.DOWN, left=None))
    tell(newsroom)
    deliver(newsroom, 24, minutes=60)
    assert (shown(newsroom), state(newsroom)) == (0, OutgoingState.QUEUED)
    newsroom.platform.faults.clear()
    deliver(newsroom, 2, minutes=60)
    assert (shown(newsroom), state(newsroom)) == (1, OutgoingState.SENT)


PROFILES: list[dict[str, Any]] = [{"kind": kind, "verified": verified} for kind in ("subscription", "service")
                                  for verified in (False, True)] + [{"kind": "test", "verified": False}]


@pytest.mark.parametrize("changes", PROFILES, ids=lambda one: f"{one['kind']}-{one['verified']}")
def test_accounts_check_finds_what_the_type_may_do(
    engine: Engine, database_url: str, clock: FrozenClock, tmp_path: Path, changes: dict[str, Any]
) -> None:
    with open_newsroom(engine, database_url, clock, tmp_path, {"main": changes}) as newsroom:
        account = newsroom.settings.accounts["main"]
        client = wiring.clients(newsroom.settings, engine, clock)["main"]
        found = {name: state for name, state, _ in accounts.try_all(client, engine, "main", account, now=clock.now())}
    granted = profile(account.kind, verified=account.verified, has_secret=True)
    assert {call: found[NAMES[call]] for call in Call} == {
        call: accounts.NOT_OPEN if not granted.may(call) else accounts.UNKNOWN if call in UNPROBED else accounts.WORKS
        for call in Call}
    with reading(engine) as session:
        assert session.scalars(select(CallRight)).all() == []
