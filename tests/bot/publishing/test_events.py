"""What closes and becomes public is told once to the program of the configuration, signed as the guide's example wants it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from bot import jobs, webhook_signing
from bot.audit import SCHEDULER, by_staff
from bot.clock import FrozenClock
from bot.contest import rounds
from bot.contest.after_pick import amends
from bot.publishing import events
from bot.recording import records
from bot.setting_sections import IntegrationSettings
from bot.settings import Settings
from bot.work import Work
from models.contests import Award, Round
from models.enums import NameState, OutgoingState
from models.outgoing import OutgoingCall
from models.readers import Reader
from models.session import reading, writing
from tests.support.receiver import Receiver, receiving
from tests.support.settings import reached
from tests.support.town import Town, at
from tests.support.work import work_of

PICKED = at("2023-06-02 00:15")
RELEASED = PICKED + timedelta(hours=1)
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdefghijklmnopqrstuv").decode()
OLD = "whsec_" + base64.b64encode(b"vutsrqponmlkjihgfedcba9876543210").decode()
Verify = Callable[..., bool]


def example() -> Verify:
    """The function of the guide, as it stands there."""
    text = (Path(__file__).parents[3] / "docs/integration.md").read_text(encoding="utf-8")
    found: dict[str, Any] = {}
    exec(re.findall(r"```python\n(.*?)```", text, re.DOTALL)[0], found)
    verify: Verify = found["verify"]
    return verify


@pytest.fixture
def town(engine: Engine) -> Town:
    """A picked round of one winner with a name to print."""
    with Session(engine, expire_on_commit=False) as session:
        town = Town.founded(session)
        town.grade(town.file("甲", town.said(1)).report_id)
        session.execute(update(Reader).where(Reader.id == town.reader("甲")).values(
            name_state=NameState.GIVEN, printed_name="早起鸟", name_is_nickname=True))
        assert rounds.close_round(session, town.round().id, actor=SCHEDULER, now=town.round().closes_at)
        assert rounds.pick_round(session, town.round().id, actor=SCHEDULER, now=PICKED)
        session.commit()
        return town


@pytest.fixture
def other() -> Iterator[Receiver]:
    with receiving() as other:
        yield other


@pytest.fixture
def work(engine: Engine, settings: Settings, other: Receiver) -> Work:
    told = IntegrationSettings(webhook_url=f"{other.address}/in", webhook_secret=SECRET)
    return work_of(engine, reached(settings).model_copy(update={"integration": told}), PICKED)


def turn(work: Work, now: Any = None) -> None:
    assert isinstance(work.clock, FrozenClock)
    work.clock.moment = now or work.clock.moment
    for name in ("tell_events", "post_calls"):
        jobs.JOBS[name](work, work.clock.now())


def release(engine: Engine, town: Town) -> int:
    with writing(engine) as session:
        round_ = session.scalars(select(Round).where(Round.month == "2023-05")).one()
        assert rounds.release_round(session, round_.id, actor=by_staff(town.chief), now=RELEASED)
        return round_.id


def test_each_thing_is_told_once_in_the_order_in_which_it_happened(
    engine: Engine, town: Town, work: Work, other: Receiver
) -> None:
    turn(work)
    assert [one.json["type"] for one in other.calls] == ["round.closed"]
    round_id = release(engine, town)
    turn(work, RELEASED)
    turn(work, RELEASED + timedelta(minutes=1))
    closed, record, winners = (one.json for one in other.calls)
    assert {record["type"], winners["type"]} == {"record.published", "winners.released"}
    assert closed == {"type": "round.closed", "timestamp": at("2023-06-02 00:00").isoformat(), "data": {
        "contest_id": town.contest_id, "contest": "啄木鸟", "month": "2023-05", "page": None, "json": None}}
    told = record if record["type"] == "record.published" else winners
    with reading(engine) as session:
        row = records.find(session, "啄木鸟", "2023-05")
        assert (told["data"]["version"], told["data"]["digest"], told["data"]["sha256"]) == (1, row.digest, row.sha256)
    assert told["data"]["page"] == f"https://desk.example.org/records/{town.contest_id}/2023-05"
    assert told["data"]["json"] is None  # the pages are not given as JSON here
    assert other.calls[0].headers["webhook-id"] == f"round_closed_{round_id}"
    assert len({one.headers["webhook-id"] for one in other.calls}) == 3
    assert "早起鸟" not in "".join(one.data.decode() for one in other.calls)


def test_correction_of_a_released_list_is_told(engine: Engine, town: Town, work: Work, other: Receiver) -> None:
    round_id = release(engine, town)
    turn(work, RELEASED)
    before = len(other.calls)
    now = RELEASED + timedelta(hours=1)
    with writing(engine) as session:
        award = session.scalars(select(Award.id).where(Award.round_id == round_id)).one()
        change = amends.draft_name(session, award, "早起的鸟", "登错了一个字", actor=by_staff(town.second), now=now)
        amends.release(session, change, amends.plan(session, change).seen, actor=by_staff(town.chief), now=now)
    work = replace(work, settings=work.settings.model_copy(update={
        "integration": work.settings.integration.model_copy(update={"json_pages": True})}))
    turn(work, now)
    (told,) = (one.json for one in other.calls[before:])
    assert (told["type"], told["timestamp"]) == ("correction.published", now.isoformat())
    assert told["data"]["json"] == f"https://desk.example.org/records/{town.contest_id}/2023-05.json"
    assert "早起" not in str(told)


def test_example_of_the_guide_says_yes_to_what_is_sent_and_no_to_anything_else(
    engine: Engine, town: Town, work: Work, other: Receiver
) -> None:
    turn(work)
    (sent,) = other.calls
    verify, now = example(), PICKED.timestamp()
    assert verify(SECRET, sent.headers, sent.data, now)
    assert not verify(OLD, sent.headers, sent.data, now)
    assert not verify(SECRET, sent.headers, sent.data + b" ", now)
    assert not verify(SECRET, sent.headers | {"webhook-id": "round_closed_9"}, sent.data, now)
    assert not verify(SECRET, sent.headers | {"webhook-timestamp": str(int(now) + 1)}, sent.data, now)
    assert not verify(SECRET, sent.headers, sent.data, now + 301)
    assert not verify(SECRET, sent.headers | {"webhook-timestamp": "-1"}, sent.data, now)


def test_known_example_of_the_specification() -> None:
    """The vector that the libraries of Standard Webhooks are tested with."""
    made = webhook_signing.headers(
        webhook_signing.secrets_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), "msg_p5jXN8AQM9LWM0D4loKWxJek",
        b'{"test": 2432232314}', now=at("1970-01-01 08:00") + timedelta(seconds=1614265330))
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_while_a_secret_is_changed_both_sign(engine: Engine, town: Town, work: Work, other: Receiver) -> None:
    both = work.settings.integration.model_copy(update={"webhook_secret": f"{OLD} {SECRET}"})
    turn(replace(work, settings=work.settings.model_copy(update={"integration": both})))
    (sent,) = other.calls
    verify = example()
    assert [verify(one, sent.headers, sent.data, PICKED.timestamp()) for one in (SECRET, OLD)] == [True, True]


@pytest.mark.slow
def test_every_try_has_the_same_id_and_a_time_of_its_own(engine: Engine, town: Town, work: Work, other: Receiver) -> None:
    other.answers = [(503, b""), (200, b"")]
    turn(work)
    turn(work, PICKED + timedelta(minutes=1))
    first, second = other.calls
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 60
    assert first.data == second.data
    assert example()(SECRET, second.headers, second.data, PICKED.timestamp() + 60)


@pytest.mark.slow
def test_nothing_is_told_without_an_address_and_nothing_of_long_ago(
    engine: Engine, settings: Settings, town: Town, work: Work
) -> None:
    assert events.tell(engine, settings, now=PICKED) == {}
    assert events.tell(engine, work.settings, now=at("2023-06-02 00:00") + events.BACK + timedelta(seconds=1)) == {}
    assert events.tell(engine, work.settings, now=PICKED) == {"told": 1}
    assert events.tell(engine, work.settings, now=PICKED) == {}
    with reading(engine) as session:
        assert [row.state for row in session.scalars(select(OutgoingCall))] == [OutgoingState.QUEUED]


@pytest.mark.parametrize("wrong", [
    {"webhook_url": "https://a.example/"}, {"webhook_url": "ftp://a.example/", "webhook_secret": SECRET},
    {"webhook_url": "https://user:word@a.example/", "webhook_secret": SECRET}, {"webhook_secret": "whsec_short"},
    {"webhook_secret": SECRET.removeprefix("whsec_")}, {"webhook_secret": "whsec_*" * 9},
    {"webhook_url": "https://a.example/\r\nX: y", "webhook_secret": SECRET}])
def test_settings_refuse_what_would_not_be_signed_or_not_be_called(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"webhook"):
        IntegrationSettings.model_validate(wrong)
