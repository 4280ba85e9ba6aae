"""Links to a reader's own copy: told in the chat, good once and for a day. Writes; never commits.

The address is the link's number with our signature. Looking at the page spends nothing; taking the copy does. What is
stored of the reply lacks the signature, so that whoever reads the letters at the desk cannot open the copy.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from bot.chat import chat_links
from models.copies import CopyLink
from models.readers import Reader

LIVES = timedelta(hours=24)
A_DAY = 3
"""So many links a day for one reader: a copy with all photos is work."""
KEPT = timedelta(days=7)
"""Rows of used and ended links: they lead nowhere."""


def new(db: Connection, reader_id: int, *, now: datetime) -> int | None:
    """The number of a new link; None where he had enough today. What ended long ago goes."""
    db.execute(delete(CopyLink).where(CopyLink.expires_at <= now - KEPT))
    had = db.scalar(select(func.count(CopyLink.id)).where(CopyLink.reader_id == reader_id, CopyLink.made_at > now - LIVES))
    if (had or 0) >= A_DAY:
        return None
    made = db.execute(insert(CopyLink).values(reader_id=reader_id, made_at=now, expires_at=now + LIVES))
    return int(made.inserted_primary_key[0])  # type: ignore[index]


def token(number: int, secret_key: str) -> str:
    return chat_links.numbered(chat_links.COPY, number, secret_key)


def unsigned(public_url: str, number: int) -> str:
    """The address as it is stored; `chat_links.signed` signs it on its way out."""
    return f"{public_url}/mine/{number}-{chat_links.UNSIGNED}"


def number_of(given: str, secret_key: str) -> int | None:
    """Which link a token is; None where nobody here made it."""
    return chat_links.number_of(chat_links.COPY, given, secret_key)


def reader_of(db: Connection, number: int, *, now: datetime) -> int | None:
    """Whose copy it is, while it is good."""
    return db.scalar(select(CopyLink.reader_id).join(Reader, Reader.id == CopyLink.reader_id).where(
        CopyLink.id == number, CopyLink.used_at.is_(None), CopyLink.expires_at > now, Reader.erased_at.is_(None)))


def use(db: Connection, number: int, *, now: datetime) -> int | None:
    """Spends the link; whose copy it is, None where it was spent or has ended. Of two at once one has it."""
    reader_id = reader_of(db, number, now=now)
    done = db.execute(update(CopyLink).where(CopyLink.id == number, CopyLink.used_at.is_(None), CopyLink.expires_at > now)
                      .values(used_at=now))
    return reader_id if done.rowcount == 1 else None
