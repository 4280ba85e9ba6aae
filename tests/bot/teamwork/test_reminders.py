"""Every member is reminded once of each moment, whatever number of schedulers runs; only the newest that makes sense."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, Row, select, update
from sqlalchemy.orm import Session

from bot import jobs
from bot.audit import by_staff
from bot.contest.days.moments import Due
from bot.errors import NotFound
from bot.mail import Mailer, MailError
from bot.settings import Settings
from bot.teamwork import reminders
from models.cockpit import Reminder
from models.contests import Round
from models.enums import Role
from models.session import reading, writing
from models.staff import Staff
from models.work_enums import ReminderMoment, ReminderState
from tests.support import factories
from tests.support.factories import DISCOUNT, HEADLINE, House
from tests.support.work import work_of


@dataclass
class Post:
    """A mailer that keeps what it is given; `refuses`: addresses it cannot reach."""

    refuses: tuple[str, ...] = ()
    sent: list[tuple[str, str, str]] = field(default_factory=list)

    def send(self, to: str, subject: str, text: str, *, now: datetime) -> None:
        if to in self.refuses:
            raise MailError("邮件没有发出去。")
        self.sent.append((to, subject, text))

    def link(self, path: str) -> str:
        return f"https://console.example{path}"


@dataclass
class Silent(Post):
    """A mailer whose relay says nothing; `tried`: how often it was waited for."""

    tried: int = 0

    def send(self, to: str, subject: str, text: str, *, now: datetime) -> None:
        self.tried += 1
        raise MailError("邮件没有发出去。", unreached=True)


@pytest.fixture
def house(engine: Engine) -> House:
    """Two editors with an address, two reports that wait."""
    with writing(engine) as session:
        house = factories.build(session)
        session.execute(update(Staff).values(email="one@example.com"))
        other = factories.staff(session, "other", Role.EDITOR)
        session.get_one(Staff, other).email = "two@example.com"
        for text in (HEADLINE, DISCOUNT):
            factories.report(session, text)
    return house


@pytest.fixture
def close(engine: Engine, house: House) -> datetime:
    with reading(engine) as session:
        return session.get_one(Round, house.round_id).closes_at


def remind(engine: Engine, post: Any, now: datetime) -> dict[str, Any]:
    return reminders.remind(engine, post, lambda: now, now=now)


def rows(engine: Engine) -> list[Row[Any]]:
    with reading(engine) as session:
        return list(
            session.execute(
                select(Reminder.moment, Reminder.staff_id, Reminder.state, Reminder.owed).order_by(
                    Reminder.made_at, Reminder.staff_id
                )
            )
        )


def test_everybody_to_whom_something_falls_is_mailed_once(
    engine: Engine, house: House, close: datetime
) -> None:
    post = Post()
    moment = close - timedelta(hours=71)
    assert remind(engine, post, moment) == {"reminded": 2, "sent": 2, "failed": 0}
    assert remind(engine, post, moment + timedelta(hours=1)) == {}
    assert [(to, subject) for to, subject, _ in post.sent] == [
        ("one@example.com", "啄木鸟：11月这一轮离截止还有 2 天 23 小时"),
        ("two@example.com", "啄木鸟：11月这一轮离截止还有 2 天 23 小时"),
    ]
    text = post.sent[0][2]
    assert "没有指定人的有 2 条，有空请评几条。" in text
    assert f"https://console.example/rounds/{house.round_id}/cockpit" in text
    assert not any(word in text for word in ("食唐", "优慧", factories.NICKNAME, factories.OPENID))


def test_each_moment_has_its_own(engine: Engine, house: House, close: datetime) -> None:
    post = Post()
    for hours in (72, 24, 2):
        assert remind(engine, post, close - timedelta(hours=hours)) == {"reminded": 2, "sent": 2, "failed": 0}
    assert [row.moment for row in rows(engine)[::2]] == [
        ReminderMoment.CLOSES_72,
        ReminderMoment.CLOSES_24,
        ReminderMoment.CLOSES_2,
    ]


def test_after_downtime_only_the_newest_goes(engine: Engine, house: House, close: datetime) -> None:
    post = Post()
    remind(engine, post, close - timedelta(hours=1))
    assert {row.moment for row in rows(engine)} == {ReminderMoment.CLOSES_2}
    assert len(post.sent) == 2


def test_after_the_close_the_end_of_grading_counts(engine: Engine, house: House, close: datetime) -> None:
    post = Post()
    assert remind(engine, post, close) == {}
    with reading(engine) as session:
        until = session.get_one(Round, house.round_id).grading_until
    remind(engine, post, until - timedelta(hours=20))
    assert {row.moment for row in rows(engine)} == {ReminderMoment.GRADING_24}
    assert remind(engine, post, until) == {}


def test_whoever_owes_nothing_is_left_in_peace(engine: Engine, house: House, close: datetime) -> None:
    with writing(engine) as session:
        for number in session.scalars(select(factories.Report.id)).all():
            factories.accept(session, number, house)
    assert remind(engine, Post(), close - timedelta(hours=1)) == {}


def test_without_an_address_or_a_relay_the_console_tells(engine: Engine, house: House, close: datetime) -> None:
    with writing(engine) as session:
        session.execute(update(Staff).where(Staff.id == house.editor_id).values(email=None))
    post = Post()
    assert remind(engine, post, close - timedelta(hours=72)) == {"reminded": 2, "sent": 1, "failed": 0}
    assert remind(engine, None, close - timedelta(hours=24)) == {"reminded": 2}
    assert [row.state for row in rows(engine)] == [
        ReminderState.CONSOLE,
        ReminderState.SENT,
        ReminderState.CONSOLE,
        ReminderState.CONSOLE,
    ]


def test_what_did_not_leave_is_written_down_and_not_tried_again(
    engine: Engine, house: House, close: datetime
) -> None:
    post = Post(refuses=("one@example.com",))
    assert remind(engine, post, close - timedelta(hours=2)) == {"reminded": 2, "sent": 1, "failed": 1}
    assert [row.state for row in rows(engine)] == [ReminderState.FAILED, ReminderState.SENT]
    assert remind(engine, Post(), close - timedelta(hours=1)) == {}


def test_relay_that_says_nothing_is_waited_for_once(engine: Engine, house: House, close: datetime) -> None:
    """Else a dozen editors are as many waits, in which no round closes."""
    post = Silent()
    assert remind(engine, post, close - timedelta(hours=2)) == {"reminded": 2, "sent": 0, "failed": 2}
    assert ([row.state for row in rows(engine)], post.tried) == ([ReminderState.FAILED] * 2, 1)


def test_two_schedulers_at_once_send_one_letter_each(engine: Engine, house: House, close: datetime) -> None:
    """The second has read before the first wrote, and finds every row taken."""
    moment = close - timedelta(hours=2)
    post: Any = Post()
    with writing(engine) as session:
        round_ = reminders.queries.running(session, moment, reminders.WITHIN)[0]
        found = reminders.due_of(round_, moment)
        assert found == Due(ReminderMoment.CLOSES_2, close)
        made, letters = reminders.claim(session, round_, found, post, now=moment)
    assert (made, len(letters)) == (2, 2)
    with writing(engine) as session:
        taken = [
            reminders.take(
                session, house.round_id, found.moment, letter.staff_id, ReminderState.SENDING, 2, moment
            )
            for letter in letters
        ]
    assert taken == [False, False]
    assert remind(engine, post, moment) == {}
    # The first died between claim and sending: nobody knows whether the letters went.
    assert [row.state for row in rows(engine)] == [ReminderState.SENDING, ReminderState.SENDING]


def bar(engine: Engine, staff_id: int, now: datetime) -> reminders.Bar | None:
    with reading(engine) as session:
        return reminders.bar(session, staff_id, now=now)


def test_the_bar_stands_until_it_is_put_away_for_each_moment(
    engine: Engine, house: House, close: datetime
) -> None:
    assert bar(engine, house.editor_id, close - timedelta(hours=73)) is None
    moment = close - timedelta(hours=50)
    found = bar(engine, house.editor_id, moment)
    assert found is not None
    assert found.share is not None
    assert (found.due.moment, found.share.owed) == (ReminderMoment.CLOSES_72, 2)
    with writing(engine) as session:
        reminders.dismiss(
            session, house.round_id, found.due.moment, actor=by_staff(house.editor_id), now=moment
        )
        reminders.dismiss(
            session, house.round_id, found.due.moment, actor=by_staff(house.editor_id), now=moment
        )
    assert bar(engine, house.editor_id, moment) is None
    later = bar(engine, house.editor_id, close - timedelta(hours=24))
    assert later is not None
    assert later.due.moment is ReminderMoment.CLOSES_24


def test_whoever_has_seen_the_bar_gets_no_letter_about_it(
    engine: Engine, house: House, close: datetime
) -> None:
    moment, post = close - timedelta(hours=50), Post()
    with writing(engine) as session:
        reminders.dismiss(
            session, house.round_id, ReminderMoment.CLOSES_72, actor=by_staff(house.editor_id), now=moment
        )
    assert remind(engine, post, moment) == {"reminded": 1, "sent": 1, "failed": 0}
    assert [to for to, _, _ in post.sent] == ["two@example.com"]


def test_whoever_owes_nothing_sees_the_deadline_alone(engine: Engine, house: House, close: datetime) -> None:
    with writing(engine) as session:
        for number in session.scalars(select(factories.Report.id)).all():
            factories.accept(session, number, house)
    found = bar(engine, house.editor_id, close - timedelta(hours=50))
    assert found is not None
    assert found.share is None


def test_there_is_nothing_to_put_away_of_no_round(session: Session, house: House) -> None:
    with pytest.raises(NotFound):
        reminders.dismiss(
            session, 99, ReminderMoment.CLOSES_2, actor=by_staff(house.editor_id), now=factories.NOW
        )


def test_the_job_runs_with_what_the_settings_give(
    engine: Engine, settings: Settings, house: House, close: datetime
) -> None:
    work = work_of(engine, settings, close - timedelta(hours=2))
    assert jobs.run("remind_editors", work) == {"reminded": 2}
    assert jobs.run("remind_editors", work) == {}
    assert Mailer.from_settings(settings.mail, "") is None
