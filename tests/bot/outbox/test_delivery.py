"""The queue and its delivery with a fake sender: grace, claims, channels, windows, what nobody can say."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, update

from bot.wechat.client import Answer
from models.enums import OutgoingState
from models.outgoing import OutgoingMessage
from models.readers import Reader
from models.session import writing
from tests.support.outbox import LATER, START, TEMPLATE, FakeSender, Outbox

ROOT = Path(__file__).resolve().parents[3]
HOURS_48 = timedelta(hours=48)


def test_message_leaves_ten_seconds_after_it_was_decided(outbox: Outbox) -> None:
    outbox.put()
    assert outbox.run(LATER - timedelta(milliseconds=1)) == {}
    assert outbox.run() == {"sent": 1}
    assert outbox.sender.calls == [("o1", "话k1")]
    found = outbox.message()
    assert (found.state, found.sent_at) == (OutgoingState.SENT, LATER)
    assert outbox.run(LATER + timedelta(days=1)) == {}


def test_one_key_is_queued_once(outbox: Outbox) -> None:
    assert outbox.put() is not None
    assert outbox.put() is None


def test_endless_words_are_cut_to_what_a_message_takes(outbox: Outbox) -> None:
    outbox.put(text="长" * 1000)
    found = outbox.message().text
    assert (len(found.encode()) <= 1900, found.endswith("长…")) == (True, True)


def test_message_is_called_back_until_it_leaves(outbox: Outbox) -> None:
    outbox.put()
    assert outbox.call_back("k1")
    assert not outbox.call_back("k1")
    assert outbox.run() == {}
    outbox.put("k2")
    outbox.run()
    assert not outbox.call_back("k2")
    assert outbox.sender.texts == ["话k2"]


def test_message_that_found_no_channel_can_be_called_back(outbox: Outbox) -> None:
    outbox.sender = None
    outbox.put()
    outbox.run()
    assert outbox.call_back("k1")
    assert outbox.reply("收到", LATER + timedelta(days=1)) == "收到"


def test_reader_who_has_gone_is_not_written_to(outbox: Outbox) -> None:
    outbox.put("before")
    outbox.set(Reader, openid=None)
    assert outbox.put("after") is None
    assert outbox.run() == {"unreachable": 1}
    assert (outbox.sender.calls, outbox.state("before")) == ([], ("unreachable", "gone"))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"sender": None}, "no_channel"),
        ({"verified": False}, "no_channel"),
        ({"kind": "service", "verified": False}, "no_channel"),
    ],
)
def test_account_without_a_channel_makes_the_message_unreachable(outbox: Outbox, changes: dict, why: str) -> None:
    sender = outbox.sender
    outbox = replace(outbox, **changes)
    outbox.put()
    assert outbox.run() == {"unreachable": 1}
    assert (sender.calls, outbox.state()) == ([], ("unreachable", why))


@pytest.mark.parametrize("kind", ["test", "subscription", "service"])
def test_account_with_the_right_sends_by_itself(outbox: Outbox, kind: str) -> None:
    outbox = replace(outbox, kind=kind, verified=kind != "test")
    outbox.put()
    assert outbox.run() == {"sent": 1}
    assert outbox.attempts() == [("customer", "sent", 0)]


def test_after_48_hours_the_message_shows_as_unreachable_until_the_reader_writes_again(outbox: Outbox) -> None:
    outbox.put()
    after = START + HOURS_48
    assert outbox.run(after) == {"unreachable": 1}
    assert outbox.state() == ("unreachable", "window")
    assert outbox.run(after + timedelta(days=3)) == {}
    outbox.hear(after + timedelta(days=4))
    assert outbox.run(after + timedelta(days=4)) == {"sent": 1}


def test_just_within_48_hours_it_is_sent(outbox: Outbox) -> None:
    outbox.put()
    assert outbox.run(START + HOURS_48 - timedelta(seconds=5)) == {"sent": 1}


def test_sixth_message_after_one_of_the_readers_waits(outbox: Outbox) -> None:
    for n in range(6):
        outbox.put(f"k{n}")
    assert outbox.run() == {"sent": 5, "unreachable": 1}
    assert outbox.state("k5") == ("unreachable", "quota")
    outbox.hear(LATER + timedelta(minutes=1))
    assert outbox.run(LATER + timedelta(minutes=10)) == {"sent": 1}


def test_template_goes_where_the_window_is_closed(outbox: Outbox) -> None:
    outbox = replace(outbox, kind="service", templates={"award": TEMPLATE})
    outbox.put("k1", "您得了最佳啄木鸟", kind="award")
    outbox.put("k2", kind="outcome")
    assert outbox.run(START + HOURS_48) == {"sent": 1, "unreachable": 1}
    assert outbox.attempts("k1") == [("template", "sent", 0)]
    assert outbox.sender.notices == [("cgi-bin/message/template/send", {
        "touser": "o1", "template_id": "T1", "data": {"thing1": {"value": "您得了最佳啄木鸟"}},
        "client_msg_id": f"wp-{outbox.message('k1').id}"})]


def test_within_the_window_no_template_is_used(outbox: Outbox) -> None:
    outbox = replace(outbox, kind="service", templates={"desk": TEMPLATE})
    outbox.put()
    outbox.run()
    assert (outbox.attempts(), outbox.sender.notices) == ([("customer", "sent", 0)], [])


def test_channel_that_refuses_the_reader_gives_way_to_the_next_at_once(outbox: Outbox) -> None:
    sender = FakeSender(Answer(45015, "out of time"))
    outbox = replace(outbox, kind="service", templates={"desk": TEMPLATE}, sender=sender)
    outbox.put()
    assert outbox.run() == {"sent": 1}
    assert outbox.attempts() == [("customer", "refused", 45015), ("template", "sent", 0)]


def test_subscription_notice_needs_a_consent_and_uses_it_up(outbox: Outbox) -> None:
    template = replace(TEMPLATE, subscription=True)
    outbox = replace(outbox, kind="service", templates={"desk": template})
    outbox.put("k1")
    assert outbox.run(START + HOURS_48) == {"unreachable": 1}
    item = {"TemplateId": "T1", "SubscribeStatusString": "accept"}
    agreed = START + timedelta(days=3)
    outbox.hear(agreed, event="subscribe_msg_popup_event", SubscribeMsgPopupEvent={"List": [item, item | {
        "TemplateId": "T2"}]})
    outbox.put("k2", now=agreed)
    assert outbox.run(agreed + timedelta(minutes=1)) == {"sent": 1, "unreachable": 1}
    assert {key: outbox.attempts(key) for key in ("k1", "k2")} in (
        {"k1": [("subscription", "sent", 0)], "k2": []}, {"k1": [], "k2": [("subscription", "sent", 0)]})


def test_message_past_its_time_is_not_sent(outbox: Outbox) -> None:
    outbox.put(expires_at=LATER)
    assert outbox.run() == {"expired": 1}
    assert (outbox.sender.calls, outbox.state()) == ([], ("failed", "expired"))


def test_what_stays_sending_goes_to_a_person_and_never_out_again(outbox: Outbox) -> None:
    outbox.put()
    outbox.set(OutgoingMessage, state=OutgoingState.SENDING, claimed_at=LATER)
    assert outbox.run(LATER + timedelta(minutes=10)) == {}
    assert outbox.run(LATER + timedelta(minutes=10, seconds=1)) == {"uncertain": 1}
    assert outbox.run(LATER + timedelta(days=1)) == {}
    assert (outbox.sender.calls, outbox.state()) == ([], ("uncertain", "the process ended during the call"))


KILLED = """
import os, signal, sys
from datetime import datetime
from models.session import make_engine
from tests.support.outbox import FakeSender, Outbox

