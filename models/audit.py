"""AuditEntry, append only: actor, verb, ids, states, reason code; never names, contacts or reader text."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import JSON

from models.base import Base, UtcDateTime, stored_enum
from models.enums import ActorKind, JobOutcome


class AuditEntry(Base):
    """One act of staff, scheduler or operator. The sealing job gives it its place in the chain: number and link."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        CheckConstraint("(actor_kind = 'staff') = (staff_id IS NOT NULL)", name="staff_is_named"),
        CheckConstraint("(chain IS NULL) = (chain_number IS NULL)", name="link_has_number"),
        Index("ix_audit_entry_object", "object_kind", "object_id"),
        Index("uq_audit_entry_chain_number", "chain_number", unique=True),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[ActorKind] = mapped_column(stored_enum(ActorKind, "actor_kind"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    verb: Mapped[str] = mapped_column(String(40))
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int | None]
    before: Mapped[str | None] = mapped_column(String(40))
    after: Mapped[str | None] = mapped_column(String(40))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # ids, codes and numbers only
    chain: Mapped[str | None] = mapped_column(String(64))
    chain_number: Mapped[int | None]  # 1, 2, 3 … in the order of sealing, without a gap


class JobRun(Base):
    """What one run of a job did."""

    __tablename__ = "job_run"
    __table_args__ = (Index("ix_job_run_name_started_at", "name", "started_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[JobOutcome] = mapped_column(stored_enum(JobOutcome, "job_outcome"))
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
