"""The message that a decision has just put in the queue: shown on the next page while it can still be called back.

Kept in the signed cookie, so that it costs no query.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import session

from bot.outbox.queue import GRACE

KEY = "leaving"


@dataclass(frozen=True, slots=True)
class Waiting:
    """`seconds`: how long the words about this report wait before they go."""

    number: int
    seconds: int


def remember(number: int, moment: datetime) -> None:
    """A decision was made at `moment`; the reader hears of it GRACE later."""
    session[KEY] = [number, round((moment + GRACE).timestamp())]


def forget(number: int) -> None:
    kept = session.get(KEY)
    if isinstance(kept, list) and kept[:1] == [number]:
        session.pop(KEY)


def take(moment: datetime) -> Waiting | None:
    """The message that waits now; forgotten once its time is over."""
    kept = session.get(KEY)
    if not (isinstance(kept, list) and len(kept) == 2 and all(isinstance(one, int) for one in kept)):
        return None
    seconds = round((datetime.fromtimestamp(kept[1], UTC) - moment).total_seconds())
    if not 0 < seconds <= GRACE.total_seconds():
        session.pop(KEY)
        return None
    return Waiting(kept[0], seconds)
