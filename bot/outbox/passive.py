"""What waits for a reader rides on the next reply to him: certain on every account. Runs inside intake's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Connection, bindparam, insert, literal_column, or_, select, update

from bot.chat import chat_links
from bot.claiming.terms import OFFLINE, Terms
from bot.dialogue import phrases
from bot.dialogue.person_phrases import Desk
from bot.outbox import asking, together
from bot.outbox.ledger import Channel
from bot.outbox.queue import GRACE
from bot.outside import journal
from bot.wechat.replies import MAX_TEXT_BYTES
from models.enums import UNSENT, AttemptOutcome, OutgoingState
from models.outgoing import DeliveryAttempt, OutgoingMessage
from models.prepared import Prepared, one_of
from models.reports import Report

LOOKED_AT = 50
QUESTION = "？"
OVERDUE = timedelta(minutes=5)
"""Delivery runs every some seconds; what it has not looked at for so long would wait for nothing."""


def ride(db: Connection, reader_id: int | None, reply: str | None, *, now: datetime, terms: Terms = OFFLINE,
         due: bool = False, awaited: bool = True) -> str | None:
    """The reply with what waits, the oldest first, as much as a text takes; the rest is announced.

    What rides is `sent` with the reply, in one commit: a delivery sent again gets the same reply. Without a
    reply nothing rides, for the platform shows none to some events; an empty one is silence unless something rides.
    Whom to call (`terms`) stands below what says no, and below any reply where it is `due`. `awaited`: False where it is
    known already that nothing waits (`AWAITED`).
    """
    desk = Desk(terms.phone, terms.hours)
    if reader_id is None or reply is None:
        return reply
    waiting = _waiting(db, reader_id, now) if awaited else ()
    if not waiting:
        return _with_desk(desk, reply, due=due) if reply else None
    own = "" if reply == phrases.NOTHING_MORE else reply
    fitting = _fitting(own, [*map(together.said, waiting)], MAX_TEXT_BYTES - desk.room - _asks(waiting))
    taken = [row for row in waiting[:fitting] if _take(db, row, now)]
    text = _whole(own, [*map(together.said, taken)], len(waiting) - fitting)
    if not text or _size(text) > MAX_TEXT_BYTES:
        return reply or None
    if QUESTION not in own.rpartition("\n")[2]:  # one question at a time
        text = asking.typed(text, taken, public_url=terms.public_url, room=MAX_TEXT_BYTES - desk.room)
    return _with_desk(desk, text, due=due or any(together.says_no(row) for row in taken))


def _asks(waiting: Sequence[Any]) -> int:
    """Bytes left free for asking whether the reader is satisfied."""
    return together.ASK_ROOM if any(map(together.is_result, waiting)) else 0


def _with_desk(desk: Desk, text: str, *, due: bool) -> str:
    return desk.beside(text, due=due, grows=_size(text) - len(text.encode("utf-8", "replace")))


_UNSENT = ", ".join(f"'{state}'" for state in UNSENT)
# In words: in a RETURNING on SQLite, SQLAlchemy writes reader.id as id, which within is the other table's.
_HIS = f"SELECT 1 FROM outgoing_message o WHERE o.reader_id = reader.id AND o.state IN ({_UNSENT})"  # noqa: S608 - our enum's
AWAITED: Any = literal_column(f"EXISTS ({_HIS})", Boolean).label("awaited")
"""Whether words wait for a reader: a column of a statement that writes his row."""
_WAITING = Prepared(
    select(*together.COLUMNS).outerjoin(Report, Report.id == OutgoingMessage.report_id)
    .where(OutgoingMessage.reader_id == bindparam("reader_id"), one_of(OutgoingMessage.state, UNSENT),
           OutgoingMessage.text != "", OutgoingMessage.created_at <= bindparam("decided_by"),
           # What is new is delivery's; what it has held back, could not send or has not got to rides.
           or_(OutgoingMessage.last_error.is_not(None), OutgoingMessage.created_at <= bindparam("overdue_from")),
           or_(OutgoingMessage.expires_at.is_(None), OutgoingMessage.expires_at > bindparam("now")))
    .order_by(OutgoingMessage.kind == "month", OutgoingMessage.id).limit(LOOKED_AT))


def _waiting(db: Connection, reader_id: int, now: datetime) -> Sequence[Any]:
    return _WAITING.all(db, reader_id=reader_id, decided_by=now - GRACE, overdue_from=now - OVERDUE, now=now)


def _fitting(own: str, texts: list[str], most_bytes: int) -> int:
    """How many of the oldest fit below the reply, with the line about the rest."""
    fitting = 0
    while fitting < len(texts):
        left = len(texts) - fitting - 1
        if _size(_whole(own, texts[: fitting + 1], left)) > most_bytes:
            break
        fitting += 1
    return fitting


def _whole(own: str, texts: list[str], left: int) -> str:
    if own and texts:
        texts = [f"{phrases.BESIDES if len(texts) + left == 1 else phrases.MORE_BESIDES}{texts[0]}", *texts[1:]]
    return "\n\n".join(part for part in (own, *texts, phrases.more_waiting(left) if left else "") if part)


def _size(text: str) -> int:
    return chat_links.sent_bytes(text)


def _take(db: Connection, row: Any, now: datetime) -> bool:
    """False where delivery has it already, or somebody called it back."""
    done = db.execute(update(OutgoingMessage).where(
        OutgoingMessage.id == row.id, OutgoingMessage.state.in_(UNSENT),
    ).values(state=OutgoingState.SENT, sent_at=now, last_error=None))
    if done.rowcount != 1:
        return False
    db.execute(insert(DeliveryAttempt).values(
        outgoing_id=row.id, channel=Channel.PASSIVE.value, started_at=now, finished_at=now,
        outcome=AttemptOutcome.SENT))
    journal.note(db, "sending", at=now, durable=True, key=row.idempotency_key, r=row.reader_id, kind=row.kind,
                 p=row.report_id)
    journal.note(db, "sent", at=now, key=row.idempotency_key)
    return True
