"""Calls counted a day (and clear_quota a month) for each account. No HTTP; the present moment is handed in.

A day begins at midnight in Shanghai; the platform's page does not give the hour.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from datetime import datetime, timedelta

from bot.clock import SHANGHAI
from web.simulator import limits
from web.simulator.errcodes import Failure
from web.simulator.profiles import Profile

CLEAR = "clear_quota"
FORCED = "stable_token force_refresh"


def cap_of(path: str, profile: Profile) -> int | None:
    """Calls a day, or None where the platform's page names no number."""
    cap = limits.FORCED_A_DAY if path == FORCED else limits.DAILY_CAPS.get(path)
    if cap is None or profile is not Profile.TEST or path == FORCED:
        return cap
    return cap // limits.TEST_SHARE


class Caps:
    """Behind one lock of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._day = ""
        self._used: Counter[tuple[str, str]] = Counter()
        self._clears: Counter[tuple[str, str]] = Counter()
        self._minute: dict[str, deque[datetime]] = {}

    def take(self, account: str, path: str, profile: Profile, *, now: datetime) -> None:
        """Counts one call; Failure 45009 where the day's number is used up."""
        with self._lock:
            self._turn(now)
            cap = cap_of(path, profile)
            if cap is not None and self._used[account, path] >= cap:
                raise Failure(45009)
            self._used[account, path] += 1

    def take_minute(self, account: str, count: int, *, now: datetime) -> None:
        """Failure 45011 for more than `count` calls within a minute."""
        with self._lock:
            recent = self._minute.setdefault(account, deque(maxlen=count))
            if len(recent) == count and now - recent[0] < timedelta(minutes=1):
                raise Failure(45011)
            recent.append(now)

    def clear(self, account: str, *, now: datetime) -> None:
        """clear_quota; Failure 48006 above ten a month."""
        month = now.astimezone(SHANGHAI).strftime("%Y-%m")
        with self._lock:
            if self._clears[account, month] >= limits.CLEARS_A_MONTH:
                raise Failure(48006)
            self._clears[account, month] += 1
            for key in [key for key in self._used if key[0] == account]:
                del self._used[key]

    def set_used(self, account: str, path: str, count: int, *, now: datetime) -> None:
        """As if so many calls had been made today: to stand just before a cap."""
        with self._lock:
            self._turn(now)
            self._used[account, path] = count

    def used(self, account: str, *, now: datetime) -> dict[str, int]:
        """Today's calls by path."""
        with self._lock:
            self._turn(now)
            return {path: count for (owner, path), count in sorted(self._used.items()) if owner == account}

    def _turn(self, now: datetime) -> None:
        day = now.astimezone(SHANGHAI).strftime("%Y-%m-%d")
        if day != self._day:
            self._day = day
            self._used.clear()
