"""For the paper's own ledger: how many characters a page holds, and what the newsroom found itself before readers did."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime, stored_enum
from models.enums import Doubling


class PaperLayout(Base):
    """Characters a line and lines a page of a paper, from the issue of `from_month` (YYYY-MM) on."""

    __tablename__ = "paper_layout"
    __table_args__ = (
        CheckConstraint("length(from_month) = 7", name="month_form"),
        CheckConstraint("per_line > 0 AND lines > 0", name="has_size"),
    )

    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"), primary_key=True)
    from_month: Mapped[str] = mapped_column(String(7), primary_key=True)
    per_line: Mapped[int]
    lines: Mapped[int]
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class PageLayout(Base):
    """What is particular to one page: its own characters and lines, and the shares that pictures take of its area."""

    __tablename__ = "page_layout"
    __table_args__ = (
        CheckConstraint("(per_line IS NULL) = (lines IS NULL)", name="both_or_neither"),
        CheckConstraint("per_line IS NULL OR (per_line > 0 AND lines > 0)", name="has_size"),
        CheckConstraint(
            "pictures_percent >= 0 AND decoration_percent >= 0 AND pictures_percent + decoration_percent <= 100",
            name="shares_fit",
        ),
    )

    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), primary_key=True)
    per_line: Mapped[int | None]
    lines: Mapped[int | None]
    pictures_percent: Mapped[int] = mapped_column(default=0)
    decoration_percent: Mapped[int] = mapped_column(default=0)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class HouseFind(Base):
    """An error that the newsroom found itself. It never lowers a reader's score; it only marks the ledger (RULES 9).

    `found_at` is the server's time, sealed with `digest` (SHA-256 of what was entered) in the audit chain. Row, doubling
    and points are the find's own: no grade of a report erases them; an editor may change them, as the audit says.
    A withdrawn find stays, struck.
    """

    __tablename__ = "house_find"
    __table_args__ = (
        CheckConstraint("length(wrong) > 0", name="has_words"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name="withdrawn_by_somebody"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)", name="withdrawn_with_reason"),
        Index("ix_house_find_issue_id", "issue_id"),
        Index("ix_house_find_erratum_id", "erratum_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"))
    erratum_id: Mapped[int] = mapped_column(ForeignKey("erratum.id"))
    page_label: Mapped[str | None] = mapped_column(String(40))
    wrong: Mapped[str] = mapped_column(Text)
    right: Mapped[str] = mapped_column(Text)
    located: Mapped[str] = mapped_column(String(16))
    row_code: Mapped[str] = mapped_column(String(8))
    doubling: Mapped[Doubling] = mapped_column(stored_enum(Doubling, "doubling_kind"), default=Doubling.NONE)
    points_milli: Mapped[int]
    note: Mapped[str | None] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    found_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)
