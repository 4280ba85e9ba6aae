"""The catalogue as understanding reads it, kept in memory and read again when an import changed it."""

from __future__ import annotations

import threading

from sqlalchemy import Connection, select

from bot.understanding.in_print.locate import Index
from bot.understanding.values import ArticleText, Catalogue, IssueText, PageText, PaperText
from models.papers import Article, CatalogueVersion, Issue, Page, Paper
from models.prepared import Prepared
from models.session import DEFERRED

_VERSION = Prepared(select(CatalogueVersion.version))


class Library:
    """Hands out the index for the catalogue's present version. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._version = -1
        self._index: Index | None = None

    def index(self, db: Connection) -> Index:
        version = _VERSION.scalar(db) or 0
        with self._lock:
            if self._index is None or version != self._version:
                self._index, self._version = Index(_read(db, version)), version
            return self._index


def _read(db: Connection, version: int) -> Catalogue:
    """Beside the caller's connection where he has begun nothing, so that he does not begin to write for this."""
    if db.in_transaction():
        return read_catalogue(db, version)
    with db.engine.execution_options(**DEFERRED).connect() as own:
        return read_catalogue(own, version)


def read_catalogue(db: Connection, version: int) -> Catalogue:
    """All papers with their issues, newest first; an issue without pages is planned, not imported."""
    articles: dict[int, list[ArticleText]] = {}
    for a in db.execute(select(Article.id, Article.page_id, Article.key, Article.title, Article.subtitle,
                               Article.paragraphs, Article.kind).order_by(Article.page_id, Article.position)):
        articles.setdefault(a.page_id, []).append(
            ArticleText(a.id, a.key, a.title, a.subtitle, tuple(a.paragraphs), a.kind)
        )
    pages: dict[int, list[PageText]] = {}
    for p in db.execute(select(Page.id, Page.issue_id, Page.number, Page.name, Page.aliases)
                        .order_by(Page.issue_id, Page.position)):
        pages.setdefault(p.issue_id, []).append(
            PageText(p.id, p.number, p.name, tuple(p.aliases), tuple(articles.get(p.id, ())))
        )
    issues: dict[int, list[IssueText]] = {}
    for i in db.execute(select(Issue.id, Issue.paper_id, Issue.month, Issue.published_on)
                        .order_by(Issue.paper_id, Issue.month.desc())):
        issues.setdefault(i.paper_id, []).append(
            IssueText(i.id, i.month, i.published_on, tuple(pages.get(i.id, ())))
        )
    return Catalogue(version, tuple(
        PaperText(p.id, p.name, tuple(p.aliases), tuple(issues.get(p.id, ())))
        for p in db.execute(select(Paper.id, Paper.name, Paper.aliases).order_by(Paper.id))
    ))
