"""Two editors and a report between them, for tests of working together. Every name is made up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit import Actor, by_staff
from models.audit import AuditEntry
from models.enums import Role
from tests.support import factories
from tests.support.factories import HEADLINE, NOW, House


@dataclass(frozen=True, slots=True)
class Team:
    """甲 and 乙 (ids of staff) and the number of a report that nobody has decided."""

    house: House
    one: int
    other: int
    number: int

    @property
    def first(self) -> Actor:
        return by_staff(self.one)

    @property
    def second(self) -> Actor:
        return by_staff(self.other)


def make_team(session: Session, *, now: datetime = NOW) -> Team:
    one = factories.staff(session, "甲", Role.EDITOR, now=now)
    house = factories.build(session, now=now, editor_id=one)
    other = factories.staff(session, "乙", Role.EDITOR, now=now)
    return Team(house, one, other, factories.report(session, HEADLINE, at=now))


def log(session: Session, *verbs: str) -> list[tuple[str, int | None, int | None, dict[str, Any]]]:
    """(verb, doer, object, details) of the entries of these verbs, oldest first."""
    session.flush()
    rows = session.scalars(select(AuditEntry).where(AuditEntry.verb.in_(verbs)).order_by(AuditEntry.id))
    return [(row.verb, row.staff_id, row.object_id, row.details) for row in rows]
