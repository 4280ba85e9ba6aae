"""The menu below the chat: within the platform's limits, and every press is one that intake understands."""

from __future__ import annotations

from typing import Any

import pytest

from bot.dialogue import menu
from bot.dialogue.menu import LONGEST_BELOW, LONGEST_NAME, MENU, MOST_BELOW, MOST_BUTTONS, PRESSES, Button

LONGEST_URL = 1024
"""Of a button, in bytes (自定义菜单创建接口)."""


def test_menu_keeps_the_platforms_limits() -> None:
    assert len(MENU) <= MOST_BUTTONS
    assert [one.name for one in MENU if len(one.name) > LONGEST_NAME or len(one.below) > MOST_BELOW] == []
    assert [inner.name for one in MENU for inner in one.below if len(inner.name) > LONGEST_BELOW] == []


def test_every_press_is_understood_and_on_the_menu_once() -> None:
    keys = [inner.key for one in MENU for inner in (one.below or (one,))]
    assert sorted(keys) == sorted(PRESSES)


def test_body_is_what_menu_create_takes() -> None:
    assert menu.body((Button("甲", below=(Button("乙", "b"),)), Button("丙", "c"))) == {"button": [
        {"name": "甲", "sub_button": [{"type": "click", "name": "乙", "key": "b"}]},
        {"type": "click", "name": "丙", "key": "c"},
    ]}


def test_where_the_account_knows_its_readers_one_button_opens_their_pages() -> None:
    address = "https://paper.example/my/?at=main"
    own = menu.of(address)
    assert menu.of() == MENU
    assert [one for one in menu.body(own)["button"] if one.get("type") == "view"] == [
        {"type": "view", "name": "我的纠错", "url": address}]
    assert [one.name for one in own] == [one.name for one in MENU]
    assert len(address.encode()) <= LONGEST_URL


def test_menu_that_stands_is_compared_without_what_is_empty() -> None:
    given = [{**one, "sub_button": [{**inner, "sub_button": []} for inner in one.get("sub_button", ())]}
             for one in menu.body()["button"]]
    assert menu.stands({"menu": {"button": given, "menuid": 7}}) == menu.body()["button"]


@pytest.mark.parametrize("answer", [{}, {"menu": None}, {"menu": {"button": None}}, {"menu": {"button": ["x"]}}])
def test_answer_without_a_menu_is_no_menu(answer: dict[str, Any]) -> None:
    assert menu.stands(answer) == []


def test_lines_show_names_and_what_a_press_does() -> None:
    assert menu.lines([{"name": "报纸", "sub_button": [{"type": "view", "name": "看报", "url": "https://a.example/"}]},
                       {"type": "click", "name": "我的纠错", "key": "mine"}]) == [
        "报纸", "  看报（https://a.example/）", "我的纠错（mine）"]
