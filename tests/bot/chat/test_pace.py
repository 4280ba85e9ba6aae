"""Over thirty reports a day: the reader is told, the rest is kept, read the next morning, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select

from bot.catalogue.library import Library
from bot.clock import FrozenClock
from bot.dialogue import person_phrases
from bot.intake import Intake
from bot.reading_jobs import read_unread
from bot.settings import Settings
from models.enums import MessageFate, ReportState
from models.messages import HeldMessage
from models.outgoing import OutgoingMessage
from models.reports import Report
from models.session import make_engine, reading
from tests.support.work import work_of
from tests.support.world import (
    LIUWAN,
    SECRET,
    Chat,
    at,
    generated_issue,
    generated_text,
    messages_of,
    open_contest,
    rows,
)

READER, OTHER = "oKeen", "oOther"
LIMIT = 3


@pytest.fixture
def chat(engine: Engine) -> Iterator[Chat]:
    """A town where three reports a day are a day's work."""
    open_contest(engine, papers=(LIUWAN,), issues=(generated_issue(LIUWAN, "2026-11", 12),))
    chat = Chat(engine)
    chat.intake.close()
    chat.intake = Intake(engine, Library(), secret=SECRET, reports_a_day=LIMIT)
    yield chat
    chat.close()


def fill(chat: Chat, sender: str = READER) -> None:
    for number in range(LIMIT):
        chat.say(sender, generated_text(number), f"11-10 09:0{number}")


def read(chat: Chat, settings: Settings, when: str) -> dict[str, int]:
    work = work_of(chat.engine, settings, at(when))
    assert isinstance(work.clock, FrozenClock)
    return read_unread(work, at(when))


def told(chat: Chat) -> list[str]:
    return [row.text for row in rows(chat.engine, OutgoingMessage)]


def test_reader_beyond_the_pace_is_told_and_the_message_kept(chat: Chat) -> None:
    fill(chat)
    assert chat.say(READER, generated_text(7), "11-10 21:00") == person_phrases.held(LIMIT)
    kept = messages_of(chat.engine)[-1]
    assert (kept.fate, kept.content) == (MessageFate.UNREAD, generated_text(7))
    assert len(rows(chat.engine, Report)) == LIMIT


def test_default_is_thirty_and_stands_in_the_settings(engine: Engine, settings: Settings) -> None:
    open_contest(engine, papers=(LIUWAN,), issues=(generated_issue(LIUWAN, "2026-11", 31),))
    chat = Chat(engine)
    lists = ["\n".join(generated_text(n) for n in range(start, start + 10)) for start in (0, 10, 20)]
    for minute, text in enumerate(lists):
        assert "共10处" in chat.say(READER, text, f"11-10 09:0{minute}")
    assert chat.say(READER, generated_text(30), "11-10 09:05") == person_phrases.held(30)
    assert settings.readers.reports_a_day == 30
    chat.close()


def test_list_that_crosses_the_limit_is_taken_whole(chat: Chat) -> None:
    chat.say(READER, generated_text(0), "11-10 09:00")
    chat.say(READER, "\n".join(generated_text(n) for n in range(1, 6)), "11-10 09:01")
    assert len(rows(chat.engine, Report)) == 6
    assert chat.say(READER, generated_text(6), "11-10 09:02") == person_phrases.held(LIMIT)


def test_held_message_is_read_the_next_morning_at_its_own_time(chat: Chat, settings: Settings) -> None:
    fill(chat)
    chat.say(READER, generated_text(7), "11-10 21:00")
    assert read(chat, settings, "11-10 23:59") == {}
    assert read(chat, settings, "11-11 06:59") == {}
    assert read(chat, settings, "11-11 07:00") == {"read": 1, "failed": 0}
    newest = rows(chat.engine, Report)[-1]
    assert (newest.state, newest.counts_at, newest.late) == (ReportState.FILED, at("11-10 21:00"), False)
    assert messages_of(chat.engine)[-1].fate is MessageFate.READ


def test_everything_held_is_answered_in_one_message(chat: Chat, settings: Settings) -> None:
    fill(chat)
    for minute in range(3):
        chat.say(READER, generated_text(7 + minute), f"11-10 21:0{minute}")
    read(chat, settings, "11-11 07:00")
    assert told(chat) == [person_phrases.held_read(3, 0)]
    assert read(chat, settings, "11-11 07:05") == {}


