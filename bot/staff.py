"""Staff accounts: who works here, in which role, with which password. Knows no browser and no cookie."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from argon2 import PasswordHasher
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.audit import Actor, record
from bot.errors import BadInput, NotAllowed, NotFound, Stale
from models.enums import Role
from models.staff import Staff, StaffSession

PASSWORD_LENGTHS = range(10, 201)
"""Ten for safety; two hundred, so that nobody lets us hash megabytes."""
NAME_LENGTH = 40

HASHER = PasswordHasher()  # argon2id with the library's current defaults (RFC 9106, low memory)


def normal_login(login: str) -> str:
    """The one form in which a login is stored and looked up: NFKC, lower case, no space around."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def add_staff(session: Session, *, login: str, display_name: str, password: str, role: Role,
              actor: Actor, now: datetime) -> Staff:
    """A new account. BadInput when the login is taken or the password too weak."""
    login, display_name = normal_login(login), display_name.strip()
    if not login or len(login) > NAME_LENGTH or any(mark.isspace() for mark in login):
        raise BadInput(f"登录名要 1 到 {NAME_LENGTH} 个字，中间不能有空格。")
    if not display_name or len(display_name) > NAME_LENGTH:
        raise BadInput(f"姓名要 1 到 {NAME_LENGTH} 个字。")
    check_password_rule(login, password)
    if session.scalar(select(Staff.id).where(Staff.login == login)) is not None:
        raise BadInput("这个登录名已经有人用了，请换一个。")
    member = Staff(login=login, display_name=display_name, password_hash=HASHER.hash(password),
                   role=role, created_at=now)
    session.add(member)
    session.flush()
    record(session, actor=actor, verb="add_staff", object_kind="staff", object_id=member.id, now=now,
           after=role.value)
    return member


def check_password_rule(login: str, password: str) -> None:
    """BadInput unless the password has at least ten characters and is not the login."""
    if len(password) not in PASSWORD_LENGTHS:
        raise BadInput(f"密码至少要 {PASSWORD_LENGTHS[0]} 位，最多 {PASSWORD_LENGTHS[-1]} 位。")
    if normal_login(password) == normal_login(login):
        raise BadInput("密码不能和登录名一样。")


def set_password(session: Session, staff_id: int, password: str, *, actor: Actor, now: datetime) -> None:
    """A new password; every signed-in browser of this account is signed out."""
    member = _lock(session, staff_id)
    check_password_rule(member.login, password)
    member.password_hash = HASHER.hash(password)
    _end_sessions(session, staff_id, now)
    record(session, actor=actor, verb="set_password", object_kind="staff", object_id=staff_id, now=now)


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


def deactivate(session: Session, staff_id: int, *, actor: Actor, now: datetime) -> None:
    """Ends the account's access at once. What it did stays under its name."""
    member = _lock(session, staff_id)
    if not member.active:
        return
    if member.role is Role.ADMIN:
        _keep_an_admin(session, staff_id)
    member.active = False
    _end_sessions(session, staff_id, now)
    record(session, actor=actor, verb="deactivate_staff", object_kind="staff", object_id=staff_id, now=now,
           before="active", after="inactive")


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
