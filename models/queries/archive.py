"""Reads of reports to be looked at once more, outside their own page: for calibration, for comparing finalists."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.contests import Round
from models.enums import SCORING_VERDICTS, Doubling, ReportSource, ReportState, RoundState, Verdict
from models.messages import Message
from models.papers import Article, Issue, Page, Paper
from models.practice import CalibrationItem
from models.queries.appeals import open_appeal
from models.queries.reviews import in_review
from models.readers import Reader
from models.reports import Erratum, Report

ARCHIVED = (RoundState.PICKED, RoundState.RELEASED)
CANDIDATES = 300
"""So many of the newest archived reports are looked through for a proposal."""
LONGEST_WORDS = 400


@dataclass(frozen=True, slots=True)
class ArchivedReport:
    """A decided report with where it stands in print. `content` and `printed_name` name its reader: to be masked.

    `paragraph`: its text, "" where the place is not known; `start`, `end` the words in it.
    """

    number: int
    person_id: int
    month: str | None
    paper: str | None
    page: str | None
    article: str | None
    title: str | None
    paragraphs: tuple[str, ...]
    at: int | None
    start: int
    end: int
    wrong: str | None
    right: str | None
    reason: str | None
    content: str | None
    printed_name: str | None
    verdict: Verdict | None
    row_code: str | None
    doubling: Doubling
    marks: tuple[bool, bool, bool]
    reason_text: str | None


def reports(session: Session, numbers: Collection[int]) -> dict[int, ArchivedReport]:
    """By number. One query."""
    return {one.number: one for one in _read(session, [Report.id.in_(numbers)], len(numbers))} if numbers else {}


def candidates(session: Session, contest_id: int, numbers: Collection[int] | None = None) -> list[ArchivedReport]:
    """Decided reports of rounds that are over, written as text and not used in the calibration of a round that is over
    as well, the newest first; only those of `numbers` where they are given."""
    settled = (~open_appeal(), ~in_review())
    used = (select(CalibrationItem.report_id).join(Round, Round.id == CalibrationItem.round_id)
            .where(Round.state.in_(ARCHIVED)))
    named = [] if numbers is None else [Report.id.in_(numbers)]
    return _read(session, [
        *named, *settled, Report.contest_id == contest_id, Report.state == ReportState.DECIDED, Report.late.is_(False),
        Report.verdict.not_in((Verdict.REPEATED, Verdict.NEEDS_MORE)), Report.source == ReportSource.CHAT,
        Round.state.in_(ARCHIVED), Message.content.is_not(None), func.length(Message.content) <= LONGEST_WORDS,
        Report.id.not_in(used)], CANDIDATES)


def accepted_of(session: Session, round_id: int, persons: Collection[int]) -> list[ArchivedReport]:
    """The accepted reports of these persons in one round."""
    return _read(session, [
        Report.round_id == round_id, Report.state == ReportState.DECIDED, Report.late.is_(False),
        Report.verdict.in_(SCORING_VERDICTS), Reader.person_id.in_(persons)], None)


def _read(session: Session, conditions: list[ColumnElement[bool]], limit: int | None) -> list[ArchivedReport]:
    own, root = aliased(Erratum), aliased(Erratum)
    query = (
        select(
            Report.id, Reader.person_id, func.coalesce(Issue.month, Report.issue_label).label("month"),
            func.coalesce(Paper.name, Report.paper_text).label("paper"),
            func.coalesce(Page.number, Report.page_label).label("page"), Report.article_text, Article.title,
            Article.paragraphs, Report.paragraph, Report.quote_start, Report.quote_end, Report.wrong, Report.right,
            Report.reason, Message.content, Reader.printed_name, Report.verdict, root.row_code, root.doubling,
            Report.place_mark, Report.correction_mark, Report.reason_mark, Report.reason_text)
        .join(Reader, Reader.id == Report.reader_id).join(Message, Message.id == Report.message_id)
        .outerjoin(Round, Round.id == Report.round_id).outerjoin(Paper, Paper.id == Report.paper_id)
        .outerjoin(Issue, Issue.id == Report.issue_id).outerjoin(Article, Article.id == Report.article_id)
        .outerjoin(Page, Page.id == Article.page_id).outerjoin(own, own.id == Report.erratum_id)
        .outerjoin(root, or_(root.id == own.same_as_id, (own.same_as_id.is_(None)) & (root.id == own.id)))
        .where(*conditions).order_by(Report.id.desc()).limit(limit)
    )
    rows: Any = session.execute(query)
    return [_report(row) for row in rows]


def _report(row: Row[Any]) -> ArchivedReport:
    return ArchivedReport(
        row.id, row.person_id, row.month, row.paper, row.page, row.article_text, row.title,
        tuple(row.paragraphs or ()), row.paragraph, row.quote_start or 0, row.quote_end or 0, row.wrong, row.right,
        row.reason, row.content, row.printed_name, row.verdict, row.row_code, row.doubling or Doubling.NONE,
        (row.place_mark, row.correction_mark, row.reason_mark), row.reason_text)
