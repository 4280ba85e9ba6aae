"""Rounds made in advance from a calendar rule: months, short months, weekends, holidays, press days."""

from __future__ import annotations

from datetime import date

import pytest

from bot.contest.days.calendar import (
    CalendarRule,
    Reckoned,
    RoundDates,
    WeekendRule,
    month_range,
    reckon,
    round_dates,
)
from bot.contest.days.workdays import WEEKENDS, Workdays
from bot.errors import BadInput

PLAIN = CalendarRule(publication_day=10, deadline_day=1)


def test_the_deadline_falls_in_the_following_month_and_names_go_into_the_next_issue() -> None:
    assert round_dates(PLAIN, ["2023-05", "2023-12"]) == (
        RoundDates("2023-05", date(2023, 5, 10), date(2023, 6, 1), date(2023, 6, 9)),
        RoundDates("2023-12", date(2023, 12, 10), date(2024, 1, 1), date(2024, 1, 9)),
    )


def test_an_issue_that_goes_to_press_before_the_deadline_is_passed_over() -> None:
    rule = CalendarRule(publication_day=31, deadline_day=1, published_months=-1)
    (june,) = round_dates(rule, ["2023-06"])
    # The July issue is printed on 29 June; the deadline is 1 July.
    assert june == RoundDates("2023-06", date(2023, 5, 31), date(2023, 7, 1), date(2023, 7, 30))


NEXT, PREVIOUS = WeekendRule.NEXT_WORKDAY, WeekendRule.PREVIOUS_WORKDAY


@pytest.mark.parametrize(
    ("rule", "month", "deadline"),
    [
        (NEXT, "2023-05", date(2023, 6, 1)),  # a Thursday
        (NEXT, "2023-06", date(2023, 7, 3)),  # a Saturday → Monday
        (NEXT, "2023-09", date(2023, 10, 7)),  # the National Day → a Saturday worked in exchange
        (NEXT, "2023-12", date(2024, 1, 2)),
        (NEXT, "2026-09", date(2026, 10, 8)),
        (PREVIOUS, "2026-09", date(2026, 9, 30)),
        (PREVIOUS, "2026-04", date(2026, 4, 30)),  # Labour Day
        (PREVIOUS, "2026-07", date(2026, 7, 31)),  # a Saturday → Friday
        (WeekendRule.NONE, "2026-09", date(2026, 10, 1)),
    ],
)
def test_a_deadline_on_a_day_off_follows_the_rule(rule: WeekendRule, month: str, deadline: date) -> None:
    assert round_dates(CalendarRule(10, 1, rule), [month])[0].deadline_on == deadline


@pytest.mark.parametrize(
    ("day", "rule", "month", "deadline"),
    [
        (20, NEXT, "2026-08", date(2026, 9, 20)),  # a Sunday worked in exchange stays
        (14, NEXT, "2026-01", date(2026, 2, 14)),  # a Saturday worked in exchange stays
        (17, NEXT, "2026-01", date(2026, 2, 24)),  # the Spring Festival → the first day after it
        (17, PREVIOUS, "2026-01", date(2026, 2, 14)),  # → the Saturday before it
        (5, PREVIOUS, "2026-09", date(2026, 9, 30)),
    ],
)
def test_days_worked_in_exchange_are_days_like_any_other(
    day: int, rule: WeekendRule, month: str, deadline: date
) -> None:
    assert round_dates(CalendarRule(6, day, rule), [month])[0].deadline_on == deadline


def test_a_deadline_never_moves_before_the_paper_is_out() -> None:
    rule = CalendarRule(publication_day=1, deadline_day=4, weekend_rule=PREVIOUS, deadline_months=0)
    assert reckon(rule, "2026-10").deadline_on == date(2026, 10, 8)


@pytest.mark.parametrize(
    ("rule", "month", "found"),
    [
        (NEXT, "2026-09", Reckoned(date(2026, 10, 8), ())),
        (NEXT, "2099-09", Reckoned(date(2099, 10, 1), (2099,))),  # a Thursday: what is off is not announced
        (NEXT, "2099-07", Reckoned(date(2099, 8, 3), (2099,))),  # a Saturday
        (WeekendRule.NONE, "2099-09", Reckoned(date(2099, 10, 1), ())),  # hangs on nothing
    ],
)
def test_a_year_that_is_not_announced_is_named(rule: WeekendRule, month: str, found: Reckoned) -> None:
    assert reckon(CalendarRule(10, 1, rule), month) == found


def test_a_deadline_at_the_end_of_december_hangs_on_the_next_year() -> None:
    known = Workdays(frozenset({2026}), frozenset(), frozenset())
    rule = CalendarRule(6, 31, NEXT, workdays=known)
    assert reckon(rule, "2026-11") == Reckoned(date(2026, 12, 31), (2027,))
    assert reckon(CalendarRule(6, 26, NEXT, workdays=known), "2026-11") == Reckoned(date(2026, 12, 28), ())
    assert reckon(CalendarRule(6, 5, NEXT, workdays=WEEKENDS), "2026-11") == Reckoned(date(2026, 12, 7), (2026,))


def test_day_31_means_the_last_day_of_a_short_month() -> None:
    (dates,) = round_dates(CalendarRule(publication_day=31, deadline_day=31), ["2024-01"])
    assert (dates.published_on, dates.deadline_on) == (date(2024, 1, 31), date(2024, 2, 29))


def test_months_run_over_the_turn_of_the_year() -> None:
    assert month_range("2023-11", 3) == ("2023-11", "2023-12", "2024-01")


@pytest.mark.parametrize("month", ["2023-13", "2023-5", "23-05", "2023/05", "", "二零二三年五月"])
def test_what_is_no_month_is_refused(month: str) -> None:
    with pytest.raises(BadInput):
        round_dates(PLAIN, [month])


def test_a_deadline_before_publication_is_refused() -> None:
    with pytest.raises(BadInput, match="2023-05"):
        round_dates(CalendarRule(publication_day=20, deadline_day=5, deadline_months=0), ["2023-05"])


@pytest.mark.parametrize("bad", [{"publication_day": 0}, {"deadline_day": 32}, {"press_lead_days": -1},
                                 {"deadline_months": 3}])
def test_a_rule_that_cannot_be_is_refused(bad: dict[str, int]) -> None:
    with pytest.raises(BadInput):
        CalendarRule(**({"publication_day": 10, "deadline_day": 1} | bad))  # type: ignore[arg-type]
