"""What the search screen shows of the articles and reports that were found. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, or_, select, true
from sqlalchemy.orm import Session

from models.enums import ReportState
from models.papers import Article, Issue, Page, Paper
from models.queries.reviews import erratum_hidden_from
from models.reports import Erratum, Report


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """Where an article stands, with how many errors of it are on record and how many are confirmed."""

    article_id: int
    title: str
    page_id: int
    page: str
    month: str
    paper: str
    errata: int
    confirmed: int


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A report by number; nothing of its reader."""

    number: int
    state: ReportState
    paper: str | None
    month: str | None
    page: str | None


def article_lines(session: Session, ids: Sequence[int], viewer_id: int) -> dict[int, ArticleLine]:
    """What `viewer_id` must not know yet to be confirmed counts as not confirmed."""
    confirmed = case((~erratum_hidden_from(viewer_id), Erratum.row_code))
    errata = (select(Erratum.article_id, func.count().label("all"), func.count(confirmed).label("confirmed"))
              .where(Erratum.article_id.in_(ids)).group_by(Erratum.article_id).subquery())  # fmt: skip
    rows = session.execute(
        select(Article.id, Article.title, Page.id, Page.number, Issue.month, Paper.name,
               func.coalesce(errata.c.all, 0), func.coalesce(errata.c.confirmed, 0))
        .join(Page, Page.id == Article.page_id).join(Issue, Issue.id == Page.issue_id)
        .join(Paper, Paper.id == Issue.paper_id).outerjoin(errata, errata.c.article_id == Article.id)
        .where(Article.id.in_(ids))
    )  # fmt: skip
    return {row[0]: ArticleLine(*row) for row in rows}


def report_lines(session: Session, ids: Sequence[int], only_papers: frozenset[int] | None = None) -> dict[int, ReportLine]:
    """Those of the papers that the viewer works on, and those of no paper; None: all."""
    his = true() if only_papers is None else or_(Report.paper_id.is_(None), Report.paper_id.in_(sorted(only_papers)))
    rows = session.execute(
        select(Report.id, Report.state, Paper.name, Issue.month, Report.page_label)
        .outerjoin(Paper, Paper.id == Report.paper_id).outerjoin(Issue, Issue.id == Report.issue_id)
        .where(Report.id.in_(ids), his)
    )  # fmt: skip
    return {row[0]: ReportLine(*row) for row in rows}
