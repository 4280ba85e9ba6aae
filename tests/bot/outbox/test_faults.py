"""Each code of the platform once and always, an API that is down for a day: nobody hears twice, nothing is forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.wechat.client import Answer
from tests.support.outbox import LATER, NO_CONNECTION, SENT, SILENCE, FakeSender, Outbox

RETRIED = [-1, 45011, 40001, 40014, 42001]
DAILY = [45009]
OF_THE_READER = {45015: "window", 45047: "quota", 40003: "refused", 43004: "refused", 50005: "refused", 43019: "refused",
                 43101: "no_consent", 48002: "refused"}  # fmt: skip
OF_THE_CALL = [48001, 48004, 45028]
OF_THE_ACCOUNT = [50002, 40164, 61004, 40013, 40125, 40243, 89500, 89503, 89599]
OURS = [40033, 47001, 47003, 45002, 45008, 40007, 99999]
MIDNIGHT = datetime.fromisoformat("2026-11-11T00:05:00+08:00")


def days_of_runs(outbox: Outbox, *, start: datetime = LATER, days: float = 1.0, minutes: int = 40) -> None:
    """The scheduler again and again, if more rarely than in life."""
    moment, end = start, start + timedelta(days=days)
    while moment <= end:
        outbox.run(moment)
        moment += timedelta(minutes=minutes)


# once


@pytest.mark.parametrize("code", RETRIED)
def test_passing_trouble_is_tried_again_a_minute_later(outbox: Outbox, code: int) -> None:
    outbox.put()
    outbox.sender.answers = [Answer(code, "busy")]
    assert outbox.run() == {"queued": 1}
    assert outbox.message().not_before == LATER + timedelta(minutes=1)
    assert outbox.rights()["api"] == ("resting", code, LATER + timedelta(minutes=1))
    assert outbox.run(LATER + timedelta(seconds=59)) == {}
    assert outbox.run(LATER + timedelta(minutes=1)) == {"sent": 1}
    assert outbox.attempts() == [("customer", "refused", code), ("customer", "sent", 0)]
    assert outbox.rights()["api"] == ("granted", None, None)


@pytest.mark.parametrize("code", DAILY)
def test_used_up_quota_waits_for_the_reset(outbox: Outbox, code: int) -> None:
    outbox.put("k1")
    outbox.put("k2")
    outbox.sender.answers = [Answer(code, "daily")]
    assert outbox.run() == {"queued": 1, "waiting": 1}
    assert outbox.rights() == {"customer": ("resting", code, MIDNIGHT)}
    assert outbox.run(MIDNIGHT - timedelta(seconds=1)) == {}
    assert outbox.run(MIDNIGHT) == {"sent": 2}


@pytest.mark.sampled
@pytest.mark.parametrize(("code", "why"), OF_THE_READER.items())
def test_reader_who_is_refused_is_left_alone_until_he_acts(outbox: Outbox, code: int, why: str) -> None:
    outbox.put("k1")
    outbox.put("k2")
    outbox.sender.answers = [Answer(code, "no")]
    assert outbox.run() == {"unreachable": 2}
    assert outbox.state("k1") == ("unreachable", why)
    days_of_runs(outbox, days=0.2)
    assert len(outbox.sender.calls) == 1
    outbox.hear(LATER + timedelta(hours=6))
    assert outbox.run(LATER + timedelta(hours=6)) == {"sent": 2}


@pytest.mark.sampled
@pytest.mark.parametrize("code", OF_THE_CALL)
def test_call_that_is_not_granted_is_switched_off(outbox: Outbox, code: int) -> None:
    outbox.put("k1")
    outbox.put("k2")
    outbox.sender.answers = [Answer(code, "unauthorized")]
    assert outbox.run() == {"unreachable": 2}
    assert outbox.rights() == {"customer": ("refused", code, None)}
    days_of_runs(outbox)
    assert (len(outbox.sender.calls), outbox.state("k2")) == (1, ("unreachable", "switched_off"))
    assert "话k1" in (outbox.reply("收到", LATER + timedelta(days=2)) or "")


@pytest.mark.sampled
@pytest.mark.parametrize("code", OF_THE_ACCOUNT)
def test_trouble_of_the_account_switches_everything_off(outbox: Outbox, code: int) -> None:
    outbox.put("k1")
    outbox.put("k2")
    outbox.sender.answers = [Answer(code, "ip")]
    assert outbox.run() == {"unreachable": 2}
    assert outbox.rights() == {"api": ("refused", code, None)}
    days_of_runs(outbox)
    assert len(outbox.sender.calls) == 1


@pytest.mark.sampled
@pytest.mark.parametrize("code", OURS)
def test_fault_of_ours_goes_to_a_person_and_holds_up_no_other(outbox: Outbox, code: int) -> None:
    outbox.put("k1")
    outbox.put("k2")
    outbox.sender.answers = [Answer(code, "bad")]
    assert outbox.run() == {"failed": 1, "sent": 1}
    days_of_runs(outbox)
    assert (len(outbox.sender.calls), outbox.state("k1")) == (2, ("failed", "bad"))


def test_done_before_is_sent(outbox: Outbox) -> None:
    outbox.put()
    outbox.sender.answers = [Answer(45065, "clientmsgid exist")]
    assert outbox.run() == {"sent": 1}


def test_silence_after_sending_goes_to_a_person_and_the_others_wait_a_minute(outbox: Outbox) -> None:
    outbox.put("k1")
    outbox.put("k2")
    outbox.sender.answers = [SILENCE]
    assert outbox.run() == {"uncertain": 1, "waiting": 1}
    days_of_runs(outbox)
    assert outbox.sender.texts == ["话k1", "话k2"]
    assert outbox.states() == {"uncertain": 1, "sent": 1}


def test_message_that_never_left_goes_again(outbox: Outbox) -> None:
    outbox.put()
    outbox.sender.answers = [NO_CONNECTION]
    assert outbox.run() == {"queued": 1}
    assert outbox.run(LATER + timedelta(minutes=1)) == {"sent": 1}
    assert outbox.attempts() == [("customer", "never_left", None), ("customer", "sent", 0)]


# always


@pytest.mark.slow
@pytest.mark.parametrize("code", RETRIED)
def test_trouble_that_stays_is_asked_about_more_and_more_rarely(outbox: Outbox, code: int) -> None:
    for n in range(5):
        outbox.put(f"k{n}")
    outbox.sender = FakeSender(always=Answer(code, "busy"))
    days_of_runs(outbox)
    assert len(outbox.sender.calls) <= 32
    assert outbox.states() == {"queued": 5}
    outbox.sender = FakeSender()
    outbox.run(LATER + timedelta(days=1, hours=1))
    outbox.run(LATER + timedelta(days=1, hours=2))
    assert (outbox.states(), len(outbox.sender.texts)) == ({"sent": 5}, len(set(outbox.sender.texts)))


@pytest.mark.slow
@pytest.mark.parametrize("code", [*DAILY, *OF_THE_READER, *OF_THE_CALL, *OF_THE_ACCOUNT, *OURS])
def test_code_that_stays_loses_nothing_and_is_not_asked_for_ever(outbox: Outbox, code: int) -> None:
    for n in range(3):
        outbox.put(f"k{n}")
    outbox.sender = FakeSender(always=Answer(code, "no"))
    days_of_runs(outbox)
    assert len(outbox.sender.calls) <= 6
    assert sum(outbox.states().values()) == 3
    assert "sent" not in outbox.states()
    assert set(outbox.states()) <= {"queued", "unreachable", "failed"}


@pytest.mark.slow
def test_platform_that_takes_messages_and_never_answers_makes_few_uncertain(outbox: Outbox) -> None:
    for n in range(2, 22):
        outbox.reader(n)
        outbox.put(f"k{n}", reader=n)
    outbox.sender = FakeSender(always=SILENCE)
    outbox.sender.probed = NO_CONNECTION
    days_of_runs(outbox, minutes=10)
    assert (len(outbox.sender.calls), outbox.states()) == (1, {"uncertain": 1, "queued": 19})
    assert 20 <= outbox.sender.probes <= 32


@pytest.mark.slow
def test_api_that_is_down_for_a_day_delays_and_loses_nothing(outbox: Outbox) -> None:
    for n in range(2, 32):
        outbox.reader(n)
        outbox.put(f"k{n}", reader=n)
    outbox.sender = FakeSender(always=NO_CONNECTION)
    outbox.sender.probed = NO_CONNECTION
    days_of_runs(outbox)
    assert outbox.states() == {"queued": 30}
    assert (len(outbox.sender.calls), outbox.rights()["api"][0]) == (1, "resting")
    outbox.sender = FakeSender(always=SENT)
    days_of_runs(outbox, start=LATER + timedelta(days=1, hours=1), days=0.1)
    assert sorted(outbox.sender.texts) == sorted(f"话k{n}" for n in range(2, 32))
    assert outbox.states() == {"sent": 30}


@pytest.mark.slow
def test_while_the_api_is_down_a_reader_who_writes_gets_his_words_with_the_reply(outbox: Outbox) -> None:
    outbox.put()
    outbox.sender = FakeSender(always=NO_CONNECTION)
    outbox.run()
    assert outbox.reply("收到", LATER + timedelta(hours=1)) == "收到\n\n还有一件事要告诉您：\n话k1"
    outbox.sender = FakeSender()
    days_of_runs(outbox)
    assert outbox.sender.calls == []
