"""Named reads of one report for the grading page. What names a reader stands apart, in `Private`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Label, Row, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.audit import AuditEntry
from models.contests import Round
from models.enums import ActorKind, Doubling, OutgoingState, ReportSource, ReportState, RoundState, Verdict
from models.grades import Grade
from models.ledger import HouseFind
from models.messages import Message
from models.outgoing import OutgoingMessage
from models.papers import Article, Issue, Page, PageGeometry, Paper
from models.queries.page import LEAF, Leaf, leaf_of
from models.queries.papers import graders_of
from models.readers import Reader
from models.reports import Erratum, Report, ReportVersion
from models.staff import Staff


@dataclass(frozen=True, slots=True)
class ReportView:
    """The record as it stands, without anything of its reader."""

    number: int
    contest_id: int
    version: int
    state: ReportState
    verdict: Verdict | None
    source: ReportSource
    late: bool
    time_flagged: bool
    sent_at: datetime
    counts_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    reason_text: str | None
    original_id: int | None
    marks: tuple[bool, bool, bool]
    round_id: int | None
    round_month: str | None
    round_state: RoundState | None
    paper: str | None
    paper_text: str | None
    month: str | None
    issue_id: int | None
    issue_label: str | None
    issue_text: str | None
    issue_imported: bool
    page_label: str | None
    page_text: str | None
    article_text: str | None
    wrong: str | None
    right: str | None
    reason: str | None
    located: str
    article_id: int | None
    paragraph: int | None
    quote_start: int | None
    quote_end: int | None
    erratum_id: int | None
    root_id: int | None
    maybe_erratum_id: int | None
    maybe_root_id: int | None
    row_code: str | None
    doubling: Doubling
    outside_scope: str | None
    graders: tuple[str, ...]  # who is to grade this paper's reports; none: everybody
    house_found_at: datetime | None  # when the newsroom found the same error itself; readers never hear of it


@dataclass(frozen=True, slots=True)
class Private:
    """For masking and ranking only; never handed to a template."""

    person_id: int
    printed_name: str | None


@dataclass(frozen=True, slots=True)
class VersionView:
    """One form of the record and the words it came from. `by` is a member of staff, None the reader."""

    number: int
    at: datetime
    by: str | None
    message_id: int | None
    msg_type: str | None
    content: str | None
    erased: bool
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class GradeView:
    id: int
    at: datetime
    by: str
    verdict: Verdict
    row_code: str | None
    doubling: Doubling
    marks: tuple[bool, bool, bool]
    original_id: int | None
    reason_text: str | None
    taken_back: bool


@dataclass(frozen=True, slots=True)
class AuditView:
    at: datetime
    by: str | None
    by_kind: ActorKind
    verb: str
    before: str | None
    after: str | None
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OtherReport:
    """Another report of the same erratum (`maybe` False) or of the one it may be the same as."""

    number: int
    root_id: int
    erratum_id: int
    counts_at: datetime
    state: ReportState
    verdict: Verdict | None
    late: bool
    paper: str | None
    month: str | None
    page: str | None
    wrong: str | None
    right: str | None


@dataclass(frozen=True, slots=True)
class PrintedArticle:
    """An article with the page and issue it stands in; `leaf`: that page's picture and boxes."""

    id: int
    paper: str
    month: str
    published_on: date | None
    page: str
    page_name: str | None
    kind: str
    title: str
    subtitle: str | None
    byline: str | None
    paragraphs: tuple[str, ...]
    key: str
    leaf: Leaf


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """The last words about the outcome that go, or went, to the reader."""

    text: str
    state: OutgoingState
    not_before: datetime
    sent_at: datetime | None


