"""Reads of staff for the console."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from models.audit import AuditEntry
from models.enums import Role
from models.papers import Paper
from models.staff import PaperRole, RecoveryCode, SecondFactor, Staff, StaffSession


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One member; `seen_at` is when a browser of his last asked for a page, to some minutes."""

    id: int
    login: str
    display_name: str
    role: Role
    active: bool
    created_at: datetime
    email: str | None
    seen_at: datetime | None
    second_factor_at: datetime | None
    initial_until: datetime | None


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One signed-in browser, in words."""

    id: int
    browser_kind: str | None
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """What a member sees of his own account beside his name."""

    email: str | None
    second_factor_at: datetime | None
    codes_left: int


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper, and a member's role on it; None: nothing is said about this paper."""

    id: int
    name: str
    role: Role | None


def members(session: Session) -> list[StaffLine]:
    """Everybody, those who may sign in first."""
    query = _lines().order_by(Staff.active.desc(), Staff.display_name, Staff.id)
    return [StaffLine(*row) for row in session.execute(query)]


def member(session: Session, staff_id: int) -> StaffLine | None:
    row = session.execute(_lines().where(Staff.id == staff_id)).one_or_none()
    return None if row is None else StaffLine(*row)


def own(session: Session, staff_id: int) -> OwnAccount:
    left = select(func.count(RecoveryCode.id)).where(
        RecoveryCode.staff_id == Staff.id, RecoveryCode.used_at.is_(None)).scalar_subquery()
    row = session.execute(
        select(Staff.email, SecondFactor.confirmed_at, left)
        .outerjoin(SecondFactor, SecondFactor.staff_id == Staff.id).where(Staff.id == staff_id)).one()
    return OwnAccount(*row)


def sessions(session: Session, staff_id: int, *, lifetime: timedelta, now: datetime) -> list[SessionLine]:
    """The browsers in which a member is signed in, the one used last first."""
    rows = session.execute(
        select(StaffSession.id, StaffSession.browser_kind, StaffSession.created_at, StaffSession.seen_at)
        .where(StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None), StaffSession.code_until.is_(None),
               StaffSession.created_at > now - lifetime)
        .order_by(StaffSession.seen_at.desc(), StaffSession.id.desc()).limit(100))
    return [SessionLine(*row) for row in rows]


def paper_lines(session: Session, staff_id: int) -> list[PaperLine]:
    """Every paper in a contest, and those of the member's rows."""
    rows = session.execute(
        select(Paper.id, Paper.name, PaperRole.role)
        .outerjoin(PaperRole, (PaperRole.paper_id == Paper.id) & (PaperRole.staff_id == staff_id))
        .where(or_(Paper.contest_id.is_not(None), PaperRole.role.is_not(None))).order_by(Paper.name))
    return [PaperLine(*row) for row in rows]


def whom_to_ask(session: Session, paper_id: int) -> tuple[str, list[str]]:
    """The paper's name, and who may let somebody else work on it or do it himself: its chiefs, else the admins."""
    paper = session.scalar(select(Paper.name).where(Paper.id == paper_id)) or ""
    rows = select(PaperRole.staff_id).where(PaperRole.staff_id == Staff.id)
    here = rows.where(PaperRole.paper_id == paper_id, PaperRole.role == Role.CHIEF).exists()
    everywhere = (Staff.role == Role.CHIEF) & ~rows.exists()
    active = select(Staff.display_name).where(Staff.active.is_(True)).order_by(Staff.display_name).limit(3)
    grading = Staff.role.in_((Role.EDITOR, Role.CHIEF))
    chiefs = list(session.scalars(active.where(grading, or_(here, everywhere))))
    return paper, chiefs or list(session.scalars(active.where(Staff.role == Role.ADMIN)))


def _lines() -> Select[int, str, str, Role, bool, datetime, str | None, datetime, datetime,
                       datetime | None]:
    seen = select(func.max(StaffSession.seen_at)).where(
        StaffSession.staff_id == Staff.id, StaffSession.code_until.is_(None)).scalar_subquery()
    return (select(Staff.id, Staff.login, Staff.display_name, Staff.role, Staff.active, Staff.created_at, Staff.email,
                   seen, SecondFactor.confirmed_at, Staff.initial_until)
            .outerjoin(SecondFactor, SecondFactor.staff_id == Staff.id))


CHANGES = ("set_password", "set_email", "set_up_factor", "switch_off_factor", "reset_factor", "make_recovery_codes")
"""Verbs of the audit trail about how a member signs in."""


def changes_since_sign_in(session: Session, staff_id: int) -> list[tuple[str, datetime]]:
    """What was changed about a member's sign-in since he signed in last, the latest of each kind; nothing before the first."""
    own = (AuditEntry.object_kind == "staff", AuditEntry.object_id == staff_id)
    last = select(func.max(AuditEntry.id)).where(*own, AuditEntry.verb == "sign_in").scalar_subquery()
    rows = session.execute(select(AuditEntry.verb, func.max(AuditEntry.at)).where(
        *own, AuditEntry.verb.in_(CHANGES), AuditEntry.id > last).group_by(AuditEntry.verb).order_by(func.max(AuditEntry.id)))
    return [(verb, at) for verb, at in rows]
