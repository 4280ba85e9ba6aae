"""Where one person stands among the others of a round, as far as it may be told: his place, and how many stand in which band
of scores. Pure: totals in, numbers out; nobody but he himself can be told from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

EDGES = (20_000, 10_000, 6_000, 3_000, 1_000)
"""Thousandths: a band begins at each of them; below the last one is a band for whoever has a score at all."""
FEWEST = 3
"""Persons in a band: of fewer one could tell who they are, so they are told together with the next band."""


@dataclass(frozen=True, slots=True)
class Band:
    """Scores from `low` up to `high` (None: whatever is above), in thousandths, not including `high`."""

    low: int
    high: int | None
    persons: int
    mine: bool


@dataclass(frozen=True, slots=True)
class Place:
    """`place` None: he has no score. `together`: others have the same score. `scoring`: how many have one."""

    place: int | None
    together: bool
    scoring: int
    bands: tuple[Band, ...]


def place(own: int, others: Sequence[int]) -> Place:
    """`own` and the `others`' totals in thousandths. No bands where so few have a score that there would be one only."""
    totals = [one for one in others if one > 0]
    scoring = len(totals) + (own > 0)
    if own <= 0:
        return Place(None, False, scoring, bands(own, totals))
    return Place(1 + sum(one > own for one in totals), own in totals, scoring, bands(own, totals))


def bands(own: int, others: Sequence[int]) -> tuple[Band, ...]:
    """From the highest to the lowest, each of at least FEWEST persons; () for fewer than two such bands."""
    totals = [one for one in (*others, own) if one > 0]
    found: list[tuple[int, int | None]] = []
    high: int | None = None
    for low in (*EDGES, 1):
        many = len(_within(totals, low, high))
        if many >= FEWEST:
            found.append((low, high))
            high = low
        elif low == 1 and many and found:  # too few at the foot go with the band above them
            found[-1] = (low, found[-1][1])
    shown = tuple(Band(low, high, len(_within(totals, low, high)), bool(_within([own], low, high))) for low, high in found)
    return shown if len(shown) > 1 else ()


def _within(totals: Sequence[int], low: int, high: int | None) -> list[int]:
    return [one for one in totals if one >= low and (high is None or one < high)]
