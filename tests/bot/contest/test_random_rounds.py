"""Random rounds through scoring and selection have the winners that a naive recomputation from the rules gives.

The same through the database: test_random_rounds_kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from bot.contest.phases import IssueDate, issue_of
from bot.contest.selection import intake_seed
from tests.support import naive
from tests.support.naive import Quote, Report, Result
from tests.support.random_rounds import DEADLINE, rounds, scoring_reports, slip, worked_out
from tests.support.town import at


def agrees(game: naive.Round) -> Result:
    """Every number that leads to the names, and the names; what both sides say."""
    wanted, found = naive.work_out(game), worked_out(game)
    assert {n: Fraction(one.total_milli, 1000) for n, one in found.scores.items()} == wanted.scores
    assert {n: one.finder_rank or 0 for n, one in found.scores.items()} == wanted.ranks
    assert [(found.persons[one.person_id], Fraction(one.total_milli, 1000), one.first_finds, one.accepted, one.decided,
             one.qualified, one.draw) for one in found.table if one.total_milli] == [
        (one.person, one.total, one.first_finds, one.accepted, one.decided, one.qualified(), one.draw)
        for one in wanted.standing]
    chosen = found.chosen
    assert (found.names(chosen.best), found.names(chosen.excellent)) == (wanted.best, wanted.excellent)
    assert [(found.names(tie.persons), [str(one) for one in tie.criteria]) for tie in chosen.ties] == wanted.ties
    assert chosen.short_by == game.best + game.excellent - len(wanted.best) - len(wanted.excellent)
    return wanted


@pytest.mark.slow
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rounds())
def test_five_hundred_random_rounds_have_the_winners_that_the_rules_give(game: naive.Round) -> None:
    agrees(game)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rounds(), st.randoms(use_true_random=False))
def test_reports_in_another_order_change_nothing(game: naive.Round, random: Any) -> None:
    shuffled = scoring_reports(game)
    random.shuffle(shuffled)
    one, other = worked_out(game), worked_out(game, shuffled)
    assert (one.scores, one.table, one.chosen) == (other.scores, other.table, other.chosen)


@pytest.mark.slow
@settings(deadline=None)
@given(st.dictionaries(st.integers(1, 10**6), st.integers(0, 2**31)))
def test_both_seal_the_same_seed(intake: dict[int, int]) -> None:
    assert intake_seed(intake.items()) == naive.intake_seed(intake.items())


# --- what the random rounds hold ---


def _cuts(result: Result) -> Iterable[tuple[str, str]]:
    """(what settled it, between which prizes) of all ties that decide about a prize."""
    for persons, why in result.ties:
        for ahead, behind, criterion in zip(persons, persons[1:], why, strict=False):
            if ahead in result.best and behind not in result.best:
                yield criterion, "best"
            elif ahead in result.excellent and behind not in result.excellent:
                yield criterion, "last"


def _why(game: naive.Round, *wanted: str) -> bool:
    said = {str(one) for item in worked_out(game).scores.values() for one in item.why}
    return said >= set(wanted)


HOLDS: dict[str, Callable[[naive.Round, Result], bool]] = {
    **{f"best by {one}": lambda _, result, one=one: (one, "best") in set(_cuts(result))  # type: ignore[misc]
       for one in ("first_finds", "share_accepted", "last_scoring", "draw")},
    "last prize by a tie": lambda _, result: any(prize == "last" for _, prize in _cuts(result)),
    "shortage": lambda game, result: 0 < len(result.best + result.excellent) < game.best + game.excellent,
    "nobody": lambda game, result: bool(game.reports) and not result.best,
    "below half": lambda _, result: any(not line.qualified() for line in result.standing),
    "one person with two readers wins": lambda _, result: any(len(one) > 1 for one in result.best),
    "the best rests": lambda game, result: any(one & game.resting for one in result.excellent),
    "erased and above 0": lambda game, result: any(line.person & game.erased for line in result.standing),
    "staff, relative or blocked": lambda game, _: _why(game, "not_a_finder"),
    "late and withdrawn": lambda game, _: _why(game, "late", "withdrawn"),
    "own repeat and later finder": lambda game, _: _why(game, "repeat", "later_finder"),
    "small erratum": lambda game, _: _why(game, "small_erratum"),
    "cap reached": lambda game, _: _why(game, "cap"),
    "amended to another error": lambda game, _: any(one.quote() != one.quotes[0] for one in game.reports),
}


@pytest.mark.slow
def test_among_the_random_rounds_is_everything_that_makes_them_hard() -> None:
    """Else they would show less than they seem to."""
    missing = set(HOLDS)

    def complete(game: naive.Round) -> bool:
        result = naive.work_out(game)
        missing.difference_update([kind for kind in missing if HOLDS[kind](game, result)])
        return not missing

    once = settings(max_examples=3000, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
                    suppress_health_check=list(HealthCheck))
    with suppress(NoSuchExample):
        find(rounds(), complete, settings=once)
    assert missing == set()


# --- the worked examples of the rules, for both ---


class Book:
    """A round as the examples tell it; numbers and receipt follow the order of telling."""

    def __init__(self, **more: Any) -> None:
        self.reports: list[Report] = []
        self.more = more

    def says(self, account: str, name: str, moment: datetime | str = "2023-05-20 08:00", **more: Any) -> int:
        sent = at(moment) if isinstance(moment, str) else moment
        quote = Quote(name, sent, more.pop("received", sent), self._sequence())
        self.reports.append(Report(len(self.reports) + 1, account, (quote,), **more))
        return len(self.reports)

    def amends(self, number: int, name: str, moment: str) -> None:
        old = self.reports[number - 1]
        quote = Quote(name, at(moment), at(moment), self._sequence())
        self.reports[number - 1] = Report(number, old.account, (*old.quotes, quote), old.verdict, old.marks)

    def _sequence(self) -> int:
        return sum(len(one.quotes) for one in self.reports) + 1

    def round(self) -> naive.Round:
        names = {quote.slip for one in self.reports for quote in one.quotes}
        return naive.Round(tuple(self.reports), {name: slip(name) for name in names}, DEADLINE, **self.more)


def example_1() -> Book:
    book = Book()
    for minute, name in enumerate(["L", *(f"F{n}" for n in range(1, 11))]):
        for n in range(20):
            book.says(name, f"N-05/{n}", at("2023-05-20 08:00") + timedelta(minutes=minute))
    for n in range(20, 29):
        book.says("H", f"N-05/{n}", "2023-05-20 09:00")
    book.says("G", "N-05×2/题", "2023-05-20 10:00", marks=2)
    return book


def example_2() -> Book:
    book = Book(same=tuple(("N-05/帐户0", f"N-05/帐户{n}") for n in range(1, 9)))
    book.says("P", "N-05×2/题")
    for n in range(30):
        book.says("Q", f"N-18/{n}", marks=0)
    for _ in range(6):
        book.says("R", "N-07/六字")
    for n in range(9):
        book.says("S", f"N-05/帐户{n}")
    for n in range(300):
        book.says("T", f"N-05/清单{n}", verdict="accepted" if n < 15 else "not_an_error")
    return book


def example_3_in_house() -> Book:
    book = Book(staff=frozenset({"社内"}))
    book.says("社内", "N-06/甲", "2023-05-20 08:00")
    book.says("U", "N-06/甲", "2023-05-20 09:00")
    return book


def example_3_half_told() -> Book:
    """V's letter of 10:00 names an article only: no quotation, no place among the finders."""
    book = Book()
    book.says("W", "N-05/食堂", "2023-05-20 10:03")
    book.says("V", "N-05/食堂", "2023-05-20 10:06")
    return book


