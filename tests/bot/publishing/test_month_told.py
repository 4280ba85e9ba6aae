"""A released month told to whoever took part and won nothing: once, his own numbers, nobody else's place."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from bot import jobs
from bot.audit import SCHEDULER, by_staff
from bot.contest import rounds
from bot.dialogue import outcome_phrases
from bot.judging import grading
from bot.judging.grading import GradeInput
from bot.publishing import month_told
from bot.readers import persons
from bot.settings import Settings
from models.contests import Award, Round
from models.enums import Role, Verdict
from models.month import MonthTold
from models.outgoing import OutgoingMessage
from models.readers import Person, Reader
from models.session import reading, writing
from tests.support import factories
from tests.support.factories import DISCOUNT, HEADLINE, NOW, VOLUNTEERS, House, version_of
from tests.support.town import Town, at
from tests.support.work import work_of

SORTING = "东城版3版《垃圾箱房换新颜》，“自觉的分类”应为“自觉地分类”"


@pytest.fixture
def house(engine: Engine) -> House:
    """A winner; somebody with one of three accepted, who is not qualified; somebody with nothing accepted. All released."""
    with writing(engine) as session:
        house = factories.build(session)
        chief = factories.staff(session, "chief", Role.CHIEF)
        winner, unlucky, beginner = (factories.reader(session) for _ in range(3))
        factories.accept(session, factories.report(session, HEADLINE, reader_id=winner), house)
        factories.accept(session, factories.report(session, DISCOUNT, reader_id=unlucky), house)
        for minute, (who, text) in enumerate(((unlucky, VOLUNTEERS), (unlucky, SORTING), (beginner, VOLUNTEERS)), 1):
            number = factories.report(session, text, reader_id=who, at=NOW + timedelta(minutes=minute))
            grading.grade(session, number, GradeInput(Verdict.NOT_AN_ERROR, reason="报上没有错。"),
                          actor=by_staff(house.editor_id), now=NOW + timedelta(hours=1),
                          expected_version=version_of(session, number))
        picked = factories.picked(session, house)
        rounds.release_round(session, house.round_id, actor=by_staff(chief), now=picked)
    return house


def released_at(engine: Engine, house: House) -> datetime:
    with reading(engine) as session:
        found = session.get_one(Round, house.round_id).released_at
    assert found is not None
    return found


def tell(engine: Engine, house: House) -> int:
    with writing(engine) as session:
        return month_told.tell(session, house.round_id, now=released_at(engine, house))


def told(engine: Engine) -> dict[int, str]:
    with reading(engine) as session:
        return {one.reader_id: one.text for one in session.scalars(
            select(OutgoingMessage).where(OutgoingMessage.kind == "month"))}


def test_who_took_part_and_won_nothing_hears_his_own_numbers(engine: Engine, house: House) -> None:
    assert tell(engine, house) == 2
    assert told(engine) == {
        2: outcome_phrases.month_summary("2026-11", 3, 1, 0, "1"), 3: outcome_phrases.month_summary("2026-11", 1, 0, 0, "")}


def test_it_is_told_once_whoever_asks_and_however_often(engine: Engine, house: House, settings: Settings) -> None:
    now = released_at(engine, house)
    work = work_of(engine, settings, now)
    assert jobs.run("tell_months", work) == {"months_told": [house.round_id]}
    assert jobs.run("tell_months", work) == {}
    with writing(engine) as session:
        session.query(MonthTold).delete()
    assert tell(engine, house) == 0  # the messages themselves have keys
    assert len(told(engine)) == 2


def test_round_released_long_ago_is_news_to_nobody(engine: Engine, house: House) -> None:
    now = released_at(engine, house)
    with reading(engine) as session:
        assert month_told.due(session, now) == [house.round_id]
        assert month_told.due(session, now + timedelta(days=14)) == []


def test_list_that_is_not_out_is_told_to_nobody(engine: Engine) -> None:
    with writing(engine) as session:
        house = factories.build(session)
        factories.accept(session, factories.report(session, HEADLINE), house)
        now = factories.picked(session, house)
    with reading(engine) as session:
        assert month_told.due(session, now) == []


@pytest.mark.slow
def test_one_person_with_two_accounts_hears_once(engine: Engine, house: House) -> None:
    with writing(engine) as session:
        session.execute(update(Reader).where(Reader.id == 3).values(person_id=2))
    assert tell(engine, house) == 1
    assert list(told(engine)) == [2]
    assert "报了4处，采纳1处" in told(engine)[2]


@pytest.mark.slow
@pytest.mark.parametrize("gone", ["left", "barred"])
def test_who_has_gone_or_may_not_win_is_not_told(engine: Engine, house: House, gone: str) -> None:
    with writing(engine) as session:
        if gone == "left":
            session.execute(update(Reader).where(Reader.id == 3).values(openid=None))
        else:
            session.execute(update(Person).where(Person.id == 3).values(bar="blocked", bar_reason="刷分"))
    assert tell(engine, house) == 1
    assert list(told(engine)) == [2]


@pytest.mark.slow
def test_winner_has_his_notice_and_no_summary(engine: Engine, house: House) -> None:
    tell(engine, house)
    with reading(engine) as session:
        assert session.scalars(select(Award.reader_id)).all() == [1]
    assert 1 not in told(engine)


@pytest.mark.parametrize(("numbers", "words"), [
    ((6, 4, 2, "3.2"),
     "2026年11月的名单公布了，回“获奖”看。\n您这一期报了6处，采纳4处，已登报更正2处，得3.2分。谢谢您帮报纸改正！"),
    ((1, 0, 0, ""), "2026年11月的名单公布了，回“获奖”看。\n您这一期报了1处，这次没有采纳的。谢谢您这么仔细地读报！"),
])
def test_words(numbers: tuple[int, int, int, str], words: str) -> None:
    assert outcome_phrases.month_summary("2026-11", *numbers) == words


def test_winner_who_is_known_with_an_older_account_since_has_no_summary(session: Session) -> None:
    town = Town.founded(session)
    town.reader("甲")
    town.grade(town.file("乙", town.said(1)).report_id)
    released_at, chief = at("2023-06-04 09:00"), by_staff(town.chief)
    rounds.close_round(session, town.round().id, actor=SCHEDULER, now=town.round().closes_at)
    rounds.pick_round(session, town.round().id, actor=SCHEDULER, now=at("2023-06-02 00:15"))
    persons.link(session, town.reader("甲"), town.reader("乙"), "同一人", actor=chief, now=released_at)
    rounds.release_round(session, town.round().id, actor=chief, now=released_at)
    assert month_told.tell(session, town.round().id, now=released_at) == 0
