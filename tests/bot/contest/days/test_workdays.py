"""Working days in mainland China, as announced year by year, and by weekends alone where nothing is announced."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.contest.days.workdays import OFFICIAL, WEEKENDS, Workdays

UNKNOWN = date(2099, 10, 1)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 9, 30), True),
        (date(2026, 10, 1), False),  # National Day, a Thursday
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 9, 20), True),  # a Sunday worked in exchange
        (date(2026, 10, 10), True),  # a Saturday worked in exchange
        (date(2026, 10, 11), False),
        (date(2026, 1, 2), False),
        (date(2026, 1, 4), True),  # a Sunday
        (date(2026, 2, 14), True),  # the Saturday before the Spring Festival
        (date(2026, 2, 16), False),  # its eve, a Monday
        (date(2026, 2, 23), False),
        (date(2026, 2, 24), True),
        (date(2026, 2, 28), True),  # a Saturday
        (date(2026, 5, 9), True),  # a Saturday
        (date(2025, 1, 26), True),  # a Sunday before the Spring Festival of 2025
        (date(2020, 1, 31), False),  # the festival that was prolonged
        (date(2026, 11, 21), False),  # a Saturday like any other
        (date(2026, 11, 23), True),
    ],
)
def test_days_are_worked_as_announced(day: date, worked: bool) -> None:
    assert OFFICIAL.is_workday(day) is worked
    assert OFFICIAL.not_announced(day) is None


@pytest.mark.parametrize(("day", "worked"), [(UNKNOWN, True), (UNKNOWN + timedelta(days=2), False)])
def test_of_an_unknown_year_only_weekends_are_off(day: date, worked: bool) -> None:
    assert OFFICIAL.is_workday(day) is worked
    assert OFFICIAL.not_announced(day) == 2099


@pytest.mark.parametrize(
    ("day", "missing"),
    [(date(2026, 12, 28), None), (date(2026, 12, 29), 2027), (date(2027, 1, 1), 2027), (date(2025, 12, 31), None),
     (date(2024, 12, 31), 2024), (date(2025, 1, 1), None)],
)
def test_the_last_days_of_december_hang_on_the_next_year(day: date, missing: int | None) -> None:
    known = Workdays(frozenset({2025, 2026}), frozenset(), frozenset())
    assert known.not_announced(day) == missing


def test_every_year_since_2004_is_known_without_a_gap() -> None:
    assert set(range(2004, 2027)) <= OFFICIAL.years
    assert OFFICIAL.years == set(range(min(OFFICIAL.years), max(OFFICIAL.years) + 1))


@pytest.mark.parametrize(
    ("day", "count", "found"),
    [
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 9, 30), 5, date(2026, 10, 13)),
        (date(2026, 9, 18), 1, date(2026, 9, 20)),  # Friday → the Sunday worked in exchange
        (date(2026, 2, 13), 5, date(2026, 2, 27)),  # Saturday 14, then the 24th to the 27th
        (date(2026, 10, 3), 0, date(2026, 10, 3)),
        (date(2099, 10, 1), 5, date(2099, 10, 8)),  # nothing is announced: a Thursday → the next Thursday
    ],
)
def test_working_days_are_counted_over_holidays(day: date, count: int, found: date) -> None:
    assert OFFICIAL.after(day, count) == found


@given(st.dates(date(2004, 1, 1), date(2100, 1, 1)), st.integers(1, 40))
def test_the_nth_working_day_is_worked_and_the_nth(day: date, count: int) -> None:
    for calendar in (OFFICIAL, WEEKENDS):
        found = calendar.after(day, count)
        between = [day + timedelta(days=step) for step in range(1, (found - day).days + 1)]
        assert calendar.is_workday(found)
        assert sum(calendar.is_workday(one) for one in between) == count
