"""What a reader asks about himself in the chat: a copy of what is held, or its erasure. Runs inside a turn."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.claiming.terms import Terms
from bot.dialogue import claim_phrases, phrases, privacy_phrases
from bot.personal import copy_links, erasing
from models.enums import MessageFate


def erase(db: Connection, reader_id: int, *, now: datetime) -> str:
    """删除我的信息 is done at once and for good (RULES 20)."""
    keeps = erasing.erase_in_chat(db, reader_id, now=now)
    return phrases.ERASED + (claim_phrases.KEPT_FOR_PRIZE if keeps else "")


def copy(db: Connection, reader_id: int, terms: Terms, *, now: datetime) -> tuple[MessageFate, str]:
    """A link; without an address of our own the desk prepares the copy."""
    if not terms.public_url:
        return MessageFate.DESK, privacy_phrases.COPY_BY_DESK
    number = copy_links.new(db, reader_id, now=now)
    if number is None:
        return MessageFate.READ, privacy_phrases.COPY_TOO_OFTEN
    address = copy_links.unsigned(terms.public_url, number)
    return MessageFate.READ, privacy_phrases.copy_link(address, int(copy_links.LIVES.total_seconds() // 3600))
