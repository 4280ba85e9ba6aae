"""How close it is at places 1/2 and 11/12, and what would have to change for somebody to move. Pure; no database.

Noise is what two good editors may differ by on one report: one mark (RULES 8), or as much as the second grades of this
round differ by. Only persons near a line are looked at, so that a large round costs little more than a small one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

from bot.contest.after_pick.rescoring import Scored
from bot.contest.agreement import ENOUGH, Judged
from bot.contest.close_calls.foresight import Board, Names, ScoredRound
from bot.contest.rules import QUARTERS, RuleSet
from bot.contest.scoring import clarity_tenths
from bot.contest.selection import Criterion, Selection, decided_by
from bot.contest.values import ReportScore, ScoringReport, Standing
from models.enums import SCORING_VERDICTS, Prize, Verdict

MOST_PERSONS = 20
"""On each side of a line; where more stand so close, the nearest."""
MOST_TRIED = 160
"""Reports of a line that are tried otherwise, the nearest persons' first."""
MOST_REFUSALS = 40
"""Accepted reports of a line that are tried as refused where no mark moves anybody."""


class Line(StrEnum):
    """What is decided between two places."""

    BEST = "best"
    EXCELLENT = "excellent"


class Part(StrEnum):
    """What of a grade is tried otherwise."""

    PLACE = "place"
    CORRECTION = "correction"
    REASON = "reason"
    VERDICT = "verdict"


MARKS = (Part.PLACE, Part.CORRECTION, Part.REASON)


class Crossing(NamedTuple):
    """A person who would win something else; None: nothing."""

    person_id: int
    before: Prize | None
    after: Prize | None


@dataclass(frozen=True, slots=True)
class Flip:
    """One grade otherwise: a mark given or not (`given`), or the verdict a plain "no". `moves` is all that follows."""

    number: int
    person_id: int
    part: Part
    given: bool
    moves: tuple[Crossing, ...]


class Near(NamedTuple):
    """A report that could close the distance of its person to the line by its noise alone. Thousandths."""

    number: int
    person_id: int
    noise_milli: int


@dataclass(frozen=True, slots=True)
class CutLine:
    """`above` is the last who has it, `below` the first who has not, with their places among those who may win.

    `decided`: what told them apart where their totals are equal. `near` and `flips`: those of the nearest persons;
    `refusals`: whole reports to be refused, looked for only where no mark moves anybody. `cut`: more stood so near than
    were looked at.
    """

    line: Line
    above: Standing
    below: Standing
    places: tuple[int, int]
    margin_milli: int
    decided: Criterion | None
    near: tuple[Near, ...]
    flips: tuple[Flip, ...]
    refusals: tuple[Flip, ...]
    cut: bool


class Round(ScoredRound, Scored, Protocol):
    """A round as scored, with what it was scored from."""


def step_milli(judged: Iterable[Judged]) -> int | None:
    """By how many thousandths of points two grades of one report differ on average in this round; None where too few
    were graded twice to tell."""
    graders: dict[int, dict[int, int]] = {}
    for one in judged:
        graders.setdefault(one.report, {})[one.grader] = one.points_milli
    apart = [max(points.values()) - min(points.values()) for points in graders.values() if len(points) > 1]
    return sum(apart) // len(apart) if len(apart) >= ENOUGH else None


