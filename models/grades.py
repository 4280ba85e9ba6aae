"""Grade 评分: one editor's judgement of one report; replaced by a newer row, never edited."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, stored_enum
from models.enums import Doubling, Verdict
from models.staff import Staff


class Grade(Base):
    __tablename__ = "grade"
    __table_args__ = (
        CheckConstraint("replaces_id IS NULL OR replaces_id <> id", name="not_replacing_itself"),
        CheckConstraint("(verdict = 'repeated') = (original_id IS NOT NULL)", name="repeated_names_original"),
        CheckConstraint(
            "verdict NOT IN ('accepted', 'accepted_with_edits') OR row_code IS NOT NULL",
            name="accepted_has_row",
        ),
        CheckConstraint("NOT opinion OR replaces_id IS NULL", name="opinion_replaces_nothing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    report_version: Mapped[int]
    grader_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("grade.id"), unique=True)
    rule_set_id: Mapped[int] = mapped_column(ForeignKey("rule_set.id"))
    verdict: Mapped[Verdict] = mapped_column(stored_enum(Verdict, "grade_verdict"))
    row_code: Mapped[str | None] = mapped_column(String(8))
    doubling: Mapped[Doubling] = mapped_column(stored_enum(Doubling, "grade_doubling"), default=Doubling.NONE)
    place_mark: Mapped[bool] = mapped_column(default=False)
    correction_mark: Mapped[bool] = mapped_column(default=False)
    reason_mark: Mapped[bool] = mapped_column(default=False)
    original_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    reason_text: Mapped[str | None] = mapped_column(Text)
    taken_back: Mapped[bool] = mapped_column(default=False)  # an undo: the report is open again
    # An independent opinion asked for in a review: it decides nothing by itself and replaces nothing.
    opinion: Mapped[bool] = mapped_column(default=False)
    # Why somebody graded whom the rules would rather not have (RULES 21), or changed what two had agreed on.
    why: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    grader: Mapped[Staff] = relationship()
