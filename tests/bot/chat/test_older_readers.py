"""Who speaks, sends a photo, telephones or takes his time: a kind word, one question at a time, and whom to call."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from bot.audit import by_staff
from bot.catalogue.library import Library
from bot.claiming.terms import Terms
from bot.clock import FrozenClock
from bot.dialogue import media_phrases, person_phrases, phrases
from bot.judging import grading
from bot.judging.grading import GradeInput
from bot.letters import callers
from bot.letters.callers import Given
from bot.outbox.channels import Account
from bot.outbox.delivery import Delivery
from models.enums import MessageFate, ReportSource, ReportState, Role, Verdict
from models.measures import ReaderMeasure
from models.session import writing
from tests.support import factories, world
from tests.support.factories import version_of
from tests.support.world import Chat, at, messages_of, reports_of

READER = "oGranny"
WORDS = "柳湾版3版《社区食堂开张》，“八折优慧”应为“八折优惠”"
OTHER = "柳湾版3版，“高兴地的说”应为“高兴地说”"
PHONE = "021-5555 0100"
QUESTIONS = (*phrases.ASKS.values(), phrases.ASK_NAME, "您满意吗？")


@pytest.fixture
def chat(contest: int, engine: Engine) -> Iterator[Chat]:
    with writing(engine) as session:
        factories.staff(session, "editor", Role.EDITOR)
    chat = Chat(engine, terms=Terms(phone=PHONE, hours="周一至周五 9:00—17:00"))
    yield chat
    chat.close()


def voice(chat: Chat, words: str | None) -> str:
    """A voice as it comes: with what the platform heard, or without."""
    chat.sent += 1
    incoming = world.text_message(READER, words or "", created=chat.now, msg_id=5000 + chat.sent)
    incoming = incoming._replace(msg_type="voice", content=words, media_id="voice-1")
    return chat.intake.take(chat.account, incoming, stale=False, now=chat.now) or ""


def asked(reply: str) -> int:
    return sum(reply.count(one) for one in QUESTIONS)


def test_voice_that_was_recognised_is_a_report_like_any(chat: Chat, engine: Engine) -> None:
    assert "记为第1条" in voice(chat, WORDS)
    assert [one.wrong for one in reports_of(engine)] == ["八折优慧"]


def test_voice_that_was_not_recognised_goes_to_a_person_with_a_kind_word_and_a_telephone(chat: Chat, engine: Engine) -> None:
    reply = voice(chat, None)
    assert reply.startswith(media_phrases.VOICE_KEPT)
    assert PHONE in reply
    assert messages_of(engine)[-1].fate is MessageFate.DESK


def test_photo_alone_goes_to_a_person_with_a_kind_word_and_a_telephone(chat: Chat, engine: Engine) -> None:
    reply = chat.media(READER, "image") or ""
    assert reply.startswith(media_phrases.PHOTO_KEPT)
    assert PHONE in reply
    assert messages_of(engine)[-1].fate is MessageFate.DESK


def test_words_that_are_for_a_person_name_the_telephone(chat: Chat) -> None:
    assert PHONE in chat.say(READER, "我家门口的路灯坏了好久了，麻烦你们来修一修")


def test_muted_reader_is_not_sent_to_the_telephone(chat: Chat, engine: Engine) -> None:
    chat.say(READER, "你好")
    with writing(engine) as session:
        session.add(ReaderMeasure(reader_id=1, kind="mute", reason="只是来闹的", made_at=at("11-10 08:00"), made_by_id=1))
    assert chat.take(READER, "我家门口的路灯坏了好久了，麻烦你们来修一修") == person_phrases.HEARD


@pytest.mark.parametrize("text", [
    "柳湾版3版有错字", WORDS, f"{WORDS}；{OTHER}", "“自觉的分类”应为“自觉地分类”", "“天空很篮”应为“天空很蓝”", "我要纠错"])
def test_one_question_at_a_time(chat: Chat, text: str) -> None:
    assert asked(chat.say(READER, text)) <= 1


def test_question_of_ours_waits_a_day_and_is_answered_then(chat: Chat, engine: Engine) -> None:
    chat.say(READER, "柳湾版3版有错字", "11-10 09:00")
    assert "补上" in chat.say(READER, "“八折优慧”应为“八折优惠”", "11-11 08:59")
    assert [one.state for one in reports_of(engine)] == [ReportState.FILED]


def test_result_that_rides_on_a_question_asks_none_of_its_own(chat: Chat, engine: Engine) -> None:
    chat.say(READER, WORDS)
    with writing(engine) as session:
        number = reports_of(engine)[0].id
        grading.grade(session, number, GradeInput(Verdict.ACCEPTED, row_code="N-05", marks=(True, True, True)),
                      actor=by_staff(1), now=at("11-11 09:00"), expected_version=version_of(session, number))
    account = Account("main", "社区发布", "subscription", False, None)
    Delivery({"main": account}, FrozenClock(at("11-11 09:01")).now).run(engine, now=at("11-11 09:01"))
    reply = chat.say(READER, "柳湾版1版有错字", "11-11 09:02")
    assert ("结果：采纳。" in reply, asked(reply)) == (True, 1)


def test_who_telephones_is_taken_down_by_staff_and_gets_a_number(chat: Chat, engine: Engine) -> None:
    with writing(engine) as session:
        entered = callers.enter(session, Library(), Given(
            contest_id=1, words=WORDS, way="call", called_at=at("11-10 08:50"), label="银杏路季阿婆", nonce="n1"),
            actor=by_staff(1), now=at("11-10 09:00"))
    [report] = reports_of(engine)
    assert (report.source, report.counts_at, report.wrong) == (ReportSource.STAFF, at("11-10 08:50"), "八折优慧")
    assert f"编号{report.id}" in (messages_of(engine)[-1].reply or "")
    assert entered.filed[0].report_id == report.id
