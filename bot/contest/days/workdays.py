"""Which days are worked in mainland China: weekends, public holidays, days worked in exchange (调休). Knows no contest.

The State Council announces the holidays of a year at the end of the year before; the library `chinesecalendar` has what
is announced. Of a year that it does not know, only the weekends are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar  # type: ignore[import-untyped]

NEW_YEAR_FROM = 29
"""From this day of December on a day may belong to the arrangement of next New Year's Day (2007, 2011, 2018, 2022, 2023)."""


@dataclass(frozen=True, slots=True)
class Workdays:
    """What is announced: `years`, the days off in them, and the weekend days worked."""

    years: frozenset[int]
    days_off: frozenset[date]
    worked: frozenset[date]

    def is_workday(self, day: date) -> bool:
        """By weekends alone where nothing is announced."""
        return day in self.worked or (day.weekday() < 5 and day not in self.days_off)

    def not_announced(self, day: date) -> int | None:
        """The year whose arrangement must be known to be sure of a day and is not; None: it is sure."""
        if day.year not in self.years:
            return day.year
        before_new_year = day.month == 12 and day.day >= NEW_YEAR_FROM
        return day.year + 1 if before_new_year and day.year + 1 not in self.years else None

    def after(self, day: date, count: int) -> date:
        """The so-many-th working day after a day; the day itself for 0."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_workday(day)
        return day


WEEKENDS = Workdays(frozenset(), frozenset(), frozenset())
"""Nothing is announced."""

OFFICIAL = Workdays(
    frozenset(day.year for day in chinese_calendar.holidays),
    frozenset(chinese_calendar.holidays),
    frozenset(chinese_calendar.workdays),
)
"""What the installed library knows."""