def load(session: Session, number: int) -> tuple[ReportView, Private] | None:
    """One report by its printed number."""
    own, root, maybe = aliased(Erratum), aliased(Erratum), aliased(Erratum)
    row = session.execute(
        select(
            Report.__table__, Staff.display_name.label("decided_by"), Round.month.label("round_month"),
            Round.state.label("round_state"), Paper.name.label("paper"), Paper.outside_scope,
            graders_of(Paper.id),
            Issue.month, Issue.imported_at, Reader.person_id, Reader.printed_name, root.id.label("root_id"),
            root.row_code, root.doubling, _house_found(root),
            func.coalesce(maybe.same_as_id, maybe.id).label("maybe_root_id"),
        )
        .join(Reader, Reader.id == Report.reader_id)
        .outerjoin(Staff, Staff.id == Report.decided_by_id).outerjoin(Round, Round.id == Report.round_id)
        .outerjoin(Paper, Paper.id == Report.paper_id).outerjoin(Issue, Issue.id == Report.issue_id)
        .outerjoin(own, own.id == Report.erratum_id)
        .outerjoin(root, root.id == func.coalesce(own.same_as_id, own.id))
        .outerjoin(maybe, maybe.id == Report.maybe_erratum_id)
        .where(Report.id == number)
    ).first()
    return (_view(row), Private(row.person_id, row.printed_name)) if row else None


def _house_found(root: type[Erratum]) -> Label[datetime]:
    """When the newsroom found this erratum, or the same slip elsewhere, for the first time."""
    own = aliased(Erratum)
    return (select(func.min(HouseFind.found_at)).join(own, own.id == HouseFind.erratum_id)
            .where(HouseFind.withdrawn_at.is_(None), or_(own.id == root.id, own.same_as_id == root.id))
            .correlate(root).scalar_subquery().label("house_found_at"))


def _view(row: Row[Any]) -> ReportView:
    return ReportView(
        number=row.id, contest_id=row.contest_id, version=row.version, state=row.state, verdict=row.verdict,
        source=row.source, late=row.late, time_flagged=row.time_flagged, sent_at=row.sent_at,
        counts_at=row.counts_at, decided_at=row.decided_at, decided_by=row.decided_by,
        reason_text=row.reason_text, original_id=row.original_id,
        marks=(row.place_mark, row.correction_mark, row.reason_mark), round_id=row.round_id,
        round_month=row.round_month, round_state=row.round_state, paper=row.paper, paper_text=row.paper_text,
        month=row.month, issue_id=row.issue_id, issue_label=row.issue_label, issue_text=row.issue_text,
        issue_imported=row.imported_at is not None, page_label=row.page_label, page_text=row.page_text,
        article_text=row.article_text, wrong=row.wrong, right=row.right, reason=row.reason,
        located=row.located, article_id=row.article_id, paragraph=row.paragraph, quote_start=row.quote_start,
        quote_end=row.quote_end, erratum_id=row.erratum_id, root_id=row.root_id,
        maybe_erratum_id=row.maybe_erratum_id, maybe_root_id=row.maybe_root_id, row_code=row.row_code,
        doubling=row.doubling or Doubling.NONE, outside_scope=row.outside_scope,
        graders=tuple(sorted((row.graders or "").split("\n"))) if row.graders else (),
        house_found_at=row.house_found_at,
    )


def versions(session: Session, number: int) -> tuple[VersionView, ...]:
    """Every form of the record, the reader's original first."""
    rows = session.execute(
        select(ReportVersion.number, ReportVersion.created_at, ReportVersion.fields, Staff.display_name,
               ReportVersion.message_id, Message.msg_type, Message.content, Message.erased_at)
        .outerjoin(Staff, Staff.id == ReportVersion.staff_id)
        .outerjoin(Message, Message.id == ReportVersion.message_id)
        .where(ReportVersion.report_id == number).order_by(ReportVersion.number)
    )
    return tuple(VersionView(r.number, r.created_at, r.display_name, r.message_id, r.msg_type, r.content,
                             r.erased_at is not None, r.fields) for r in rows)


