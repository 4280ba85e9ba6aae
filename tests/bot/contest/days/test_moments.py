"""Which reminder is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.clock import SHANGHAI
from bot.contest.days.moments import Due, due, press_alert
from models.work_enums import ReminderMoment

CLOSE = datetime(2026, 12, 5, 16, tzinfo=UTC)
PICK = CLOSE + timedelta(days=5)


@pytest.mark.parametrize(("before", "deadline", "moment"), [
    (timedelta(hours=73), CLOSE, None),
    (timedelta(hours=72), CLOSE, ReminderMoment.CLOSES_72),
    (timedelta(hours=25), CLOSE, ReminderMoment.CLOSES_72),
    (timedelta(hours=24), CLOSE, ReminderMoment.CLOSES_24),
    (timedelta(hours=3), CLOSE, ReminderMoment.CLOSES_24),
    (timedelta(hours=2), CLOSE, ReminderMoment.CLOSES_2),
    (timedelta(seconds=1), CLOSE, ReminderMoment.CLOSES_2),
    (timedelta(0), CLOSE, None),
    (timedelta(hours=-1), CLOSE, None),
    (timedelta(hours=72), PICK, ReminderMoment.GRADING_72),
    (timedelta(hours=5), PICK, ReminderMoment.GRADING_24),
    (timedelta(minutes=5), PICK, ReminderMoment.GRADING_2),
    (timedelta(0), PICK, None),
    (timedelta(days=-9), PICK, None),
])  # fmt: skip
def test_the_newest_moment_whose_deadline_has_not_come(
    before: timedelta, deadline: datetime, moment: ReminderMoment | None
) -> None:
    found = due(closes_at=CLOSE, grading_until=PICK, now=deadline - before)
    assert found == (Due(moment, deadline) if moment else None)


def test_before_the_close_only_the_close_counts() -> None:
    found = due(closes_at=CLOSE, grading_until=CLOSE + timedelta(hours=1), now=CLOSE - timedelta(hours=1))
    assert found == Due(ReminderMoment.CLOSES_2, CLOSE)


@pytest.mark.parametrize(("day", "hour", "moment"), [
    (25, 23, None), (26, 7, None), (26, 8, ReminderMoment.PRINT_2), (27, 7, ReminderMoment.PRINT_2),
    (27, 8, ReminderMoment.PRINT_1), (28, 23, ReminderMoment.PRINT_1), (29, 0, None),
])  # fmt: skip
def test_a_list_is_called_for_two_days_and_a_day_before_the_press_in_the_morning(
    day: int, hour: int, moment: ReminderMoment | None
) -> None:
    now = datetime(2026, 11, day, hour, tzinfo=SHANGHAI)
    assert press_alert(date(2026, 11, 28), now) == moment
