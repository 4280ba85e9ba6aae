"""Reads of staff for the console."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models.enums import Role
from models.staff import Staff, StaffSession


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One member; `seen_at` is when a browser of his last asked for a page, to some minutes."""

    id: int
    login: str
    display_name: str
    role: Role
    active: bool
    created_at: datetime
    seen_at: datetime | None


def members(session: Session) -> list[StaffLine]:
    """Everybody, those who may sign in first."""
    query = _lines().order_by(Staff.active.desc(), Staff.display_name, Staff.id)
    return [StaffLine(*row) for row in session.execute(query)]


def member(session: Session, staff_id: int) -> StaffLine | None:
    row = session.execute(_lines().where(Staff.id == staff_id)).one_or_none()
    return None if row is None else StaffLine(*row)


def _lines() -> Select[int, str, str, Role, bool, datetime, datetime]:
    seen = select(func.max(StaffSession.seen_at)).where(StaffSession.staff_id == Staff.id).scalar_subquery()
    return select(Staff.id, Staff.login, Staff.display_name, Staff.role, Staff.active, Staff.created_at, seen)
