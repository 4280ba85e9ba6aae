"""Pages as printed: their pictures and boxes, and what is reported on them. One read for each need."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, or_, select
from sqlalchemy.orm import Session

from models.enums import SCORING_VERDICTS, ReportState, Verdict
from models.papers import Article, Issue, Page, PageGeometry, Paper
from models.queries.reviews import hidden_from
from models.reports import Report

OVER = (ReportState.WITHDRAWN, ReportState.LAPSED)
"""Reports that point at nothing any more."""
MOST_MARKS = 2000


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page with its picture's name and size in pixels and its blob of boxes (bot.catalogue.boxes), where known."""

    page_id: int
    number: str
    issue_id: int
    picture: str | None = None
    picture_width: int | None = None
    picture_height: int | None = None
    boxes: bytes | None = None


LEAF = (Page.id.label("page_id"), Page.number, Page.issue_id, PageGeometry.picture, PageGeometry.picture_width,
        PageGeometry.picture_height, PageGeometry.boxes)  # fmt: skip
"""The columns of a Leaf; PageGeometry joined by an outer join."""


def leaf_of(row: Any) -> Leaf:
    """From a row that holds LEAF."""
    return Leaf(row.page_id, row.number, row.issue_id, row.picture, row.picture_width, row.picture_height, row.boxes)


def picture(session: Session, page_id: int) -> str | None:
    """The name of the page's picture; None where there is no such page, or it has none."""
    return session.scalar(select(PageGeometry.picture).where(PageGeometry.page_id == page_id))


def leaf(session: Session, page_id: int) -> Leaf | None:
    """One page by its id."""
    row = session.execute(select(*LEAF).outerjoin(PageGeometry, PageGeometry.page_id == Page.id)
                          .where(Page.id == page_id)).first()  # fmt: skip
    return leaf_of(row) if row else None


def leaves_of(db: Connection | Session, issue_ids: Iterable[int]) -> list[Leaf]:
    """The pages of these issues that have boxes, in the order of the paper."""
    rows = db.execute(select(*LEAF).join(PageGeometry, PageGeometry.page_id == Page.id)
                      .where(Page.issue_id.in_(sorted(issue_ids))).order_by(Page.issue_id, Page.position))  # fmt: skip
    return [leaf_of(row) for row in rows]


def homes(db: Connection, article_ids: Iterable[int]) -> dict[int, tuple[str, Leaf]]:
    """Articles' keys and the pages they begin on."""
    rows = db.execute(select(Article.id.label("article_id"), Article.key, *LEAF).join(Page, Page.id == Article.page_id)
                      .outerjoin(PageGeometry, PageGeometry.page_id == Page.id)
                      .where(Article.id.in_(sorted(article_ids))))  # fmt: skip
    return {row.article_id: (row.key, leaf_of(row)) for row in rows}


@dataclass(frozen=True, slots=True)
class StatedPage:
    """The page that a reader named: how it is called, and its picture where there is one."""

    paper: str
    month: str
    name: str | None
    leaf: Leaf


def stated(session: Session, issue_id: int, label: str) -> StatedPage | None:
    """The page of that number or alias in the issue; 05 is also the spread 04、05."""
    rows = session.execute(
        select(*LEAF, Page.aliases, Page.name, Paper.name.label("paper"), Issue.month)
        .join(Issue, Issue.id == Page.issue_id).join(Paper, Paper.id == Issue.paper_id)
        .outerjoin(PageGeometry, PageGeometry.page_id == Page.id)
        .where(Page.issue_id == issue_id, or_(Page.number == label, Page.number.contains(label, autoescape=True)))
        .order_by(Page.position)
    ).all()
    fitting = [row for row in rows if label == row.number or label in row.number.split("、")]
    return StatedPage(fitting[0].paper, fitting[0].month, fitting[0].name, leaf_of(fitting[0])) if fitting else None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A page of an issue, with what the issue is called."""

    id: int
    number: str
    name: str | None
    paper: str
    month: str


def of_issue(session: Session, issue_id: int) -> list[Neighbour]:
    """The pages of an issue in the order of the paper."""
    rows = session.execute(
        select(Page.id, Page.number, Page.name, Paper.name, Issue.month).join(Issue, Issue.id == Page.issue_id)
        .join(Paper, Paper.id == Issue.paper_id).where(Page.issue_id == issue_id).order_by(Page.position))  # fmt: skip
    return [Neighbour(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Pointed:
    """One report that points at words of an article of this issue. `article` is named as spans name it."""

    number: int
    article_id: int
    article_key: str
    article_page: str
    paragraph: int
    start: int
    end: int
    wrong: str | None
    right: str | None
    state: ReportState
    verdict: Verdict | None
    hidden: bool


def pointed(session: Session, issue_id: int, viewer_id: int) -> list[Pointed]:
    """The located reports of an issue, oldest first; an article that jumps has words on other pages than its own.

    `hidden`: `viewer_id` is still to grade it himself; what others said of it is not there.
    """
    rows = session.execute(
        select(Report.id, Report.article_id, Article.key, Page.number, Report.paragraph, Report.quote_start,
               Report.quote_end, Report.wrong, Report.right, Report.state, Report.verdict,
               hidden_from(viewer_id).label("hidden"))
        .join(Article, Article.id == Report.article_id).join(Page, Page.id == Article.page_id)
        .where(Page.issue_id == issue_id, Report.paragraph.is_not(None), Report.state.not_in(OVER))
        .order_by(Report.id).limit(MOST_MARKS)
    )
    return [Pointed(r.id, r.article_id, r.key, r.number, r.paragraph, r.quote_start, r.quote_end, r.wrong, r.right,
                    r.state, None if r.hidden else r.verdict, bool(r.hidden)) for r in rows]


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """One article as printed, errors included. `confirmed`: places in print with an accepted report."""

    id: int
    key: str
    kind: str
    title: str
    subtitle: str | None
    byline: str | None
    paragraphs: list[str]
    reports: int
    confirmed: int


def articles(session: Session, page_id: int, viewer_id: int) -> list[ArticleLine]:
    """In the order of the page; what `viewer_id` must not know yet counts as not confirmed."""
    reports = select(func.count()).where(Report.article_id == Article.id, Report.state.not_in(OVER)).scalar_subquery()
    confirmed = (select(func.count(Report.erratum_id.distinct()))
                 .where(Report.article_id == Article.id, Report.verdict.in_(SCORING_VERDICTS),
                        ~hidden_from(viewer_id)).scalar_subquery())
    query = (select(Article.id, Article.key, Article.kind, Article.title, Article.subtitle, Article.byline,
                    Article.paragraphs, reports, confirmed)
             .where(Article.page_id == page_id).order_by(Article.position))  # fmt: skip
    return [ArticleLine(*row) for row in session.execute(query)]
