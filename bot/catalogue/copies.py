"""Paragraphs that several editions print alike: noted at import, looked up when a slip is found in one (RULES 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.orm import aliased

from bot.filing import slips
from models.papers import Article, Issue, Page, Paper, ParagraphDigest


@dataclass(frozen=True, slots=True)
class Copy:
    """The same paragraph in another article of the same month."""

    article_id: int
    paragraph: int
    paper: str
    page: str
    title: str


def note(db: Connection, article_id: int, paragraphs: Sequence[str]) -> None:
    """Writes the digests of an article's paragraphs anew; a paragraph too short to tell has none."""
    db.execute(delete(ParagraphDigest).where(ParagraphDigest.article_id == article_id))
    rows = [{"article_id": article_id, "paragraph": n, "digest": digest}
            for n, text in enumerate(paragraphs) if (digest := slips.digest(text)) is not None]  # fmt: skip
    if rows:
        db.execute(insert(ParagraphDigest), rows)


def copies_of(db: Connection, article_id: int, paragraph: int) -> list[Copy]:
    """Where else in the same month this paragraph is printed, in other papers and on other pages of its own."""
    here, there = aliased(ParagraphDigest), aliased(ParagraphDigest)
    own_month = (select(Issue.month).join(Page, Page.issue_id == Issue.id).join(Article, Article.page_id == Page.id)
                 .where(Article.id == article_id).scalar_subquery())  # fmt: skip
    rows = db.execute(
        select(there.article_id, there.paragraph, Paper.name, Page.number, Article.title)
        .join(here, here.digest == there.digest)
        .join(Article, Article.id == there.article_id).join(Page, Page.id == Article.page_id)
        .join(Issue, Issue.id == Page.issue_id).join(Paper, Paper.id == Issue.paper_id)
        .where(here.article_id == article_id, here.paragraph == paragraph, there.article_id != article_id,
               Issue.month == own_month)
        .order_by(Paper.name, Page.position, there.article_id, there.paragraph))  # fmt: skip
    return [Copy(*row) for row in rows]


def shared(db: Connection, month: str, paper: str, digests: Sequence[str]) -> dict[str, str]:
    """Digest → the name of another paper of the month that prints that paragraph."""
    found: dict[str, str] = {}
    for start in range(0, len(digests), 500):
        rows = db.execute(
            select(ParagraphDigest.digest, Paper.name)
            .join(Article, Article.id == ParagraphDigest.article_id).join(Page, Page.id == Article.page_id)
            .join(Issue, Issue.id == Page.issue_id).join(Paper, Paper.id == Issue.paper_id)
            .where(Issue.month == month, Paper.name != paper, ParagraphDigest.digest.in_(digests[start:start + 500]))
            .order_by(Paper.name.desc()))  # fmt: skip
        found.update({row[0]: row[1] for row in rows})
    return found
