"""The cut lines: margins, what lies within grading noise, and that a flip moves exactly the persons it names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings

from bot.contest.after_pick.rescoring import difference
from bot.contest.agreement import ENOUGH, Judged
from bot.contest.close_calls.cut_lines import (
    MARKS,
    Crossing,
    CutLine,
    Flip,
    Line,
    Near,
    Part,
    cut_lines,
    noise_milli,
    step_milli,
)
from bot.contest.rules import RuleSet
from bot.contest.scoring import ErratumPoints, ScoringReport
from bot.contest.selection import Criterion
from bot.contest.standing import RoundReports, RoundStanding
from models.enums import Prize, RoundState, Verdict
from tests.support import naive, random_rounds
from tests.support.scored import changed, standing

START = datetime(2023, 5, 10, tzinfo=UTC)
ALL, TWO_MARKS, NONE = (True, True, True), (True, True, False), (False, False, False)
ONE_EACH = RuleSet(best_count=1, excellent_count=1)
Marks = tuple[bool, bool, bool]


def held(*reports: tuple[int, Marks] | tuple[int, Marks, str], rules: RuleSet = ONE_EACH,
         excluded: dict[int, str] | None = None) -> RoundStanding:
    """One report each of an error of its own: (person, marks, row)."""
    rows = [(one[0], one[1], one[2] if len(one) > 2 else "N-05") for one in reports]
    return RoundReports(
        round_id=1, state=RoundState.CLOSED, rules=rules, seed="cd" * 32, excluded=excluded or {}, previous_best=(),
        reports=tuple(ScoringReport(n, person, n, Verdict.ACCEPTED, marks, START + timedelta(minutes=n), n)
                      for n, (person, marks, _) in enumerate(rows, 1)),
        errata={n: ErratumPoints(n, row) for n, (_, _, row) in enumerate(rows, 1)},
        open_numbers=frozenset(), maybe={}, comparisons=()).scored()


def line(which: Line, round_: RoundStanding, step: int | None = None) -> CutLine:
    return next(one for one in cut_lines(round_, step=step) if one.line is which)


def test_one_mark_at_the_best_place() -> None:
    round_ = held((1, ALL), (2, TWO_MARKS), (3, NONE, "N-18"))
    best = line(Line.BEST, round_)
    assert (best.above.person_id, best.below.person_id, best.places, best.margin_milli) == (1, 2, (1, 2), 100)
    assert best.near == (Near(1, 1, 100), Near(2, 2, 100))
    swapped = (Crossing(2, Prize.EXCELLENT, Prize.BEST), Crossing(1, Prize.BEST, Prize.EXCELLENT))
    # A tie goes to whoever scored last earlier: a mark more for the second is a tie that the first keeps.
    assert best.flips == ()
    later = line(Line.BEST, held((2, TWO_MARKS), (1, ALL)))
    assert later.flips == (*(Flip(2, 1, part, False, swapped) for part in MARKS), Flip(1, 2, Part.REASON, True, swapped))
    assert later.refusals == ()


def test_without_a_mark_that_moves_anybody_whole_reports_are_named() -> None:
    round_ = held((1, ALL), (1, ALL), (2, ALL), (3, NONE, "N-18"))
    best = line(Line.BEST, round_)
    assert (best.margin_milli, best.near, best.flips) == (1000, (), ())
    # Refused, either leaves him 1.000 with half of his reports accepted; the other line is not this one's.
    assert [(one.number, one.part) for one in best.refusals] == [(1, Part.VERDICT), (2, Part.VERDICT)]


def test_fewer_qualified_than_prizes_have_no_line() -> None:
    assert [one.line for one in cut_lines(held((1, ALL), (2, ALL)))] == [Line.BEST]
    assert cut_lines(held((1, ALL))) == ()
    assert cut_lines(held((1, ALL), (2, ALL), excluded={2: "staff"})) == ()


def test_equal_totals_say_what_told_them_apart() -> None:
    best = line(Line.BEST, held((1, ALL), (2, ALL)))
    assert (best.margin_milli, best.decided) == (0, Criterion.LAST_SCORING)
    more_finds = held((2, ALL, "N-06"), (1, ALL), (1, ALL))
    assert line(Line.BEST, more_finds).decided is Criterion.FIRST_FINDS


@pytest.mark.parametrize(("points", "expected"), [([(1000, 1000)] * (ENOUGH - 1), None), ([(1000, 1000)] * ENOUGH, 0),
                                                  ([(1000, 2000)] * (ENOUGH // 2) + [(0, 0)] * (ENOUGH // 2), 500)])
def test_the_step_is_what_second_grades_differ_by_on_average(points: list[tuple[int, int]], expected: int | None) -> None:
    judged = [Judged(report, grader, True, value, "N-05", "2026-11")
              for report, pair in enumerate(points) for grader, value in enumerate(pair)]
    assert step_milli(judged) == expected


def test_noise_is_a_mark_or_a_step_of_the_second_grades_whichever_is_more() -> None:
    score = held((1, ALL, "N-06")).scores[1]
    assert noise_milli(score, ONE_EACH, None) == 200
    assert noise_milli(score, ONE_EACH, 100) == 200
    assert noise_milli(score, ONE_EACH, 1000) == 1000
    nothing = held((1, ALL))
    refused = changed(nothing, nothing.reports[0]._replace(verdict=Verdict.NOT_AN_ERROR)).scores[1]
    assert noise_milli(refused, ONE_EACH, 1000) == 0


def test_a_wider_step_brings_more_reports_near() -> None:
    round_ = held((1, ALL), (1, ALL), (2, ALL))
    assert line(Line.BEST, round_).near == ()
    assert [one.number for one in line(Line.BEST, round_, step=1000).near] == [1, 2, 3]


def test_many_who_share_a_line_are_looked_at_in_part_and_that_is_said() -> None:
    crowd = held(*((person, TWO_MARKS) for person in range(1, 60)), rules=RuleSet())
    excellent = line(Line.EXCELLENT, crowd)
    assert (excellent.places, excellent.margin_milli, excellent.cut) == ((11, 12), 0, True)
    assert len(excellent.flips) <= 3 * 40


def flips(lines: tuple[CutLine, ...]) -> list[Flip]:
    return [flip for one in lines for flip in (*one.flips, *one.refusals)]


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(random_rounds.rounds())
def test_a_flip_when_made_moves_exactly_the_persons_it_names(game: naive.Round) -> None:
    round_ = standing(game)
    reports = {one.number: one for one in round_.reports}
    for flip in flips(cut_lines(round_, step=500)):
        one = reports[flip.number]
        if flip.part is Part.VERDICT:
            made = one._replace(verdict=Verdict.NOT_AN_ERROR)
        else:
            at = MARKS.index(flip.part)
            assert one.marks[at] is not flip.given
            made = one._replace(marks=(*one.marks[:at], flip.given, *one.marks[at + 1:]))  # type: ignore[arg-type]
        crossing = difference(round_, changed(round_, made)).crossing
        assert {(move.person_id, *move.prizes) for move in crossing} == set(flip.moves)
        assert flip.moves


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(random_rounds.rounds())
def test_every_mark_of_one_report_that_moves_somebody_is_named(game: naive.Round) -> None:
    round_ = standing(game)
    named = {(one.number, one.part) for one in flips(cut_lines(round_))}
    eligible = {one.person_id for one in round_.standings if one.qualified} - set(round_.excluded)
    for one in round_.reports:
        for at, part in enumerate(MARKS):
            marks = tuple(given is not (index == at) for index, given in enumerate(one.marks))
            after = changed(round_, one._replace(marks=marks))  # type: ignore[arg-type]
            if one.person_id in eligible and after.names() != round_.names():
                # Where a line is missing on one side nobody can cross it by a mark.
                assert (one.number, part) in named or any(line.cut for line in cut_lines(round_))
