"""How often one address may open what is public: counted in this process, forgotten with it. Knows no page."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

from bot.members.admission import address_key

WINDOW = timedelta(minutes=1)
MOST_ADDRESSES = 10_000
"""Beyond so many the one that came first is forgotten: the count may not fill the memory."""


class Pace:
    """At most so many requests a minute of one address (an IPv6 customer is one)."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._seen: OrderedDict[str, tuple[datetime, int]] = OrderedDict()

    def admits(self, address: str, *, now: datetime) -> bool:
        key = address_key(address)
        with self._lock:
            since, count = self._seen.pop(key, (now, 0))
            if now - since >= WINDOW or now < since:
                since, count = now, 0
            self._seen[key] = since, count + 1
            if len(self._seen) > MOST_ADDRESSES:
                self._seen.popitem(last=False)
            return count < self._most
