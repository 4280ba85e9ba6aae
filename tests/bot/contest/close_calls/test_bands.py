"""Where one stands among others: his place and bands of at least three persons, from which nobody else can be told."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.contest.close_calls.bands import FEWEST, Band, bands, place

CROWD = [25_000, 22_000, 21_000, 4_000, 3_500, 3_000, 500, 700, 900, 250]


def test_a_place_counts_those_above() -> None:
    found = place(3_500, CROWD)
    assert (found.place, found.together, found.scoring) == (5, True, 11)
    assert (place(30_000, CROWD).place, place(100, CROWD).place) == (1, 11)


def test_without_a_score_there_is_no_place() -> None:
    found = place(0, [*CROWD, 0, 0])
    assert (found.place, found.scoring, [one.mine for one in found.bands]) == (None, 10, [False] * 3)


def test_bands_tell_how_many_and_which_is_his() -> None:
    assert bands(4_000, CROWD) == (Band(20_000, None, 3, False), Band(3_000, 20_000, 4, True), Band(1, 3_000, 4, False))


@pytest.mark.parametrize("others", [[], [5_000], [5_000, 100], [30_000, 5_000, 100, 0, 0]])
def test_so_few_that_one_could_tell_who_are_in_no_bands(others: list[int]) -> None:
    assert bands(1_000, others) == ()


@given(st.integers(0, 40_000), st.lists(st.integers(0, 40_000), max_size=60))
def test_every_band_has_its_three_and_everybody_is_in_one(own: int, others: list[int]) -> None:
    found = bands(own, others)
    assert all(one.persons >= FEWEST for one in found)
    if found:
        assert sum(one.persons for one in found) == sum(one > 0 for one in (own, *others))
        assert sum(one.mine for one in found) == (own > 0)
        assert found[0].high is None
        assert all(above.low == below.high for above, below in pairwise(found))
