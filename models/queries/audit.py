"""Reads of the audit trail for the console."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, literal, select, union_all
from sqlalchemy.orm import Session

from models.audit import AuditEntry
from models.contests import Round
from models.enums import ActorKind
from models.papers import Paper
from models.staff import Staff


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One entry with the present name of the member who did it."""

    id: int
    at: datetime
    actor_kind: ActorKind
    staff_name: str | None
    verb: str
    object_kind: str
    object_id: int | None
    before: str | None
    after: str | None
    details: dict[str, Any]


def entries(session: Session, *, verb: str | None = None, object_kind: str | None = None,
            object_id: int | None = None, before: int | None = None, limit: int = 50) -> list[AuditLine]:
    """Newest first; `before` is the id of the last entry of the page above."""
    query = (
        select(AuditEntry.id, AuditEntry.at, AuditEntry.actor_kind, Staff.display_name, AuditEntry.verb,
               AuditEntry.object_kind, AuditEntry.object_id, AuditEntry.before, AuditEntry.after,
               AuditEntry.details)
        .outerjoin(Staff, Staff.id == AuditEntry.staff_id)
        .order_by(AuditEntry.id.desc()).limit(limit)
    )
    if verb is not None:
        query = query.where(AuditEntry.verb == verb)
    if object_kind is not None:
        query = query.where(AuditEntry.object_kind == object_kind)
    if object_id is not None:
        query = query.where(AuditEntry.object_id == object_id)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return [AuditLine(*row) for row in session.execute(query)]


NAMED: Mapping[str, Any] = {"staff": Staff.display_name, "paper": Paper.name, "round": Round.month}
"""Objects that have a name people know; of all others the number is what they know."""


def names(session: Session, objects: Collection[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """The present names of those that have one, by kind and id. One query, none where nothing is asked."""
    queries = [_names(kind, column, {number for of, number in objects if of == kind}) for kind, column in NAMED.items()]
    asked = [query for query in queries if query is not None]
    if not asked:
        return {}
    return {(kind, number): name for kind, number, name in session.execute(union_all(*asked))}


def _names(kind: str, column: Any, numbers: Collection[int]) -> Select[Any] | None:
    if not numbers:
        return None
    number = column.class_.id
    return select(literal(kind), number, column).where(number.in_(numbers))
