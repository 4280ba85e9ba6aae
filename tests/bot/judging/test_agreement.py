"""Agreement of real graders: what is read, what is hidden, and by whose rules the points are."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.judging import agreement
from models.reviews import Review
from models.work_enums import ReviewState
from tests.support import factories, learning
from tests.support.factories import House


@pytest.fixture
def house(session: Session) -> House:
    found = factories.build(session)
    learning.switched(session, found, shows_agreement=True)
    return found


def test_below_twenty_nothing_is_shown_but_how_many_are_missing(session: Session, house: House) -> None:
    other = learning.more_editors(session)[0]
    learning.doubly_graded(session, house, other, 7)
    found = agreement.measure(session)
    assert found.figures == agreement.Figures(7)
    assert found.figures.missing == 13
    assert [(one.reports, one.drift, one.missing) for one in found.drifts] == [(7, None, 13), (7, None, 13)]


def test_from_twenty_on_figures_and_drift_are_there(session: Session, house: House) -> None:
    other, third = learning.more_editors(session)
    learning.doubly_graded(session, house, other, 21)
    learning.doubly_graded(session, house, third, 3, apart=0)
    found = agreement.measure(session)
    assert found.figures.doubled == 24
    assert found.figures.raw == pytest.approx(17 / 24)
    assert found.figures.verdict is not None
    assert found.figures.verdict.value < 0
    assert found.figures.verdict_ac1 is not None
    assert found.figures.verdict_ac1 > 0.5
    drift = {one.grader: one for one in found.drifts}
    assert drift[other].drift is not None
    assert drift[other].drift.shift_milli == pytest.approx(-1000 / 3)
    assert drift[other].drift.leans
    assert drift[third].drift is None
    assert [month for month, _ in drift[other].periods] == ["2026-11"]
    assert found.rounds == ((house.round_id, "2026-11", "啄木鸟"),)


def test_another_round_has_its_own_figures(session: Session, house: House) -> None:
    other = learning.more_editors(session)[0]
    learning.doubly_graded(session, house, other, 20)
    assert agreement.measure(session, house.round_id).figures.doubled == 20
    assert agreement.measure(session, house.round_id + 1).figures.doubled == 0


def test_open_reviews_and_contests_that_do_not_show_it_are_left_out(session: Session, house: House) -> None:
    other = learning.more_editors(session)[0]
    learning.doubly_graded(session, house, other, 2)
    session.execute(update(Review).values(state=ReviewState.WAITING_THIRD, result=None, result_grade_id=None,
                                          closed_at=None))
    assert agreement.measure(session).figures.doubled == 0
    learning.switched(session, house, shows_agreement=False)
    assert agreement.measure(session).drifts == ()
