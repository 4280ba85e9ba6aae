"""Who wins, how ties were settled, the seed of the draw: pure functions. Knows no database, no clock."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from bot.contest.pairs import Compared, Comparison, finalists, reordered, settle
from bot.contest.rules import RuleSet
from bot.contest.scoring import Standing


class Criterion(StrEnum):
    """What put one of two persons with equal totals first, in the order of rule 11."""

    FIRST_FINDS = "first_finds"
    SHARE_ACCEPTED = "share_accepted"
    LAST_SCORING = "last_scoring"
    PAIRS = "pairs"  # compared by the editors; only where the rule set says so
    PAIRS_AMONG_EQUALS = "pairs_among_equals"
    DRAW = "draw"


_OF_PAIRS = {"points": Criterion.PAIRS, "among_equals": Criterion.PAIRS_AMONG_EQUALS, "draw": Criterion.DRAW}


@dataclass(frozen=True, slots=True)
class Tie:
    """Persons with the same total, in the order settled.

    `criteria[i]` decided between `persons[i]` and `persons[i + 1]`; `draws` holds (person, hash) of those
    whom the draw set apart. `matters` is False when all of them end with the same prize or with none.
    """

    total_milli: int
    persons: tuple[int, ...]
    criteria: tuple[Criterion, ...]
    draws: tuple[tuple[int, str], ...]
    matters: bool


@dataclass(frozen=True, slots=True)
class Selection:
    """The result of a pick, all persons by id and in order.

    `waiting` are the qualified without a prize, to whom a lapsed one moves on. `passed_over` are the
    qualified who may not win, with the reason given. `resting` were best too lately to be best again.
    `short_by` counts the prizes that nobody qualified for. `compared`: what comparing the finalists came to, where
    the rule set asks for it and only the draw would have told them apart.
    """

    best: tuple[int, ...]
    excellent: tuple[int, ...]
    waiting: tuple[int, ...]
    passed_over: tuple[tuple[int, str], ...]
    resting: tuple[int, ...]
    short_by: int
    ties: tuple[Tie, ...]
    compared: Compared | None = None

    @property
    def winners(self) -> tuple[int, ...]:
        return self.best + self.excellent


def intake_text(entries: Iterable[tuple[int, int]]) -> str:
    """The canonical intake list: a line "NUMBER CREATETIME" (decimal, one space, a newline) per report,
    sorted by number. ValueError when a number stands twice."""
    lines = sorted(entries)
    for (number, _), (following, _) in pairwise(lines):
        if number == following:
            raise ValueError(f"report number {number} stands twice in the intake list")
    return "".join(f"{number} {create_time}\n" for number, create_time in lines)


def intake_seed(entries: Iterable[tuple[int, int]]) -> str:
    """The seed of the round's draw: hex SHA-256 of `intake_text` in ASCII, sealed and shown at the close.

    `create_time` is whole seconds since 1970 as WeChat sent them. With the list saved as intake.txt anyone
    recomputes it: sort -n intake.txt | sha256sum
    """
    return seed_of(intake_text(entries))


def seed_of(intake: str) -> str:
    """The same from the list's canonical text."""
    return hashlib.sha256(intake.encode("ascii")).hexdigest()


def choose(
    standings: Sequence[Standing],
    *,
    excluded: Mapping[int, str],
    rules: RuleSet,
    previous_best: Sequence[Iterable[int]] = (),
    comparisons: Iterable[Comparison] = (),
) -> Selection:
    """Rules 12 and 13. `standings` in order; `excluded` maps persons who may not win to a reason code (staff,
    relative, blocked, erased). `previous_best` holds the best of each earlier round, newest first. `comparisons` of
    finalists come before the draw where the rule set says so."""
    tied = finalists(standings, excluded=excluded, rules=rules, previous_best=previous_best)
    compared = settle(tied, comparisons) if tied else None
    standings = reordered(standings, compared)
    qualified = [standing for standing in standings if standing.qualified]
    eligible = [standing for standing in qualified if standing.person_id not in excluded]
    rested = {person for past in previous_best[: rules.best_rest_rounds] for person in past}
    best = [s.person_id for s in eligible if s.person_id not in rested][: rules.best_count]
    others = [s.person_id for s in eligible if s.person_id not in best]
    excellent, waiting = others[: rules.excellent_count], others[rules.excellent_count :]
    prize = dict.fromkeys(best, 1) | dict.fromkeys(excellent, 2)
    return Selection(
        best=tuple(best),
        excellent=tuple(excellent),
        waiting=tuple(waiting),
        passed_over=tuple((s.person_id, excluded[s.person_id]) for s in qualified if s.person_id in excluded),
        resting=tuple(s.person_id for s in eligible if s.person_id in rested),
        short_by=rules.best_count + rules.excellent_count - len(prize),
        ties=_ties(eligible, prize, compared),
        compared=compared,
    )


def decided_by(ahead: Standing, behind: Standing) -> Criterion:
    """The first criterion of rule 11 in which two persons of equal total differ."""
    if ahead.first_finds != behind.first_finds:
        return Criterion.FIRST_FINDS
    if ahead.share_accepted != behind.share_accepted:
        return Criterion.SHARE_ACCEPTED
    if ahead.last_scoring_at != behind.last_scoring_at:
        return Criterion.LAST_SCORING
    return Criterion.DRAW


def _ties(eligible: Sequence[Standing], prize: Mapping[int, int], compared: Compared | None) -> tuple[Tie, ...]:
    """Every run of equal totals that holds a winner."""
    runs: list[list[Standing]] = []
    for standing in eligible:
        if runs and runs[-1][0].total_milli == standing.total_milli:
            runs[-1].append(standing)
        else:
            runs.append([standing])
    return tuple(
        _tie(run, prize, compared) for run in runs if len(run) > 1 and any(s.person_id in prize for s in run)
    )


def _tie(run: Sequence[Standing], prize: Mapping[int, int], compared: Compared | None) -> Tie:
    pairs = list(pairwise(run))
    beats = {} if compared is None else dict(zip(pairwise(compared.order), compared.beats, strict=True))
    criteria = tuple(
        _OF_PAIRS[beats[ahead.person_id, behind.person_id]] if (ahead.person_id, behind.person_id) in beats
        else decided_by(ahead, behind) for ahead, behind in pairs)
    drawn: dict[int, str] = {}
    for (ahead, behind), criterion in zip(pairs, criteria, strict=True):
        if criterion is Criterion.DRAW:
            drawn |= {ahead.person_id: ahead.draw, behind.person_id: behind.draw}
    return Tie(
        total_milli=run[0].total_milli,
        persons=tuple(s.person_id for s in run),
        criteria=criteria,
        draws=tuple(drawn.items()),
        matters=len({prize.get(s.person_id, 0) for s in run}) > 1,
    )
