"""Attempts at a sign-in: the password check, the telephone's code, the lock after failures. Reads no cookie."""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta
from typing import NamedTuple

from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from bot.errors import NotAllowed
from bot.members import drawn_passwords, second_factor
from bot.members.staff import HASHER, NAME_LENGTH, normal_login
from models.session import lock_for_writing
from models.staff import SecondFactor, SignInAttempt, Staff

FAILURES_OF_A_LOGIN = 5
FAILURES_OF_AN_ADDRESS = 20
WINDOW = timedelta(minutes=15)
LOCK = timedelta(minutes=15)
LONGEST_TRIED = 200
"""What is longer is not hashed: no password ever was (staff.PASSWORD_LENGTHS; earlier, up to this)."""
KEEP_ATTEMPTS = timedelta(days=1)

_SIGN_IN_KEY = 0x57504B01  # advisory lock of all sign-ins, see lock_for_writing
NOBODY = ("$argon2id$v=19$m=65536,t=3,p=4$t3nzOhgcZKaKgLqxW7zsqg"
          "$pAc/viLfItp+54DqojTH0ZC93IIoVnAI6ksqxkvTqLg")
"""A hash no password is known for: an unknown login costs the same time as a known one."""


class Stored(NamedTuple):
    """The hash to try a password on; `initial`: of one that the system drew."""

    password_hash: str
    initial: bool


class LockedOut(NotAllowed):
    """Too many failures; `until` is when the next try is taken."""

    def __init__(self, until: datetime) -> None:
        super().__init__("试得太多了，请稍后再试。")
        self.until = until


def address_key(address: str) -> str:
    """What failures are counted by: an IPv4 address, or the /64 that one IPv6 customer owns."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:45]
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def counted_login(login: str) -> str:
    """A login, known or not, as tries are counted by."""
    return normal_login(login)[:NAME_LENGTH]


def stored_hash(session: Session, login: str, address: str, *, known_as: str | None = None, now: datetime) -> Stored:
    """The hash to try a password on; LockedOut first. An unknown or inactive login gets a hash as well.

    `known_as`: what tries are counted by in place of the login, in a browser that signed in with it before.
    """
    _refuse_when_locked(session, known_as or counted_login(login), address_key(address), now)
    found = session.execute(
        select(Staff.password_hash, Staff.initial_until.is_not(None))
        .where(Staff.login == normal_login(login), Staff.active.is_(True))
    ).one_or_none()
    return Stored(NOBODY, False) if found is None else Stored(found[0], found[1])


def fits(stored: Stored, typed: str) -> str | None:
    """The hash, where the password is the one to it. Slow on purpose: call it outside any transaction."""
    password = drawn_passwords.plain(typed) if stored.initial else typed
    return stored.password_hash if password_matches(stored.password_hash, password) else None


def password_matches(stored: str, password: str) -> bool:
    """As slow as `fits`."""
    if len(password) > LONGEST_TRIED:
        password = ""  # never a password, but the same work
    try:
        return HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def admit(session: Session, login: str, address: str, *, matched: str | None, known_as: str | None = None,
          now: datetime) -> Staff | None:
    """Takes note of one try at a password. `matched` is the stored hash that it fitted, None when it did not.

    Returns the member, or None for a failure (counted); an initial password past its end is one (`initial_is_over`).
    LockedOut when too many went before: tries are admitted one after the other, so guesses sent at once are answered
    no faster than in a row.
    """
    lock_for_writing(session, _SIGN_IN_KEY)
    counted, key = known_as or counted_login(login), address_key(address)
    _refuse_when_locked(session, counted, key, now)
    member = session.scalar(
        select(Staff).where(Staff.login == normal_login(login), Staff.active.is_(True))
    )
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - KEEP_ATTEMPTS))
    if member is None or matched is None or member.password_hash != matched or is_over(member.initial_until, now):
        _count(session, counted, key, now)
        return None
    if session.get(SecondFactor, member.id) is None:
        # Else whoever knows the password could guess codes for ever, freeing himself with it in between.
        _forget(session, counted)
    return member


def initial_is_over(session: Session, login: str, *, matched: str, now: datetime) -> bool:
    """Why a right password was not admitted: it is an initial one past its end. Say so to nobody who did not type it."""
    found = session.execute(
        select(Staff.password_hash, Staff.initial_until)
        .where(Staff.login == normal_login(login), Staff.active.is_(True))
    ).one_or_none()
    return found is not None and found[0] == matched and is_over(found[1], now)


def is_over(initial_until: datetime | None, now: datetime) -> bool:
    """Whether this is the end of an initial password, and reached."""
    return initial_until is not None and initial_until <= now


def admit_code(session: Session, staff_id: int, typed: str, address: str, *, secret_key: str, recovery: bool = False,
               known_as: str | None = None, now: datetime) -> Staff | None:
    """Takes note of one try at the telephone's code, or at a recovery code; counted and locked like passwords.

    Returns the member, or None for a failure. NotAllowed when the stored secret cannot be read any more.
    """
    lock_for_writing(session, _SIGN_IN_KEY)
    member = session.get_one(Staff, staff_id)
    counted, key = known_as or counted_login(member.login), address_key(address)
    _refuse_when_locked(session, counted, key, now)
    check = second_factor.use_recovery_code if recovery else second_factor.use_code
    if not member.active or not check(session, staff_id, typed, secret_key=secret_key, now=now):
        _count(session, counted, key, now)
        return None
    _forget(session, counted)
    return member


def _count(session: Session, login: str, key: str, now: datetime) -> None:
    session.add(SignInAttempt(login=login, address=key, at=now))
    session.flush()


def _forget(session: Session, login: str) -> None:
    session.execute(delete(SignInAttempt).where(SignInAttempt.login == login))


def _refuse_when_locked(session: Session, login: str, key: str, now: datetime) -> None:
    ends = [
        _locked_until(session, SignInAttempt.login == login, FAILURES_OF_A_LOGIN),
        _locked_until(session, SignInAttempt.address == key, FAILURES_OF_AN_ADDRESS),
    ]
    until = max((end for end in ends if end is not None and end > now), default=None)
    if until is not None:
        raise LockedOut(until)


def _locked_until(session: Session, same: ColumnElement[bool], limit: int) -> datetime | None:
    """When the lock of the last `limit` failures ends, if they lie close enough together.

    Tries during a lock are not counted, so the lock ends as told and a full count is free again after it.
    """
    times = session.scalars(
        select(SignInAttempt.at).where(same).order_by(SignInAttempt.at.desc()).limit(limit)
    ).all()
    if len(times) < limit or times[0] - times[-1] >= WINDOW:
        return None
    return times[0] + LOCK
