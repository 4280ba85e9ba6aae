"""The second step of a sign-in: codes of an app on the telephone (TOTP, RFC 6238) and recovery codes.

Knows no browser and counts no guesses: bot/members/admission.py does.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from unicodedata import normalize

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from bot.audit import Actor, by_staff, record
from bot.errors import BadInput, NotAllowed, NotFound
from bot.members import sign_in_letters as letters
from models.enums import Role
from models.staff import PaperRole, RecoveryCode, SecondFactor, Staff, StaffSession

REQUIRED = frozenset({Role.CHIEF, Role.ADMIN})
"""Who opens nothing before he has set one up (nowhere in the demo)."""
ISSUER = "啄木鸟"
STEP_SECONDS = 30
DIGITS = 6
STEPS_AROUND = 1
"""A clock that is wrong by half a minute is forgiven (RFC 6238 5.2: at most one step)."""
SET_UP_WITHIN = timedelta(hours=1)
RECOVERY_CODES = 10
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Nothing that is taken for something else when written by hand; ten of them hold 49 bits."""
RECOVERY_LENGTH = 10

WRONG = "这个码不对，或者刚刚用过。请等手机上换了新码再填。"


def key_for(secret_key: str, purpose: str) -> bytes:
    """32 bytes for one purpose, made from the server's secret: whoever learns one of them learns no other."""
    return HKDF(SHA256(), length=32, salt=None, info=f"woodpecker {purpose}".encode()).derive(secret_key.encode())


def new_secret(staff_id: int, *, secret_key: str, now: datetime) -> str:
    """A new secret for this member, sealed: carried by the page of the set-up, stored once a code proves it."""
    return seal(staff_id, pyotp.random_base32(), secret_key=secret_key, now=now)


def seal(staff_id: int, secret: str, *, secret_key: str, now: datetime) -> str:
    """A secret as it is kept. The member's id is sealed with it: no row can be passed off as another member's."""
    text = json.dumps({"staff": staff_id, "secret": secret})
    return _box(secret_key).encrypt_at_time(text.encode(), int(now.timestamp())).decode()


def opened(staff_id: int, sealed: str, *, secret_key: str, now: datetime) -> str | None:
    """The secret of a set-up under way; None when it is not this member's, or older than SET_UP_WITHIN."""
    try:
        box = _box(secret_key)
        age = int(now.timestamp()) - box.extract_timestamp(sealed)
    except (InvalidToken, ValueError):
        return None
    if not -60 <= age <= SET_UP_WITHIN.total_seconds():
        return None
    return _secret(staff_id, sealed, secret_key)


def address(secret: str, login: str) -> str:
    """otpauth://…, what the QR code says."""
    return pyotp.TOTP(secret, name=login, issuer=ISSUER).provisioning_uri()


def in_groups(secret: str) -> str:
    """As it is typed: ABCD EFGH …"""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def set_up(session: Session, staff_id: int, sealed: str, typed: str, *, secret_key: str, now: datetime) -> list[str]:
    """Takes the secret into use, in the place of any before; returns the recovery codes, shown this once.

    BadInput for a wrong code, NotAllowed for a set-up that took too long.
    """
    secret = opened(staff_id, sealed, secret_key=secret_key, now=now)
    if secret is None:
        raise NotAllowed("这一页放得太久了，请重新扫一次码。")
    step = _step_of(secret, typed, now, after=0)
    if step is None:
        raise BadInput("这个码不对。请看一眼手机的时间准不准，再填一次新的码。")
    row, done = session.get(SecondFactor, staff_id, with_for_update=True), letters.OTHER_FACTOR
    if row is None:
        row, done = SecondFactor(staff_id=staff_id), letters.FACTOR
        session.add(row)
    row.sealed, row.confirmed_at, row.last_step = sealed, now, step
    session.flush()
    record(session, actor=by_staff(staff_id), verb="set_up_factor", object_kind="staff", object_id=staff_id, now=now)
    _tell(session, staff_id, done, by_staff(staff_id), now)
    return _fresh_codes(session, staff_id, secret_key)


def use_code(session: Session, staff_id: int, typed: str, *, secret_key: str, now: datetime) -> bool:
    """Whether this is the present code, used for the first time. NotAllowed when the secret cannot be read."""
    row = session.get(SecondFactor, staff_id, with_for_update=True)
    if row is None:
        return False
    secret = _secret(staff_id, row.sealed, secret_key)
    if secret is None:  # the server's key was changed
        raise NotAllowed("服务器的密钥换过，原来的两步验证不能用了。请管理员重置您的两步验证。")
    step = _step_of(secret, typed, now, after=row.last_step)
    if step is None:
        return False
    row.last_step = step
    return True


