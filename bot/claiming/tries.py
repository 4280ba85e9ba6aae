"""Claims' pages asked for with addresses that are none, or sent over and over: counted by where it came from. Never commits."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.members.admission import LockedOut, address_key
from models.claims import ClaimTry
from models.session import lock_for_writing

MOST, WITHIN = 30, timedelta(minutes=15)
"""A household behind one address fills in a form a few times; a program that guesses asks thousands of times."""
KEPT = timedelta(days=1)
_KEY = 0x57504B03  # advisory lock of all tries, see lock_for_writing


def check(session: Session, address: str, *, now: datetime) -> None:
    """LockedOut where too many came from there."""
    times = session.scalars(select(ClaimTry.at).where(
        ClaimTry.address == address_key(address), ClaimTry.at > now - WITHIN).order_by(ClaimTry.at.desc()).limit(MOST)).all()
    if len(times) == MOST:
        raise LockedOut(times[-1] + WITHIN)


def note(session: Session, address: str, *, now: datetime) -> None:
    lock_for_writing(session, _KEY)
    session.execute(delete(ClaimTry).where(ClaimTry.at < now - KEPT))
    key = address_key(address)
    many = session.scalar(select(func.count(ClaimTry.id)).where(ClaimTry.address == key, ClaimTry.at > now - WITHIN)) or 0
    if many < MOST:
        session.add(ClaimTry(address=key, at=now))
        session.flush()
