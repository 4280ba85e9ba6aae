"""What surrounds the grading of a round: reminders 提醒, boxes over readers' pictures 遮盖, reveals 查看原样."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, stored_enum
from models.staff import Staff
from models.work_enums import ReminderMoment, ReminderState, RevealCause, Revealed

WHOLE = 10_000
"""Boxes are kept in ten-thousandths of the picture's width and height."""


class Reminder(Base):
    """One member reminded once of one moment of one round: the key is the claim, whatever number of schedulers runs.

    `owed`: how much waited for the member then. `dismissed_at`: when he put the bar in the console away.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_time"),
        CheckConstraint("owed >= 0", name="owed_counted"),
        Index("ix_reminder_staff_id", "staff_id"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    moment: Mapped[ReminderMoment] = mapped_column(stored_enum(ReminderMoment, "reminder_moment"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    state: Mapped[ReminderState] = mapped_column(stored_enum(ReminderState, "reminder_state"))
    owed: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dismissed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PictureBox(Base):
    """One part of a reader's picture that is shown black. The picture itself is kept as it came.

    Left, top, right and bottom in ten-thousandths of the picture's width and height.
    """

    __tablename__ = "picture_box"
    __table_args__ = (
        CheckConstraint("left_ >= 0 AND top >= 0 AND right_ <= 10000 AND bottom <= 10000", name="within_picture"),
        CheckConstraint("left_ < right_ AND top < bottom", name="has_size"),
        CheckConstraint("(removed_at IS NULL) = (removed_by_id IS NULL)", name="removal_whole"),
        Index("ix_picture_box_attachment_id", "attachment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    left_: Mapped[int]
    top: Mapped[int]
    right_: Mapped[int]
    bottom: Mapped[int]
    drawn_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    drawn_by: Mapped[Staff] = relationship(foreign_keys=[drawn_by_id])


class IdentityReveal(Base):
    """Somebody saw a reader's words or picture without blackening, once, for a reason that all editors can read.

    `sealed`: the round was picked already, so that no grade could be swayed. Of a report or of a letter at the desk.
    """

    __tablename__ = "identity_reveal"
    __table_args__ = (
        CheckConstraint("(report_id IS NULL) <> (message_id IS NULL)", name="of_report_or_message"),
        CheckConstraint("(what = 'picture') = (attachment_id IS NOT NULL)", name="picture_is_named"),
        CheckConstraint("length(reason) > 0", name="has_reason"),
        CheckConstraint("sealed OR cause IN ('threat', 'duty')", name="necessary_before_the_seal"),
        Index("ix_identity_reveal_report_id", "report_id"),
        Index("ix_identity_reveal_message_id", "message_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    what: Mapped[Revealed] = mapped_column(stored_enum(Revealed, "revealed_kind"))
    cause: Mapped[RevealCause] = mapped_column(stored_enum(RevealCause, "reveal_cause"))
    reason: Mapped[str] = mapped_column(String(300))
    sealed: Mapped[bool]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    staff: Mapped[Staff] = relationship()
