"""Tells another program what closed and what became public, through the outbox. Knows no HTTP.

What is told is read off the rows, so that no verb knows of it; the key of a call makes it one, whatever number of schedulers
looks. Nothing personal is told: whoever wants the names as printed reads the public page, or its JSON.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.outbox import calls
from bot.recording import records
from bot.settings import Settings
from models.queries import events as queries
from models.queries.events import OfRound
from models.session import reading, writing
from models.work_enums import CallTarget

BACK = timedelta(days=7)
"""After a pause of the scheduler so much is made up for; whoever sets the address up later is told no more of the past."""
KINDS: dict[str, Callable[[Session, datetime], list[OfRound]]] = {
    "round.closed": queries.closed, "winners.released": queries.released, "correction.published": queries.corrections,
    "record.published": queries.records,
}


def tell(engine: Engine, settings: Settings, *, now: datetime) -> dict[str, Any]:
    """Queues what was not told yet, in the order in which it happened; nothing where no address is set."""
    if not settings.integration.webhook_url:
        return {}
    with reading(engine) as session:
        found = sorted(((one.at, kind, one) for kind, read in KINDS.items() for one in read(session, now - BACK)),
                       key=lambda it: it[:2])
    if not found:
        return {}
    with writing(engine) as session:
        new = sum(calls.enqueue(session.connection(), CallTarget.EVENTS, kind=kind, key=key_of(kind, one),
                                body=body_of(kind, one, settings), now=now) is not None for _, kind, one in found)
    return {"told": new} if new else {}


def key_of(kind: str, one: OfRound) -> str:
    """The id of the message: the same for the same thing, without a full stop (the signature is made with those)."""
    return f"{kind.replace('.', '_')}_{one.id}"


def body_of(kind: str, one: OfRound, settings: Settings) -> dict[str, Any]:
    page = None if kind == "round.closed" else records.public_address(settings, one.contest_id, one.month)
    data = {"contest_id": one.contest_id, "contest": one.contest, "month": one.month, "page": page,
            "json": f"{page}.json" if page and settings.integration.json_pages else None, **one.more}
    return {"type": kind, "timestamp": one.at.isoformat(), "data": data}
