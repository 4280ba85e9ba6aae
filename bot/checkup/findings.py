"""What a look around gives: a level, an area, one sentence what is wrong and what to do. Knows nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """The worst of all findings is the exit code."""

    FINE = 0
    WARNING = 1
    WRONG = 2


@dataclass(frozen=True, slots=True)
class Finding:
    level: Level
    area: str
    sentence: str


def fine(area: str, sentence: str) -> Finding:
    return Finding(Level.FINE, area, sentence)


def warning(area: str, sentence: str) -> Finding:
    return Finding(Level.WARNING, area, sentence)


def wrong(area: str, sentence: str) -> Finding:
    return Finding(Level.WRONG, area, sentence)
