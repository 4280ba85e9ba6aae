"""What re-scoring a round changes: who moves, whose name comes in or goes out (RULES 10). Pure; knows no database."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from bot.contest.scoring import ReportScore, Standing
from bot.contest.selection import Selection
from models.enums import Prize


class Scored(Protocol):
    """A round as scored; `bot.contest.standing.RoundStanding` is one."""

    @property
    def scores(self) -> Mapping[int, ReportScore]: ...
    @property
    def standings(self) -> tuple[Standing, ...]: ...
    def select(self) -> Selection: ...


class Spot(NamedTuple):
    """Where a person stands. `prize` None: none. Points in thousandths."""

    place: int
    total_milli: int
    qualified: bool
    prize: Prize | None


class Move(NamedTuple):
    """One person whose place, total or prize changes. None: not in the round before, or after."""

    person_id: int
    before: Spot | None
    after: Spot | None

    @property
    def prizes(self) -> tuple[Prize | None, Prize | None]:
        return self.before.prize if self.before else None, self.after.prize if self.after else None

    @property
    def crosses(self) -> bool:
        """Whether he wins something else than before, or nothing any more."""
        one, other = self.prizes
        return one is not other


class Rescored(NamedTuple):
    """One report that is worth something else than before; None: not in the round."""

    number: int
    before_milli: int | None
    after_milli: int | None


@dataclass(frozen=True, slots=True)
class Difference:
    """`moves`: first those whose prize changes, then by the place they come to. `reports` by number."""

    moves: tuple[Move, ...]
    reports: tuple[Rescored, ...]

    def __bool__(self) -> bool:
        return bool(self.moves or self.reports)

    @property
    def crossing(self) -> tuple[Move, ...]:
        return tuple(one for one in self.moves if one.crosses)

    def coming(self, prize: Prize) -> tuple[int, ...]:
        """Persons who have this prize only afterwards."""
        return tuple(one.person_id for one in self.moves if one.crosses and one.prizes[1] is prize)

    def going(self, prize: Prize) -> tuple[int, ...]:
        """Persons who have this prize only before."""
        return tuple(one.person_id for one in self.moves if one.crosses and one.prizes[0] is prize)

    def digest(self, *given: object) -> str:
        """Of all that is shown, and of what was `given` to come to it: what is applied must have the same one."""
        text = repr((given, [tuple(one) for one in self.moves], [tuple(one) for one in self.reports]))
        return hashlib.sha256(text.encode()).hexdigest()


def difference(before: Scored, after: Scored) -> Difference:
    """From one scoring of a round to another. Order of input does not matter; what is the same is left out."""
    one, other = _spots(before), _spots(after)
    moves = [Move(person, one.get(person), other.get(person)) for person in one.keys() | other.keys()
             if one.get(person) != other.get(person)]
    moves.sort(key=_order)
    return Difference(tuple(moves), _rescored(before.scores, after.scores))


def _spots(held: Scored) -> dict[int, Spot]:
    chosen = held.select()
    prize = dict.fromkeys(chosen.best, Prize.BEST) | dict.fromkeys(chosen.excellent, Prize.EXCELLENT)
    return {one.person_id: Spot(one.place, one.total_milli, one.qualified, prize.get(one.person_id))
            for one in held.standings}


def _order(move: Move) -> tuple[bool, bool, int, int]:
    spot = move.after or move.before
    return not move.crosses, move.after is None, spot.place if spot else 0, move.person_id


def _rescored(one: Mapping[int, ReportScore], other: Mapping[int, ReportScore]) -> tuple[Rescored, ...]:
    if one == other:
        return ()
    found = []
    for number in sorted(one.keys() | other.keys()):
        before, after = one.get(number), other.get(number)
        worth = (before.total_milli if before else None, after.total_milli if after else None)
        if worth[0] != worth[1]:
            found.append(Rescored(number, *worth))
    return tuple(found)
