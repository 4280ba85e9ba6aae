"""Named reads of one report for the grading page. What names a reader stands apart, in `Private`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Label, Row, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.appeals import Appeal
from models.attachments import Attachment
from models.cockpit import IdentityReveal
from models.contests import Round, RuleSet
from models.enums import CorrectionState, Doubling, ReportSource, ReportState, RoundState, Verdict
from models.ledger import HouseFind
from models.newsroom import CorrectionItem, CorrectionNotice, ErratumCause
from models.papers import Article, Issue, Page, PageGeometry, Paper
from models.queries import reviews
from models.queries.corrections import LIVE
from models.queries.newsroom import CauseView, cause_view
from models.queries.page import LEAF, Leaf, leaf_of
from models.queries.papers import graders_of
from models.queries.queue import finders_of
from models.readers import Person, Reader
from models.reports import Erratum, Report
from models.satisfaction import Satisfaction
from models.staff import Staff
from models.work_enums import AppealState


@dataclass(frozen=True, slots=True)
class ReportView:
    """The record as it stands, without anything of its reader."""

    number: int
    contest_id: int
    paper_id: int | None
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
    ordinal: int  # the reader's own count, as messages to him name the report
    found_page: str | None  # the page of the article that it was found in
    appeal: AppealState | None
    appealed: Verdict | None  # what the appeal is against
    review_id: int | None = None  # the newest second opinion
    hidden: bool = False  # a further opinion is asked of whoever looks: nobody else's may be seen
    own_page: bool = False  # whoever looks made that page
    finders: int = 1  # persons who point at its error now: what the lists of open work go by
    satisfied: bool | None = None  # what the reader says of the decision
    revealed: bool = False  # somebody looked at it without its blackening


@dataclass(frozen=True, slots=True)
class Private:
    """For masking and ranking only; never handed to a template."""

    person_id: int
    printed_name: str | None
    sequence: int
    erased: bool
    barred: bool


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
class Competing:
    """Another report of the same erratum as it is ranked; for ranking only, never handed to a template."""

    number: int
    root_id: int
    person_id: int
    verdict: Verdict | None
    state: ReportState
    counts_at: datetime
    sequence: int
    late: bool
    round_id: int | None
    erased: bool
    barred: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the record: the rules it is scored under as stored, the cause of its error, the notice."""

    rules: str | None
    cause: CauseView | None
    corrected: tuple[int, CorrectionState] | None
    has_files: bool


def load(session: Session, number: int, *, viewer_id: int = 0) -> tuple[ReportView, Private, Beside] | None:
    """One report by its printed number, as the member of staff `viewer_id` may see it."""
    row = session.execute(_loaded(), {"number": number, "viewer_id": viewer_id}).first()
    if row is None:
        return None
    private = Private(row.person_id, row.printed_name, row.sequence, row.erased_at is not None, bool(row.barred))
    return _view(row), private, Beside(row.rules, _cause(row), _corrected(session, row), bool(row.has_files))


@cache  # to put it together takes ten times as long as to run it
def _loaded() -> Select[*tuple[Any, ...]]:
    own, root, maybe = aliased(Erratum), aliased(Erratum), aliased(Erratum)
    cause, shared = aliased(ErratumCause), aliased(ErratumCause)
    viewer_id = bindparam("viewer_id", type_=Integer)
    return (
        select(
            Report.__table__, Staff.display_name.label("decided_by"), Round.month.label("round_month"),
            Round.state.label("round_state"), Paper.name.label("paper"), Paper.outside_scope,
            graders_of(Paper.id),
            Issue.month, Issue.imported_at, Reader.person_id, Reader.printed_name, Reader.erased_at, root.id.label("root_id"),
            root.row_code, root.doubling, _house_found(root), _barred().label("barred"),
            func.coalesce(maybe.same_as_id, maybe.id).label("maybe_root_id"), Page.number.label("found_page"),
            Appeal.state.label("appeal"), Appeal.verdict.label("appealed"),
            reviews.newest_review().label("review_id"), reviews.hidden_from(viewer_id).label("hidden"),
            reviews.own_page(viewer_id).label("own_page"),
            Satisfaction.satisfied,
            RuleSet.rules, own.same_as_id, own.row_code.label("own_row"), cause.cause.label("own_cause"), cause.note,
            shared.cause.label("shared_cause"), _notice(own).label("notice_id"), _has_files().label("has_files"),
            finders_of().label("finders"),
            select(IdentityReveal.id).where(IdentityReveal.report_id == Report.id).correlate(Report).exists().label("revealed"),
        )
        .join(Reader, Reader.id == Report.reader_id).join(Person, Person.id == Reader.person_id)
        .outerjoin(Staff, Staff.id == Report.decided_by_id).outerjoin(Round, Round.id == Report.round_id)
        .outerjoin(Paper, Paper.id == Report.paper_id).outerjoin(Issue, Issue.id == Report.issue_id)
        .outerjoin(Article, Article.id == Report.article_id).outerjoin(Page, Page.id == Article.page_id)
        .outerjoin(own, own.id == Report.erratum_id)
        .outerjoin(root, root.id == func.coalesce(own.same_as_id, own.id))
        .outerjoin(maybe, maybe.id == Report.maybe_erratum_id)
        .outerjoin(Appeal, Appeal.report_id == Report.id)
        .outerjoin(Satisfaction, Satisfaction.report_id == Report.id)
        .outerjoin(cause, cause.erratum_id == own.id).outerjoin(shared, shared.erratum_id == own.same_as_id)
        .outerjoin(RuleSet, RuleSet.id == func.coalesce(Round.rule_set_id, _newest_rules()))
        .where(Report.id == bindparam("number"))
    )


