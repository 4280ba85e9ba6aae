"""Named reads for the paper's ledger: issues, pages with their layouts, confirmed errata. Counts nothing itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.contests import RuleSet
from models.enums import SCORING_VERDICTS, Doubling, ReportState, Verdict
from models.ledger import HouseFind, PageLayout, PaperLayout
from models.papers import Article, Issue, Page, PageGeometry, Paper
from models.reports import Erratum, ErratumApart, Report

REFUSALS = frozenset(Verdict) - SCORING_VERDICTS - {Verdict.REPEATED, Verdict.NEEDS_MORE}
"""Verdicts that say of one place: nothing is wrong here. A repeat says nothing of the place."""


@dataclass(frozen=True, slots=True)
class IssueRow:
    id: int
    paper_id: int
    paper: str
    month: str
    published_on: date | None
    contest_id: int | None
    usual_pages: int | None


@dataclass(frozen=True, slots=True)
class PageRow:
    """`per_line` and `lines`: this page's own, if it has any."""

    id: int
    issue_id: int
    number: str
    name: str | None
    position: int
    per_line: int | None
    lines: int | None
    pictures_percent: int
    decoration_percent: int


@dataclass(frozen=True, slots=True)
class LayoutRow:
    paper_id: int
    from_month: str
    per_line: int
    lines: int


@dataclass(frozen=True, slots=True)
class ErratumRow:
    """An erratum graded, or found in-house, itself or through what it is linked to. `points_milli` None: not graded.

    `refused`: reports of this very place were decided, and none accepted. `first_report`: the number of the earliest.
    """

    id: int
    root_id: int
    issue_id: int
    page_id: int | None
    page_label: str | None
    article: str | None
    article_position: int
    paragraph: int | None
    start: int | None
    wrong: str | None
    right: str | None
    row_code: str | None
    doubling: Doubling
    points_milli: int | None
    refused: bool
    first_report: int | None

    @property
    def placed(self) -> bool:
        return self.page_id is not None


@dataclass(frozen=True, slots=True)
class FindRow:
    """What a standing house find says of an erratum."""

    id: int
    erratum_id: int
    root_id: int
    row_code: str
    doubling: Doubling
    points_milli: int


def issues(session: Session, *, issue_id: int | None = None, paper_id: int | None = None,
           first: str | None = None, last: str | None = None, most: int | None = None) -> list[IssueRow]:
    """Newest month first; those that have pages, or an erratum on record. `first` and `last`: months, both included.

    At most the newest `most` issues.
    """
    query = (
        select(Issue.id, Issue.paper_id, Paper.name, Issue.month, Issue.published_on, Paper.contest_id,
               Paper.usual_pages)
        .join(Paper, Paper.id == Issue.paper_id).order_by(Issue.month.desc(), Issue.paper_id)
    )
    if issue_id is not None:
        return [IssueRow(*row) for row in session.execute(query.where(Issue.id == issue_id))]
    query = query.where(_has_something())
    if paper_id is not None:
        query = query.where(Issue.paper_id == paper_id)
    if first is not None:
        query = query.where(Issue.month >= first)
    if last is not None:
        query = query.where(Issue.month <= last)
    return [IssueRow(*row) for row in session.execute(query.limit(most))]


def months(session: Session, *, before: str | None, limit: int) -> list[str]:
    """The newest months with something in the ledger, older than `before` where that is given."""
    query = select(Issue.month).where(_has_something()).distinct().order_by(Issue.month.desc()).limit(limit)
    if before is not None:
        query = query.where(Issue.month < before)
    return list(session.scalars(query))


def _has_something() -> ColumnElement[bool]:
    return or_(select(Page.id).where(Page.issue_id == Issue.id).exists(),
               select(Erratum.id).where(Erratum.issue_id == Issue.id, Erratum.points_milli.is_not(None)).exists(),
               select(HouseFind.id).where(HouseFind.issue_id == Issue.id, HouseFind.withdrawn_at.is_(None)).exists())


def pages(session: Session, issue_ids: Sequence[int]) -> list[PageRow]:
    """In the order of the paper, with what an editor said of each page's layout."""
    query = (
        select(Page.id, Page.issue_id, Page.number, Page.name, Page.position, PageLayout.per_line, PageLayout.lines,
               func.coalesce(PageLayout.pictures_percent, 0), func.coalesce(PageLayout.decoration_percent, 0))
        .outerjoin(PageLayout, PageLayout.page_id == Page.id).where(Page.issue_id.in_(issue_ids))
        .order_by(Page.issue_id, Page.position)
    )
    return [PageRow(*row) for row in session.execute(query)]


def layouts(session: Session, paper_ids: Sequence[int]) -> list[LayoutRow]:
    """Of each paper the oldest first."""
    query = (select(PaperLayout.paper_id, PaperLayout.from_month, PaperLayout.per_line, PaperLayout.lines)
             .where(PaperLayout.paper_id.in_(paper_ids)).order_by(PaperLayout.paper_id, PaperLayout.from_month))
    return [LayoutRow(*row) for row in session.execute(query)]


