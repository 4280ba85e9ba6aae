"""The examples beside the rubric, as the template asks for them. Reads nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.contest.annex import ROW_NAMES
from bot.practice.anchors import ORIGIN, ROWS, VERDICTS, Anchor
from web import present


@dataclass(frozen=True, slots=True)
class Entry:
    """The examples of one verdict or one row."""

    key: str
    name: str
    examples: tuple[Anchor, ...]


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    entries: tuple[Entry, ...]


GROUPS = (
    Group("verdict", tuple(Entry(verdict.value, present.name(verdict), shown) for verdict, shown in VERDICTS.items())),
    Group("row", tuple(Entry(code, ROW_NAMES[code], shown) for code, shown in ROWS.items())),
)


def names() -> dict[str, Any]:
    """What console/report/anchors.html asks for."""
    return {"anchors": GROUPS, "anchors_origin": ORIGIN}


def part(_asked: object) -> dict[str, Any]:
    """On the page of a report; costs no query."""
    return names()
