"""The one last decision that can be taken back from the next page: kept in the signed cookie, shown once."""

from __future__ import annotations

from dataclasses import dataclass

from flask import session

KEY = "undo"


@dataclass(frozen=True, slots=True)
class Undoable:
    """`version` is the report's after the decision: a change by somebody else makes the undo stale."""

    number: int
    version: int
    sentence: str


def remember(number: int, version: int, sentence: str) -> None:
    session[KEY] = [number, version, sentence]


def take() -> Undoable | None:
    """What the last page left to be undone; forgotten by asking."""
    kept = session.pop(KEY, None)
    return Undoable(*kept) if isinstance(kept, list) and len(kept) == 3 else None
