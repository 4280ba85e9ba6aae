"""来信: answered, closed, turned into reports."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot.audit import by_staff
from bot.clock import FrozenClock
from bot.readers import mutes
from models.audit import AuditEntry
from models.enums import MessageFate, OutgoingState, ReportSource, ReportState, Role
from models.messages import Message
from models.outgoing import OutgoingMessage
from models.readers import Reader
from models.reports import Report
from models.session import reading, writing
from models.working import Draft
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
    assert load(engine, message_id).fate is MessageFate.DESK
    back = f'action="/desk/{message_id}/answers/{sent.id}/take-back"'
    above, thread = page.split('class="letter-grid"')
    assert (above.count(back), thread.count(back), "10 秒内还能撤回" in above) == (1, 1, True)
    # The key takes back what was done last: this, and not a letter closed before.
    before = kept(engine, "以前的一封")
    editor.post(f"/desk/{before}/close", data={"reason": "看过了"})
    above = editor.get(f"/desk/{message_id}").text.split('class="letter-grid"')[0]
    assert ("/desk/undo" in above, above.count('data-key="z"')) == (True, 1)
    assert 'data-key="z"' in above.split(back)[1].split("</form>")[0]
    clock.moment += timedelta(seconds=10)
    above, thread = editor.get(f"/desk/{message_id}").text.split('class="letter-grid"')
    assert (above.count(back), thread.count(back)) == (0, 1)  # nobody has taken it yet


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


def test_answer_sent_twice_goes_once_until_it_is_taken_back(engine: Engine, house: House, editor: FlaskClient) -> None:
    message_id = kept(engine)
    address, data = f"/desk/{message_id}/answer", {"text": "好的\r\n谢谢", "and_close": ""}
    assert editor.post(address, data=data).status_code == 302
    again = editor.post(address, data=data)
    assert (again.status_code, "同样的回复已经在等着发出" in again.text) == (403, True)
    [first] = outgoing(engine)
    editor.post(f"/desk/{message_id}/answers/{first.id}/take-back")
    assert editor.post(address, data=data).status_code == 302
    assert [one.state for one in outgoing(engine)] == [OutgoingState.CALLED_BACK, OutgoingState.QUEUED]


@pytest.mark.slow
def test_answers_given_at_once_all_go_each_once(engine: Engine, house: House, editor: FlaskClient, chief: FlaskClient) -> None:
    message_id, start = kept(engine), Barrier(4)

    def say(client: FlaskClient, text: str) -> int:
        start.wait(timeout=20)
        return client.post(f"/desk/{message_id}/answer", data={"text": text}).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(say, (editor, chief, editor, chief), ("好的", "谢谢", "好的", "谢谢")))
    assert sorted(statuses) == [302, 302, 403, 403]
    assert sorted(one.text for one in outgoing(engine)) == ["好的", "谢谢"]


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


@pytest.mark.slow
def test_second_editor_is_told_that_it_was_done(engine: Engine, house: House, editor: FlaskClient) -> None:
    message_id = kept(engine, None, msg_type="voice")
    editor.post(f"/desk/{message_id}/report", data={"words": HEADLINE})
    answer = editor.post(f"/desk/{message_id}/report", data={"words": HEADLINE})
    assert answer.status_code == 403
    with reading(engine) as session:
        assert len(session.scalars(select(Report.id)).all()) == 1


@pytest.mark.slow
def test_same_error_of_the_same_reader_is_not_filed_twice(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    with writing(engine) as session:
        one = factories.reader(session)
        number = factories.report(session, HEADLINE, reader_id=one)
        message_id = factories.message(session, one, None, msg_type="image", fate=MessageFate.DESK)
    answer = editor.post(f"/desk/{message_id}/report", data={"words": HEADLINE}, follow_redirects=True)
    assert f"已经报过这一处：编号 {number}" in answer.text


@pytest.mark.slow
def test_hostile_letter_is_only_words(engine: Engine, house: House, editor: FlaskClient) -> None:
    message_id = kept(engine, "<script>alert(1)</script>" + "长" * 20_000)
    for address in ("/desk/", f"/desk/{message_id}"):
        assert "<script>alert" not in editor.get(address).text


@pytest.mark.slow
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


@pytest.mark.slow
def test_events_and_unknown_letters_are_not_found(engine: Engine, house: House, editor: FlaskClient) -> None:
    assert editor.get("/desk/999").status_code == 404
    assert editor.get(f"/desk/{kept(engine, None, msg_type='event', fate=MessageFate.EVENT)}").status_code == 404


def test_prize_role_reads_no_letters(
    engine: Engine, house: House, browser: Callable[[Role], FlaskClient]
) -> None:
    assert browser(Role.PRIZES).get(f"/desk/{kept(engine)}").status_code == 403


# views, unread marks, the thread, bulk closing, taking back


@pytest.mark.slow
def test_each_kind_has_its_list_with_its_count(engine: Engine, house: House, editor: FlaskClient) -> None:
    text = kept(engine, "报纸怎么订？")
    photo = kept(engine, None, msg_type="image")
    voice = kept(engine, None, msg_type="voice", at=NOW + timedelta(minutes=1))
    failed = kept(engine, "看不懂", fate=MessageFate.FAILED)
    for view, ids in (("open", [text, photo, voice, failed]), ("text", [text]), ("photo", [photo]), ("voice", [voice]),
                      ("unread", [failed])):
        page = editor.get(f"/desk/?view={view}").text
        assert [int(one) for one in re.findall(r'class="row-link" href="/desk/(\d+)', page)] == ids
    counts = re.findall(r'class="count">(\d+)<', editor.get("/desk/").text)
    assert counts == ["4", "1", "1", "1", "1", "0", "0"]


@pytest.mark.slow
def test_letter_is_new_for_whoever_has_not_opened_it(
    engine: Engine, house: House, editor: FlaskClient, chief: FlaskClient
) -> None:
    message_id = kept(engine)
    assert "新</span>" in editor.get("/desk/").text
    editor.get(f"/desk/{message_id}")
    assert "新</span>" not in editor.get("/desk/").text
    page = chief.get("/desk/").text
    assert "新</span>" in page
    assert "测试editor 看过" in page
    assert "测试editor 看过这封信" in chief.get(f"/desk/{message_id}").text


def test_next_letter_of_the_list_opens_by_itself(engine: Engine, house: House, editor: FlaskClient) -> None:
    first = kept(engine, "一", at=NOW)
    other = kept(engine, None, msg_type="image")
    last = kept(engine, "二", at=NOW + timedelta(minutes=1))
    done = editor.post(f"/desk/{first}/close?view=text", data={"ready": "看过了，不是纠错"})
    assert done.location == f"/desk/{last}?view=text"
    assert load(engine, first).close_reason == "看过了，不是纠错"
    done = editor.post(f"/desk/{last}/close?view=text", data={"reason": "好了"})
    assert done.location == "/desk/?view=text"
    assert editor.post(f"/desk/{other}/close", data={"reason": "好了"}).location == "/desk/"


@pytest.mark.slow
def test_closing_can_be_taken_back_from_the_next_page(
    engine: Engine, house: House, editor: FlaskClient, clock: FrozenClock
) -> None:
    message_id = kept(engine)
    editor.post(f"/desk/{message_id}/close", data={"reason": "不归我们管"})
    page = editor.get("/desk/").text
    assert f"来信 {message_id} 已结案：不归我们管" in page
    assert 'data-key="z"' in page
    assert editor.post("/desk/undo").location == f"/desk/{message_id}"
    assert load(engine, message_id).fate is MessageFate.DESK
    assert 'data-key="z"' not in editor.get("/desk/").text
    editor.post(f"/desk/{message_id}/close", data={"reason": "不归我们管"})
    clock.advance(minutes=6)
    assert 'data-key="z"' not in editor.get("/desk/").text


def test_taking_back_an_answered_letter_calls_the_answer_back_too(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    message_id = kept(engine)
    editor.post(f"/desk/{message_id}/answer", data={"text": "好的", "and_close": "y"})
    editor.post("/desk/undo")
    assert load(engine, message_id).fate is MessageFate.DESK
    assert [one.state for one in outgoing(engine)] == [OutgoingState.CALLED_BACK]


@pytest.mark.slow
def test_several_are_closed_after_a_look_at_the_count(engine: Engine, house: House, editor: FlaskClient) -> None:
    open_ = [kept(engine, f"第{n}封", at=NOW + timedelta(minutes=n)) for n in range(3)]
    done = kept(engine, "早已处理", fate=MessageFate.DESK)
    editor.post(f"/desk/{done}/close", data={"reason": "好了"})
    chosen = {"message": [*open_, done]}
    page = editor.post("/desk/close-many", data=chosen).text
    assert "结案 3 封" in page
    assert "1 封会跳过" in page
    assert load(engine, open_[0]).fate is MessageFate.DESK
    assert editor.post("/desk/close-many", data=chosen | {"sure": "1", "reason": " "}).status_code == 400
    answer = editor.post("/desk/close-many", data=chosen | {"sure": "1", "reason": "都是问订报"}, follow_redirects=True)
    assert "结案 3 封。" in answer.text
    assert f"来信 {done} 跳过：这封来信已经处理过了" in answer.text
    assert [load(engine, one).close_reason for one in open_] == ["都是问订报"] * 3
    editor.post("/desk/undo")
    assert [load(engine, one).fate for one in open_] == [MessageFate.DESK] * 3


@pytest.mark.slow
def test_letters_of_one_reader_stand_together_with_what_we_wrote(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    with writing(engine) as session:
        reader, stranger = factories.reader(session), factories.reader(session)
        before = factories.message(session, reader, "先前说过的话", at=NOW)
        here = factories.message(session, reader, "现在这封", at=NOW + timedelta(hours=1), fate=MessageFate.DESK)
        factories.message(session, reader, "后来又说的", at=NOW + timedelta(hours=2))
        factories.message(session, stranger, "别人的话", at=NOW + timedelta(minutes=30))
        session.get_one(Message, before).reply = "收到，谢谢！"
    editor.post(f"/desk/{here}/answer", data={"text": "邮局就能订。"})
    page = editor.get(f"/desk/{here}").text
    assert "别人的话" not in page
    order = [page.index(words) for words in ("先前说过的话", "收到，谢谢！", "现在这封", "后来又说的")]
    assert order == sorted(order)
    assert "邮局就能订。" in page
    assert "待发送" in page


def test_reply_that_repeats_the_readers_name_is_not_shown(engine: Engine, house: House, editor: FlaskClient) -> None:
    with writing(engine) as session:
        reader = factories.reader(session)
        named = factories.message(session, reader, "署名 季小满", at=NOW)
        row = session.get_one(Message, named)
        row.intent, row.reply = "name", "好的，若获奖，登报用“季小满”。"
        here = factories.message(session, reader, "还有一件事", at=NOW + timedelta(hours=1), fate=MessageFate.DESK)
    page = editor.get(f"/desk/{here}").text
    assert "季小满" not in page
    assert "还有一件事" in page


@pytest.mark.slow
def test_what_a_letter_became_is_listed_and_linked(engine: Engine, house: House, editor: FlaskClient) -> None:
    message_id = kept(engine, None, msg_type="image")
    editor.post(f"/desk/{message_id}/report", data={"words": HEADLINE})
    with reading(engine) as session:
        number = session.scalars(select(Report.id)).one()
    page = editor.get("/desk/?view=turned").text
    assert f"编号 {number}" in page
    assert f"编号 {number}" in editor.get(f"/desk/{message_id}").text


@pytest.mark.slow
def test_what_is_typed_is_read_while_one_types(engine: Engine, house: House, editor: FlaskClient) -> None:
    message_id = kept(engine, None, msg_type="voice")
    piece = editor.post(f"/desk/{message_id}/preview", data={"words": HEADLINE}).text
    assert "报上找到了" in piece
    assert "社区晨报·东城" in piece
    assert "没读出是哪几个字错了" in editor.post(f"/desk/{message_id}/preview", data={"words": "不知道"}).text
    hostile = editor.post(f"/desk/{message_id}/preview", data={"words": "2版“<script>”应为“食堂”"}).text
    assert "<script>" not in hostile
    page = editor.post(f"/desk/{message_id}/report", data={"words": HEADLINE, "look": "1"}).text
    assert "报上找到了" in page
    assert load(engine, message_id).fate is MessageFate.DESK


def test_fields_mend_what_was_read(engine: Engine, house: House, editor: FlaskClient) -> None:
    message_id = kept(engine, None, msg_type="voice")
    editor.post(f"/desk/{message_id}/report", data={
        "words": "东城版2版优慧两个字", "wrong": "八五折优慧", "right": "八五折优惠"})
    with reading(engine) as session:
        saved = session.scalars(select(Report)).one()
    assert (saved.wrong, saved.right, saved.located) == ("八五折优慧", "八五折优惠", "found")


def test_recognised_words_of_a_voice_are_the_start(engine: Engine, house: House, editor: FlaskClient) -> None:
    message_id = kept(engine, "第三版“值首”不对，我叫季小满，电话13912345678", msg_type="voice")
    page = editor.get(f"/desk/{message_id}").text
    assert re.search(r"<textarea[^>]*>\s*第三版“值首”不对", page)
    assert "13912345678" not in page


@pytest.mark.slow
def test_letter_costs_at_most_twelve_queries(
    engine: Engine, house: House, editor: FlaskClient, chief: FlaskClient, count_queries: Callable[[], Any]
) -> None:
    message_id = kept(engine)
    for n in range(30):
        kept(engine, f"第{n}封", at=NOW + timedelta(minutes=n))
    for address in ("/desk/", "/desk/?view=turned", f"/desk/{message_id}"):
        with count_queries() as sent:
            assert editor.get(address).status_code == 200
        queries = [one for one in sent if not one.startswith("BEGIN")]
        assert len(queries) <= 12, [address, len(queries), *(one[:90] + " … " + one[-90:] for one in queries)]


# --- an answer half written ---


def half_written(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(Draft.fields).order_by(Draft.staff_id)))


@pytest.mark.slow
def test_an_answer_half_written_is_offered_back_to_its_writer_alone(
    engine: Engine, house: House, editor: FlaskClient, chief: FlaskClient
) -> None:
    message_id = kept(engine)
    sent = {"text": "邮局就能订，\n全年二十四元", "and_close": "y", "version": "0"}
    assert editor.post(f"/drafts/answer/{message_id}", data=sent).get_json() == {"kept": "09:00 已替您存下"}
    page = editor.get(f"/desk/{message_id}?view=text").text
    assert ("上次没存的答复" in page, "邮局就能订， 全年二十四元" in page) == (True, True)
    assert "上次没存的" not in editor.get(f"/desk/{kept(engine)}").text
    assert "上次没存的" not in chief.get(f"/desk/{message_id}").text
    [again] = re.findall(r'data-offer-take href="([^"]+)"', page)
    taken_up = editor.get(again.replace("&amp;", "&")).text
    assert ("上次没存的" in taken_up, "邮局就能订，\n全年二十四元</textarea>" in taken_up) == (False, True)
    assert re.search(r'<input[^>]*name="and_close"[^>]*checked|<input[^>]*checked[^>]*name="and_close"', taken_up)


def test_an_answer_half_written_goes_when_it_is_sent_or_thrown_away(
    engine: Engine, house: House, editor: FlaskClient, chief: FlaskClient
) -> None:
    message_id = kept(engine)
    for client, text in ((editor, "一半"), (chief, "另一半")):
        client.post(f"/drafts/answer/{message_id}", data={"text": text})
    editor.post(f"/desk/{message_id}/answer", data={"text": "一整句"})
    assert half_written(engine) == ['{"text": "另一半"}']
    thrown = chief.post(f"/drafts/answer/{message_id}/drop?view=text")
    assert (thrown.location, half_written(engine)) == (f"/desk/{message_id}?view=text", [])


@pytest.mark.slow
def test_an_answer_that_was_refused_stays_a_draft(engine: Engine, house: House, editor: FlaskClient) -> None:
    message_id = kept(engine)
    with writing(engine) as session:
        session.scalars(select(Reader)).one().openid = None
    refused = editor.post(f"/desk/{message_id}/answer", data={"text": "好的"}).text
    assert ("好的</textarea>" in refused, "上次没存的" in refused) == (True, False)
    assert half_written(engine) == ['{"text": "好的"}']


# 免打扰


@pytest.fixture
def talkers(engine: Engine, house: House, staff: dict[Role, int]) -> tuple[int, int, int]:
    """Two letters of a reader whom the chief has muted and one, between them, of somebody else."""
    with writing(engine) as session:
        one, other = factories.reader(session), factories.reader(session)
        mutes.mute(session, one, 7, "天天来闲聊", actor=by_staff(staff[Role.CHIEF]), now=NOW)
        return tuple(factories.message(session, who, words, at=NOW + timedelta(minutes=n), fate=MessageFate.DESK)
                     for n, (who, words) in enumerate(((one, "今天天气真好"), (other, "报纸怎么订？"), (one, "理理我呀"))))


def letters(client: FlaskClient, view: str = "open") -> list[int]:
    return [int(one) for one in re.findall(r'class="row-link" href="/desk/(\d+)', client.get(f"/desk/?view={view}").text)]


def badge(client: FlaskClient) -> list[str]:
    return re.findall(r'text-bg-danger">(\d+)<', client.get("/queue").text)


@pytest.mark.slow
def test_letters_of_a_muted_reader_stand_in_a_list_of_their_own_and_in_no_count(
    editor: FlaskClient, talkers: tuple[int, int, int]
) -> None:
    first, between, last = talkers
    assert (letters(editor), letters(editor, "text"), letters(editor, "muted")) == ([between], [between], [first, last])
    assert badge(editor) == ["1"]
    page = editor.get("/desk/?view=muted").text
    assert "报的差错照样评" in page
    assert '<span class="badge tone-primary">新' not in page
    assert re.search(r'免打扰 <span class="count">2</span>\s*</a>', page)
    shown = editor.get(f"/desk/{first}?view=muted").text
    assert "这位读者设了免打扰" in shown
    assert "/readers/" not in shown
    assert badge(editor) == ["1"]


@pytest.mark.slow
def test_the_list_is_not_offered_where_nobody_is_muted(engine: Engine, house: House, editor: FlaskClient) -> None:
    kept(engine)
    assert "免打扰" not in editor.get("/desk/").text
    assert "没有免打扰的来信" in editor.get("/desk/?view=muted").text


@pytest.mark.slow
def test_working_through_the_open_letters_never_leads_to_a_quiet_one(
    editor: FlaskClient, talkers: tuple[int, int, int]
) -> None:
    first, between, last = talkers
    assert editor.post(f"/desk/{between}/close", data={"reason": "看过了"}).location == "/desk/"
    assert editor.post(f"/desk/{first}/close?view=muted", data={"reason": "看过了"}).location == f"/desk/{last}?view=muted"
    many = editor.post("/desk/close-many?view=muted", data={"message": [str(last)], "reason": "看过了", "sure": "y"})
    assert many.location == "/desk/?view=muted"
    assert letters(editor, "muted") == []


def test_a_quiet_letter_can_be_answered_and_turned_into_a_report_like_any_other(
    engine: Engine, editor: FlaskClient, talkers: tuple[int, int, int]
) -> None:
    assert editor.post(f"/desk/{talkers[0]}/answer", data={"text": "您好"}).status_code == 302
    assert [one.text for one in outgoing(engine)] == ["您好"]
    assert editor.post(f"/desk/{talkers[2]}/report", data={"words": HEADLINE}).status_code == 302
    assert load(engine, talkers[2]).fate is MessageFate.READ
    with reading(engine) as session:
        assert [one.state for one in session.scalars(select(Report))] == [ReportState.FILED]


@pytest.mark.slow
def test_all_of_them_come_back_when_the_mute_has_run_out(
    browser: Callable[[Role], FlaskClient], talkers: tuple[int, int, int], clock: FrozenClock
) -> None:
    clock.moment = NOW + timedelta(days=7)
    editor = browser(Role.EDITOR)
    assert (letters(editor), badge(editor)) == (list(talkers), ["3"])


@pytest.mark.slow
def test_a_chief_goes_from_a_letter_to_its_reader(chief: FlaskClient, engine: Engine, talkers: tuple[int, int, int]) -> None:
    for message_id in talkers[:2]:
        assert f'href="/readers/{load(engine, message_id).reader_id}"' in chief.get(f"/desk/{message_id}").text
