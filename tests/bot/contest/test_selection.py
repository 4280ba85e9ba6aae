"""Who wins, who is passed over, how ties are told, and that the draw can be recomputed by hand."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.contest.rules import DEFAULT_RULES, RuleSet
from bot.contest.scoring import Standing, WhyNot, draw_hash, rank_key
from bot.contest.selection import Criterion, choose, decided_by, intake_seed, intake_text

NOON = datetime(2023, 6, 1, 4, 0, tzinfo=UTC)


def standing(person: int, total: int, **more: Any) -> Standing:
    values: dict[str, Any] = {"accepted": 1, "decided": 1, "first_finds": 1, "last_scoring_at": NOON,
                              "qualified": total > 0, "why_not": None if total else WhyNot.NO_POINTS,
                              "draw": f"{person:064x}", "place": person} | more
    return Standing(person, total, **values)


def test_seed_is_the_hash_of_the_published_list() -> None:
    assert intake_text([(17, 1685635200), (3, 1685600000)]) == "3 1685600000\n17 1685635200\n"
    assert intake_seed([(17, 1685635200), (3, 1685600000)]) == hashlib.sha256(
        b"3 1685600000\n17 1685635200\n"
    ).hexdigest()
    assert intake_seed([]) == hashlib.sha256(b"").hexdigest()


@given(st.dictionaries(st.integers(1, 10**6), st.integers(0, 2**31)), st.randoms(use_true_random=False))
def test_seed_does_not_depend_on_the_order(entries: dict[int, int], random: Any) -> None:
    shuffled = list(entries.items())
    random.shuffle(shuffled)
    assert intake_seed(shuffled) == intake_seed(entries.items())


def test_a_number_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="number 3"):
        intake_seed([(3, 1), (3, 2)])


def test_draw_is_the_hash_of_seed_and_number() -> None:
    assert draw_hash("ab" * 32, 17) == hashlib.sha256(b"ab" * 32 + b"17").hexdigest()


def test_eleven_win_and_the_rest_wait_in_order() -> None:
    table = [standing(person, 20_000 - person) for person in range(1, 15)]
    result = choose(table, excluded={}, rules=DEFAULT_RULES)
    assert result.best == (1,)
    assert result.excellent == tuple(range(2, 12))
    assert result.waiting == (12, 13, 14)
    assert (result.short_by, result.ties) == (0, ())


def test_who_may_not_win_is_passed_over_with_the_reason() -> None:
    table = [standing(1, 900), standing(2, 800), standing(3, 700), standing(4, 0)]
    result = choose(table, excluded={1: "staff", 3: "erased", 4: "blocked"}, rules=DEFAULT_RULES)
    assert result.winners == (2,)
    assert result.passed_over == ((1, "staff"), (3, "erased"))
    assert result.short_by == 10


def test_nobody_qualified_gives_no_winner() -> None:
    table = [standing(1, 5_000, qualified=False, why_not=WhyNot.TOO_FEW_ACCEPTED)]
    result = choose(table, excluded={}, rules=DEFAULT_RULES)
    assert (result.winners, result.short_by) == ((), 11)


@pytest.mark.parametrize(
    ("rounds", "best", "resting"), [(0, (1,), ()), (1, (2,), (1,)), (2, (3,), (1, 2))]
)
def test_the_best_rests_as_many_rounds_as_the_rules_say(
    rounds: int, best: tuple[int, ...], resting: tuple[int, ...]
) -> None:
    table = [standing(1, 900), standing(2, 800), standing(3, 700)]
    result = choose(table, excluded={}, rules=RuleSet(best_rest_rounds=rounds), previous_best=[[1], [2], [3]])
    assert (result.best, result.resting) == (best, resting)
    assert set(result.winners) == {1, 2, 3}


@pytest.mark.parametrize(
    ("ahead", "behind", "criterion"),
    [
        ({"first_finds": 2}, {}, Criterion.FIRST_FINDS),
        ({}, {"decided": 2}, Criterion.SHARE_ACCEPTED),
        ({"accepted": 2, "decided": 2}, {"last_scoring_at": NOON + timedelta(seconds=1)}, Criterion.LAST_SCORING),
        ({}, {}, Criterion.DRAW),
    ],
)
def test_ties_are_settled_by_the_first_criterion_that_differs(
    ahead: dict[str, Any], behind: dict[str, Any], criterion: Criterion
) -> None:
    one, two = standing(1, 2_000, **ahead), standing(2, 2_000, **behind)
    assert decided_by(one, two) is criterion
    assert rank_key(one) < rank_key(two)


def test_a_tie_tells_persons_criteria_draws_and_whether_it_matters() -> None:
    top = [standing(1, 2_000, first_finds=2), standing(2, 2_000), standing(3, 2_000)]
    (tie,) = choose(top, excluded={}, rules=DEFAULT_RULES).ties
    assert tie.persons == (1, 2, 3)
    assert tie.criteria == (Criterion.FIRST_FINDS, Criterion.DRAW)
    assert tie.draws == ((2, f"{2:064x}"), (3, f"{3:064x}"))
    assert tie.matters


def test_a_tie_within_the_ten_is_told_and_does_not_matter_and_one_below_is_not_told() -> None:
    table = [standing(1, 9_000), standing(2, 5_000), standing(3, 5_000)]
    table += [standing(person, 5_000 - person) for person in range(4, 12)]
    table += [standing(12, 100), standing(13, 100)]
    (tie,) = choose(table, excluded={}, rules=DEFAULT_RULES).ties
    assert (tie.persons, tie.matters) == ((2, 3), False)


def test_share_accepted_is_exact() -> None:
    assert standing(1, 1, accepted=1, decided=3).share_accepted == Fraction(1, 3)
    assert standing(1, 0, accepted=0, decided=0).share_accepted == 0
