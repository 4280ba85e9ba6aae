"""Comparing the finalists of a closed round: when, by whom, until when, and what the pick makes of it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit import by_staff
from bot.contest import rounds
from bot.contest.blockers import BlockerKind
from bot.contest.standing import compute
from bot.errors import BadInput, NotAllowed
from bot.judging import pairs
from bot.judging.pairs import Contest
from models.audit import AuditEntry
from models.contests import Round
from models.enums import Role
from models.practice import PairChoice
from tests.support import factories, learning
from tests.support.factories import HEADLINE, NOW, VOLUNTEERS, House


@pytest.fixture
def house(session: Session) -> House:
    found = factories.build(session)
    learning.compared_by_rule(session, found)
    return found


@pytest.fixture
def editors(session: Session, house: House) -> list[int]:
    return [house.editor_id, *learning.more_editors(session)]


def waiting(session: Session, house: House) -> Contest:
    state = session.get_one(Round, house.round_id).state
    return pairs.contest_of(session, compute(session.connection(), house.round_id), state)


def prefer(session: Session, house: House, editor: int, order: list[int]) -> None:
    """Compares every pair: whoever stands earlier in `order` is better."""
    numbers = sorted(waiting(session, house).persons)
    for at, one in enumerate(numbers):
        for other in numbers[at + 1 :]:
            pairs.choose(session, house.round_id, one, other, min(one, other, key=order.index),
                         actor=by_staff(editor), now=NOW)


def best_number(session: Session, house: House) -> int:
    standing = compute(session.connection(), house.round_id)
    return standing.first_scoring(standing.select().best[0])


def test_finalists_are_the_first_scoring_reports_of_those_who_tie(
    session: Session, house: House, editors: list[int]
) -> None:
    numbers, _ = learning.tie(session, house)
    found = waiting(session, house)
    assert sorted(found.persons) == numbers
    assert [one.staff_id for one in found.waiting_for] == editors


def test_whoever_wins_the_comparisons_is_best_and_the_draw_where_nobody_compared(
    session: Session, house: House, editors: list[int]
) -> None:
    numbers, _ = learning.tie(session, house)
    drawn = best_number(session, house)
    last = [number for number in numbers if number != drawn]
    for editor in editors[:2]:
        prefer(session, house, editor, [*last, drawn])
    assert best_number(session, house) == last[0]
    session.query(PairChoice).delete()
    assert best_number(session, house) == drawn


def test_a_few_comparisons_count_though_the_others_are_missing(
    session: Session, house: House, editors: list[int]
) -> None:
    numbers, _ = learning.tie(session, house)
    other = next(number for number in numbers if number != best_number(session, house))
    pairs.choose(session, house.round_id, *[n for n in numbers if n != other][:1], other, other,
                 actor=by_staff(editors[0]), now=NOW)
    assert best_number(session, house) == other


def test_choice_can_be_changed_and_taken_back_until_it_is_sealed(
    session: Session, house: House, editors: list[int]
) -> None:
    numbers, _ = learning.tie(session, house, (HEADLINE, VOLUNTEERS))
    act: dict[str, Any] = {"actor": by_staff(editors[0]), "now": NOW}
    for better in (numbers[0], None, numbers[1]):
        pairs.choose(session, house.round_id, numbers[1], numbers[0], better, **act)
    assert [row.better_id for row in session.scalars(select(PairChoice))] == [numbers[1]]
    pairs.take_back(session, house.round_id, *numbers, actor=by_staff(editors[0]))
    with pytest.raises(NotAllowed, match="还有 1 对"):
        pairs.seal(session, house.round_id, **act)
    pairs.choose(session, house.round_id, *numbers, None, **act)
    pairs.seal(session, house.round_id, **act)
    with pytest.raises(NotAllowed, match="已经交卷"):
        pairs.choose(session, house.round_id, *numbers, None, **act)
    with pytest.raises(NotAllowed, match="已经交卷"):
        pairs.take_back(session, house.round_id, *numbers, actor=by_staff(editors[0]))


@pytest.mark.slow
def test_pick_waits_for_the_comparison_until_grading_is_over(
    session: Session, house: House, editors: list[int]
) -> None:
    learning.tie(session, house)
    found = [one for one in rounds.preview(session, house.round_id).blockers if one.kind is BlockerKind.PAIRS]
    assert [one.staff_ids for one in found] == [tuple(editors)]
    assert found[0].count == 3
    assert rounds.preview(session, house.round_id).uncertain == 0


@pytest.mark.slow
def test_nobody_is_waited_for_once_all_have_sealed_or_are_waived(
    session: Session, house: House, editors: list[int]
) -> None:
    numbers, _ = learning.tie(session, house)
    for editor in editors[:2]:
        prefer(session, house, editor, numbers)
        pairs.seal(session, house.round_id, actor=by_staff(editor), now=NOW)
    chief = factories.staff(session, "boss", Role.CHIEF)
    for editor in (editors[2], chief):
        pairs.do_not_wait(session, house.round_id, editor, actor=by_staff(chief), now=NOW)
    found = waiting(session, house)
    assert found.waiting_for == ()
    assert [one.waived for one in found.comparers] == [False, False, True, False]
    assert not [one for one in rounds.preview(session, house.round_id).blockers if one.kind is BlockerKind.PAIRS]
    verbs = session.scalars(select(AuditEntry.verb).where(AuditEntry.verb.like("%_pairs"))).all()
    assert sorted(verbs) == ["seal_pairs", "seal_pairs", "waive_pairs", "waive_pairs"]


@pytest.mark.slow
def test_nothing_is_compared_by_fewer_than_three_editors(session: Session, house: House) -> None:
    learning.more_editors(session, 1)
    numbers, _ = learning.tie(session, house)
    assert waiting(session, house).persons == {}
    with pytest.raises(NotAllowed):
        pairs.choose(session, house.round_id, numbers[0], numbers[1], None, actor=by_staff(house.editor_id), now=NOW)


@pytest.mark.slow
def test_nothing_is_compared_while_the_round_is_open_or_a_report_is(
    session: Session, house: House, editors: list[int]
) -> None:
    numbers = [factories.report(session, text) for text in (HEADLINE, VOLUNTEERS)]
    for number in numbers:
        factories.accept(session, number, house)
    assert waiting(session, house).persons == {}
    open_number = factories.report(session, learning.SAID[3][0])
    factories.closed(session, house)
    assert waiting(session, house).persons == {}
    factories.accept(session, open_number, house, row_code="N-18", marks=(False, False, False))
    assert sorted(waiting(session, house).persons) == numbers


@pytest.mark.slow
def test_nothing_is_compared_where_the_rule_set_does_not_say_so(session: Session) -> None:
    house = factories.build(session)
    learning.more_editors(session)
    learning.tie(session, house)
    assert waiting(session, house).persons == {}


@pytest.mark.slow
def test_only_two_finalists_can_be_compared_and_only_by_who_grades(
    session: Session, house: House, editors: list[int]
) -> None:
    numbers, _ = learning.tie(session, house, (HEADLINE, VOLUNTEERS))
    for pair, better in (((numbers[0], numbers[0]), None), ((numbers[0], 99), None), (tuple(numbers), 99)):
        with pytest.raises(BadInput):
            pairs.choose(session, house.round_id, *pair, better, actor=by_staff(editors[0]), now=NOW)
    prizes = factories.staff(session, "prizes", Role.PRIZES)
    with pytest.raises(NotAllowed):
        pairs.choose(session, house.round_id, *numbers, None, actor=by_staff(prizes), now=NOW)


@pytest.mark.slow
def test_every_editor_sees_the_pairs_in_an_order_of_his_own_and_always_the_same(
    session: Session, house: House, editors: list[int]
) -> None:
    learning.tie(session, house)
    found = waiting(session, house)
    orders = [found.order_for(house.round_id, "seed", editor) for editor in range(1, 30)]
    assert len(set(orders)) > 5
    assert orders[0] == found.order_for(house.round_id, "seed", 1)
