"""Named reads of confirmed errata for the desks' month and for corrections. Finders are a number, never a name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.contests import Round, RuleSet
from models.enums import SCORING_VERDICTS, DeskCause, Doubling, ReportState, Verdict
from models.newsroom import ErratumCause
from models.papers import Article, Issue, Page, Paper
from models.readers import Reader
from models.reports import Erratum, ErratumSlip, Report

IN_TITLE = (-1, -2)
"""The paragraph numbers of a title and a subtitle in a place."""
MOST = 500
"""At most so many places of one month are shown at once."""
EARLIER = 300
"""At most so many places of earlier months are compared with a month."""
MONTHS = 24


@dataclass(frozen=True, slots=True)
class Confirmed:
    """One place in print whose error is accepted, in the words of the first accepted report.

    `root_id`: the slip it counts as one with. `cause` is its own, else that of the root; `own_cause` says which.
    """

    id: int
    root_id: int
    contest_id: int
    paper_id: int
    paper: str
    issue_id: int
    month: str
    published_on: date | None
    page_id: int | None
    page: str | None
    article_id: int | None
    article: str | None
    in_title: bool
    wrong: str | None
    right: str | None
    row_code: str
    doubling: Doubling
    points_milli: int
    cause: DeskCause | None
    own_cause: bool
    note: str | None
    persons: frozenset[int]
    number: int | None
    decided_at: datetime | None

    @property
    def finders(self) -> int:
        return len(self.persons)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A confirmed error of an earlier month."""

    erratum_id: int
    wrong: str | None
    right: str | None
    paper: str
    month: str
    published_on: date | None
    page: str | None
    article: str | None
    number: int | None


@dataclass(frozen=True, slots=True)
class Said:
    """The first accepted report of an erratum, and how many persons found it."""

    number: int
    wrong: str | None
    right: str | None
    article_text: str | None
    decided_at: datetime | None
    persons: frozenset[int]


@dataclass(frozen=True, slots=True)
class CauseView:
    """What is known of the cause of one erratum. `target_id`: whose cause a tap sets."""

    erratum_id: int
    target_id: int
    cause: DeskCause | None
    own: bool
    note: str | None
    confirmed: bool


def months(session: Session) -> list[str]:
    """The months that have confirmed errata, the newest first."""
    return list(session.scalars(
        select(Issue.month).join(Erratum, Erratum.issue_id == Issue.id).where(Erratum.row_code.is_not(None))
        .distinct().order_by(Issue.month.desc()).limit(MONTHS)))


def papers(session: Session, month: str) -> list[tuple[int, str]]:
    """(id, name) of the papers that have confirmed errata in a month."""
    rows = session.execute(
        select(Paper.id, Paper.name).join(Issue, Issue.paper_id == Paper.id).join(Erratum, Erratum.issue_id == Issue.id)
        .where(Issue.month == month, Erratum.row_code.is_not(None)).distinct().order_by(Paper.id))
    return [(row.id, row.name) for row in rows]


def rules(session: Session, month: str) -> list[str]:
    """The rule sets of the month's rounds, as stored; they say what its kinds are called."""
    used = select(Round.rule_set_id).where(Round.month == month)
    return list(session.scalars(select(RuleSet.rules).where(RuleSet.id.in_(used)).order_by(RuleSet.id)))


def of_month(session: Session, month: str, *, paper_id: int | None = None) -> list[Confirmed]:
    """The confirmed errata of one month's issues, paper by paper in the order of the pages; at most MOST + 1."""
    where = [Issue.month == month] + ([Issue.paper_id == paper_id] if paper_id is not None else [])
    return confirmed(session, *where, limit=MOST + 1)


def by_id(session: Session, erratum_ids: Collection[int]) -> list[Confirmed]:
    """Those of these errata that are confirmed."""
    return confirmed(session, Erratum.id.in_(sorted(erratum_ids)), limit=len(erratum_ids)) if erratum_ids else []


def confirmed(session: Session, *where: ColumnElement[bool], limit: int) -> list[Confirmed]:
    """Graded errata; not a linked place whose own reports were all refused."""
    rows = session.execute(_query().where(Erratum.row_code.is_not(None), or_(_own(True), ~_own(False)), *where)
                           .limit(limit)).all()
    said = first_reports(session, [row.id for row in rows])
    return [_confirmed(row, said.get(row.id)) for row in rows]


def _own(accepted: bool) -> ColumnElement[bool]:
    """Whether a report of the very place was accepted, or else refused. A repeat is neither."""
    verdict = Report.verdict.in_(SCORING_VERDICTS) if accepted else and_(
        Report.verdict.not_in(SCORING_VERDICTS), Report.verdict != Verdict.REPEATED)
    return select(Report.id).where(Report.erratum_id == Erratum.id, Report.state == ReportState.DECIDED, verdict).exists()


