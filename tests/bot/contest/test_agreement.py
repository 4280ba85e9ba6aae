"""Agreement and drift: the worked examples of the literature, a naive recomputation, and what must not matter."""

from __future__ import annotations

from collections import Counter
from itertools import permutations
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.contest import agreement
from bot.contest.agreement import Judged, Level, Unit, Value

# The reliability data matrix of Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), section C: four
# observers, twelve units, 0 for missing. The same data is Gwet's example of four raters (Handbook, 4th edition).
MATRIX = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3),
    (0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0),
)
UNITS: list[Unit] = [{n: row[u] for n, row in enumerate(MATRIX) if row[u]} for u in range(12)]
# Gwet, Handbook of Inter-Rater Reliability: 100 patients by two abstractors.
PATIENTS = {("ectopic", "ectopic"): 13, ("aiu", "aiu"): 20, ("aiu", "niu"): 7, ("niu", "aiu"): 4, ("niu", "niu"): 56}
ABSTRACTED: list[Unit] = [{0: one, 1: other} for (one, other), many in PATIENTS.items() for _ in range(many)]


@pytest.mark.parametrize(("level", "published"), [
    (Level.NOMINAL, 0.743), (Level.ORDINAL, 0.815), (Level.INTERVAL, 0.849),
])
def test_alpha_is_the_published_one(level: Level, published: float) -> None:
    value = agreement.alpha(UNITS, level)
    assert value is not None
    assert round(value, 3) == published


def test_ac1_is_the_published_one() -> None:
    assert round(agreement.ac1(UNITS) or 0, 5) == 0.77544
    assert round(agreement.ac1(ABSTRACTED) or 0, 5) == 0.84933


def test_raw_agreement_is_the_published_one() -> None:
    assert round(agreement.raw_agreement(UNITS) or 0, 5) == 0.81818
    assert isclose(agreement.raw_agreement(ABSTRACTED) or 0, 0.89)


def test_interval_of_the_jackknife_holds_the_value_and_never_moves() -> None:
    found = agreement.alpha_estimate(UNITS, Level.NOMINAL)
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high <= 1
    assert round(found.low, 3) == 0.417  # Gwet's formula for the same data gives 0.419
    assert found == agreement.alpha_estimate(UNITS, Level.NOMINAL)


def test_more_reports_of_the_same_kind_narrow_the_interval() -> None:
    few, many = (agreement.alpha_estimate(UNITS * n, Level.NOMINAL) for n in (1, 5))
    assert few is not None
    assert many is not None
    assert few.low is not None
    assert many.low is not None
    assert few.low < many.low


@pytest.mark.parametrize("units", [[], [{1: "a"}], [{1: "a"}, {2: "b"}], [{}]])
def test_nothing_judged_twice_has_no_figure(units: list[Unit]) -> None:
    assert agreement.alpha(units, Level.NOMINAL) is None
    assert agreement.alpha_estimate(units, Level.NOMINAL) is None
    assert agreement.raw_agreement(units) is None
    assert agreement.ac1(units) is None


def test_one_and_the_same_verdict_everywhere_has_no_alpha_but_full_ac1() -> None:
    units: list[Unit] = [{1: "accepted", 2: "accepted"}] * 5
    assert agreement.alpha(units, Level.NOMINAL) is None
    assert agreement.ac1(units) == 1
    assert agreement.raw_agreement(units) == 1


def test_lopsided_verdicts_spoil_alpha_and_leave_ac1_sensible() -> None:
    units: list[Unit] = [{1: "accepted", 2: "accepted"}] * 95 + [{1: "no", 2: "accepted"}] * 5
    alpha, ac1 = agreement.alpha(units, Level.NOMINAL), agreement.ac1(units)
    assert alpha is not None
    assert ac1 is not None
    assert alpha < 0 < 0.9 < ac1


def test_two_units_have_a_value_without_an_interval_where_one_alone_has_none() -> None:
    found = agreement.alpha_estimate([{1: 1, 2: 1}, {1: 2, 2: 2}], Level.NOMINAL)
    assert found == agreement.Estimate(1.0, None, None)


