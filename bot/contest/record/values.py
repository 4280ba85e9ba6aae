"""What goes into the record of a round. Decides nothing; knows no file, no database, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from bot.contest.pairs import Comparison
from bot.contest.rules import RuleSet
from bot.contest.scoring import ErratumPoints, ReportScore, ScoringReport, Standing
from bot.contest.selection import Selection

TAKEN_BACK = "taken_back"
OPINION = "opinion:"
"""Causes of a grade that decides nothing: an undo, and an independent opinion (opinion:random …)."""


@dataclass(frozen=True, slots=True)
class IssueFacts:
    id: int
    month: str
    published_on: date | None
    deadline_on: date | None


@dataclass(frozen=True, slots=True)
class PaperFacts:
    id: int
    name: str
    issues: tuple[IssueFacts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundFacts:
    """The round and its contest as they stand at the pick."""

    contest: str
    account: str
    papers: tuple[PaperFacts, ...]
    month: str
    published_on: date
    deadline_on: date
    closes_at: datetime
    closed_at: datetime | None
    grading_until: datetime
    print_by: date
    rule_set: int


class GradeRow(NamedTuple):
    """One grade behind a decision, in order of `grade`. `at`: as `time_text`; `cause`: first, again, taken_back, opinion:… or
    settled:…"""

    grade: int
    report: int
    grader: int
    verdict: str
    row: str | None
    doubling: str
    marks: tuple[bool, bool, bool]
    at: str
    cause: str
    replaces: int | None
    original: int | None
    rule_set: int


class AuditRow(NamedTuple):
    """One entry of the audit trail that is about this round, its reports or their errata."""

    id: int
    at: datetime
    actor: str
    staff: int | None
    verb: str
    object: str
    number: int | None
    before: str | None
    after: str | None
    details: Mapping[str, Any]


class OpenWork(NamedTuple):
    """One kind of work that was not done at the pick, by numbers."""

    kind: str
    reports: tuple[int, ...]
    messages: tuple[int, ...]
    staff: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """Who picked, when, and the chief's reason where something was open. `reason` is staff's own text."""

    at: datetime
    actor: str
    staff: int | None
    reason: str | None
    open: tuple[OpenWork, ...] = ()
    could_change: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """All that goes into a file. `intake`: (number, CreateTime) as sealed at the close, by number; None where it was not kept.
    `create_times`: the same of every report in `reports`, by number.

    `audit_head`: (number in the chain, id, link) of the newest sealed entry of the whole audit trail, so that the
    printed digest of this file also holds the trail.
    """

    facts: RoundFacts
    rules: RuleSet
    seed: str
    intake: Iterable[tuple[int, int]] | None
    reports: Sequence[ScoringReport]
    create_times: Iterable[tuple[int, int]]
    errata: Mapping[int, ErratumPoints]
    excluded: Mapping[int, str]
    previous_best: Sequence[Sequence[int]]
    comparisons: Sequence[Comparison]
    scores: Mapping[int, ReportScore]
    standings: Sequence[Standing]
    selection: Selection
    grades: Iterable[GradeRow]
    audit: Iterable[AuditRow]
    audit_head: tuple[int, int, str] | None
    pick: Pick
    version: int = 1
    version_reason: str | None = None
    previous: str | None = None  # SHA-256 of the file of the version before
