"""The audit trail: one entry for each act of staff, scheduler or operator. Knows no verb and no words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert
from sqlalchemy.orm import Session

from bot.outside import journal
from models.audit import AuditEntry
from models.enums import ActorKind


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something; `staff_id` is set for staff and only for staff."""

    kind: ActorKind
    staff_id: int | None = None


SCHEDULER = Actor(ActorKind.SCHEDULER)
OPERATOR = Actor(ActorKind.OPERATOR)


def by_staff(staff_id: int) -> Actor:
    return Actor(ActorKind.STAFF, staff_id)


def record(session: Session, *, actor: Actor, verb: str, object_kind: str, object_id: int | None,
           now: datetime, before: str | None = None, after: str | None = None,
           details: dict[str, Any] | None = None) -> None:
    """Adds one entry. `details` holds ids, codes and numbers only; never names, contacts or reader text."""
    journal.note(session.connection(), "act", at=now, v=verb, o=object_kind, i=object_id, s=actor.staff_id, a=after)
    session.add(AuditEntry(
        at=now, actor_kind=actor.kind, staff_id=actor.staff_id, verb=verb, object_kind=object_kind,
        object_id=object_id, before=before, after=after, details=details or {},
    ))


def write(db: Connection, *, actor: Actor, verb: str, object_kind: str, object_id: int | None, now: datetime,
          after: str | None = None, details: dict[str, Any] | None = None) -> None:
    """The same where there is only a connection."""
    journal.note(db, "act", at=now, v=verb, o=object_kind, i=object_id, s=actor.staff_id, a=after)
    db.execute(insert(AuditEntry).values(at=now, actor_kind=actor.kind, staff_id=actor.staff_id, verb=verb,
                                         object_kind=object_kind, object_id=object_id, after=after, details=details or {}))
