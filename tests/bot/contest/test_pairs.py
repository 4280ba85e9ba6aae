"""Finalists compared pair by pair: who they are, the order of the pairs, what the choices come to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.contest import pairs
from bot.contest.pairs import Comparison
from bot.contest.rules import DEFAULT_RULES, RuleSet, RuleSetError, from_json, to_json
from bot.contest.selection import Criterion, choose
from bot.contest.values import Standing

AT = datetime(2026, 11, 10, tzinfo=UTC)
RULES = replace(DEFAULT_RULES, compares_pairs=True)


def standing(person: int, *, total: int = 2000, at: datetime = AT, place: int = 0, qualified: bool = True) -> Standing:
    """Draws are ordered by person, so that the draw alone would give 1, 2, 3 …"""
    return Standing(person, total, 2, 2, 2, at, qualified, None, f"{person:064x}", place or person)


def tied(count: int) -> list[Standing]:
    return [standing(person) for person in range(1, count + 1)]


def compared(*choices: tuple[int, int, int | None], editor: int = 7) -> list[Comparison]:
    return [Comparison(editor, one, other, better) for one, other, better in choices]


def test_finalists_share_place_one_by_all_that_comes_before_the_draw() -> None:
    standings = [*tied(3), standing(4, at=AT + timedelta(seconds=1)), standing(5, total=1000)]
    assert pairs.finalists(standings, excluded=(), rules=RULES) == (1, 2, 3)


@pytest.mark.parametrize(("standings", "rules"), [
    (tied(2), DEFAULT_RULES),  # the rule set does not say so
    ([standing(1), standing(2, total=1000)], RULES),  # no tie
    ([standing(1), standing(2, at=AT + timedelta(1))], RULES),  # told apart before the draw
    (tied(7), RULES),  # too many
    (tied(2), replace(RULES, best_count=2)),  # a prize for each of them
    (tied(2), replace(RULES, best_count=0)),
    ([], RULES),
])  # fmt: skip
def test_nothing_is_compared_where_the_draw_does_not_stand_between(
    standings: list[Standing], rules: RuleSet
) -> None:
    assert pairs.finalists(standings, excluded=(), rules=rules) == ()


def test_who_may_not_win_or_rests_is_no_finalist() -> None:
    rules = replace(RULES, best_rest_rounds=1)
    assert pairs.finalists(tied(4), excluded=[1], rules=rules, previous_best=[[2]]) == (3, 4)
    assert pairs.finalists([standing(1, qualified=False), standing(2), standing(3)], excluded=(), rules=RULES) == (2, 3)


def test_wins_come_first() -> None:
    found = pairs.settle((1, 2, 3), compared((1, 2, 2), (1, 3, 3), (2, 3, 3)))
    assert (found.order, found.halves) == ((3, 2, 1), (4, 2, 0))
    assert found.beats == ("points", "points")


def test_equally_good_gives_half_a_win_to_each() -> None:
    found = pairs.settle((1, 2), compared((1, 2, None)))
    assert (found.order, found.halves, found.beats) == ((1, 2), (1, 1), ("draw",))


def test_equal_wins_are_settled_by_the_comparisons_among_those_who_have_them() -> None:
    # 1, 2 and 4 have four half points each, 3 none; of the three, 4 did worst against the other two.
    found = pairs.settle((1, 2, 3, 4), [
        *compared((1, 2, 2), (1, 3, 1), (1, 4, 1), (2, 3, 2)),
        *compared((3, 4, 4), (3, 4, 4), editor=8),
    ])  # fmt: skip
    assert found.halves == (4, 4, 4, 0)
    assert found.order == (1, 2, 4, 3)
    assert found.among_equals == (2, 2, 0, 0)
    assert found.beats == ("draw", "among_equals", "points")


def test_head_to_head_of_two() -> None:
    # Each has beaten 3 as often as the other has; 2 beat 1, and 3 beat 2 once more.
    found = pairs.settle((1, 2, 3), compared((1, 2, 2), (1, 3, 1), (2, 3, 3)))
    assert found.halves == (2, 2, 2)
    assert found.order == (1, 2, 3), "a ring leaves the draw"
    again = pairs.settle((1, 2, 3), [*compared((1, 2, 2), (1, 3, 1)), *compared((1, 3, 1), (2, 3, 2), editor=8)])
    assert (again.order, again.beats[0]) == ((2, 1, 3), "among_equals")


def test_missing_comparisons_are_just_not_there_and_none_at_all_leave_the_draw() -> None:
    assert pairs.settle((1, 2, 3), compared((2, 3, 3))).order == (3, 1, 2)
    found = pairs.settle((1, 2, 3), [])
    assert (found.order, found.comparisons, found.beats) == ((1, 2, 3), 0, ("draw", "draw"))


def test_comparisons_of_others_count_nothing() -> None:
    found = pairs.settle((1, 2), compared((2, 9, 9), (1, 9, 9), (1, 2, 2)))
    assert (found.order, found.comparisons) == ((2, 1), 1)


def test_best_is_who_won_the_comparisons_and_the_record_says_why() -> None:
    chosen = choose(tied(3), excluded={}, rules=RULES, comparisons=compared((1, 2, 2), (1, 3, 1), (2, 3, 2)))
    assert chosen.best == (2,)
    assert chosen.excellent == (1, 3)
    assert chosen.compared is not None
    assert chosen.compared.order == (2, 1, 3)
    assert chosen.ties[0].persons == (2, 1, 3)
    assert chosen.ties[0].criteria == (Criterion.PAIRS, Criterion.PAIRS)
    assert chosen.ties[0].draws == ()


def test_comparisons_change_nothing_where_the_rule_set_does_not_ask_for_them() -> None:
    plain = choose(tied(3), excluded={}, rules=DEFAULT_RULES)
    assert choose(tied(3), excluded={}, rules=DEFAULT_RULES, comparisons=compared((1, 2, 2))) == plain
    assert plain.compared is None
    assert plain.best == (1,)


def test_the_draw_still_settles_what_the_comparisons_leave_open() -> None:
    chosen = choose(tied(3), excluded={}, rules=RULES, comparisons=compared((2, 3, 3)))
    assert chosen.ties[0].criteria == (Criterion.PAIRS, Criterion.DRAW)
    assert {person for person, _ in chosen.ties[0].draws} == {1, 2}


def test_everybody_else_keeps_his_place() -> None:
    standings = [*tied(2), standing(3, total=1500, place=3)]
    found = pairs.reordered(standings, pairs.settle((1, 2), compared((1, 2, 2))))
    assert [(one.person_id, one.place) for one in found] == [(2, 1), (1, 2), (3, 3)]


def test_every_pair_comes_once_in_an_order_of_the_editors_own() -> None:
    first, second = (pairs.running_order(range(1, 7), f"seed|5|{editor}") for editor in (1, 2))
    assert first == pairs.running_order(range(1, 7), "seed|5|1")
    assert first != second
    assert sorted(tuple(sorted(pair)) for pair in first) == list(combinations(range(1, 7), 2))
    assert 0 < sum(left < right for left, right in first) < 15, "sides change too"


@given(st.lists(st.tuples(st.sampled_from(list(combinations(range(1, 5), 2))), st.integers(0, 2)), max_size=30))
def test_result_is_an_order_of_the_finalists_whatever_was_chosen(given_: list[tuple[tuple[int, int], int]]) -> None:
    choices = [Comparison(n, *pair, (None, *pair)[how]) for n, (pair, how) in enumerate(given_)]
    found = pairs.settle((1, 2, 3, 4), choices)
    assert sorted(found.order) == [1, 2, 3, 4]
    assert sum(found.halves) == 2 * len(choices)
    assert list(found.halves) == sorted(found.halves, reverse=True)
    assert pairs.settle((1, 2, 3, 4), reversed(choices)) == found


def test_rule_sets_from_before_read_as_off_and_keep_their_bytes() -> None:
    before = to_json(DEFAULT_RULES)
    assert "compares_pairs" not in before
    assert from_json(before).compares_pairs is False
    assert from_json(to_json(RULES)) == RULES
    with pytest.raises(RuleSetError, match=r"^compares_pairs"):
        from_json(to_json(RULES).replace('"compares_pairs":true', '"compares_pairs":1'))
