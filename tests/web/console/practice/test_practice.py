"""练习 on the screen: offered to who is new, answered and explained, left and taken up again; anchors beside the rubric."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select

from bot.contest.annex import RowKind
from bot.contest.rules import DEFAULT_RULES
from bot.practice.anchors import ROWS, VERDICTS
from bot.practice.items import items
from models.enums import Role, Verdict
from models.grades import Grade
from models.session import reading, writing
from tests.support import factories
from tests.support.factories import HEADLINE, House

RIGHT = {"verdict": "accepted", "row_code": "N-05", "doubling": "none", "place_mark": "y", "correction_mark": "y",
         "reason_mark": "y"}  # fmt: skip


def test_new_member_is_offered_it_above_the_list_until_he_has_graded(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    assert "先练 20 条，约十分钟" in editor.get("/queue").text
    with writing(engine) as session:
        factories.accept(session, factories.report(session, HEADLINE), house)
    assert "先练 20 条" not in editor.get("/queue").text


def test_page_shows_words_record_and_rubric_without_the_answer(editor: FlaskClient) -> None:
    page = editor.get("/practice/1").text
    assert "<mark>按步就班</mark>" in page
    for name in ("verdict", "row_code", "doubling", "place_mark", "correction_mark", "reason_mark"):
        assert f'name="{name}"' in page
    assert items()[0].why not in page


def test_right_answer_is_praised_and_explained(editor: FlaskClient) -> None:
    assert editor.post("/practice/1", data=RIGHT).headers["Location"] == "/practice/1"
    page = editor.get("/practice/1").text
    assert "全对" in page
    assert items()[0].why in page
    assert "1 分 × 1（首位发现）× 1.0（3 项说明齐全）＝ 1.000 分" in page
    assert 'href="/practice/2"' in page


def test_wrong_answer_stands_beside_the_right_one_with_both_sums(editor: FlaskClient) -> None:
    editor.post("/practice/1", data=RIGHT | {"row_code": "N-06", "reason_mark": ""})
    page = editor.get("/practice/1").text
    assert "差一点" in page
    assert "照您选的会是：2 分" in page
    editor.post("/practice/8", data={"verdict": "not_an_error"})
    assert "应评“建议”" in editor.get("/practice/8").text


def test_handing_up_is_an_answer_too(editor: FlaskClient) -> None:
    editor.post("/practice/20", data={"verdict": "escalated"})
    page = editor.get("/practice/20").text
    assert "全对" in page
    assert "不评分" in page


def test_way_is_taken_up_again_and_begun_anew(editor: FlaskClient) -> None:
    for position in (1, 2):
        editor.post(f"/practice/{position}", data=RIGHT)
    page = editor.get("/practice").text
    assert "练了 2 条，还有 18 条" in page
    assert 'href="/practice/3"' in page
    for position in range(3, 21):
        editor.post(f"/practice/{position}", data={"verdict": "suggestion"})
    assert "20 条都练完了" in editor.get("/practice").text
    assert editor.post("/practice/again").headers["Location"] == "/practice/1"
    assert "先练 20 条" in editor.get("/practice").text


@pytest.mark.parametrize(("sent", "said"), [
    ({}, "请选一个结论"), ({"verdict": "accepted"}, "请选差错种类"), ({"verdict": "forged"}, "请选一个结论"),
])  # fmt: skip
def test_half_an_answer_is_asked_for_again(editor: FlaskClient, sent: dict[str, str], said: str) -> None:
    answer = editor.post("/practice/1", data=sent)
    assert answer.status_code == 400
    assert said in answer.text


def test_second_answer_to_the_same_report_is_refused(editor: FlaskClient) -> None:
    editor.post("/practice/1", data=RIGHT)
    assert "已经答过了" in editor.post("/practice/1", data={"verdict": "suggestion"}).text


@pytest.mark.parametrize("address", ["/practice/0", "/practice/21"])
def test_there_are_no_others(editor: FlaskClient, address: str) -> None:
    assert editor.get(address).status_code == 404


def test_no_real_grade_comes_of_it(engine: Engine, editor: FlaskClient) -> None:
    for position in range(1, 21):
        editor.post(f"/practice/{position}", data={"verdict": "suggestion"})
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Grade)) == 0


def test_page_costs_few_queries(
    engine: Engine, editor: FlaskClient, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    editor.post("/practice/1", data=RIGHT)
    with count_queries() as sent:
        editor.get("/practice/1")
    assert len([one for one in sent if one.startswith("SELECT")]) <= 8


def test_prize_role_has_no_practice(browser: Callable[[Role], FlaskClient]) -> None:
    assert browser(Role.PRIZES).get("/practice").status_code == 403


@pytest.mark.slow
def test_anchors_stand_beside_the_rubric_of_a_real_report(engine: Engine, house: House, editor: FlaskClient) -> None:
    with writing(engine) as session:
        number = factories.report(session, HEADLINE)
    page = editor.get(f"/reports/{number}").text
    assert 'data-anchor="row:N-05"' in page
    assert 'data-anchor="verdict:both_forms"' in page
    assert "再接再厉" in page


def test_every_row_and_every_verdict_has_an_example() -> None:
    assert set(ROWS) == {row.code for row in DEFAULT_RULES.annex if row.kind is RowKind.POINTS}
    assert set(VERDICTS) == set(Verdict)