def use_recovery_code(session: Session, staff_id: int, typed: str, *, secret_key: str, now: datetime) -> bool:
    """Whether this is one of the member's recovery codes; it is spent then."""
    found = session.scalar(
        update(RecoveryCode)
        .where(RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None),
               RecoveryCode.digest == _digest(staff_id, _plain(typed), secret_key))
        .values(used_at=now).returning(RecoveryCode.id))
    if found is None:
        return False
    left = codes_left(session, staff_id)
    record(session, actor=by_staff(staff_id), verb="use_recovery_code", object_kind="staff", object_id=staff_id,
           now=now, details={"left": left})
    _tell(session, staff_id, letters.CODE_USED.format(left=left), by_staff(staff_id), now)
    return True


def new_codes(session: Session, staff_id: int, *, secret_key: str, now: datetime) -> list[str]:
    """Ten new recovery codes; those before are worth nothing any more. NotFound without a second factor."""
    if session.get(SecondFactor, staff_id, with_for_update=True) is None:
        raise NotFound("还没有设置两步验证。")
    record(session, actor=by_staff(staff_id), verb="make_recovery_codes", object_kind="staff", object_id=staff_id,
           now=now)
    _tell(session, staff_id, letters.CODES, by_staff(staff_id), now)
    return _fresh_codes(session, staff_id, secret_key)


def codes_left(session: Session, staff_id: int) -> int:
    return session.scalar(select(func.count(RecoveryCode.id)).where(
        RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None))) or 0


def switch_off(session: Session, staff_id: int, *, now: datetime) -> None:
    """A member does without again; NotAllowed to those who must have one."""
    here = select(PaperRole.role).where(PaperRole.staff_id == staff_id)
    if session.get_one(Staff, staff_id).role in REQUIRED or REQUIRED & set(session.scalars(here)):
        raise NotAllowed("主编和管理员要用两步验证，不能关掉。")
    if _forget(session, staff_id):
        record(session, actor=by_staff(staff_id), verb="switch_off_factor", object_kind="staff", object_id=staff_id,
               now=now)
        _tell(session, staff_id, letters.FACTOR_OFF, by_staff(staff_id), now)


def reset(session: Session, staff_id: int, *, actor: Actor, now: datetime) -> bool:
    """An admin takes away a lost telephone; the member is signed out everywhere. Whether there was anything to reset."""
    if session.get(Staff, staff_id, with_for_update=True) is None:
        raise NotFound("没有这个人。")
    if not _forget(session, staff_id):
        return False
    session.execute(update(StaffSession).where(StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None))
                    .values(ended_at=now))
    record(session, actor=actor, verb="reset_factor", object_kind="staff", object_id=staff_id, now=now)
    _tell(session, staff_id, letters.FACTOR_RESET, actor, now)
    return True


def _tell(session: Session, staff_id: int, what: str, actor: Actor, now: datetime) -> None:
    letters.tell(session, staff_id, session.get_one(Staff, staff_id).email, what, actor=actor, now=now)


def _forget(session: Session, staff_id: int) -> bool:
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    gone = session.scalar(delete(SecondFactor).where(SecondFactor.staff_id == staff_id)
                          .returning(SecondFactor.staff_id))
    session.expire_all()
    return gone is not None


def _fresh_codes(session: Session, staff_id: int, secret_key: str) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]
    session.add_all([RecoveryCode(staff_id=staff_id, digest=_digest(staff_id, code, secret_key)) for code in codes])
    half = RECOVERY_LENGTH // 2
    return [f"{code[:half]}-{code[half:]}" for code in codes]


def _plain(typed: str) -> str:
    """Without the hyphen and spaces, in capitals; what stands for a letter that we never use is not guessed."""
    return "".join(mark for mark in normalize("NFKC", typed[:40]).upper() if mark.isalnum())


def _digest(staff_id: int, code: str, secret_key: str) -> str:
    """Keyed: 49 bits alone could be tried out by whoever steals the table."""
    return hmac.new(key_for(secret_key, "recovery code"), f"{staff_id}:{code}".encode(), sha256).hexdigest()


def _step_of(secret: str, typed: str, now: datetime, *, after: int) -> int | None:
    """The step whose code was typed, if it is close to the present one and later than `after`."""
    digits = "".join(mark for mark in normalize("NFKC", typed[:40]) if not mark.isspace() and mark != "-")
    if len(digits) != DIGITS or not digits.isascii() or not digits.isdigit():
        return None
    totp, present = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS), int(now.timestamp()) // STEP_SECONDS
    fitting = [step for step in range(present - STEPS_AROUND, present + STEPS_AROUND + 1)
               if hmac.compare_digest(totp.generate_otp(step), digits)]
    return next((step for step in fitting if step > after), None)


def _box(secret_key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key_for(secret_key, "second factor")))


def _secret(staff_id: int, sealed: str, secret_key: str) -> str | None:
    try:
        found = json.loads(_box(secret_key).decrypt(sealed))
    except InvalidToken:
        return None
    return str(found["secret"]) if found["staff"] == staff_id else None
