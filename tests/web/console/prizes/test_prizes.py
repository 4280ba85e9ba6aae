"""领奖: whoever hands a prize over asks first whether the winner is staff or a relative (RULES 12)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot.audit import by_staff
from bot.clock import FrozenClock
from bot.contest import rounds
from models.audit import AuditEntry
from models.contests import Award, Declaration
from models.enums import Bar, PrizeState, Relation, Role
from models.readers import Person, Reader
from models.session import reading, writing
from tests.support import factories
from tests.support.factories import HEADLINE, VOLUNTEERS, House


@pytest.fixture
def award_id(engine: Engine, house: House, clock: FrozenClock, staff: dict[Role, int]) -> int:
    """The best prize of a released round."""
    with writing(engine) as session:
        for text in (HEADLINE, VOLUNTEERS):
            factories.accept(session, factories.report(session, text), house)
        clock.moment = factories.picked(session, house)
        rounds.release_round(session, house.round_id, actor=by_staff(staff[Role.CHIEF]), now=clock.now())
        return session.scalars(select(Award.id).order_by(Award.place)).first() or 0


@pytest.fixture
def desk(award_id: int, browser: Callable[[Role], FlaskClient]) -> FlaskClient:
    return browser(Role.PRIZES)


def test_question_stands_with_every_prize(desk: FlaskClient, award_id: int) -> None:
    list_ = desk.get("/prizes/").text
    links = sorted(set(re.findall(r'href="(/prizes/\d+)"', list_)))
    assert f"/prizes/{award_id}" in links
    for link in links:
        assert "问过本人：是不是本报工作人员，或他们的亲属？" in desk.get(link).text


@pytest.mark.parametrize("data", [{}, {"relation": "perhaps"}])
def test_nothing_is_handed_over_without_an_answer(
    engine: Engine, desk: FlaskClient, award_id: int, data: dict[str, str]
) -> None:
    answer = desk.post(f"/prizes/{award_id}/hand-over", data=data)
    assert answer.status_code == 400
    assert "请先问清" in answer.text
    with reading(engine) as session:
        assert session.get_one(Award, award_id).state is PrizeState.TO_BE_CLAIMED


def test_answer_is_kept_with_who_asked(
    engine: Engine, desk: FlaskClient, award_id: int, staff: dict[Role, int]
) -> None:
    desk.post(f"/prizes/{award_id}/hand-over", data={"relation": "neither"})
    with reading(engine) as session:
        kept = session.get_one(Declaration, award_id)
        assert (kept.relation, kept.staff_id) == (Relation.NEITHER, staff[Role.PRIZES])
        assert session.get_one(Award, award_id).state is PrizeState.HANDED_OVER


@pytest.mark.parametrize(("relation", "bar", "words"), [
    ("staff", Bar.STAFF, "本报工作人员"), ("relative", Bar.RELATIVE, "工作人员亲属")])
def test_staff_and_relatives_get_nothing_now_or_later(
    engine: Engine, desk: FlaskClient, award_id: int, relation: str, bar: Bar, words: str
) -> None:
    page = desk.post(f"/prizes/{award_id}/hand-over", data={"relation": relation}, follow_redirects=True).text
    assert "不领奖" in page
    assert f"不能领：{words}" in page
    with reading(engine) as session:
        award = session.get_one(Award, award_id)
        assert award.state is PrizeState.LAPSED
        assert session.get_one(Person, session.get_one(Reader, award.reader_id).person_id).bar is bar
        verbs = session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    assert verbs[-2:] == ["refuse_prize", "bar_person"]
