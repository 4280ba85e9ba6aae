"""Report 纠错 and its versions; Erratum 差错. CHECKs tie state, duplicate, decider and time together."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import JSON

from models.base import Base, UtcDateTime, index_where_set, stored_enum
from models.enums import Doubling, ReportSource, ReportState, Verdict
from models.messages import Message
from models.papers import Article, Issue, Paper
from models.readers import Reader
from models.staff import Staff

FIRST_REPORT_NUMBER = 10001
"""Report numbers start here, so that they cannot be taken for a reader's own count (第2条)."""


class Erratum(Base):
    """One error in print; all reports of it hang on it. Points belong here (RULES 7).

    A located erratum has an article, a paragraph and a span; one of a paper that is not imported has
    the issue, the page as stated and the words. `same_as_id` links the same slip elsewhere: the root
    is the one erratum that counts for readers.
    """

    __tablename__ = "erratum"
    __table_args__ = (
        CheckConstraint("(article_id IS NULL) = (span_start IS NULL)", name="place_whole"),
        CheckConstraint("(span_start IS NULL) = (span_end IS NULL)", name="span_whole"),
        CheckConstraint("span_start IS NULL OR span_start <= span_end", name="span_order"),
        CheckConstraint("same_as_id IS NULL OR same_as_id <> id", name="not_same_as_itself"),
        CheckConstraint("(row_code IS NULL) = (points_milli IS NULL)", name="row_has_points"),
        Index("ix_erratum_article_id_paragraph", "article_id", "paragraph"),
        Index("ix_erratum_issue_id", "issue_id"),
        index_where_set("erratum", "same_as_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"))
    page_label: Mapped[str | None] = mapped_column(String(40))
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"))
    paragraph: Mapped[int | None]
    span_start: Mapped[int | None]
    span_end: Mapped[int | None]
    wrong: Mapped[str | None] = mapped_column(Text)
    right: Mapped[str | None] = mapped_column(Text)
    same_as_id: Mapped[int | None] = mapped_column(ForeignKey("erratum.id"))
    row_code: Mapped[str | None] = mapped_column(String(8))
    doubling: Mapped[Doubling] = mapped_column(stored_enum(Doubling, "doubling_kind"), default=Doubling.NONE)
    points_milli: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    issue: Mapped[Issue | None] = relationship()
    article: Mapped[Article | None] = relationship()


