"""Which reminder of a round is due: pure functions of moments. Knows no member and no letter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.contest.phases import day_starts_at
from models.work_enums import ReminderMoment

HOURS: dict[ReminderMoment, int] = {
    ReminderMoment.CLOSES_72: 72, ReminderMoment.CLOSES_24: 24, ReminderMoment.CLOSES_2: 2,
    ReminderMoment.GRADING_72: 72, ReminderMoment.GRADING_24: 24, ReminderMoment.GRADING_2: 2,
}
BEFORE_CLOSE = (ReminderMoment.CLOSES_2, ReminderMoment.CLOSES_24, ReminderMoment.CLOSES_72)
BEFORE_PICK = (ReminderMoment.GRADING_2, ReminderMoment.GRADING_24, ReminderMoment.GRADING_72)

ALERT_DAYS: dict[ReminderMoment, int] = {ReminderMoment.PRINT_2: 2, ReminderMoment.PRINT_1: 1}
"""Days before the press day on which a list that is not released is called for."""
ALERT_AT = timedelta(hours=8)
"""In the morning, so that a letter finds somebody awake."""


@dataclass(frozen=True, slots=True)
class Due:
    """A moment that has come and the deadline it is about."""

    moment: ReminderMoment
    deadline: datetime

    @property
    def is_close(self) -> bool:
        return self.moment in BEFORE_CLOSE


def due(*, closes_at: datetime, grading_until: datetime, now: datetime) -> Due | None:
    """The newest moment that has come and whose deadline has not: after downtime the older ones are left out.

    Before the close only the close counts; None: it is too early, or all is over.
    """
    moments, deadline = (BEFORE_CLOSE, closes_at) if now < closes_at else (BEFORE_PICK, grading_until)
    left = deadline - now
    if left <= timedelta(0):
        return None
    return next((Due(one, deadline) for one in moments if left <= timedelta(hours=HOURS[one])), None)


def press_alert(print_by: date, now: datetime) -> ReminderMoment | None:
    """The newest alert that has come and is still of use, to the end of the press day; None: too early, or too late."""
    if now >= day_starts_at(print_by + timedelta(days=1)):
        return None
    return next((moment for moment, days in reversed(ALERT_DAYS.items())
                 if now >= day_starts_at(print_by - timedelta(days=days)) + ALERT_AT), None)
