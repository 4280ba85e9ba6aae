"""Reads of the screen where a page's articles are mended. Never loads the letters' boxes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from models.papers import Issue, Page, PageGeometry, Paper
from models.staff import Staff


@dataclass(frozen=True, slots=True)
class PageHead:
    """Which page it is, its picture, who has checked it. `at`: its place in the issue, from 0."""

    id: int
    issue_id: int
    paper: str
    month: str
    number: str
    name: str | None
    at: int
    picture: str | None
    checked_at: datetime | None
    checked_by: str | None


@dataclass(frozen=True, slots=True)
class Sibling:
    """A page of the same issue. `checkable`: where its letters stand is known."""

    id: int
    number: str
    checkable: bool
    checked: bool


def head(session: Session, page_id: int) -> PageHead | None:
    other = aliased(Page)
    before = select(func.count()).where(other.issue_id == Page.issue_id, other.position < Page.position).scalar_subquery()
    query = (
        select(Page.id, Page.issue_id, Paper.name, Issue.month, Page.number, Page.name, before,
               PageGeometry.picture, PageGeometry.checked_at, Staff.display_name)
        .join(Issue, Issue.id == Page.issue_id).join(Paper, Paper.id == Issue.paper_id)
        .outerjoin(PageGeometry, PageGeometry.page_id == Page.id)
        .outerjoin(Staff, Staff.id == PageGeometry.checked_by_id).where(Page.id == page_id)
    )
    row = session.execute(query).first()
    return None if row is None else PageHead(*row)


def siblings(session: Session, issue_id: int) -> list[Sibling]:
    """In the order of the paper."""
    query = (select(Page.id, Page.number, PageGeometry.page_id.is_not(None), PageGeometry.checked_at.is_not(None))
             .outerjoin(PageGeometry, PageGeometry.page_id == Page.id)
             .where(Page.issue_id == issue_id).order_by(Page.position))
    return [Sibling(row[0], row[1], bool(row[2]), bool(row[3])) for row in session.execute(query)]


def next_unchecked(session: Session, issue_id: int, page_id: int) -> int | None:
    """The next page after this one that nobody has checked, beginning again at the front; None where all are."""
    pages = siblings(session, issue_id)
    at = next((n for n, page in enumerate(pages) if page.id == page_id), 0)
    return next((page.id for page in (*pages[at + 1 :], *pages[:at]) if page.checkable and not page.checked), None)
