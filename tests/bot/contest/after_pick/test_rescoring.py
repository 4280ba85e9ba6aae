"""What re-scoring changes: who moves and whose name comes in or goes out; the same twice changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.contest.after_pick.rescoring import Difference, Move, Rescored, Spot, difference
from bot.contest.rules import DEFAULT_RULES, RuleSet
from bot.contest.scoring import ErratumPoints, ReportScore, ScoringReport, Standing, score, standings
from bot.contest.selection import Selection, choose
from models.enums import Prize, Verdict
from tests.support import naive, random_rounds
from tests.support.random_rounds import scoring_reports
from tests.support.scored import standing

START = datetime(2023, 5, 10, tzinfo=UTC)
ALL = (True, True, True)
TWO = RuleSet(best_count=1, excellent_count=1)
SEED = "cd" * 32


@dataclass(frozen=True)
class Round:
    scores: dict[int, ReportScore]
    standings: tuple[Standing, ...]
    rules: RuleSet

    def select(self) -> Selection:
        return choose(self.standings, excluded={}, rules=self.rules)


def report(number: int, person: int, erratum: int | None = None, marks: tuple[bool, bool, bool] = ALL) -> ScoringReport:
    return ScoringReport(number, person, erratum or number, Verdict.ACCEPTED, marks, START + timedelta(minutes=number), number)


def scored(reports: list[ScoringReport], rules: RuleSet = TWO, row: str = "N-05") -> Round:
    errata = {one.erratum_id: ErratumPoints(one.erratum_id, row) for one in reports if one.erratum_id is not None}
    scores = score(reports, errata, rules)
    return Round(scores, standings(scores, reports, (), rules, SEED), rules)


def book() -> list[ScoringReport]:
    """Person 1 has 3.000, person 2 has 2.000, person 3 has 1.000; two prizes."""
    return [report(number, person) for number, person in enumerate((1, 1, 1, 2, 2, 3), 1)]


def test_the_same_round_twice_differs_in_nothing() -> None:
    found = difference(scored(book()), scored(book()))
    assert (found, bool(found)) == (Difference((), ()), False)


def test_a_mark_taken_changes_one_report_and_one_total_and_no_name() -> None:
    after = book()
    after[0] = after[0]._replace(marks=(True, True, False))
    found = difference(scored(book()), scored(after))
    assert found.reports == (Rescored(1, 1000, 900),)
    assert found.moves == (Move(1, Spot(1, 3000, True, Prize.BEST), Spot(1, 2900, True, Prize.BEST)),)
    assert found.crossing == ()


def test_those_whose_prize_changes_come_first() -> None:
    after = [one._replace(verdict=Verdict.NOT_AN_ERROR) if one.person_id == 1 and one.number < 3 else one for one in book()]
    found = difference(scored(book()), scored(after))
    assert [(one.person_id, one.prizes) for one in found.moves] == [
        (2, (Prize.EXCELLENT, Prize.BEST)), (3, (None, Prize.EXCELLENT)), (1, (Prize.BEST, None))]
    assert found.coming(Prize.BEST) == (2,)
    assert found.going(Prize.BEST) == (1,)
    assert found.coming(Prize.EXCELLENT) == (3,)
    assert found.going(Prize.EXCELLENT) == (2,)


def test_another_number_of_the_rules_moves_all_whom_it_touches() -> None:
    forwarded = [*book(), report(7, 3, 1), report(8, 3, 2)]
    before, after = scored(forwarded), scored(forwarded, replace(TWO, shares_quarters=(4, 4, 1)))
    found = difference(before, after)
    assert found.reports == (Rescored(7, 250, 1000), Rescored(8, 250, 1000))
    assert [one.person_id for one in found.moves] == [3, 2]
    assert found.coming(Prize.EXCELLENT) == (3,)


def test_who_goes_to_another_round_or_comes_from_one_is_told() -> None:
    found = difference(scored(book()), scored(book()[:-1]))
    assert found.moves == (Move(3, Spot(3, 1000, True, None), None),)
    assert found.reports == (Rescored(6, 1000, None),)
    assert difference(scored(book()[:-1]), scored(book())).reports == (Rescored(6, None, 1000),)


def test_the_digest_is_that_of_what_is_shown() -> None:
    after = book()
    after[5] = after[5]._replace(marks=(False, False, False))
    one, again = (difference(scored(book()), scored(after)) for _ in range(2))
    assert one.digest("a", 1) == again.digest("a", 1)
    assert len({one.digest("a", 1), one.digest("a", 2), difference(scored(book()), scored(book())).digest("a", 1)}) == 3


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(random_rounds.rounds())
def test_a_round_never_differs_from_itself_in_whatever_order_it_is_read(game: naive.Round) -> None:
    assert difference(standing(game), standing(game, reversed(scoring_reports(game)))) == Difference((), ())


@st.composite
def pairs(draw: st.DrawFn) -> tuple[list[ScoringReport], list[ScoringReport]]:
    before = [report(number, draw(st.integers(1, 5)), draw(st.integers(1, 6))) for number in range(1, draw(st.integers(1, 12)))]
    verdicts = st.sampled_from([Verdict.ACCEPTED, Verdict.ACCEPTED, Verdict.NOT_AN_ERROR])
    after = [one._replace(verdict=draw(verdicts)) for one in before]
    return before, after


@settings(max_examples=80, deadline=None)
@given(pairs(), st.sampled_from([DEFAULT_RULES, TWO, replace(TWO, small_erratum_milli=2000, clarity_step_tenths=0)]))
def test_before_and_the_difference_give_after(
        two: tuple[list[ScoringReport], list[ScoringReport]], rules: RuleSet) -> None:
    before, after = scored(two[0]), scored(two[1], rules)
    found = difference(before, after)
    spots = {one.person_id: (one.place, one.total_milli) for one in before.standings}
    spots |= {one.person_id: (one.after.place, one.after.total_milli) for one in found.moves if one.after}
    assert spots == {one.person_id: (one.place, one.total_milli) for one in after.standings}
    back = difference(after, before)
    assert {(one.person_id, one.after, one.before) for one in back.moves} == set(found.moves)
    assert not difference(before, before)
    for prize, winners in ((Prize.BEST, after.select().best), (Prize.EXCELLENT, after.select().excellent)):
        had = {Prize.BEST: before.select().best, Prize.EXCELLENT: before.select().excellent}[prize]
        assert set(winners) == set(had) - set(found.going(prize)) | set(found.coming(prize))
