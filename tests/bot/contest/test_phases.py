"""The times of a round: close, pick, grading, what counts, which issue. Tables of moments around each edge."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.contest.phases import (
    IssueDate,
    Phase,
    RoundTimes,
    caller_counts_at,
    closes_at,
    counts_at,
    earliest_pick_at,
    grading_until,
    is_late,
    is_late_delivery,
    issue_of,
    needs_more_lapses_at,
    phase,
    picks_at,
    round_deadline,
)
from bot.contest.rules import DEFAULT_RULES, RuleSet

TIMES = RoundTimes(date(2023, 5, 10), date(2023, 6, 1), date(2023, 6, 9))


def local(month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2023, month, day, hour, minute, second, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


CLOSE = local(6, 2)


def test_a_round_closes_at_the_local_end_of_the_deadline_day() -> None:
    assert closes_at(date(2023, 6, 1)) == datetime(2023, 6, 1, 16, 0, tzinfo=UTC) == CLOSE
    assert closes_at(date(2023, 6, 1)).tzinfo is UTC
    assert round_deadline([date(2023, 6, 1), date(2023, 6, 3), date(2023, 5, 31)]) == date(2023, 6, 3)


def test_nothing_is_picked_before_the_extra_minutes_are_over() -> None:
    assert earliest_pick_at(TIMES, DEFAULT_RULES) == local(6, 2, 0, 15)
    assert picks_at(TIMES, DEFAULT_RULES, blocked=False) == local(6, 2, 0, 15)
    assert picks_at(TIMES, DEFAULT_RULES, blocked=True) == local(6, 7)


@pytest.mark.parametrize(
    ("print_by", "until"),
    [(date(2023, 6, 9), local(6, 7)), (date(2023, 6, 5), local(6, 5)), (date(2023, 6, 2), local(6, 2, 0, 15))],
)
def test_grading_ends_after_five_days_and_never_after_the_press_day(print_by: date, until: datetime) -> None:
    assert grading_until(RoundTimes(date(2023, 5, 10), date(2023, 6, 1), print_by), DEFAULT_RULES) == until


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (local(5, 9, 23, 59, 59), Phase.UPCOMING), (local(5, 10), Phase.OPEN),
        (local(6, 1, 23, 59, 59), Phase.OPEN), (local(6, 2), Phase.EXTRA), (local(6, 2, 0, 14, 59), Phase.EXTRA),
        (local(6, 2, 0, 15), Phase.GRADING), (local(6, 6, 23, 59, 59), Phase.GRADING), (local(6, 7), Phase.OVERDUE),
        (local(8, 1), Phase.OVERDUE),
    ],
)  # fmt: skip
def test_phase_by_the_clock(now: datetime, expected: Phase) -> None:
    assert phase(TIMES, DEFAULT_RULES, now=now) is expected


@pytest.mark.parametrize("bad", [(date(2023, 6, 2), date(2023, 6, 1), date(2023, 6, 9)),
                                 (date(2023, 5, 1), date(2023, 6, 1), date(2023, 6, 1))])
def test_dates_that_cannot_stand_together_are_refused(bad: tuple[date, date, date]) -> None:
    with pytest.raises(ValueError, match=r"deadline_on"):
        RoundTimes(*bad)


@pytest.mark.parametrize(
    ("age_seconds", "trusted", "flagged"),
    [(0, True, False), (5, True, False), (600, True, False), (601, False, True), (10**9, False, True),
     (-1, False, False), (-60, False, False), (-61, False, True), (-(10**18), False, True)],
)  # fmt: skip
def test_the_time_of_creation_counts_if_at_most_ten_minutes_old(
    age_seconds: int, trusted: bool, flagged: bool
) -> None:
    received = local(6, 1, 12)
    created = int(received.timestamp()) - age_seconds
    when = received - timedelta(seconds=age_seconds) if trusted else received
    assert counts_at(created, received, DEFAULT_RULES) == (when, flagged)


def test_the_time_of_creation_may_be_given_as_a_datetime() -> None:
    assert counts_at(local(6, 1, 11, 55), local(6, 1, 12)) == (local(6, 1, 11, 55), False)


def test_created_two_seconds_before_midnight_and_delivered_after_it_counts() -> None:
    counted, flagged = counts_at(int(local(6, 1, 23, 59, 58).timestamp()), local(6, 2, 0, 0, 3), DEFAULT_RULES)
    assert (counted, flagged) == (local(6, 1, 23, 59, 58), False)
    assert not is_late(counted, TIMES.deadline_on)
    assert not is_late_delivery(counted, local(6, 2, 0, 0, 3), TIMES.deadline_on, DEFAULT_RULES)


def test_midnight_itself_is_late_and_so_is_a_delivery_after_the_extra_minutes() -> None:
    rules = RuleSet(trusted_create_minutes=60)
    assert is_late(CLOSE, TIMES.deadline_on)
    before = CLOSE - timedelta(seconds=1)
    assert not is_late_delivery(before, CLOSE + timedelta(minutes=15, seconds=-1), TIMES.deadline_on, rules)
    assert is_late_delivery(before, CLOSE + timedelta(minutes=15), TIMES.deadline_on, rules)


@pytest.mark.parametrize(
    ("called", "expected"),
    [(local(6, 1, 9), (local(6, 1, 9), False)), (local(5, 1), (local(5, 30, 12), True)),
     (local(6, 3), (local(6, 2, 12), True))],
)  # fmt: skip
def test_what_staff_enter_counts_from_the_call_at_most_72_hours_back(
    called: datetime, expected: tuple[datetime, bool]
) -> None:
    assert caller_counts_at(called, local(6, 2, 12), DEFAULT_RULES) == expected


def test_needs_more_lapses_after_seven_days_and_at_the_latest_at_the_pick() -> None:
    assert needs_more_lapses_at(local(5, 20), TIMES, DEFAULT_RULES) == local(5, 27)
    assert needs_more_lapses_at(local(6, 5), TIMES, DEFAULT_RULES) == local(6, 7)


MAY, JUNE = IssueDate(5, date(2023, 5, 10)), IssueDate(6, date(2023, 5, 31))


@pytest.mark.parametrize(
    ("found", "stated", "sent", "expected"),
    [(None, None, local(5, 31, 0, 1), 6), (None, None, local(5, 30, 23, 59), 5), (6, 5, local(6, 3), 6),
     (None, 5, local(6, 3), 5), (None, None, local(5, 1), None)],
)  # fmt: skip
def test_a_report_belongs_to_the_issue_found_then_stated_then_newest(
    found: int | None, stated: int | None, sent: datetime, expected: int | None
) -> None:
    assert issue_of(found, stated, [JUNE, MAY], sent_at=sent) == expected
