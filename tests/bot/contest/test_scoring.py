"""Scoring and standings: the worked examples of the contest rules, the table of each rule, and a naive rival."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.contest.arithmetic import arithmetic
from bot.contest.rules import DEFAULT_RULES
from bot.contest.scoring import (
    ErratumPoints,
    ReportScore,
    ScoringInputError,
    ScoringReport,
    Standing,
    Why,
    WhyNot,
    draw_hash,
    score,
    standings,
)
from bot.contest.selection import choose
from models.enums import Doubling, Verdict

START = datetime(2023, 5, 10, 0, 0, tzinfo=UTC)
ALL, TWO, NO_MARKS = (True, True, True), (True, True, False), (False, False, False)
SEED = "ab" * 32


class Round:
    """A small book of one round: reports in the order told, a minute apart unless a time is given."""

    def __init__(self) -> None:
        self.reports: list[ScoringReport] = []
        self.errata: dict[int, ErratumPoints] = {}

    def erratum(self, row: str = "N-05", doubling: Doubling = Doubling.NONE) -> int:
        erratum_id = len(self.errata) + 1
        self.errata[erratum_id] = ErratumPoints(erratum_id, row, doubling)
        return erratum_id

    def report(self, person: int, erratum: int | None, **more: Any) -> int:
        number = len(self.reports) + 1
        at = more.pop("minute", number)
        values = {"verdict": Verdict.ACCEPTED, "marks": ALL, "counts_at": START + timedelta(minutes=at),
                  "sequence": number} | more
        self.reports.append(ScoringReport(number, person, erratum, **values))
        return number

    def scores(self) -> dict[int, ReportScore]:
        return score(self.reports, self.errata, DEFAULT_RULES)

    def table(self) -> tuple[Standing, ...]:
        return standings(self.scores(), self.reports, (), DEFAULT_RULES, SEED)

    def totals(self) -> dict[int, int]:
        return {standing.person_id: standing.total_milli for standing in self.table()}


def test_worked_example_1_a_forwarded_list() -> None:
    book = Round()
    listed, other = [book.erratum() for _ in range(20)], [book.erratum() for _ in range(9)]
    finder, helper, headline = 1, 2, 3
    for erratum in listed:
        book.report(finder, erratum)
    for forwarder in range(11, 21):
        for erratum in listed:
            book.report(forwarder, erratum)
    for erratum in other:
        book.report(helper, erratum)
    book.report(headline, book.erratum(doubling=Doubling.HEADLINE), marks=TWO)

    assert book.totals() == {1: 20_000, 2: 9_000, 11: 5_000, 12: 5_000, 3: 1_800} | dict.fromkeys(
        range(13, 21), 0
    )
    result = choose(book.table(), excluded={}, rules=DEFAULT_RULES)
    assert (result.best, result.excellent, result.short_by) == ((1,), (2, 11, 12, 3), 6)


def test_worked_example_2_many_small_ones() -> None:
    book = Round()
    book.report(1, book.erratum(doubling=Doubling.HEADLINE))
    for _ in range(30):
        book.report(2, book.erratum("N-18"), marks=NO_MARKS)
    run, account = book.erratum("N-07"), book.erratum("N-05")
    for _ in range(6):
        book.report(3, run)
    for _ in range(9):
        book.report(4, account)
    for _ in range(15):
        book.report(5, book.erratum())
    for _ in range(285):
        book.report(5, None, verdict=Verdict.NOT_AN_ERROR)

    assert book.totals() == {5: 15_000, 3: 4_000, 1: 2_000, 4: 1_000, 2: 700}
    standing = book.table()[0]
    assert (standing.person_id, standing.accepted, standing.decided) == (5, 15, 300)
    assert standing.why_not is WhyNot.TOO_FEW_ACCEPTED
    assert choose(book.table(), excluded={}, rules=DEFAULT_RULES).winners == (3, 1, 4, 2)


def test_worked_example_3_an_in_house_find_lowers_nobody() -> None:
    book = Round()
    erratum = book.erratum(doubling=Doubling.HEADLINE)
    book.report(1, erratum, minute=480, finder_ok=False)
    book.report(2, erratum, minute=540)
    assert book.totals() == {1: 0, 2: 2_000}


def test_worked_example_3_a_half_told_report_counts_from_its_quotation() -> None:
    book = Round()
    erratum = book.erratum()
    v, w = 1, 2
    book.report(v, erratum, minute=606, sequence=1)  # told at 10:00, quoted at 10:06
    book.report(w, erratum, minute=603, sequence=2)
    assert book.totals() == {w: 1_000, v: 250}


def test_worked_example_3_an_amendment_to_another_error_takes_its_new_place() -> None:
    book = Round()
    six, seven = book.erratum(), book.erratum()
    x, y, z = 1, 2, 3
    book.report(x, seven, minute=620)  # first sent at 10:10 about the other one
    book.report(y, six, minute=612)
    book.report(z, seven, minute=615)
    assert book.totals() == {y: 1_000, z: 1_000, x: 250}


def test_worked_example_3_more_errata_found_first_settle_a_tie() -> None:
    book = Round()
    m, n = 1, 2
    book.report(m, book.erratum("N-06"))
    book.report(n, book.erratum())
    book.report(n, book.erratum())
    assert [(s.person_id, s.total_milli) for s in book.table()] == [(n, 2_000), (m, 2_000)]
    assert choose(book.table(), excluded={}, rules=DEFAULT_RULES).best == (n,)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"withdrawn": True}, Why.WITHDRAWN),
        ({"late": True}, Why.LATE),
        ({"lapsed": True}, Why.LAPSED),
        ({"finder_ok": False}, Why.NOT_A_FINDER),
        ({"verdict": None}, Why.UNDECIDED),
        ({"verdict": Verdict.NEEDS_MORE}, Why.UNDECIDED),
        ({"verdict": Verdict.SUGGESTION}, Why.NOT_ACCEPTED),
        ({"verdict": Verdict.BOTH_FORMS}, Why.NOT_ACCEPTED),
        ({"verdict": Verdict.REPEATED}, Why.REPEAT),
    ],
)
def test_what_is_no_find_is_worth_nothing_and_moves_the_others_up(more: dict[str, Any], why: Why) -> None:
    book = Round()
    erratum = book.erratum()
    first, second = book.report(1, erratum, **more), book.report(2, erratum)
    scores = book.scores()
    assert (scores[first].total_milli, scores[first].why, scores[first].finder_rank) == (0, (why,), None)
    assert (scores[second].total_milli, scores[second].finder_rank) == (1_000, 1)


def test_an_erased_readers_report_keeps_its_place() -> None:
    book = Round()
    erratum = book.erratum()
    book.report(1, erratum, erased=True)
    second = book.report(2, erratum)
    assert book.scores()[second].finder_rank == 2


def test_shares_are_one_then_a_quarter_twice_then_nothing() -> None:
    book = Round()
    erratum = book.erratum()
    for person in range(1, 6):
        book.report(person, erratum)
    assert [s.total_milli for s in book.scores().values()] == [1_000, 250, 250, 0, 0]
    assert book.scores()[4].why == (Why.LATER_FINDER,)


@pytest.mark.parametrize(
    ("row", "doubling", "second"),
    [("N-14", Doubling.NONE, 0), ("N-18", Doubling.NONE, 0), ("N-04", Doubling.NONE, 250),
     ("N-07", Doubling.IMPORTANT, 2_000)],
)  # fmt: skip
def test_later_finders_of_an_erratum_under_one_point_get_nothing(
    row: str, doubling: Doubling, second: int
) -> None:
    book = Round()
    erratum = book.erratum(row, doubling)
    book.report(1, erratum)
    book.report(2, erratum)
    assert book.scores()[2].total_milli == second


def test_equal_times_are_settled_by_our_receipt() -> None:
    book = Round()
    erratum = book.erratum()
    book.report(1, erratum, minute=1, sequence=9)
    book.report(2, erratum, minute=1, sequence=8)
    assert book.totals() == {2: 1_000, 1: 250}


def test_the_cap_counts_the_remainder_of_the_report_that_reaches_it() -> None:
    book = Round()
    for _ in range(9):
        book.report(1, book.erratum("N-10"), marks=NO_MARKS)
    rules = DEFAULT_RULES
    for at, row in enumerate(rules.annex):
        if row.code == "N-18":
            rows = (*rules.annex[:at], replace(row, base_milli=300), *rules.annex[at + 1 :])
            rules = replace(rules, annex=rows)
    last = book.report(1, book.erratum("N-18"))
    item = score(book.reports, book.errata, rules)[last]
    assert (item.counted_milli, item.capped_milli, item.total_milli, item.why) == (300, 100, 100, (Why.CAP,))


def test_the_cap_counts_in_order_of_receipt() -> None:
    """What he said on the telephone before he wrote is entered last: it keeps its time, the cap is used up (RULES 7)."""
    book = Round()
    called = book.report(1, book.erratum("N-18"), minute=0, sequence=20)
    written = [book.report(1, book.erratum("N-18"), minute=n, marks=NO_MARKS) for n in range(5, 15)]
    scores = book.scores()
    assert [scores[number].capped_milli for number in (*written, called)] == [100] * 10 + [0]
    assert (book.table()[0].total_milli, scores[called].why) == (700, (Why.CAP,))


def test_the_cap_is_per_person_and_leaves_other_rows_alone() -> None:
    book = Round()
    for person in (1, 2):
        for _ in range(12):
            book.report(person, book.erratum("N-18"))
        book.report(person, book.erratum("N-14"))
    assert book.totals() == {1: 1_500, 2: 1_500}


def test_a_row_that_is_never_doubled_stays_single() -> None:
    book = Round()
    number = book.report(1, book.erratum("N-18", Doubling.HEADLINE))
    assert (book.scores()[number].points_milli, book.scores()[number].why) == (100, (Why.NO_DOUBLING,))


def test_escalated_content_is_never_scored_and_counts_neither_way() -> None:
    book = Round()
    number = book.report(1, book.erratum("N-22"))
    assert book.scores()[number].why == (Why.ESCALATED,)
    assert book.table()[0].decided == 0


def test_an_accepted_report_without_points_stops_the_scoring() -> None:
    book = Round()
    book.report(1, None)
    with pytest.raises(ScoringInputError, match="report 1"):
        book.scores()


@pytest.mark.parametrize(
    ("more", "decided"),
    [
        ({"verdict": Verdict.SUGGESTION}, 1), ({"verdict": Verdict.BOTH_FORMS}, 1),
        ({"verdict": Verdict.REPEATED}, 1), ({"verdict": Verdict.NEEDS_MORE}, 1), ({"verdict": None}, 1),
        ({"verdict": Verdict.NOT_AN_ERROR, "lapsed": True}, 1), ({"verdict": Verdict.NOT_AN_ERROR, "late": True}, 1),
        ({"verdict": Verdict.NOT_AN_ERROR}, 2), ({"verdict": Verdict.OUT_OF_SCOPE}, 2),
        ({"verdict": Verdict.CANNOT_CHECK}, 2), ({"verdict": Verdict.NOT_AN_ERROR, "withdrawn": True}, 2),
    ],
)  # fmt: skip
def test_which_reports_weigh_on_the_share_accepted(more: dict[str, Any], decided: int) -> None:
    book = Round()
    book.report(1, book.erratum())
    book.report(1, None, **more)
    assert (book.table()[0].accepted, book.table()[0].decided) == (1, decided)


def test_own_repeats_weigh_neither_way() -> None:
    book = Round()
    erratum = book.erratum()
    for _ in range(5):
        book.report(1, erratum)
    book.report(1, None, verdict=Verdict.NOT_AN_ERROR)
    book.report(1, None, verdict=Verdict.NOT_AN_ERROR)
    assert (book.table()[0].accepted, book.table()[0].decided, book.table()[0].qualified) == (1, 3, False)


def test_exactly_half_accepted_qualifies() -> None:
    book = Round()
    book.report(1, book.erratum())
    book.report(1, None, verdict=Verdict.NOT_AN_ERROR)
    assert book.table()[0].qualified


def test_ties_go_to_the_higher_share_then_the_earlier_last_report_then_the_draw() -> None:
    book = Round()
    errata = [book.erratum() for _ in range(5)]
    low_share, late, drawn = 1, 2, (3, 4)
    book.report(low_share, errata[0], minute=1)
    book.report(low_share, None, verdict=Verdict.NOT_AN_ERROR)
    book.report(late, errata[1], minute=50)
    numbers = {person: book.report(person, errata[person], minute=40) for person in drawn}
    expected = sorted(drawn, key=lambda person: draw_hash(SEED, numbers[person]))
    assert [s.person_id for s in book.table()] == [*expected, late, low_share]


def test_a_person_without_a_report_is_listed_last() -> None:
    book = Round()
    book.report(7, book.erratum())
    table = standings(book.scores(), book.reports, [1, 7], DEFAULT_RULES, SEED)
    assert [(s.person_id, s.place, s.why_not) for s in table] == [(7, 1, None), (1, 2, WhyNot.NO_POINTS)]


# --- the sentence ---


def test_arithmetic_says_every_factor() -> None:
    book = Round()
    erratum, comma, plain = book.erratum(doubling=Doubling.HEADLINE), book.erratum("N-18"), book.erratum()
    book.report(1, erratum)
    book.report(2, erratum, marks=TWO)
    book.report(1, comma, marks=NO_MARKS)
    book.report(2, comma)
    for person in (1, 2, 3, 4):
        book.report(person, plain)
    book.report(5, plain, late=True)
    lines = [arithmetic(item, DEFAULT_RULES) for item in book.scores().values()]
    assert lines[:5] == [
        "1 分 × 2（标题）× 1（首位发现）× 1.0（3 项说明齐全）＝ 2.000 分",
        "1 分 × 2（标题）× 0.25（第 2 位发现）× 0.9（3 项说明有 2 项）＝ 0.450 分",
        "0.1 分 × 1（首位发现）× 0.7（3 项说明都没有）＝ 0.070 分",
        "0.1 分 × 0（第 2 位发现，不满 1 分的差错只计首位）× 1.0（3 项说明齐全）＝ 0.000 分",
        "1 分 × 1（首位发现）× 1.0（3 项说明齐全）＝ 1.000 分",
    ]
    assert lines[7] == "1 分 × 0（第 4 位发现，只计前 3 位）× 1.0（3 项说明齐全）＝ 0.000 分"
    assert lines[8] == "0 分（过了截止时间）"


def test_arithmetic_shows_the_cap() -> None:
    book = Round()
    for _ in range(11):
        book.report(1, book.erratum("N-18"))
    assert arithmetic(book.scores()[11], DEFAULT_RULES) == (
        "0.1 分 × 1（首位发现），按上限计 0 分（标点和数字用法每人每轮最多计 1 分）"
        " × 1.0（3 项说明齐全）＝ 0.000 分"
    )


# --- against a naive rival written from the rules alone ---

ROWS = {"N-05": 1, "N-06": 2, "N-07": 4, "N-14": Fraction(1, 2), "N-10": Fraction(1, 10), "N-18": Fraction(1, 10)}
DOUBLED = {"N-05", "N-06", "N-07"}
VERDICTS = [Verdict.ACCEPTED, Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_EDITS, *Verdict, None]


@st.composite
def rounds(draw: st.DrawFn) -> tuple[list[ScoringReport], dict[int, ErratumPoints]]:
    errata = {
        key: ErratumPoints(key, draw(st.sampled_from(sorted(ROWS))), draw(st.sampled_from(list(Doubling))))
        for key in range(1, draw(st.integers(1, 6)) + 1)
    }
    flags = st.integers(0, 9).map(lambda n: n == 0)
    reports = [
        ScoringReport(
            number, draw(st.integers(1, 5)), draw(st.integers(1, len(errata))), draw(st.sampled_from(VERDICTS)),
            draw(st.tuples(st.booleans(), st.booleans(), st.booleans())),
            START + timedelta(minutes=draw(st.integers(0, 5))), draw(st.integers(1, 4)),
            late=draw(flags), withdrawn=draw(flags), lapsed=draw(flags), erased=draw(flags),
            finder_ok=not draw(flags),
        )
        for number in range(1, draw(st.integers(0, 40)) + 1)
    ]  # fmt: skip
    return reports, errata


def naive_totals(reports: list[ScoringReport], errata: dict[int, ErratumPoints]) -> dict[int, Fraction]:
    """Rule by rule with fractions and as many passes as it takes; each report's score."""
    yes = (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_EDITS)

    def before(one: ScoringReport, two: ScoringReport) -> bool:
        return (one.counts_at, one.sequence, one.number) < (two.counts_at, two.sequence, two.number)

    finds = [r for r in reports
             if r.verdict in yes and not (r.late or r.withdrawn or r.lapsed) and r.finder_ok]
    firsts = [r for r in finds if not any(
        o.person_id == r.person_id and o.erratum_id == r.erratum_id and before(o, r) for o in finds)]
    worth: dict[int, Fraction] = {r.number: Fraction(0) for r in reports}
    for r in firsts:
        erratum = errata[r.erratum_id or 0]
        points = Fraction(ROWS[erratum.row_code])
        if erratum.doubling is not Doubling.NONE and erratum.row_code in DOUBLED:
            points *= 2
        ahead = sum(1 for o in firsts if o.erratum_id == r.erratum_id and before(o, r))
        share = Fraction(1) if ahead == 0 else Fraction(1, 4) if ahead <= 2 and points >= 1 else Fraction(0)
        worth[r.number] = points * share
    capped = dict(worth)
    for r in firsts:
        if errata[r.erratum_id or 0].row_code in ("N-10", "N-18"):
            spent = sum(worth[o.number] for o in firsts if o.person_id == r.person_id
                        and (o.sequence, o.number) < (r.sequence, r.number)
                        and errata[o.erratum_id or 0].row_code in ("N-10", "N-18"))
            capped[r.number] = max(Fraction(0), min(worth[r.number], 1 - spent))
    return {r.number: capped[r.number] * (Fraction(7, 10) + Fraction(sum(r.marks), 10)) for r in reports}


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(rounds())
def test_scores_agree_with_a_naive_recomputation(book: tuple[list[ScoringReport], dict[int, ErratumPoints]]) -> None:
    reports, errata = book
    scores = score(reports, errata, DEFAULT_RULES)
    naive = naive_totals(reports, errata)
    assert {n: Fraction(s.total_milli, 1000) for n, s in scores.items()} == naive
    totals: dict[int, Fraction] = defaultdict(Fraction)
    for report in reports:
        totals[report.person_id] += naive[report.number]
    table = standings(scores, reports, (), DEFAULT_RULES, SEED)
    assert {s.person_id: Fraction(s.total_milli, 1000) for s in table} == dict(totals)
    assert [s.place for s in table] == list(range(1, len(totals) + 1))
    assert [s.total_milli for s in table] == sorted((s.total_milli for s in table), reverse=True)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(rounds(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(
    book: tuple[list[ScoringReport], dict[int, ErratumPoints]], random: Any
) -> None:
    reports, errata = book
    shuffled = list(reports)
    random.shuffle(shuffled)
    one, two = score(reports, errata, DEFAULT_RULES), score(shuffled, errata, DEFAULT_RULES)
    assert one == two
    assert standings(one, reports, (), DEFAULT_RULES, SEED) == standings(two, shuffled, (), DEFAULT_RULES, SEED)


def test_a_large_round_is_scored_in_full() -> None:
    reports = [
        ScoringReport(n, n % 2_000, n % 97 + 1, Verdict.ACCEPTED, ALL, START + timedelta(seconds=n), n)
        for n in range(1, 20_001)
    ]
    errata = {key: ErratumPoints(key, "N-05") for key in range(1, 98)}
    table = standings(score(reports, errata, DEFAULT_RULES), reports, (), DEFAULT_RULES, SEED)
    assert len(table) == 2_000
    assert sum(s.total_milli for s in table) == 97 * 1_500
