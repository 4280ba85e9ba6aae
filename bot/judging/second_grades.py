"""Second opinions on one report: how grades are combined (rule 10) and which reports are drawn for one. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.enums import Doubling, Verdict

Marks = tuple[bool, bool, bool]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one editor says of a report, as far as it is compared."""

    verdict: Verdict
    row_code: str | None = None
    doubling: Doubling = Doubling.NONE
    marks: Marks = (False, False, False)

    def agrees(self, other: Opinion) -> bool:
        """Same verdict, row and doubling; marks may differ."""
        return ((self.verdict, self.row_code, self.doubling)
                == (other.verdict, other.row_code, other.doubling))  # fmt: skip


class Step(StrEnum):
    """What the opinions given so far lead to."""

    SECOND = "second"
    THIRD = "third"
    CHIEF = "chief"
    AGREED = "agreed"
    TWO_OF_THREE = "two_of_three"


@dataclass(frozen=True, slots=True)
class Combined:
    """`stands`: the place (from 0) of the opinion that stands, where two agree; `marks`: theirs, each the higher."""

    step: Step
    stands: int | None = None
    marks: Marks = (False, False, False)


def combine(opinions: Sequence[Opinion]) -> Combined:
    """One, two or three opinions in the order they were given. ValueError for none, or for more."""
    if not 1 <= len(opinions) <= 3:
        raise ValueError(f"{len(opinions)} opinions")
    for first, one in enumerate(opinions):
        for other in opinions[first + 1:]:
            if one.agrees(other):
                step = Step.AGREED if len(opinions) == 2 else Step.TWO_OF_THREE
                return Combined(step, first, higher(one.marks, other.marks))
    return Combined((Step.SECOND, Step.THIRD, Step.CHIEF)[len(opinions) - 1])


def higher(one: Marks, other: Marks) -> Marks:
    """Mark by mark, what either gave."""
    return one[0] or other[0], one[1] or other[1], one[2] or other[2]


def is_drawn(month: str, number: int, percent: int) -> bool:
    """Whether this report is among the random `percent` of its round.

    SHA-256 of "2026-11 10023" (issue month, report number), its first eight bytes as a number, modulo 100: below
    `percent`. The number is given at intake, so nobody who writes or grades can steer it, and everybody can
    check it.
    """
    digest = hashlib.sha256(f"{month} {number}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % 100 < percent
