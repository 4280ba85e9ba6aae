"""The last days of a round as one value: deadlines, what blocks it, who owes what, when it ends at this pace. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot.contest import rounds
from bot.contest.blockers import Blocker, blockers
from bot.contest.days import finish
from bot.contest.days.finish import Finish, Pace
from bot.contest.phases import day_starts_at, local_day
from bot.contest.rules import from_json
from models.enums import RoundState
from models.queries import cockpit as queries
from models.queries.cockpit import Heap, Member, OfDay, RoundDates

PLOTTED_DAYS = 30
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Share:
    """What one member has before him and behind him. `own`: of papers he is named for and nobody else was given."""

    member: Member
    assigned: int = 0
    claimed: int = 0
    second: int = 0
    own: int = 0
    common: int = 0
    week: int = 0
    today: int = 0

    @property
    def mine(self) -> int:
        """What waits for this member by name."""
        return self.assigned + self.second + self.own

    @property
    def owed(self) -> int:
        """With what waits for whoever has time."""
        return self.mine + self.common


@dataclass(frozen=True, slots=True)
class Day:
    """One day in Shanghai: what came, what was decided, what waited at its end."""

    on: date
    came: int
    decided: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Deadline:
    """`key`: closes, extra, grading, print."""

    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Cockpit:
    round: RoundDates
    deadlines: tuple[Deadline, ...]
    blockers: list[Blocker]
    waiting: int
    shares: tuple[Share, ...]
    common: int
    pace: Pace
    finish: Finish
    aim: Deadline  # the deadline that the finish is compared with
    days: tuple[Day, ...]


def shares(members: Iterable[Member], heaps: Iterable[Heap]) -> tuple[Share, ...]:
    """Who has what. Pure. A paper's reports fall to those named for it, all others to everybody who works on that paper."""
    everybody, found = tuple(members), tuple(heaps)
    active = {one.id for one in everybody}
    named = {paper for one in everybody for paper in one.papers}
    loose = [one for one in found if one.kind == "waiting" and one.staff_id not in active]

    def count(kind: str, staff_id: int) -> int:
        return sum(one.many for one in found if one.kind == kind and one.staff_id == staff_id)

    return tuple(Share(
        one, assigned=count("waiting", one.id), claimed=count("claimed", one.id), second=count("second", one.id),
        own=sum(heap.many for heap in loose if heap.paper_id in one.papers),
        common=sum(heap.many for heap in loose if heap.paper_id not in named
                   and (one.only is None or heap.paper_id is None or heap.paper_id in one.only)),
        week=count("week", one.id), today=count("today", one.id),
    ) for one in everybody)


def common(members: Iterable[Member], heaps: Iterable[Heap]) -> int:
    """How many reports wait for nobody in particular. Pure."""
    everybody = tuple(members)
    active, named = {one.id for one in everybody}, {paper for one in everybody for paper in one.papers}
    return sum(one.many for one in heaps if one.kind == "waiting" and one.staff_id not in active and one.paper_id not in named)


def by_day(came: dict[date, int], decided: dict[date, int], *, today: date, most: int = PLOTTED_DAYS) -> tuple[Day, ...]:
    """Every day from the first report to today, at most the last `most` of them. Pure."""
    first = min((*came, *decided), default=None)
    if first is None:
        return ()
    found, waiting, on = [], 0, first
    while on <= max(today, *came, *decided):
        waiting += came.get(on, 0) - decided.get(on, 0)
        found.append(Day(on, came.get(on, 0), decided.get(on, 0), waiting))
        on += DAY
    return tuple(found[-most:])


def deadlines(round_: RoundDates) -> tuple[Deadline, ...]:
    """In order of time, but for the press day, which always comes last."""
    extra = timedelta(minutes=from_json(round_.rules).extra_minutes)
    return (Deadline("closes", round_.closes_at), Deadline("extra", round_.closes_at + extra),
            Deadline("grading", round_.grading_until), Deadline("print", day_starts_at(round_.print_by)))


def blocking(session: Session, round_: RoundDates) -> list[Blocker]:
    """What keeps the round from being picked; where finalists are compared, that too (it needs the standing)."""
    if round_.state not in (RoundState.OPEN, RoundState.CLOSED):
        return []
    if from_json(round_.rules).compares_pairs:
        return rounds.open_work(session, round_.id)
    return blockers(session.connection(), round_.id)


def gather(session: Session, round_id: int, *, now: datetime) -> Cockpit | None:
    """None: there is no such round. Seven queries."""
    round_ = queries.dates(session, round_id)
    if round_ is None:
        return None
    today = local_day(now)
    since = day_starts_at(today - (finish.WINDOW_DAYS - 1) * DAY)
    members = queries.members(session)
    heaps = queries.heaps(session, round_id, now=now, since=since, today=day_starts_at(today))
    came, decided = queries.days(session, round_id)
    waiting = sum(one.many for one in heaps if one.kind == "waiting")
    pace = finish.pace(_many(decided), _many(came), now=now, began=min(came, default=None),
                       first_today=decided[today].first_at if today in decided else None)
    # Reports come until the close, so that grading cannot end before it: the day to keep is the end of grading.
    aim = Deadline("grading", round_.grading_until)
    return Cockpit(
        round_, deadlines(round_), blocking(session, round_), waiting, shares(members, heaps),
        common(members, heaps), pace, finish.finish(waiting, pace, now=now, closes_at=round_.closes_at, deadline=aim.at),
        aim, by_day(_many(came), _many(decided), today=today))


def of_days(session: Session, round_id: int, *, now: datetime) -> tuple[Day, ...]:
    """How the round went, for its plot."""
    came, decided = queries.days(session, round_id)
    return by_day(_many(came), _many(decided), today=local_day(now))


def _many(days: dict[date, OfDay]) -> dict[date, int]:
    return {day: one.many for day, one in days.items()}
