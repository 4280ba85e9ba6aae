"""Named reads of who may be, and who is, the deputy of a contest."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, ScalarSelect, String, and_, cast, func, select
from sqlalchemy.orm import Session

from models.contests import Contest
from models.enums import Role
from models.staff import Staff


@dataclass(frozen=True, slots=True)
class Candidate:
    id: int
    name: str


def may_deputise() -> ColumnElement[bool]:
    """Of a row of `Staff`: active editors. Chiefs release in their own right."""
    return and_(Staff.active.is_(True), Staff.role == Role.EDITOR)


def candidates(session: Session) -> tuple[Candidate, ...]:
    rows = session.execute(select(Staff.id, Staff.display_name).where(may_deputise())
                           .order_by(Staff.display_name, Staff.id))
    return tuple(Candidate(row.id, row.display_name) for row in rows)


def contests_of() -> ScalarSelect[str]:
    """The contests of which a member (`Staff` of the query around it) is deputy, with commas between."""
    return (select(func.aggregate_strings(cast(Contest.id, String), ","))
            .where(and_(Contest.deputy_id == Staff.id, may_deputise())).correlate(Staff).scalar_subquery())
