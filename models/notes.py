"""What editors write beside a report: notes, whom they mention, ready reasons; and what further messages are about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, stored_enum
from models.staff import Staff
from models.work_enums import CannedKind


class Note(Base):
    """One note of an editor on a report; readers never see it. Of one taken back only the fact stays."""

    __tablename__ = "note"
    __table_args__ = (
        Index("ix_note_report_id_id", "report_id", "id"),
        CheckConstraint("(taken_back_at IS NULL) = (length(text) > 0)", name="taken_back_is_empty"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    staff: Mapped[Staff] = relationship()


class NoteMention(Base):
    """Somebody a note is meant for, until he has read it and after."""

    __tablename__ = "note_mention"
    __table_args__ = (Index("ix_note_mention_staff_id_read_at", "staff_id", "read_at"),)

    note_id: Mapped[int] = mapped_column(ForeignKey("note.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CannedReason(Base):
    """A ready sentence to readers for one verdict (or the desk) of one contest; a retired one is offered no more."""

    __tablename__ = "canned_reason"
    __table_args__ = (
        UniqueConstraint("contest_id", "kind", "text"),
        CheckConstraint("length(text) > 0", name="has_text"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    kind: Mapped[CannedKind] = mapped_column(stored_enum(CannedKind, "canned_kind"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FurtherWords(Base):
    """A message about a report that could not take it in any more: what its reader said after the decision."""

    __tablename__ = "further_words"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True, index=True)
