"""Letters before the press day and after the release: to whom, once, and with what in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from bot import jobs
from bot.audit import by_staff
from bot.contest import deputies, rounds
from bot.contest.phases import day_starts_at
from bot.publishing import release_letters
from bot.publishing.release_letters import AGAIN_AFTER
from bot.settings import Settings
from bot.teamwork import reminders
from models.audit import JobRun
from models.cockpit import Reminder
from models.contests import Award, Round
from models.enums import Role, RoundState
from models.readers import Reader
from models.session import reading, writing
from models.staff import Staff
from models.work_enums import ReminderMoment, ReminderState
from tests.bot.teamwork.test_reminders import Post
from tests.support import factories
from tests.support.databases import Databases
from tests.support.factories import HEADLINE, NICKNAME, OPENID, VOLUNTEERS, House
from tests.support.work import work_of

HOSTILE = "<b>=1+1|夜\u202e猫"
CHIEF, DEPUTY, EDITOR = "chief@example.com", "deputy@example.com", "one@example.com"


def play(engine: Engine) -> House:
    """A picked round; a chief and two editors with addresses, one of them the deputy; another chief without an address."""
    with writing(engine) as session:
        house = factories.build(session)
        chief = factories.staff(session, "chief", Role.CHIEF)
        deputy = factories.staff(session, "deputy", Role.EDITOR)
        factories.staff(session, "silent", Role.CHIEF)
        for staff_id, email in ((chief, CHIEF), (deputy, DEPUTY), (house.editor_id, EDITOR)):
            session.get_one(Staff, staff_id).email = email
        deputies.name_deputy(session, house.contest_id, deputy, actor=by_staff(chief), now=factories.NOW)
        factories.accept(session, factories.report(session, HEADLINE), house)
        factories.accept(session, factories.report(session, VOLUNTEERS), house)
        factories.picked(session, house)
        first = session.scalars(select(Award.reader_id).order_by(Award.place)).first()
        session.execute(update(Reader).where(Reader.id == first).values(printed_name=HOSTILE))
        # The press day lies as the rules make it; here it is a plain one.
        session.execute(update(Round).where(Round.id == house.round_id).values(print_by=PRESS))
    return house


@pytest.fixture
def begun(databases: Databases) -> tuple[str, House]:
    """Played once, for each test here a copy of its own."""
    return databases.begun(play)


@pytest.fixture
def house(begun: tuple[str, House]) -> House:
    return begun[1]


PRESS = date(2026, 12, 28)
MORNING = timedelta(hours=8)


def days_before(days: int) -> datetime:
    return day_starts_at(PRESS - timedelta(days=days))


def alert(engine: Engine, now: datetime, post: Any) -> dict[str, Any]:
    return release_letters.alert(engine, post, lambda: now, now=now)


def months(engine: Engine, now: datetime, post: Any) -> dict[str, Any]:
    return release_letters.send_months(engine, post, lambda: now, now=now)


def release(engine: Engine, house: House, now: datetime) -> None:
    with writing(engine) as session:
        chief = session.scalars(select(Staff.id).where(Staff.login == "chief")).one()
        rounds.release_round(session, house.round_id, actor=by_staff(chief), now=now)


def rows(engine: Engine) -> set[tuple[ReminderMoment, str, ReminderState]]:
    with reading(engine) as session:
        return {(one.moment, login, one.state) for one, login in session.execute(
            select(Reminder, Staff.login).join(Staff, Staff.id == Reminder.staff_id))}


def test_chiefs_and_the_deputy_are_called_two_days_before_and_the_day_before(engine: Engine, house: House) -> None:
    post = Post()
    assert alert(engine, days_before(2) + MORNING - timedelta(seconds=1), post) == {}
    for days in (2, 1):
        now = days_before(days) + MORNING
        assert alert(engine, now, post) == {"alerted": 3, "sent": 2, "failed": 0}
        assert alert(engine, now + timedelta(hours=3), post) == {}
    assert [to for to, _, _ in post.sent] == [CHIEF, DEPUTY] * 2
    assert {subject for _, subject, _ in post.sent} == {"啄木鸟：11月的名单还没有发布，12月28日就要付印"}
    assert f"https://console.example/rounds/{house.round_id}" in post.sent[0][2]
    assert not any(word in text for _, _, text in post.sent for word in (NICKNAME, OPENID, HOSTILE))
    assert (ReminderMoment.PRINT_2, "silent", ReminderState.CONSOLE) in rows(engine)


def test_after_downtime_only_the_newest_goes_and_on_the_press_day_still(engine: Engine, house: House) -> None:
    post = Post()
    assert alert(engine, days_before(0) + MORNING, post) == {"alerted": 3, "sent": 2, "failed": 0}
    assert {moment for moment, _, _ in rows(engine)} == {ReminderMoment.PRINT_1}
    assert "今天（12月28日）就要付印" in post.sent[0][1]
    assert alert(engine, days_before(-1), post) == {}


def test_a_released_list_is_called_for_no_more(engine: Engine, house: House) -> None:
    post = Post()
    release(engine, house, days_before(3))
    assert alert(engine, days_before(2) + MORNING, post) == {}


def test_a_round_that_is_open_is_not_called_for_before_its_close(engine: Engine, house: House) -> None:
    with writing(engine) as session:
        closes_at = days_before(1) + timedelta(hours=12)
        session.execute(update(Round).where(Round.id == house.round_id).values(
            state=RoundState.OPEN, closed_at=None, picked_at=None, result=None, closes_at=closes_at,
            grading_until=closes_at + timedelta(hours=1)))
    assert alert(engine, days_before(1) + MORNING, Post()) == {}
    post = Post()
    assert alert(engine, closes_at, post) == {"alerted": 3, "sent": 2, "failed": 0}
    assert "名单还没有评出来" in post.sent[0][2]


def test_where_there_is_no_chief_the_admins_hear_of_it(engine: Engine, house: House) -> None:
    with writing(engine) as session:
        session.execute(update(Staff).where(Staff.role == Role.CHIEF).values(active=False))
        admin = factories.staff(session, "admin", Role.ADMIN)
        session.get_one(Staff, admin).email = "admin@example.com"
    post = Post()
    alert(engine, days_before(2) + MORNING, post)
    assert [to for to, _, _ in post.sent] == [DEPUTY, "admin@example.com"]


@pytest.mark.parametrize("what", ["alert", "month"])
def test_two_schedulers_send_one_letter_each(engine: Engine, house: House, what: str) -> None:
    """The second has read before the first wrote, and finds every row taken."""
    now = days_before(2) + MORNING
    moment = ReminderMoment.PRINT_2 if what == "alert" else ReminderMoment.MONTH
    act = alert if what == "alert" else months
    if what == "month":
        release(engine, house, now)

    class Meanwhile(Post):
        """While the first sends its first letter, the second runs."""

        other = Post()

        def send(self, to: str, subject: str, text: str, *, now: datetime) -> None:
            assert act(engine, now, self.other) == {}
            super().send(to, subject, text, now=now)

    post = Meanwhile()
    act(engine, now, post)
    assert len(post.sent) == (2 if what == "alert" else 1)
    assert post.other.sent == []
    with writing(engine) as session:
        chief = session.scalars(select(Staff.id).where(Staff.login == "chief")).one()
        assert not reminders.take(session, house.round_id, moment, chief, ReminderState.SENDING, 0, now)


def test_the_month_goes_to_every_chief_with_an_address_once(engine: Engine, house: House) -> None:
    now, post = days_before(4), Post()
    assert months(engine, now, post) == {}
    release(engine, house, now)
    # After downtime of a month it still goes, and once.
    later = now + timedelta(days=31)
    assert months(engine, later, post) == {"months": [house.round_id], "sent": 1, "failed": 0}
    assert months(engine, later, post) == {}
    [(to, subject, text)] = post.sent
    assert (to, subject) == (CHIEF, "啄木鸟：2026年11月这一轮，一页纸")
    with reading(engine) as session:
        second = session.scalars(select(Award.printed_name).order_by(Award.place)).all()[1]
        digest = session.scalars(select(factories.round_verbs.records.RoundRecord.digest)).one()
    for words in ("最佳啄木鸟：<b>=1+1|夜猫", f"优秀啄木鸟：{second}", f"记录校验码：{digest}", "目前查到", "合格线是万分之 3",
                  "纠错 2 条，读者 2 位", "还没有人来领：2 份", "奖金税款：25 元（现金奖 1 份，税前 125 元，读者到手 100 元）",
                  f"https://console.example/rounds/{house.round_id}/month", "【下一轮】"):
        assert words in text, words
    assert OPENID not in text
    assert rows(engine) == {(ReminderMoment.MONTH, "chief", ReminderState.SENT),
                            (ReminderMoment.MONTH, "silent", ReminderState.CONSOLE)}


def test_where_no_relay_is_set_nothing_goes_and_the_past_is_not_sent_later(engine: Engine, house: House) -> None:
    now = days_before(2) + MORNING
    assert alert(engine, now, None) == {"alerted": 3}
    release(engine, house, now)
    assert months(engine, now, None) == {"months": [house.round_id]}
    post = Post()
    assert months(engine, now, post) == {}
    assert post.sent == []
    assert {state for _, _, state in rows(engine)} == {ReminderState.CONSOLE}


def test_a_chief_of_later_is_not_sent_what_was_before_him(engine: Engine, house: House) -> None:
    now, post = days_before(4), Post()
    release(engine, house, now)
    months(engine, now, post)
    with writing(engine) as session:
        late = factories.staff(session, "late", Role.CHIEF)
        session.get_one(Staff, late).email = "late@example.com"
    assert months(engine, now, post) == {}
    assert len(post.sent) == 1


def test_a_month_that_the_relay_did_not_take_is_tried_again_and_sent_once(engine: Engine, house: House) -> None:
    now = days_before(4)
    release(engine, house, now)
    assert months(engine, now, Post(refuses=(CHIEF,))) == {"months": [house.round_id], "sent": 0, "failed": 1}
    post = Post()
    assert months(engine, now + AGAIN_AFTER - timedelta(seconds=1), post) == {}
    assert months(engine, now + AGAIN_AFTER, post) == {"sent": 1, "failed": 0}
    assert months(engine, now + 2 * AGAIN_AFTER, post) == {}
    assert [to for to, _, _ in post.sent] == [CHIEF]


def test_of_two_schedulers_that_try_again_one_sends(engine: Engine, house: House) -> None:
    now = days_before(4)
    release(engine, house, now)
    months(engine, now, Post(refuses=(CHIEF,)))
    later = now + AGAIN_AFTER

    class Meanwhile(Post):
        def send(self, to: str, subject: str, text: str, *, now: datetime) -> None:
            assert months(engine, later, Post()) == {}
            super().send(to, subject, text, now=now)

    post = Meanwhile()
    assert months(engine, later, post) == {"sent": 1, "failed": 0}
    with writing(engine) as session:
        chief = session.scalars(select(Staff.id).where(Staff.login == "chief")).one()
        assert not release_letters._take_again(session, house.round_id, chief, later)


def test_after_two_days_nobody_tries_any_more(engine: Engine, house: House) -> None:
    now = days_before(4)
    release(engine, house, now)
    months(engine, now, Post(refuses=(CHIEF,)))
    assert months(engine, now + timedelta(days=2), Post()) == {}


def test_the_jobs_run_by_hand_twice_without_harm(engine: Engine, settings: Settings, house: House) -> None:
    now = days_before(2) + MORNING
    post: Any = Post()
    work = replace(work_of(engine, settings, now), mailer=post)
    assert jobs.run("alert_unreleased", work) == {"alerted": 3, "sent": 2, "failed": 0}
    assert jobs.run("alert_unreleased", work) == {}
    release(engine, house, now)
    assert jobs.run("send_months", work) == {"months": [house.round_id], "sent": 1, "failed": 0}
    assert jobs.run("send_months", work) == {}
    with reading(engine) as session:
        assert session.scalars(select(JobRun.name).order_by(JobRun.id)).all() == ["alert_unreleased", "send_months"]


def test_a_month_follows_its_release_in_the_same_round_of_jobs() -> None:
    order = list(jobs.JOBS)
    assert order.index("release_rounds") < order.index("send_months")
    assert order.index("release_rounds") < order.index("alert_unreleased")
