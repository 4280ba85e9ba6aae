"""Whom a note names."""

from __future__ import annotations

import pytest

from bot.teamwork.notes import mentioned

TEAM = [(1, "编辑甲"), (2, "编辑"), (3, "林"), (4, "林一"), (5, "林一")]


@pytest.mark.parametrize(("text", "found"), [
    ("@编辑甲 看看", {1}), ("@编辑，看看", {2}), ("＠林", {3}), ("@林一你看", {4, 5}), ("请@林和@编辑甲定", {3, 1}),
    ("没有人", set()), ("@谁都不是", set()), ("mail@", set()), ("@@林", {3}), ("", set()),
])  # fmt: skip
def test_longest_name_behind_an_at_is_meant(text: str, found: set[int]) -> None:
    assert mentioned(text, TEAM) == found
