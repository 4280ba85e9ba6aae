"""Who comes next when a prize is free again, and how two lists of winners differ (RULES 18, 19). Pure.

Persons are known by numbers; no name and no row comes in here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from models.enums import Prize


@dataclass(frozen=True, slots=True)
class Held:
    """One prize of the round in the order of the pick. `live`: neither lapsed nor left behind."""

    award_id: int
    person_id: int
    prize: Prize
    live: bool


@dataclass(frozen=True, slots=True)
class Move:
    """One prize that goes on. `person_id` None: nobody is left for it. `leaves`: the souvenir that he gives up for it."""

    from_award_id: int
    prize: Prize
    person_id: int | None
    leaves: int | None = None


def moves(free: int, held: Sequence[Held], waiting: Sequence[int], *, may_win: Collection[int],
          resting: Collection[int] = ()) -> tuple[Move, ...]:
    """Where the prize of award `free` goes: the best to the highest of the ten, whose souvenir goes to the next of
    `waiting`; a souvenir to the next of `waiting` at once. Without any of the ten the next of `waiting` is the best.

    `waiting`: the qualified without a prize, in order. Only who is in `may_win` counts (staff, relatives, the blocked
    and whoever has gone are not), and `resting` may not be best. A person with a prize, or who lost one, gets no second.
    """
    prize = next(one.prize for one in held if one.award_id == free)
    had = {one.person_id for one in held}
    left = [person for person in dict.fromkeys(waiting) if person in may_win and person not in had]
    if prize is Prize.EXCELLENT:
        return (Move(free, prize, left[0] if left else None),)
    for one in held:
        if one.live and one.prize is Prize.EXCELLENT and one.person_id in may_win and one.person_id not in resting:
            return (Move(free, prize, one.person_id, leaves=one.award_id),
                    Move(one.award_id, Prize.EXCELLENT, left[0] if left else None))
    best = next((person for person in left if person not in resting), None)
    return (Move(free, prize, best),)


@dataclass(frozen=True, slots=True)
class Changed:
    """How the winners differ: who came in with which prize, who went out of which, who has another one now
    (person, before, after)."""

    came_in: tuple[tuple[int, Prize], ...]
    went_out: tuple[tuple[int, Prize], ...]
    moved: tuple[tuple[int, Prize, Prize], ...]

    def __bool__(self) -> bool:
        return bool(self.came_in or self.went_out or self.moved)


def changed(before: Mapping[int, Prize], after: Mapping[int, Prize]) -> Changed:
    """Person → prize, each in the order of places."""
    return Changed(
        came_in=tuple((person, prize) for person, prize in after.items() if person not in before),
        went_out=tuple((person, prize) for person, prize in before.items() if person not in after),
        moved=tuple((person, prize, after[person]) for person, prize in before.items()
                    if person in after and after[person] is not prize))
