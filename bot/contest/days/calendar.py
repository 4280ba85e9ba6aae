"""The months of a contest worked out from a rule: pure dates. Knows no database, no clock, no printed box.

Which days are worked stands in bot/contest/days/workdays.py.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from bot.contest.days.workdays import OFFICIAL, WEEKENDS, Workdays
from bot.errors import BadInput


class WeekendRule(StrEnum):
    """What becomes of a deadline that falls on a day off."""

    NONE = "none"
    NEXT_WORKDAY = "next_workday"
    PREVIOUS_WORKDAY = "previous_workday"


@dataclass(frozen=True, slots=True)
class CalendarRule:
    """How the dates of a month follow from its number. Day 31 in a shorter month means its last day.

    `published_months` -1: the June issue comes out in May. The press day lies `press_lead_days` before publication.
    """

    publication_day: int
    deadline_day: int
    weekend_rule: WeekendRule = WeekendRule.NONE
    published_months: int = 0
    deadline_months: int = 1
    press_lead_days: int = 1
    workdays: Workdays = OFFICIAL

    def __post_init__(self) -> None:
        for key in ("publication_day", "deadline_day"):
            if not 1 <= getattr(self, key) <= 31:
                raise BadInput(f"{key}：应为 1 至 31 的整数，现为 {getattr(self, key)!r}")
        if self.published_months not in (-1, 0) or self.deadline_months not in (0, 1, 2):
            raise BadInput("published_months 应为 -1 或 0，deadline_months 应为 0 至 2")
        if not 0 <= self.press_lead_days <= 20:
            raise BadInput(f"press_lead_days：应为 0 至 20 的整数，现为 {self.press_lead_days!r}")


@dataclass(frozen=True, slots=True)
class RoundDates:
    """The dates of one issue month "YYYY-MM"; `print_by`: press day of the issue that prints the names."""

    month: str
    published_on: date
    deadline_on: date
    print_by: date


Appears = Callable[[str], bool]
"""Whether any paper of a contest comes out as the issue of a month, YYYY-MM."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """In which months a paper comes out: every so many from `first_month` on; 0: only as planned by hand.

    A monthly paper may leave `first_month` open. BadInput for a rhythm that cannot be.
    """

    months_between: int = 1
    first_month: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.months_between <= 12:
            raise BadInput(f"出报间隔应为 0 至 12 个月，现为 {self.months_between!r}")
        if self.first_month is not None:
            _parse(self.first_month)
        elif self.months_between > 1:
            raise BadInput("请填第一期是哪个月，往后按间隔推算。")

    def has(self, month: str) -> bool:
        """Whether an issue of `month` comes out by itself."""
        if self.first_month is not None and month < self.first_month:
            return False
        if self.months_between < 2 or self.first_month is None:
            return self.months_between == 1
        (first_year, first), (year, number) = _parse(self.first_month), _parse(month)
        return ((year - first_year) * 12 + number - first) % self.months_between == 0


def every_month(_: str) -> bool:
    """Of a contest whose rhythm nobody knows."""
    return True


def round_dates(rule: CalendarRule, months: Iterable[str], appears: Appears = every_month) -> tuple[RoundDates, ...]:
    """The rounds of these months in the order given; names go into the next issue that `appears`.

    BadInput names a month or a rule that cannot be kept.
    """
    return tuple(_dates_of(rule, month, appears) for month in months)


def month_range(first: str, count: int) -> tuple[str, ...]:
    """`count` months from `first` on: ("2023-12", 2) → 2023-12, 2024-01."""
    year, month = _parse(first)
    return tuple(f"{y:04d}-{m:02d}" for y, m in (_shift(year, month, step) for step in range(count)))


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A deadline and how sure it is. `years`: those whose holidays it hangs on and that are not announced."""

    deadline_on: date
    years: tuple[int, ...]


def reckon(rule: CalendarRule, month: str) -> Reckoned:
    """The deadline of an issue month by the rule as it stands."""
    nominal, published_on = _nominal(rule, month)
    if rule.weekend_rule is WeekendRule.NONE:
        return Reckoned(nominal, ())
    step = 1 if rule.weekend_rule is WeekendRule.NEXT_WORKDAY else -1
    found, looked_at = _nearest(rule.workdays, nominal, step)
    if found < published_on <= nominal:
        # A holiday between publication and deadline: readers keep a deadline that lies after the paper.
        found, more = _nearest(rule.workdays, nominal, 1)
        looked_at += more
    years = {year for day in looked_at if (year := rule.workdays.not_announced(day)) is not None}
    return Reckoned(found, tuple(sorted(years)))


def unannounced(rule: CalendarRule, month: str) -> frozenset[date]:
    """The deadlines that a round of this month may have been given while its holidays were not announced, or while the
    contest had another holiday rule: no hand has moved a round that stands on one of them."""
    return frozenset(reckon(replace(rule, weekend_rule=each, workdays=WEEKENDS), month).deadline_on
                     for each in WeekendRule)


def _nearest(workdays: Workdays, day: date, step: int) -> tuple[date, list[date]]:
    """(the nearest working day in one direction, the day itself first; every day looked at)."""
    looked_at = [day]
    while not workdays.is_workday(looked_at[-1]):
        looked_at.append(looked_at[-1] + timedelta(days=step))
    return looked_at[-1], looked_at


def _nominal(rule: CalendarRule, month: str) -> tuple[date, date]:
    """(the deadline before any holiday moves it, the day of publication)."""
    year, number = _parse(month)
    return _day(*_shift(year, number, rule.deadline_months), rule.deadline_day), _publication(rule, year, number)


def _dates_of(rule: CalendarRule, month: str, appears: Appears) -> RoundDates:
    year, number = _parse(month)
    published_on, deadline_on = _publication(rule, year, number), reckon(rule, month).deadline_on
    if deadline_on < published_on:
        raise BadInput(f"{month}：截止日 {deadline_on} 早于出报日 {published_on}，请改历法")
    return RoundDates(month, published_on, deadline_on, _print_by(rule, year, number, deadline_on, appears))


def _print_by(rule: CalendarRule, year: int, month: int, deadline_on: date, appears: Appears) -> date:
    """The first press day after the deadline; a next issue that goes to press too early is passed over.

    Where nothing comes out within two years, the month's own calendar holds.
    """
    later = [_shift(year, month, step) for step in range(1, 25)]
    coming = [one for one in later if appears(f"{one[0]:04d}-{one[1]:02d}")] or later
    for following in coming:
        press_on = _publication(rule, *following) - timedelta(days=rule.press_lead_days)
        if press_on > deadline_on:
            return press_on
    raise BadInput(f"{year:04d}-{month:02d}：截止日 {deadline_on} 之后没有付印日，请改历法")


def _publication(rule: CalendarRule, year: int, month: int) -> date:
    return _day(*_shift(year, month, rule.published_months), rule.publication_day)


def _day(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


def _shift(year: int, month: int, months: int) -> tuple[int, int]:
    index = year * 12 + month - 1 + months
    return index // 12, index % 12 + 1


def _parse(month: str) -> tuple[int, int]:
    parts = month.split("-")
    if len(parts) == 2 and len(month) == 7 and month[:4].isdecimal() and month[5:].isdecimal():
        year, number = int(parts[0]), int(parts[1])
        if 1900 <= year <= 2999 and 1 <= number <= 12:
            return year, number
    raise BadInput(f"月份应为 2023-05 这样的写法，现为 {month!r}")
