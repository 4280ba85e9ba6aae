"""What stands still is told once, again after a day, and once when it is over; at night only what cannot wait."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from bot import jobs
from bot.audit import OPERATOR, SCHEDULER
from bot.clock import SHANGHAI, FrozenClock
from bot.mail import Mailer
from bot.outbox import quiet
from bot.setting_sections import AlertSettings
from bot.settings import MailSettings, Settings
from bot.watching import problems
from bot.work import Work
from models.audit import JobRun
from models.contests import Round
from models.enums import JobOutcome, MessageFate, OutgoingState, Role, RoundState
from models.outgoing import Alert, OutgoingCall, OutgoingMessage
from models.reports import Report
from models.session import reading, writing
from models.staff import Staff
from tests.support import factories, relay
from tests.support.factories import HEADLINE, NICKNAME, NOW, OPENID, House
from tests.support.receiver import Receiver, receiving
from tests.support.settings import reached
from tests.support.work import work_of

NIGHT = timedelta(hours=14)  # 23:00 in Shanghai


@dataclass
class Watch:
    """One scheduler that tells a robot and another program."""

    engine: Engine
    work: Work
    robot: Receiver
    hook: Receiver

    @property
    def clock(self) -> FrozenClock:
        assert isinstance(self.work.clock, FrozenClock)
        return self.work.clock

    def turn(self, now: datetime | None = None) -> list[str]:
        """One turn of both jobs; what the group was told in it."""
        before = len(self.robot.calls)
        if now is not None:
            self.clock.moment = now
        for name in ("watch", "post_calls"):
            jobs.JOBS[name](self.work, self.clock.now())
        return [one.json["text"]["content"] for one in self.robot.calls[before:]]


def configured(settings: Settings, **values: Any) -> Settings:
    return reached(settings).model_copy(update={"alerts": AlertSettings.model_validate(values)})


@pytest.fixture
def watch(engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    roomy = shutil.disk_usage("/")._replace(free=50_000_000_000)
    monkeypatch.setattr(problems.shutil, "disk_usage", lambda _: roomy)  # the test's machine may be full
    with receiving() as robot, receiving() as hook:
        told = configured(settings, robot_url=f"{robot.address}/cgi-bin/webhook/send?key=geheim",
                          webhook_url=f"{hook.address}/in")
        yield Watch(engine, work_of(engine, told, NOW), robot, hook)


@pytest.fixture
def house(engine: Engine) -> House:
    with writing(engine) as session:
        return factories.build(session)


def report(engine: Engine, days: float) -> int:
    with writing(engine) as session:
        return factories.report(session, HEADLINE, at=NOW - timedelta(days=days))


def failing(engine: Engine, *names: str, at: datetime = NOW) -> None:
    """What the scheduler's last turn left."""
    with writing(engine) as session:
        session.query(JobRun).filter(JobRun.name == jobs.TURN).delete()
        session.add(JobRun(name=jobs.TURN, started_at=at, finished_at=at, outcome=JobOutcome.DONE,
                           result={"failed": list(names)}))


def test_problem_is_told_once_again_after_a_day_and_once_when_it_is_over(engine: Engine, house: House, watch: Watch) -> None:
    report(engine, 4.9)
    assert watch.turn() == []
    old = report(engine, 5)
    (said,) = watch.turn()
    assert said == ("啄木鸟有件事请看一下：有 2 条纠错还没评，最早的等了 5 天。读者在等回音，请安排编辑评一评，"
                    "忙不过来可以在“待评”里分派。\n打开看看：https://desk.example.org")
    assert watch.turn() == []
    assert watch.turn(NOW + timedelta(hours=23, minutes=59)) == []
    assert [text[:18] for text in watch.turn(NOW + timedelta(hours=24))] == ["啄木鸟有件事请看一下：有 2 条纠错"]
    with writing(engine) as session:
        factories.accept(session, old, house)
        session.query(OutgoingMessage).delete()  # nobody delivers here
        session.execute(update(Report).where(Report.id != old).values(counts_at=NOW))
    assert watch.turn() == ["好了，下面的事不用再管：纠错积下来了。辛苦了。"]
    assert watch.turn() == []
    with writing(engine) as session:
        session.execute(update(Report).where(Report.id != old).values(counts_at=NOW - timedelta(days=9)))
    assert len(watch.turn()) == 1  # it cleared, so it is new