def test_words_have_no_order() -> None:
    with pytest.raises(TypeError):
        agreement.alpha([{1: "a", 2: "b"}], Level.ORDINAL)


@pytest.mark.parametrize(("degrees", "printed"), [(1, 12.706), (4, 2.776), (5, 2.571), (19, 2.093), (60, 2.000)])
def test_students_t_is_that_of_the_printed_table(degrees: int, printed: float) -> None:
    assert abs(agreement.student(degrees) - printed) < 0.004


units_of = st.lists(st.dictionaries(st.integers(0, 4), st.integers(0, 5), max_size=5), max_size=12)


def naive(units: list[dict[int, int]], level: Level) -> float | None:
    """Alpha as 1 − observed / expected disagreement, from all pairs of values, without a coincidence matrix."""
    judged = [list(unit.values()) for unit in units if len(unit) > 1]
    values = [value for unit in judged for value in unit]
    counts = Counter(values)

    def apart(a: int, b: int) -> float:
        if level is Level.NOMINAL:
            return float(a != b)
        if level is Level.INTERVAL:
            return float((a - b) ** 2)
        low, high = sorted((a, b))
        return (sum(n for value, n in counts.items() if low <= value <= high) - (counts[a] + counts[b]) / 2) ** 2

    expected = sum(apart(a, b) for a, b in permutations(values, 2))
    if not expected:
        return None
    observed = sum(apart(a, b) / (len(unit) - 1) for unit in judged for a, b in permutations(unit, 2))
    return 1 - observed / len(values) * len(values) * (len(values) - 1) / expected


@pytest.mark.slow
@given(units_of, st.sampled_from(Level))
def test_alpha_is_that_of_a_naive_recomputation(units: list[dict[int, int]], level: Level) -> None:
    ours, theirs = agreement.alpha(units, level), naive(units, level)
    assert (ours is None) == (theirs is None)
    if ours is not None and theirs is not None:
        assert isclose(ours, theirs, abs_tol=1e-9)


@pytest.mark.slow
@given(units_of, st.sampled_from(Level))
def test_order_of_reports_and_names_of_graders_do_not_matter(units: list[dict[int, int]], level: Level) -> None:
    other: list[Unit] = [{9 - grader: value for grader, value in unit.items()} for unit in reversed(units)]
    first, second = agreement.alpha(units, level), agreement.alpha(other, level)
    assert (first is None) == (second is None)
    assert first is None or second is None or isclose(first, second, abs_tol=1e-9)
    assert (agreement.ac1(units) is None) == (agreement.ac1(other) is None)
    assert isclose(agreement.ac1(units) or 0, agreement.ac1(other) or 0, abs_tol=1e-9)


@pytest.mark.slow
@given(units_of)
def test_reports_graded_once_change_no_alpha_and_no_raw_agreement(units: list[dict[int, int]]) -> None:
    more: list[Unit] = [*units, {1: 5}, {}]
    for level in Level:
        assert agreement.alpha(units, level) == agreement.alpha(more, level)
    assert agreement.raw_agreement(units) == agreement.raw_agreement(more)


@given(units_of)
def test_nominal_alpha_knows_no_numbers(units: list[dict[int, int]]) -> None:
    named: list[dict[int, Value]] = [{grader: f"kind-{value * 7 % 6}" for grader, value in unit.items()} for unit in units]
    ours, theirs = agreement.alpha(units, Level.NOMINAL), agreement.alpha(named, Level.NOMINAL)
    assert (ours is None) == (theirs is None)
    assert ours is None or theirs is None or isclose(ours, theirs, abs_tol=1e-9)


@given(units_of)
def test_interval_alpha_knows_no_unit_of_measure(units: list[dict[int, int]]) -> None:
    scaled: list[dict[int, Value]] = [{grader: value * 250 + 1000 for grader, value in unit.items()} for unit in units]
    ours, theirs = agreement.alpha(units, Level.INTERVAL), agreement.alpha(scaled, Level.INTERVAL)
    assert (ours is None) == (theirs is None)
    assert ours is None or theirs is None or isclose(ours, theirs, abs_tol=1e-9)


