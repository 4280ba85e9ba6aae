"""How log lines look: as text or one JSON object a line, each with the id of the request or job it belongs to.

The text of an exception is left out (see `bot.errors.without_words`).
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal

from bot.errors import without_words

Form = Literal["text", "json"]
QUIETER = ("apscheduler", "alembic")
"""One line a run and job would bury what matters."""
_FOREIGN = re.compile(r"[0-9A-Za-z-]{8,64}", re.ASCII)
_of: ContextVar[str] = ContextVar("woodpecker_request_id", default="")


def current() -> str:
    """The id of what is being done now; empty outside any request and job."""
    return _of.get()


def begin(given: str | None = None) -> str:
    """Sets a new id, or the one that our own proxy gave, where it looks like one; it stays until the next `begin`."""
    found = given if given and _FOREIGN.fullmatch(given) else secrets.token_hex(4)
    _of.set(found)
    return found


def end() -> None:
    """What comes next in this thread belongs to nothing yet."""
    _of.set("")


class named:  # noqa: N801 - used as a function; a generator would cost every delivery three times as much
    """The lines within belong to `what`: an id of its own behind the name."""

    __slots__ = ("_before", "_what")

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        self._before = _of.set(f"{self._what}-{secrets.token_hex(4)}")

    def __exit__(self, *_problem: object) -> None:
        _of.reset(self._before)


class Lines(logging.Formatter):
    """Both forms; a line break in a message cannot make a second line that looks like ours."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self._form = form

    def format(self, record: logging.LogRecord) -> str:
        message, request_id = record.getMessage(), current()
        at = datetime.fromtimestamp(record.created, UTC)
        frames = without_words(record.exc_info[1]) if record.exc_info else ""
        if self._form == "json":
            line = {"time": f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z", "level": record.levelname,
                    "logger": record.name, "request_id": request_id, "message": message, "trace": frames}
            return json.dumps({key: value for key, value in line.items() if value}, ensure_ascii=False)
        safe = message.replace("\r", "\\r").replace("\n", "\n  ")
        head = f"{at:%Y-%m-%d %H:%M:%S}Z {record.levelname} {record.name}"
        return f"{head}{f' [{request_id}]' if request_id else ''}: {safe}" + (f"\n{frames}" if frames else "")


def set_up(form: Form) -> None:
    """Sends every line of this process to the error output in that form; again: in the new one.

    A server that has set up the root of the log itself keeps it.
    """
    root = logging.getLogger()
    ours = next((one for one in root.handlers if isinstance(one.formatter, Lines)), None)
    if ours is None and root.handlers:
        return
    if ours is None:
        ours = logging.StreamHandler(sys.stderr)
        root.addHandler(ours)
    ours.setFormatter(Lines(form))
    root.setLevel(logging.INFO)
    for name in QUIETER:
        logging.getLogger(name).setLevel(logging.WARNING)
