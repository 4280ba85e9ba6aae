"""Appeal 申诉 (RULES 19), what staff enter for callers 代录 (RULES 2), and what 来信 keeps: who has looked."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, stored_enum
from models.enums import Verdict
from models.messages import Message
from models.readers import Reader
from models.reports import Report
from models.work_enums import AppealState, EntryState


class Appeal(Base):
    """A reader wants another pair of eyes on a decision; one a report. His words stay in the message alone.

    `decided_by_id` and `verdict`: whom and what it is against. `same_person_reason`: nobody else was there (RULES 21).
    """

    __tablename__ = "appeal"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered_has_time"),
        CheckConstraint("(answered_at IS NULL) = (answered_by_id IS NULL)", name="answered_by_somebody"),
        CheckConstraint(
            "answered_by_id IS NULL OR answered_by_id <> decided_by_id OR same_person_reason IS NOT NULL",
            name="other_person_or_reason",
        ),
        Index("ix_appeal_state_due_on", "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), unique=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    verdict: Mapped[Verdict] = mapped_column(stored_enum(Verdict, "appealed_verdict"))
    state: Mapped[AppealState] = mapped_column(stored_enum(AppealState, "appeal_state"), default=AppealState.OPEN)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date]  # answered on this day at the latest
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    same_person_reason: Mapped[str | None] = mapped_column(Text)

    report: Mapped[Report] = relationship()
    message: Mapped[Message] = relationship()


class Caller(Base):
    """A reader without an account: known by a short name that staff chose, so that his reports add up."""

    __tablename__ = "caller"

    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id"), primary_key=True)
    label: Mapped[str] = mapped_column(String(40), unique=True)
    added_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    reader: Mapped[Reader] = relationship()


class CallerEntry(Base):
    """One call or letter that staff took down as a message. `called_at`: when it came, as they say.

    `waiting`: it would overtake another reader, so it counts from its entry until a second member of staff confirms.
    """

    __tablename__ = "caller_entry"
    __table_args__ = (
        CheckConstraint("called_at <= entered_at", name="called_before_entered"),
        CheckConstraint("(state IN ('confirmed', 'refused')) = (settled_at IS NOT NULL)", name="settled_has_time"),
        CheckConstraint("(settled_at IS NULL) = (settled_by_id IS NULL)", name="settled_by_somebody"),
        CheckConstraint("settled_by_id IS NULL OR settled_by_id <> entered_by_id OR settle_reason IS NOT NULL",
                        name="other_person_or_reason"),
        CheckConstraint("state <> 'refused' OR settle_reason IS NOT NULL", name="refused_has_reason"),
        Index("ix_caller_entry_state", "state"),
    )

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    called_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    state: Mapped[EntryState] = mapped_column(stored_enum(EntryState, "entry_state"))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    settle_reason: Mapped[str | None] = mapped_column(Text)

    message: Mapped[Message] = relationship()


class MessageSeen(Base):
    """A member of staff has opened a letter of 来信."""

    __tablename__ = "message_seen"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TurnedMessage(Base):
    """A letter that a member of staff turned into reports."""

    __tablename__ = "turned_message"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    turned_at: Mapped[datetime] = mapped_column(UtcDateTime)