def grades(session: Session, number: int) -> tuple[GradeView, ...]:
    """All grades of a report, oldest first."""
    rows = session.execute(
        select(Grade.__table__, Staff.display_name).join(Staff, Staff.id == Grade.grader_id)
        .where(Grade.report_id == number).order_by(Grade.id)
    )
    return tuple(GradeView(r.id, r.created_at, r.display_name, r.verdict, r.row_code, r.doubling,
                           (r.place_mark, r.correction_mark, r.reason_mark), r.original_id, r.reason_text,
                           r.taken_back) for r in rows)


def entries(session: Session, number: int, erratum_id: int | None) -> tuple[AuditView, ...]:
    """What the audit trail says of a report and of its erratum, oldest first."""
    about: ColumnElement[bool] = (AuditEntry.object_kind == "report") & (AuditEntry.object_id == number)
    if erratum_id is not None:
        about = or_(about, (AuditEntry.object_kind == "erratum") & (AuditEntry.object_id == erratum_id))
    rows = session.execute(
        select(AuditEntry.at, AuditEntry.actor_kind, AuditEntry.verb, AuditEntry.before, AuditEntry.after,
               AuditEntry.details, Staff.display_name)
        .outerjoin(Staff, Staff.id == AuditEntry.staff_id).where(about).order_by(AuditEntry.id)
    )
    return tuple(AuditView(r.at, r.display_name, r.actor_kind, r.verb, r.before, r.after, r.details)
                 for r in rows)


def others(session: Session, number: int, root_ids: tuple[int, ...]) -> tuple[OtherReport, ...]:
    """The other reports that hang on these errata or on the same slip elsewhere, in order of time."""
    if not root_ids:
        return ()
    own = aliased(Erratum)
    root = func.coalesce(own.same_as_id, own.id)
    rows = session.execute(
        select(
            Report.id, root.label("root"), Report.erratum_id, Report.counts_at, Report.state, Report.verdict,
            Report.late, Report.wrong, Report.right, Paper.name.label("paper"), Issue.month,
            func.coalesce(Page.number, Report.page_label).label("page"),
        )
        .join(own, own.id == Report.erratum_id)
        .outerjoin(Paper, Paper.id == Report.paper_id).outerjoin(Issue, Issue.id == Report.issue_id)
        .outerjoin(Article, Article.id == Report.article_id).outerjoin(Page, Page.id == Article.page_id)
        .where(or_(own.id.in_(root_ids), own.same_as_id.in_(root_ids)), Report.id != number)
        .order_by(Report.counts_at, Report.sequence, Report.id)
    )
    return tuple(OtherReport(r.id, r.root, r.erratum_id, r.counts_at, r.state, r.verdict, r.late, r.paper,
                             r.month, r.page, r.wrong, r.right) for r in rows)


def articles(session: Session, ids: set[int]) -> dict[int, PrintedArticle]:
    """Articles by id, with where they stand."""
    if not ids:
        return {}
    rows = session.execute(
        select(Article.__table__, *LEAF[1:], Page.name.label("page_name"), Issue.month, Issue.published_on,
               Paper.name.label("paper"))
        .join(Page, Page.id == Article.page_id).join(Issue, Issue.id == Page.issue_id)
        .outerjoin(PageGeometry, PageGeometry.page_id == Page.id)
        .join(Paper, Paper.id == Issue.paper_id).where(Article.id.in_(sorted(ids)))
    )
    return {
        r.id: PrintedArticle(r.id, r.paper, r.month, r.published_on, r.number, r.page_name, r.kind, r.title,
                             r.subtitle, r.byline, tuple(r.paragraphs), r.key, leaf_of(r))
        for r in rows
    }


def outcome(session: Session, number: int) -> OutcomeView | None:
    """The newest outcome in the outbox of this report."""
    row = session.execute(
        select(OutgoingMessage.text, OutgoingMessage.state, OutgoingMessage.not_before, OutgoingMessage.sent_at)
        .where(OutgoingMessage.report_id == number, OutgoingMessage.kind == "outcome")
        .order_by(OutgoingMessage.id.desc()).limit(1)
    ).first()
    return OutcomeView(row.text, row.state, row.not_before, row.sent_at) if row else None
