"""Staff accounts: who works here, in which role, with which password. Knows no browser and no cookie."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from enum import Enum

from argon2 import PasswordHasher
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.audit import Actor, by_staff, record
from bot.errors import BadInput, NotAllowed, NotFound, Stale
from bot.mail import check_address
from bot.members import sign_in_letters as letters
from models.enums import Role, Theme
from models.papers import Paper
from models.queries import team
from models.staff import PaperRole, Staff, StaffPreference, StaffSession

PASSWORD_LENGTHS = range(12, 129)
"""As OWASP ASVS 2.1 has it: twelve for safety; an end, so that nobody lets us hash megabytes."""
LEAST_SCORE = 3
"""Of zxcvbn's 0 to 4: not to be guessed within 10^8 tries by whoever knows common passwords, words, names and keyboards."""
NAME_LENGTH = 40


class Strength(Enum):
    """What the rule says of a password."""

    TOO_SHORT = 1
    TOO_LONG = 2
    THE_LOGIN = 3
    GUESSED = 4
    FAIR = 5
    GOOD = 6


_LENGTH = f"密码至少要 {PASSWORD_LENGTHS[0]} 位，最多 {PASSWORD_LENGTHS[-1]} 位。"
REFUSALS = {
    Strength.TOO_SHORT: _LENGTH, Strength.TOO_LONG: _LENGTH, Strength.THE_LOGIN: "密码不能和登录名一样。",
    Strength.GUESSED: "这个密码太容易猜到。请换一个：几个不相干的词连起来，好记又安全。",
}

GRADING = frozenset({Role.EDITOR, Role.CHIEF})
"""Roles that a member may hold on single papers."""

HASHER = PasswordHasher()  # argon2id with the library's current defaults (RFC 9106, low memory)


def normal_login(login: str) -> str:
    """The one form in which a login is stored and looked up: NFKC, lower case, no space around."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def by_login(session: Session, login: str) -> int:
    """The member with this login; NotFound."""
    found = session.scalar(select(Staff.id).where(Staff.login == normal_login(login)))
    if found is None:
        raise NotFound(f"没有登录名是{login}的人。")
    return found


def add_staff(session: Session, *, login: str, display_name: str, password: str, role: Role,
              initial_until: datetime | None = None, email: str = "", actor: Actor, now: datetime) -> Staff:
    """A new account. BadInput when the login is taken, the password too weak or `email` (empty: none) no address.

    `initial_until`: the password is an initial one, good so long; None: the member's own.
    """
    login, display_name = normal_login(login), display_name.strip()
    if not login or len(login) > NAME_LENGTH or any(mark.isspace() for mark in login):
        raise BadInput(f"登录名要 1 到 {NAME_LENGTH} 个字，中间不能有空格。")
    if not display_name or len(display_name) > NAME_LENGTH:
        raise BadInput(f"姓名要 1 到 {NAME_LENGTH} 个字。")
    check_password_rule(login, password)
    if session.scalar(select(Staff.id).where(Staff.login == login)) is not None:
        raise BadInput("这个登录名已经有人用了，请换一个。")
    member = Staff(login=login, display_name=display_name, password_hash=HASHER.hash(password),
                   initial_until=initial_until, email=_address(email), role=role, created_at=now)
    session.add(member)
    session.flush()
    record(session, actor=actor, verb="add_staff", object_kind="staff", object_id=member.id, now=now,
           after=role.value)
    return member


def check_password_rule(login: str, password: str) -> None:
    """BadInput for a password that is too short, is the login, or is among those that are guessed first."""
    found = strength(login, password)
    if found in REFUSALS:
        raise BadInput(REFUSALS[found])


def strength(login: str, password: str) -> Strength:
    """How hard a password is to guess; it is refused where REFUSALS has a sentence."""
    if len(password) not in PASSWORD_LENGTHS:
        return Strength.TOO_SHORT if len(password) < PASSWORD_LENGTHS[0] else Strength.TOO_LONG
    if normal_login(password) == normal_login(login):
        return Strength.THE_LOGIN
    from zxcvbn import zxcvbn  # its lists take memory, which only who sets a password needs

    score = zxcvbn(password, [login, "woodpecker", "啄木鸟"], max_length=PASSWORD_LENGTHS[-1])["score"]
    if score < LEAST_SCORE:
        return Strength.GUESSED
    return Strength.GOOD if score > LEAST_SCORE else Strength.FAIR


def set_password(session: Session, staff_id: int, password: str, *, initial_until: datetime | None = None,
                 actor: Actor, now: datetime) -> None:
    """A new password, `initial_until` as in `add_staff`; every signed-in browser of this account is signed out."""
    member = _lock(session, staff_id)
    check_password_rule(member.login, password)
    member.password_hash, member.initial_until = HASHER.hash(password), initial_until
    _end_sessions(session, staff_id, now)
    record(session, actor=actor, verb="set_password", object_kind="staff", object_id=staff_id, now=now)
    letters.tell(session, staff_id, member.email, letters.OWN_PASSWORD if actor == by_staff(staff_id) else letters.PASSWORD,
                 actor=actor, now=now)


def set_role(session: Session, staff_id: int, role: Role, *, expected: Role, actor: Actor,
             now: datetime) -> None:
    """Moves from `expected` (what the doer saw) to `role`; Stale when somebody else was faster."""
    member = _lock(session, staff_id)
    if member.role is not expected:
        raise Stale("有人刚刚改过这个人的角色，请看一眼再定。")
    if member.role is role:
        return
    if member.role is Role.ADMIN:
        _keep_an_admin(session, staff_id)
    member.role = role
    record(session, actor=actor, verb="set_role", object_kind="staff", object_id=staff_id, now=now,
           before=expected.value, after=role.value)
    letters.tell(session, staff_id, member.email, letters.ROLE, actor=actor, now=now)


def set_email(session: Session, staff_id: int, email: str, *, actor: Actor, now: datetime) -> None:
    """Where mail to this member goes; empty: none. BadInput for what is no address."""
    member = _lock(session, staff_id)
    before, wanted = member.email, _address(email)
    if wanted == before:
        return
    member.email = wanted
    record(session, actor=actor, verb="set_email", object_kind="staff", object_id=staff_id, now=now)
    letters.tell(session, staff_id, before, letters.EMAIL, actor=actor, now=now)


def _address(email: str) -> str | None:
    return check_address(email) if email.strip() else None


def set_preferences(session: Session, staff_id: int, *, large_type: bool | None = None, keys_off: bool | None = None,
                    stay_here: bool | None = None, theme: Theme | None = None) -> None:
    """What a member chose for himself; None leaves a thing as it is. Of nobody else's concern: no audit entry."""
    chosen = session.get(StaffPreference, staff_id, with_for_update=True)
    if chosen is None:
        chosen = StaffPreference(staff_id=staff_id)
        session.add(chosen)
    wanted = {"large_type": large_type, "keys_off": keys_off, "stay_here": stay_here, "theme": theme}
    for name, value in wanted.items():
        if value is not None:
            setattr(chosen, name, value)
    session.flush()


