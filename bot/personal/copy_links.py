"""Links to a reader's own copy: told in the chat, good once and for a day. Writes; never commits.

The address is the link's number with our signature. Looking at the page spends nothing; taking the copy does. What is
stored of the reply lacks the signature, so that whoever reads the letters at the desk cannot open the copy.
"""

from __future__ import annotations

import hmac
import re
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, delete, func, insert, select, update

from bot.dialogue.privacy_phrases import COPY_BEGINS
from bot.second_factor import key_for
from models.copies import CopyLink
from models.readers import Reader

LIVES = timedelta(hours=24)
A_DAY = 3
"""So many links a day for one reader: a copy with all photos is work."""
KEPT = timedelta(days=7)
"""Rows of used and ended links: they lead nowhere."""
MAC_CHARS = 32
"""128 bits of the signature, in hexadecimal."""
LONGEST_NUMBER = 9
UNSIGNED = "______"
_UNSIGNED = re.compile(rf"({COPY_BEGINS}\S*/mine/)([0-9]{{1,{LONGEST_NUMBER}}})-{UNSIGNED}(?=\n)")


def new(db: Connection, reader_id: int, *, now: datetime) -> int | None:
    """The number of a new link; None where he had enough today. What ended long ago goes."""
    db.execute(delete(CopyLink).where(CopyLink.expires_at <= now - KEPT))
    had = db.scalar(select(func.count(CopyLink.id)).where(CopyLink.reader_id == reader_id, CopyLink.made_at > now - LIVES))
    if (had or 0) >= A_DAY:
        return None
    made = db.execute(insert(CopyLink).values(reader_id=reader_id, made_at=now, expires_at=now + LIVES))
    return int(made.inserted_primary_key[0])  # type: ignore[index]


def token(number: int, secret_key: str) -> str:
    mac = hmac.new(key_for(secret_key, "copy link"), str(number).encode(), sha256).hexdigest()
    return f"{number}-{mac[:MAC_CHARS]}"


def unsigned(public_url: str, number: int) -> str:
    """The address as it is stored."""
    return f"{public_url}/mine/{number}-{UNSIGNED}"


def signed(reply: str, secret_key: str) -> str:
    """A reply to the wish for a copy on its way out: with the signature, the first time and whenever it is sent again.

    Only the address that our own sentence begins with: what readers and staff wrote may stand behind it.
    """
    found = _UNSIGNED.match(reply)
    return reply if found is None else f"{found[1]}{token(int(found[2]), secret_key)}{reply[found.end():]}"


def number_of(given: str, secret_key: str) -> int | None:
    """Which link a token is; None where nobody here made it."""
    number = given.partition("-")[0]
    if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER and given.isascii()):
        return None
    return int(number) if hmac.compare_digest(token(int(number), secret_key), given) else None


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
