"""`/metrics`: for whoever is named and nobody else, the same from every process, right, and of nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine, select

from bot import jobs
from bot.clock import FrozenClock
from bot.setting_sections import MetricsSettings
from bot.settings import Settings
from models.audit import JobRun
from models.enums import JobOutcome, MessageFate, OutgoingState
from models.metrics import AnswerCount
from models.outgoing import OutgoingMessage
from models.session import make_engine, reading, writing
from models.staff import Staff
from tests.support import factories
from tests.support.console import served
from tests.support.factories import HEADLINE, NICKNAME, NOW, OPENID, House
from tests.support.platform import Platform
from web import create_app
from web.answer_times import AnswerTimes

TOKEN = "a-token-of-letters-and-digits"
Values = dict[str, float]


def app_of(settings: Settings, engine: Engine, clock: FrozenClock, **metrics: Any) -> Flask:
    named = settings.model_copy(update={"metrics": MetricsSettings.model_validate(metrics)})
    return create_app(named, clock=clock, engine=engine)


@pytest.fixture
def app(settings: Settings, engine: Engine, clock: FrozenClock) -> Iterator[Flask]:
    app = app_of(settings, engine, clock, token=TOKEN)
    yield app
    app.extensions["woodpecker-answer-times"].close()
    app.extensions["woodpecker-door"].intake.close()


def ask(app: Flask, token: str = TOKEN, **more: Any) -> Any:
    return app.test_client().get("/metrics", headers={"Authorization": f"Bearer {token}"}, **more)


def values(app: Flask) -> Values:
    """Every sample by its name and labels, as Prometheus itself would read it."""
    found = {}
    for family in text_string_to_metric_families(ask(app).text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[sample.name + (f"{{{labels}}}" if labels else "")] = sample.value
    return found


# Who may ask


def test_page_is_not_there_for_whoever_may_not_ask(settings: Settings, engine: Engine, clock: FrozenClock, app: Flask) -> None:
    off = app_of(settings, engine, clock)
    refused = {"off": ask(off), "no token": app.test_client().get("/metrics"), "wrong": ask(app, TOKEN + "x"),
               "half": ask(app, TOKEN[:-1]), "odd": ask(app, "ü" * 30), "empty": ask(app, "")}
    missing = app.test_client().get("/no-such-page")
    assert {name: (one.status_code, one.text) for name, one in refused.items()} == dict.fromkeys(refused, (404, missing.text))
    assert ask(app).status_code == 200
    assert off.extensions["woodpecker-answer-times"] is None  # nothing is measured for nobody


@pytest.mark.parametrize(("allow", "address", "status"), [
    (["127.0.0.1"], "127.0.0.1", 200), (["127.0.0.1"], "127.0.0.2", 404), (["10.0.0.0/8", "::1"], "10.9.8.7", 200),
    (["10.0.0.0/8"], "::ffff:10.9.8.7", 200), (["10.0.0.0/8"], "11.0.0.1", 404), (["10.0.0.0/8"], "", 404),
    (["fd00::/8"], "fd12::1", 200)])
def test_listed_addresses_may_ask(settings: Settings, engine: Engine, clock: FrozenClock, allow: list[str], address: str,
                                  status: int) -> None:
    app = app_of(settings, engine, clock, allow=allow)
    answer = app.test_client().get("/metrics", environ_overrides={"REMOTE_ADDR": address},
                                   headers={"X-Forwarded-For": "127.0.0.1"})
    assert answer.status_code == status


def test_with_both_set_both_are_asked_for(settings: Settings, engine: Engine, clock: FrozenClock) -> None:
    app = app_of(settings, engine, clock, token=TOKEN, allow=["10.0.0.1"])
    from_there = {"environ_overrides": {"REMOTE_ADDR": "10.0.0.1"}}
    answers = ask(app, **from_there), ask(app), ask(app, "wrong", **from_there)
    assert [one.status_code for one in answers] == [200, 404, 404]


def test_over_a_real_socket(app: Flask) -> None:
    with served(app) as address:
        answer = requests.get(f"{address}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=10)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers


# What they say


def test_counts_and_moments_are_those_of_the_database(app: Flask, engine: Engine) -> None:
    with writing(engine) as session:
        house = factories.build(session)
        reader = factories.reader(session)
        factories.message(session, reader, "请问", fate=MessageFate.DESK)
        for n in range(3):
            factories.report(session, HEADLINE)
            session.add(OutgoingMessage(reader_id=reader, kind="outcome", idempotency_key=f"k{n}", text="话",
                                        state=OutgoingState.QUEUED, not_before=NOW - timedelta(minutes=n),
                                        created_at=NOW - timedelta(hours=1)))
        session.add_all([
            JobRun(name="deliver", started_at=NOW, finished_at=NOW - timedelta(hours=2), outcome=JobOutcome.DONE, result={}),
            JobRun(name=jobs.TURN, started_at=NOW, finished_at=NOW, outcome=JobOutcome.DONE, result={"failed": ["deliver"]})])
    found = values(app)
    with reading(engine) as session:
        stored = len(session.scalars(select(factories.Message.id)).all())  # type: ignore[attr-defined]
    told = {name: found[f"woodpecker_{name}"] for name in (
        "messages_received_total", "messages{fate=desk}", "messages{fate=failed}", "reports_filed_total", "reports{state=filed}",
        "reports{state=decided}", "outbox_messages{state=queued}", "outbox_oldest_seconds", "job_failing{job=deliver}",
        "job_failing{job=watch}", "job_last_success_timestamp_seconds{job=deliver}",
        "job_last_success_timestamp_seconds{job=watch}", "scheduler_last_turn_timestamp_seconds",
        "backup_last_success_timestamp_seconds", "alerts")}
    at = NOW.timestamp()
    assert told == dict(zip(told, (stored, 1, 0, 3, 3, 0, 3, 120, 1, 0, at - 7200, at, at, 0, 0), strict=True))
    assert found["woodpecker_disk_size_bytes"] > found["woodpecker_disk_free_bytes"] > 0
    assert [name for name in found if name.startswith("woodpecker_round_closes")] == [
        f"woodpecker_round_closes_timestamp_seconds{{contest={house.contest_id},round={month},state=open}}"
        for month in ("2026-11", "2026-12", "2027-01")]


def test_answer_times_of_all_processes_are_added_up(app: Flask, engine: Engine, settings: Settings) -> None:
    platform = Platform(app.test_client(), settings, NOW)
    for _ in range(3):
        assert platform.post(platform.text("你好")).status_code == 200
    assert app.test_client().post("/wechat/main", data=b"<xml/>").status_code == 403
    other = AnswerTimes(engine)  # another process
    for seconds in (0.005, 0.0051, 4.5, 9.0):
        other.answered(seconds)
    other.failed()
    other.close()
    found = values(app)
    assert (found["woodpecker_answer_seconds_count"], found["woodpecker_answer_seconds_bucket{le=+Inf}"]) == (7, 7)
    assert found["woodpecker_answer_seconds_bucket{le=4.0}"] == 5
    assert found["woodpecker_answer_seconds_bucket{le=5.0}"] == 6
    assert 13.5 < found["woodpecker_answer_seconds_sum"] < 23
    assert {name: value for name, value in found.items() if "deliveries" in name} == {
        "woodpecker_deliveries_total{outcome=answered}": 7, "woodpecker_deliveries_total{outcome=refused}": 1,
        "woodpecker_deliveries_total{outcome=failed}": 1}


def test_bucket_holds_its_bound(engine: Engine) -> None:
    times = AnswerTimes(engine)
    times.answered(0.005)
    times.answered(0.0050001)
    times.close()
    with reading(engine) as session:
        assert {row.name: row.many for row in session.scalars(select(AnswerCount)) if row.name != "sum_microseconds"} == {
            "0.005": 1, "0.01": 1}


def test_counts_that_the_database_does_not_take_are_added_later(engine: Engine, tmp_path: Any) -> None:
    empty = make_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    times = AnswerTimes(empty)
    times.answered(0.1)
    times.flush()
    times._engine = engine
    times.close()
    empty.dispose()
    with reading(engine) as session:
        assert session.get_one(AnswerCount, "0.1").many == 1


def test_thread_adds_them_by_itself(engine: Engine) -> None:
    times = AnswerTimes(engine, every_seconds=0.01)
    times.answered(0.1)
    assert times._thread is not None
    while times._counts:
        times._ending.wait(0.01)
    times.close()
    with reading(engine) as session:
        assert session.get_one(AnswerCount, "0.1").many == 1


# What they do not say


def test_database_that_does_not_answer_is_said_so(settings: Settings, clock: FrozenClock) -> None:
    """Not a page for people, nor an error with its trace at each scrape."""
    gone = make_engine("postgresql+psycopg://nobody@127.0.0.1:1/none", busy_seconds=1)
    app = app_of(settings, gone, clock, token=TOKEN)
    answer = ask(app)
    app.extensions["woodpecker-answer-times"].close()
    app.extensions["woodpecker-door"].intake.close()
    gone.dispose()
    assert (answer.status_code, answer.text) == (503, "the database does not answer\n")


def test_names_follow_the_conventions_and_nothing_is_of_anybody(app: Flask, engine: Engine) -> None:
    with writing(engine) as session:
        house: House = factories.build(session)
        number = factories.report(session, f"{HEADLINE} 我叫季小满，手机13912345678")
        factories.accept(session, number, house)
        login = session.get_one(Staff, house.editor_id).login
    text = ask(app).text
    names = set(re.findall(r"^# TYPE (\S+) (\S+)", text, re.MULTILINE))
    assert len(names) > 15
    for name, kind in names:
        assert name.startswith("woodpecker_"), name
        assert name.endswith("_total") is (kind == "counter"), name
        assert (name.endswith(("_seconds", "_bytes")) or kind != "histogram"), name
    assert all(re.search(rf"^# HELP {name} \S", text, re.MULTILINE) for name, _ in names)
    assert {label for labels in re.findall(r"\{(.*?)\}", text) for label in re.findall(r"(\w+)=", labels)} == {
        "le", "outcome", "fate", "state", "job", "contest", "round"}
    assert text.isascii()  # no name of a reader, a member, a paper or a contest
    assert not [word for word in (NICKNAME, OPENID, "13912345678", str(number), login, TOKEN) if word in text]


def test_settings_refuse_what_would_let_everybody_in() -> None:
    for wrong in ({"token": "short"}, {"token": "a b" * 20}, {"allow": ["everybody"]}, {"allow": ["10.0.0.1/8"]}):
        with pytest.raises(ValueError, match=r"token|allow"):
            MetricsSettings.model_validate(wrong)
