"""Second opinions: a report that a second editor grades without seeing the first grade. And who made which page."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime, stored_enum
from models.work_enums import ReviewCause, ReviewResult, ReviewState

OPEN = "state IN ('waiting_second', 'waiting_third', 'waiting_chief')"


class Review(Base):
    """One report looked at again. The first grade decides for the time being; at most one review is open a report.

    `first_grade_id` is the decision that is looked at, `second_grade_id` and `third_grade_id` the independent ones,
    `result_grade_id` the decision that stands afterwards (the first where nothing changed). `held_back`: the reader
    hears of the decision only when the review is settled. `reason`: why the chief decided so, never shown to readers.
    """

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint("(state = 'settled') = (result_grade_id IS NOT NULL)", name="settled_has_grade"),
        CheckConstraint("(state = 'settled') = (result IS NOT NULL)", name="settled_has_result"),
        CheckConstraint("(state IN ('settled', 'dropped')) = (closed_at IS NOT NULL)", name="closed_has_time"),
        CheckConstraint("third_grade_id IS NULL OR second_grade_id IS NOT NULL", name="second_before_third"),
        CheckConstraint("state <> 'waiting_second' OR second_grade_id IS NULL", name="second_not_given"),
        CheckConstraint("state <> 'waiting_third' OR (second_grade_id IS NOT NULL AND third_grade_id IS NULL)",
                        name="third_not_given"),
        CheckConstraint("state <> 'waiting_chief' OR second_grade_id IS NOT NULL", name="chief_has_two"),
        # IS NOT NULL first: a CHECK that comes out NULL passes.
        CheckConstraint("result IS NULL OR result <> 'chief' OR (reason IS NOT NULL AND length(reason) > 0)",
                        name="chief_has_reason"),
        Index("uq_review_one_open", "report_id", unique=True, sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        Index("ix_review_state_report_id", "state", "report_id"),
        Index("ix_review_report_id", "report_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    cause: Mapped[ReviewCause] = mapped_column(stored_enum(ReviewCause, "review_cause"))
    state: Mapped[ReviewState] = mapped_column(
        stored_enum(ReviewState, "review_state"), default=ReviewState.WAITING_SECOND
    )
    held_back: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    first_grade_id: Mapped[int] = mapped_column(ForeignKey("grade.id"))
    second_grade_id: Mapped[int | None] = mapped_column(ForeignKey("grade.id"))
    third_grade_id: Mapped[int | None] = mapped_column(ForeignKey("grade.id"))
    result_grade_id: Mapped[int | None] = mapped_column(ForeignKey("grade.id"))
    result: Mapped[ReviewResult | None] = mapped_column(stored_enum(ReviewResult, "review_result"))
    reason: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class UsualPageMaker(Base):
    """Who makes a page of a paper in every issue that says nothing else. `page` without leading zeros."""

    __tablename__ = "usual_page_maker"
    __table_args__ = (CheckConstraint("length(page) > 0", name="has_page"),)

    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id", ondelete="CASCADE"), primary_key=True)
    page: Mapped[str] = mapped_column(String(20), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)


class PageMaker(Base):
    """Who made a page of one issue, where it was somebody else than usual. `page` without leading zeros."""

    __tablename__ = "page_maker"
    __table_args__ = (CheckConstraint("length(page) > 0", name="has_page"),)

    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"), primary_key=True)
    page: Mapped[str] = mapped_column(String(20), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
