"""The screen 通知: what did not simply go is in front of a person, who decides; the navigation counts it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot.clock import FrozenClock
from bot.outbox import rights
from bot.wechat.profiles import Call
from models.audit import AuditEntry
from models.enums import OutgoingState, Role
from models.outgoing import CallRight, OutgoingMessage
from models.session import reading, writing
from tests.support import factories
from tests.support.factories import NOW, House

UNCERTAIN, FAILED, UNREACHABLE, QUEUED, SENT, CALLED_BACK = (
    OutgoingState.UNCERTAIN, OutgoingState.FAILED, OutgoingState.UNREACHABLE, OutgoingState.QUEUED, OutgoingState.SENT,
    OutgoingState.CALLED_BACK)  # fmt: skip


def notice(engine: Engine, state: OutgoingState, why: str | None = None, **changes: Any) -> int:
    with writing(engine) as session:
        reader = factories.reader(session)
        row = OutgoingMessage(**{
            "reader_id": reader, "kind": "outcome", "idempotency_key": f"k{reader}", "text": f"您的第{reader}条：采纳",
            "state": state, "last_error": why, "not_before": NOW, "created_at": NOW,
            "sent_at": NOW if state is SENT else None} | changes)
        session.add(row)
        session.flush()
        return row.id


def load(engine: Engine, outgoing_id: int) -> OutgoingMessage:
    with reading(engine) as session:
        return session.get_one(OutgoingMessage, outgoing_id)


def refuse(engine: Engine, call: Call = Call.CUSTOMER, code: int = 48001) -> None:
    with writing(engine) as session:
        rights.refuse(session.connection(), "main", call, errcode=code, now=NOW)


def number_in_navigation(client: FlaskClient) -> list[str]:
    return re.findall(r'text-bg-danger">(\d+)<', client.get("/queue").text)


def verbs_of(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(AuditEntry.verb).where(
            AuditEntry.object_kind.in_(("outgoing_message", "account"))).order_by(AuditEntry.id)))


def test_each_list_holds_its_own(engine: Engine, editor: FlaskClient) -> None:
    notice(engine, UNCERTAIN, "ReadTimeout", text="不确定的")
    notice(engine, FAILED, "data format error", text="失败的")
    notice(engine, FAILED, "expired", text="过期的")
    notice(engine, UNREACHABLE, "window", text="发不到的")
    notice(engine, QUEUED, text="待发的")
    notice(engine, SENT, text="发了的")
    words = ("不确定的", "失败的", "过期的", "发不到的", "待发的", "发了的")
    found = {view: [word for word in words if word in editor.get(f"/notices/?view={view}").text]
             for view in ("person", "unreachable", "queued")}
    assert found == {"person": ["不确定的", "失败的"], "unreachable": ["过期的", "发不到的"], "queued": ["待发的"]}


def test_reasons_are_told_in_words(engine: Engine, editor: FlaskClient) -> None:
    notice(engine, UNREACHABLE, "window")
    notice(engine, FAILED, "expired")
    page = editor.get("/notices/?view=unreachable").text
    assert "读者 48 小时没有来信，下次来信时带上" in page
    assert "过了时效，没有发出" in page
    notice(engine, UNCERTAIN, "the process ended during the call")
    assert "发的时候断了，不知道读者收到没有" in editor.get("/notices/").text


def test_empty_lists_say_so(editor: FlaskClient) -> None:
    for view, words in (("person", "没有要处理的通知"), ("unreachable", "没有发不到的通知"), ("queued", "没有待发送的通知")):
        assert words in editor.get(f"/notices/?view={view}").text


def test_navigation_counts_what_waits_for_a_person_and_is_silent_otherwise(
    engine: Engine, editor: FlaskClient
) -> None:
    notice(engine, UNREACHABLE, "window")
    notice(engine, FAILED, "expired")
    assert number_in_navigation(editor) == []
    notice(engine, UNCERTAIN, "ReadTimeout")
    refuse(engine)
    assert set(number_in_navigation(editor)) == {"2"}


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("state", "act", "after", "verb"),
    [
        (UNCERTAIN, "sent", SENT, "mark_sent"),
        (UNCERTAIN, "again", QUEUED, "send_again"),
        (UNCERTAIN, "drop", CALLED_BACK, "drop_message"),
        (FAILED, "again", QUEUED, "send_again"),
        (FAILED, "drop", CALLED_BACK, "drop_message"),
        (UNREACHABLE, "sent", SENT, "mark_sent"),
        (UNREACHABLE, "drop", CALLED_BACK, "drop_message"),
        (QUEUED, "drop", CALLED_BACK, "drop_message"),
    ],
)
def test_person_decides_once(
    engine: Engine, editor: FlaskClient, clock: FrozenClock, state: OutgoingState, act: str, after: OutgoingState, verb: str
) -> None:
    outgoing_id = notice(engine, state, "why", expires_at=NOW)
    assert editor.post(f"/notices/{outgoing_id}/{act}").status_code == 302
    saved = load(engine, outgoing_id)
    assert (saved.state, saved.sent_at is not None) == (after, after is SENT)
    if after is QUEUED:
        assert (saved.not_before, saved.expires_at) == (clock.now() + timedelta(seconds=10), None)
    if after is not QUEUED:
        page = editor.post(f"/notices/{outgoing_id}/{act}", follow_redirects=True).text
        assert "已经不在这个状态" in page
    assert verbs_of(engine) == [verb]


@pytest.mark.parametrize(("state", "act"), [(SENT, "again"), (SENT, "drop"), (QUEUED, "again"), (UNREACHABLE, "again")])
def test_what_cannot_be_decided_stays(engine: Engine, editor: FlaskClient, state: OutgoingState, act: str) -> None:
    outgoing_id = notice(engine, state)
    assert "请刷新看看" in editor.post(f"/notices/{outgoing_id}/{act}", follow_redirects=True).text
    assert (load(engine, outgoing_id).state, verbs_of(engine)) == (state, [])


def test_words_of_a_reader_who_has_gone_are_not_sent_again(engine: Engine, editor: FlaskClient) -> None:
    outgoing_id = notice(engine, FAILED, "why", text="")
    page = editor.post(f"/notices/{outgoing_id}/again", follow_redirects=True).text
    assert "请刷新看看" in page
    assert load(engine, outgoing_id).state is FAILED


def test_unknown_message_is_said(editor: FlaskClient) -> None:
    assert "没有这条消息" in editor.post("/notices/999/drop", follow_redirects=True).text


def test_call_that_is_off_is_shown_with_its_reason_and_what_is_done_instead(engine: Engine, chief: FlaskClient) -> None:
    refuse(engine)
    page = chief.get("/notices/").text
    for words in ("客服消息", "公众号没有这个接口的权限", "48001", "结果等读者下次来信时随回复带上", "重新启用"):
        assert words in page


def test_call_is_switched_on_again_and_what_waited_goes_on(engine: Engine, chief: FlaskClient) -> None:
    refuse(engine)
    waiting = notice(engine, UNREACHABLE, "switched_off")
    outside = notice(engine, UNREACHABLE, "window")
    chief.post("/notices/calls/main/customer/on")
    with reading(engine) as session:
        assert session.scalars(select(CallRight)).all() == []
    assert [load(engine, one).state for one in (waiting, outside)] == [QUEUED, UNREACHABLE]
    assert "没有停用" in chief.post("/notices/calls/main/customer/on", follow_redirects=True).text
    assert verbs_of(engine) == ["switch_on_call"]


def test_call_that_somebody_knows_of_is_counted_no_more(engine: Engine, chief: FlaskClient) -> None:
    refuse(engine)
    chief.post("/notices/calls/main/customer/note")
    assert number_in_navigation(chief) == []
    assert "客服消息" in chief.get("/notices/").text
    assert "已经有人知道" in chief.post("/notices/calls/main/customer/note", follow_redirects=True).text
    assert verbs_of(engine) == ["note_call_off"]


def test_unknown_call_is_not_found(chief: FlaskClient) -> None:
    assert chief.post("/notices/calls/main/something/on").status_code == 404


def test_editor_does_not_switch_calls_and_prize_role_reads_nothing(
    engine: Engine, house: House, browser: Callable[[Role], FlaskClient]
) -> None:
    refuse(engine)
    editor = browser(Role.EDITOR)
    assert editor.post("/notices/calls/main/customer/on").status_code == 403
    assert "重新启用</button>" not in editor.get("/notices/").text
    assert browser(Role.PRIZES).get("/notices/").status_code == 403


def test_hostile_words_are_only_words_and_identities_are_masked(engine: Engine, editor: FlaskClient) -> None:
    notice(engine, UNCERTAIN, "ReadTimeout", text="<script>alert(1)</script>电话13800138000")
    page = editor.get("/notices/").text
    assert "<script>alert" not in page
    assert "13800138000" not in page


@pytest.mark.slow
def test_list_takes_as_many_queries_for_thirty_notices_as_for_one(
    engine: Engine, editor: FlaskClient, count_queries: Callable[[], Any]
) -> None:
    notice(engine, UNCERTAIN)
    with count_queries() as few:
        editor.get("/notices/")
    for _ in range(29):
        notice(engine, UNCERTAIN)
    with count_queries() as many:
        editor.get("/notices/")
    assert len(many) == len(few) <= 12


@pytest.mark.slow
def test_long_list_goes_on_on_the_next_page(engine: Engine, editor: FlaskClient) -> None:
    ids = [notice(engine, UNCERTAIN) for _ in range(52)]
    assert "后 50 条" in editor.get("/notices/").text
    assert f"/notices/{ids[50]}/drop" in editor.get(f"/notices/?view=person&after={ids[49]}").text
