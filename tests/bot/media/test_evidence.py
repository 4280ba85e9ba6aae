"""A photo and the words beside it: which report it is evidence for, and when it stays a letter."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, update

from bot.dialogue import media_phrases, phrases
from bot.understanding.values import Field
from models.enums import MessageFate, ReportState
from models.reports import Report
from models.session import writing
from tests.support.world import Chat, messages_of, reports_of

WORDS = "柳湾版3版《社区食堂开张》，“优慧”应为“优惠”"


def photo_of(desk: Any) -> Any:
    [one] = desk.attachments()
    return one


def fates(engine: Engine, kind: str = "image") -> list[MessageFate]:
    return [one.fate for one in messages_of(engine) if one.msg_type == kind]


def test_a_photo_after_a_report_is_its_evidence_and_no_letter(chat: Chat, desk: Any, engine: Engine) -> None:
    chat.say("oA", WORDS, "11-10 09:00")
    assert chat.media("oA", "image", "11-10 09:29") == media_phrases.photo_with_report(1, None)
    [report] = reports_of(engine)
    assert photo_of(desk).report_id == report.id
    assert fates(engine) == [MessageFate.READ]


def test_a_photo_before_the_report_becomes_its_evidence(chat: Chat, desk: Any, engine: Engine) -> None:
    assert chat.media("oA", "image", "11-10 09:00") == media_phrases.PHOTO_KEPT
    assert fates(engine) == [MessageFate.DESK]
    chat.say("oA", WORDS, "11-10 09:29")
    [report] = reports_of(engine)
    assert photo_of(desk).report_id == report.id
    assert fates(engine) == [MessageFate.READ]


@pytest.mark.parametrize(("first", "second"), [("photo", "words"), ("words", "photo")])
def test_more_than_half_an_hour_apart_they_stay_apart(
    chat: Chat, desk: Any, engine: Engine, first: str, second: str
) -> None:
    for what, when in ((first, "11-10 09:00"), (second, "11-10 09:31")):
        if what == "photo":
            chat.media("oA", "image", when)
        else:
            chat.say("oA", WORDS, when)
    assert photo_of(desk).report_id is None
    assert fates(engine) == [MessageFate.DESK]


def test_another_readers_photo_is_not_taken(chat: Chat, desk: Any, engine: Engine) -> None:
    chat.say("oA", WORDS)
    chat.media("oB", "image")
    assert photo_of(desk).report_id is None
    assert fates(engine) == [MessageFate.DESK]


def test_a_voice_stays_a_letter_beside_a_report(chat: Chat, desk: Any, engine: Engine) -> None:
    chat.say("oA", WORDS)
    assert chat.media("oA", "voice") == media_phrases.VOICE_KEPT
    assert photo_of(desk).report_id is None
    assert fates(engine, "voice") == [MessageFate.DESK]


def test_several_photos_in_one_go_are_all_evidence(chat: Chat, desk: Any, engine: Engine) -> None:
    for _ in range(3):
        chat.media("oA", "image")
    chat.say("oA", WORDS)
    [report] = reports_of(engine)
    assert [one.report_id for one in desk.attachments()] == [report.id] * 3
    assert fates(engine) == [MessageFate.READ] * 3


def test_words_that_report_nothing_leave_the_photo_at_the_desk(chat: Chat, desk: Any, engine: Engine) -> None:
    chat.media("oA", "image")
    chat.say("oA", "谢谢编辑")
    assert photo_of(desk).report_id is None
    assert fates(engine) == [MessageFate.DESK]


def test_beside_a_half_told_report_the_question_is_repeated_and_the_photo_stays_a_letter(
    chat: Chat, desk: Any, engine: Engine
) -> None:
    chat.say("oA", "柳湾版3版《社区食堂开张》有错字")
    assert chat.media("oA", "image") == media_phrases.photo_with_report(1, phrases.ASKS[Field.DETAIL])
    [report] = reports_of(engine)
    assert (report.state, photo_of(desk).report_id) == (ReportState.HALF_TOLD, report.id)
    assert fates(engine) == [MessageFate.DESK]
    chat.say("oA", "“优慧”应为“优惠”")
    [report] = reports_of(engine)
    assert (report.state, report.wrong) == (ReportState.FILED, "优慧")
    assert fates(engine) == [MessageFate.READ]


@pytest.mark.parametrize("state", [ReportState.WITHDRAWN, ReportState.LAPSED])
def test_a_report_that_is_closed_takes_no_photo(chat: Chat, desk: Any, engine: Engine, state: ReportState) -> None:
    chat.say("oA", WORDS)
    with writing(engine) as session:
        session.execute(update(Report).values(state=state, withdrawn_at=chat.now))
    chat.media("oA", "image")
    assert photo_of(desk).report_id is None
    assert fates(engine) == [MessageFate.DESK]


