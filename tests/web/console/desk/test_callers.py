"""代录: the entry form, the words to read out, the second pair of eyes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot.clock import SHANGHAI, FrozenClock
from models.appeals import Caller, CallerEntry
from models.enums import NameState
from models.readers import Reader
from models.reports import Report
from models.session import reading, writing
from models.work_enums import EntryState
from tests.support import factories
from tests.support.factories import HEADLINE, House


@pytest.fixture
def filled(house: House, clock: FrozenClock) -> Callable[..., dict[str, Any]]:
    def make(hours: float = 2, **given: Any) -> dict[str, Any]:
        at = (clock.now() - timedelta(hours=hours)).astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
        return {"nonce": f"n{hours}{given}"[:40], "contest": house.contest_id, "way": "call", "at": at, "who": "",
                "label": "银杏路季阿婆", "naming": "", "words": HEADLINE} | given

    return make


Filled = Callable[..., dict[str, Any]]


def only(engine: Engine, kind: type[Any]) -> Any:
    with reading(engine) as session:
        return session.scalars(select(kind)).one()


def test_entry_gives_the_number_to_say(engine: Engine, editor: FlaskClient, filled: Filled) -> None:
    answer = editor.post("/callers/new", data=filled(), follow_redirects=True)
    number = only(engine, Report).id
    assert "请这样告诉对方" in answer.text
    assert f"编号 {number}" in answer.text
    assert "目前第1位发现。" in answer.text
    assert "代录" in editor.get(f"/reports/{number}").text


def test_form_starts_with_the_present_and_without_anybody(editor: FlaskClient, clock: FrozenClock) -> None:
    page = editor.get("/callers/new").text
    assert clock.now().astimezone(SHANGHAI).strftime('value="%Y-%m-%dT%H:%M"') in page
    assert re.search(r'name="nonce"[^>]*value="[\w-]{10,}"', page)


def test_name_for_print_needs_the_consent_said_aloud(engine: Engine, editor: FlaskClient, filled: Filled) -> None:
    named = {"naming": "said", "name": "季阿婆"}
    refused = editor.post("/callers/new", data=filled(**named))
    assert refused.status_code == 400
    assert "得到同意后打勾" in refused.text
    assert "季阿婆" in refused.text
    editor.post("/callers/new", data=filled(**named, agreed="y", real="y"))
    reader = only(engine, Reader)
    assert (reader.name_state, reader.printed_name, reader.name_is_nickname) == (NameState.GIVEN, "季阿婆", False)


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"words": ""}, "请写是哪几个字错了"),
        ({"at": ""}, "请填来电"),
        ({"at": "昨天"}, "时间请写成"),
        ({"at": "2026-13-45T99:99"}, "时间请写成"),
        ({"at": "0001-01-01T00:00"}, "时间请写成"),
        ({"at": "2999-01-01T00:00"}, "不能在将来"),
        ({"label": ""}, "短称呼"),
        ({"label": "13912345678"}, "电话号码"),
        ({"words": "报纸怎么订"}, "没读出"),
        ({"who": "999"}, ""),
        ({"contest": "7777"}, ""),
        ({"way": "fax"}, ""),
        ({"words": HEADLINE + "；" + factories.VOLUNTEERS, "wrong": "食唐"}, "不止一处"),
    ],
)
def test_what_is_wrong_is_said_and_the_form_stays_filled(
    engine: Engine, editor: FlaskClient, filled: Filled, given: dict[str, str], sentence: str
) -> None:
    answer = editor.post("/callers/new", data=filled(**given))
    assert answer.status_code in (400, 403, 404)
    assert sentence in answer.text
    assert 'role="alert"' in answer.text
    with reading(engine) as session:
        assert session.scalars(select(Report)).all() == []


def test_form_sent_twice_is_told_so(engine: Engine, editor: FlaskClient, filled: Filled) -> None:
    data = filled()
    editor.post("/callers/new", data=data)
    with reading(engine) as session:
        who = session.scalars(select(Caller.reader_id)).one()
    again = editor.post("/callers/new", data=data | {"who": str(who)})
    assert again.status_code == 409
    assert "刚才有人做了同样的事" in again.text


def test_words_are_read_while_typing(engine: Engine, editor: FlaskClient, filled: Filled) -> None:
    assert "报上找到了" in editor.post("/callers/preview", data=filled()).text
    assert "报上找到了" in editor.post("/callers/preview", data=filled(at="0001-01-01T00:00")).text
    assert "报上找到了" in editor.post("/callers/new", data=filled(look="1")).text
    with reading(engine) as session:
        assert session.scalars(select(Report)).all() == []


def test_caller_of_before_is_chosen_from_the_list(engine: Engine, editor: FlaskClient, filled: Filled) -> None:
    editor.post("/callers/new", data=filled())
    who = only(engine, Caller).reader_id
    page = editor.get("/callers/").text
    assert f'href="/callers/new?who={who}"' in page
    assert re.search(rf'selected[^>]*value="{who}"', editor.get(f"/callers/new?who={who}").text)
    editor.post("/callers/new", data=filled(who=str(who), label="", words=factories.VOLUNTEERS))
    with reading(engine) as session:
        assert set(session.scalars(select(Report.reader_id))) == {who}


def waiting(engine: Engine, editor: FlaskClient, filled: Filled, clock: FrozenClock) -> int:
    """An entry that overtakes somebody; its message."""
    with writing(engine) as session:
        factories.report(session, HEADLINE, at=clock.now() - timedelta(hours=1))
    editor.post("/callers/new", data=filled())
    return int(only(engine, CallerEntry).message_id)


def test_second_member_confirms_what_overtakes_somebody(
    engine: Engine, editor: FlaskClient, chief: FlaskClient, filled: Filled, clock: FrozenClock
) -> None:
    message_id = waiting(engine, editor, filled, clock)
    assert "有 1 条代录排到了别的读者前面" in editor.get("/desk/").text
    own = editor.get("/callers/").text
    assert "请另一位编辑来确认" in own
    assert f"/callers/{message_id}/confirm" not in own
    assert editor.post(f"/callers/{message_id}/confirm").status_code == 403
    assert f"/callers/{message_id}/confirm" in chief.get("/callers/").text
    page = chief.post(f"/callers/{message_id}/confirm", follow_redirects=True).text
    assert "已确认，按来电的时间算" in page
    assert only(engine, CallerEntry).state is EntryState.CONFIRMED
    assert "条代录排到" not in editor.get("/desk/").text
    assert chief.post(f"/callers/{message_id}/confirm").status_code == 403


def test_refusing_needs_a_reason(
    engine: Engine, editor: FlaskClient, chief: FlaskClient, filled: Filled, clock: FrozenClock
) -> None:
    message_id = waiting(engine, editor, filled, clock)
    assert chief.post(f"/callers/{message_id}/refuse", data={"reason": ""}).status_code == 400
    chief.post(f"/callers/{message_id}/refuse", data={"reason": "<b>来电记录里没有</b>"})
    assert only(engine, CallerEntry).state is EntryState.REFUSED
    page = editor.get(f"/callers/{message_id}").text
    assert "&lt;b&gt;来电记录里没有" in page


@pytest.mark.slow
def test_caller_can_be_forgotten(engine: Engine, editor: FlaskClient, filled: Filled) -> None:
    editor.post("/callers/new", data=filled())
    entry, who = only(engine, CallerEntry).message_id, only(engine, Caller).reader_id
    page = editor.post(f"/callers/people/{who}/forget", follow_redirects=True).text
    assert "已删除" in page
    assert "银杏路季阿婆" not in page
    assert "原话不再保留" in editor.get(f"/callers/{entry}").text


@pytest.mark.slow
def test_grading_screens_do_not_name_the_caller(engine: Engine, editor: FlaskClient, filled: Filled) -> None:
    editor.post("/callers/new", data=filled(words=HEADLINE + "。我叫季小满，电话13912345678"))
    number, entry = only(engine, Report).id, only(engine, CallerEntry).message_id
    for address in (f"/reports/{number}", "/queue?view=all", f"/desk/{entry}", "/desk/"):
        page = editor.get(address).text
        assert not [one for one in ("银杏路季阿婆", "季小满", "13912345678") if one in page], address


@pytest.mark.slow
def test_nobody_called_yet(editor: FlaskClient) -> None:
    assert "还没有代录过" in editor.get("/callers/").text
    assert editor.get("/callers/4711").status_code == 404


@pytest.mark.slow
def test_screens_cost_few_queries(
    engine: Engine, editor: FlaskClient, filled: Filled, count_queries: Callable[[], Any]
) -> None:
    editor.post("/callers/new", data=filled())
    entry = only(engine, CallerEntry).message_id
    for address in ("/callers/", "/callers/new", f"/callers/{entry}"):
        with count_queries() as sent:
            assert editor.get(address).status_code == 200
        queries = [one for one in sent if not one.startswith("BEGIN")]
        assert len(queries) <= 12, [address, len(queries), *(one[:90] + " … " + one[-90:] for one in queries)]