def _query() -> Any:
    own, shared = aliased(ErratumCause), aliased(ErratumCause)
    return (
        select(
            Erratum.id, func.coalesce(Erratum.same_as_id, Erratum.id).label("root_id"), Erratum.contest_id,
            Erratum.page_label, Erratum.article_id, Erratum.paragraph, Erratum.wrong, Erratum.right, Erratum.row_code,
            Erratum.doubling, Erratum.points_milli, Issue.id.label("issue_id"), Issue.month, Issue.published_on,
            Paper.id.label("paper_id"), Paper.name.label("paper"), Page.id.label("page_id"),
            Page.number.label("page"), Article.title, own.cause.label("own_cause"), own.note,
            shared.cause.label("shared_cause"),
        )
        .join(Issue, Issue.id == Erratum.issue_id).join(Paper, Paper.id == Issue.paper_id)
        .outerjoin(Article, Article.id == Erratum.article_id).outerjoin(Page, Page.id == Article.page_id)
        .outerjoin(own, own.erratum_id == Erratum.id).outerjoin(shared, shared.erratum_id == Erratum.same_as_id)
        .order_by(Paper.id, Issue.month, *_by_number(func.coalesce(Page.number, Erratum.page_label)), Article.position,
                  Erratum.id)
    )


def _by_number(page: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """02 before 10, also where a 2 was stated; what is on no page known comes last."""
    bare = func.ltrim(page, "0")
    return [page.is_(None), func.length(bare), bare]


def _confirmed(row: Any, said: Said | None) -> Confirmed:
    return Confirmed(
        row.id, row.root_id, row.contest_id, row.paper_id, row.paper, row.issue_id, row.month, row.published_on,
        row.page_id, row.page or row.page_label, row.article_id, row.title or (said.article_text if said else None),
        row.paragraph in IN_TITLE, *_words(row, said), row.row_code, row.doubling, row.points_milli or 0,
        row.own_cause or row.shared_cause, row.own_cause is not None, row.note,
        said.persons if said else frozenset(), said.number if said else None, said.decided_at if said else None)


def _words(row: Any, said: Said | None) -> tuple[str | None, str | None]:
    """An editor mends the report, not the erratum: the report's words are the better ones."""
    if said is not None and (said.wrong or said.right):
        return said.wrong, said.right
    return row.wrong, row.right


def first_reports(session: Session, erratum_ids: Collection[int]) -> dict[int, Said]:
    """By erratum its first accepted report and the persons behind all of them."""
    found: dict[int, Said] = {}
    rows = session.execute(
        select(Report.erratum_id, Report.id, Report.wrong, Report.right, Report.article_text, Report.decided_at,
               Reader.person_id)
        .join(Reader, Reader.id == Report.reader_id)
        .where(Report.erratum_id.in_(sorted(erratum_ids)), Report.verdict.in_(SCORING_VERDICTS))
        .order_by(Report.counts_at, Report.sequence, Report.id)) if erratum_ids else ()
    for row in rows:
        first = found.get(row.erratum_id)
        found[row.erratum_id] = Said(
            first.number, first.wrong, first.right, first.article_text, _earlier(first.decided_at, row.decided_at),
            first.persons | {row.person_id},
        ) if first else Said(row.id, row.wrong, row.right, row.article_text, row.decided_at, frozenset({row.person_id}))
    return found


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)


def earlier(session: Session, month: str, *, changes: Collection[str], wrongs: Collection[str]) -> list[Earlier]:
    """Confirmed errata before `month` with one of these changes or wrong words, the newest first; at most EARLIER."""
    if not changes and not wrongs:
        return []
    number = (select(func.min(Report.id)).where(Report.erratum_id == Erratum.id).correlate(Erratum).scalar_subquery())
    rows = session.execute(
        select(Erratum.id, Erratum.wrong, Erratum.right, Paper.name, Issue.month, Issue.published_on,
               func.coalesce(Page.number, Erratum.page_label), Article.title, number)
        .join(Issue, Issue.id == Erratum.issue_id).join(Paper, Paper.id == Issue.paper_id)
        .outerjoin(Article, Article.id == Erratum.article_id).outerjoin(Page, Page.id == Article.page_id)
        .outerjoin(ErratumSlip, ErratumSlip.erratum_id == Erratum.id)
        .where(Issue.month < month, Erratum.row_code.is_not(None),
               or_(ErratumSlip.change.in_(sorted(changes)), Erratum.wrong.in_(sorted(wrongs))))
        .order_by(Issue.month.desc(), Erratum.id.desc()).limit(EARLIER))
    return [Earlier(*row) for row in rows]


def cause_of(session: Session, erratum_id: int | None) -> CauseView | None:
    """For the grading page; None where the report hangs on no erratum."""
    if erratum_id is None:
        return None
    own, shared = aliased(ErratumCause), aliased(ErratumCause)
    row = session.execute(
        select(Erratum.same_as_id, Erratum.row_code, own.cause.label("own_cause"), own.note,
               shared.cause.label("shared_cause"))
        .outerjoin(own, own.erratum_id == Erratum.id).outerjoin(shared, shared.erratum_id == Erratum.same_as_id)
        .where(Erratum.id == erratum_id)).first()
    if row is None:
        return None
    return cause_view(erratum_id, row.same_as_id, row.row_code, row.own_cause, row.shared_cause, row.note)


def cause_view(erratum_id: int, same_as_id: int | None, row_code: str | None, own: DeskCause | None,
               shared: DeskCause | None, note: str | None) -> CauseView:
    """From what stands on the erratum itself and on the slip it is linked to."""
    cause = own or shared
    # The first word about a slip is said of all its places; what differs afterwards is said of one.
    target = same_as_id if same_as_id is not None and cause is None else erratum_id
    return CauseView(erratum_id, target, cause, own is not None, note, row_code is not None)
