"""Finalists compared pair by pair: who they are, in what order an editor sees the pairs, what the choices come to.

Only to break a tie for place 1 that the draw alone would settle, and only where the round's rule set says so
(`compares_pairs`). Pure functions of values: no database, no clock; the order of the pairs comes from hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from bot.contest.rules import RuleSet
from bot.contest.values import Standing

MOST_FINALISTS = 6
"""With more the round robin takes too long for every editor (7 have 21 pairs): the draw settles it at once."""

WIN, HALF = 2, 1
"""A comparison gives two half points: both to the better one, or one to each of two equally good ones."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One editor's look at two finalists; `better` None: equally good. Finalists are ids of persons."""

    editor: int
    one: int
    other: int
    better: int | None


@dataclass(frozen=True, slots=True)
class Compared:
    """What the comparisons came to: finalists in order, their half points and half points among their equals.

    `order` is what the draw would give where nobody compared. `beats[i]` says why `order[i]` stands before the next:
    "points", "among_equals" or "draw".
    """

    order: tuple[int, ...]
    halves: tuple[int, ...]
    among_equals: tuple[int, ...]
    beats: tuple[str, ...]
    comparisons: int


def finalists(
    standings: Sequence[Standing], *, excluded: Iterable[int], rules: RuleSet,
    previous_best: Sequence[Iterable[int]] = (),
) -> tuple[int, ...]:
    """Those who share place 1 by every criterion before the draw, in the order of the draw; () where the place is
    not theirs alone to settle: switched off, no tie, prizes for all of them, or too many to compare."""
    rested = {person for past in previous_best[: rules.best_rest_rounds] for person in past}
    out = {*excluded, *rested}
    able = [one for one in standings if one.qualified and one.person_id not in out]
    if not (rules.compares_pairs and able):
        return ()
    first = _before_draw(able[0])
    tied = [one.person_id for one in able if one.total_milli == able[0].total_milli and _before_draw(one) == first]
    return tuple(tied) if rules.best_count < len(tied) <= MOST_FINALISTS and rules.best_count else ()


def _before_draw(standing: Standing) -> tuple[object, ...]:
    return (standing.total_milli, standing.first_finds, standing.share_accepted, standing.last_scoring_at)


def settle(tied: Sequence[int], comparisons: Iterable[Comparison]) -> Compared:
    """Wins, then wins among those with the same number of them, then the draw (the order of `tied`).

    Comparisons of anybody else count nothing; missing ones are just not there; none at all leave the draw.
    """
    known = set(tied)
    counted = [one for one in comparisons if {one.one, one.other} <= known]
    halves = _halves(known, counted)
    among = {person: _halves({p for p in tied if halves[p] == halves[person]}, counted)[person] for person in tied}
    order = sorted(tied, key=lambda person: (-halves[person], -among[person], tied.index(person)))
    beats = tuple(
        "points" if halves[a] != halves[b] else "among_equals" if among[a] != among[b] else "draw"
        for a, b in pairwise(order))
    return Compared(tuple(order), tuple(halves[one] for one in order), tuple(among[one] for one in order), beats,
                    len(counted))


def _halves(persons: set[int], comparisons: Iterable[Comparison]) -> dict[int, int]:
    """Half points from the comparisons among these persons."""
    found = dict.fromkeys(persons, 0)
    for one in comparisons:
        if one.one not in persons or one.other not in persons:
            continue
        if one.better is None:
            found[one.one] += HALF
            found[one.other] += HALF
        else:
            found[one.better] += WIN
    return found


def reordered(standings: Sequence[Standing], compared: Compared | None) -> tuple[Standing, ...]:
    """The standings with the finalists in the order found; everybody else stays where he is."""
    if compared is None:
        return tuple(standings)
    places = [index for index, one in enumerate(standings) if one.person_id in compared.order]
    by_person: Mapping[int, Standing] = {one.person_id: one for one in standings}
    found = list(standings)
    for index, person in zip(places, compared.order, strict=True):
        found[index] = by_person[person]._replace(place=standings[index].place)
    return tuple(found)


def running_order(tied: Iterable[int], seed: str) -> tuple[tuple[int, int], ...]:
    """Every pair once as (left, right). Order and sides look random and are the same for the same seed: take one of
    the round and the editor, so that everybody sees another order."""
    pairs = sorted(combinations(sorted(tied), 2), key=lambda pair: _hash(seed, "order", pair))
    return tuple(pair if int(_hash(seed, "side", pair)[:2], 16) % 2 else (pair[1], pair[0]) for pair in pairs)


def _hash(seed: str, use: str, pair: tuple[int, int]) -> str:
    return hashlib.sha256(f"{seed}|{use}|{pair[0]}|{pair[1]}".encode("ascii")).hexdigest()
