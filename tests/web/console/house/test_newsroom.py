"""每月讲评 and the cause on the grading page, through the screens."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from models.enums import DeskCause, Role
from models.newsroom import ErratumCause
from models.session import reading, writing
from tests.support import factories
from tests.support.errata import accepted, erratum_of
from tests.support.factories import DISCOUNT, ELSEWHERE, HEADLINE, NICKNAME, OPENID, VOLUNTEERS, House

MONTH = "/papers/newsroom/2026-11"


def causes(engine: Engine) -> list[tuple[DeskCause, str | None]]:
    with reading(engine) as session:
        return [(one.cause, one.note) for one in session.scalars(select(ErratumCause).order_by(ErratumCause.erratum_id))]


def table(page: str, caption: str) -> str:
    return page.split(f"<caption class=\"visually-hidden\">{caption}</caption>", 1)[1].split("</table>", 1)[0]


def test_nothing_accepted_says_what_to_do(editor: FlaskClient) -> None:
    for address in ("/papers/newsroom/", MONTH):
        page = editor.get(address).text
        assert "还没有采纳的差错" in page
        assert "去评纠错" in page


@pytest.mark.parametrize("address", ["/papers/newsroom/2026-13", "/papers/newsroom/11", "/papers/newsroom/2026-1"])
def test_what_is_no_month_is_not_found(editor: FlaskClient, address: str) -> None:
    assert editor.get(address).status_code == 404
    assert editor.post(f"{address}/causes").status_code == 404


def test_the_newest_month_is_shown_with_its_counts_and_its_list(engine: Engine, house: House, editor: FlaskClient) -> None:
    accepted(engine, house, HEADLINE)
    accepted(engine, house, DISCOUNT)
    number = accepted(engine, house, DISCOUNT)
    accepted(engine, house, ELSEWHERE, "N-06")
    page = editor.get("/papers/newsroom/").text
    assert re.search(r"采纳的差错 <strong>3</strong> 个，印出 3 处，4 位读者指出", page)
    assert "“食唐”" in table(page, "逐条")
    assert re.search(r"用字</th>.*?>2</td>", table(page, "哪一种错"), re.DOTALL)
    assert re.search(r"没定</th>.*?>3</td>", table(page, "错在哪一环"), re.DOTALL)
    assert "社区晨报·西城 05版" in table(page, "差错多的版")  # nothing of it is imported
    assert f'/reports/{number - 1}?view=all' in page


def test_no_reader_stands_on_it(engine: Engine, house: House, editor: FlaskClient) -> None:
    accepted(engine, house)
    page = editor.get("/papers/newsroom/").text
    assert OPENID not in page
    assert NICKNAME not in page


def test_one_paper_can_be_asked_for(engine: Engine, house: House, editor: FlaskClient) -> None:
    accepted(engine, house, DISCOUNT)
    accepted(engine, house, ELSEWHERE)
    page = editor.get(f"{MONTH}?paper={house.other_paper_id}").text
    assert "“汤元”" in page
    assert "优慧" not in page
    assert f'value="{house.paper_id}"' in page


def test_one_touch_on_the_grading_page_sets_the_cause_and_another_takes_it_back(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    number = accepted(engine, house)
    erratum = erratum_of(engine, number)
    assert 'value="proofreading"\n              data-key="i"' in editor.get(f"/reports/{number}").text
    answer = editor.post(f"/papers/newsroom/errata/{erratum}/cause?number={number}&view=decided", data={"cause": "editing"})
    assert answer.location == f"/reports/{number}?view=decided#desk-cause"
    assert causes(engine) == [(DeskCause.EDITING, None)]
    page = editor.get(f"/reports/{number}").text
    assert re.search(r'btn-primary" name="cause" value="editing"\s+data-key="y" aria-pressed="true"', page)
    editor.post(f"/papers/newsroom/errata/{erratum}/cause?number={number}", data={"cause": "editing", "note": "新手"})
    assert "说明：新手" in editor.get(f"/reports/{number}").text
    editor.post(f"/papers/newsroom/errata/{erratum}/cause", data={"cause": ""})
    assert causes(engine) == []


@pytest.mark.slow
def test_before_an_acceptance_the_grading_page_asks_for_no_cause(engine: Engine, house: House, editor: FlaskClient) -> None:
    with writing(engine) as session:
        number = factories.report(session, DISCOUNT)
    assert "错在哪一环" not in editor.get(f"/reports/{number}").text
    answer = editor.post(f"/papers/newsroom/errata/{erratum_of(engine, number)}/cause?number={number}",
                         data={"cause": "editing"}, follow_redirects=True)
    assert "采纳以后再定" in answer.text
    assert causes(engine) == []


@pytest.mark.slow
def test_a_button_of_the_missing_list_sets_one_and_the_ticked_ones_go_together(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    ids = [erratum_of(engine, accepted(engine, house, text)) for text in (HEADLINE, DISCOUNT, VOLUNTEERS)]
    assert "3 个没定环节" in editor.get(MONTH).text
    answer = editor.post(f"{MONTH}/causes", data={"one": f"{ids[0]} reporting"})
    assert answer.location == f"{MONTH}#missing"
    answer = editor.post(f"{MONTH}/causes?paper={house.paper_id}", data={"slip": [f"{ids[1]},{ids[2]}"], "cause": "layout"})
    assert answer.location == f"{MONTH}?paper={house.paper_id}#all"
    assert [cause for cause, _ in causes(engine)] == [DeskCause.REPORTING, DeskCause.LAYOUT, DeskCause.LAYOUT]
    page = editor.get(MONTH).text
    assert "3 处定为" not in page
    assert "没定环节" not in page


@pytest.mark.slow
def test_nothing_ticked_is_said(engine: Engine, house: House, editor: FlaskClient) -> None:
    accepted(engine, house)
    assert "请先勾选差错" in editor.post(f"{MONTH}/causes", data={"cause": "layout"}, follow_redirects=True).text


@pytest.mark.sampled
@pytest.mark.parametrize("data", [{"one": "x layout"}, {"one": "1 nothing"}, {"slip": "1;2", "cause": "layout"},
                                  {"slip": "1", "cause": ""}, {"slip": "1"}])
def test_what_no_form_of_ours_sends_is_refused(editor: FlaskClient, data: dict[str, str]) -> None:
    assert editor.post(f"{MONTH}/causes", data=data).status_code == 400
    assert editor.post("/papers/newsroom/errata/1/cause", data={"cause": "nothing"}).status_code == 400


@pytest.mark.slow
def test_the_text_for_the_chat_group_says_it_all(engine: Engine, house: House, editor: FlaskClient) -> None:
    number = accepted(engine, house, DISCOUNT)
    editor.post(f"/papers/newsroom/errata/{erratum_of(engine, number)}/cause", data={"cause": "proofreading"})
    text = editor.get(MONTH).text.split('id="chat-text" tabindex="0">', 1)[1].split("</pre>", 1)[0]
    assert text.splitlines() == [
        "2026年11月差错讲评", "采纳的差错 1 个，印出 1 处，1 位读者指出。", "按环节：校对 1", "按种类：用字 1",
        "差错多的版：社区晨报·东城2版 1 处", "逐条：",
        "1. 社区晨报·东城 2版《社区食唐开张 老人吃上热乎饭》：“八五折优慧”应为“八五折优惠”（校对）"]


@pytest.mark.slow
def test_hostile_words_are_only_words(engine: Engine, house: House, editor: FlaskClient) -> None:
    number = accepted(engine, house, "西城版5版“<script>alert(1)</script>汤元”应为“汤圆”")
    editor.post(f"/papers/newsroom/errata/{erratum_of(engine, number)}/cause", data={"cause": "layout", "note": "<b>粗</b>"})
    page = editor.get(MONTH).text
    assert "<script>alert" not in page
    assert "<b>粗" not in page


@pytest.mark.slow
def test_no_inline_style_stands_on_it(engine: Engine, house: House, editor: FlaskClient) -> None:
    accepted(engine, house)
    page = editor.get(MONTH).text
    assert "style=" not in page
    assert "<style" not in page


@pytest.mark.slow
def test_page_takes_as_many_queries_for_six_errors_as_for_one(
    engine: Engine, house: House, editor: FlaskClient, count_queries: Callable[[], Any]
) -> None:
    accepted(engine, house, DISCOUNT)
    with count_queries() as few:
        editor.get(MONTH)
    for text in (HEADLINE, VOLUNTEERS, ELSEWHERE):
        accepted(engine, house, text)
    with count_queries() as many:
        editor.get(MONTH)
    assert len(many) == len(few) <= 12


def test_prize_role_sees_nothing_of_it(browser: Callable[[Role], FlaskClient], house: House) -> None:
    assert browser(Role.PRIZES).get(MONTH).status_code == 403
