"""How many customer messages each reader may still get: windows and counts. No clock, no HTTP."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from web.simulator import limits


class Verdict(IntEnum):
    """The platform's errcode for one customer message."""

    ALLOWED = 0
    OUTSIDE_WINDOW = 45015
    COUNT_USED_UP = 45047


@dataclass(slots=True)
class _Window:
    ends_at: datetime
    left: int


class Quota:
    """One open window a kind of act and reader; an act renews its window, it does not add to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._windows: dict[str, dict[str, _Window]] = {}

    def message(self, openid: str, *, now: datetime) -> None:
        """The reader wrote: 5 within 48 h."""
        self._renew(openid, "message", now, limits.MESSAGE_WINDOW, limits.MESSAGE_COUNT)

    def action(self, openid: str, *, now: datetime) -> None:
        """The reader clicked the menu or followed: 3 within 1 min."""
        self._renew(openid, "action", now, limits.ACTION_WINDOW, limits.ACTION_COUNT)

    def forget(self, openid: str) -> None:
        """The reader unfollowed."""
        with self._lock:
            self._windows.pop(openid, None)

    def take(self, openid: str, *, now: datetime) -> Verdict:
        """Uses up one message, of the window that ends first; says why not, where it cannot."""
        with self._lock:
            windows = self._windows.get(openid, {})
            current = [one for one in windows.values() if now <= one.ends_at]
            if not current:
                return Verdict.OUTSIDE_WINDOW
            usable = [one for one in current if one.left > 0]
            if not usable:
                return Verdict.COUNT_USED_UP
            min(usable, key=lambda one: one.ends_at).left -= 1
            return Verdict.ALLOWED

    def _renew(self, openid: str, kind: str, now: datetime, lasts: timedelta, count: int) -> None:
        with self._lock:
            self._windows.setdefault(openid, {})[kind] = _Window(now + lasts, count)
