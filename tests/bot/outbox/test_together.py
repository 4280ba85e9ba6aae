"""Several results for one reader: one message, each with a state of its own, none lost and none twice."""

from __future__ import annotations

from datetime import timedelta

from bot.wechat.client import Answer
from bot.wechat.replies import MAX_TEXT_BYTES
from tests.support.outbox import LATER, SILENCE, START, FakeSender, Outbox

LONG = "长" * 500  # 1500 bytes


def _three(outbox: Outbox) -> None:
    for n in (1, 2, 3):
        outbox.put(f"k{n}", f"第{n}条：采纳。", kind="outcome")


def test_results_that_are_due_together_go_as_one_message(outbox: Outbox) -> None:
    _three(outbox)
    assert outbox.run() == {"sent": 3}
    assert outbox.sender.texts == ["有3件事告诉您：\n\n第1条：采纳。\n\n第2条：采纳。\n\n第3条：采纳。"]
    assert [outbox.state(f"k{n}") for n in (1, 2, 3)] == [("sent", None)] * 3
    assert [outbox.attempts(f"k{n}") for n in (1, 2, 3)] == [[("customer", "sent", 0)]] * 3
    assert outbox.run(LATER + timedelta(days=1)) == {}


def test_one_result_stands_without_a_heading(outbox: Outbox) -> None:
    outbox.put("k1", "第1条：采纳。", kind="outcome")
    outbox.run()
    assert outbox.sender.texts == ["第1条：采纳。"]


def test_one_call_for_many_counts_once_against_the_readers_five(outbox: Outbox) -> None:
    _three(outbox)
    outbox.run()
    for n in range(4, 8):
        outbox.put(f"k{n}", kind="desk", now=LATER)
    assert outbox.run(LATER + timedelta(seconds=10)) == {"sent": 4}
    outbox.put("k8", kind="desk", now=LATER)
    assert outbox.run(LATER + timedelta(seconds=20)) == {"unreachable": 1}
    assert outbox.state("k8") == ("unreachable", "quota")


def test_result_that_can_still_be_called_back_stays_out_of_the_message(outbox: Outbox) -> None:
    outbox.put("k1", "第1条：采纳。", kind="outcome")
    outbox.put("k2", "第2条：采纳。", kind="outcome", now=START + timedelta(seconds=5))
    outbox.put("k3", "第3条：采纳。", kind="outcome")
    assert outbox.call_back("k3")
    assert outbox.run() == {"sent": 1}
    assert outbox.call_back("k2")
    assert outbox.sender.texts == ["第1条：采纳。"]


def test_nobody_knows_of_one_that_went_in_silence_and_so_of_none(outbox: Outbox) -> None:
    outbox.sender = FakeSender(SILENCE)
    _three(outbox)
    assert outbox.run() == {"uncertain": 3}
    assert outbox.states() == {"uncertain": 3}
    assert outbox.rights()["api"][2] == LATER + timedelta(minutes=1)  # rests once for the call, not for each


def test_refused_words_hold_up_no_other_result(outbox: Outbox) -> None:
    """The platform says no to the message; each is tried alone, and only the one to blame goes to a person."""
    outbox.sender = FakeSender(Answer(87014, "risky content"), Answer(87014, "risky content"))
    _three(outbox)
    assert outbox.run() == {"queued": 3}
    assert outbox.run(LATER + timedelta(seconds=15)) == {"failed": 1, "sent": 2}
    assert outbox.sender.texts[1:] == ["第1条：采纳。", "第2条：采纳。", "第3条：采纳。"]


def test_what_does_not_fit_goes_as_a_message_of_its_own(outbox: Outbox) -> None:
    outbox.put("k1", LONG, kind="outcome")
    outbox.put("k2", "第2条：采纳。", kind="outcome")
    outbox.put("k3", LONG, kind="outcome")
    assert outbox.run() == {"sent": 2, "waiting": 1}
    assert outbox.run(START + timedelta(minutes=5)) == {"sent": 1}
    assert outbox.sender.texts == [f"有2件事告诉您：\n\n{LONG}\n\n第2条：采纳。", LONG]
    assert max(len(text.encode()) for text in outbox.sender.texts) <= MAX_TEXT_BYTES


