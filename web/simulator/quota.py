"""How many customer messages each reader may still get: windows and counts. No clock, no HTTP."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from web.simulator import limits


class Verdict(IntEnum):
    """The platform's errcode for one customer message."""

    ALLOWED = 0
    OUTSIDE_WINDOW = 45015
    COUNT_USED_UP = 45047


class Opens(StrEnum):
    """Which window an act of the reader opens, or opens anew."""

    NOTHING = "nothing"
    MESSAGE = "message"  # 5 within 48 h
    ACTION = "action"  # click, follow, scan: 3 within 1 min


_WINDOWS: dict[Opens, tuple[timedelta, int]] = {
    Opens.MESSAGE: (limits.MESSAGE_WINDOW, limits.MESSAGE_COUNT),
    Opens.ACTION: (limits.ACTION_WINDOW, limits.ACTION_COUNT),
}


@dataclass(slots=True)
class Window:
    """Open until `ends_at`; `left` messages may still come."""

    opened_by: Opens
    ends_at: datetime
    left: int


class Quota:
    """One open window a kind of act and reader; an act renews its window, it does not add to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._windows: dict[str, dict[Opens, Window]] = {}

    def opened(self, who: str, by: Opens, *, now: datetime) -> None:
        """The reader did something; Opens.NOTHING changes nothing."""
        if by is Opens.NOTHING:
            return
        lasts, count = _WINDOWS[by]
        with self._lock:
            self._windows.setdefault(who, {})[by] = Window(by, now + lasts, count)

    def forget(self, who: str) -> None:
        """The reader unfollowed."""
        with self._lock:
            self._windows.pop(who, None)

    def take(self, who: str, *, now: datetime) -> Verdict:
        """Uses up one message, of the window that ends first; says why not, where it cannot."""
        with self._lock:
            current = [one for one in self._windows.get(who, {}).values() if now <= one.ends_at]
            if not current:
                return Verdict.OUTSIDE_WINDOW
            usable = [one for one in current if one.left > 0]
            if not usable:
                return Verdict.COUNT_USED_UP
            min(usable, key=lambda one: one.ends_at).left -= 1
            return Verdict.ALLOWED

    def open_windows(self, who: str, *, now: datetime) -> list[Window]:
        """Copies of those open now, the first to end first."""
        with self._lock:
            found = [one for one in self._windows.get(who, {}).values() if now <= one.ends_at]
            return sorted((Window(one.opened_by, one.ends_at, one.left) for one in found), key=lambda one: one.ends_at)
