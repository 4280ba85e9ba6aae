"""来信: answered, closed, turned into reports."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot.clock import FrozenClock
from models.audit import AuditEntry
from models.enums import MessageFate, OutgoingState, ReportSource, ReportState, Role
from models.messages import Message
from models.outgoing import OutgoingMessage
from models.readers import Reader
from models.reports import Report
from models.session import reading, writing
from tests.support import factories
from tests.support.factories import HEADLINE, NOW, House


def kept(engine: Engine, content: str | None = "报纸怎么订？", **given: Any) -> int:
    with writing(engine) as session:
        reader = factories.reader(session)
        return factories.message(session, reader, content, **({"fate": MessageFate.DESK} | given))


def load(engine: Engine, message_id: int) -> Message:
    with reading(engine) as session:
        return session.get_one(Message, message_id)


def outgoing(engine: Engine) -> list[OutgoingMessage]:
    with reading(engine) as session:
        return list(session.scalars(select(OutgoingMessage).order_by(OutgoingMessage.id)))


def test_open_letters_are_listed_the_oldest_first(engine: Engine, house: House, editor: FlaskClient) -> None:
    first = kept(engine, "报纸怎么订？", at=NOW - timedelta(hours=2))
    photo = kept(engine, None, msg_type="image")
    failed = kept(engine, "看不懂的话", fate=MessageFate.FAILED)
    kept(engine, "读懂了的", fate=MessageFate.READ)
    page = editor.get("/desk/").text
    assert [int(one) for one in re.findall(r'class="row-link" href="/desk/(\d+)"', page)] == [first, photo, failed]
    assert "照片" in page
    assert "没读懂" in page
    assert "读懂了的" not in page


def test_empty_desk_says_so(editor: FlaskClient) -> None:
    assert "没有要处理的来信" in editor.get("/desk/").text
    assert "还没有处理过的来信" in editor.get("/desk/?view=closed").text


def test_answer_waits_ten_seconds_in_the_outbox(
    engine: Engine, house: House, editor: FlaskClient, clock: FrozenClock
) -> None:
    message_id = kept(engine)
    assert editor.post(f"/desk/{message_id}/answer", data={"text": "请打邮局电话。"}).status_code == 302
    [sent] = outgoing(engine)
    assert (sent.text, sent.state) == ("请打邮局电话。", OutgoingState.QUEUED)
    assert sent.not_before == clock.now() + timedelta(seconds=10)
    page = editor.get(f"/desk/{message_id}").text
    assert "请打邮局电话。" in page
    assert "撤回" in page
    assert load(engine, message_id).fate is MessageFate.DESK


def test_answers_are_several_messages_and_can_be_taken_back(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    message_id = kept(engine)
    for text in ("第一句", "第二句"):
        editor.post(f"/desk/{message_id}/answer", data={"text": text})
    first, second = outgoing(engine)
    editor.post(f"/desk/{message_id}/answers/{first.id}/take-back")
    assert [one.state for one in outgoing(engine)] == [OutgoingState.CALLED_BACK, OutgoingState.QUEUED]
    assert editor.post(f"/desk/{message_id}/answers/{first.id}/take-back").status_code == 403
    assert editor.post(f"/desk/{message_id + 1}/answers/{second.id}/take-back").status_code == 404


def test_answer_and_close_in_one_go(engine: Engine, house: House, editor: FlaskClient) -> None:
    message_id = kept(engine)
    editor.post(f"/desk/{message_id}/answer", data={"text": "好的", "and_close": "y"})
    saved = load(engine, message_id)
    assert (saved.fate, saved.closed_by_id, saved.close_reason) == (MessageFate.DESK_CLOSED, house.editor_id, "已回复")


@pytest.mark.parametrize("text", ["", "  ", "长" * 601])
def test_empty_or_endless_answer_is_refused(engine: Engine, house: House, editor: FlaskClient, text: str) -> None:
    message_id = kept(engine)
    answer = editor.post(f"/desk/{message_id}/answer", data={"text": text})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert outgoing(engine) == []


def test_reader_who_has_gone_cannot_be_answered(engine: Engine, house: House, editor: FlaskClient) -> None:
    message_id = kept(engine)
    with writing(engine) as session:
        session.scalars(select(Reader)).one().openid = None
    answer = editor.post(f"/desk/{message_id}/answer", data={"text": "好的"})
    assert answer.status_code == 403
    assert "取消关注" in answer.text
    assert "好的" in answer.text


def test_close_wants_a_reason_and_reopen_undoes_it(engine: Engine, house: House, editor: FlaskClient) -> None:
    message_id = kept(engine)
    assert editor.post(f"/desk/{message_id}/close", data={"reason": " "}).status_code == 400
    editor.post(f"/desk/{message_id}/close", data={"reason": "不归我们管"})
    assert load(engine, message_id).fate is MessageFate.DESK_CLOSED
    assert str(message_id) in editor.get("/desk/?view=closed").text
    assert editor.post(f"/desk/{message_id}/close", data={"reason": "再关"}).status_code == 403
    editor.post(f"/desk/{message_id}/reopen")
    saved = load(engine, message_id)
    assert (saved.fate, saved.closed_at, saved.close_reason) == (MessageFate.DESK, None, None)


def test_photo_becomes_a_report_at_the_time_of_the_photo(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    sent_at = NOW - timedelta(hours=20)
    message_id = kept(engine, None, msg_type="image", at=sent_at)
    answer = editor.post(f"/desk/{message_id}/report", data={"words": HEADLINE})
    assert answer.status_code == 302
    with reading(engine) as session:
        report = session.scalars(select(Report)).one()
        verbs = set(session.scalars(select(AuditEntry.verb)))
    assert (report.state, report.source, report.counts_at, report.message_id) == (
        ReportState.FILED, ReportSource.PHOTO, sent_at, message_id)
    assert load(engine, message_id).fate is MessageFate.READ
    assert "message_to_report" in verbs
    [told] = outgoing(engine)
    assert "“食唐”→“食堂”" in told.text
    assert str(report.id) in editor.get(f"/desk/{message_id}").text


def test_words_without_an_error_make_no_report(engine: Engine, house: House, editor: FlaskClient) -> None:
    message_id = kept(engine)
    answer = editor.post(f"/desk/{message_id}/report", data={"words": "这位读者说得有道理"})
    assert answer.status_code == 400
    assert "没读出" in answer.text
    assert load(engine, message_id).fate is MessageFate.DESK


def test_second_editor_is_told_that_it_was_done(engine: Engine, house: House, editor: FlaskClient) -> None:
    message_id = kept(engine, None, msg_type="voice")
    editor.post(f"/desk/{message_id}/report", data={"words": HEADLINE})
    answer = editor.post(f"/desk/{message_id}/report", data={"words": HEADLINE})
    assert answer.status_code == 403
    with reading(engine) as session:
        assert len(session.scalars(select(Report.id)).all()) == 1


def test_same_error_of_the_same_reader_is_not_filed_twice(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    with writing(engine) as session:
        one = factories.reader(session)
        number = factories.report(session, HEADLINE, reader_id=one)
        message_id = factories.message(session, one, None, msg_type="image", fate=MessageFate.DESK)
    answer = editor.post(f"/desk/{message_id}/report", data={"words": HEADLINE}, follow_redirects=True)
    assert f"已经报过这一处：编号 {number}" in answer.text


def test_hostile_letter_is_only_words(engine: Engine, house: House, editor: FlaskClient) -> None:
    message_id = kept(engine, "<script>alert(1)</script>" + "长" * 20_000)
    for address in ("/desk/", f"/desk/{message_id}"):
        assert "<script>alert" not in editor.get(address).text


def test_list_takes_as_many_queries_for_thirty_letters_as_for_one(
    engine: Engine, house: House, editor: FlaskClient, count_queries: Callable[[], Any]
) -> None:
    kept(engine)
    with count_queries() as few:
        editor.get("/desk/")
    for n in range(29):
        kept(engine, f"第{n}封")
    with count_queries() as many:
        editor.get("/desk/")
    assert len(many) == len(few) <= 12


def test_events_and_unknown_letters_are_not_found(engine: Engine, house: House, editor: FlaskClient) -> None:
    assert editor.get("/desk/999").status_code == 404
    assert editor.get(f"/desk/{kept(engine, None, msg_type='event', fate=MessageFate.EVENT)}").status_code == 404


def test_prize_role_reads_no_letters(
    engine: Engine, house: House, browser: Callable[[Role], FlaskClient]
) -> None:
    assert browser(Role.PRIZES).get(f"/desk/{kept(engine)}").status_code == 403
