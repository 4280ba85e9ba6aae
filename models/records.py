"""The sealed record of a round 记录: the intake list kept at the close, and one file for each version of the pick."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime


class RoundIntake(Base):
    """The intake list of a round as its seed was made from it at the close (RULES 11): numbers and CreateTimes only."""

    __tablename__ = "round_intake"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    entries: Mapped[bytes] = mapped_column(LargeBinary)  # the canonical text of bot.contest.selection, deflated (zlib)


class RoundRecord(Base):
    """One version of the record of a pick. A new pick is a new version with a reason; no row is ever changed, but that
    the signature comes later. The parts together, inflated, are the file; `sha256` and `digest` (for print) are of it."""

    __tablename__ = "round_record"
    __table_args__ = (
        UniqueConstraint("round_id", "version"),
        CheckConstraint("version >= 1", name="version_counted"),
        # IS NOT NULL first: a CHECK that comes out NULL passes.
        CheckConstraint("version = 1 OR (reason IS NOT NULL AND length(reason) > 0)", name="new_version_has_reason"),
        CheckConstraint("(signature IS NULL) = (signed_at IS NULL)", name="signed_has_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    version: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(19))
    reason: Mapped[str | None] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    chain_number: Mapped[int | None]  # the newest sealed entry of the audit trail that the file names
    chain: Mapped[str | None] = mapped_column(String(64))
    signature: Mapped[bytes | None] = mapped_column(LargeBinary)
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    parts: Mapped[list[RoundRecordPart]] = relationship(order_by="RoundRecordPart.number")


class RoundRecordPart(Base):
    """A piece of a record's deflated file (zlib), at most a megabyte: large values are copied whole by every driver.

    Pieces are written while the file is made, so before the row that knows its SHA-256.
    """

    __tablename__ = "round_record_part"
    __table_args__ = (
        ForeignKeyConstraint(["round_id", "version"], ["round_record.round_id", "round_record.version"],
                             deferrable=True, initially="DEFERRED"),
        CheckConstraint("number >= 1", name="number_counted"),
    )

    round_id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
