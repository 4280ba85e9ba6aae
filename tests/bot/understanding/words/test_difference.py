"""What is left of two forms once their common beginning and end are dropped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.words.difference import apart, pieces

WORDS = st.text(alphabet="啄木鸟的地得12\ud800", max_size=12)


@pytest.mark.parametrize(("wrong", "right", "left"), [
    ("帐号", "账号", ("帐", "账")),
    ("高兴的跳", "高兴地跳", ("的", "地")),
    ("通知知", "通知", ("知", "")),
    ("通知", "通知知", ("", "知")),
    ("哈哈哈", "哈", ("哈哈", "")),
    ("一样", "一样", ("", "")),
    ("", "多", ("", "多")),
])  # fmt: skip
def test_what_both_begin_and_end_with_is_dropped(wrong: str, right: str, left: tuple[str, str]) -> None:
    assert pieces(wrong, right) == left


@given(WORDS, WORDS)
def test_it_is_the_shortest_change_in_one_place(wrong: str, right: str) -> None:
    begin, end, stop = apart(wrong, right)
    old, new = pieces(wrong, right)
    assert wrong[:begin] + new + wrong[end:] == right
    assert right[:begin] + old + right[stop:] == wrong
    assert not old or not new or (old[0] != new[0] and old[-1] != new[-1])
