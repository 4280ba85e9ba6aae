"""Reads of the catalogue for the console: papers, issues, pages, articles, with how many reports each has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.contests import Contest
from models.papers import Article, Issue, Page, Paper
from models.reports import Report


@dataclass(frozen=True, slots=True)
class PaperLine:
    id: int
    name: str
    aliases: list[str]
    contest: str | None


@dataclass(frozen=True, slots=True)
class IssueLine:
    """`articles` is 0 where nothing is imported."""

    id: int
    paper_id: int
    paper: str
    month: str
    published_on: date | None
    deadline_on: date | None
    imported_at: datetime | None
    pages: int
    articles: int
    reports: int


@dataclass(frozen=True, slots=True)
class PageLine:
    id: int
    number: str
    name: str | None
    articles: int
    reports: int


@dataclass(frozen=True, slots=True)
class ArticleText:
    """One article as printed, errors included."""

    id: int
    key: str
    title: str
    subtitle: str | None
    byline: str | None
    paragraphs: list[str]
    reports: int


def papers(session: Session) -> list[PaperLine]:
    query = (select(Paper.id, Paper.name, Paper.aliases, Contest.name)
             .outerjoin(Contest, Contest.id == Paper.contest_id).order_by(Paper.id))
    return [PaperLine(*row) for row in session.execute(query)]


def issues(session: Session, *, issue_id: int | None = None) -> list[IssueLine]:
    """Newest month first; all, or the one asked for."""
    pages = select(func.count()).where(Page.issue_id == Issue.id).scalar_subquery()
    articles = (select(func.count(Article.id)).join(Page, Page.id == Article.page_id)
                .where(Page.issue_id == Issue.id).scalar_subquery())
    reports = select(func.count()).where(Report.issue_id == Issue.id).scalar_subquery()
    query = (
        select(Issue.id, Issue.paper_id, Paper.name, Issue.month, Issue.published_on, Issue.deadline_on,
               Issue.imported_at, pages, articles, reports)
        .join(Paper, Paper.id == Issue.paper_id).order_by(Issue.month.desc(), Issue.paper_id)
    )
    if issue_id is not None:
        query = query.where(Issue.id == issue_id)
    return [IssueLine(*row) for row in session.execute(query)]


def pages(session: Session, issue_id: int) -> list[PageLine]:
    """In the order of the paper."""
    articles = select(func.count()).where(Article.page_id == Page.id).scalar_subquery()
    reports = (select(func.count(Report.id)).join(Article, Article.id == Report.article_id)
               .where(Article.page_id == Page.id).scalar_subquery())
    query = (select(Page.id, Page.number, Page.name, articles, reports)
             .where(Page.issue_id == issue_id).order_by(Page.position))
    return [PageLine(*row) for row in session.execute(query)]


def issue_of_page(session: Session, page_id: int) -> int | None:
    return session.scalar(select(Page.issue_id).where(Page.id == page_id))


def articles(session: Session, page_id: int) -> list[ArticleText]:
    """In the order of the page."""
    reports = select(func.count()).where(Report.article_id == Article.id).scalar_subquery()
    query = (select(Article.id, Article.key, Article.title, Article.subtitle, Article.byline, Article.paragraphs,
                    reports)
             .where(Article.page_id == page_id).order_by(Article.position))
    return [ArticleText(*row) for row in session.execute(query)]