def example_3_amended() -> Book:
    book = Book()
    x = book.says("X", "N-05/E6", "2023-05-20 10:10")
    book.says("Y", "N-05/E6", "2023-05-20 10:12")
    book.says("Z", "N-05/E7", "2023-05-20 10:15")
    book.amends(x, "N-05/E7", "2023-05-20 10:20")
    return book


def example_3_last_minute() -> Book:
    book = Book()
    book.says("甲", "N-05/一", "2023-06-01 23:59:58", received=at("2023-06-02 00:00:03"))
    book.says("乙", "N-05/二", "2023-06-02 00:00:00")
    return book


def example_3_tie() -> Book:
    book = Book()
    book.says("M", "N-06/一")
    book.says("N", "N-05/二", "2023-05-20 09:00")
    book.says("N", "N-05/三", "2023-05-20 10:00")
    return book


@pytest.mark.slow
@pytest.mark.parametrize(
    ("example", "totals", "best", "excellent"),
    [
        (example_1, {"L": "20", "H": "9", "F1": "5", "F2": "5", "G": "1.8"}, "L", ["H", "F1", "F2", "G"]),
        (example_2, {"T": "15", "R": "4", "P": "2", "S": "1", "Q": "0.7"}, "R", ["P", "S", "Q"]),
        (example_3_in_house, {"U": "2"}, "U", []),
        (example_3_half_told, {"W": "1", "V": "0.25"}, "W", ["V"]),
        (example_3_amended, {"Y": "1", "Z": "1", "X": "0.25"}, "Y", ["Z", "X"]),
        (example_3_last_minute, {"甲": "1"}, "甲", []),
        (example_3_tie, {"M": "2", "N": "2"}, "N", ["M"]),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_worked_examples_of_the_rules_are_true_of_both(
    example: Callable[[], Book], totals: dict[str, str], best: str, excellent: list[str]
) -> None:
    found = agrees(example().round())
    assert {name: one.total for one in found.standing for name in one.person} == {
        name: Fraction(total) for name, total in totals.items()}
    assert found.best == [frozenset({best})]
    assert found.excellent == [frozenset({name}) for name in excellent]


OUT = {"5月": date(2023, 5, 10), "6月": date(2023, 5, 31)}


@pytest.mark.parametrize(
    ("found", "stated", "sent", "issue"),
    [(None, None, date(2023, 5, 31), "6月"), ("6月", "5月", date(2023, 6, 3), "6月"), (None, "5月", date(2023, 6, 3), "5月"),
     (None, None, date(2023, 5, 30), "5月"), (None, None, date(2023, 5, 1), None)],
)  # fmt: skip
def test_both_put_a_report_in_the_issue_found_then_stated_then_newest(
    found: str | None, stated: str | None, sent: date, issue: str | None
) -> None:
    numbers = {name: number for number, name in enumerate(OUT, 1)} | {None: None}  # type: ignore[dict-item]
    dates = [IssueDate(numbers[name], day) for name, day in OUT.items()]
    noon = datetime(sent.year, sent.month, sent.day, 4, tzinfo=UTC)
    assert naive.issue_of(found, stated, OUT, sent) == issue
    assert issue_of(numbers[found], numbers[stated], dates, sent_at=noon) == numbers[issue]
