"""Codes of the telephone and recovery codes: taken once, close in time, kept encrypted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit import OPERATOR
from bot.errors import BadInput, NotAllowed, NotFound
from bot.members import admission, second_factor
from bot.members.admission import LockedOut
from models.audit import AuditEntry
from models.enums import Role
from models.staff import RecoveryCode, SecondFactor, SignInAttempt, Staff, StaffSession
from tests.support.staff import PASSWORD_HASH, SECRET, code

KEY = "only-for-tests-" + "0123456789" * 4
NOW = datetime(2026, 11, 10, 1, 0, 10, tzinfo=UTC)  # ten seconds into a step
ADDRESS = "192.0.2.1"


@pytest.fixture
def member(session: Session) -> Staff:
    member = Staff(login="jia", display_name="编辑甲", password_hash=PASSWORD_HASH, role=Role.EDITOR, created_at=NOW)
    session.add(member)
    session.flush()
    return member


def set_up(session: Session, member: Staff, now: datetime = NOW) -> list[str]:
    sealed = second_factor.seal(member.id, SECRET, secret_key=KEY, now=now)
    return second_factor.set_up(session, member.id, sealed, code(now), secret_key=KEY, now=now)


def takes(session: Session, member: Staff, typed: str, now: datetime) -> bool:
    return second_factor.use_code(session, member.id, typed, secret_key=KEY, now=now)


def test_code_of_the_telephone_is_taken(session: Session, member: Staff) -> None:
    set_up(session, member)
    later = NOW + timedelta(minutes=5)
    assert not takes(session, member, "000000" if code(later) != "000000" else "000001", later)
    assert takes(session, member, code(later), later)


def test_code_is_taken_once(session: Session, member: Staff) -> None:
    set_up(session, member)
    later = NOW + timedelta(minutes=5)
    typed = code(later)
    assert [takes(session, member, typed, later + timedelta(seconds=wait)) for wait in (0, 1, 30)] == [True, False, False]


def test_code_that_proved_the_set_up_does_not_sign_in(session: Session, member: Staff) -> None:
    set_up(session, member)
    assert not takes(session, member, code(NOW), NOW)
    assert not takes(session, member, code(NOW, steps=-1), NOW)
    assert takes(session, member, code(NOW, steps=1), NOW)


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_clock_may_be_wrong_by_half_a_minute(session: Session, member: Staff, steps: int, taken: bool) -> None:
    set_up(session, member)
    later = NOW + timedelta(hours=1)
    assert takes(session, member, code(later, steps=steps), later) is taken


def test_earlier_code_is_worth_nothing_after_a_later_one(session: Session, member: Staff) -> None:
    set_up(session, member)
    later = NOW + timedelta(hours=1)
    assert takes(session, member, code(later, steps=1), later)
    assert not takes(session, member, code(later), later)


@pytest.mark.parametrize("shape", ["{0} {1}", " {0}{1} ", "{0}-{1}"])
def test_code_may_be_typed_in_halves(session: Session, member: Staff, shape: str) -> None:
    set_up(session, member)
    later = NOW + timedelta(hours=1)
    shown = code(later)
    assert takes(session, member, shape.format(shown[:3], shown[3:]), later)


def test_code_may_be_typed_in_full_width(session: Session, member: Staff) -> None:
    set_up(session, member)
    later = NOW + timedelta(hours=1)
    assert takes(session, member, "".join(chr(ord(one) + 0xFEE0) for one in code(later)), later)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "一二三四五六", "-" * 500])
def test_what_is_no_code_is_refused(session: Session, member: Staff, typed: str) -> None:
    set_up(session, member)
    assert not takes(session, member, typed, NOW + timedelta(hours=1))


def test_member_without_a_telephone_passes_with_no_code(session: Session, member: Staff) -> None:
    assert not takes(session, member, code(NOW), NOW)


def test_secret_is_not_readable_in_the_database(session: Session, member: Staff) -> None:
    codes = set_up(session, member)
    row = session.get_one(SecondFactor, member.id)
    assert SECRET not in row.sealed
    stored = session.scalars(select(RecoveryCode.digest)).all()
    assert not {one.replace("-", "") for one in codes} & set(stored)


def test_secret_of_another_member_is_refused(session: Session, member: Staff) -> None:
    set_up(session, member)
    other = Staff(login="yi", display_name="编辑乙", password_hash=PASSWORD_HASH, role=Role.EDITOR, created_at=NOW)
    session.add(other)
    session.flush()
    sealed = session.get_one(SecondFactor, member.id).sealed
    assert second_factor.opened(other.id, sealed, secret_key=KEY, now=NOW) is None
    session.add(SecondFactor(staff_id=other.id, sealed=sealed, confirmed_at=NOW, last_step=0))
    with pytest.raises(NotAllowed):
        takes(session, other, code(NOW), NOW)


def test_changed_key_of_the_server_is_said_and_opens_nothing(session: Session, member: Staff) -> None:
    set_up(session, member)
    with pytest.raises(NotAllowed, match="密钥换过"):
        second_factor.use_code(session, member.id, code(NOW, steps=1), secret_key="another" * 8, now=NOW)


def test_set_up_needs_a_right_code(session: Session, member: Staff) -> None:
    sealed = second_factor.new_secret(member.id, secret_key=KEY, now=NOW)
    with pytest.raises(BadInput, match="码不对"):
        second_factor.set_up(session, member.id, sealed, code(NOW), secret_key=KEY, now=NOW)  # of another secret
    assert session.get(SecondFactor, member.id) is None


@pytest.mark.parametrize("sealed", ["", "nonsense", "gAAAAABn" + "A" * 100])
def test_set_up_with_a_made_up_secret_is_refused(session: Session, member: Staff, sealed: str) -> None:
    with pytest.raises(NotAllowed):
        second_factor.set_up(session, member.id, sealed, code(NOW), secret_key=KEY, now=NOW)


def test_set_up_that_took_too_long_begins_anew(session: Session, member: Staff) -> None:
    sealed = second_factor.seal(member.id, SECRET, secret_key=KEY, now=NOW)
    later = NOW + second_factor.SET_UP_WITHIN + timedelta(seconds=1)
    with pytest.raises(NotAllowed, match="放得太久"):
        second_factor.set_up(session, member.id, sealed, code(later), secret_key=KEY, now=later)


def test_ten_recovery_codes_each_good_once(session: Session, member: Staff) -> None:
    codes = set_up(session, member)
    assert len(set(codes)) == 10

    def use(typed: str) -> bool:
        return second_factor.use_recovery_code(session, member.id, typed, secret_key=KEY, now=NOW)

    assert [use(codes[0]), use(codes[0]), use(codes[1].lower().replace("-", " ")), use("22222-22222")] == [
        True, False, True, False]  # fmt: skip
    assert second_factor.codes_left(session, member.id) == 8


def test_new_recovery_codes_end_those_before(session: Session, member: Staff) -> None:
    old = set_up(session, member)
    new = second_factor.new_codes(session, member.id, secret_key=KEY, now=NOW)
    assert not second_factor.use_recovery_code(session, member.id, old[0], secret_key=KEY, now=NOW)
    assert second_factor.use_recovery_code(session, member.id, new[0], secret_key=KEY, now=NOW)


def test_no_recovery_codes_without_a_telephone(session: Session, member: Staff) -> None:
    with pytest.raises(NotFound):
        second_factor.new_codes(session, member.id, secret_key=KEY, now=NOW)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.PRIZES])
def test_editors_may_do_without_again(session: Session, member: Staff, role: Role) -> None:
    set_up(session, member)
    member.role = role
    second_factor.switch_off(session, member.id, now=NOW)
    assert session.get(SecondFactor, member.id) is None
    assert second_factor.codes_left(session, member.id) == 0


@pytest.mark.parametrize("role", [Role.CHIEF, Role.ADMIN])
def test_chiefs_and_admins_may_not(session: Session, member: Staff, role: Role) -> None:
    set_up(session, member)
    member.role = role
    with pytest.raises(NotAllowed, match="不能关掉"):
        second_factor.switch_off(session, member.id, now=NOW)


def test_reset_takes_all_away_and_signs_out(session: Session, member: Staff) -> None:
    set_up(session, member)
    session.add(StaffSession(token_digest="d", staff_id=member.id, browser_digest="b", created_at=NOW, seen_at=NOW))
    assert second_factor.reset(session, member.id, actor=OPERATOR, now=NOW)
    assert not second_factor.reset(session, member.id, actor=OPERATOR, now=NOW)
    assert session.scalars(select(StaffSession.ended_at)).all() == [NOW]
    assert session.get(SecondFactor, member.id) is None
    verbs = session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    assert verbs == ["set_up_factor", "reset_factor"]


def guess(session: Session, member: Staff, typed: str, now: datetime, *, recovery: bool = False) -> bool:
    return admission.admit_code(session, member.id, typed, ADDRESS, secret_key=KEY, recovery=recovery, now=now) is not None


@pytest.mark.parametrize("recovery", [False, True])
def test_guessed_codes_lock_like_guessed_passwords(session: Session, member: Staff, recovery: bool) -> None:
    codes = set_up(session, member)
    later = NOW + timedelta(hours=1)
    wrong = next(one for one in ("000000", "111111") if one not in {code(later, steps=steps) for steps in (-1, 0, 1)})
    for _ in range(admission.FAILURES_OF_A_LOGIN):
        assert not guess(session, member, wrong, later, recovery=recovery)
    with pytest.raises(LockedOut):
        guess(session, member, code(later), later)
    with pytest.raises(LockedOut):
        guess(session, member, codes[0], later, recovery=True)


def test_knowing_the_password_frees_nobody_who_guesses_codes(session: Session, member: Staff) -> None:
    set_up(session, member)
    later = NOW + timedelta(hours=1)
    for _ in range(3):
        guess(session, member, "000000", later)
    admission.admit(session, "jia", ADDRESS, matched=member.password_hash, now=later)
    assert len(session.scalars(select(SignInAttempt.id)).all()) == 3
    assert guess(session, member, code(later), later)
    assert session.scalars(select(SignInAttempt.id)).all() == []


def test_keys_of_two_purposes_differ() -> None:
    assert second_factor.key_for(KEY, "second factor") != second_factor.key_for(KEY, "recovery code")
    assert second_factor.key_for(KEY, "second factor") == second_factor.key_for(KEY, "second factor")


def test_address_for_the_app_names_the_console_and_the_login() -> None:
    address = second_factor.address(SECRET, "jia")
    assert address.startswith("otpauth://totp/")
    assert f"secret={SECRET}" in address
    assert second_factor.in_groups("ABCDEFGHIJ") == "ABCD EFGH IJ"
