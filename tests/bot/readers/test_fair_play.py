"""What is noticed about readers of a round: a table of small rounds, and what must hold for any."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.readers.fair_play import MOST_NUMBERS, Lead, Seen, find
from models.work_enums import LeadKind

BEGIN = datetime(2026, 11, 8, 1, tzinfo=UTC)
PAGE, OTHER_PAGE = (7, "3"), (7, "4")


def seen(number: int, person: int, minutes: int, erratum: int | None = None, **more: object) -> Seen:
    return Seen(number, person * 10, person, BEGIN + timedelta(minutes=minutes), erratum, **more)  # type: ignore[arg-type]


def after_each_other(persons: tuple[int, ...], errata: int, *, apart: int = 2) -> list[Seen]:
    """Every person reports every erratum, one after the other, an hour between the errata."""
    return [seen(100 * erratum + place, person, 60 * erratum + apart * place, erratum)
            for erratum in range(errata) for place, person in enumerate(persons)]


def kinds(found: list[Lead]) -> list[LeadKind]:
    return [one.kind for one in found]


def test_two_who_report_the_same_errors_after_each_other_are_noticed() -> None:
    (lead,) = find(after_each_other((1, 2), 4), makers={})
    assert lead == Lead(LeadKind.TOGETHER, (10, 20), (0, 1, 100, 101, 200, 201, 300, 301), 4, 4)


@pytest.mark.parametrize("reports", [
    after_each_other((1, 2), 3),  # three may be chance
    after_each_other((1, 2), 8, apart=11),  # ten minutes later is no "right after"
    [one for one in after_each_other((1, 2), 8) if one.person_id == 1],
    after_each_other((1, 1), 8),  # one person with two accounts that are linked
], ids=["three", "later", "one", "linked"])
def test_what_may_be_chance_is_no_lead(reports: list[Seen]) -> None:
    assert find(reports, makers={}) == []


def test_a_whole_group_is_one_lead() -> None:
    (lead,) = find(after_each_other((5, 1, 3, 2), 4, apart=1), makers={})
    assert (lead.kind, lead.readers, lead.count, len(lead.numbers)) == (LeadKind.TOGETHER, (10, 20, 30, 50), 4, MOST_NUMBERS)


def test_two_groups_are_two_leads() -> None:
    later = [Seen(one.number + 5000, one.reader_id + 300, one.person_id + 30, one.sent_at + timedelta(hours=9), one.erratum)
             for one in after_each_other((1, 2), 5)]
    assert [one.readers for one in find(after_each_other((1, 2), 4) + later, makers={})] == [(310, 320), (10, 20)]


def test_the_same_letter_of_two_is_noticed_and_two_letters_of_one_are_not() -> None:
    own = [seen(1, 1, 0, letter=b"a"), seen(2, 1, 5, letter=b"a")]
    assert find(own, makers={}) == []
    (lead,) = find([*own, seen(3, 2, 900, letter=b"a")], makers={})
    assert (lead.kind, lead.readers, lead.numbers, lead.count) == (LeadKind.SAME_LETTER, (10, 20), (1, 3), 1)


def test_whoever_knows_the_paper_before_it_is_out_is_noticed() -> None:
    reports = [seen(1, 1, 0, out_at=BEGIN + timedelta(days=1)), seen(2, 1, 3000, out_at=BEGIN + timedelta(days=1)),
               seen(3, 2, 0, out_at=BEGIN)]
    assert find(reports, makers={}) == [Lead(LeadKind.EARLY, (10,), (1,), 1, 2)]


def test_an_issue_that_many_had_before_its_day_came_out_before_its_day() -> None:
    early = [seen(number, number, number, out_at=BEGIN + timedelta(days=1)) for number in range(1, 5)]
    assert (len(find(early[:3], makers={})), find(early, makers={})) == (3, [])


@pytest.mark.parametrize(("here", "elsewhere", "found"), [(10, 4, [LeadKind.ONE_PAGE]), (9, 0, []), (10, 5, [])])
def test_many_finds_on_one_page_are_noticed(here: int, elsewhere: int, found: list[LeadKind]) -> None:
    reports = [seen(n, 1, n, page=PAGE if n < here else OTHER_PAGE) for n in range(here + elsewhere)]
    assert kinds(find(reports, makers={})) == found


def test_finds_on_one_members_pages_are_noticed_unless_he_makes_most_of_them() -> None:
    reports = [seen(n, 1, n, page=PAGE) for n in range(5)] + [seen(9, 2, 9, page=OTHER_PAGE)]
    (lead,) = find(reports, makers={PAGE: [77]})
    assert (lead.kind, lead.readers, lead.staff_id, lead.count, lead.total) == (LeadKind.ONE_MAKER, (10,), 77, 5, 5)
    assert find(reports, makers={PAGE: [77], OTHER_PAGE: [77]}) == []


def test_a_reader_with_the_name_of_a_member_is_noticed() -> None:
    reports = [seen(1, 1, 0), seen(2, 2, 0)]
    assert find(reports, makers={}, namesakes={20}) == [Lead(LeadKind.NAMESAKE, (20,), (2,), 1, 1)]


REPORTS = st.lists(st.builds(
    Seen, st.integers(1, 10_000), st.integers(1, 8), st.integers(1, 6), st.integers(0, 300).map(
        lambda minutes: BEGIN + timedelta(minutes=minutes)), st.none() | st.integers(1, 6),
    st.none() | st.sampled_from([PAGE, OTHER_PAGE]), st.none() | st.sampled_from([b"a", b"b"]),
    st.none() | st.just(BEGIN + timedelta(hours=2))), max_size=60, unique_by=lambda one: one.number)


@pytest.mark.slow
@given(REPORTS, st.randoms())
def test_leads_do_not_hang_on_the_order_and_say_what_can_be_looked_up(reports: list[Seen], chance: object) -> None:
    found = find(reports, makers={PAGE: [77]})
    mixed = list(reports)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert find(mixed, makers={PAGE: [77]}) == found
    numbers, readers = {one.number for one in reports}, {one.reader_id for one in reports}
    for lead in found:
        assert set(lead.numbers) <= numbers
        assert set(lead.readers) <= readers
        assert 1 <= lead.count <= lead.total
        assert len(lead.numbers) <= MOST_NUMBERS
