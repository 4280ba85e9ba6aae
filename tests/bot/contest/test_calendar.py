"""Rounds made in advance from a calendar rule: months, short months, weekends, holidays, press days."""

from __future__ import annotations

from datetime import date

import pytest

from bot.contest.calendar import CalendarRule, RoundDates, WeekendRule, month_range, round_dates
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


@pytest.mark.parametrize(
    ("month", "deadline"),
    [("2023-05", date(2023, 6, 1)), ("2023-06", date(2023, 7, 3)), ("2023-09", date(2023, 10, 7)),
     ("2023-12", date(2024, 1, 2))],
)  # fmt: skip
def test_a_deadline_on_a_day_off_moves_to_the_next_workday(month: str, deadline: date) -> None:
    days_off = frozenset({date(2023, 10, day) for day in range(1, 7)} | {date(2024, 1, 1)})
    rule = CalendarRule(10, 1, WeekendRule.NEXT_WORKDAY, holidays=days_off,
                        extra_workdays=frozenset({date(2023, 10, 7)}))
    assert round_dates(rule, [month])[0].deadline_on == deadline


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
