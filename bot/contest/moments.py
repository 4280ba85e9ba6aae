"""Which reminder of a round is due: pure functions of moments. Knows no member and no letter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from models.work_enums import ReminderMoment

HOURS: dict[ReminderMoment, int] = {
    ReminderMoment.CLOSES_72: 72, ReminderMoment.CLOSES_24: 24, ReminderMoment.CLOSES_2: 2,
    ReminderMoment.GRADING_72: 72, ReminderMoment.GRADING_24: 24, ReminderMoment.GRADING_2: 2,
}
BEFORE_CLOSE = (ReminderMoment.CLOSES_2, ReminderMoment.CLOSES_24, ReminderMoment.CLOSES_72)
BEFORE_PICK = (ReminderMoment.GRADING_2, ReminderMoment.GRADING_24, ReminderMoment.GRADING_72)


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