def test_held_find_stays_ahead_of_who_came_later(chat: Chat, settings: Settings) -> None:
    fill(chat)
    chat.say(READER, generated_text(7), "11-10 21:00")
    chat.say(OTHER, generated_text(7), "11-10 22:00")
    read(chat, settings, "11-11 07:00")
    found = {row.reader_id: row.counts_at for row in rows(chat.engine, Report) if row.erratum_id == _newest(chat)}
    assert sorted(found.values()) == [at("11-10 21:00"), at("11-10 22:00")]


def _newest(chat: Chat) -> int | None:
    return rows(chat.engine, Report)[-1].erratum_id


@pytest.mark.slow
def test_deadline_counts_when_it_was_sent(chat: Chat, settings: Settings) -> None:
    for number in range(LIMIT):
        chat.say(READER, generated_text(number), f"11-30 09:0{number}")
    chat.say(READER, generated_text(7), "11-30 23:59")
    read(chat, settings, "12-01 07:00")
    assert [row.late for row in rows(chat.engine, Report)] == [False] * 4


@pytest.mark.slow
def test_questions_and_changes_are_answered_beyond_the_pace(chat: Chat) -> None:
    fill(chat)
    assert "截止" in chat.say(READER, "截止", "11-10 10:00")
    assert "已经撤回" in chat.say(READER, "撤回 2", "11-10 10:01")
    assert "补上" in chat.say(READER, "改 1 理由 查过词典", "11-10 10:02")


def test_half_told_report_is_completed_beyond_the_pace(chat: Chat) -> None:
    for number in range(LIMIT - 1):
        chat.say(READER, generated_text(number), f"11-10 09:0{number}")
    chat.say(READER, "柳湾版第1版有错字", "11-10 09:10")
    answer = chat.say(READER, generated_text(7), "11-10 09:11")
    assert answer != person_phrases.held(LIMIT)
    assert [row.state for row in rows(chat.engine, Report)] == [ReportState.FILED] * LIMIT


@pytest.mark.slow
def test_next_day_begins_anew(chat: Chat) -> None:
    fill(chat)
    assert "收到" in chat.say(READER, generated_text(7), "11-11 00:01")


@pytest.mark.slow
def test_pace_is_that_of_the_person_over_all_accounts(chat: Chat, database_url: str) -> None:
    engine = make_engine(database_url)
    there = Chat(engine, account="plain", sent=500)
    there.intake = Intake(engine, Library(), secret=SECRET, reports_a_day=LIMIT)
    code = chat.say(READER, "关联", "11-10 08:00").split("关联码：")[1][:6]
    there.say("oKeenToo", f"关联 {code}", "11-10 08:01")
    fill(chat)
    assert there.say("oKeenToo", generated_text(7), "11-10 10:00") == person_phrases.held(LIMIT)
    assert "收到" in there.say(OTHER, generated_text(8), "11-10 10:01")
    there.close()


@pytest.mark.slow
def test_who_unfollows_meanwhile_leaves_nothing_behind(chat: Chat, settings: Settings) -> None:
    fill(chat)
    chat.say(READER, generated_text(7), "11-10 21:00")
    chat.event(READER, "unsubscribe", "11-10 21:05")
    read(chat, settings, "11-11 07:00")
    assert len(rows(chat.engine, Report)) == LIMIT
    assert told(chat) == []


@pytest.mark.slow
def test_half_told_among_the_held_is_asked_about(chat: Chat, settings: Settings) -> None:
    fill(chat)
    chat.say(READER, "“食唐”应为“食堂”", "11-10 21:00")
    read(chat, settings, "11-11 07:00")
    states = [row.state for row in rows(chat.engine, Report)][LIMIT:]
    assert told(chat) == [person_phrases.held_read(len(states), states.count(ReportState.HALF_TOLD))]


@pytest.mark.slow
def test_held_rows_are_marked_told(chat: Chat, settings: Settings) -> None:
    fill(chat)
    chat.say(READER, generated_text(7), "11-10 21:00")
    read(chat, settings, "11-11 07:00")
    with reading(chat.engine) as session:
        assert [row.told_at for row in session.scalars(select(HeldMessage))] == [at("11-11 07:00")]
