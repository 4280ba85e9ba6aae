"""Named reads of leads, for the page where a chief looks at them. No name, no words of a reader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from models.contests import Round
from models.enums import Bar
from models.leads import Lead, LeadReader
from models.papers import Issue, Paper
from models.readers import Person, Reader
from models.staff import Staff
from models.work_enums import LeadKind, LeadOutcome

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class LeadView:
    """One lead. `readers`: (reader id, why his person wins nothing) of each; `page`: of `paper`'s issue of `month`."""

    id: int
    round_id: int
    round_month: str
    kind: LeadKind
    count: int
    total: int
    numbers: list[int]
    paper: str | None
    month: str | None
    page: str | None
    maker: str | None
    found_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    outcome: LeadOutcome | None
    reason: str | None
    readers: tuple[tuple[int, Bar | None], ...]


def open_count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Lead).where(Lead.closed_at.is_(None))) or 0


def leads(session: Session, *, closed: bool, beyond: int | None = None) -> tuple[tuple[LeadView, ...], int | None]:
    """Open ones as they were found, the weightiest first, or closed ones, the newest first; and the id beyond which it goes
    on, None at the end."""
    query = _query().where(Lead.closed_at.is_not(None) if closed else Lead.closed_at.is_(None))
    if beyond is not None:
        query = query.where(Lead.id < beyond if closed else Lead.id > beyond)
    rows = session.execute(query.order_by(Lead.id.desc() if closed else Lead.id).limit(PAGE_SIZE + 1)).all()
    found = _views(session, rows[:PAGE_SIZE])
    return found, found[-1].id if len(rows) > PAGE_SIZE else None


def one(session: Session, lead_id: int) -> LeadView | None:
    found = _views(session, session.execute(_query().where(Lead.id == lead_id)).all())
    return found[0] if found else None


def _query() -> Select[*tuple[Any, ...]]:
    closer, maker = aliased(Staff), aliased(Staff)
    return (
        select(Lead.id, Lead.round_id, Round.month.label("round_month"), Lead.kind, Lead.count, Lead.total, Lead.numbers,
               Paper.name.label("paper"), Issue.month, Lead.page, maker.display_name.label("maker"), Lead.found_at,
               Lead.closed_at, closer.display_name.label("closed_by"), Lead.outcome, Lead.reason)
        .join(Round, Round.id == Lead.round_id).outerjoin(Issue, Issue.id == Lead.issue_id)
        .outerjoin(Paper, Paper.id == Issue.paper_id).outerjoin(maker, maker.id == Lead.staff_id)
        .outerjoin(closer, closer.id == Lead.closed_by_id))


def _views(session: Session, rows: Sequence[Any]) -> tuple[LeadView, ...]:
    about: dict[int, list[tuple[int, Bar | None]]] = defaultdict(list)
    for lead_id, reader_id, bar in session.execute(
            select(LeadReader.lead_id, LeadReader.reader_id, Person.bar).join(Reader, Reader.id == LeadReader.reader_id)
            .join(Person, Person.id == Reader.person_id).where(LeadReader.lead_id.in_([row.id for row in rows]))
            .order_by(LeadReader.reader_id)):
        about[lead_id].append((reader_id, bar))
    return tuple(LeadView(**row._mapping, readers=tuple(about[row.id])) for row in rows)
