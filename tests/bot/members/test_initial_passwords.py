"""Initial passwords: given, used, changed, over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit import OPERATOR, by_staff
from bot.clock import FrozenClock
from bot.errors import BadInput, NotAllowed, NotFound
from bot.members import admission, initial_passwords, staff
from models.audit import AuditEntry
from models.enums import Role
from models.staff import Staff
from tests.support.staff import PASSWORD, PASSWORD_HASH

ADDRESS = "192.0.2.1"
OWN = "three bowls of noodles"


def given(session: Session, clock: FrozenClock) -> tuple[Staff, str]:
    return initial_passwords.add_member(session, login="yi", display_name="编辑乙", role=Role.EDITOR, actor=OPERATOR,
                                        now=clock.now())


def tried(session: Session, clock: FrozenClock, password: str) -> Staff | None:
    stored = admission.stored_hash(session, "yi", ADDRESS, now=clock.now())
    return admission.admit(session, "yi", ADDRESS, matched=admission.fits(stored, password), now=clock.now())


def test_new_member_has_a_week(session: Session, clock: FrozenClock) -> None:
    member, password = given(session, clock)
    assert member.initial_until == clock.now() + timedelta(days=7)
    assert tried(session, clock, password) is member
    assert tried(session, clock, password[:-1]) is None


def test_password_that_the_member_set_himself_has_no_end(session: Session, clock: FrozenClock) -> None:
    member = staff.add_staff(session, login="yi", display_name="乙", password=OWN, role=Role.ADMIN, actor=OPERATOR,
                             now=clock.now())
    assert member.initial_until is None
    clock.advance(days=900)
    assert tried(session, clock, OWN) is member


def test_reset_leaves_nothing_of_the_password_before(session: Session, clock: FrozenClock) -> None:
    member = Staff(login="yi", display_name="乙", password_hash=PASSWORD_HASH, role=Role.EDITOR, created_at=clock.now())
    session.add(member)
    session.flush()
    assert tried(session, clock, PASSWORD) is member
    password = initial_passwords.reset(session, member.id, actor=OPERATOR, now=clock.now())
    assert tried(session, clock, PASSWORD) is None
    assert tried(session, clock, password) is member
    with pytest.raises(NotFound):
        initial_passwords.reset(session, 999, actor=OPERATOR, now=clock.now())


def test_after_its_end_it_is_a_failed_try_whose_reason_can_be_asked(session: Session, clock: FrozenClock) -> None:
    member, password = given(session, clock)
    matched = member.password_hash
    assert not admission.initial_is_over(session, "yi", matched=matched, now=clock.now())
    clock.advance(days=7)
    assert tried(session, clock, password) is None
    assert admission.initial_is_over(session, "yi", matched=matched, now=clock.now())
    assert not admission.initial_is_over(session, "yi", matched="another", now=clock.now())
    assert not admission.initial_is_over(session, "nobody", matched=matched, now=clock.now())
    for _ in range(admission.FAILURES_OF_A_LOGIN - 1):
        tried(session, clock, password)
    with pytest.raises(admission.LockedOut):
        tried(session, clock, password)


def test_own_password_takes_its_place_once(session: Session, clock: FrozenClock) -> None:
    member, password = given(session, clock)
    for wrong in (password, " ".join((password[:4], password[4:])).upper(), "short", "password1234"):
        with pytest.raises(BadInput):
            initial_passwords.change(session, member.id, wrong, now=clock.now())
    assert member.initial_until is not None
    assert initial_passwords.change(session, member.id, OWN, now=clock.now()) is member
    assert member.initial_until is None
    with pytest.raises(NotAllowed, match="已经换过"):
        initial_passwords.change(session, member.id, OWN, now=clock.now())
    session.flush()
    entries = session.execute(select(AuditEntry.verb, AuditEntry.staff_id).order_by(AuditEntry.id)).all()
    assert [tuple(one) for one in entries] == [("add_staff", None), ("set_password", member.id)]


def test_own_password_comes_too_late_after_the_end(session: Session, clock: FrozenClock) -> None:
    member, _ = given(session, clock)
    clock.advance(days=7)
    with pytest.raises(NotAllowed, match="要一个新的"):
        initial_passwords.change(session, member.id, OWN, now=clock.now())


def test_any_other_new_password_ends_it_too(session: Session, clock: FrozenClock) -> None:
    member, _ = given(session, clock)
    staff.set_password(session, member.id, OWN, actor=by_staff(member.id), now=clock.now())
    assert member.initial_until is None
