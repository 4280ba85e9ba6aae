"""排行: where a reader stands in the rounds of his account, for his own eyes. Reads only.

Of a round that runs it is told as graded by the end of yesterday, so that no change of it can be laid to a report of the
hour. From the deadline until the names are released nothing is told (RULES 4, 5).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import Connection, select

from bot.clock import SHANGHAI
from bot.contest import public
from bot.contest.close_calls import bands
from bot.contest.close_calls.bands import Place
from bot.contest.standing import gather
from models.contests import Contest, Round
from models.enums import ReportState, RoundState
from models.grades import Grade
from models.links import ReaderTie
from models.readers import Person, Reader
from models.reports import Report

Totals = Mapping[int, int]
"""By person the sum in thousandths; without those who can win nothing."""
Remembered = Callable[[int, date, Callable[[], Totals]], Totals]
"""(round, day, how it is found) → the totals of that day, found once for all who ask."""


@dataclass(frozen=True, slots=True)
class Stand:
    """One round. `until`: the day by whose end it is counted; None for one that is released."""

    month: str
    contest_id: int
    deadline_on: date
    until: date | None
    own: int
    place: Place


@dataclass(frozen=True, slots=True)
class OwnStanding:
    """`frozen`: the months of which nothing is told now."""

    running: tuple[Stand, ...]
    frozen: tuple[str, ...]
    released: Stand | None


def of_person(db: Connection, account: str, person_id: int, *, now: datetime, remembered: Remembered) -> OwnStanding:
    today = now.astimezone(SHANGHAI).date()
    rows = db.execute(
        select(Round.id, Round.month, Round.contest_id, Round.deadline_on).join(Contest, Contest.id == Round.contest_id)
        .where(Contest.account == account, Round.state == RoundState.OPEN, Round.closes_at > now, Round.published_on <= today)
        .order_by(Round.month)).all()
    mine = _as_was(db, person_id)
    running = []
    for row in rows:
        totals = remembered(row.id, today, lambda round_id=row.id: totals_before(db, round_id, today))  # type: ignore[misc]
        running.append(Stand(row.month, row.contest_id, row.deadline_on, _yesterday(today), *_placed(totals, {person_id})))
    return OwnStanding(tuple(running), public.frozen_months(db, account, now=now), _released(db, account, mine))


def totals_before(db: Connection, round_id: int, today: date) -> Totals:
    """As graded before that day began in Shanghai: what was first graded since counts as not decided, and so does what a
    second editor is still to look at."""
    began = datetime.combine(today, time(), SHANGHAI)
    held = gather(db, round_id)
    since = set(db.scalars(select(Report.id).where(
        Report.round_id == round_id, Report.state == ReportState.DECIDED, Report.decided_at >= began,
        ~select(Grade.id).where(Grade.report_id == Report.id, Grade.created_at < began).exists())))
    scored = held.scored(since | held.open_numbers)
    return {one.person_id: one.total_milli for one in scored.standings if one.person_id not in held.excluded}


def _released(db: Connection, account: str, mine: set[int]) -> Stand | None:
    """The newest list, as it was picked."""
    row = db.execute(
        select(Round.month, Round.contest_id, Round.deadline_on, Round.result)
        .join(Contest, Contest.id == Round.contest_id)
        .where(Contest.account == account, Round.state == RoundState.RELEASED)
        .order_by(Round.month.desc()).limit(1)).first()
    if row is None or row.result is None:
        return None
    barred = set(db.scalars(select(Person.id).where(Person.bar.is_not(None))))
    totals = {one["person"]: one["total_milli"] for one in row.result["standings"] if one["person"] not in barred - mine}
    return Stand(row.month, row.contest_id, row.deadline_on, None, *_placed(totals, mine))


def _placed(totals: Totals, mine: set[int]) -> tuple[int, Place]:
    own = sum(totals.get(one, 0) for one in mine)
    return own, bands.place(own, [total for person, total in totals.items() if person not in mine])


def _as_was(db: Connection, person_id: int) -> set[int]:
    """The persons whom this one was known as, before accounts of his were linked."""
    rows = db.scalars(select(ReaderTie.own_person_id).join(Reader, Reader.id == ReaderTie.reader_id)
                      .where(Reader.person_id == person_id))
    return {person_id, *rows}


def _yesterday(today: date) -> date:
    return date.fromordinal(today.toordinal() - 1)
