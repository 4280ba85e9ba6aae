"""What waits rides on the next reply: the oldest first, within 2048 bytes, the rest announced, nothing twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from bot.dialogue import phrases
from models.outgoing import DeliveryAttempt, OutgoingMessage
from models.session import writing
from tests.support.outbox import LATER, START, Outbox

LONG = "长" * 500  # 1500 bytes


@pytest.fixture
def outbox(outbox: Outbox) -> Outbox:
    """Of an account that cannot write by itself."""
    return replace(outbox, verified=False)


def test_waiting_words_ride_on_the_reply(outbox: Outbox) -> None:
    outbox.put("k1", "您的第1条：采纳。")
    outbox.put("k2", "您的第2条：不是差错。")
    assert outbox.run() == {"unreachable": 2}
    assert outbox.reply("收到，谢谢！") == (
        "收到，谢谢！\n\n还有几件事要告诉您：\n您的第1条：采纳。\n\n您的第2条：不是差错。")
    assert outbox.state("k1") == ("sent", None)
    assert outbox.attempts("k1") == [("passive", "sent", None)]
    assert outbox.reply("收到，谢谢！") == "收到，谢谢！"


def test_new_words_are_left_to_delivery_but_not_for_long(outbox: Outbox) -> None:
    outbox.put()
    overdue = START + timedelta(minutes=5)
    assert outbox.reply("好", overdue - timedelta(milliseconds=1)) == "好"
    assert outbox.reply("好", overdue) == "好\n\n还有一件事要告诉您：\n话k1"
    assert outbox.run(overdue + timedelta(minutes=1)) == {}


def test_what_can_still_be_called_back_does_not_ride(outbox: Outbox) -> None:
    outbox.put()
    assert outbox.reply("好", LATER - timedelta(milliseconds=1)) == "好"
    assert outbox.call_back("k1")


def test_nothing_rides_where_nothing_is_replied(outbox: Outbox) -> None:
    outbox.put()
    outbox.run()
    assert outbox.reply(None) is None
    assert outbox.state()[0] == "unreachable"


def test_what_waits_is_told_where_there_are_no_words_of_our_own(outbox: Outbox) -> None:
    outbox.put()
    outbox.run()
    assert outbox.reply("") == "话k1"
    assert outbox.state()[0] == "sent"
    assert outbox.reply("") is None


def test_nothing_rides_on_the_reply_to_somebody_else(outbox: Outbox) -> None:
    outbox.reader(2)
    outbox.put(reader=2)
    outbox.run()
    assert outbox.reply("好") == "好"
    assert outbox.reply("好", reader=None) == "好"


def test_rest_is_announced_and_read_with_more(outbox: Outbox) -> None:
    for n in range(3):
        outbox.put(f"k{n}", f"{n}{LONG}")
    outbox.run()
    assert outbox.reply("收到") == f"收到\n\n还有几件事要告诉您：\n0{LONG}\n\n还有2条，回“更多”看。"
    assert outbox.reply(phrases.NOTHING_MORE) == f"1{LONG}\n\n还有1条，回“更多”看。"
    assert outbox.reply(phrases.NOTHING_MORE) == f"2{LONG}"
    assert outbox.reply(phrases.NOTHING_MORE) == phrases.NOTHING_MORE


def test_long_reply_leaves_room_for_the_announcement_only(outbox: Outbox) -> None:
    outbox.put("k1", LONG)
    outbox.run()
    own = "收" * 660
    assert outbox.reply(own) == f"{own}\n\n还有1条，回“更多”看。"
    assert outbox.state()[0] == "unreachable"
    full = "收" * 680
    assert outbox.reply(full) == full


def test_words_past_their_time_do_not_ride(outbox: Outbox) -> None:
    outbox.put(expires_at=LATER + timedelta(seconds=1))
    outbox.run()
    assert outbox.reply("好", LATER + timedelta(seconds=1)) == "好"


def test_words_called_back_or_sent_do_not_ride(outbox: Outbox) -> None:
    outbox.put("k1")
    outbox.put("k2")
    outbox.call_back("k1")
    replace(outbox, verified=True).run()
    assert outbox.reply("好", START + timedelta(hours=1)) == "好"


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(own=st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=700),
       texts=st.lists(st.text("长x😀", min_size=1, max_size=400), max_size=5))
def test_reply_never_outgrows_a_message_and_nothing_is_lost(outbox: Outbox, own: str, texts: list[str]) -> None:
    with writing(outbox.engine) as session:
        session.execute(delete(DeliveryAttempt))
        session.execute(delete(OutgoingMessage))
    for n, text in enumerate(texts):
        outbox.put(f"h{n}", f"{n}{text}")
    whole = outbox.reply(own, START + timedelta(days=1)) or ""
    assert len(whole.encode()) <= max(2048, len(own.encode()))
    assert whole.startswith(own)
    got = [n for n in range(len(texts)) if outbox.state(f"h{n}")[0] == "sent"]
    assert got == list(range(len(got)))
    assert all(outbox.message(f"h{n}").text in whole for n in got)