class ErratumSlip(Base):
    """By what a located erratum is found again elsewhere in its month: the change it asks for, the line it stands in.

    `change` is wrong and right without what both share (帐>账); `line_digest` that of the whole line, so that copy
    shared by editions is told without reading an article. NULL: too long, too short or no word at all.
    """

    __tablename__ = "erratum_slip"
    __table_args__ = (
        Index("ix_erratum_slip_change_month", "change", "month"),
        Index("ix_erratum_slip_line_digest_month", "line_digest", "month"),
    )

    erratum_id: Mapped[int] = mapped_column(ForeignKey("erratum.id", ondelete="CASCADE"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    change: Mapped[str | None] = mapped_column(String(40))
    line_digest: Mapped[str | None] = mapped_column(String(32))


class ErratumApart(Base):
    """An editor said that two errata are not the same slip: nothing links or proposes them again."""

    __tablename__ = "erratum_apart"
    __table_args__ = (CheckConstraint("one_id < other_id", name="in_order"),)

    one_id: Mapped[int] = mapped_column(ForeignKey("erratum.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("erratum.id", ondelete="CASCADE"), primary_key=True, index=True)


class Report(Base):
    """One error that one reader pointed out. `id` is the printed number; `ordinal` the reader's own count.

    The columns hold the record as it stands (stated words kept as stated); every earlier form,
    the reader's own first, is a `ReportVersion`.
    """

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("reader_id", "ordinal"),
        CheckConstraint(
            # IS NOT NULL first: a CHECK that comes out NULL passes.
            "(verdict IS NOT NULL AND verdict = 'repeated') = (original_id IS NOT NULL)",
            name="repeated_names_original",
        ),
        CheckConstraint("original_id IS NULL OR original_id <> id", name="not_its_own_original"),
        CheckConstraint(
            "(state IN ('decided', 'needs_more', 'escalated')) = (decided_at IS NOT NULL)",
            name="decided_has_time",
        ),
        CheckConstraint("(decided_at IS NULL) = (decided_by_id IS NULL)", name="time_has_decider"),
        CheckConstraint(
            "(state = 'decided') = (verdict IS NOT NULL AND verdict <> 'needs_more')",
            name="decided_has_verdict",
        ),
        CheckConstraint(
            "verdict IS NULL OR verdict IN ('accepted', 'accepted_with_edits')"
            " OR (reason_text IS NOT NULL AND length(reason_text) > 0)",
            name="no_has_reason",
        ),
        CheckConstraint(
            "verdict IS NULL OR verdict NOT IN ('accepted', 'accepted_with_edits') OR erratum_id IS NOT NULL",
            name="accepted_has_erratum",
        ),
        CheckConstraint("state <> 'withdrawn' OR withdrawn_at IS NOT NULL", name="withdrawn_has_time"),
        # Both hold what the list of reports reads, so that 20,000 waiting ones are ordered without touching a row.
        Index("ix_report_state_id", "state", "id", "erratum_id", "counts_at"),
        Index("ix_report_round_id_state", "round_id", "state"),
        Index("ix_report_erratum_id", "erratum_id", "state", "reader_id"),
        index_where_set("report", "maybe_erratum_id"),
        Index("ix_report_issue_id", "issue_id"),
        Index("ix_report_article_id", "article_id"),
        Index("ix_report_counts_at", "counts_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"))
    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id"))
    ordinal: Mapped[int]
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    source: Mapped[ReportSource] = mapped_column(
        stored_enum(ReportSource, "report_source"), default=ReportSource.CHAT
    )
    state: Mapped[ReportState] = mapped_column(stored_enum(ReportState, "report_state"))
    late: Mapped[bool] = mapped_column(default=False)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counts_at: Mapped[datetime] = mapped_column(UtcDateTime)  # RULES 2
    time_flagged: Mapped[bool] = mapped_column(default=False)
    sequence: Mapped[int]  # id of the message that counts
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    paper_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"))
    paper_text: Mapped[str | None] = mapped_column(Text)
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"))
    issue_text: Mapped[str | None] = mapped_column(Text)
    issue_label: Mapped[str | None] = mapped_column(String(10))
    page_text: Mapped[str | None] = mapped_column(Text)
    page_label: Mapped[str | None] = mapped_column(String(40))
    article_text: Mapped[str | None] = mapped_column(Text)
    stated_article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"))
    wrong: Mapped[str | None] = mapped_column(Text)
    right: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)

    located: Mapped[str] = mapped_column(String(16), default="no_quote")
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"))
    paragraph: Mapped[int | None]
    quote_start: Mapped[int | None]
    quote_end: Mapped[int | None]

    erratum_id: Mapped[int | None] = mapped_column(ForeignKey("erratum.id"))
    maybe_erratum_id: Mapped[int | None] = mapped_column(ForeignKey("erratum.id"))  # an editor settles it

    verdict: Mapped[Verdict | None] = mapped_column(stored_enum(Verdict, "verdict_kind"))
    original_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    place_mark: Mapped[bool] = mapped_column(default=False)
    correction_mark: Mapped[bool] = mapped_column(default=False)
    reason_mark: Mapped[bool] = mapped_column(default=False)
    reason_text: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    reader: Mapped[Reader] = relationship()
    message: Mapped[Message] = relationship()
    paper: Mapped[Paper | None] = relationship()
    issue: Mapped[Issue | None] = relationship()
    article: Mapped[Article | None] = relationship(foreign_keys=[article_id])
    erratum: Mapped[Erratum | None] = relationship(foreign_keys=[erratum_id])
    decided_by: Mapped[Staff | None] = relationship(foreign_keys=[decided_by_id])


class ReportVersion(Base):
    """A report as it stood after one change; the first is the reader's original and stays untouched."""

    __tablename__ = "report_version"
    __table_args__ = (
        UniqueConstraint("report_id", "number"),
        CheckConstraint("(message_id IS NULL) <> (staff_id IS NULL)", name="by_reader_or_staff"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    number: Mapped[int]
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
