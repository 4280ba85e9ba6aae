"""What was laid on a reader, by whom, until when and why: kept for good, also after it was lifted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime, stored_enum
from models.enums import Bar, Measure

NOT_ENDED = text("ended_at IS NULL")


class ReaderMeasure(Base):
    """A bar or a mute. A mute is over at `until_at` though nobody ended it; whether a bar stands, Person.bar says."""

    __tablename__ = "reader_measure"
    __table_args__ = (
        CheckConstraint("length(trim(reason)) > 0", name="has_reason"),
        CheckConstraint("(kind = 'bar') = (bar IS NOT NULL)", name="bar_has_kind"),
        CheckConstraint("kind = 'bar' OR made_by_id IS NOT NULL", name="mute_by_somebody"),
        CheckConstraint("until_at IS NULL OR (kind = 'mute' AND until_at > made_at)", name="mute_ends_later"),
        CheckConstraint("ended_at IS NOT NULL OR (ended_by_id IS NULL AND ended_reason IS NULL)", name="ended_has_time"),
        Index("uq_reader_measure_one_that_stands", "reader_id", "kind", unique=True, sqlite_where=NOT_ENDED,
              postgresql_where=NOT_ENDED),
        Index("ix_reader_measure_reader_id", "reader_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id"))
    kind: Mapped[Measure] = mapped_column(stored_enum(Measure, "measure_kind"))
    bar: Mapped[Bar | None] = mapped_column(stored_enum(Bar, "bar_kind"))
    reason: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    until_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    ended_reason: Mapped[str | None] = mapped_column(Text)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when a muted reader's talk was last answered