def noise_milli(score: ReportScore, rules: RuleSet, step: int | None) -> int:
    """What one report may be worth more or less in another editor's hand: 0 where it is worth nothing."""
    mark = score.capped_milli * rules.clarity_step_tenths // 10
    if not step or not score.capped_milli:
        return mark
    return max(mark, step * score.share // QUARTERS * clarity_tenths(score.marks, rules) // 10)


def cut_lines(held: Round, *, step: int | None = None) -> tuple[CutLine, ...]:
    """The lines that there are: none where fewer qualify than there are prizes."""
    chosen = held.select()
    pairs = [(line, *sides) for line in Line if (sides := _sides(line, chosen)) is not None]
    if not pairs:
        return ()
    near = _Near(held, chosen, step)
    return tuple(near.line(*one) for one in pairs)


def _sides(line: Line, chosen: Selection) -> tuple[list[int], list[int]] | None:
    """The persons above and below a line, the nearest first; None where nobody stands on one of its sides."""
    if line is Line.BEST:
        resting = set(chosen.resting)  # who may not be best again yet is in nobody's way there
        above, below = list(chosen.best), [one for one in chosen.excellent + chosen.waiting if one not in resting]
    else:
        above, below = list(chosen.winners if chosen.excellent else ()), list(chosen.waiting)
    return (above[::-1], below) if above and below else None


class _Near:
    """The persons near the lines of a round with their reports, and the board on which these are tried."""

    def __init__(self, held: Round, chosen: Selection, step: int | None) -> None:
        self._held, self._chosen, self._step = held, chosen, step
        self._order = {person: at for at, person in enumerate(chosen.winners + chosen.waiting, 1)}
        self._standing = {one.person_id: one for one in held.standings if one.person_id in self._order}
        self._present: Names = (frozenset(chosen.best), frozenset(chosen.excellent))
        self._of: dict[int, list[ScoringReport]] = {}

    def line(self, line: Line, above: list[int], below: list[int]) -> CutLine:
        last, first = self._standing[above[0]], self._standing[below[0]]
        sides = [(person, self._total(person) - first.total_milli) for person in above]
        others = [(person, last.total_milli - self._total(person)) for person in below]
        reach = self._reach()
        within = [[one for one in side if one[1] <= reach] for side in (sides, others)]
        persons = [one for side in within for one in side[:MOST_PERSONS]]
        # Whoever stands nearest comes first, of both sides.
        persons.sort(key=lambda one: (one[1], self._order[one[0]]))
        self._gather({person for person, _ in persons} | {above[0], below[0]})
        near = self._noisy(persons)
        flips = tuple(one for one in self._flips(near) if _crosses(line, one))
        refusals = () if flips else tuple(one for one in self._refusals([above[0], below[0]]) if _crosses(line, one))
        margin = last.total_milli - first.total_milli
        return CutLine(
            line=line, above=last, below=first, places=(self._order[above[0]], self._order[below[0]]), margin_milli=margin,
            decided=None if margin else self._decided(last, first), near=tuple(near), flips=flips,
            refusals=refusals,
            cut=any(len(side) > MOST_PERSONS for side in within) or len(near) > MOST_TRIED)

    def _total(self, person: int) -> int:
        return self._standing[person].total_milli

    def _decided(self, last: Standing, first: Standing) -> Criterion:
        for tie in self._chosen.ties:
            persons = tie.persons
            if first.person_id in persons and last.person_id in persons[:-1]:
                at = persons.index(last.person_id)
                if persons[at + 1] == first.person_id:
                    return tie.criteria[at]
        return decided_by(last, first)

    def _reach(self) -> int:
        """The most that any one report may be worth more or less."""
        rules = self._held.rules
        dearest = max((row.base_milli * (rules.doubling_factor if row.doubles else 1) for row in rules.annex), default=0)
        top = max(rules.shares_quarters, default=0)
        mark = dearest * top // QUARTERS * rules.clarity_step_tenths // 10
        return max(mark, (self._step or 0) * top // QUARTERS * clarity_tenths(len(MARKS), rules) // 10)

    def _gather(self, persons: set[int]) -> None:
        missing = persons - self._of.keys()
        self._of.update({person: [] for person in missing})
        for report in self._held.reports:
            if report.person_id in missing:
                self._of[report.person_id].append(report)

    def _noisy(self, persons: Sequence[tuple[int, int]]) -> list[Near]:
        found = []
        for person, distance in persons:
            for report in sorted(self._of[person], key=lambda one: one.number):
                noise = noise_milli(self._held.scores[report.number], self._held.rules, self._step)
                if noise and noise >= distance:
                    found.append(Near(report.number, person, noise))
        return found

    def _flips(self, near: Sequence[Near]) -> tuple[Flip, ...]:
        reports = {one.number: one for held in self._of.values() for one in held}
        tried = near[:MOST_TRIED]
        board = Board.near(self._held, [one.number for one in tried]) if tried else None
        found = []
        for one in tried:
            report = reports[one.number]
            for at, part in enumerate(MARKS):
                flip = self._tried(board, report, report._replace(marks=_other(report.marks, at)), part,
                                   given=not report.marks[at])
                found += [flip] if flip else []
        return tuple(found)

    def _refusals(self, persons: Iterable[int]) -> tuple[Flip, ...]:
        """Of the two at the line: which whole report decides it; the least one first."""
        scores = self._held.scores
        accepted = [one for person in persons for one in self._of[person]
                    if one.verdict in SCORING_VERDICTS and scores[one.number].total_milli]
        accepted.sort(key=lambda one: (scores[one.number].total_milli, one.number))
        accepted = accepted[:MOST_REFUSALS]
        board = Board.near(self._held, [one.number for one in accepted]) if accepted else None
        tried = (self._tried(board, one, one._replace(verdict=Verdict.NOT_AN_ERROR), Part.VERDICT, given=False)
                 for one in accepted)
        return tuple(one for one in tried if one)

    def _tried(self, board: Board | None, report: ScoringReport, trial: ScoringReport, part: Part, *,
               given: bool) -> Flip | None:
        if board is None:
            return None
        names = board.names([trial])
        if names == self._present:
            return None
        return Flip(report.number, report.person_id, part, given, _crossings(self._present, names))


def _crosses(line: Line, flip: Flip) -> bool:
    there = Prize.BEST if line is Line.BEST else None
    return any(there in (move.before, move.after) for move in flip.moves)


def _other(marks: tuple[bool, bool, bool], at: int) -> tuple[bool, bool, bool]:
    place, correction, reason = (one is not (index == at) for index, one in enumerate(marks))
    return place, correction, reason


def _crossings(before: Names, after: Names) -> tuple[Crossing, ...]:
    """Who wins something else, the higher prize first."""
    persons = frozenset().union(*before, *after)
    found = [Crossing(person, _prize(person, before), _prize(person, after)) for person in persons]
    rank = {Prize.BEST: 0, Prize.EXCELLENT: 1, None: 2}
    return tuple(sorted((one for one in found if one.before is not one.after),
                        key=lambda one: (rank[one.after], rank[one.before], one.person_id)))


def _prize(person: int, names: Names) -> Prize | None:
    return Prize.BEST if person in names[0] else Prize.EXCELLENT if person in names[1] else None