def test_words_of_another_kind_or_reader_do_not_come_along(outbox: Outbox) -> None:
    outbox.reader(2)
    _three(outbox)
    outbox.put("desk", "编辑的话", kind="desk")
    outbox.put("other", "第1条：采纳。", kind="outcome", reader=2)
    assert outbox.run() == {"sent": 5}
    assert sorted(openid for openid, _ in outbox.sender.calls) == ["o1", "o1", "o2"]


def test_channel_closed_to_all_holds_each_back(outbox: Outbox) -> None:
    outbox.sender = FakeSender(Answer(45015, "out of time"))
    _three(outbox)
    assert outbox.run() == {"unreachable": 3}
    assert outbox.states() == {"unreachable": 3}
    assert len(outbox.sender.calls) == 1


def test_results_graded_one_by_one_come_as_a_few_messages(outbox: Outbox) -> None:
    """Ten reports of one reader, graded a minute apart: a window holds five messages, and none of the ten is lost."""
    for n in range(10):
        outbox.put(f"k{n}", f"第{n}条：采纳。", kind="outcome", now=START + timedelta(minutes=n))
        outbox.run(START + timedelta(minutes=n, seconds=10))
    for n in range(10, 30):
        outbox.run(START + timedelta(minutes=n, seconds=10))
    assert [text.count("采纳") for text in outbox.sender.texts] == [1, 5, 4]
    assert outbox.states() == {"sent": 10}


def test_result_after_a_result_says_why_it_waits(outbox: Outbox) -> None:
    _two_a_minute_apart(outbox)
    assert outbox.state("k2") == ("queued", "together")
    assert outbox.message("k2").not_before == LATER + timedelta(minutes=5)
    assert outbox.run(LATER + timedelta(minutes=5)) == {"sent": 1}


def test_whoever_writes_meanwhile_is_told_with_the_answer(outbox: Outbox) -> None:
    _two_a_minute_apart(outbox)
    assert outbox.reply("收到", LATER + timedelta(minutes=2)) == "收到\n\n还有一件事要告诉您：\n第2条：采纳。"


def test_result_waits_for_nobody_once_its_reader_wrote_again(outbox: Outbox) -> None:
    outbox.put("k1", "第1条：采纳。", kind="outcome")
    outbox.run()
    outbox.hear(LATER + timedelta(minutes=1))
    outbox.put("k2", "第2条：采纳。", kind="outcome", now=LATER + timedelta(minutes=1))
    assert outbox.run(LATER + timedelta(minutes=2)) == {"sent": 1}


def test_result_waits_for_nobody_where_the_window_would_close(outbox: Outbox) -> None:
    late = START + timedelta(hours=47, minutes=57)
    outbox.put("k1", "第1条：采纳。", kind="outcome", now=late)
    outbox.put("k2", "第2条：采纳。", kind="outcome", now=late + timedelta(minutes=1))
    assert outbox.run(late + timedelta(seconds=10)) == {"sent": 1}
    assert outbox.run(late + timedelta(minutes=1, seconds=10)) == {"sent": 1}


def test_answers_of_the_desk_wait_for_no_result(outbox: Outbox) -> None:
    outbox.put("k1", "第1条：采纳。", kind="outcome")
    outbox.run()
    outbox.put("k2", kind="desk", now=LATER)
    assert outbox.run(LATER + timedelta(seconds=10)) == {"sent": 1}


def _two_a_minute_apart(outbox: Outbox) -> None:
    outbox.put("k1", "第1条：采纳。", kind="outcome")
    outbox.run()
    outbox.put("k2", "第2条：采纳。", kind="outcome", now=LATER + timedelta(seconds=50))
    assert outbox.run(LATER + timedelta(minutes=1)) == {"waiting": 1}
