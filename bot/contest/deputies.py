"""The deputy of a contest: an editor named beforehand, who may release its rounds when no chief is there (RULES 5).

He picks nothing anew and changes no rule. Whoever is no active editor any more is no deputy either. Never commits.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.errors import BadInput, NotAllowed, NotFound
from models.contests import Contest
from models.enums import Role
from models.queries import deputies as queries
from models.staff import Staff

RELEASES = (Role.CHIEF, Role.ADMIN)


def name_deputy(session: Session, contest_id: int, staff_id: int, *, actor: Actor, now: datetime) -> bool:
    """This editor instead of whoever was named before; False where he is named already."""
    contest = _locked(session, contest_id)
    if staff_id not in {one.id for one in queries.candidates(session)}:
        raise BadInput("只能请一位在用的编辑代理。")
    if contest.deputy_id == staff_id:
        return False
    before, contest.deputy_id = contest.deputy_id, staff_id
    audit.record(session, actor=actor, verb="name_deputy", object_kind="contest", object_id=contest_id, now=now,
                 details={"staff": staff_id} | ({"instead_of": before} if before is not None else {}))
    return True


def end_deputy(session: Session, contest_id: int, *, actor: Actor, now: datetime) -> bool:
    """Nobody is deputy from now on; False where nobody was."""
    contest = _locked(session, contest_id)
    if contest.deputy_id is None:
        return False
    before, contest.deputy_id = contest.deputy_id, None
    audit.record(session, actor=actor, verb="end_deputy", object_kind="contest", object_id=contest_id, now=now,
                 details={"staff": before})
    return True


def releases_as_deputy(session: Session, contest: Contest, staff_id: int) -> bool:
    """True: as the deputy; False: in a chief's own right. NotAllowed for everybody else.

    Where nobody is chief the same person may act (RULES 21).
    """
    member = session.get_one(Staff, staff_id)
    if member.role in RELEASES:
        return False
    if contest.deputy_id == staff_id and member.role is Role.EDITOR and member.active:
        return True
    chief = session.scalar(select(Staff.id).where(Staff.role == Role.CHIEF, Staff.active.is_(True)).limit(1))
    if chief is not None:
        raise NotAllowed("名单由主编发布，或者由主编请好的代理人发布。")
    return False


def _locked(session: Session, contest_id: int) -> Contest:
    contest = session.get(Contest, contest_id, with_for_update=True, populate_existing=True)
    if contest is None:
        raise NotFound("没有这个活动。")
    return contest
