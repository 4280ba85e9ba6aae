"""What the platform does later: results that come as events. Due by the clock of the windows. No HTTP."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

Work = Callable[[], object]


class Agenda:
    """Behind one lock of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._order = itertools.count()
        self._entries: list[tuple[datetime, int, Work]] = []

    def put(self, due_at: datetime, work: Work) -> None:
        with self._lock:
            self._entries.append((due_at, next(self._order), work))

    def take_due(self, *, now: datetime) -> list[Work]:
        """What is due, the earliest first; it is off the agenda then."""
        with self._lock:
            due = sorted((one for one in self._entries if one[0] <= now), key=lambda one: one[:2])
            self._entries = [one for one in self._entries if one[0] > now]
        return [work for _, _, work in due]

    def next_in(self, *, now: datetime) -> timedelta | None:
        """Until the next entry; None for an empty agenda."""
        with self._lock:
            return min((due - now for due, _, _ in self._entries), default=None)
