"""A photo whose print was read: the article found, the reader asked once, his next words taken in its light."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from bot import jobs
from bot.audit import by_staff
from bot.dialogue import media_phrases
from bot.media.ocr import CannotRead
from bot.media.store import Store
from bot.readers import mutes
from bot.wechat.media import Given
from bot.work import Work
from models.enums import MessageFate, OutgoingState, ReportSource, ReportState, Role
from models.outgoing import OutgoingMessage
from models.session import writing
from tests.support import factories
from tests.support.files import picture
from tests.support.world import LIUWAN, Chat, messages_of, open_contest, reports_of, rows

CANTEEN = ["社区食堂开张老人吃上热饭", "柳湾街道社区食堂上周开张，老人凭卡享", "受八折优慧，中午来吃饭的人排起了长队。",
           "食堂每天供应十二个菜，家住银杏路的季"]  # fmt: skip
PAGE = [*CANTEEN, "经过半年建设，位于杏花路口的口袋公园日前建成开", "方，园内种了三十余种花木。",
        "园方提醒，宠物须栓绳入园，游客请勿攀折花木。"]
ELSEWHERE = ["今日菜价：青菜三元一斤", "欢迎光临本店"]
QUESTION = media_phrases.photo_question(LIUWAN, "03", "社区食堂开张 老人吃上热饭")


def asked(engine: Engine) -> list[tuple[str, OutgoingState]]:
    return [(one.text, one.state) for one in rows(engine, OutgoingMessage)]


@pytest.fixture
def photo(chat: Chat, desk: Any) -> Any:
    """A photo that was fetched; `desk.lines` says what will be read on it."""
    chat.media("oA", "image", "11-10 09:00")
    desk.api.files["media-1"] = Given(picture())
    desk.fetch(chat.now)
    return desk


def read(desk: Any, chat: Chat, lines: list[str]) -> dict[str, Any]:
    desk.lines = lines
    result: dict[str, Any] = desk.read(chat.now)
    return result


def test_the_reader_is_asked_which_words_are_wrong(photo: Any, chat: Chat, engine: Engine) -> None:
    assert read(photo, chat, CANTEEN) == {"article": 1}
    assert asked(engine) == [(QUESTION, OutgoingState.QUEUED)]
    [report] = reports_of(engine)
    assert (report.state, report.source, report.page_label) == (ReportState.HALF_TOLD, ReportSource.PHOTO, "03")
    [one] = photo.attachments()
    assert one.article_id == report.stated_article_id is not None
    [message] = messages_of(engine)
    assert message.fate is MessageFate.DESK
    assert photo.read(chat.now) == {}


@pytest.mark.parametrize(
    ("words", "wrong", "right"),
    [("“优慧”应为“优惠”", "优慧", "优惠"), ("优慧应为优惠", "优慧", "优惠"), ("地的说，多了一个的", "地的说", None)],
)
def test_his_next_words_are_taken_in_the_light_of_the_article(
    photo: Any, chat: Chat, engine: Engine, words: str, wrong: str, right: str | None
) -> None:
    read(photo, chat, CANTEEN)
    chat.say("oA", words)
    [report] = reports_of(engine)
    [one] = photo.attachments()
    assert (report.state, report.article_id, one.report_id) == (ReportState.FILED, one.article_id, report.id)
    assert wrong in report.wrong
    assert right is None or report.right == right
    assert [message.fate for message in messages_of(engine)] == [MessageFate.READ, MessageFate.READ]


def test_the_time_that_counts_is_that_of_the_words(photo: Any, chat: Chat, engine: Engine) -> None:
    read(photo, chat, CANTEEN)
    chat.say("oA", "“优慧”应为“优惠”", "11-10 10:30")
    [report] = reports_of(engine)
    assert report.counts_at == chat.now
    assert [one.report_id for one in photo.attachments()] == [report.id]


def test_another_error_told_in_full_is_a_report_of_its_own(photo: Any, chat: Chat, engine: Engine) -> None:
    read(photo, chat, CANTEEN)
    chat.say("oA", "柳湾版头版《垃圾箱房换新颜》，“自觉的分类”应为“自觉地分类”")
    assert [(one.state, one.wrong) for one in reports_of(engine)] == [
        (ReportState.HALF_TOLD, None), (ReportState.FILED, "自觉的分类")]  # fmt: skip


def test_words_sent_before_the_question_left_take_it_back(photo: Any, chat: Chat, engine: Engine) -> None:
    read(photo, chat, CANTEEN)
    chat.say("oA", "“优慧”应为“优惠”")
    assert asked(engine) == [(QUESTION, OutgoingState.CALLED_BACK)]


def test_only_the_page_is_said_where_several_articles_are_on_the_photo(photo: Any, chat: Chat, engine: Engine) -> None:
    assert read(photo, chat, PAGE) == {"page": 1}
    assert asked(engine) == [(media_phrases.photo_question(LIUWAN, "03", None), OutgoingState.QUEUED)]
    [one] = photo.attachments()
    assert (one.page_id is None, one.article_id) == (False, None)
    chat.say("oA", "“栓绳”应为“拴绳”")
    [report] = reports_of(engine)
    assert (report.state, report.page_label, report.located) == (ReportState.FILED, "03", "found")


def test_what_is_not_found_is_said_kindly_and_stays_a_letter(photo: Any, chat: Chat, engine: Engine) -> None:
    assert read(photo, chat, ELSEWHERE) == {"nothing": 1}
    assert asked(engine) == [(media_phrases.PHOTO_UNKNOWN, OutgoingState.QUEUED)]
    assert reports_of(engine) == []
    assert [message.fate for message in messages_of(engine)] == [MessageFate.DESK]


def test_a_muted_reader_is_asked_about_the_article_and_told_nothing_more(
    photo: Any, chat: Chat, desk: Any, engine: Engine
) -> None:
    with writing(engine) as session:
        staff_id = factories.staff(session, "zhubian", Role.CHIEF)
        mutes.mute(session, 1, None, "天天来闲聊", actor=by_staff(staff_id), now=chat.now)
    assert read(photo, chat, ELSEWHERE) == {"nothing": 1}
    assert asked(engine) == []
    chat.media("oA", "image")
    desk.fetch(chat.now)
    assert read(desk, chat, CANTEEN) == {"article": 1}
    assert asked(engine) == [(QUESTION, OutgoingState.QUEUED)]
    assert [one.state for one in reports_of(engine)] == [ReportState.HALF_TOLD]


def test_three_photos_in_one_go_are_one_question(chat: Chat, desk: Any, engine: Engine) -> None:
    desk.api.files["media-1"] = Given(picture())
    for _ in range(3):
        chat.media("oA", "image")
    desk.fetch(chat.now)
    assert read(desk, chat, ELSEWHERE) == {"nothing": 3}
    assert asked(engine) == [(media_phrases.PHOTO_UNKNOWN, OutgoingState.QUEUED)]


def test_a_second_photo_asks_nothing_beside_the_first_question(photo: Any, chat: Chat, engine: Engine) -> None:
    read(photo, chat, CANTEEN)
    chat.media("oA", "image")
    photo.fetch(chat.now)
    assert photo.read(chat.now) == {"article": 1}
    assert [text for text, _ in asked(engine)] == [QUESTION]
    assert len(reports_of(engine)) == 1


def test_a_photo_says_where_a_report_without_a_place_is(photo: Any, chat: Chat, engine: Engine) -> None:
    """He wrote only the right form, the machine asked where, the photo is the answer."""
    chat.say("oA", "“优慧”应为“优惠”，不知道在哪")
    [before] = reports_of(engine)
    read(photo, chat, CANTEEN)
    [report] = reports_of(engine)
    assert report.state is ReportState.FILED
    assert (report.page_label or before.page_label, report.located) == (before.page_label or "03", "found")
    assert [one.report_id for one in photo.attachments()] == [report.id]


def test_a_half_told_report_is_completed_and_he_hears_of_it(chat: Chat, desk: Any, engine: Engine) -> None:
    chat.say("oA", "“的的”应为“的”", "11-10 08:58")
    [before] = reports_of(engine)
    assert before.state is ReportState.HALF_TOLD
    chat.media("oA", "image", "11-10 09:00")
    desk.api.files["media-1"] = Given(picture())
    desk.fetch(chat.now)
    read(desk, chat, CANTEEN)
    [report] = reports_of(engine)
    assert (report.state, report.counts_at) == (ReportState.FILED, before.counts_at)
    [(text, _)] = asked(engine)
    assert text.startswith("照片看到了，已经补上。记为第1条")
    assert [one.fate for one in messages_of(engine)] == [MessageFate.READ, MessageFate.READ]


def test_nobody_is_asked_about_an_old_photo(photo: Any, chat: Chat, engine: Engine) -> None:
    photo.lines = CANTEEN
    assert photo.read(chat.now + timedelta(hours=25)) == {}
    assert asked(engine) == []


def test_nobody_is_asked_who_has_gone(photo: Any, chat: Chat, engine: Engine) -> None:
    chat.event("oA", "unsubscribe")
    assert read(photo, chat, CANTEEN) == {}
    assert asked(engine) == []


def test_a_photo_that_cannot_be_read_stays_a_letter(photo: Any, chat: Chat, engine: Engine) -> None:
    def fail(_: bytes) -> list[str]:
        raise CannotRead("TimeoutExpired")

    work = photo.work(chat.now)
    assert jobs.read_photos(Work(work.engine, work.settings, work.clock, work.library, work.delivery,
                                      sources=work.sources, read_lines=fail), chat.now) == {"unread": 1}  # fmt: skip
    assert photo.read(chat.now) == {}
    assert [one.fate for one in messages_of(engine)] == [MessageFate.DESK]


def test_without_the_extra_the_photo_is_evidence_and_nothing_fails(photo: Any, chat: Chat, engine: Engine) -> None:
    assert photo.read(chat.now) == {}
    assert [one.fate for one in messages_of(engine)] == [MessageFate.DESK]
    chat.say("oA", "柳湾版3版《社区食堂开张》，“优慧”应为“优惠”")
    assert [one.fate for one in messages_of(engine)] == [MessageFate.READ, MessageFate.READ]


def test_a_file_that_is_missing_stops_no_other(photo: Any, chat: Chat, engine: Engine, tmp_path: Any) -> None:
    photo.store = Store(str(tmp_path / "elsewhere"))
    assert read(photo, chat, CANTEEN) == {"unread": 1}


def test_where_no_contest_runs_the_photo_stays_a_letter(engine: Engine, desk: Any) -> None:
    open_contest(engine, account="another")
    chat = Chat(engine)
    chat.media("oA", "image")
    desk.api.files["media-1"] = Given(picture())
    desk.fetch(chat.now)
    read(desk, chat, CANTEEN)
    assert [one.fate for one in messages_of(engine)] == [MessageFate.DESK]
    chat.close()
