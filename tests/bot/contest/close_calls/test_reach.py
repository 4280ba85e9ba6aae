"""Which reports are tried near the cut lines: leaving far ones out changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.contest.close_calls.foresight import contenders
from bot.contest.rules import DEFAULT_RULES
from bot.contest.scoring import ErratumPoints, ScoringReport, score, standings
from bot.contest.selection import choose
from models.enums import Doubling, Verdict

START = datetime(2023, 5, 20, tzinfo=UTC)
RULES = replace(DEFAULT_RULES, excellent_count=2)
ROWS = ("N-05", "N-05", "N-06", "N-10", "N-18", "N-14")
ERRATA = {one: ErratumPoints(one, ROWS[one % len(ROWS)], Doubling.HEADLINE if one % 5 == 0 else Doubling.NONE)
          for one in range(1, 13)}
MARKS = st.tuples(st.booleans(), st.booleans(), st.booleans())
SEEN = st.sampled_from([Verdict.ACCEPTED] * 4 + [Verdict.ACCEPTED_WITH_EDITS, Verdict.NOT_AN_ERROR, None])


@st.composite
def rounds(draw: st.DrawFn) -> list[ScoringReport]:
    many = draw(st.integers(1, 30))
    return [ScoringReport(100 + at, draw(st.integers(1, 8)), draw(st.integers(1, len(ERRATA))), draw(SEEN), draw(MARKS),
                          START + timedelta(minutes=draw(st.integers(0, 5))), at, draw(st.integers(0, 9)) == 9)
            for at in range(many)]


def names(reports: list[ScoringReport], excluded: dict[int, str]) -> tuple[frozenset[int], frozenset[int]]:
    chosen = choose(standings(score(reports, ERRATA, RULES), reports, (), RULES, "0"), excluded=excluded, rules=RULES)
    return frozenset(chosen.best), frozenset(chosen.excellent)


@pytest.mark.slow
@pytest.mark.parametrize("excluded", [{}, {1: "erased"}])
@settings(max_examples=60, deadline=None)
@given(reports=rounds())
def test_contenders_are_those_of_whom_the_whole_round_scored_anew_says_so(
        excluded: dict[int, str], reports: list[ScoringReport]) -> None:
    present = names(reports, excluded)
    accepted = [one for one in reports if one.verdict in (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_EDITS)]
    slowly = [one.number for one in accepted if any(
        names([trial if other is one else other for other in reports], excluded) != present
        for trial in (one._replace(verdict=Verdict.NOT_AN_ERROR),
                      one._replace(verdict=Verdict.ACCEPTED, marks=(True, True, True))))]
    assert list(contenders(reports, ERRATA, [one.number for one in accepted], excluded=excluded, rules=RULES, seed="0")
                ) == slowly