def set_paper_roles(session: Session, staff_id: int, roles: Mapping[int, Role], *, actor: Actor, now: datetime) -> None:
    """On which papers a member works, and as what; none: his role holds on every paper.

    BadInput for a role that does not grade and for a paper that does not exist.
    """
    member = _lock(session, staff_id)
    if roles and member.role not in GRADING:
        raise BadInput("只有编辑和主编可以分报纸。")
    if not set(roles.values()) <= GRADING:
        raise BadInput("在一份报纸上，只能是编辑或主编。")
    known = set(session.scalars(select(Paper.id).where(Paper.id.in_(roles))))
    if known != set(roles):
        raise BadInput("没有这份报纸。")
    before = {one.paper_id: one.role for one in session.scalars(select(PaperRole).where(PaperRole.staff_id == staff_id))}
    if before == dict(roles):
        return
    session.execute(delete(PaperRole).where(PaperRole.staff_id == staff_id))
    session.add_all([PaperRole(staff_id=staff_id, paper_id=paper, role=role) for paper, role in roles.items()])
    session.flush()
    record(session, actor=actor, verb="set_paper_roles", object_kind="staff", object_id=staff_id, now=now,
           details={"papers": sorted(roles)})
    letters.tell(session, staff_id, member.email, letters.PAPERS, actor=actor, now=now)


def nobody_else(session: Session, staff_id: int, role: Role, *, paper_id: int | None = None) -> bool:
    """Whether no other active member holds `role` on this paper (RULES 21: the same person may act, with a reason).

    An admin looks after the system and is nobody's second; `paper_id` None: a thing of no paper.
    """
    other = select(Staff.id).where(Staff.id != staff_id, team.holds(role, Staff, paper_id))
    return session.scalar(other.limit(1)) is None


def role_on(session: Session, staff_id: int, paper_id: int | None) -> Role | None:
    """The member's role on this paper, as `SignedIn.role_on`; None: nothing there is his. Of a thing of no paper, his own."""
    role = session.get_one(Staff, staff_id).role
    if role not in GRADING or paper_id is None:
        return role
    rows = {one.paper_id: one.role for one in session.scalars(select(PaperRole).where(PaperRole.staff_id == staff_id))}
    return rows.get(paper_id) if rows else role


def works_everywhere(session: Session, staff_id: int) -> bool:
    """Whether his role holds on every paper, those that come later too."""
    member = session.get_one(Staff, staff_id)
    return member.role not in GRADING or not session.scalar(
        select(PaperRole.paper_id).where(PaperRole.staff_id == staff_id).limit(1))


def deactivate(session: Session, staff_id: int, *, actor: Actor, now: datetime) -> None:
    """Ends the account's access at once and forgets its address. What it did stays under its name."""
    member = _lock(session, staff_id)
    if not member.active:
        return
    if member.role is Role.ADMIN:
        _keep_an_admin(session, staff_id)
    address, member.email, member.active = member.email, None, False
    _end_sessions(session, staff_id, now)
    record(session, actor=actor, verb="deactivate_staff", object_kind="staff", object_id=staff_id, now=now,
           before="active", after="inactive")
    letters.tell(session, staff_id, address, letters.SWITCHED_OFF, actor=actor, now=now)


def activate(session: Session, staff_id: int, *, actor: Actor, now: datetime) -> None:
    """Gives a deactivated account its access back."""
    member = _lock(session, staff_id)
    if member.active:
        return
    member.active = True
    record(session, actor=actor, verb="activate_staff", object_kind="staff", object_id=staff_id, now=now,
           before="inactive", after="active")


def _lock(session: Session, staff_id: int) -> Staff:
    member = session.get(Staff, staff_id, with_for_update=True)
    if member is None:
        raise NotFound("没有这个人。")
    return member


def _keep_an_admin(session: Session, staff_id: int) -> None:
    # The rows are locked, so that two admins cannot send each other away at the same moment.
    others = session.scalars(
        select(Staff.id).where(Staff.role == Role.ADMIN, Staff.active.is_(True), Staff.id != staff_id)
        .order_by(Staff.id).with_for_update()
    ).all()
    if not others:
        raise NotAllowed("这是最后一位在用的管理员。请先另设一位，再改这一位。")


def _end_sessions(session: Session, staff_id: int, now: datetime) -> None:
    session.execute(
        update(StaffSession).where(StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None))
        .values(ended_at=now)
    )