def test_both_channels_are_told_and_the_other_program_gets_the_parts(engine: Engine, house: House, watch: Watch) -> None:
    report(engine, 6)
    failing(engine, "deliver")
    watch.turn()
    watch.turn(NOW + timedelta(minutes=5))
    (first, second) = (one.json for one in watch.hook.calls)
    assert (first["type"], first["at"], [one["code"] for one in first["problems"]]) == ("alert", NOW.isoformat(), ["reports"])
    assert [(one["code"], one["urgent"]) for one in second["problems"]] == [("job-deliver", True)]
    assert watch.hook.calls[0].path == "/in"
    assert [one.path for one in watch.robot.calls] == ["/cgi-bin/webhook/send?key=geheim"] * 2
    assert watch.robot.calls[0].headers["content-type"] == "application/json"


def test_several_at_once_are_one_message_the_urgent_first(engine: Engine, house: House, watch: Watch) -> None:
    report(engine, 6)
    with writing(engine) as session:
        reader = factories.reader(session)
        factories.message(session, reader, "请问", fate=MessageFate.DESK, at=NOW - timedelta(days=3))
        factories.message(session, reader, "没读", fate=MessageFate.UNREAD, at=NOW - timedelta(hours=2))
    (said,) = watch.turn()
    assert [line[:12] for line in said.split("\n")] == [
        "啄木鸟有 3 件事请看一", "1. 有 1 封来信收下", "2. 有 1 条纠错还没", "3. 有 1 封来信在等", "打开看看：https:/"]


def test_at_night_only_what_cannot_wait_is_told(engine: Engine, house: House, watch: Watch) -> None:
    report(engine, 6)
    failing(engine, "close_rounds")
    night = NOW + NIGHT
    assert watch.turn(night) == []
    (urgent,) = watch.turn(night + timedelta(minutes=5))
    assert "“截止”一再没做成" in urgent
    assert "纠错" not in urgent
    failing(engine, at=night)
    assert watch.turn(night + timedelta(minutes=6)) == []  # that it is over can wait as well
    morning = night + timedelta(hours=8, minutes=30)
    assert watch.turn(morning - timedelta(seconds=1)) == []
    assert sorted(text[:4] for text in watch.turn(morning)) == ["啄木鸟有", "好了，下"]


def test_job_that_mends_itself_is_not_spoken_of(engine: Engine, house: House, watch: Watch) -> None:
    failing(engine, "deliver")
    assert watch.turn() == []
    assert watch.turn(NOW + timedelta(minutes=4)) == []
    failing(engine)
    assert watch.turn(NOW + timedelta(minutes=6)) == []
    failing(engine, "deliver")
    assert watch.turn(NOW + timedelta(minutes=10)) == []  # it counts from here