def _barred() -> ColumnElement[bool]:
    """His person is no finder: staff, or somebody told not to take part."""
    return or_(Person.bar.is_not(None), select(Staff.id).where(Staff.person_id == Reader.person_id)
               .correlate(Reader).exists())


def _newest_rules() -> ColumnElement[int]:
    """A report of no round is looked at under the contest's newest rules."""
    newest = aliased(RuleSet)
    return (select(newest.id).where(newest.contest_id == Report.contest_id).order_by(newest.number.desc()).limit(1)
            .correlate(Report).scalar_subquery())


def _has_files() -> ColumnElement[bool]:
    """Its reader sent a photo or a voice some time, so that it is worth looking which belong here."""
    return select(Attachment.id).where(Attachment.reader_id == Report.reader_id).correlate(Report).exists()


def _notice(own: type[Erratum]) -> ColumnElement[int]:
    """The correction notice about its error that stands."""
    return (select(func.min(CorrectionNotice.id))
            .join(CorrectionItem, CorrectionItem.notice_id == CorrectionNotice.id)
            .where(CorrectionItem.erratum_id == own.id, CorrectionNotice.state.in_(LIVE)).correlate(own).scalar_subquery())


def _corrected(session: Session, row: Row[Any]) -> tuple[int, CorrectionState] | None:
    if row.notice_id is None:
        return None
    return row.notice_id, session.scalars(select(CorrectionNotice.state).where(CorrectionNotice.id == row.notice_id)).one()


def _cause(row: Row[Any]) -> CauseView | None:
    if row.erratum_id is None:
        return None
    return cause_view(row.erratum_id, row.same_as_id, row.own_row, row.own_cause, row.shared_cause, row.note)


def _house_found(root: type[Erratum]) -> Label[datetime]:
    """When the newsroom found this erratum, or the same slip elsewhere, for the first time."""
    own = aliased(Erratum)
    return (select(func.min(HouseFind.found_at)).join(own, own.id == HouseFind.erratum_id)
            .where(HouseFind.withdrawn_at.is_(None), or_(own.id == root.id, own.same_as_id == root.id))
            .correlate(root).scalar_subquery().label("house_found_at"))


def _view(row: Row[Any]) -> ReportView:
    return ReportView(
        number=row.id, contest_id=row.contest_id, paper_id=row.paper_id, version=row.version, state=row.state,
        verdict=row.verdict,
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
        house_found_at=row.house_found_at, ordinal=row.ordinal, found_page=row.found_page,
        appeal=row.appeal, appealed=row.appealed, review_id=row.review_id, hidden=bool(row.hidden),
        own_page=bool(row.own_page), finders=row.finders, satisfied=row.satisfied, revealed=bool(row.revealed),
    )


def others(session: Session, number: int, root_ids: tuple[int, ...]) -> tuple[list[OtherReport], list[Competing]]:
    """The other reports that hang on these errata or on the same slip elsewhere, in order of time; and how they rank."""
    if not root_ids:
        return [], []
    own = aliased(Erratum)
    root = func.coalesce(own.same_as_id, own.id)
    rows = session.execute(
        select(
            Report.id, root.label("root"), Report.erratum_id, Report.counts_at, Report.state, Report.verdict,
            Report.late, Report.wrong, Report.right, Paper.name.label("paper"), Issue.month,
            func.coalesce(Page.number, Report.page_label).label("page"), Report.round_id, Report.sequence,
            Reader.person_id, Reader.erased_at, _barred().label("barred"),
        )
        .join(own, own.id == Report.erratum_id)
        .join(Reader, Reader.id == Report.reader_id).join(Person, Person.id == Reader.person_id)
        .outerjoin(Paper, Paper.id == Report.paper_id).outerjoin(Issue, Issue.id == Report.issue_id)
        .outerjoin(Article, Article.id == Report.article_id).outerjoin(Page, Page.id == Article.page_id)
        # Not by a subquery: beside so many joins PostgreSQL would come to it last, after all reports.
        .where(or_(own.id.in_(root_ids), own.same_as_id.in_(root_ids)), Report.id != number)
        .order_by(Report.counts_at, Report.sequence, Report.id)
    ).all()
    return ([OtherReport(r.id, r.root, r.erratum_id, r.counts_at, r.state, r.verdict, r.late, r.paper, r.month, r.page,
                         r.wrong, r.right) for r in rows],
            [Competing(r.id, r.root, r.person_id, r.verdict, r.state, r.counts_at, r.sequence, r.late, r.round_id,
                       r.erased_at is not None, bool(r.barred)) for r in rows])


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
