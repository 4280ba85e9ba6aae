"""Periods, buckets, shares and percentiles: worked by hand, and sums that never lose a report."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.house import statistics
from bot.house.classes import CheckClass
from bot.house.statistics import HALF, NINE_TENTHS, Period, PeriodKind, Tally

TODAY = date(2026, 11, 21)


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(("kind", "first"), [
    (PeriodKind.MONTH, date(2026, 11, 1)), (PeriodKind.THREE, date(2026, 9, 1)), (PeriodKind.TWELVE, date(2025, 12, 1)),
])  # fmt: skip
def test_a_standing_period_begins_with_a_month_and_ends_today(kind: PeriodKind, first: date) -> None:
    assert statistics.standing_period(kind, TODAY) == Period(first, TODAY)


@pytest.mark.parametrize(("today", "first"), [
    (date(2026, 1, 31), date(2025, 11, 1)), (date(2026, 12, 1), date(2026, 10, 1)), (date(2024, 2, 29), date(2023, 12, 1)),
])  # fmt: skip
def test_three_months_reach_over_the_new_year(today: date, first: date) -> None:
    assert statistics.standing_period(PeriodKind.THREE, today).first == first


def test_a_period_is_days_in_shanghai() -> None:
    period = Period(date(2026, 10, 31), date(2026, 12, 1))
    assert (period.since, period.until) == (datetime(2026, 10, 30, 16, tzinfo=UTC), datetime(2026, 12, 1, 16, tzinfo=UTC))
    assert period.days == 32
    assert period.months == ("2026-10", "2026-11", "2026-12")
    assert period.month_starts == (datetime(2026, 10, 31, 16, tzinfo=UTC), datetime(2026, 11, 30, 16, tzinfo=UTC))


def test_the_day_turns_at_midnight_in_shanghai() -> None:
    assert [statistics.day_of(utc(9, 15, 59)), statistics.day_of(utc(9, 16))] == [date(2026, 11, 9), date(2026, 11, 10)]


@pytest.mark.parametrize(("first", "last", "taken"), [
    (TODAY, TODAY, True), (TODAY, TODAY - timedelta(days=1), False), (TODAY - timedelta(days=1097), TODAY, True),
    (TODAY - timedelta(days=1098), TODAY, False),
])  # fmt: skip
def test_own_days_stand_in_order_and_are_three_years_at_most(first: date, last: date, taken: bool) -> None:
    assert statistics.own_period(first, last) == (Period(first, last) if taken else None)


def test_every_day_has_its_place_the_empty_ones_too() -> None:
    period = Period(date(2026, 11, 1), date(2026, 11, 4))
    steps = statistics.by_step([(date(2026, 11, 3), Tally(2, 1)), (date(2026, 11, 1), Tally(1, 0)),
                                (date(2026, 11, 3), Tally(4, 2))], period)  # fmt: skip
    assert [(one.first.day, one.last.day, one.reports, one.accepted) for one in steps] == [
        (1, 1, 1, 0), (2, 2, 0, 0), (3, 3, 6, 3), (4, 4, 0, 0)]


def test_a_long_period_is_counted_by_week_from_monday() -> None:
    period = Period(date(2026, 8, 1), date(2026, 11, 21))  # a Saturday to a Saturday
    steps = statistics.by_step([(date(2026, 8, 2), Tally(1, 0)), (date(2026, 8, 3), Tally(2, 0)),
                                (date(2026, 11, 21), Tally(4, 4))], period)  # fmt: skip
    assert [(one.first, one.last, one.reports) for one in steps[:2]] == [
        (date(2026, 8, 1), date(2026, 8, 2), 1), (date(2026, 8, 3), date(2026, 8, 9), 2)]
    assert (steps[-1].first, steps[-1].last, steps[-1].reports) == (date(2026, 11, 16), date(2026, 11, 21), 4)


@given(st.dates(date(2020, 1, 1), date(2027, 12, 31)), st.integers(0, 1097), st.data())
def test_steps_cover_each_day_once_and_lose_no_report(first: date, length: int, data: st.DataObject) -> None:
    period = Period(first, first + timedelta(days=length))
    offsets = data.draw(st.lists(st.integers(0, length), max_size=30))
    accepted = data.draw(st.lists(st.booleans(), min_size=len(offsets), max_size=len(offsets)))
    steps = statistics.by_step([(first + timedelta(days=at), Tally(1, int(yes)))
                                for at, yes in zip(offsets, accepted, strict=True)], period)  # fmt: skip
    assert sum((one.last - one.first).days + 1 for one in steps) == period.days
    assert all(one.last + timedelta(days=1) == two.first for one, two in itertools.pairwise(steps))
    assert (sum(one.reports for one in steps), sum(one.accepted for one in steps)) == (len(offsets), sum(accepted))
    for one in steps:
        assert one.reports == sum(one.first <= first + timedelta(days=at) <= one.last for at in offsets)


@given(st.lists(st.tuples(st.integers(0, 5) | st.none(), st.integers(0, 9), st.integers(0, 9))))
def test_sums_by_key_equal_the_total(rows: list[tuple[int | None, int, int]]) -> None:
    found = statistics.by_key((key, Tally(reports, accepted)) for key, reports, accepted in rows)
    assert sum(one.reports for one in found.values()) == sum(row[1] for row in rows)
    assert sum(one.accepted for one in found.values()) == sum(row[2] for row in rows)


@pytest.mark.parametrize(("part", "whole", "found"), [
    (3, 4, None), (0, 0, None), (3, 5, Fraction(3, 5)), (0, 5, Fraction(0)), (7, 7, Fraction(1)),
])  # fmt: skip
def test_a_share_of_fewer_than_five_is_none(part: int, whole: int, found: Fraction | None) -> None:
    assert statistics.share(part, whole) == found


@pytest.mark.parametrize(("values", "half", "nine_tenths"), [
    ([], None, None), ([7], 7, 7), ([1, 2], 1, 2), ([1, 2, 3], 2, 3), ([1, 2, 3, 4], 2, 4),
    (list(range(1, 11)), 5, 9), (list(range(1, 12)), 6, 10), (list(range(1, 101)), 50, 90),
])  # fmt: skip
def test_percentiles_by_nearest_rank(values: list[int], half: int | None, nine_tenths: int | None) -> None:
    assert (statistics.percentile(values, HALF), statistics.percentile(values, NINE_TENTHS)) == (half, nine_tenths)


@given(st.lists(st.integers(0, 10_000), min_size=1), st.fractions(0, 1))
def test_a_percentile_is_one_of_the_values_and_covers_its_part(values: list[int], part: Fraction) -> None:
    found = statistics.percentile(sorted(values), part)
    assert found in values
    assert found is not None
    assert sum(one <= found for one in values) >= part * len(values)


def test_waiting_is_worked_out_from_minutes() -> None:
    waiting = statistics.waiting([60, 3, 1440, 1441, 30], undecided=2)
    assert (waiting.decided, waiting.median, waiting.slowest_tenth, waiting.within, waiting.settled) == (5, 60, 1441, 4, 7)


def test_nothing_decided_has_no_median() -> None:
    waiting = statistics.waiting([], undecided=3)
    assert (waiting.decided, waiting.median, waiting.slowest_tenth, waiting.within, waiting.settled) == (0, None, None, 0, 3)


def test_messages_count_once_done_or_a_day_old() -> None:
    now = utc(10, 12)
    waits = [
        (utc(9, 1), utc(9, 2)),  # within
        (utc(8, 1), utc(9, 1)),  # exactly a day: within
        (utc(8, 1), utc(9, 1, 1)),  # a minute too late
        (utc(9, 12), None),  # a day old, open
        (utc(9, 13), None),  # younger than a day: not yet
        (utc(10, 11), utc(10, 11, 30)),  # young, but done
    ]
    assert statistics.desk_waiting(waits, now) == (3, 5)


def test_four_finders_and_more_are_counted_together() -> None:
    assert statistics.finder_groups({1: 7, 2: 3, 4: 1, 9: 2}) == {1: 7, 2: 3, 3: 0, 4: 3}
    assert statistics.finder_groups({}) == {1: 0, 2: 0, 3: 0, 4: 0}


@given(st.dictionaries(st.integers(1, 50), st.integers(0, 100)))
def test_groups_of_finders_hold_every_erratum(errata: dict[int, int]) -> None:
    assert sum(statistics.finder_groups(errata).values()) == sum(errata.values())


def test_rows_of_the_annex_are_put_into_the_eight_classes() -> None:
    found = statistics.classes([("N-05", 3, 5), ("N-15", 1, 1), ("N-18", 2, 2), ("N-04", 1, 4)])
    assert [one.kind for one in found] == list(CheckClass)
    assert {one.kind: (one.errata, one.reports) for one in found if one.errata} == {
        CheckClass.CHARACTERS: (4, 6), CheckClass.PUNCTUATION: (2, 2), CheckClass.KNOWLEDGE: (1, 4)}


def test_a_row_of_no_class_is_not_lost() -> None:
    assert [(one.kind, one.errata) for one in statistics.classes([("Z-99", 2, 3), (None, 1, 1)])][-1] == (None, 3)


@given(st.lists(st.tuples(st.sampled_from(["N-04", "N-05", "N-16", "N-22", "Z-1", None]), st.integers(1, 9), st.integers(1, 9))))
def test_the_classes_hold_every_erratum_and_report(rows: list[tuple[str | None, int, int]]) -> None:
    found = statistics.classes(rows)
    assert sum(one.errata for one in found) == sum(row[1] for row in rows)
    assert sum(one.reports for one in found) == sum(row[2] for row in rows)
    assert max(Counter(one.kind for one in found).values()) == 1


@pytest.mark.parametrize(("label", "key"), [
    ("02", "2"), ("2", "2"), ("10", "10"), ("04、05", "4、5"), ("A03", "A3"), (" 3 ", "3"), ("00", "0"), ("100", "100"),
    ("健康版", "健康版"), ("", None), (" ", None), (None, None),
])  # fmt: skip
def test_one_form_for_a_page(label: str | None, key: str | None) -> None:
    assert statistics.page_key(label) == key


def test_pages_stand_as_a_paper_is_leafed_through() -> None:
    keys = [None, "健康版", "10", "A2", "4、5", "2", "4"]
    assert sorted(keys, key=statistics.page_order) == ["2", "4", "4、5", "10", "A2", "健康版", None]
