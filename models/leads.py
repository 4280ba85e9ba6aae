"""Leads 线索: what a person should look at before a round is picked. A lead is never a verdict and changes no score."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import JSON

from models.base import Base, UtcDateTime, stored_enum
from models.staff import Staff
from models.work_enums import LeadKind, LeadOutcome


class Lead(Base):
    """One thing that was noticed. Open ones follow what the round holds; a closed one stays as it was closed.

    `readers` are told by `LeadReader`; `key` is a digest of kind and readers. `count` of `total` and `numbers` (of
    reports, at most a dozen) say what was seen, as the kind reads them.
    """

    __tablename__ = "lead"
    __table_args__ = (
        UniqueConstraint("round_id", "key"),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed_has_outcome"),
        CheckConstraint("(closed_at IS NULL) = (closed_by_id IS NULL)", name="closed_has_closer"),
        CheckConstraint("closed_at IS NULL OR (reason IS NOT NULL AND length(reason) > 0)", name="closed_has_reason"),
        CheckConstraint("count >= 1 AND total >= count", name="counted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    kind: Mapped[LeadKind] = mapped_column(stored_enum(LeadKind, "lead_kind"))
    key: Mapped[str] = mapped_column(String(32))
    count: Mapped[int]
    total: Mapped[int]
    numbers: Mapped[list[int]] = mapped_column(JSON)
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id", ondelete="SET NULL"))
    page: Mapped[str | None] = mapped_column(String(40))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    outcome: Mapped[LeadOutcome | None] = mapped_column(stored_enum(LeadOutcome, "lead_outcome"))
    reason: Mapped[str | None] = mapped_column(Text)

    closed_by: Mapped[Staff | None] = relationship(foreign_keys=[closed_by_id])


class LeadReader(Base):
    """A reader whom a lead is about."""

    __tablename__ = "lead_reader"

    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id", ondelete="CASCADE"), primary_key=True)
    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id"), primary_key=True, index=True)


class LeadSearch(Base):
    """When leads were last sought in a round."""

    __tablename__ = "lead_search"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
