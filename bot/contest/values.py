"""The values that scoring and selection pass on: reports, points, scores, standings. Decides nothing.

Reports, scores and standings are named tuples: a month has thousands of each, and a frozen dataclass takes five times
as long to make.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from models.enums import Doubling, Verdict


class Why(StrEnum):
    """Why a report is worth nothing, or less than its points."""

    WITHDRAWN = "withdrawn"
    LATE = "late"
    LAPSED = "lapsed"
    NOT_A_FINDER = "not_a_finder"
    UNDECIDED = "undecided"
    NOT_ACCEPTED = "not_accepted"
    ESCALATED = "escalated"
    REPEAT = "repeat"
    LATER_FINDER = "later_finder"
    SMALL_ERRATUM = "small_erratum"
    CAP = "cap"
    NO_DOUBLING = "no_doubling"  # the row is never doubled, though the grade says so


class WhyNot(StrEnum):
    """Why a person does not qualify (rule 11)."""

    NO_POINTS = "no_points"
    TOO_FEW_ACCEPTED = "too_few_accepted"


class ScoringInputError(ValueError):
    """An accepted report hangs on no erratum, or on one without points or with an unknown row."""


class ScoringReport(NamedTuple):
    """One report of the round. `erratum_id` is the root erratum; `counts_at`, `sequence` order the finders.

    `finder_ok` is False for staff and blocked readers; `erased` keeps its place. An amendment to another
    error comes in as the new `erratum_id` with the new `counts_at`.
    """

    number: int
    person_id: int
    erratum_id: int | None
    verdict: Verdict | None
    marks: tuple[bool, bool, bool]  # place, correction, reason
    counts_at: datetime
    sequence: int
    late: bool = False
    withdrawn: bool = False
    lapsed: bool = False
    erased: bool = False
    finder_ok: bool = True


@dataclass(frozen=True, slots=True)
class ErratumPoints:
    """What the editors put an erratum under."""

    erratum_id: int
    row_code: str
    doubling: Doubling = Doubling.NONE


class ReportScore(NamedTuple):
    """The arithmetic of one report. `share` in quarters (4, 1, 0), `marks` 0–3, `finder_rank` from 1.

    `counted_milli` is points × share, `capped_milli` what the cap on punctuation and number usage leaves.
    """

    number: int
    row_code: str
    base_milli: int
    doubling: Doubling
    points_milli: int
    finder_rank: int | None
    share: int
    marks: int
    counted_milli: int
    capped_milli: int
    total_milli: int
    why: tuple[Why, ...]


class Standing(NamedTuple):
    """One person's place. `accepted` / `decided` are the reports that count for the share (rule 11).

    `draw` is the person's hash for the draw, "" for a person without a report. `place` is 1 for the highest
    and counts everybody, also those who are not qualified.
    """

    person_id: int
    total_milli: int
    accepted: int
    decided: int
    first_finds: int
    last_scoring_at: datetime | None
    qualified: bool
    why_not: WhyNot | None
    draw: str
    place: int

    @property
    def share_accepted(self) -> Fraction:
        return Fraction(self.accepted, self.decided) if self.decided else Fraction(0)
