"""The signed-in browsers of staff: begun, found again, listed, ended. Knows no HTTP and no password."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, String, bindparam, cast, func, select, update
from sqlalchemy.orm import Session

from bot.audit import Actor, by_staff, record
from bot.members.browsers import kind_of
from bot.members.second_factor import REQUIRED
from models.enums import Role, Theme
from models.queries import deputies, team
from models.staff import PaperRole, SecondFactor, Staff, StaffPreference, StaffSession

CODE_WITHIN = timedelta(minutes=10)
"""After the password, the code of the telephone is awaited so long."""
SEEN_EVERY = timedelta(minutes=5)
"""A session's `seen_at` is written at most this often, so that reading a page is not a write."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whoever is behind a live session, as the console needs him.

    `editors`: how many active editors and chiefs there are; `papers`: papers in contests. What several editors
    or papers need shows itself only when they are there. `paper_roles`: (paper, role) of a member who works on
    certain papers only; empty: his role holds everywhere. `deputy_of`: the contests whose lists he may release.
    `initial_password`: he signed in with one that the system drew, and sets his own before anything else.
    """

    session_id: int
    staff_id: int
    login: str
    display_name: str
    role: Role
    seen_at: datetime
    editors: int = 1
    papers: int = 1
    second_factor: bool = False
    large_type: bool = False
    keys_off: bool = False
    stay_here: bool = False
    theme: Theme = Theme.SYSTEM
    paper_roles: tuple[tuple[int, Role], ...] = ()
    deputy_of: frozenset[int] = frozenset()
    initial_password: bool = False

    @property
    def only_papers(self) -> frozenset[int] | None:
        """The papers whose reports this member grades and sees; None: all."""
        return frozenset(paper for paper, _ in self.paper_roles) if self.paper_roles else None

    @property
    def needs_second_factor(self) -> bool:
        """Whether he must set one up before anything else."""
        return self.leads and not self.second_factor

    @property
    def leads(self) -> bool:
        """Whether he is a chief or an admin, be it on one paper: such an account may do without no second factor."""
        return self.role in REQUIRED or any(role in REQUIRED for _, role in self.paper_roles)

    def role_on(self, paper_id: int | None) -> Role | None:
        """The role on this paper; None: nothing is open to him there. A thing of no paper has no role of its own."""
        if not self.paper_roles or paper_id is None:
            return self.role
        return dict(self.paper_roles).get(paper_id)


AS_IT_COMES = StaffPreference(large_type=False, keys_off=False, stay_here=False, theme=Theme.SYSTEM)


def start_session(session: Session, member: Staff, browser: str, *, now: datetime) -> str:
    """A new signed-in browser; returns the token for its cookie. We keep only the token's digest."""
    token = _begin(session, member, browser, now, code_until=None)
    record(session, actor=by_staff(member.id), verb="sign_in", object_kind="staff",
           object_id=member.id, now=now)
    return token


def start_waiting(session: Session, member: Staff, browser: str, *, now: datetime) -> str:
    """The password was right and the code is to come: a token that opens the page for the code and nothing else."""
    return _begin(session, member, browser, now, code_until=now + CODE_WITHIN)


def _begin(session: Session, member: Staff, browser: str, now: datetime, *, code_until: datetime | None) -> str:
    token = secrets.token_urlsafe(32)
    session.add(StaffSession(
        token_digest=digest(token), staff_id=member.id, browser_digest=digest(browser), browser_kind=kind_of(browser),
        created_at=now, seen_at=now, code_until=code_until))
    return token


def find_waiting(session: Session, token: str, browser: str, *, now: datetime) -> int | None:
    """Whose code is awaited in this browser (staff id); None when the time is over."""
    return session.scalar(
        select(StaffSession.staff_id).join(Staff, Staff.id == StaffSession.staff_id)
        .where(StaffSession.token_digest == digest(token), StaffSession.browser_digest == digest(browser),
               StaffSession.ended_at.is_(None), StaffSession.code_until > now, Staff.active.is_(True)))