@pytest.mark.slow
@given(units_of)
def test_full_agreement_is_one(units: list[dict[int, int]]) -> None:
    agreed: list[Unit] = [dict.fromkeys(unit, min(unit.values())) for unit in units if unit]
    for level in Level:
        value = agreement.alpha(agreed, level)
        assert value is None or isclose(value, 1)


# drift

MILD, STRICT, THIRD = 1, 2, 3


def graded(report: int, grader: int, points: int, row: str | None = "N-05", period: str = "2026-11") -> Judged:
    return Judged(report, grader, points > 0, points, row if points else None, period)


def test_drift_is_the_mean_difference_on_the_same_reports() -> None:
    judged = [graded(1, MILD, 2000), graded(1, STRICT, 1000), graded(2, MILD, 1000), graded(2, STRICT, 1000),
              graded(3, MILD, 4000)]  # the last one nobody else graded
    found = agreement.drifts(judged)
    assert found[MILD].shift_milli == 500
    assert found[STRICT].shift_milli == -500
    assert found[MILD].reports == found[STRICT].reports == 2


def test_drift_beside_several_others_is_against_their_mean() -> None:
    judged = [graded(1, MILD, 3000), graded(1, STRICT, 1000), graded(1, THIRD, 2000)]
    assert agreement.drifts(judged)[MILD].shift_milli == 1500


def test_share_accepted_is_beside_that_of_the_others() -> None:
    judged = [graded(1, MILD, 1000), graded(1, STRICT, 0), graded(2, MILD, 1000), graded(2, STRICT, 1000)]
    found = agreement.drifts(judged)[STRICT]
    assert (found.accepted, found.accepted_by_others) == (0.5, 1.0)


def test_favourite_row_is_the_one_given_more_often_than_by_the_others() -> None:
    judged = [graded(n, MILD, 1000, "N-04") for n in (1, 2)] + [graded(n, STRICT, 1000, "N-05") for n in (1, 2)]
    found = agreement.drifts(judged)
    assert (found[MILD].favourite, found[MILD].favourite_share, found[MILD].favourite_share_of_others) == ("N-04", 1, 0)
    same = [graded(n, grader, 1000) for n in (1, 2) for grader in (MILD, STRICT)]
    assert agreement.drifts(same)[MILD].favourite is None


def test_lean_is_told_only_where_chance_would_not_give_it() -> None:
    steady = [graded(n, grader, 1100 if grader == MILD else 1000) for n in range(30) for grader in (MILD, STRICT)]
    steady[0] = steady[0]._replace(points_milli=1000)
    assert agreement.drifts(steady)[MILD].leans
    wild = [graded(n, grader, (4000 if n % 2 else 1000) if grader == MILD else 2500) for n in range(30)
            for grader in (MILD, STRICT)]
    assert not agreement.drifts(wild)[MILD].leans


def test_one_report_has_a_shift_without_a_reach() -> None:
    found = agreement.drifts([graded(1, MILD, 2000), graded(1, STRICT, 1000)])[MILD]
    assert found.reach_milli is None
    assert not found.leans


def test_drift_over_time_stands_by_month() -> None:
    judged = [graded(n, grader, points, period=month)
              for n, month, mild in ((1, "2026-10", 2000), (2, "2026-11", 1000))
              for grader, points in ((MILD, mild), (STRICT, 1000))]
    found = agreement.drifts_over_time(judged)
    assert list(found) == ["2026-10", "2026-11"]
    assert [found[month][MILD].shift_milli for month in found] == [1000, 0]


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 3), st.integers(0, 4)), max_size=20))
def test_two_graders_drift_by_opposite_amounts(given_: list[tuple[int, int, int]]) -> None:
    judged = [graded(report, 1 + grader % 2, points * 500) for report, grader, points in given_]
    found = agreement.drifts(judged)
    assert len(found) in (0, 2)
    if found:
        assert isclose(found[1].shift_milli, -found[2].shift_milli, abs_tol=1e-9)
        assert found[1].reports == found[2].reports == agreement.doubly_graded(judged)
