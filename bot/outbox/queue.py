"""Words to a reader outside the passive reply: put in the queue, called back. Delivery is elsewhere."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from bot.outbox.ledger import Why
from bot.outside import told
from bot.wechat.replies import cut_text
from models.enums import UNSENT, OutgoingState
from models.outgoing import OutgoingMessage
from models.readers import Reader
from models.session import insert_new

GRACE = timedelta(seconds=10)
"""A message leaves so long after it was decided, and can be called back until then."""
LONGEST_BYTES = 1900
"""UTF-8; a message takes 2048, and a line saying that more wait may stand below it."""


def enqueue(
    db: Connection, *, reader_id: int, kind: str, text: str, key: str, now: datetime,
    report_id: int | None = None, expires_at: datetime | None = None,
) -> int | None:
    """Queues one message; None when `key` was queued before or the reader has gone.

    Where its like left before a backup was brought back, a person decides whether it goes.
    """
    gone = db.scalar(select(Reader.openid).where(Reader.id == reader_id)) is None
    if gone:
        return None
    heard = told.before(db, reader_id=reader_id, kind=kind, report_id=report_id, key=key)
    return insert_new(db, OutgoingMessage.__table__, {  # type: ignore[arg-type]
        "reader_id": reader_id, "report_id": report_id, "kind": kind, "idempotency_key": key,
        "text": cut_text(text, LONGEST_BYTES), "state": OutgoingState.UNCERTAIN if heard else OutgoingState.QUEUED,
        "last_error": Why.RESTORED if heard else None, "not_before": now + GRACE,
        "expires_at": expires_at, "created_at": now,
    })


def call_back(db: Connection, key: str) -> bool:
    """Takes back a message that has not left; False when it has (or never was)."""
    done = db.execute(update(OutgoingMessage).where(
        OutgoingMessage.idempotency_key == key, OutgoingMessage.state.in_((*UNSENT, OutgoingState.FAILED)),
    ).values(state=OutgoingState.CALLED_BACK))
    return done.rowcount == 1
