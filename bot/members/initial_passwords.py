"""Initial passwords: drawn, told once by whoever lets a member in, changed by him before anything else. Knows no HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.audit import Actor, by_staff
from bot.errors import BadInput, NotAllowed
from bot.members import admission, drawn_passwords, staff
from models.enums import Role
from models.staff import Staff

GOOD_FOR = timedelta(days=7)
OVER = "这个初始密码过了七天，不能再用。请找管理员要一个新的。"
STILL_INITIAL = "这还是初始密码。请换一个只有您自己知道的。"


def add_member(session: Session, *, login: str, display_name: str, role: Role, email: str = "", actor: Actor,
               now: datetime) -> tuple[Staff, str]:
    """A new account and its initial password, which is kept nowhere in clear. BadInput as `staff.add_staff`."""
    password = drawn_passwords.draw()
    member = staff.add_staff(session, login=login, display_name=display_name, password=password, role=role,
                             initial_until=now + GOOD_FOR, email=email, actor=actor, now=now)
    return member, password


def reset(session: Session, staff_id: int, *, actor: Actor, now: datetime) -> str:
    """An initial password in the place of the present one; the member is signed out everywhere. NotFound."""
    password = drawn_passwords.draw()
    staff.set_password(session, staff_id, password, initial_until=now + GOOD_FOR, actor=actor, now=now)
    return password


def change(session: Session, staff_id: int, password: str, *, now: datetime) -> Staff:
    """The member's own in the place of the initial one; he is signed out everywhere.

    BadInput for a weak one and for the initial one itself, NotAllowed past its end or where there is none.
    """
    member = session.get_one(Staff, staff_id, with_for_update=True)
    if member.initial_until is None:  # changed in another window
        raise NotAllowed("密码已经换过了。")
    if admission.is_over(member.initial_until, now):
        raise NotAllowed(OVER)
    staff.check_password_rule(member.login, password)
    if is_initial(member.password_hash, password):
        raise BadInput(STILL_INITIAL)
    staff.set_password(session, staff_id, password, actor=by_staff(staff_id), now=now)
    return member


def is_initial(password_hash: str, typed: str) -> bool:
    """Whether this is the initial password of that hash, in whatever groups. Slow for what has its shape, and only for that."""
    plain = drawn_passwords.plain(typed)
    return drawn_passwords.has_shape(plain) and admission.password_matches(password_hash, plain)
