"""Finalists beside each other on the screen: blind, one pair after the other, sealed, and the result."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from models.enums import Role
from models.practice import PairChoice
from models.session import reading, writing
from tests.support import learning
from tests.support.factories import NICKNAME, OPENID, House


@pytest.fixture
def others(engine: Engine, house: House) -> list[int]:
    """Three editors with the house's own; a chief is a fourth. The round is closed and tied."""
    with writing(engine) as session:
        found = learning.more_editors(session)
        learning.compared_by_rule(session, house)
        learning.tie(session, house)
    return found


def sides(page: str) -> dict[str, str]:
    return {name: re.search(rf'name="{name}" value="(\d+)"', page)[1] for name in ("left", "right")}  # type: ignore[index]


def compare(browser: FlaskClient, house: House, better: str) -> str:
    address = f"/rounds/{house.round_id}/pairs"
    pair = sides(browser.get(address).text)
    answer = browser.post(f"{address}/choose", data=pair | {"better": pair.get(better, better)})
    assert answer.status_code == 302
    return browser.get(address).text


def test_two_finalists_stand_beside_each_other_without_a_name(
    house: House, others: list[int], editor: FlaskClient
) -> None:
    page = editor.get(f"/rounds/{house.round_id}/pairs").text
    assert "3 位并列第一，一共 3 对，比了 0 对" in page
    assert page.count('class="panel finalist"') == 2
    assert "1.000 分" in page
    assert NICKNAME not in page
    assert OPENID not in page


def test_pairs_are_compared_one_after_the_other_and_sealed(
    engine: Engine, house: House, others: list[int], editor: FlaskClient
) -> None:
    for better in ("left", "equal", "right"):
        page = compare(editor, house, better)
    assert "3 对都比完了" in page
    with reading(engine) as session:
        assert sum(row.better_id is None for row in session.scalars(select(PairChoice))) == 1
    assert editor.post(f"/rounds/{house.round_id}/pairs/seal").status_code == 302
    page = editor.get(f"/rounds/{house.round_id}/pairs").text
    assert "您已经交卷" in page
    assert "读者 #" in page
    assert NICKNAME not in page


def test_choice_is_changed_and_taken_back(engine: Engine, house: House, others: list[int], editor: FlaskClient) -> None:
    compare(editor, house, "left")
    address = f"/rounds/{house.round_id}/pairs"
    page = editor.get(f"{address}?pair=1").text
    assert "这一对您选了左边" in page
    editor.post(f"{address}/back", data=sides(page) | {"pair": "1"})
    assert "比了 0 对" in editor.get(address).text


def test_result_is_hidden_until_ones_own_is_sealed(house: House, others: list[int], chief: FlaskClient,
                                                   editor: FlaskClient) -> None:
    compare(editor, house, "left")
    page = chief.get(f"/rounds/{house.round_id}/pairs").text
    assert "到现在的结果" not in page
    assert "还在等谁" in page


@pytest.mark.slow
def test_sealing_too_early_and_forged_choices_are_refused(house: House, others: list[int], editor: FlaskClient) -> None:
    address = f"/rounds/{house.round_id}/pairs"
    early = editor.post(f"{address}/seal")
    assert early.status_code >= 400
    assert "还有 3 对没有比" in early.text
    pair = sides(editor.get(address).text)
    for better in ("", "99", "x"):
        assert editor.post(f"{address}/choose", data=pair | {"better": better}).status_code >= 400
    assert editor.post(f"{address}/choose", data={"left": "1", "right": "2", "better": "1"}).status_code >= 400


@pytest.mark.slow
def test_chief_does_not_wait_for_who_is_away(house: House, others: list[int], chief: FlaskClient,
                                             editor: FlaskClient) -> None:
    address = f"/rounds/{house.round_id}/pairs"
    assert editor.post(f"{address}/do-not-wait", data={"staff": others[0]}).status_code == 403
    assert chief.post(f"{address}/do-not-wait", data={"staff": others[0]}).status_code == 302
    assert chief.post(f"{address}/do-not-wait", data={"staff": others[0]}).status_code >= 400
    assert chief.post(f"{address}/do-not-wait", data={}).status_code >= 400


@pytest.mark.slow
def test_round_says_what_it_waits_for(house: House, others: list[int], chief: FlaskClient) -> None:
    page = chief.get(f"/rounds/{house.round_id}").text
    assert "并列第一还没比完的编辑：4" in page
    assert f"/rounds/{house.round_id}/pairs" in page


def test_nothing_to_compare_is_said(house: House, editor: FlaskClient, browser: Callable[[Role], FlaskClient]) -> None:
    assert "现在没有要比的" in editor.get(f"/rounds/{house.round_id}/pairs").text
    assert editor.get("/rounds/999/pairs").status_code == 404
    assert browser(Role.PRIZES).get(f"/rounds/{house.round_id}/pairs").status_code == 403
