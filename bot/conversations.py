"""Reads a file of past conversations: a JSON object a line. Pure: knows no database, no clock.

A line is `{"id": ..., "turns": [{"sent_at": ISO 8601 with offset, "text": ...}]}`; every line is a reader of his
own, and other keys are left alone.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime

from bot.errors import ImportProblem

YEARS = range(2000, 2100)
"""A year outside is a slip of the file, and near the ends of what a datetime holds."""
_UNSENDABLE = re.compile("[\x00\ud800-\udfff]")
"""What no delivery of the platform can hold and no database stores."""


@dataclass(frozen=True, slots=True)
class Turn:
    sent_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Conversation:
    id: str
    turns: tuple[Turn, ...]


def parse(source: str, data: bytes, *, now: datetime | None = None) -> list[Conversation]:
    """Reads the file. ImportProblem names every wrong line; with `now`, messages sent later are wrong too."""
    problems: list[str] = []
    found: dict[str, Conversation] = {}
    for number, line in enumerate(_lines(source, data), 1):
        if not line.strip():
            continue
        try:
            one = _conversation(line, now)
        except ValueError as problem:
            problems.append(f"{source}: line {number}: {problem}")
            continue
        if one.id in found:
            problems.append(f"{source}: line {number}: id {one.id!r} stands twice")
        found[one.id] = one
    if problems:
        raise ImportProblem(problems)
    return list(found.values())


def _lines(source: str, data: bytes) -> list[str]:
    try:
        # Not splitlines(): a message may hold U+2028 and its like.
        return data.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as problem:
        number = data.count(b"\n", 0, problem.start) + 1
        raise ImportProblem([f"{source}: line {number}: not UTF-8"]) from None


def _conversation(line: str, now: datetime | None) -> Conversation:
    """ValueError says what is wrong with the line."""
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError) as problem:  # the latter where a line nests thousands of brackets
        raise ValueError(f"not JSON: {problem}") from None
    if not isinstance(raw, dict):
        raise ValueError("not a JSON object")
    if not isinstance(raw.get("id"), str | int) or not str(raw["id"]).strip():
        raise ValueError("id is missing")
    if not isinstance(raw.get("turns"), list):
        raise ValueError("turns is missing or no list")
    turns = [_turn(number, turn, now) for number, turn in enumerate(raw["turns"], 1)]
    return Conversation(_UNSENDABLE.sub("\ufffd", str(raw["id"])), tuple(turns))


def _turn(number: int, raw: object, now: datetime | None) -> Turn:
    sent, text = (raw.get("sent_at"), raw.get("text")) if isinstance(raw, dict) else (None, None)
    if not isinstance(text, str):
        raise ValueError(f"turn {number}: text is missing or no string")
    try:
        sent_at = datetime.fromisoformat(sent if isinstance(sent, str) else "")
    except ValueError:
        raise ValueError(f"turn {number}: sent_at {sent!r} is no time (2026-11-20T08:00:00+08:00)") from None
    if sent_at.tzinfo is None:
        raise ValueError(f"turn {number}: sent_at {sent!r} has no offset")
    if sent_at.year not in YEARS:
        raise ValueError(f"turn {number}: sent_at {sent!r} is in no likely year")
    if now is not None and sent_at > now:
        raise ValueError(f"turn {number}: sent_at {sent!r} lies in the future")
    return Turn(sent_at, _UNSENDABLE.sub("\ufffd", text))
