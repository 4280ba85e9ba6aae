"""An imported issue as values, and the same written back after an editor mended its articles. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.catalogue import importer
from bot.catalogue.exchange import ArticleFile, IssueFile, PageFile, PageForm
from bot.errors import NotFound
from models.papers import Issue, Page, PageGeometry


def stored(session: Session, issue_id: int) -> IssueFile:
    """The issue as it stands, its pages with their boxes where they have them. NotFound."""
    issue = session.get(Issue, issue_id)
    if issue is None:
        raise NotFound("没有这一期。")
    pages = tuple(_page(session, page) for page in issue.pages)
    return IssueFile(issue.source or "", issue.paper.name, (), issue.month, issue.published_on, pages)


def _page(session: Session, page: Page) -> PageFile:
    row = session.get(PageGeometry, page.id)
    form = None if row is None else PageForm(row.width, row.height, row.boxes, row.picture, row.picture_width,
                                             row.picture_height)  # fmt: skip
    articles = tuple(ArticleFile(a.key, a.kind, a.title, a.subtitle, a.byline, tuple(a.paragraphs)) for a in page.articles)
    return PageFile(page.number, page.name, tuple(page.aliases), articles, form)


def write_back(session: Session, issue_id: int, pages: Sequence[PageFile], *, actor: Actor, now: datetime) -> None:
    """Writes mended pages (bot.catalogue.pdf.mending). Reports whose words moved are let go and looked for anew.

    The file's digest stays: the same file imported again is unchanged, and what was mended is kept.
    """
    file = replace(stored(session, issue_id), pages=tuple(pages))
    issue = session.get_one(Issue, issue_id)
    importer.write_pages(session, issue, file, now)
    session.flush()
    importer.raise_version(session)
    audit.record(session, actor=actor, verb="mend_issue", object_kind="issue", object_id=issue_id, now=now,
                 details={"articles": sum(len(page.articles) for page in pages)})
