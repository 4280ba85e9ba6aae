"""A reader's own reports for his own pages: where they stand, how they got there, what was printed. One statement each.

Nothing of any other reader, and nothing that the newsroom keeps to itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import Session, aliased

from models.appeals import Appeal
from models.contests import Round, RuleSet
from models.enums import (
    CorrectionState,
    Doubling,
    OutgoingState,
    ReportSource,
    ReportState,
    RoundState,
    Verdict,
)
from models.grades import Grade
from models.messages import Message
from models.newsroom import CorrectionItem, CorrectionNotice
from models.outgoing import OutgoingMessage
from models.papers import Article, Issue, Page, Paper
from models.queries.reviews import held_back
from models.reports import Erratum, Report, ReportVersion
from models.work_enums import AppealState


@dataclass(frozen=True, slots=True)
class AppealView:
    """`verdict`: what it is against."""

    state: AppealState
    verdict: Verdict
    made_at: datetime
    due_on: date
    answered_at: datetime | None
    message_id: int


@dataclass(frozen=True, slots=True)
class RoundView:
    id: int
    month: str
    state: RoundState
    closes_at: datetime
    rules: str | None


@dataclass(frozen=True, slots=True)
class OwnReport:
    """`found_page`, `found_article`: where its words were found in print. `held_back`: he hears nothing before there is a
    second opinion."""

    number: int
    ordinal: int
    version: int
    state: ReportState
    verdict: Verdict | None
    source: ReportSource
    late: bool
    sent_at: datetime
    updated_at: datetime
    decided_at: datetime | None
    withdrawn_at: datetime | None
    reason_text: str | None
    marks: tuple[bool, bool, bool]
    paper: str | None
    paper_text: str | None
    month: str | None
    issue_text: str | None
    page_label: str | None
    article_text: str | None
    found_page: str | None
    found_article: str | None
    wrong: str | None
    right: str | None
    reason: str | None
    erratum_id: int | None
    row_code: str | None
    doubling: Doubling
    original: int | None  # his own count of the report that it repeats; None where another account of his has that
    held_back: bool
    round: RoundView | None
    appeal: AppealView | None


@dataclass(frozen=True, slots=True)
class Version:
    """A form of the record. `by_reader`: he wrote the message it came from; `way`: the kind of that message."""

    number: int
    at: datetime
    by_reader: bool
    way: str | None
    message_id: int | None
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Corrected:
    """A printed notice."""

    on: date
    page: str
    paper: str


_root, _own, _original = aliased(Erratum), aliased(Erratum), aliased(Report)
_REPORT = (
    select(
        Report.__table__, Paper.name.label("paper"), Issue.month, Page.number.label("found_page"),
        Article.title.label("found_article"), _root.row_code, _root.doubling, _original.ordinal.label("original"),
        held_back().label("held_back"), Round.month.label("round_month"), Round.state.label("round_state"),
        Round.closes_at, RuleSet.rules, Appeal.state.label("appeal_state"), Appeal.verdict.label("appealed"), Appeal.made_at,
        Appeal.due_on, Appeal.answered_at, Appeal.message_id.label("appeal_message_id"),
    )
    .outerjoin(Paper, Paper.id == Report.paper_id).outerjoin(Issue, Issue.id == Report.issue_id)
    .outerjoin(Article, Article.id == Report.article_id).outerjoin(Page, Page.id == Article.page_id)
    .outerjoin(_own, _own.id == Report.erratum_id)
    .outerjoin(_root, _root.id == func.coalesce(_own.same_as_id, _own.id))
    .outerjoin(_original, and_(_original.id == Report.original_id, _original.reader_id == Report.reader_id))
    .outerjoin(Round, Round.id == Report.round_id).outerjoin(RuleSet, RuleSet.id == Round.rule_set_id)
    .outerjoin(Appeal, Appeal.report_id == Report.id)
)


def newest(session: Session, reader_id: int, *, before: int | None, most: int) -> list[OwnReport]:
    """His reports, the newest first; with `before` only those before that ordinal."""
    query = _REPORT.where(Report.reader_id == reader_id)
    if before is not None:
        query = query.where(Report.ordinal < before)
    return [_view(row) for row in session.execute(query.order_by(Report.ordinal.desc()).limit(most))]


def one(session: Session, reader_id: int, ordinal: int) -> OwnReport | None:
    row = session.execute(_REPORT.where(Report.reader_id == reader_id, Report.ordinal == ordinal)).first()
    return None if row is None else _view(row)


def count(session: Session, readers: Collection[int]) -> int:
    return session.scalar(select(func.count(Report.id)).where(Report.reader_id.in_(readers))) or 0


def _view(row: Row[Any]) -> OwnReport:
    round_ = None if row.round_id is None else RoundView(
        row.round_id, row.round_month, row.round_state, row.closes_at, row.rules)
    appeal = None if row.appeal_state is None else AppealView(
        row.appeal_state, row.appealed, row.made_at, row.due_on, row.answered_at, row.appeal_message_id)
    return OwnReport(
        number=row.id, ordinal=row.ordinal, version=row.version, state=row.state, verdict=row.verdict, source=row.source,
        late=row.late, sent_at=row.sent_at, updated_at=row.updated_at, decided_at=row.decided_at,
        withdrawn_at=row.withdrawn_at, reason_text=row.reason_text,
        marks=(row.place_mark, row.correction_mark, row.reason_mark), paper=row.paper, paper_text=row.paper_text,
        month=row.month, issue_text=row.issue_text, page_label=row.page_label, article_text=row.article_text,
        found_page=row.found_page, found_article=row.found_article, wrong=row.wrong, right=row.right, reason=row.reason,
        erratum_id=row.erratum_id, row_code=row.row_code, doubling=row.doubling or Doubling.NONE, original=row.original,
        held_back=bool(row.held_back), round=round_, appeal=appeal)


def versions(session: Session, number: int) -> list[Version]:
    """The forms of the record, the first first."""
    rows = session.execute(
        select(ReportVersion.number, ReportVersion.created_at, ReportVersion.staff_id, ReportVersion.message_id,
               ReportVersion.fields, Message.msg_type)
        .outerjoin(Message, Message.id == ReportVersion.message_id)
        .where(ReportVersion.report_id == number).order_by(ReportVersion.number))
    return [Version(row.number, row.created_at, row.staff_id is None, row.msg_type, row.message_id, row.fields) for row in rows]


def questions(session: Session, number: int) -> Sequence[Row[datetime, str | None]]:
    """When an editor asked back, and what; no question that was taken back."""
    return session.execute(
        select(Grade.created_at, Grade.reason_text).where(
            Grade.report_id == number, Grade.verdict == Verdict.NEEDS_MORE, Grade.taken_back.is_(False),
            Grade.opinion.is_(False)).order_by(Grade.id)).all()


def words_of(session: Session, message_id: int) -> str | None:
    """What he wrote; None where it is not kept any more."""
    return session.scalar(select(Message.content).where(Message.id == message_id))


def answer_in_words(session: Session, reader_id: int, number: int, kind: str) -> str | None:
    """The newest message of that kind about a report that was not called back."""
    return session.scalar(
        select(OutgoingMessage.text).where(
            OutgoingMessage.reader_id == reader_id, OutgoingMessage.report_id == number, OutgoingMessage.kind == kind,
            OutgoingMessage.state != OutgoingState.CALLED_BACK, OutgoingMessage.text != "")
        .order_by(OutgoingMessage.id.desc()).limit(1))


def corrected(session: Session, errata: Collection[int]) -> Mapping[int, Corrected]:
    """Of these errata those that a printed notice corrects, with the first that did."""
    if not errata:
        return {}
    rows = session.execute(
        select(CorrectionItem.erratum_id, CorrectionNotice.printed_on, CorrectionNotice.printed_page, Paper.name)
        .join(CorrectionNotice, CorrectionNotice.id == CorrectionItem.notice_id)
        .join(Paper, Paper.id == CorrectionNotice.printed_paper_id)
        .where(CorrectionItem.erratum_id.in_(errata), CorrectionNotice.state == CorrectionState.PRINTED)
        .order_by(CorrectionNotice.printed_on.desc(), CorrectionNotice.id.desc()))
    return {row.erratum_id: Corrected(row.printed_on, row.printed_page, row.name) for row in rows}
