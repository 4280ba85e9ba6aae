"""How readers came to be one person: links between two of them, codes that make links, wrong tries of codes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime, stored_enum
from models.enums import LinkedBy

STANDS = text("undone_at IS NULL")


class ReaderTie(Base):
    """What a reader is apart from any link: his own person, and the keyed digest of his unionid.

    Readers that were never looked at have no row: their person is their own.
    """

    __tablename__ = "reader_tie"

    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id"), primary_key=True)
    own_person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    union_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    union_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReaderLink(Base):
    """Two readers are one person. All who hang together by links that stand are (RULES 11)."""

    __tablename__ = "reader_link"
    __table_args__ = (
        CheckConstraint("one_id < other_id", name="in_order"),
        CheckConstraint("how <> 'staff' OR (staff_id IS NOT NULL AND reason IS NOT NULL)", name="staff_has_reason"),
        CheckConstraint("(undone_at IS NULL) = (undone_reason IS NULL)", name="undone_has_reason"),
        Index("uq_reader_link_one_that_stands", "one_id", "other_id", unique=True, sqlite_where=STANDS,
              postgresql_where=STANDS),
        Index("ix_reader_link_other_id", "other_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    one_id: Mapped[int] = mapped_column(ForeignKey("reader.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("reader.id"))
    how: Mapped[LinkedBy] = mapped_column(stored_enum(LinkedBy, "linked_by"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[str | None] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    undone_reason: Mapped[str | None] = mapped_column(Text)


class LinkCode(Base):
    """The one code of a reader that may be typed elsewhere; gone when it is used."""

    __tablename__ = "link_code"

    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(6), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LinkTry(Base):
    """A code that did not fit, typed by a reader or by a member of staff; counted against guessing."""

    __tablename__ = "link_try"
    __table_args__ = (
        CheckConstraint("(reader_id IS NULL) <> (staff_id IS NULL)", name="by_reader_or_staff"),
        Index("ix_link_try_reader_id_at", "reader_id", "at"),
        Index("ix_link_try_staff_id_at", "staff_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int | None] = mapped_column(ForeignKey("reader.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
