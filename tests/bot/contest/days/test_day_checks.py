"""Rounds whose deadline hangs on holidays: what is not announced, what would now lie otherwise, what stands in the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.contest.days.calendar import CalendarRule, WeekendRule
from bot.contest.days.day_checks import DayCheck, Planned, check, unknown_words
from bot.contest.days.workdays import WEEKENDS

NEXT = CalendarRule(6, 1, WeekendRule.NEXT_WORKDAY)
BEFORE = date(2026, 8, 20)
"""Before the September paper is out."""
OUT = date(2026, 9, 6)
STANDS = Planned("2026-09", date(2026, 9, 6), date(2026, 10, 1), date(2026, 11, 5))
"""Made when nothing of 2026 was announced; the National Day moves it to 8 October."""
SAID = "放假安排（10月1日放假）"


def test_a_deadline_as_the_rule_says_needs_no_look() -> None:
    assert check(NEXT, replace(STANDS, deadline_on=date(2026, 10, 8)), today=BEFORE) is None


def test_a_year_not_announced_is_to_be_looked_at() -> None:
    found = check(replace(NEXT, workdays=WEEKENDS), STANDS, today=BEFORE)
    assert found == DayCheck(date(2026, 10, 1), (2026,))
    assert found.sentence() == "2026 年的放假安排还没公布，截止日只按周末算，请到时核对。"


def test_without_a_holiday_rule_nothing_hangs_on_holidays() -> None:
    assert check(replace(NEXT, weekend_rule=WeekendRule.NONE, workdays=WEEKENDS), STANDS, today=BEFORE) is None


def test_once_announced_a_round_that_would_move_says_so_and_why() -> None:
    found = check(NEXT, STANDS, today=BEFORE)
    assert found == DayCheck(date(2026, 10, 1), (), date(2026, 10, 8), SAID, "")
    assert found.sentence() == "按放假安排（10月1日放假），截止应在10月8日（星期四），现在排在10月1日（星期四）。"


@pytest.mark.parametrize(
    ("rule", "stands", "would_be", "why"),
    [
        # 20 September 2026 is a Sunday worked in exchange: by weekends alone the 21st
        (CalendarRule(6, 20, WeekendRule.NEXT_WORKDAY),
         Planned("2026-08", date(2026, 8, 6), date(2026, 9, 21), date(2026, 10, 5)), date(2026, 9, 20),
         "放假安排（9月20日调休上班）"),
        (CalendarRule(6, 1, WeekendRule.PREVIOUS_WORKDAY), STANDS, date(2026, 9, 30), SAID),
        # made while the contest had no holiday rule: 1 August is a Saturday
        (NEXT, Planned("2026-07", date(2026, 7, 6), date(2026, 8, 1), date(2026, 9, 5)), date(2026, 8, 3),
         "现在的规则（8月1日是周末）"),
        (replace(NEXT, weekend_rule=WeekendRule.NONE),
         Planned("2026-07", date(2026, 7, 6), date(2026, 8, 3), date(2026, 9, 5)), date(2026, 8, 1), "现在的规则"),
    ],
)
def test_why_a_day_would_be_another_is_told(rule: CalendarRule, stands: Planned, would_be: date, why: str) -> None:
    found = check(rule, stands, today=date(2026, 1, 10))
    assert found is not None
    assert (found.would_be, found.why, found.hindrance) == (would_be, why, "")


@pytest.mark.parametrize("stands", [
    replace(STANDS, by_hand=True),  # somebody gave a reason
    replace(STANDS, deadline_on=date(2026, 10, 3)),  # printed so, by no rule of ours
])
def test_what_a_hand_set_is_left_alone(stands: Planned) -> None:
    assert check(NEXT, stands, today=BEFORE) is None


EARLIER = CalendarRule(6, 1, WeekendRule.PREVIOUS_WORKDAY)


@pytest.mark.parametrize(
    ("rule", "stands", "today", "hindrance"),
    [
        (NEXT, STANDS, OUT, ""),  # later is always possible
        (EARLIER, STANDS, OUT, "报纸已经印出，截止日只能往后改。"),
        (NEXT, replace(STANDS, has_box=True), BEFORE, "报上的启事已经照现在的日子存好。"),
        (NEXT, replace(STANDS, has_box=True), OUT, ""),
        (NEXT, replace(STANDS, print_by=date(2026, 10, 8)), BEFORE, "那天已经到了付印日（10月8日），请连付印日一起改。"),
        (EARLIER, replace(STANDS, published_on=date(2026, 10, 1)), BEFORE, "那天报纸还没有出。"),
    ],
)
def test_what_stands_in_the_way_is_told(rule: CalendarRule, stands: Planned, today: date, hindrance: str) -> None:
    found = check(rule, stands, today=today)
    assert found is not None
    assert found.hindrance == hindrance


def test_the_sentence_over_the_list_names_months_and_years() -> None:
    assert unknown_words(["2028-01", "2027-12"], [2028, 2028]) == (
        "2028 年的放假安排还没公布，只按周末算，请到时核对这几轮的日子：2027年12月、2028年1月。")
    assert unknown_words([], []) == ""
