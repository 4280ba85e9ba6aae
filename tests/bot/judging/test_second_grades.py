"""How two and three grades are combined (rule 10), and which reports are drawn for a second one: every branch."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.judging.second_grades import Combined, Marks, Opinion, Step, combine, higher, is_drawn
from models.enums import SCORING_VERDICTS, Doubling, Verdict

ALL: Marks = (True, True, True)
NONE: Marks = (False, False, False)

WORD = Opinion(Verdict.ACCEPTED, "N-05", marks=ALL)
COMMA = Opinion(Verdict.ACCEPTED, "N-18", marks=ALL)
EDITED = Opinion(Verdict.ACCEPTED_WITH_EDITS, "N-05", marks=ALL)
TITLE = Opinion(Verdict.ACCEPTED, "N-05", Doubling.HEADLINE, ALL)
NAME = Opinion(Verdict.ACCEPTED, "N-05", Doubling.IMPORTANT, ALL)
NO = Opinion(Verdict.NOT_AN_ERROR)
BOTH = Opinion(Verdict.BOTH_FORMS)
ASK = Opinion(Verdict.NEEDS_MORE)
REPEAT = Opinion(Verdict.REPEATED)
DIFFERENT = [WORD, COMMA, EDITED, TITLE, NAME, NO, BOTH, ASK, REPEAT]


@pytest.mark.parametrize("opinion", DIFFERENT)
def test_one_grade_asks_for_a_second(opinion: Opinion) -> None:
    assert combine([opinion]) == Combined(Step.SECOND)


@pytest.mark.parametrize("opinion", DIFFERENT)
def test_two_that_say_the_same_agree(opinion: Opinion) -> None:
    assert combine([opinion, opinion]) == Combined(Step.AGREED, 0, opinion.marks)


@pytest.mark.parametrize(("one", "other"), list(permutations(DIFFERENT, 2)))
def test_two_that_differ_in_verdict_row_or_doubling_ask_for_a_third(one: Opinion, other: Opinion) -> None:
    assert combine([one, other]) == Combined(Step.THIRD)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (ALL, NONE, ALL), (NONE, ALL, ALL), (NONE, NONE, NONE),
        ((True, False, False), (False, True, False), (True, True, False)),
        ((True, False, True), (True, False, False), (True, False, True)),
    ],
)
def test_marks_are_the_higher_mark_by_mark(one: Marks, other: Marks, both: Marks) -> None:
    pair = [Opinion(Verdict.ACCEPTED, "N-05", marks=one), Opinion(Verdict.ACCEPTED, "N-05", marks=other)]
    assert combine(pair) == Combined(Step.AGREED, 0, both)


@pytest.mark.parametrize(
    ("third", "stands"),
    [(WORD, 0), (NO, 1)],
    ids=["with the first", "with the second"],
)
def test_two_of_three_decide(third: Opinion, stands: int) -> None:
    assert combine([WORD, NO, third]) == Combined(Step.TWO_OF_THREE, stands, third.marks)


def test_marks_of_two_of_three_are_those_of_the_two_only() -> None:
    first = Opinion(Verdict.ACCEPTED, "N-05", marks=(True, False, False))
    odd = Opinion(Verdict.ACCEPTED, "N-18", marks=ALL)
    third = Opinion(Verdict.ACCEPTED, "N-05", marks=(False, True, False))
    assert combine([first, odd, third]) == Combined(Step.TWO_OF_THREE, 0, (True, True, False))


@pytest.mark.parametrize("three", [(WORD, NO, COMMA), (WORD, TITLE, NAME), (NO, BOTH, ASK), (EDITED, WORD, NO)])
def test_three_different_ones_go_to_the_chief(three: tuple[Opinion, ...]) -> None:
    assert combine(three) == Combined(Step.CHIEF)


@pytest.mark.parametrize("many", [0, 4])
def test_none_and_four_are_a_mistake(many: int) -> None:
    with pytest.raises(ValueError, match=f"{many} opinions"):
        combine([WORD] * many)


opinions = st.builds(
    lambda verdict, row, doubling, marks: (
        Opinion(verdict, row, doubling, marks) if verdict in SCORING_VERDICTS else Opinion(verdict)),
    st.sampled_from(Verdict), st.sampled_from(["N-05", "N-18"]), st.sampled_from(Doubling), st.tuples(*[st.booleans()] * 3))


@given(st.lists(opinions, min_size=2, max_size=3))
def test_what_stands_is_what_two_said_and_never_depends_on_more(given_ones: list[Opinion]) -> None:
    found = combine(given_ones)
    pairs = [(a, b) for n, a in enumerate(given_ones) for b in given_ones[n + 1:] if a.agrees(b)]
    assert (found.stands is None) is (not pairs)
    if found.stands is not None:
        stands = given_ones[found.stands]
        assert sum(one.agrees(stands) for one in given_ones) >= 2
        assert found.marks == higher(pairs[0][0].marks, pairs[0][1].marks)


def test_the_draw_is_the_one_that_everybody_can_check() -> None:
    """printf '2026-11 10023' | sha256sum, first 16 digits as a number, modulo 100: below 10 is drawn."""
    drawn = [number for number in range(10001, 10101) if is_drawn("2026-11", number, 10)]
    assert drawn == [10008, 10019, 10024, 10033, 10039, 10050, 10067, 10072, 10077, 10082, 10093, 10094, 10099]


@pytest.mark.parametrize(("percent", "share"), [(0, 0.0), (10, 0.1), (50, 0.5), (100, 1.0)])
def test_about_as_many_are_drawn_as_the_rule_says(percent: int, share: float) -> None:
    drawn = sum(is_drawn("2026-11", number, percent) for number in range(10_001, 15_001))
    assert abs(drawn / 5000 - share) < 0.02


def test_a_lower_share_draws_among_the_same_reports() -> None:
    ten, five = ({n for n in range(10_001, 11_001) if is_drawn("2026-11", n, percent)} for percent in (10, 5))
    assert five < ten


def test_another_month_draws_other_reports() -> None:
    one, other = ([is_drawn(month, n, 10) for n in range(10_001, 10_201)] for month in ("2026-11", "2026-12"))
    assert one != other
