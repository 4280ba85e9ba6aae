"""The reports beside one that name the same error: all of a few; of many, the first and those next to it in time. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from models.queries.report import OtherReport

MANY = 24
"""Up to so many are listed whole: half a town may report one headline."""
FIRST, AROUND = 8, 4


class Listed(NamedTuple):
    """One that is shown, or None at the end; `skipped`: so many before it are not."""

    skipped: int
    other: OtherReport | None


def briefly(others: list[OtherReport], at: datetime) -> list[Listed]:
    """`others` in order of time; `at` is when the report counts beside which they stand."""
    shown: Sequence[int] = range(len(others))
    if len(others) > MANY:
        here = bisect_left(others, at, key=lambda one: one.counts_at)
        shown = sorted({*shown[:FIRST], *shown[max(0, here - AROUND):here + AROUND]})
    listed = [Listed(n - before - 1, others[n]) for before, n in zip([-1, *shown], shown, strict=False)]
    left = len(others) - 1 - shown[-1] if shown else 0
    return [*listed, Listed(left, None)] if left else listed
