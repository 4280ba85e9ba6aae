"""Who makes which page of a paper: usually, and in one issue. Whoever made a page does not grade it. Never commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.errors import BadInput, NotFound
from models.papers import Issue, Paper
from models.reviews import PageMaker, UsualPageMaker
from models.staff import Staff

LONGEST_PAGE = 20

Makers = Mapping[str, Iterable[int]]
"""Page number (with or without leading zeros) to members of staff; no member: nothing is said of that page."""


def set_usual(session: Session, paper_id: int, makers: Makers, *, actor: Actor, now: datetime) -> None:
    """Replaces who usually makes the pages of a paper."""
    if session.get(Paper, paper_id) is None:
        raise NotFound("没有这份报纸。")
    rows = _rows(session, makers)
    session.execute(delete(UsualPageMaker).where(UsualPageMaker.paper_id == paper_id))
    if rows:
        session.execute(insert(UsualPageMaker), [{"paper_id": paper_id, "page": page, "staff_id": one} for page, one in rows])
    audit.record(session, actor=actor, verb="set_page_makers", object_kind="paper", object_id=paper_id, now=now,
                 details={"pages": len({page for page, _ in rows})})


def set_issue(session: Session, issue_id: int, makers: Makers, *, actor: Actor, now: datetime) -> None:
    """Replaces who made the pages of one issue, where it was somebody else than usual."""
    if session.get(Issue, issue_id) is None:
        raise NotFound("没有这一期。")
    rows = _rows(session, makers)
    session.execute(delete(PageMaker).where(PageMaker.issue_id == issue_id))
    if rows:
        session.execute(insert(PageMaker), [{"issue_id": issue_id, "page": page, "staff_id": one} for page, one in rows])
    audit.record(session, actor=actor, verb="set_page_makers", object_kind="issue", object_id=issue_id, now=now,
                 details={"pages": len({page for page, _ in rows})})


def _rows(session: Session, makers: Makers) -> list[tuple[str, int]]:
    found = sorted({(page_key(page), one) for page, ones in makers.items() for one in ones})
    known = set(session.scalars(select(Staff.id)))
    if any(one not in known for _, one in found):
        raise BadInput("请选列出的编辑。")
    return found


def page_key(page: str) -> str:
    """A page number as it is compared: without leading zeros. BadInput where it is no page number."""
    plain = page.strip().lstrip("0")
    if not plain or len(plain) > LONGEST_PAGE:
        raise BadInput("版号不对，例如 2 或 A3。")
    return plain


def usual(session: Session, paper_id: int) -> dict[str, list[int]]:
    """Who usually makes the pages of a paper."""
    rows = session.execute(select(UsualPageMaker.page, UsualPageMaker.staff_id).where(UsualPageMaker.paper_id == paper_id))
    return _grouped((row.page, row.staff_id) for row in rows)


def of_issue(session: Session, issue_id: int) -> dict[str, list[int]]:
    """Who made the pages of one issue, where that was said."""
    rows = session.execute(select(PageMaker.page, PageMaker.staff_id).where(PageMaker.issue_id == issue_id))
    return _grouped((row.page, row.staff_id) for row in rows)


def _grouped(rows: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for page, one in sorted(rows):
        found.setdefault(page, []).append(one)
    return found
