"""What a reader is told when he asks, and his name and his erasure taken down. Runs inside a turn."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, update

from bot import privacy, receipts, reports
from bot.contest import public
from bot.dialogue import phrases
from bot.dialogue.phrases import MineItem
from models.enums import NameState
from models.messages import Message
from models.readers import Reader

NEWEST = 5
LONGEST_NAME = 12


def mine(db: Connection, reader_id: int, total: int) -> str:
    """The reader's newest reports with their states."""
    rows = reports.own_reports(db, reader_id, limit=NEWEST)
    items = [
        MineItem(row.ordinal, row.page_label or (receipts.printed(db, row.article_id)[0] if row.article_id else None),
                 row.wrong, row.right, phrases.state_words(row.state, row.verdict))
        for row in rows
    ]
    return phrases.mine(items, total)


def rules(db: Connection, account: str, *, now: datetime) -> str:
    terms = public.terms(db, account, now=now)
    return phrases.rules(terms.best_yuan, terms.excellent, terms.deadline_on)


def deadline(db: Connection, account: str, *, now: datetime) -> str:
    terms = public.terms(db, account, now=now)
    return phrases.deadline_words(terms.deadline_on, terms.month)


def winners(db: Connection, account: str) -> str:
    latest = public.latest_winners(db, account)
    if latest is None:
        return phrases.NO_WINNERS_YET
    return phrases.winners(latest.month, latest.best, latest.excellent)


def take_name(db: Connection, reader_id: int, name: str, *, now: datetime) -> str:
    """Keeps the name for print; an empty one is the reader's no."""
    name = name.strip()
    if len(name) > LONGEST_NAME:
        return phrases.NAME_TOO_LONG
    db.execute(update(Reader).where(Reader.id == reader_id).values(
        name_state=NameState.GIVEN if name else NameState.DECLINED, printed_name=name or None, name_at=now,
        name_reason=None))
    return phrases.name_kept(name)


def erase(db: Connection, reader_id: int, message_id: int, *, now: datetime) -> str:
    privacy.erase(db, reader_id, now=now)
    db.execute(update(Message).where(Message.id == message_id).values(content=None))
    return phrases.ERASED
