"""At night nobody is written to who did not just write himself: it waits for the morning, or rides."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from bot.outbox.quiet import awake, is_quiet
from bot.settings import ReadersSettings
from models.messages import Message
from tests.support.outbox import TEMPLATE, Outbox
from tests.support.world import at

HOURS = (time(21, 30), time(7, 30))
EVENING, NIGHT, MORNING = at("11-10 21:29"), at("11-10 23:00"), at("11-11 07:30")


@pytest.fixture
def outbox(outbox: Outbox) -> Outbox:
    """By day the reader wrote; the night has its hours."""
    outbox.hear(at("11-10 20:00"))
    return replace(outbox, hours=HOURS)


def test_result_of_the_evening_leaves_in_the_evening(outbox: Outbox) -> None:
    outbox.put(kind="outcome", now=EVENING - timedelta(seconds=10))
    assert outbox.run(EVENING) == {"sent": 1}


@pytest.mark.parametrize("night", [at("11-10 21:30"), NIGHT, at("11-11 00:00"), at("11-11 07:29")])
def test_result_of_the_night_waits_for_the_morning(outbox: Outbox, night: datetime) -> None:
    outbox.put(kind="outcome", now=night - timedelta(seconds=10))
    assert outbox.run(night) == {"waiting": 1}
    assert (outbox.state(), outbox.message().not_before) == (("queued", "night"), MORNING)
    assert outbox.run(MORNING - timedelta(seconds=1)) == {}
    assert outbox.run(MORNING) == {"sent": 1}
    assert len(outbox.sender.calls) == 1


def test_results_of_one_night_come_as_one_message_in_the_morning(outbox: Outbox) -> None:
    for n in (1, 2, 3):
        outbox.put(f"k{n}", kind="outcome", now=NIGHT + timedelta(hours=n))
        outbox.run(NIGHT + timedelta(hours=n, minutes=1))
    assert outbox.run(MORNING) == {"sent": 3}
    assert len(outbox.sender.calls) == 1


def test_what_waits_for_the_morning_can_be_called_back(outbox: Outbox) -> None:
    outbox.put(kind="outcome", now=NIGHT)
    outbox.run(NIGHT + timedelta(minutes=1))
    assert outbox.call_back("k1")
    assert outbox.run(MORNING) == {}


def test_who_writes_at_night_is_told_with_the_answer(outbox: Outbox) -> None:
    outbox.put(kind="outcome", now=NIGHT)
    outbox.run(NIGHT + timedelta(minutes=1))
    asked = NIGHT + timedelta(minutes=2)
    outbox.hear(asked)
    assert outbox.reply("收到", asked) == "收到\n\n还有一件事要告诉您：\n话k1"
    assert outbox.run(MORNING) == {}


@pytest.mark.parametrize(("kind", "wrote", "goes"), [
    ("desk", NIGHT - timedelta(minutes=5), True), ("late_answer", NIGHT - timedelta(minutes=30), True),
    ("desk", NIGHT - timedelta(minutes=31), False), ("outcome", NIGHT - timedelta(minutes=1), False),
    ("month", NIGHT - timedelta(minutes=1), False),
])
def test_answer_to_what_was_just_written_goes_at_night_too(outbox: Outbox, kind: str, wrote: datetime, goes: bool) -> None:
    outbox.hear(wrote)
    outbox.put(kind=kind, now=NIGHT - timedelta(seconds=10))
    assert outbox.run(NIGHT) == ({"sent": 1} if goes else {"waiting": 1})


def test_window_that_closes_in_the_night_is_not_used_in_it(outbox: Outbox) -> None:
    """It rides with the next answer then; nobody is woken for it."""
    outbox.set(Message, create_time=int(at("11-09 02:00").timestamp()))
    outbox.put(kind="outcome", now=NIGHT)
    assert outbox.run(NIGHT + timedelta(minutes=1)) == {"waiting": 1}
    assert outbox.run(MORNING) == {"unreachable": 1}
    assert outbox.state() == ("unreachable", "window")
    assert outbox.reply("收到", MORNING + timedelta(hours=1)) == "收到\n\n还有一件事要告诉您：\n话k1"


def test_templates_wait_too(outbox: Outbox) -> None:
    outbox = replace(outbox, kind="service", templates={"outcome": TEMPLATE})
    outbox.set(Message, create_time=int(at("11-05 09:00").timestamp()))
    outbox.put(kind="outcome", now=NIGHT)
    assert outbox.run(NIGHT + timedelta(minutes=1)) == {"waiting": 1}
    assert outbox.run(MORNING) == {"sent": 1}
    assert len(outbox.sender.notices) == 1


def test_what_no_channel_can_say_does_not_wait_for_the_morning(outbox: Outbox) -> None:
    outbox = replace(outbox, verified=False)
    outbox.put(kind="outcome", now=NIGHT)
    assert outbox.run(NIGHT + timedelta(minutes=1)) == {"unreachable": 1}


@pytest.mark.parametrize(("hours", "quiet"), [((time(13), time(14)), False), ((time(0), time(0)), False),
                                              ((time(21), time(8)), True), ((time(22), time(23, 30)), True)])
def test_hours_over_midnight_and_within_a_day(hours: tuple[time, time], quiet: bool) -> None:
    assert is_quiet(NIGHT, hours) is quiet
    assert (awake(NIGHT, hours) > NIGHT) is quiet


def test_night_is_set_by_default() -> None:
    assert ReadersSettings().quiet == HOURS
