"""The only place that reads the machine's clock. Everything else is handed `now`."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class ShiftedClock:
    """The demo's clock: the machine's plus an offset kept in a file that all demo processes share."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = -1
        self._offset = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset()

    def offset(self) -> timedelta:
        try:
            stamp = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return timedelta()
        if stamp != self._stamp:
            seconds = json.loads(self._path.read_text(encoding="ascii"))
            self._offset, self._stamp = timedelta(seconds=seconds), stamp
        return self._offset

    def move_to(self, moment: datetime) -> None:
        """Makes `moment` the present; the clock goes on from there. It never goes back."""
        offset = max(moment - datetime.now(UTC), self.offset())
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps(offset.total_seconds()), encoding="ascii")
        draft.replace(self._path)


class FrozenClock:
    """A clock that stands until it is moved."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def advance(self, **parts: float) -> datetime:
        self.moment += timedelta(**parts)
        return self.moment


def monotonic() -> float:
    """Seconds for measuring how long something takes."""
    return time.monotonic()


def pause(seconds: float) -> None:
    """Waits before another try at something that another process holds."""
    time.sleep(seconds)
