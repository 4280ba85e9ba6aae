"""一致性 on the screen: switched on by the chief, hidden below twenty, one's own drift for each and all for the chief."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from models.session import writing
from tests.support import learning
from tests.support.factories import House
from web.console.practice.agreement import shift


@pytest.fixture
def others(engine: Engine, house: House) -> list[int]:
    with writing(engine) as session:
        return learning.more_editors(session)


def graded(engine: Engine, house: House, second: int, many: int) -> None:
    with writing(engine) as session:
        learning.switched(session, house, shows_agreement=True)
        learning.doubly_graded(session, house, second, many)


def test_chief_switches_it_on_from_three_editors_on(house: House, others: list[int], chief: FlaskClient) -> None:
    assert "还没有打开" in chief.get("/agreement").text
    assert "三位编辑以上可以打开的" in chief.get("/settings").text
    sent = {"switch": "agreement", "on": "yes"}
    assert chief.post(f"/settings/{house.contest_id}/switches", data=sent).status_code == 302
    assert "还差 20 条" in chief.get("/agreement").text
    assert "一致性" in chief.get("/practice").text
    assert chief.post(f"/settings/{house.contest_id}/switches", data=sent | {"switch": "forged"}).status_code == 400


def test_with_two_editors_there_is_no_word_of_it(house: House, editor: FlaskClient, chief: FlaskClient) -> None:
    assert "三位编辑以上" not in chief.get("/settings").text
    assert "有 3 位编辑以后" in editor.get("/agreement").text
    assert "校准" not in editor.get("/practice").text


def test_below_twenty_it_says_how_many_are_missing(engine: Engine, house: House, others: list[int],
                                                   editor: FlaskClient) -> None:
    graded(engine, house, others[0], 4)
    page = editor.get("/agreement").text
    assert "还差 16 条" in page
    assert "结论一样的" not in page.split("怎么算的")[0]


def test_grader_sees_his_own_drift_and_the_chief_all(engine: Engine, house: House, others: list[int],
                                                     editor: FlaskClient, chief: FlaskClient) -> None:
    graded(engine, house, others[0], 21)
    own, every = editor.get("/agreement").text, chief.get("/agreement").text
    assert "67%" in own
    assert "+0.33 分" in own
    assert "偏宽" in own
    assert "−0.33 分" not in own
    assert "编辑more0" not in own
    assert "编辑more0" in every
    assert "−0.33 分" in every
    assert f"round={house.round_id}" in every or "各轮合起来" not in every


@pytest.mark.parametrize(("milli", "shown"), [(333.3, "+0.33"), (-50, "−0.05"), (0, "0.00")])
def test_shift_bears_its_sign(milli: float, shown: str) -> None:
    assert shift(milli) == shown
