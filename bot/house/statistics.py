"""Periods, buckets, shares and percentiles for the statistics. Functions of values; knows no words and no database."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from bot.clock import SHANGHAI
from bot.house.classes import CheckClass, shanghai_class

Key = TypeVar("Key")

FEWEST = 5
"""Of fewer than so many nothing is said in per cent: one more or less would turn it over."""
LONGEST_DAYS = 3 * 366
FIRST_YEAR, LAST_YEAR = 1950, 2999
"""Years of an own period: at the ends of the calendar there is no day before or after."""
LONGEST_BY_DAY = 93
"""A longer period is shown by week: so many bars still stand apart on a phone."""
MANY_FINDERS = 4
"""Errata with so many finders and more are counted together."""
DAY_MINUTES = 24 * 60
HALF, NINE_TENTHS = Fraction(1, 2), Fraction(9, 10)


class PeriodKind(StrEnum):
    ROUND = "round"
    MONTH = "month"
    THREE = "3"
    TWELVE = "12"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Period:
    """Days in Shanghai, both ends included."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        return _midnight(self.first)

    @property
    def until(self) -> datetime:
        """The first moment that no longer belongs to it."""
        return _midnight(self.last + timedelta(days=1))

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def months(self) -> tuple[str, ...]:
        """YYYY-MM of every month that it touches, the oldest first."""
        count = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        return tuple(f"{one.year}-{one.month:02d}" for one in (_month_after(self.first, n) for n in range(count)))

    @property
    def month_starts(self) -> tuple[datetime, ...]:
        """The moments at which its second month begins, its third…"""
        return tuple(_midnight(_month_after(self.first, n)) for n in range(1, len(self.months)))


@dataclass(frozen=True, slots=True)
class Step:
    """Some days in a row with what was counted in them."""

    first: date
    last: date
    reports: int
    accepted: int


@dataclass(frozen=True, slots=True)
class Tally:
    reports: int
    accepted: int


@dataclass(frozen=True, slots=True)
class ClassTally:
    """`kind` None: rows that belong to none of the eight classes."""

    kind: CheckClass | None
    errata: int
    reports: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long some reports waited. Minutes; None where nothing was decided. `within` of `settled`: inside a day."""

    decided: int
    median: int | None
    slowest_tenth: int | None
    within: int
    settled: int


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def _month_after(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def day_of(moment: datetime) -> date:
    """The day in Shanghai."""
    return moment.astimezone(SHANGHAI).date()


def standing_period(kind: PeriodKind, today: date) -> Period:
    """This month, or this one and the two (eleven) before it, up to today."""
    back = {PeriodKind.THREE: 2, PeriodKind.TWELVE: 11}.get(kind, 0)
    return Period(_month_after(today, -back), today)


def own_period(first: date, last: date) -> Period | None:
    """From one day to another; None where they stand the wrong way round, too far apart, or in no year of a paper."""
    fits = first.year >= FIRST_YEAR and last.year <= LAST_YEAR
    return Period(first, last) if fits and timedelta(0) <= last - first < timedelta(days=LONGEST_DAYS) else None


def by_step(counts: Iterable[tuple[date, Tally]], period: Period) -> list[Step]:
    """Every day of the period, or every week where it is long; the first and last week may be cut."""
    length = 1 if period.days <= LONGEST_BY_DAY else 7
    reports: Counter[int] = Counter()
    accepted: Counter[int] = Counter()
    skipped = period.first.weekday() if length == 7 else 0  # so that weeks begin on Mondays
    for day, tally in counts:
        number = ((day - period.first).days + skipped) // length
        reports[number] += tally.reports
        accepted[number] += tally.accepted
    return [
        Step(max(period.first, first), min(period.last, first + timedelta(days=length - 1)), reports[n], accepted[n])
        for n, first in enumerate(
            period.first + timedelta(days=at - skipped) for at in range(0, period.days + skipped, length))
    ]


def by_key(counts: Iterable[tuple[Key, Tally]]) -> dict[Key, Tally]:
    """Sums by whatever stands first."""
    found: dict[Key, Tally] = {}
    for key, tally in counts:
        before = found.get(key, Tally(0, 0))
        found[key] = Tally(before.reports + tally.reports, before.accepted + tally.accepted)
    return found


def share(part: int, whole: int) -> Fraction | None:
    """Exact; None of fewer than FEWEST."""
    return Fraction(part, whole) if whole >= FEWEST else None


def percentile(ordered: Sequence[int], part: Fraction) -> int | None:
    """The smallest value that at least `part` of all do not exceed (nearest rank); None of nothing."""
    if not ordered:
        return None
    return ordered[max(0, -(-part.numerator * len(ordered) // part.denominator) - 1)]


def waiting(minutes: Iterable[int], undecided: int) -> Waiting:
    """`minutes` of those decided, in any order; `undecided`: those that wait a day already."""
    ordered = sorted(minutes)
    return Waiting(len(ordered), percentile(ordered, HALF), percentile(ordered, NINE_TENTHS),
                   bisect_right(ordered, DAY_MINUTES), len(ordered) + undecided)


def desk_waiting(waits: Iterable[tuple[datetime, datetime | None]], now: datetime) -> tuple[int, int]:
    """(done inside a day, all that count) of messages: received, done. An open one counts after a day."""
    within = settled = 0
    day = timedelta(days=1)
    for received_at, done_at in waits:
        within += done_at is not None and done_at - received_at <= day
        settled += done_at is not None or now - received_at >= day
    return within, settled


def finder_groups(errata: Mapping[int, int]) -> dict[int, int]:
    """Errata by number of finders: 1, 2, 3, and MANY_FINDERS for so many and more."""
    groups = dict.fromkeys(range(1, MANY_FINDERS + 1), 0)
    for persons, count in errata.items():
        if persons:
            groups[min(persons, MANY_FINDERS)] += count
    return groups


def classes(rows: Iterable[tuple[str | None, int, int]]) -> list[ClassTally]:
    """(row of the annex, errata, reports) by class of the checks, in their order; the rest last, where there is one."""
    errata: Counter[CheckClass | None] = Counter()
    reports: Counter[CheckClass | None] = Counter()
    for code, places, told in rows:
        errata[shanghai_class(code)] += places
        reports[shanghai_class(code)] += told
    rest: list[CheckClass | None] = [None] if reports[None] else []
    return [ClassTally(kind, errata[kind], reports[kind]) for kind in [*CheckClass, *rest]]


def page_key(label: str | None) -> str | None:
    """One form for a page: 02 and 2 are the same, 04、05 and 4、5 too."""
    if label is None or not label.strip():
        return None
    return re.sub(r"(?<!\d)0+(?=\d)", "", label.strip())


def page_order(key: str | None) -> tuple[int, str, int, str]:
    """Pages as a paper is leafed through; those without one last."""
    if key is None:
        return (1, "", 0, "")
    found = re.match(r"(\D*)(\d+)", key)
    return (0, found[1], int(found[2]), key) if found else (0, key, 0, key)
