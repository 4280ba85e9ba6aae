"""Who moves where when a prize is free again, and how two lists of winners differ (RULES 18, 19)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.contest.after_pick.succession import Changed, Held, Move, changed, moves
from models.enums import Prize

BEST, TEN = Prize.BEST, Prize.EXCELLENT
ALL = range(1, 100)


def held(*persons: int, lapsed: Sequence[int] = ()) -> list[Held]:
    """Person 1 is the best, the others the ten; a prize has the hundredfold number of its person."""
    return [Held(person * 100, person, BEST if n == 0 else TEN, live=person not in lapsed)
            for n, person in enumerate(persons)]


ELEVEN = tuple(range(1, 12))


@pytest.mark.parametrize(
    ("free", "prizes", "waiting", "may_win", "resting", "goes"),
    [
        pytest.param(100, held(*ELEVEN, lapsed=[1]), (12, 13), ALL, (),
                     (Move(100, BEST, 2, leaves=200), Move(200, TEN, 12)), id="best goes to the highest of the ten"),
        pytest.param(500, held(*ELEVEN, lapsed=[5]), (12, 13), ALL, (), (Move(500, TEN, 12),), id="souvenir to the twelfth"),
        pytest.param(500, held(*ELEVEN, lapsed=[5]), (), ALL, (), (Move(500, TEN, None),), id="nobody is left"),
        pytest.param(100, held(1, 2, 3, lapsed=[1]), (), ALL, (),
                     (Move(100, BEST, 2, leaves=200), Move(200, TEN, None)), id="shortage: the souvenir stays"),
        pytest.param(100, held(1, lapsed=[1]), (), ALL, (), (Move(100, BEST, None),), id="the only winner"),
        pytest.param(100, held(1, 2, lapsed=[1, 2]), (), ALL, (), (Move(100, BEST, None),), id="all have lapsed"),
        pytest.param(100, held(1, 2, lapsed=[1, 2]), (3,), ALL, (), (Move(100, BEST, 3),), id="the ten have all lapsed"),
        pytest.param(100, held(*ELEVEN, lapsed=[1, 2]), (12,), ALL, (),
                     (Move(100, BEST, 3, leaves=300), Move(300, TEN, 12)), id="the highest of the ten has lapsed too"),
        pytest.param(100, held(*ELEVEN, lapsed=[1]), (12,), [3, 12], (),
                     (Move(100, BEST, 3, leaves=300), Move(300, TEN, 12)), id="the highest of the ten is staff"),
        pytest.param(500, held(*ELEVEN, lapsed=[5]), (12, 13), [13], (), (Move(500, TEN, 13),), id="the twelfth is blocked"),
        pytest.param(100, held(*ELEVEN, lapsed=[1]), (12,), ALL, (2,),
                     (Move(100, BEST, 3, leaves=300), Move(300, TEN, 12)), id="who rests is not best"),
        pytest.param(500, held(*ELEVEN, lapsed=[5]), (7, 12), ALL, (), (Move(500, TEN, 12),),
                     id="who waits is known as a winner by now"),
        pytest.param(500, held(*ELEVEN, lapsed=[5]), (5, 12), ALL, (), (Move(500, TEN, 12),),
                     id="who waits is known as whoever lost it"),
        pytest.param(500, held(*ELEVEN, lapsed=[5]), (12, 12), ALL, (), (Move(500, TEN, 12),), id="two who wait are one"),
    ],
)
def test_free_prize_goes(free: int, prizes: list[Held], waiting: Sequence[int], may_win: Sequence[int],
                         resting: Sequence[int], goes: tuple[Move, ...]) -> None:
    assert moves(free, prizes, waiting, may_win=may_win, resting=resting) == goes


def test_best_lapses_twice() -> None:
    """The second best had moved up: his souvenir is with the twelfth, and the third of the ten comes next."""
    prizes = [*held(*ELEVEN, lapsed=[1, 2]), Held(201, 2, BEST, live=False), Held(1200, 12, TEN, live=True)]
    assert moves(201, prizes, (12, 13), may_win=ALL) == (Move(201, BEST, 3, leaves=300), Move(300, TEN, 13))


def test_prize_that_moved_on_and_lapses_again_goes_to_the_next() -> None:
    prizes = [*held(*ELEVEN, lapsed=[5]), Held(1200, 12, TEN, live=False)]
    assert moves(1200, prizes, (12, 13), may_win=ALL) == (Move(1200, TEN, 13),)


@pytest.mark.parametrize(
    ("before", "after", "differs"),
    [
        ({1: BEST, 2: TEN}, {1: BEST, 2: TEN}, Changed((), (), ())),
        ({1: BEST, 2: TEN}, {2: BEST, 1: TEN}, Changed((), (), ((1, BEST, TEN), (2, TEN, BEST)))),
        ({1: BEST, 2: TEN}, {1: BEST, 3: TEN}, Changed(((3, TEN),), ((2, TEN),), ())),
        ({}, {1: BEST}, Changed(((1, BEST),), (), ())),
    ],
)
def test_lists_differ(before: dict[int, Prize], after: dict[int, Prize], differs: Changed) -> None:
    assert changed(before, after) == differs
    assert bool(differs) == (before != after)
