"""What the reader is told: previewed to the letter, called back, written anew; ready sentences."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot.clock import FrozenClock
from models.enums import OutgoingState, Verdict
from models.outgoing import OutgoingMessage
from models.reports import Report
from models.satisfaction import Satisfaction
from models.session import reading, writing
from tests.support import factories
from tests.support.factories import DISCOUNT, HEADLINE, House
from web.console.reports.outcome_words import SLOT

ACCEPT = {"verdict": "accepted", "row_code": "N-05", "doubling": "headline", "place_mark": "y", "correction_mark": "y",
          "reason_mark": "y", "reason": "", "original": ""}


def filed(engine: Engine, text: str = HEADLINE, **given: Any) -> int:
    with writing(engine) as session:
        return factories.report(session, text, **given)


def send(browser: FlaskClient, number: int, act: str, version: int = 1, **fields: str) -> Any:
    return browser.post(f"/reports/{number}/{act}", data={"expected_version": str(version), **fields})


def outgoing(engine: Engine, number: int) -> list[tuple[str, str]]:
    with reading(engine) as session:
        rows = session.execute(select(OutgoingMessage.state, OutgoingMessage.text).where(
            OutgoingMessage.report_id == number, OutgoingMessage.kind == "outcome").order_by(OutgoingMessage.id))
        return [(row.state.value, row.text) for row in rows]


def frames(page: str) -> dict[str, list[str]]:
    found = re.search(r"data-frames='([^']*)'", page)
    assert found is not None
    return dict(json.loads(html.unescape(found[1])))


@pytest.mark.sampled
@pytest.mark.parametrize("verdict", [one for one in Verdict if one is not Verdict.REPEATED])
@pytest.mark.parametrize("reason", ["核对过原文。\n谢谢您！", "“引号”、<b>和 & 都照样"])
def test_what_the_page_composes_is_what_is_sent(
    engine: Engine, house: House, editor: FlaskClient, verdict: Verdict, reason: str
) -> None:
    number = filed(engine)
    filled, _ = frames(editor.get(f"/reports/{number}").text)[verdict.value]
    send(editor, number, "grade", **(ACCEPT | {"verdict": verdict.value, "reason": reason.replace("\n", "\r\n")}))
    assert outgoing(engine, number) == [("queued", filled.replace(SLOT, reason))]
    assert "食唐" in filled


def test_acceptance_without_words_is_composed_as_sent(engine: Engine, house: House, editor: FlaskClient) -> None:
    number = filed(engine)
    bare = frames(editor.get(f"/reports/{number}").text)["accepted"][1]
    send(editor, number, "grade", **ACCEPT)
    assert outgoing(engine, number) == [("queued", bare)]


def test_without_scripts_the_preview_shows_the_message_and_keeps_the_form(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    number = filed(engine)
    answer = send(editor, number, "preview", **(ACCEPT | {"verdict": "not_an_error", "reason": "原文如此。"}))
    filled, _ = frames(answer.text)["not_an_error"]
    assert html.escape(filled.replace(SLOT, "原文如此。")) in answer.text.replace("&#34;", "&quot;")
    assert re.search(r'value="not_an_error"[^>]*checked', answer.text)
    assert outgoing(engine, number) == []


def test_tapped_sentence_counts_where_nothing_was_written(engine: Engine, house: House, editor: FlaskClient) -> None:
    number = filed(engine)
    send(editor, number, "grade", **(ACCEPT | {"verdict": "not_an_error", "canned": "词典里就是这样写的。"}))
    with reading(engine) as session:
        assert session.get_one(Report, number).reason_text == "词典里就是这样写的。"


@pytest.mark.slow
def test_no_without_a_reason_is_refused_and_nothing_is_lost(engine: Engine, house: House, editor: FlaskClient) -> None:
    number = filed(engine)
    answer = send(editor, number, "grade", **(ACCEPT | {"verdict": "suggestion"}))
    assert answer.status_code == 400
    assert "请写一句理由" in answer.text
    assert re.search(r'value="suggestion"[^>]*checked', answer.text)


def test_words_are_no_longer_said_to_leave_once_the_decision_is_taken_back(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    number = filed(engine)
    send(editor, number, "grade", **(ACCEPT | {"verdict": "not_an_error", "reason": "写得太急。"}))
    page = editor.post("/undo", data={"number": str(number), "kind": "report"}, follow_redirects=True).text
    assert [state for state, _ in outgoing(engine, number)] == ["called_back"]
    assert ("决定已撤销" in page, "秒内还能撤回" in page) == (True, False)


@pytest.mark.slow
def test_words_are_called_back_without_the_decision_and_written_anew(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    number = filed(engine)
    send(editor, number, "grade", **(ACCEPT | {"verdict": "not_an_error", "reason": "写得太急。"}))
    page = editor.get(f"/reports/{number}?view=all").text
    assert "待发送" in page
    assert "秒内还能撤回" in page
    editor.post(f"/reports/{number}/hold")
    assert [state for state, _ in outgoing(engine, number)] == ["called_back"]
    page = editor.get(f"/reports/{number}?view=all").text
    assert "换一种说法" in page
    assert "非差错" in page
    assert send(editor, number, "tell", 2, reason="").status_code == 400
    assert send(editor, number, "tell", 2, reason="查过词典，这样写没有错。").status_code == 302
    states = outgoing(engine, number)
    assert [state for state, _ in states] == ["called_back", "queued"]
    assert "查过词典" in states[1][1]
    with reading(engine) as session:
        row = session.get_one(Report, number)
        assert (row.verdict, row.reason_text) == (Verdict.NOT_AN_ERROR, "查过词典，这样写没有错。")


@pytest.mark.slow
def test_what_has_left_is_not_called_back(engine: Engine, house: House, editor: FlaskClient) -> None:
    number = filed(engine)
    send(editor, number, "grade", **ACCEPT)
    with writing(engine) as session:
        row = session.scalars(select(OutgoingMessage).where(OutgoingMessage.report_id == number)).one()
        row.state, row.sent_at = OutgoingState.SENT, row.not_before
    answer = editor.post(f"/reports/{number}/hold")
    assert answer.status_code == 403
    assert "撤不回" in answer.text


@pytest.mark.slow
def test_next_page_offers_the_call_back_for_ten_seconds(
    engine: Engine, house: House, editor: FlaskClient, clock: FrozenClock
) -> None:
    number, following = filed(engine), filed(engine, DISCOUNT)
    send(editor, number, "grade", **ACCEPT)
    assert f"/reports/{number}/hold" in editor.get(f"/reports/{following}").text
    clock.moment += timedelta(seconds=11)
    assert f"/reports/{number}/hold" not in editor.get(f"/reports/{following}").text


@pytest.mark.slow
def test_question_says_until_when_it_waits(engine: Engine, house: House, editor: FlaskClient) -> None:
    number = filed(engine)
    send(editor, number, "grade", **(ACCEPT | {"verdict": "needs_more", "reason": "请问是哪一篇？"}))
    assert "等读者补充到" in editor.get(f"/reports/{number}?view=all").text


@pytest.mark.slow
def test_page_stays_where_asked(engine: Engine, house: House, editor: FlaskClient) -> None:
    number, _ = filed(engine), filed(engine, DISCOUNT)
    assert send(editor, number, "grade", stay="y", **ACCEPT).location == f"/reports/{number}"


# ready sentences


@pytest.mark.slow
def test_chief_changes_orders_and_retires_sentences(engine: Engine, house: House, chief: FlaskClient) -> None:
    address = f"/contests/{house.contest_id}/sentences"
    page = chief.get(address).text
    seen = html.unescape(re.search(r'id="out_of_scope".*?name="seen" value="([^"]*)"', page, re.DOTALL)[1])  # type: ignore[index]
    chief.post(f"{address}/out_of_scope", data={"seen": seen, "texts": "新的一句。\n" + seen.split("\n")[0]})
    page = chief.get(f"/reports/{filed(engine)}").text
    assert page.index("新的一句。") < page.index(seen.split("\n")[0])
    assert seen.split("\n")[1] not in page
    assert "停用的 1 句" in chief.get(address).text


def test_sentences_that_somebody_changed_meanwhile_are_not_overwritten(
    engine: Engine, house: House, chief: FlaskClient
) -> None:
    address = f"/contests/{house.contest_id}/sentences/desk"
    answer = chief.post(address, data={"seen": "别的", "texts": "我的一句"})
    assert answer.status_code == 409
    assert "我的一句" in answer.text


@pytest.mark.parametrize("texts", ["\n".join(f"第{n}句" for n in range(10)), "长" * 301])
def test_too_many_or_too_long_sentences_are_refused(house: House, chief: FlaskClient, texts: str) -> None:
    address = f"/contests/{house.contest_id}/sentences"
    page = chief.get(address).text
    seen = html.unescape(re.search(r'id="repeated".*?name="seen" value="([^"]*)"', page, re.DOTALL)[1])  # type: ignore[index]
    assert chief.post(f"{address}/repeated", data={"seen": seen, "texts": texts}).status_code == 400


def test_sentences_are_the_chiefs(house: House, editor: FlaskClient) -> None:
    assert editor.get(f"/contests/{house.contest_id}/sentences").status_code == 403
    assert editor.post(f"/contests/{house.contest_id}/sentences/desk", data={}).status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize(("satisfied", "words"), [(None, ""), (True, "满意"), (False, "不满意")])
def test_page_says_whether_the_reader_is_satisfied(
    engine: Engine, house: House, editor: FlaskClient, satisfied: bool | None, words: str
) -> None:
    number = filed(engine)
    send(editor, number, "grade", **ACCEPT)
    if satisfied is not None:
        with writing(engine) as session:
            session.add(Satisfaction(report_id=number, satisfied=satisfied, said_at=factories.NOW))
    found = re.search(r"读者说：<span[^>]*>([^<]*)<", editor.get(f"/reports/{number}").text)
    assert (found[1] if found else "") == words
