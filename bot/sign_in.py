"""Signing in: the password check, the lock after failures, the sessions of browsers. Knows no HTTP."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from bot.audit import by_staff, record
from bot.errors import NotAllowed
from bot.staff import HASHER, NAME_LENGTH, PASSWORD_LENGTHS, normal_login
from models.enums import Role
from models.session import lock_for_writing
from models.staff import SignInAttempt, Staff, StaffSession

FAILURES_OF_A_LOGIN = 5
FAILURES_OF_AN_ADDRESS = 20
WINDOW = timedelta(minutes=15)
LOCK = timedelta(minutes=15)
KEEP_ATTEMPTS = timedelta(days=1)
SEEN_EVERY = timedelta(minutes=5)
"""A session's `seen_at` is written at most this often, so that reading a page is not a write."""

_SIGN_IN_KEY = 0x57504B01  # advisory lock of all sign-ins, see lock_for_writing
NOBODY = ("$argon2id$v=19$m=65536,t=3,p=4$t3nzOhgcZKaKgLqxW7zsqg"
          "$pAc/viLfItp+54DqojTH0ZC93IIoVnAI6ksqxkvTqLg")
"""A hash no password is known for: an unknown login costs the same time as a known one."""


class LockedOut(NotAllowed):
    """Too many failures; `until` is when the next try is taken."""

    def __init__(self, until: datetime) -> None:
        super().__init__("试得太多了，请稍后再试。")
        self.until = until


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whoever is behind a live session, as the console needs him."""

    session_id: int
    staff_id: int
    login: str
    display_name: str
    role: Role
    seen_at: datetime


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


def stored_hash(session: Session, login: str, address: str, *, now: datetime) -> str:
    """The hash to try a password on; LockedOut first. An unknown or inactive login gets a hash as well."""
    _refuse_when_locked(session, _count_as(login), address_key(address), now)
    found = session.scalar(
        select(Staff.password_hash).where(Staff.login == normal_login(login), Staff.active.is_(True))
    )
    return found if found is not None else NOBODY


def password_matches(stored: str, password: str) -> bool:
    """Slow on purpose: call it outside any transaction."""
    if len(password) > PASSWORD_LENGTHS[-1]:
        password = ""  # never a password, but the same work
    try:
        return HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def admit(session: Session, login: str, address: str, *, matched: str | None,
          now: datetime) -> Staff | None:
    """Takes note of one try. `matched` is the stored hash that the password fitted, None when it did not.

    Returns the member, or None for a failure (counted). LockedOut when too many went before: tries
    are admitted one after the other, so guesses sent at once are answered no faster than in a row.
    """
    lock_for_writing(session, _SIGN_IN_KEY)
    counted, key = _count_as(login), address_key(address)
    _refuse_when_locked(session, counted, key, now)
    member = session.scalar(
        select(Staff).where(Staff.login == normal_login(login), Staff.active.is_(True))
    )
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - KEEP_ATTEMPTS))
    if member is None or matched is None or member.password_hash != matched:
        session.add(SignInAttempt(login=counted, address=key, at=now))
        session.flush()
        return None
    session.execute(delete(SignInAttempt).where(SignInAttempt.login == counted))
    return member


def start_session(session: Session, member: Staff, browser: str, *, now: datetime) -> str:
    """A new signed-in browser; returns the token for its cookie. We keep only the token's digest."""
    token = secrets.token_urlsafe(32)
    session.add(StaffSession(token_digest=_digest(token), staff_id=member.id, browser_digest=_digest(browser),
                             created_at=now, seen_at=now))
    record(session, actor=by_staff(member.id), verb="sign_in", object_kind="staff",
           object_id=member.id, now=now)
    return token


def find_session(session: Session, token: str, browser: str, *, lifetime: timedelta,
                 now: datetime) -> SignedIn | None:
    """Who holds `token` in this browser, unless it ended, grew too old or the account was deactivated."""
    row = session.execute(
        select(StaffSession.id, StaffSession.seen_at, Staff.id, Staff.login, Staff.display_name, Staff.role)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(
            StaffSession.token_digest == _digest(token), StaffSession.browser_digest == _digest(browser),
            StaffSession.ended_at.is_(None), StaffSession.created_at > now - lifetime,
            Staff.active.is_(True),
        )
    ).one_or_none()
    if row is None:
        return None
    session_id, seen_at, staff_id, login, display_name, role = row
    return SignedIn(session_id, staff_id, login, display_name, role, seen_at)


def mark_seen(session: Session, session_id: int, *, now: datetime) -> None:
    """Notes that the browser is still in use; call when `seen_at` is older than SEEN_EVERY."""
    session.execute(update(StaffSession).where(StaffSession.id == session_id).values(seen_at=now))


def end_session(session: Session, token: str, *, now: datetime) -> None:
    """Signs one browser out. A token that is not known, or ended already, changes nothing."""
    staff_id = session.scalar(
        update(StaffSession)
        .where(StaffSession.token_digest == _digest(token), StaffSession.ended_at.is_(None))
        .values(ended_at=now).returning(StaffSession.staff_id)
    )
    if staff_id is not None:
        record(session, actor=by_staff(staff_id), verb="sign_out", object_kind="staff",
               object_id=staff_id, now=now)


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


def _count_as(login: str) -> str:
    return normal_login(login)[:NAME_LENGTH]


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
