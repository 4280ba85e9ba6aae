"""Deliveries that come to one process at once: stored in one transaction on SQLite, each answered for itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from bot import intake, together
from bot.chat import turns
from bot.dialogue import phrases
from bot.intake import CannotStore
from models import session
from models.enums import MessageFate, ReportState
from models.messages import Message
from models.readers import Reader
from tests.support.site import until
from tests.support.world import ACCOUNT, at, messages_of, reports_of, rows, text_message

pytestmark = pytest.mark.one_database  # on PostgreSQL nobody waits for another thread
NOW = at("11-10 09:00")
REPORT = "柳湾版3版《社区食堂开张》，“八折优慧”应为“八折优惠”"
HALF_TOLD = "第3版食堂那篇有错字"


@pytest.fixture
def all_at_once(chat):
    """Deliveries that are all in line before the first is served: the answer of each, or what it raised."""
    line = chat.intake._together

    def deliver(*incoming):
        def one(message):
            try:
                return chat.intake.take(ACCOUNT, message, stale=False, now=NOW)
            except CannotStore as problem:
                return problem

        with ThreadPoolExecutor(len(incoming)) as pool:
            with line._turn:
                coming = []
                for number, message in enumerate(incoming):
                    coming.append(pool.submit(one, message))
                    until(lambda number=number: len(line._line) > number, seconds=20, what="it is in line")
            return [answer.result(20) for answer in coming]

    return deliver


@pytest.fixture
def commits(chat):
    made = []
    event.listen(chat.intake._engine, "commit", lambda db: made.append(1))
    return made


def test_one_commit_is_for_all_of_them_and_each_has_his_own_answer(all_at_once, commits, engine):
    said = [REPORT, "您好", HALF_TOLD, "什么时候截止？", "“污水横留”应为“污水横流”"]

    replies = all_at_once(*(text_message(f"o{n}", one, created=NOW, msg_id=n) for n, one in enumerate(said)))

    assert len(commits) == 1
    assert replies[0].startswith("收到，谢谢！记为第1条")
    assert replies[1] == phrases.HELLO
    assert [m.reply for m in messages_of(engine)] == replies
    assert [(r.reader_id, r.state) for r in reports_of(engine)] == [
        (1, ReportState.FILED), (3, ReportState.HALF_TOLD), (5, ReportState.FILED)]


def test_the_one_that_nobody_can_act_on_is_read_later_and_the_others_are_acted_on(all_at_once, engine, monkeypatch):
    def broken(db, coming, *args, **named):
        if db.scalar(select(Message.content).where(Message.id == coming.message_id)) == "毒药":
            raise RecursionError("too deep")
        return take(db, coming, *args, **named)

    take = turns.take
    monkeypatch.setattr(turns, "take", broken)

    replies = all_at_once(*(text_message(f"o{n}", one, created=NOW, msg_id=n)
                            for n, one in enumerate([REPORT, "毒药", "您好"])))

    assert replies[0].startswith("收到，谢谢！记为第1条")
    assert replies[1:] == [phrases.READ_LATER, phrases.HELLO]
    assert [m.fate for m in messages_of(engine)] == [MessageFate.READ, MessageFate.UNREAD, MessageFate.READ]
    assert [reader.answered for reader in rows(engine, Reader)] == [1, 1, 1]


def test_a_delivery_that_is_there_twice_is_one_message_with_one_answer(all_at_once, commits, engine):
    letter, photo = (text_message("oA", REPORT, created=NOW, msg_id=1),
                     text_message("oA", "", created=NOW, msg_id=2)._replace(msg_type="image", content=None))

    replies = all_at_once(letter, letter, photo, photo, letter)

    assert len(commits) == 1
    assert replies[0] == replies[1] == replies[4]
    assert replies[2] == replies[3]
    assert (len(messages_of(engine)), len(reports_of(engine)), rows(engine, Reader)[0].answered) == (2, 1, 2)


def test_the_second_of_one_reader_is_read_in_the_light_of_the_first(all_at_once, commits, engine):
    replies = all_at_once(*(text_message("oA", one, created=NOW, msg_id=n)
                            for n, one in enumerate([HALF_TOLD, "“八折优慧”应为“八折优惠”"])))

    assert len(commits) == 1
    assert replies[1].startswith("好的，已经补上。记为第1条")
    assert [(r.ordinal, r.state) for r in reports_of(engine)] == [(1, ReportState.FILED)]


def test_more_than_share_a_commit_are_served_one_lot_after_the_other(all_at_once, commits, engine, monkeypatch):
    monkeypatch.setattr(together, "MOST", 3)

    replies = all_at_once(*(text_message(f"o{n}", "您好", created=NOW, msg_id=n) for n in range(7)))

    assert replies == [phrases.HELLO] * 7
    assert (len(messages_of(engine)), len(commits)) == (7, 3)


def test_what_cannot_be_noted_is_acknowledged_to_nobody(all_at_once, chat, engine):
    def full(db):
        raise OSError(28, "No space left on device")

    event.listen(chat.intake._engine, "commit", full)
    lot = [text_message(f"o{n}", REPORT, created=NOW, msg_id=n) for n in range(3)]

    refused = all_at_once(*lot)

    assert [type(one) for one in refused] == [CannotStore] * 3
    assert messages_of(engine) == []
    event.remove(chat.intake._engine, "commit", full)
    assert [one.startswith("收到，谢谢！记为第1条") for one in all_at_once(*lot)] == [True] * 3


def test_another_process_that_writes_is_waited_for_once_and_not_by_each_in_turn(all_at_once, engine, monkeypatch):
    tried, before_a_pause, began, writer = [], [], session._began, engine.connect()
    monkeypatch.setattr(session, "_began", lambda driver, until: tried.append(1) or began(driver, 0.0))
    ends = [writer.rollback]

    def pause(_seconds):
        before_a_pause.append(len(tried))
        with suppress(IndexError):
            ends.pop()()

    writer.exec_driver_sql("UPDATE person SET created_at = created_at")
    monkeypatch.setattr(intake.clock, "pause", pause)
    tried.clear()
    replies = all_at_once(*(text_message(f"o{n}", "您好", created=NOW, msg_id=n) for n in range(5)))
    writer.close()

    assert before_a_pause[0] == 1
    assert replies == [phrases.HELLO] * 5


def test_whoever_is_interrupted_leaves_the_others_in_line(chat, all_at_once, engine, monkeypatch):
    act, stopped = chat.intake._act, []

    def interrupted(*args):
        if not stopped:
            stopped.append(1)
            raise SystemExit
        return act(*args)

    monkeypatch.setattr(chat.intake, "_act", interrupted)
    with pytest.raises(SystemExit):
        all_at_once(*(text_message(f"o{n}", "您好", created=NOW, msg_id=n) for n in range(3)))

    assert [m.content for m in messages_of(engine)] == ["您好"] * 2  # he himself is not answered: it comes again
    assert not chat.intake._together._line


def test_one_whose_turn_does_not_come_is_not_acknowledged_and_the_next_one_is_taken(chat, engine, monkeypatch):
    monkeypatch.setattr(intake, "TRY_FOR_SECONDS", 0.01)

    with chat.intake._together._turn, pytest.raises(CannotStore):
        chat.say("oA", REPORT)

    assert chat.say("oA", "您好") == phrases.HELLO
    assert [m.content for m in messages_of(engine)] == ["您好"]


def test_a_database_that_cannot_be_reached_leaves_nobody_in_line(chat, all_at_once, engine, monkeypatch):
    reach, gone = chat.intake._engine.connect, []

    def lost():
        gone.append(1)
        raise OperationalError("", {}, Exception("unable to open database file"))

    monkeypatch.setattr(intake, "TRY_FOR_SECONDS", 1.0)
    monkeypatch.setattr(chat.intake._engine, "connect", lost)
    refused = all_at_once(*(text_message(f"o{n}", "您好", created=NOW, msg_id=n) for n in range(3)))

    assert [type(one) for one in refused] == [CannotStore] * 3
    assert gone
    assert not chat.intake._together._line
    monkeypatch.setattr(chat.intake._engine, "connect", reach)
    assert chat.say("oA", "您好") == phrases.HELLO
