"""The planned rounds whose days somebody should look at, read from the database. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot.contest import contests
from bot.contest.days import day_checks
from bot.contest.days.day_checks import DayCheck, Planned
from bot.contest.days.workdays import OFFICIAL, Workdays
from bot.errors import BadInput
from models.enums import RoundState
from models.queries import calendar as queries
from models.queries.calendar import ContestRule
from models.queries.rounds import RoundView


@dataclass(frozen=True, slots=True)
class RoundCheck:
    """One round and what is to be looked at."""

    round_id: int
    contest_id: int
    month: str
    found: DayCheck


def checks(session: Session, *, today: date, workdays: Workdays = OFFICIAL) -> tuple[RoundCheck, ...]:
    """Of all open rounds what is not sure or would now lie otherwise, months in order. One query."""
    return tuple(
        RoundCheck(one.id, one.rule.id, one.month, found) for one in queries.planned(session, today)
        if (found := _check(one.rule, Planned(one.month, one.published_on, one.deadline_on, one.print_by, one.by_hand,
                                              one.has_box), today, workdays)) is not None)


def check(round_: RoundView, *, today: date, workdays: Workdays = OFFICIAL) -> DayCheck | None:
    """The same of one round that is read already."""
    if round_.state is not RoundState.OPEN or round_.deadline_on < today:
        return None
    seen = Planned(round_.month, round_.published_on, round_.deadline_on, round_.print_by,
                   by_hand=round_.deadline_reason is not None, has_box=round_.box_text is not None)
    return _check(round_.rule, seen, today, workdays)


def _check(rule: ContestRule, seen: Planned, today: date, workdays: Workdays) -> DayCheck | None:
    try:
        return day_checks.check(contests.calendar_of(rule, workdays), seen, today=today)
    except BadInput:
        return None  # a rule that no month can keep is said where rounds are made


def unknown_words(found: tuple[RoundCheck, ...]) -> str:
    """The sentence over the rounds reckoned by weekends alone; empty where there is none."""
    unsure = [one for one in found if one.found.years]
    return day_checks.unknown_words((one.month for one in unsure), (year for one in unsure for year in one.found.years))
