"""校准 on the screen: chosen by the chief, graded unseen before the list opens, then side by side."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from models.enums import Role
from models.session import writing
from tests.support import learning
from tests.support.factories import NICKNAME, OPENID, House

ACCEPT = {"verdict": "accepted", "row_code": "N-05", "doubling": "none", "place_mark": "y"}


@pytest.fixture
def numbers(engine: Engine, house: House) -> list[int]:
    with writing(engine) as session:
        learning.more_editors(session)
        learning.switched(session, house, calibrates=True)
        return learning.archive(session, house)


@pytest.fixture
def prepared(house: House, numbers: list[int], chief: FlaskClient) -> list[int]:
    answer = chief.post(f"/calibration/{house.round_id}/prepare", data={"report": numbers[:5]})
    assert answer.status_code == 302
    return numbers[:5]


def test_chief_chooses_from_archived_reports_some_already_ticked(
    house: House, numbers: list[int], chief: FlaskClient, editor: FlaskClient
) -> None:
    page = chief.get("/calibration").text
    assert page.count("checked>") == 6
    assert all(f'value="{number}"' in page for number in numbers)
    assert "主编还没有选好" in editor.get("/calibration").text
    assert "先评" not in editor.get("/queue").text


def test_too_few_are_refused_and_the_ticks_kept(house: House, numbers: list[int], chief: FlaskClient) -> None:
    answer = chief.post(f"/calibration/{house.round_id}/prepare", data={"report": numbers[:2]})
    assert answer.status_code == 400
    assert "请选 5 到 8 条" in answer.text
    assert answer.text.count("checked>") == 2


@pytest.mark.slow
def test_list_waits_until_the_last_is_graded(
    engine: Engine, house: House, prepared: list[int], editor: FlaskClient
) -> None:
    page = editor.get("/queue").text
    assert "先评 5 条校准" in page
    assert "row-link" not in page
    for position in range(1, 6):
        answer = editor.post(f"/calibration/{house.round_id}/{position}", data=ACCEPT)
        assert answer.status_code == 302
    assert answer.headers["Location"] == f"/calibration/{house.round_id}"
    assert "先评 5 条校准" not in editor.get("/queue").text


def test_item_shows_neither_decision_nor_reader(house: House, prepared: list[int], editor: FlaskClient) -> None:
    page = editor.get(f"/calibration/{house.round_id}/1").text
    assert "<mark>食唐</mark>" in page
    assert "说明齐全" not in page
    assert "checked" not in page.split('id="grade-form"')[1].split("加倍")[0]
    assert NICKNAME not in page
    assert OPENID not in page


def test_own_grades_stand_beside_the_decision_once_all_are_given(
    house: House, prepared: list[int], editor: FlaskClient, chief: FlaskClient
) -> None:
    address = f"/calibration/{house.round_id}"
    assert "当时的结论" not in editor.get(address).text.replace("看不到当时的结论", "")
    for position in range(1, 6):
        editor.post(f"{address}/{position}", data=ACCEPT)
    page = editor.get(address).text
    assert "您评的" in page
    assert "differs" in page
    assert "编辑more0" not in page
    assert "您评的" not in chief.get(address).text, "the chief has not graded yet"
    for position in range(1, 6):
        chief.post(f"{address}/{position}", data={"verdict": "suggestion", "reason": "看法不同"})
    page = chief.get(address).text
    assert "测试editor" in page
    assert "看法不同" in page


@pytest.mark.slow
def test_chief_lets_a_member_go_on(house: House, prepared: list[int], chief: FlaskClient, editor: FlaskClient,
                                   staff: dict[Role, int]) -> None:
    address = f"/calibration/{house.round_id}/skip"
    assert editor.post(address, data={"staff": staff[Role.EDITOR]}).status_code == 403
    chief.post(address, data={"staff": staff[Role.EDITOR]})
    assert "先评 5 条校准" not in editor.get("/queue").text
    assert "已经让他先去评" in chief.get(f"/calibration/{house.round_id}").text


@pytest.mark.slow
def test_half_a_grade_and_a_second_one_are_refused(house: House, prepared: list[int], editor: FlaskClient) -> None:
    address = f"/calibration/{house.round_id}/1"
    assert editor.post(address, data={"verdict": "accepted"}).status_code == 400
    assert editor.post(address, data={"verdict": "escalated"}).status_code == 400
    assert editor.post(address, data=ACCEPT).status_code == 302
    assert editor.post(address, data=ACCEPT).status_code >= 400
    assert editor.get(address).status_code == 302


@pytest.mark.parametrize("address", ["/calibration/999", "/calibration/1", "/calibration/1/9"])
def test_what_is_not_there_is_not_found(house: House, editor: FlaskClient, address: str) -> None:
    assert editor.get(address).status_code == 404


def test_nothing_is_shown_where_it_is_switched_off(house: House, editor: FlaskClient) -> None:
    assert "现在没有要校准的" in editor.get("/calibration").text
