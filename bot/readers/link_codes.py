"""The short code by which a reader, or a member of staff, shows that two places are his. Writes; never commits."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.orm import Session

from bot.audit import Actor
from bot.errors import BadInput, NotAllowed
from bot.readers import persons
from models.enums import LinkedBy
from models.links import LinkCode, LinkTry
from models.session import insert_new_row, lock_for_writing

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O 1 I L, which look alike
LENGTH = 6
LIVES = timedelta(minutes=30)
WRONG_TRIES, WITHIN = 5, timedelta(hours=1)
"""So many wrong codes an hour from one hand: of 887 million a guess finds none."""
KEPT = timedelta(days=1)


class Outcome(StrEnum):
    """What came of a code typed by a reader."""

    LINKED = "linked"
    ALREADY = "already"
    OWN = "own"  # typed where it was given
    WRONG = "wrong"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Joined:
    outcome: Outcome
    other_id: int | None = None


def tidy(typed: str) -> str:
    """The code as it was given: capitals, nothing between; "" where it can be none."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", typed).upper() if c.isalnum())
    return plain if len(plain) == LENGTH else ""


def new_code(db: Connection, reader_id: int, *, now: datetime) -> str:
    """A code bound to the reader; one asked for earlier is worth nothing any more."""
    db.execute(delete(LinkCode).where((LinkCode.reader_id == reader_id) | (LinkCode.expires_at <= now)))
    while True:
        code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        if insert_new_row(db, LinkCode, {"reader_id": reader_id, "code": code, "expires_at": now + LIVES}):
            return code
        db.execute(delete(LinkCode).where(LinkCode.reader_id == reader_id))


def use(db: Connection, reader_id: int, code: str, *, now: datetime) -> Joined:
    """A reader typed a code that he was given elsewhere."""
    lock_for_writing(db, persons.LOCK)  # else codes sent at once are tried beyond the count
    if _guesses(db, LinkTry.reader_id == reader_id, now):
        return Joined(Outcome.TOO_MANY)
    other_id = _whose(db, code, now)
    if other_id is None:
        _note(db, now, reader_id=reader_id)
        return Joined(Outcome.WRONG)
    if other_id == reader_id:
        return Joined(Outcome.OWN)
    made = persons.join(db, reader_id, other_id, how=LinkedBy.CODE, now=now)
    db.execute(delete(LinkCode).where(LinkCode.reader_id.in_((reader_id, other_id))))
    return Joined(Outcome.LINKED if made else Outcome.ALREADY, other_id)


def use_as_staff(session: Session, staff_id: int, typed: str, *, actor: Actor, now: datetime) -> str | None:
    """Links a member's own WeChat; gives what is wrong, or None.

    A sentence instead of an error: the wrong try must be kept, and an error would roll it back.
    """
    db = session.connection()
    code = tidy(typed)
    if not code:
        raise BadInput("关联码是6位字母和数字。请在公众号里发“关联”取一个。")
    lock_for_writing(db, persons.LOCK)
    if _guesses(db, LinkTry.staff_id == staff_id, now):
        raise NotAllowed("试错的次数多了，请一小时后再试。")
    reader_id = _whose(db, code, now)
    if reader_id is None:
        _note(db, now, staff_id=staff_id)
        return "关联码不对，或者已经过期。请在公众号里再发“关联”取一个。"
    db.execute(delete(LinkCode).where(LinkCode.reader_id == reader_id))
    persons.join_staff(session, staff_id, reader_id, actor=actor, now=now)
    return None


def _whose(db: Connection, code: str, now: datetime) -> int | None:
    return db.scalar(select(LinkCode.reader_id).where(LinkCode.code == code, LinkCode.expires_at > now))


def _guesses(db: Connection, by: object, now: datetime) -> bool:
    wrong = db.scalar(select(func.count()).select_from(LinkTry).where(by, LinkTry.at > now - WITHIN))  # type: ignore[arg-type]
    return (wrong or 0) >= WRONG_TRIES


def _note(db: Connection, now: datetime, *, reader_id: int | None = None, staff_id: int | None = None) -> None:
    db.execute(delete(LinkTry).where(LinkTry.at <= now - KEPT))
    db.execute(insert(LinkTry).values(reader_id=reader_id, staff_id=staff_id, at=now))