def text_lengths(session: Session, page_ids: Sequence[int]) -> dict[int, int]:
    """By page the printed characters of its articles, spaces left out; reads every text, so ask for few pages."""
    query = (select(Article.page_id, Article.title, Article.subtitle, Article.byline, Article.paragraphs)
             .where(Article.page_id.in_(page_ids)))
    lengths: dict[int, int] = {}
    for row in session.execute(query):
        texts = (row.title, row.subtitle or "", row.byline or "", *row.paragraphs)
        lengths[row.page_id] = lengths.get(row.page_id, 0) + sum(len("".join(text.split())) for text in texts)
    return lengths


def errata(session: Session, issue_ids: Sequence[int]) -> list[ErratumRow]:
    """In the order of print: page, article, paragraph, place; those of no known place last."""
    root = func.coalesce(Erratum.same_as_id, Erratum.id)
    own = Report.erratum_id == Erratum.id
    decided = and_(own, Report.state == ReportState.DECIDED)
    refused = and_(select(Report.id).where(decided, Report.verdict.in_(REFUSALS)).exists(),
                   ~select(Report.id).where(decided, Report.verdict.in_(SCORING_VERDICTS)).exists())
    first = select(func.min(Report.id)).where(own).correlate(Erratum).scalar_subquery()
    query = (
        select(Erratum.id, root, Erratum.issue_id, Article.page_id, func.coalesce(Page.number, Erratum.page_label),
               Article.title, func.coalesce(Article.position, 0), Erratum.paragraph, Erratum.span_start, Erratum.wrong,
               Erratum.right, Erratum.row_code, Erratum.doubling, Erratum.points_milli, refused, first)
        .outerjoin(Article, Article.id == Erratum.article_id).outerjoin(Page, Page.id == Article.page_id)
        .where(Erratum.issue_id.in_(issue_ids), or_(Erratum.points_milli.is_not(None), root.in_(_found_roots())))
        .order_by(Erratum.issue_id, Page.position.is_(None), Page.position, Article.position, Erratum.paragraph,
                  Erratum.span_start, Erratum.id)
    )
    return [ErratumRow(*row) for row in cast("Iterable[Any]", session.execute(query))]


def _found_roots() -> Select[Any]:
    """The roots of all errata that a standing house find names."""
    found = aliased(Erratum)
    return (select(func.coalesce(found.same_as_id, found.id)).select_from(HouseFind)
            .join(found, found.id == HouseFind.erratum_id).where(HouseFind.withdrawn_at.is_(None)))


def finds(session: Session, issue_ids: Sequence[int]) -> list[FindRow]:
    """Standing house finds of these issues' errata and of what those are linked to, the oldest first."""
    # By issue and not by erratum: a statement holds 65,535 values at most on PostgreSQL.
    root = func.coalesce(Erratum.same_as_id, Erratum.id)
    here = aliased(Erratum)
    roots = select(func.coalesce(here.same_as_id, here.id)).where(here.issue_id.in_(issue_ids))
    query = (
        select(HouseFind.id, HouseFind.erratum_id, root, HouseFind.row_code, HouseFind.doubling, HouseFind.points_milli)
        .join(Erratum, Erratum.id == HouseFind.erratum_id)
        .where(HouseFind.withdrawn_at.is_(None), root.in_(roots)).order_by(HouseFind.id)
    )
    return [FindRow(*row) for row in session.execute(query)]


def apart(session: Session, issue_ids: Sequence[int]) -> set[tuple[int, int]]:
    """Pairs of errata of one issue, among these issues, that an editor told apart, the smaller id first."""
    one, other = aliased(Erratum), aliased(Erratum)
    query = (
        select(ErratumApart.one_id, ErratumApart.other_id)
        .join(one, one.id == ErratumApart.one_id).join(other, other.id == ErratumApart.other_id)
        # What was told apart is little: + 0 keeps the planner from going through all errata of the issues instead.
        .where(one.issue_id == other.issue_id, (one.issue_id + 0).in_(issue_ids)))
    return {(row.one_id, row.other_id) for row in session.execute(query)}


def rules(session: Session, contest_ids: Sequence[int]) -> dict[int, list[str]]:
    """By contest its rule sets as stored, the oldest first."""
    query = (select(RuleSet.contest_id, RuleSet.rules).where(RuleSet.contest_id.in_(contest_ids))
             .order_by(RuleSet.contest_id, RuleSet.number))
    found: dict[int, list[str]] = {}
    for row in session.execute(query):
        found.setdefault(row.contest_id, []).append(row.rules)
    return found


@dataclass(frozen=True, slots=True)
class GeometryRow:
    width: float
    height: float
    boxes: bytes


def geometry(session: Session, issue_id: int, *, limit: int) -> list[GeometryRow]:
    """The letters' boxes of an issue's first pages, where it came from PDFs."""
    query = (select(PageGeometry.width, PageGeometry.height, PageGeometry.boxes)
             .join(Page, Page.id == PageGeometry.page_id).where(Page.issue_id == issue_id)
             .order_by(Page.position).limit(limit))
    return [GeometryRow(*row) for row in session.execute(query)]


def paper_name(session: Session, paper_id: int) -> str | None:
    return session.scalar(select(Paper.name).where(Paper.id == paper_id))


def page_of(session: Session, page_id: int) -> tuple[int, str] | None:
    """(issue, number) of a page."""
    row = session.execute(select(Page.issue_id, Page.number).where(Page.id == page_id)).first()
    return (row.issue_id, row.number) if row else None
