"""What editors keep of lists: saved filters; acts on many reports at once with what became of each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import JSON

from models.base import Base, UtcDateTime, stored_enum
from models.work_enums import BulkFate, BulkVerb


class SavedFilter(Base):
    """A list under a name: one's own, or shared with all. `parameters`: those of its address.

    `removed_at`: taken off the screen; the row stays, so that this can be undone.
    """

    __tablename__ = "saved_filter"
    __table_args__ = (
        CheckConstraint("length(name) > 0", name="has_name"),
        Index("ix_saved_filter_staff_id_name", "staff_id", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    shared: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(String(40))
    parameters: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BulkAct(Base):
    """One act on many reports. `details`: what it says or sets, by the verb (bot.teamwork.bulk)."""

    __tablename__ = "bulk_act"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    verb: Mapped[BulkVerb] = mapped_column(stored_enum(BulkVerb, "bulk_verb"))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    undo_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BulkItem(Base):
    """One report of a bulk act. `version`: as the editor saw it; `after_version`: as the act left it.

    `kept`: what undoing needs, by the verb. `why`: why it was skipped, or why it could not be undone.
    """

    __tablename__ = "bulk_item"
    __table_args__ = (
        CheckConstraint("fate NOT IN ('skipped', 'stays') OR why IS NOT NULL", name="skipped_with_reason"),
        CheckConstraint("fate NOT IN ('done', 'undone', 'stays') OR after_version IS NOT NULL", name="done_has_version"),
    )

    act_id: Mapped[int] = mapped_column(ForeignKey("bulk_act.id", ondelete="CASCADE"), primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True, index=True)
    position: Mapped[int]
    version: Mapped[int]
    fate: Mapped[BulkFate] = mapped_column(stored_enum(BulkFate, "bulk_fate"), default=BulkFate.WAITING)
    why: Mapped[str | None] = mapped_column(String(300))
    after_version: Mapped[int | None]
    kept: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
