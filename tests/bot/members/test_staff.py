"""Accounts of staff."""

from __future__ import annotations

import pytest
from argon2 import Type, extract_parameters
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit import OPERATOR, by_staff
from bot.clock import FrozenClock
from bot.errors import BadInput, NotAllowed, NotFound, Stale
from bot.members import admission, staff
from bot.members.admission import address_key, password_matches
from models.audit import AuditEntry
from models.enums import ActorKind, Role, Theme
from models.papers import Paper
from models.staff import Staff, StaffPreference
from tests.support.cheap_passwords import IN_EARNEST, NOBODY_IN_EARNEST
from tests.support.staff import PASSWORD_HASH


def add(session: Session, clock: FrozenClock, login: str, role: Role = Role.EDITOR) -> int:
    member = Staff(login=login, display_name=login, password_hash=PASSWORD_HASH, role=role, created_at=clock.now())
    session.add(member)
    session.flush()
    return member.id


def new(session: Session, clock: FrozenClock, login: str = "bianji", password: str = "long enough 1") -> Staff:
    return staff.add_staff(session, login=login, display_name="编辑甲", password=password, role=Role.EDITOR,
                           actor=OPERATOR, now=clock.now())


def test_new_member_is_stored_with_a_hash_and_an_entry(session: Session, clock: FrozenClock) -> None:
    member = new(session, clock, login=" BianJi ")
    assert member.login == "bianji"
    assert member.password_hash.startswith("$argon2id$")
    assert password_matches(member.password_hash, "long enough 1")
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.verb, entry.actor_kind, entry.object_id, entry.after) == (
        "add_staff", ActorKind.OPERATOR, member.id, "editor")  # fmt: skip


def test_a_login_is_taken_once_whatever_its_case(session: Session, clock: FrozenClock) -> None:
    add(session, clock, "bianji")
    with pytest.raises(BadInput, match="已经有人用了"):
        new(session, clock, login="BIANJI")


@pytest.mark.parametrize("password", ["short", "elevenchars", "bianjibianji", "x" * 129])
def test_weak_password_is_refused(session: Session, clock: FrozenClock, password: str) -> None:
    with pytest.raises(BadInput, match="密码"):
        new(session, clock, login="bianjibianji", password=password)


@pytest.mark.parametrize("password", [
    "password1234", "123456789012", "qwertyuiop12", "aaaaaaaaaaaa", "P@ssw0rd2026", "woodpecker2026", "啄木鸟" * 4,
])  # fmt: skip
def test_password_that_is_guessed_first_is_refused(session: Session, clock: FrozenClock, password: str) -> None:
    with pytest.raises(BadInput, match="太容易猜到"):
        new(session, clock, login="zhubian", password=password)


@pytest.mark.parametrize("password", [
    "correct horse battery", "银杏树下三碗阳春面要加辣", "".join(chr(0x4E00 + 37 * n) for n in range(128)), "x7#Kq\u3000🪶 ü9 Ωw",
])  # fmt: skip
def test_password_of_any_signs_is_taken_whole(session: Session, clock: FrozenClock, password: str) -> None:
    member = new(session, clock, login="zhubian", password=password)
    assert password_matches(member.password_hash, password)
    assert not password_matches(member.password_hash, password[:-1])


@pytest.mark.parametrize("login", ["", "  ", "two words", "x" * 41])
def test_login_that_cannot_be_typed_is_refused(session: Session, clock: FrozenClock, login: str) -> None:
    with pytest.raises(BadInput, match="登录名"):
        new(session, clock, login=login)


def test_role_moves_only_from_the_role_that_was_seen(session: Session, clock: FrozenClock) -> None:
    number = add(session, clock, "one")
    staff.set_role(session, number, Role.CHIEF, expected=Role.EDITOR, actor=OPERATOR, now=clock.now())
    with pytest.raises(Stale):
        staff.set_role(session, number, Role.PRIZES, expected=Role.EDITOR, actor=OPERATOR, now=clock.now())
    assert session.get_one(Staff, number).role is Role.CHIEF


def test_last_admin_can_neither_go_nor_change(session: Session, clock: FrozenClock) -> None:
    admin = add(session, clock, "admin", Role.ADMIN)
    doer = by_staff(admin)
    with pytest.raises(NotAllowed, match="最后一位"):
        staff.deactivate(session, admin, actor=doer, now=clock.now())
    with pytest.raises(NotAllowed, match="最后一位"):
        staff.set_role(session, admin, Role.EDITOR, expected=Role.ADMIN, actor=doer, now=clock.now())
    second = add(session, clock, "second", Role.ADMIN)
    staff.deactivate(session, admin, actor=by_staff(second), now=clock.now())
    with pytest.raises(NotAllowed, match="最后一位"):
        staff.deactivate(session, second, actor=by_staff(second), now=clock.now())