def find_session(session: Session, token: str, browser: str, *, lifetime: timedelta,
                 now: datetime) -> SignedIn | None:
    """Who holds `token` in this browser, unless it ended, grew too old or the account was deactivated."""
    row = session.execute(_found(), {"token": digest(token), "browser": digest(browser), "since": now - lifetime}).one_or_none()
    if row is None:
        return None
    session_id, seen_at, staff_id, login, display_name, role, editors, papers, factor, _, roles_text, contests, initial = row
    stored: StaffPreference | None = row[9]  # an outer join: the types do not know that it may be missing
    chosen = AS_IT_COMES if stored is None else stored
    return SignedIn(
        session_id, staff_id, login, display_name, role, seen_at, editors, papers, factor is not None,
        chosen.large_type, chosen.keys_off, chosen.stay_here, chosen.theme, _roles(role, roles_text or ""),
        frozenset(int(one) for one in (contests or "").split(",") if one), initial)


@cache  # every page asks for it
def _found() -> Select[*tuple[Any, ...]]:
    single = cast(PaperRole.paper_id, String) + ":" + cast(PaperRole.role, String)
    roles = (select(func.aggregate_strings(single, ",")).where(PaperRole.staff_id == Staff.id)
             .correlate(Staff).scalar_subquery())
    return (
        select(StaffSession.id, StaffSession.seen_at, Staff.id, Staff.login, Staff.display_name, Staff.role,
               team.editors(), team.papers(), SecondFactor.staff_id, StaffPreference, roles, deputies.contests_of(),
               Staff.initial_until.is_not(None))
        .join(Staff, Staff.id == StaffSession.staff_id)
        .outerjoin(SecondFactor, SecondFactor.staff_id == Staff.id)
        .outerjoin(StaffPreference, StaffPreference.staff_id == Staff.id)
        .where(
            StaffSession.token_digest == bindparam("token"), StaffSession.browser_digest == bindparam("browser"),
            StaffSession.ended_at.is_(None), StaffSession.code_until.is_(None),
            StaffSession.created_at > bindparam("since"), Staff.active.is_(True),
        )
    )


def _roles(role: Role, text: str) -> tuple[tuple[int, Role], ...]:
    """"3:editor,4:chief" of a member who grades; whoever does not grade, or looks after everything, has none."""
    if role not in (Role.EDITOR, Role.CHIEF) or not text:
        return ()
    pairs = (one.split(":") for one in text.split(","))
    return tuple(sorted((int(paper), Role(name)) for paper, name in pairs))


def mark_seen(session: Session, session_id: int, *, now: datetime) -> None:
    """Notes that the browser is still in use; call when `seen_at` is older than SEEN_EVERY."""
    session.execute(update(StaffSession).where(StaffSession.id == session_id).values(seen_at=now))


def end_waiting(session: Session, token: str, *, now: datetime) -> None:
    """The code was right, or the one before the screen wants to begin anew."""
    session.execute(update(StaffSession).where(
        StaffSession.token_digest == digest(token), StaffSession.code_until.is_not(None),
        StaffSession.ended_at.is_(None)).values(ended_at=now))


def end_session(session: Session, token: str, *, now: datetime) -> None:
    """Signs one browser out. A token that is not known, or ended already, changes nothing."""
    staff_id = session.scalar(
        update(StaffSession)
        .where(StaffSession.token_digest == digest(token), StaffSession.ended_at.is_(None),
               StaffSession.code_until.is_(None))
        .values(ended_at=now).returning(StaffSession.staff_id)
    )
    if staff_id is not None:
        record(session, actor=by_staff(staff_id), verb="sign_out", object_kind="staff",
               object_id=staff_id, now=now)


def end_one(session: Session, staff_id: int, session_id: int, *, actor: Actor, now: datetime) -> bool:
    """Signs one browser of a member out; whether there was one to sign out."""
    done = session.scalar(
        update(StaffSession)
        .where(StaffSession.id == session_id, StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None))
        .values(ended_at=now).returning(StaffSession.id))
    if done is not None:
        record(session, actor=actor, verb="end_session", object_kind="staff", object_id=staff_id, now=now)
    return done is not None


def end_others(session: Session, staff_id: int, *, keep: int | None, actor: Actor, now: datetime) -> int:
    """Signs every browser of a member out but `keep`; how many there were."""
    ended = session.scalars(
        update(StaffSession)
        .where(StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None),
               StaffSession.id != (keep if keep is not None else 0))
        .values(ended_at=now).returning(StaffSession.id)).all()
    if ended:
        record(session, actor=actor, verb="end_other_sessions", object_kind="staff", object_id=staff_id, now=now,
               details={"sessions": len(ended)})
    return len(ended)


def digest(value: str) -> str:
    """SHA-256 of a random token: what the database keeps of it."""
    return hashlib.sha256(value.encode()).hexdigest()
