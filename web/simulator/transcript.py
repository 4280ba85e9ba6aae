"""The record of everything that happened, as JSON lines: acts, pushes, tries, what readers were told, calls.

Holds no token, secret or signature. `parse` reads a saved one again; replay.py acts it out.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.clock import SHANGHAI
from bot.errors import BadInput
from web.simulator import limits

Line = dict[str, Any]


class LineKind(StrEnum):
    """What a line is about."""

    ACT = "act"  # what a reader or the steering hand did: these are what a replay does again
    PUSH = "push"  # the fields of a delivery
    TRY = "try"  # one request of it
    TOLD = "told"  # what a reader's phone showed because of the bot
    CALL = "call"  # one call of the API


class Transcript:
    """The last lines, oldest first; behind one lock of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: deque[Line] = deque()
        self._added = 0
        self._file_bytes = 0

    def add(self, line: LineKind, /, *, now: datetime, **fields: Any) -> None:
        """`fields` must be what JSON can hold."""
        added = {"at": now.astimezone(SHANGHAI).isoformat(), "line": line.value, **fields}
        with self._lock:
            self._added += 1
            self._file_bytes += _file_bytes(added)
            if len(self._lines) == limits.TRANSCRIPT_LINES:
                self._drop_first()
            self._lines.append(added)
            while self._file_bytes > limits.TRANSCRIPT_BYTES:
                self._drop_first()

    def _drop_first(self) -> None:
        self._file_bytes -= _file_bytes(self._lines.popleft())

    def lines(self) -> list[Line]:
        with self._lock:
            return list(self._lines)

    def mark(self) -> int:
        """A place in the record, for `since`."""
        with self._lock:
            return self._added

    def since(self, mark: int) -> list[Line]:
        """What was added after the mark, as far as it is kept."""
        with self._lock:
            lines = list(self._lines)
            return lines[max(0, len(lines) - (self._added - mark)) :]

    def clear(self) -> None:
        with self._lock:
            self._lines.clear()
            self._file_bytes = 0

    def dump(self) -> str:
        """One JSON object a line."""
        return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in self.lines())


def _file_bytes(line: Line) -> int:
    return len(line.get("data", ""))


def parse(text: str) -> list[Line]:
    """The lines of a saved transcript. BadInput names the first wrong one."""
    lines = []
    for number, one in enumerate(text.splitlines(), start=1):
        if one.strip():
            lines.append(_parse_line(one, number))
    return lines


def _parse_line(text: str, number: int) -> Line:
    try:
        line = json.loads(text)
        LineKind(line["line"])
        moment = datetime.fromisoformat(line["at"])
    except (ValueError, KeyError, TypeError):
        raise BadInput(f"记录的第 {number} 行看不懂。") from None
    if moment.tzinfo is None:
        raise BadInput(f"记录的第 {number} 行没有时区。")
    return dict(line)
