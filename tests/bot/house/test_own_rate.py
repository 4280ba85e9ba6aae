"""The ledger's arithmetic against a table worked by hand: rows, doubling, the caps, the characters."""

from __future__ import annotations

from fractions import Fraction

import pytest

from bot.house.own_rate import (
    CharactersFrom,
    Counting,
    PageSize,
    Slip,
    count,
    layout_characters,
    ledger,
    of_page,
)

ISSUE, OTHER = 1, 2


def slips(*given: tuple[str, int, int]) -> list[Slip]:
    """(row, thousandths of points, what repeats share), all in one issue and on page 1."""
    return [Slip(n, ISSUE, 1, row, points, same) for n, (row, points, same) in enumerate(given, 1)]


def times(n: int, row: str, points: int, *, same: bool = False) -> list[tuple[str, int, int]]:
    return [(row, points, 1 if same else 100 + i) for i in range(n)]


# characters, slips, points counted (thousandths), rate per 10,000 – each worked with pencil and paper
CASES = [
    ("no error", 20_000, [], 0, "0"),
    ("the annex's own example: 2 in 20,000", 20_000, times(2, "N-05", 1000), 2000, "1"),
    ("just passing: 3 in 10,000", 10_000, times(3, "N-05", 1000), 3000, "3"),
    ("just failing", 10_000, [*times(3, "N-05", 1000), ("N-18", 100, 7)], 3100, "31/10"),
    ("one character", 28_800, times(1, "N-05", 1000), 1000, "25/72"),
    ("two to five characters", 28_800, times(1, "N-06", 2000), 2000, "25/36"),
    ("six characters and more", 28_800, times(1, "N-07", 4000), 4000, "25/18"),
    ("a headline counts twice", 28_800, times(1, "N-05", 2000), 2000, "25/36"),
    ("a long run in a headline", 28_800, times(1, "N-07", 8000), 8000, "25/9"),
    ("a fact", 14_400, times(1, "N-04", 1000), 1000, "25/36"),
    ("an important date", 14_400, times(1, "N-04", 2000), 2000, "25/18"),
    ("swapped characters", 14_400, times(1, "N-08", 1000), 1000, "25/36"),
    ("a telephone number, however many digits", 14_400, times(1, "N-09", 1000), 1000, "25/36"),
    ("two foreign words", 14_400, times(2, "N-11", 1000), 2000, "25/18"),
    ("one use of numbers", 10_000, times(1, "N-10", 100), 100, "1/10"),
    ("ten uses of numbers reach the cap", 10_000, times(10, "N-10", 100), 1000, "1"),
    ("eleven stay at it", 10_000, times(11, "N-10", 100), 1000, "1"),
    ("forty stay at it", 10_000, times(40, "N-10", 100), 1000, "1"),
    ("punctuation has no such cap", 10_000, times(12, "N-18", 100), 1200, "6/5"),
    ("number usage and punctuation apart", 10_000,
     [*times(12, "N-10", 100), *[("N-18", 100, 200 + i) for i in range(5)]], 1500, "3/2"),
    ("the same slip three times", 10_000, times(3, "N-05", 1000, same=True), 3000, "3"),
    ("the same slip nine times counts three", 10_000, times(9, "N-05", 1000, same=True), 3000, "3"),
    ("nine times in headlines", 10_000, times(9, "N-05", 2000, same=True), 6000, "6"),
    ("the first three count, doubled or not", 10_000,
     [("N-05", 1000, 1), ("N-05", 2000, 1), ("N-05", 1000, 1), ("N-05", 2000, 1)], 4000, "4"),
    ("two different slips four times each", 10_000,
     [*times(4, "N-05", 1000, same=True), *[("N-05", 1000, 2)] * 4], 6000, "6"),
    ("repeats of number usage: three, under the cap", 10_000, times(5, "N-10", 100, same=True), 300, "3/10"),
    ("a usage row worth more than is left counts the rest", 10_000, [*times(9, "N-10", 100), ("N-10", 300, 50)], 1000, "1"),
    ("mixed", 57_600,
     [*times(4, "N-05", 1000, same=True), ("N-06", 4000, 2), *times(12, "N-10", 100), ("N-18", 100, 3)], 8100, "45/32"),
    ("a local half point", 20_000, times(3, "N-15", 500), 1500, "3/4"),
    ("an issue of four pages of 60 × 120", 28_800, times(9, "N-05", 1000), 9000, "25/8"),
    ("the budget of 28,800 is 8.64", 28_800,
     [*times(8, "N-05", 1000), *[("N-18", 100, 300 + i) for i in range(6)]], 8600, "215/72"),
    ("escalated content is not scored", 10_000, times(1, "N-22", 0), 0, "0"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("characters", "given", "points", "rate"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_the_rate_is_the_one_worked_by_hand(
    characters: int, given: list[tuple[str, int, int]], points: int, rate: str
) -> None:
    found = ledger(slips(*given), [PageSize(1, ISSUE, characters, 1)])
    assert (found.points_milli, found.per_10_000, found.passes) == (
        points,
        Fraction(rate),
        Fraction(rate) <= 3,
    )


def test_there_are_thirty_cases_or_more() -> None:
    assert len(CASES) >= 30


def test_each_line_says_how_it_counts() -> None:
    lines = count(slips(*times(4, "N-05", 1000, same=True), *times(10, "N-10", 110)))
    assert [line.counting for line in lines] == [
        *[Counting.FULL] * 3, Counting.REPEATED, *[Counting.FULL] * 9, Counting.PART]  # fmt: skip
    assert lines[-1].counted_milli == 10
    assert count(slips(*times(12, "N-10", 100)))[-1].counting is Counting.CAPPED


def test_caps_hold_within_each_issue() -> None:
    both = [Slip(n, ISSUE if n % 2 else OTHER, n, "N-05", 1000, 1) for n in range(1, 11)]
    assert ledger(both, [PageSize(1, ISSUE, 10_000, 0), PageSize(2, OTHER, 10_000, 0)]).points_milli == 6000


def test_a_page_shows_what_was_counted_there() -> None:
    spread = [Slip(n, ISSUE, 1 if n <= 2 else 2, "N-05", 1000, 1) for n in range(1, 6)]
    whole = ledger(spread, [PageSize(1, ISSUE, 5000, 0), PageSize(2, ISSUE, None, 4000)])
    parts = [
        of_page(whole.lines, PageSize(1, ISSUE, 5000, 0)),
        of_page(whole.lines, PageSize(2, ISSUE, None, 4000)),
    ]
    assert [p.points_milli for p in parts] == [2000, 1000]
    assert [p.characters_from for p in parts] == [CharactersFrom.LAYOUT, CharactersFrom.TEXT]
    assert (whole.characters, whole.characters_from) == (9000, CharactersFrom.MIXED)


def test_without_characters_there_is_no_rate() -> None:
    empty = ledger([], [])
    assert (empty.per_10_000, empty.passes, empty.characters_from) == (None, None, CharactersFrom.TEXT)


def test_the_budget_is_three_per_ten_thousand() -> None:
    assert ledger([], [PageSize(1, ISSUE, 28_800, 0)]).budget_milli == 8640


@pytest.mark.parametrize(
    ("pictures", "decoration", "characters"),
    [
        ("0", "0", 7200),
        ("1", "0", 5760),
        ("0", "1", 2160),
        ("1/4", "0", 6840),
        ("1/4", "1/10", 6336),
        ("0", "1/3", 5520),
    ],
)
def test_pictures_and_ornaments_count_a_part_of_their_area(
    pictures: str, decoration: str, characters: int
) -> None:
    assert (
        layout_characters(60, 120, pictures=Fraction(pictures), decoration=Fraction(decoration)) == characters
    )


@pytest.mark.parametrize(("pictures", "decoration"), [("-1/4", "0"), ("3/4", "1/2")])
def test_impossible_shares_are_refused(pictures: str, decoration: str) -> None:
    with pytest.raises(ValueError, match="shares"):
        layout_characters(60, 120, pictures=Fraction(pictures), decoration=Fraction(decoration))
