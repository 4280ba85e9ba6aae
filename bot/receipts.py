"""What a receipt shows of one report: the record put together with what stands in print. Reads only."""

from __future__ import annotations

from sqlalchemy import Connection, select

from bot import errata, reports
from bot.dialogue import phrases
from bot.dialogue.phrases import ReceiptItem
from bot.reports import Filed
from bot.understanding.values import Finding
from models.papers import Article, Issue, Page, Paper


def item(db: Connection, one: Filed, person_id: int) -> ReceiptItem:
    """The values for `phrases.receipt`, with the person's rank among the finders for now."""
    finding, place = one.finding, one.finding.place
    row = reports.get(db, one.report_id)
    paper = db.scalar(select(Paper.name).where(Paper.id == row.paper_id)) if row.paper_id else None
    month = db.scalar(select(Issue.month).where(Issue.id == row.issue_id)) if row.issue_id else None
    there = printed(db, place.article_id) if place else None
    found = errata.finders(db, one.erratum_id, person_id) if one.erratum_id else None
    elsewhere = there is not None and finding.page not in (None, there[0])
    label = month or (finding.issue_label[:7] if finding.issue_label else None)
    return ReceiptItem(
        ordinal=one.ordinal, number=one.report_id, paper=paper or finding.paper_text,
        issue=phrases.month(label) if label else None,
        page=finding.page or (there[0] if there else None),
        article=(there[1] if there else None) or _title(db, finding), wrong=finding.wrong, right=finding.right,
        found=finding.located.value, found_page=there[0] if there and elsewhere else None, late=one.late,
        rank=found.rank if found else 0, first_number=found.first_number if found else None,
        first_at=found.first_at if found else None, repeat_of=one.repeat_of,
        unknown_page=_unknown_page(db, row.issue_id, finding),
    )


def printed(db: Connection, article_id: int) -> tuple[str, str]:
    """(page number, title) of an article."""
    row = db.execute(select(Page.number, Article.title).join(Article, Article.page_id == Page.id)
                     .where(Article.id == article_id)).one()
    return row.number, row.title


def _title(db: Connection, finding: Finding) -> str | None:
    if finding.article_id is not None:
        return db.scalar(select(Article.title).where(Article.id == finding.article_id))
    return finding.article_text


def _unknown_page(db: Connection, issue_id: int | None, finding: Finding) -> bool:
    """An impossible page is said; only where the issue is imported can we know."""
    if issue_id is None or finding.page is None or finding.place is not None:
        return False
    numbers = set(db.scalars(select(Page.number).where(Page.issue_id == issue_id)))
    known = {part for number in numbers for part in (number, *number.split("、"))}
    return bool(numbers) and finding.page.isdigit() and finding.page not in known