sender = FakeSender(during=lambda: os.kill(os.getpid(), signal.SIGKILL))
outbox = Outbox(make_engine(sys.argv[1]), sender=sender)
outbox.run(datetime.fromisoformat(sys.argv[2]))
"""


def test_kill_between_sending_and_noting_leaves_one_uncertain_message_and_the_rest_to_go(
    outbox: Outbox, database_url: str
) -> None:
    for n in range(3):
        outbox.put(f"k{n}")
    killed = subprocess.run([sys.executable, "-c", KILLED, database_url, LATER.isoformat()], cwd=ROOT, check=False,
                            env=os.environ | {"PYTHONPATH": str(ROOT)}, timeout=60)  # fmt: skip
    assert killed.returncode == -signal.SIGKILL
    assert outbox.states() == {"sending": 1, "queued": 2}
    assert outbox.run(LATER + timedelta(minutes=11)) == {"uncertain": 1, "sent": 2}
    assert outbox.sender.texts == ["话k1", "话k2"]
    assert outbox.attempts("k0") == [("customer", "unknown", None)]


def test_what_may_have_been_sent_counts_against_the_quota(outbox: Outbox) -> None:
    for n in range(6):
        outbox.put(f"k{n}")
    outbox.sender.answers = [Answer(None, "ReadTimeout")]
    moment: datetime = LATER
    for _ in range(6):
        outbox.run(moment)
        moment += timedelta(minutes=5)
    assert outbox.states() == {"uncertain": 1, "sent": 4, "unreachable": 1}


def test_answer_that_comes_after_the_message_was_given_up_on_is_still_taken_down(outbox: Outbox) -> None:
    late = FakeSender(during=lambda: outbox.set(OutgoingMessage, state=OutgoingState.UNCERTAIN))
    outbox.sender = late
    outbox.put()
    assert outbox.run() == {"sent": 1}
    assert outbox.state() == ("sent", None)


def test_call_that_ends_in_an_unheard_of_way_goes_to_a_person(outbox: Outbox) -> None:
    def broken() -> None:
        raise RuntimeError("of our own making")

    outbox.sender = FakeSender(during=broken)
    outbox.put()
    assert outbox.run() == {"uncertain": 1}
    assert outbox.state() == ("uncertain", "RuntimeError")


def test_no_transaction_is_open_during_a_call(outbox: Outbox) -> None:
    def write_elsewhere() -> None:
        with writing(outbox.engine) as session:
            session.execute(update(Reader).values(printed_name=None))
        assert outbox.state() == ("sending", None)

    outbox.sender = FakeSender(during=write_elsewhere)
    outbox.put()
    assert outbox.run() == {"sent": 1}


def test_two_deliverers_at_once_send_each_message_once_and_keep_the_quota(outbox: Outbox) -> None:
    for n in range(8):
        outbox.put(f"k{n}")
    start = Barrier(2)

    def deliver() -> None:
        start.wait(timeout=20)
        outbox.run()

    threads = [Thread(target=deliver) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(outbox.sender.texts) == len(set(outbox.sender.texts)) == 5
    assert outbox.states() == {"sent": 5, "unreachable": 3}


def test_message_called_back_while_others_are_sent_stays_back(outbox: Outbox) -> None:
    outbox.put("k1")
    outbox.put("k2")
    outbox.sender = FakeSender(during=lambda: outbox.call_back("k2"))
    assert outbox.run() == {"sent": 1, "taken": 1}
    assert outbox.state("k2")[0] == "called_back"


def test_reader_who_leaves_during_the_call_is_not_written_to_again(outbox: Outbox, engine: Engine) -> None:
    def leave() -> None:
        outbox.set(Reader, openid=None)
        outbox.set(OutgoingMessage, text="")

    outbox.sender = FakeSender(Answer(45015, "out of time"), during=leave)
    outbox.put()
    assert outbox.run() == {"unreachable": 1}
    outbox.set(Reader, openid="o1")
    outbox.hear(LATER + timedelta(hours=1))
    assert outbox.reply("收到", LATER + timedelta(hours=1)) == "收到"
    assert outbox.run(LATER + timedelta(hours=1)) == {"unreachable": 1}
    assert len(outbox.sender.calls) == 1
