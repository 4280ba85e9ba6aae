"""What has been held long enough goes once a day, and the run's row counts it; what is still needed stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from bot import jobs
from bot.clock import FrozenClock
from bot.personal import retention
from bot.settings import Settings
from models.attachments import Attachment
from models.audit import JobRun
from models.contests import Award, Round
from models.enums import AttachmentState, MessageFate, PrizeState, Role
from models.messages import Message
from models.readers import Reader
from models.session import reading, writing
from models.staff import Staff, StaffSession
from tests.support import factories
from tests.support.claims import claiming
from tests.support.databases import Databases
from tests.support.one_person import LETTER, NAME, REPLY, SELF, Among, Planted, again, alone, where
from tests.support.work import work_of

GONE = (LETTER, "MEDIA-OF-HIS")


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return claiming(settings, tmp_path)


@pytest.fixture
def begun(databases: Databases) -> tuple[str, Among]:
    """Played once, for each test here a copy of its own."""
    return databases.begun(alone)


@pytest.fixture
def him(begun: tuple[str, Among], engine: Engine, settings: Settings, clock: FrozenClock) -> Planted:
    found = again(begun[1], settings, clock)
    with writing(engine) as session:
        session.execute(update(Award).values(state=PrizeState.HANDED_OVER))
        session.execute(update(Message).where(Message.fate == MessageFate.DESK).values(fate=MessageFate.READ))
    return found


def run(engine: Engine, clock: FrozenClock) -> dict[str, int]:
    return retention.forget(engine, words_months=12, now=clock.now())


@pytest.mark.slow
def test_a_year_after_the_release_the_words_go_and_the_report_stays(
    engine: Engine, clock: FrozenClock, him: Planted
) -> None:
    clock.advance(days=364)
    early = run(engine, clock)  # what served no round
    assert (early["messages"], early["names"]) == (4, 0)
    clock.advance(days=3)
    counts = run(engine, clock)
    assert counts == {"messages": 2, "notices": counts["notices"], "names": 2, "sessions": 0}
    assert counts["notices"] > 0
    assert not where(engine, *GONE).keys() & {"message", "outgoing_message"}
    assert REPLY not in str(where(engine, REPLY).get("message", []))
    assert {"report", "award", "round"} >= where(engine, NAME).keys() & {"report", "award", "round", "reader"}
    with reading(engine) as session:
        assert session.scalars(select(Message.id).where(Message.erased_at.is_(None))).all() == []
        assert session.scalars(select(Attachment.state).distinct()).all() == [AttachmentState.ERASED]
        assert session.get_one(Reader, him.reader_id).openid is not None
    assert where(engine, SELF).get("report") is None  # what he said of himself in a reason


def test_what_served_no_round_goes_after_it_came_and_the_rest_waits(
    engine: Engine, clock: FrozenClock, him: Planted
) -> None:
    """The round is released some weeks after the letters came."""
    released = clock.now()
    clock.moment = factories.NOW + timedelta(days=366)
    assert clock.now() < released + timedelta(days=365)
    assert run(engine, clock)["messages"] == 4
    with reading(engine) as session:
        left = session.scalars(select(Message.content).where(Message.content.is_not(None))).all()
    assert len(left) == 2
    assert all("应为" in (one or "") or "“" in (one or "") for one in left)


def test_a_letter_nobody_has_dealt_with_stays(engine: Engine, clock: FrozenClock, him: Planted) -> None:
    with writing(engine) as session:
        session.execute(update(Message).where(Message.content == LETTER).values(fate=MessageFate.DESK))
    clock.advance(days=800)
    run(engine, clock)
    with reading(engine) as session:
        assert session.scalars(select(Message.content).where(Message.content.is_not(None))).all() == [LETTER]


def test_a_round_that_is_not_released_keeps_its_words(engine: Engine, clock: FrozenClock, him: Planted) -> None:
    with writing(engine) as session:
        session.execute(update(Round).where(Round.id == him.round_id).values(state="picked", released_at=None))
    clock.advance(days=800)
    assert run(engine, clock)["messages"] == 4
    with reading(engine) as session:
        assert session.get_one(Reader, him.reader_id).printed_name == NAME


def test_a_prize_on_its_way_keeps_the_name(engine: Engine, clock: FrozenClock, him: Planted) -> None:
    with writing(engine) as session:
        session.execute(update(Award).where(Award.id == him.award_id).values(state=PrizeState.TO_BE_CLAIMED))
    clock.advance(days=800)
    assert run(engine, clock)["names"] == 1
    with reading(engine) as session:
        assert session.get_one(Reader, him.reader_id).printed_name == NAME


def test_it_runs_once_a_day_and_leaves_its_counts(
    engine: Engine, settings: Settings, clock: FrozenClock, him: Planted
) -> None:
    clock.advance(days=800)
    work = work_of(engine, settings, clock.now())
    assert jobs.run("forget_old", work)["messages"] == 6
    assert jobs.run("forget_old", work) == {}
    work.clock.moment += timedelta(hours=21)  # type: ignore[attr-defined]
    assert jobs.run("forget_old", work) == {"messages": 0, "notices": 0, "names": 0, "sessions": 0}
    with reading(engine) as session:
        rows = session.scalars(select(JobRun).where(JobRun.name == "forget_old").order_by(JobRun.id)).all()
    assert [row.result["messages"] for row in rows] == [6, 0]
    assert all(isinstance(value, int) for row in rows for value in row.result.values())


def test_old_browsers_go_and_a_members_newest_stays(engine: Engine, clock: FrozenClock) -> None:
    with writing(engine) as session:
        member = factories.staff(session, "jia", Role.EDITOR)
        for n in range(3):
            session.add(StaffSession(token_digest=f"t{n}", staff_id=member, browser_digest="b", created_at=clock.now(),
                                     seen_at=clock.now(), ended_at=clock.now() if n == 0 else None))
    clock.advance(days=91)
    assert run(engine, clock)["sessions"] == 2
    with reading(engine) as session:
        assert session.scalars(select(StaffSession.token_digest)).all() == ["t2"]
        assert session.scalars(select(Staff.id)).all() == [member]


@pytest.mark.parametrize(("moment", "months", "before"), [
    ("2026-11-22", 12, "2025-11-22"), ("2027-03-31", 1, "2027-02-28"), ("2028-03-30", 1, "2028-02-29"),
    ("2026-01-15", 1, "2025-12-15"), ("2026-05-31", 3, "2026-02-28"),
])
def test_months_are_counted_by_the_calendar(moment: str, months: int, before: str) -> None:
    def day(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    assert retention.months_before(day(moment), months) == day(before)
