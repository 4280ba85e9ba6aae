"""Re-scoring 重算: why the rules, or a grade, of a round under way were changed, and how much that moved."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime


class Rescoring(Base):
    """One change that was looked at before it was applied (RULES 10): of one report, or of the rules.

    `moved` counts the persons whose place, total or prize changed, `crossing` those whose prize did. No row is ever
    changed.
    """

    __tablename__ = "rescoring"
    __table_args__ = (
        CheckConstraint("length(reason) > 0", name="has_reason"),
        CheckConstraint("(report_id IS NULL) = (after_rules_id IS NOT NULL)", name="of_report_or_rules"),
        CheckConstraint("(before_rules_id IS NULL) = (after_rules_id IS NULL)", name="rules_from_and_to"),
        CheckConstraint("0 <= crossing AND crossing <= moved", name="crossing_within_moved"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    before_rules_id: Mapped[int | None] = mapped_column(ForeignKey("rule_set.id"))
    after_rules_id: Mapped[int | None] = mapped_column(ForeignKey("rule_set.id"))
    moved: Mapped[int]
    crossing: Mapped[int]
