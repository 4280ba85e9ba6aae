"""The house of the console's tests with a member in each role, for `Databases.begun`: with its round open, picked or
released."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.audit import by_staff
from bot.contest import rounds
from bot.members.second_factor import REQUIRED
from models.enums import Role
from models.session import writing
from models.staff import Staff
from tests.support import factories
from tests.support.factories import HEADLINE, NOW, VOLUNTEERS, House
from tests.support.settings import SECRET_KEY
from tests.support.staff import PASSWORD_HASH, second_factor


@dataclass(frozen=True, slots=True)
class Housed:
    """Ids of the members and of what `factories.build` made; the moment at which the last was done."""

    staff: dict[Role, int]
    house: House
    now: datetime


def members(session: Session, *, now: datetime = NOW, secret_key: str = SECRET_KEY) -> dict[Role, int]:
    """One in each role: login is the role's value, the password tests.support.staff.PASSWORD.

    Those who must have a second factor have one; `tests.support.staff.code(clock.now())` is what it shows.
    """
    found = [
        Staff(login=role.value, display_name=f"测试{role.value}", password_hash=PASSWORD_HASH, role=role, created_at=now)
        for role in Role
    ]
    session.add_all(found)
    session.flush()
    session.add_all([second_factor(member.id, secret_key=secret_key, now=now)
                     for member in found if member.role in REQUIRED])
    return {member.role: member.id for member in found}


def housed(engine: Engine) -> Housed:
    """An open round without a report."""
    with writing(engine) as session:
        staff = members(session)
        return Housed(staff, factories.build(session, editor_id=staff[Role.EDITOR]), NOW)


def picked(engine: Engine) -> Housed:
    """The round picked, with two winners."""
    made = housed(engine)
    with writing(engine) as session:
        for text in (HEADLINE, VOLUNTEERS):
            factories.accept(session, factories.report(session, text), made.house)
        return Housed(made.staff, made.house, factories.picked(session, made.house))


def released(engine: Engine) -> Housed:
    made = picked(engine)
    with writing(engine) as session:
        rounds.release_round(session, made.house.round_id, actor=by_staff(made.staff[Role.CHIEF]), now=made.now)
    return made
