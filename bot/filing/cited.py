"""What a reader cited, held against what is printed: what the place found contradicts, and what cannot be.

Nothing is changed here: what was stated stays on record as stated. Reads only; the words are said elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from bot.catalogue import geometry
from bot.clock import SHANGHAI
from bot.understanding.cited.pages import page_numbers
from bot.understanding.values import Field, Finding, Place
from models.papers import Article, Issue, Page, Paper
from models.prepared import Prepared

DAY = 10
"""Characters of a label that names a day: YYYY-MM-DD."""


@dataclass(frozen=True, slots=True)
class Printed:
    """Where an article is printed."""

    paper_id: int
    paper: str
    month: str
    published_on: date | None
    page: str
    article_id: int
    article: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One field as stated and as printed: paper and article by name, the issue by label, the page by number."""

    field: Field
    stated: str
    printed: str


@dataclass(frozen=True, slots=True)
class Impossible:
    """What cannot be: `page` that the issue has not, or `issue` (its label) that is unknown or `not_out` yet."""

    page: str | None = None
    issue: str | None = None
    not_out: bool = False


def contradictions(finding: Finding, there: Printed, *, paper: str | None, article: str | None) -> list[Contradiction]:
    """Where the stated citation and the place found do not agree.

    `paper` and `article` are the catalogue names of what was stated; a name that means nothing known contradicts
    nothing, and neither does a page without a number (中缝).
    """
    found = []
    if finding.paper_id is not None and finding.paper_id != there.paper_id:
        found.append(Contradiction(Field.PAPER, paper or finding.paper_text or "", there.paper))
    if finding.issue_label is not None and not _same_issue(finding.issue_label, there):
        day = there.published_on.isoformat() if there.published_on else there.month
        found.append(Contradiction(Field.ISSUE, finding.issue_label, day if len(finding.issue_label) == DAY else there.month))
    if finding.page is not None and not same_page(finding.page, there.page):
        found.append(Contradiction(Field.PAGE, finding.page, there.page))
    if finding.article_id is not None and finding.article_id != there.article_id:
        found.append(Contradiction(Field.ARTICLE, article or finding.article_text or "", there.article))
    return found


def same_page(stated: str, there: str) -> bool:
    """Whether a stated page may be this one: 5 is the spread 04、05."""
    numbers = page_numbers(stated)
    return stated == there or not numbers or set(numbers) <= set(page_numbers(there))


def _same_issue(label: str, there: Printed) -> bool:
    if len(label) == DAY and there.published_on is not None:
        return label == there.published_on.isoformat()
    return label[:7] == there.month


_PAGES = Prepared(select(Page.number).where(Page.issue_id == bindparam("issue_id")))
_PRINTED = Prepared(
    select(Issue.paper_id, Paper.name, Issue.month, Issue.published_on, Page.number, Article.id, Article.title)
    .select_from(Article).join(Page, Page.id == Article.page_id).join(Issue, Issue.id == Page.issue_id)
    .join(Paper, Paper.id == Issue.paper_id).where(Article.id == bindparam("article_id")))


def printed(db: Connection, article_id: int) -> Printed:
    """Where an article of the catalogue stands."""
    row = _PRINTED.first(db, article_id=article_id)
    return Printed(row.paper_id, row.name, row.month, row.published_on, row.number, row.id, row.title)


def printed_at(db: Connection, place: Place, *, stated: str | None) -> Printed:
    """Where the words of a place are printed. An article that jumps has words on other pages than its own: of its own
    page and theirs the `stated` one counts, else the first that holds the words."""
    there = printed(db, place.article_id)
    if stated is None or same_page(stated, there.page):
        return there
    pages = [marked.number for marked in geometry.marks(db, place)]
    page = next((one for one in pages if same_page(stated, one)), pages[0] if pages else there.page)
    return replace(there, page=page)


def impossible(db: Connection, finding: Finding, issue_id: int | None, *, sent_at: datetime) -> Impossible | None:
    """An issue or a page that was cited and cannot be; None where all may be, or nothing is imported to tell by.

    `issue_id` is the issue that the report belongs to.
    """
    if finding.place is not None:
        return None
    return _impossible_issue(db, finding, sent_at) or _impossible_page(db, finding, issue_id)


def _impossible_issue(db: Connection, finding: Finding, sent_at: datetime) -> Impossible | None:
    label = finding.issue_label
    if label is None:
        return None
    known = _issues(db, finding.paper_id, label[:7])
    if not known:
        return Impossible(issue=label) if _is_imported(db, finding.paper_id) else None
    today = sent_at.astimezone(SHANGHAI).date()
    dates = [one.published_on for one in known]
    if all(on is not None and on > today for on in dates):
        return Impossible(issue=label, not_out=True)
    if len(label) == DAY and all(on is not None and on.isoformat() != label for on in dates):
        return Impossible(issue=label)
    return None


def _issues(db: Connection, paper_id: int | None, month: str) -> list[Row[Any]]:
    query = select(Issue.published_on).where(Issue.month == month).limit(50)
    return list(db.execute(query if paper_id is None else query.where(Issue.paper_id == paper_id)))


def _is_imported(db: Connection, paper_id: int | None) -> bool:
    """Whether any page of the paper (None: of any) is known, so that not knowing an issue means something."""
    query = select(Page.id).join(Issue, Issue.id == Page.issue_id).limit(1)
    return db.scalar(query if paper_id is None else query.where(Issue.paper_id == paper_id)) is not None


def _impossible_page(db: Connection, finding: Finding, issue_id: int | None) -> Impossible | None:
    """A page after the last one known; one that is missing between them may only not be imported."""
    numbers = page_numbers(finding.page or "")
    if issue_id is None or not numbers:
        return None
    known = [n for page in _PAGES.all(db, issue_id=issue_id) for n in page_numbers(page.number)]
    return Impossible(page=finding.page) if known and max(numbers) > max(known) else None