def test_deactivating_twice_is_written_once(session: Session, clock: FrozenClock) -> None:
    number = add(session, clock, "one")
    for _ in range(2):
        staff.deactivate(session, number, actor=OPERATOR, now=clock.now())
    staff.activate(session, number, actor=OPERATOR, now=clock.now())
    session.flush()
    verbs = session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    assert verbs == ["deactivate_staff", "activate_staff"]


def test_unknown_member_is_not_found(session: Session, clock: FrozenClock) -> None:
    with pytest.raises(NotFound):
        staff.deactivate(session, 99, actor=OPERATOR, now=clock.now())


def test_hash_of_nobody_costs_as_much_as_a_new_one() -> None:
    assert IN_EARNEST.check_needs_rehash(NOBODY_IN_EARNEST) is False
    with pytest.raises(VerifyMismatchError):
        IN_EARNEST.verify(NOBODY_IN_EARNEST, "anything at all")
    assert password_matches(admission.NOBODY, "anything at all") is False


def test_a_hash_costs_what_argon2_recommends() -> None:
    low_memory = extract_parameters(IN_EARNEST.hash("long enough 1"))
    assert (low_memory.type, low_memory.memory_cost, low_memory.time_cost, low_memory.parallelism) == (
        Type.ID, 64 * 1024, 3, 4)  # fmt: skip


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("", ""),
        ("somewhere", "somewhere"),
    ],
)
def test_failures_are_counted_by_who_owns_the_address(address: str, key: str) -> None:
    assert address_key(address) == key


def test_address_for_mail_is_kept_and_taken_away(session: Session, clock: FrozenClock) -> None:
    number = add(session, clock, "a")
    for typed, kept in ((" jia@example.org ", "jia@example.org"), ("", None)):
        staff.set_email(session, number, typed, actor=by_staff(number), now=clock.now())
        assert session.get_one(Staff, number).email == kept
    with pytest.raises(BadInput, match="邮箱地址"):
        staff.set_email(session, number, "nobody", actor=by_staff(number), now=clock.now())
    assert [one.verb for one in session.scalars(select(AuditEntry))] == ["set_email", "set_email"]


def test_one_preference_leaves_the_others(session: Session, clock: FrozenClock) -> None:
    number = add(session, clock, "a")
    staff.set_preferences(session, number, large_type=True)
    staff.set_preferences(session, number, theme=Theme.DARK)
    chosen = session.get_one(StaffPreference, number)
    assert (chosen.large_type, chosen.theme, chosen.keys_off, chosen.stay_here) == (True, Theme.DARK, False, False)


def papers(session: Session) -> list[int]:
    rows = [Paper(name="甲报"), Paper(name="乙报")]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def test_chief_of_another_paper_is_no_second_here(session: Session, clock: FrozenClock) -> None:
    one, other = papers(session)
    me, second = add(session, clock, "a", Role.CHIEF), add(session, clock, "b", Role.CHIEF)
    assert not staff.nobody_else(session, me, Role.CHIEF, paper_id=one)
    staff.set_paper_roles(session, second, {other: Role.CHIEF}, actor=OPERATOR, now=clock.now())
    assert staff.nobody_else(session, me, Role.CHIEF, paper_id=one)
    assert not staff.nobody_else(session, me, Role.CHIEF, paper_id=other)
    assert not staff.nobody_else(session, me, Role.CHIEF)


def test_editor_who_is_chief_of_this_paper_is_a_second(session: Session, clock: FrozenClock) -> None:
    one, other = papers(session)
    me, second = add(session, clock, "a", Role.CHIEF), add(session, clock, "b")
    staff.set_paper_roles(session, second, {one: Role.CHIEF}, actor=OPERATOR, now=clock.now())
    assert not staff.nobody_else(session, me, Role.CHIEF, paper_id=one)
    assert staff.nobody_else(session, me, Role.CHIEF, paper_id=other)


def test_who_left_and_who_only_looks_after_the_system_is_nobodys_second(session: Session, clock: FrozenClock) -> None:
    me, gone = add(session, clock, "a", Role.CHIEF), add(session, clock, "b", Role.CHIEF)
    add(session, clock, "c", Role.ADMIN)
    staff.deactivate(session, gone, actor=OPERATOR, now=clock.now())
    assert staff.nobody_else(session, me, Role.CHIEF)
