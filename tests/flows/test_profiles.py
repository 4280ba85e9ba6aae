"""Thirty readers, results three days later, an announcement: what each type of account lets us tell them.

Every reader is told by a channel that his account may use, or stands in the list of those who cannot be told, with
the reason; and the platform refuses nothing that the ledger should have foreseen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bot import audit
from bot.audit import Actor
from bot.clock import FrozenClock
from bot.contest import rounds
from bot.judging import grading
from bot.judging.verdicts import GradeInput
from bot.outbox.ledger import Why
from models.contests import Award, Round
from models.enums import OutgoingState, ReportState, Role, RoundState, Verdict
from models.outgoing import DeliveryAttempt, OutgoingMessage
from models.reports import Report
from models.session import reading, writing
from tests.support import factories
from tests.support.newsroom import Newsroom, open_newsroom
from tests.support.world import LIUWAN, at, generated_issue, generated_text, open_contest
from web.simulator.values import Reader

pytestmark = pytest.mark.slow

READERS = 30
WROTE_AGAIN = range(10)
"""They write once more two days later, so that three days on they are within 48 hours."""
WRITE_AFTERWARDS = range(10, 15)
"""They write when the result is known: it rides on the reply where nothing else is permitted."""
UNFOLLOW = range(28, 30)
NOTICE = {"template_id": "TEMPLATE_OF_RESULTS", "fields": {"keyword1": "text"}}
PROFILES: dict[str, dict[str, Any]] = {
    "unverified subscription": {"kind": "subscription", "verified": False},
    "verified subscription": {"kind": "subscription", "verified": True},
    "unverified service": {"kind": "service", "verified": False},
    "verified service": {"kind": "service", "verified": True, "notices": {"outcome": NOTICE, "award": NOTICE}},
}


@pytest.fixture(params=PROFILES)
def newsroom(
    request: pytest.FixtureRequest, engine: Engine, database_url: str, clock: FrozenClock, tmp_path: Path
) -> Iterator[Newsroom]:
    clock.moment = at("11-10 09:00")
    open_contest(engine, papers=(LIUWAN,), issues=(generated_issue(LIUWAN, "2026-11", READERS),), first="2026-11")
    with open_newsroom(engine, database_url, clock, tmp_path, {"main": PROFILES[request.param]}) as newsroom:
        yield newsroom


def editor_of(engine: Engine, clock: FrozenClock) -> Actor:
    with writing(engine) as session:
        return audit.by_staff(factories.staff(session, "editor", Role.CHIEF, now=clock.now()))


def accept_all(newsroom: Newsroom, actor: Actor) -> None:
    with reading(newsroom.engine) as session:
        found = session.execute(select(Report.id, Report.version).where(Report.state == ReportState.FILED)).all()
    assert len(found) == READERS
    for number, version in found:
        with writing(newsroom.engine) as session:
            grading.grade(session, number, GradeInput(Verdict.ACCEPTED, row_code="N-05", marks=(True, True, False)),
                          actor=actor, now=newsroom.clock.now(), expected_version=version)  # fmt: skip


def settle(newsroom: Newsroom) -> None:
    """A few rounds of the scheduler, a minute apart."""
    for _ in range(3):
        newsroom.clock.advance(minutes=1)
        newsroom.run_all()


def write(newsroom: Newsroom, readers: list[Reader], numbers: range, words: str) -> None:
    for number in numbers:
        newsroom.clock.advance(seconds=20)
        newsroom.platform.send_text(readers[number], words)


def close_and_release(newsroom: Newsroom, actor: Actor) -> None:
    """The deadline passes, the scheduler closes and picks, the chief lets it out."""
    with reading(newsroom.engine) as session:
        round_id, closes_at = session.execute(select(Round.id, Round.closes_at).where(Round.month == "2026-11")).one()
    newsroom.clock.moment = closes_at + timedelta(minutes=30)
    newsroom.run_all()
    newsroom.run_all()
    with writing(newsroom.engine) as session:
        assert session.get_one(Round, round_id).state is RoundState.PICKED
        rounds.release_round(session, round_id, actor=actor, now=newsroom.clock.now())


def outgoing(newsroom: Newsroom) -> list[Any]:
    with reading(newsroom.engine) as session:
        return list(session.execute(select(
            OutgoingMessage.id, OutgoingMessage.kind, OutgoingMessage.reader_id, OutgoingMessage.state,
            OutgoingMessage.last_error)).all())  # fmt: skip


def test_every_reader_is_told_or_listed_with_the_reason(newsroom: Newsroom) -> None:
    platform = newsroom.platform
    chief = editor_of(newsroom.engine, newsroom.clock)
    readers = [platform.add_reader("main", f"读者{number}") for number in range(READERS)]
    for number, reader in enumerate(readers):
        newsroom.clock.advance(seconds=20)
        platform.send_text(reader, f"柳湾版{generated_text(number)}")
        newsroom.clock.advance(seconds=5)
        platform.send_text(reader, f"署名 早起鸟{number}")
    newsroom.clock.moment = at("11-12 20:00")
    write(newsroom, readers, WROTE_AGAIN, "谢谢")
    for number in UNFOLLOW:
        platform.unfollow(readers[number])

    newsroom.clock.moment = at("11-13 10:00")
    accept_all(newsroom, chief)
    settle(newsroom)
    write(newsroom, readers, WRITE_AFTERWARDS, "请问有结果了吗")
    settle(newsroom)
    close_and_release(newsroom, chief)
    settle(newsroom)

    refused = [call for call in newsroom.calls() if call.errcode not in (None, 0)]
    assert refused == []
    told = outgoing(newsroom)
    states = Counter(row.state for row in told)
    assert set(states) <= {OutgoingState.SENT, OutgoingState.UNREACHABLE, OutgoingState.CALLED_BACK}
    assert all(row.last_error in set(Why) for row in told if row.state is OutgoingState.UNREACHABLE)
    _as_the_account_permits(newsroom, told)
    shown = {one.name: [entry.text for entry in platform.chat(one)] for one in readers}
    for number in (*WROTE_AGAIN, *WRITE_AFTERWARDS):
        answers = [text for text in shown[f"读者{number}"] if "采纳" in text and "第1条" in text]
        expected = 1 if number in WRITE_AFTERWARDS or _sends(newsroom) else 0
        assert (number, len(answers)) == (number, expected), shown[f"读者{number}"]


def _sends(newsroom: Newsroom) -> bool:
    return newsroom.settings.accounts["main"].verified


def _as_the_account_permits(newsroom: Newsroom, told: list[Any]) -> None:
    """Channels that were used, and who was left over."""
    with reading(newsroom.engine) as session:
        channels = set(session.scalars(select(DeliveryAttempt.channel)))
        winners = set(session.scalars(select(Award.reader_id)))
    account = newsroom.settings.accounts["main"]
    outcomes = {row.reader_id: row.state for row in told if row.kind == "outcome"}
    awards = {row.reader_id: row.state for row in told if row.kind == "award"}
    assert set(awards) == winners
    sent = sum(state is OutgoingState.SENT for state in outcomes.values())
    if account.kind == "service" and account.verified:
        assert "template" in channels
        assert sent == READERS - len(UNFOLLOW)
        assert set(awards.values()) == {OutgoingState.SENT}
    elif account.verified:
        assert channels == {"customer", "passive"}
        assert sent == len(WROTE_AGAIN) + len(WRITE_AFTERWARDS)
        assert set(awards.values()) == {OutgoingState.UNREACHABLE}
    else:
        assert channels == {"passive"}
        assert sent >= len(WRITE_AFTERWARDS)
        assert set(awards.values()) == {OutgoingState.UNREACHABLE}