def test_of_several_machines_one_tells(engine: Engine, house: House, watch: Watch) -> None:
    report(engine, 6)
    barrier = Barrier(4)

    def one() -> None:
        barrier.wait()
        jobs.JOBS["watch"](watch.work, NOW)

    threads = [Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(watch.turn()) == 1
    with reading(engine) as session:
        assert session.scalars(select(OutgoingCall.target)).all().count("robot") == 1  # type: ignore[arg-type]


def test_outbox_and_undecided_messages(engine: Engine, house: House, watch: Watch) -> None:
    with writing(engine) as session:
        reader = factories.reader(session)
        for n, (state, why, hours) in enumerate((
                (OutgoingState.QUEUED, None, 3), (OutgoingState.UNCERTAIN, None, 25), (OutgoingState.FAILED, "expired", 99),
                (OutgoingState.UNREACHABLE, "window", 99))):
            at = NOW - timedelta(hours=hours)
            session.add(OutgoingMessage(reader_id=reader, kind="outcome", idempotency_key=str(n), text=f"{NICKNAME} 的话",
                                        state=state, last_error=why, not_before=at, created_at=at))
    (said,) = watch.turn()
    assert "有 1 条给读者的通知该发没发，最早的晚了 3 小时" in said
    assert "有 1 条通知一天多了" in said


@pytest.mark.slow
def test_round_that_something_blocks_is_told_before_its_grading_ends(engine: Engine, house: House, watch: Watch) -> None:
    number = report(engine, 1)
    with writing(engine) as session:
        round_ = session.get_one(Round, house.round_id)
        session.execute(update(Report).values(round_id=house.round_id))
        round_.state, round_.closed_at = RoundState.CLOSED, round_.closes_at
        until = round_.grading_until
    assert [text for text in watch.turn(until - timedelta(hours=64)) if "评不出" in text] == []
    (said,) = [text for text in watch.turn(until - timedelta(hours=40)) if "评不出" in text]
    assert "离评分结束还有 40 小时，名单还评不出来，因为有：还没评的纠错 1。" in said
    with writing(engine) as session:
        factories.accept(session, number, house)
    assert any("好了" in text for text in watch.turn(until - timedelta(hours=38)))  # in the morning


def test_list_that_goes_to_press_unreleased(engine: Engine, house: House, watch: Watch) -> None:
    with writing(engine) as session:
        print_by = session.get_one(Round, house.round_id).print_by
        round_ = session.get_one(Round, house.round_id)
        round_.state, round_.closed_at = RoundState.CLOSED, round_.closes_at
    eve = datetime.combine(print_by, datetime.min.time(), NOW.tzinfo) - timedelta(hours=23)  # 09:00 in Shanghai the day before
    assert any(f"{print_by.month}月{print_by.day}日就要付印" in text for text in watch.turn(eve))


@pytest.mark.slow
def test_disk_of_each_machine_is_its_own_matter(
    engine: Engine, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")

    def free(bytes_: int) -> None:
        monkeypatch.setattr(problems.shutil, "disk_usage", lambda _: usage._replace(free=bytes_))

    monkeypatch.setattr(problems.socket, "gethostname", lambda: "web-1")
    free(1_500_000_000)
    (said,) = watch.turn()
    assert "机器 web-1 只剩 1.5 GB。请腾些地方" in said
    monkeypatch.setattr(problems.socket, "gethostname", lambda: "web-2")
    free(50_000_000_000)
    assert watch.turn() == []  # web-1 is as full as it was
    free(100_000_000)
    assert "马上腾地方" in watch.turn(NOW + NIGHT)[0]
    monkeypatch.setattr(problems.socket, "gethostname", lambda: "web-1")
    free(50_000_000_000)
    assert any("web-1 的磁盘快满了" in text for text in watch.turn(NOW + timedelta(hours=23)))


@pytest.mark.slow
def test_scheduler_that_stands_is_told_by_a_run_from_outside(engine: Engine, house: House, watch: Watch) -> None:
    failing(engine, at=NOW - timedelta(minutes=20))
    assert watch.turn() == []  # a scheduler that has just been started does not accuse itself
    watch.work = replace(watch.work, actor=OPERATOR)
    (said,) = watch.turn(NOW + timedelta(minutes=1))
    assert "定时任务停了 21 分钟" in said
    watch.work = replace(watch.work, actor=SCHEDULER)
    assert watch.turn() == ["好了，下面的事不用再管：定时任务停着。辛苦了。"]


def test_backup_that_stopped_is_told_and_none_that_never_was(engine: Engine, house: House, watch: Watch) -> None:
    assert watch.turn() == []
    with writing(engine) as session:
        at = NOW - timedelta(days=3)
        session.add(JobRun(name="backup", started_at=at, finished_at=at, outcome=JobOutcome.DONE, result={}))
        session.add(JobRun(name="backup", started_at=NOW, finished_at=NOW, outcome=JobOutcome.FAILED, result={}))
    assert "最近一次成功的备份是 3 天 以前的" in watch.turn()[0]


@pytest.mark.slow
def test_mail_goes_to_the_addresses_of_the_configuration(engine: Engine, settings: Settings, house: House) -> None:
    report(engine, 6)
    with relay.relay() as post:
        mail = MailSettings(host="127.0.0.1", port=post.port, security="none", sender="desk@example.org")
        told = configured(settings, mail_to=["ops@example.org", "chief@example.org"]).model_copy(update={"mail": mail})
        work = replace(work_of(engine, told, NOW), mailer=Mailer.from_settings(mail, told.server.public_url))
        for name in ("watch", "post_calls"):
            jobs.JOBS[name](work, NOW)
        post.refuse_data = "451 later"
        failing(engine, "deliver")
        with writing(engine) as session:
            session.execute(update(Alert).values(raised_at=NOW - timedelta(hours=1)))
        jobs.JOBS["watch"](work, NOW + timedelta(hours=1))
        jobs.JOBS["watch"](work, NOW + timedelta(hours=2))
        jobs.JOBS["post_calls"](replace(work, clock=FrozenClock(NOW + timedelta(hours=2))), NOW + timedelta(hours=2))
    assert post.recipients == [["ops@example.org"], ["chief@example.org"]]
    assert post.mails[0]["Subject"] == "啄木鸟：纠错积下来了"
    assert "请安排编辑评一评" in post.mails[0].get_content()
    with reading(engine) as session:
        rows = session.scalars(select(OutgoingCall).order_by(OutgoingCall.id)).all()
        assert [(row.state, row.last_error) for row in rows] == [(OutgoingState.SENT, None), (OutgoingState.QUEUED, "mail")]


@pytest.mark.slow
def test_nothing_of_readers_members_or_secrets_leaves(engine: Engine, house: House, watch: Watch) -> None:
    report(engine, 6)
    with writing(engine) as session:
        factories.staff(session, "geheimnis", Role.CHIEF)
        reader = factories.reader(session)
        factories.message(session, reader, f"{NICKNAME} 13912345678", fate=MessageFate.DESK, at=NOW - timedelta(days=4))
    failing(engine, "deliver", "=cmd|' /C calc'!A0" + "<b>" * 100)
    watch.turn()
    watch.turn(NOW + timedelta(minutes=6))
    with reading(engine) as session:
        names = [*session.scalars(select(Staff.login)), *session.scalars(select(Staff.display_name))]
    bodies = b"".join(one.data for one in (*watch.hook.calls, *watch.robot.calls)).decode()
    assert bodies
    assert not [word for word in (NICKNAME, OPENID, "13912345678", HEADLINE, "key=geheim", *names) if word in bodies]
    assert max(len(one.json["text"]["content"].encode()) for one in watch.robot.calls) <= 2048


def test_without_a_channel_nothing_is_looked_at(engine: Engine, settings: Settings, house: House) -> None:
    report(engine, 60)
    work = work_of(engine, settings, NOW)
    assert (jobs.JOBS["watch"](work, NOW), jobs.JOBS["post_calls"](work, NOW)) == ({}, {})
    with reading(engine) as session:
        assert session.scalars(select(Alert)).all() == []


@pytest.mark.parametrize(("local", "until"), [
    ("21:59", "21:59"), ("22:00", "07:30"), ("23:59", "07:30"), ("00:00", "07:30"), ("07:29", "07:30"), ("07:30", "07:30"),
    ("12:00", "12:00")])
def test_night_ends_in_the_morning_that_follows(local: str, until: str) -> None:
    at = datetime.combine(date(2026, 11, 10), time.fromisoformat(local), SHANGHAI)
    found = quiet.awake(at, AlertSettings().quiet).astimezone(SHANGHAI)
    assert f"{found:%H:%M}" == until
    assert timedelta() <= found - at < timedelta(hours=10)
    assert quiet.awake(at, (time(8), time(8))) == at


def test_texts_stay_json_whatever_a_job_is_called(engine: Engine, house: House, watch: Watch) -> None:
    failing(engine, 'a"b\\u0000\u202e')
    watch.turn()
    watch.turn(NOW + timedelta(minutes=6))
    assert json.loads(watch.hook.calls[0].data)["problems"][0]["title"].startswith("“a")
