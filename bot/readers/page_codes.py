"""Tries at the four digits that a reader's own page asks for: counted by reader and by address. Never commits."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.chat import chat_links
from bot.claiming import tries
from bot.members.admission import LockedOut
from models.own_pages import CodeTry
from models.session import lock_for_writing

MOST, WITHIN = 5, timedelta(minutes=30)
"""Whoever reads the digits off his chat is wrong once or twice; of 10,000 three fit."""
KEPT = timedelta(days=1)
_KEY = 0x57504B11  # advisory lock of all tries, see lock_for_writing


class CodeLocked(LockedOut):
    """Too many wrong codes for this reader's pages; in the chat he can do all the same."""


def check(session: Session, reader_id: int, typed: str, *, secret_key: str, address: str, now: datetime) -> bool:
    """Whether the code is right; a wrong one is counted, so commit it. LockedOut where too many went before
    for this reader; who else is wrong behind the same address does not matter."""
    lock_for_writing(session, _KEY)  # else codes sent at once are tried beyond the count
    wrong = session.scalars(select(CodeTry.at).where(
        CodeTry.reader_id == reader_id, CodeTry.at > now - WITHIN).order_by(CodeTry.at.desc()).limit(MOST)).all()
    if len(wrong) == MOST:
        raise CodeLocked(wrong[-1] + WITHIN)
    if chat_links.is_code(typed, reader_id, secret_key, now=now):
        return True
    session.execute(delete(CodeTry).where(CodeTry.at <= now - KEPT))
    session.add(CodeTry(reader_id=reader_id, at=now))
    session.flush()
    tries.note(session, address, now=now)
    return False
