"""The QR codes of papers, made over the stand-in's API: once, where the account may, with a rest after a failure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bot.audit import OPERATOR
from bot.catalogue.papers import paper_named
from bot.clock import FrozenClock
from bot.dialogue.scenes import scene_of
from models.audit import AuditEntry
from models.codes import PaperCode
from models.enums import ActorKind, RightState
from models.outgoing import CallRight
from models.papers import Paper
from models.session import reading, writing
from tests.support.newsroom import Newsroom, open_newsroom
from tests.support.world import LIUWAN, WUTONGLI, at, open_contest
from web.simulator.faults import Fault, FaultKind

Open = Callable[..., AbstractContextManager[Newsroom]]
SERVICE = {"kind": "service", "verified": True}
CREATE = "qrcode/create"


@pytest.fixture
def opened(engine: Engine, database_url: str, clock: FrozenClock, tmp_path: Path) -> Open:
    """A contest with two papers in the account `main`; a third paper is in no contest."""
    clock.moment = at("11-10 09:00")
    open_contest(engine, papers=(LIUWAN, WUTONGLI), issues=(), first="2026-11")
    with writing(engine) as session:
        paper_named(session, "没有活动的报", actor=OPERATOR, now=clock.now())
    return lambda **main: open_newsroom(engine, database_url, clock, tmp_path, {"main": main})


@pytest.fixture
def newsroom(opened: Open) -> Iterator[Newsroom]:
    with opened(**SERVICE) as newsroom:
        yield newsroom


def asked(newsroom: Newsroom) -> int:
    return sum(call.path.endswith(CREATE) for call in newsroom.calls())


def codes(engine: Engine) -> dict[str, PaperCode]:
    with reading(engine) as session:
        rows = session.execute(select(Paper.name, PaperCode).join(PaperCode, PaperCode.paper_id == Paper.id))
        return {row[0]: row[1] for row in rows}


def right(engine: Engine, call: str = "qrcode") -> tuple[RightState, int | None] | None:
    with reading(engine) as session:
        row = session.get(CallRight, ("main", call))
        return (row.state, row.errcode) if row else None


def fault(**changes: Any) -> Fault:
    return Fault(**{"path": CREATE, "kind": FaultKind.ERRCODE, "left": None} | changes)


def test_every_paper_of_the_accounts_contest_gets_its_code_once(newsroom: Newsroom, engine: Engine) -> None:
    assert newsroom.run("make_codes") == {"made": 2}
    made = codes(engine)
    assert set(made) == {LIUWAN, WUTONGLI}
    assert {one.account for one in made.values()} == {"main"}
    assert len({one.url for one in made.values()}) == 2
    assert (newsroom.run("make_codes"), asked(newsroom)) == ({}, 2)
    with reading(engine) as session:
        noted = session.execute(select(AuditEntry.actor_kind, Paper.name).join(Paper, Paper.id == AuditEntry.object_id)
                                .where(AuditEntry.verb == "make_code")).all()  # fmt: skip
    assert {tuple(row) for row in noted} == {(ActorKind.SCHEDULER, name) for name in (LIUWAN, WUTONGLI)}


def test_a_scanned_code_says_its_paper_for_good(newsroom: Newsroom, engine: Engine) -> None:
    newsroom.run("make_codes")
    code = codes(engine)[LIUWAN]
    newsroom.clock.advance(days=400)
    found = newsroom.platform.scenes.find("main", code.ticket, now=newsroom.clock.now())
    assert found.key == scene_of(code.paper_id)


def test_a_paper_that_joins_later_gets_its_code_in_the_next_run(newsroom: Newsroom, engine: Engine) -> None:
    newsroom.run("make_codes")
    open_contest(engine, papers=("社区晨报·新村",), issues=(), name="新村啄木鸟")
    assert newsroom.run("make_codes") == {"made": 1}
    assert set(codes(engine)) == {LIUWAN, WUTONGLI, "社区晨报·新村"}


@pytest.mark.sampled
@pytest.mark.parametrize(("account", "made"), [
    ({"kind": "subscription", "verified": False}, {}), ({"kind": "subscription", "verified": True}, {}),
    ({"kind": "service", "verified": False}, {}), ({"kind": "service", "verified": True}, {"made": 2}),
    ({"kind": "test", "verified": False}, {"made": 2}),
])
def test_no_call_is_made_where_the_type_has_no_codes(
    opened: Open, account: dict[str, Any], made: dict[str, int]
) -> None:
    with opened(**account) as newsroom:
        assert newsroom.run("make_codes") == made
        assert asked(newsroom) == made.get("made", 0)


def test_refusal_in_life_is_learnt_once(newsroom: Newsroom, engine: Engine) -> None:
    newsroom.platform.faults.add(fault(errcode=48001))
    assert newsroom.run("make_codes") == {"failed": 1}
    assert right(engine) == (RightState.REFUSED, 48001)
    newsroom.clock.advance(days=30)
    assert (newsroom.run("make_codes"), asked(newsroom), codes(engine)) == ({}, 1, {})


@pytest.mark.slow
@pytest.mark.parametrize(("changes", "call"), [
    ({"errcode": -1}, "api"), ({"errcode": 45009}, "qrcode"), ({"errcode": 40053}, "qrcode"),
    ({"errcode": 40003}, "qrcode"), ({"kind": FaultKind.DOWN}, "api"), ({"kind": FaultKind.GARBAGE}, "api"),
], ids=["busy", "quota", "scene", "odd", "down", "garbage"])
def test_a_failure_rests_and_the_next_run_after_it_makes_the_codes(
    newsroom: Newsroom, engine: Engine, changes: dict[str, Any], call: str
) -> None:
    newsroom.platform.faults.add(fault(**{"left": 1} | changes))
    assert newsroom.run("make_codes") == {"failed": 1}
    state = right(engine, call)
    assert state is not None
    assert state[0] is RightState.RESTING
    assert (newsroom.run("make_codes"), asked(newsroom)) == ({}, 1)
    newsroom.clock.advance(days=1)
    assert newsroom.run("make_codes") == {"made": 2}


@pytest.mark.slow
def test_a_call_that_always_fails_is_asked_less_and_less(newsroom: Newsroom) -> None:
    newsroom.platform.faults.add(fault(errcode=40053))
    for _ in range(180):
        newsroom.run("make_codes")
        newsroom.clock.advance(minutes=1)
    assert asked(newsroom) <= 8
