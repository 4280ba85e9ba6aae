"""Where lines break, which marks are pressed together, and that no name can break the rules."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.printing import breaking
from bot.printing.breaking import NO_END, NO_START, one_line
from tests.support.printed import NAMES


def ems(text: str) -> list[float]:
    return [0.5 if one.isascii() else 1.0 for one in text]


def broken(text: str, room: float, *, indent: float = 0, press: bool = True) -> list[str]:
    return [text[start:end] for start, end in breaking.lines(text, ems(text), room, indent=indent, press=press)]


@pytest.mark.parametrize(("text", "room", "lines"), [
    ("", 5, []), ("一二三四五", 5, ["一二三四五"]), ("一二三四五六", 5, ["一二三四五", "六"]),
    ("一二三四五，六", 5, ["一二三四", "五，六"]), ("一二三四，五", 5, ["一二三四，", "五"]),
    ("一二三四《五》", 5, ["一二三四", "《五》"]), ("一二三四”。五", 5, ["一二三四”。", "五"]),
    ("一二三（四五）六", 4, ["一二三", "（四五）", "六"]), ("一二三abcd四", 4, ["一二三", "abcd四"]),
    ("abcdefghijkl", 3, ["abcdef", "ghijkl"]), ("一二 三四五", 3, ["一二", "三四五"]), ("one two", 2, ["one", "two"]),
    ("一二三——四", 4, ["一二三", "——四"]), ("奖100元", 2, ["奖", "100", "元"]), ("一", 0.5, ["一"]),
    ("。。。。。", 2, ["。。。。", "。"]),
])  # fmt: skip
def test_lines(text: str, room: float, lines: list[str]) -> None:
    assert broken(text, room) == lines


def test_first_line_has_less_room_by_its_indent() -> None:
    assert broken("一二三四五六七", 4, indent=2) == ["一二", "三四五六", "七"]


def test_marks_keep_their_whole_width_in_plain_text() -> None:
    assert broken("一二三四，五", 5, press=False) == ["一二三四，", "五"]
    assert broken("一二三四”。五", 5, press=False) == ["一二三", "四”。五"]


@pytest.mark.parametrize(("text", "widths"), [
    ("一，二", [1, 1, 1]), ("一，", [1, 0.5]), ("》，一", [0.5, 1, 1]), ("（一", [0.5, 1]), ("一（《二", [1, 0.5, 1, 1]),
    ("一”（二", [1, 0.5, 1, 1]), ("a,b", [0.5, 0.5, 0.5]), ("一——", [1, 1, 1]),
])  # fmt: skip
def test_marks_give_up_their_empty_half_before_marks_and_at_the_ends(text: str, widths: list[float]) -> None:
    assert breaking.advances(text, ems(text), (0, len(text))) == widths


@pytest.mark.parametrize(("words", "line"), [
    ("早起鸟", "早起鸟"), ("  早起\n鸟\t ", "早起 鸟"), ("早\u202e起\u200f鸟\x00\x1b\ufeff", "早起鸟"), ("e\u0301", "é"),
    ("\u200b\u2066", ""),
    ("👨\u200d👩", "👨👩"), ("❤\ufe0f", "❤"), ("甲\ud800乙", "甲乙"), ("甲\u3000乙", "甲 乙"), ("甲\u2028乙", "甲 乙"),
])  # fmt: skip
def test_words_are_one_line_that_steers_nothing(words: str, line: str) -> None:
    assert one_line(words) == line


@given(NAMES)
def test_one_line_stays_what_it_is(name: str) -> None:
    assert one_line(one_line(name)) == one_line(name)


@given(NAMES, st.integers(2, 30), st.booleans())
def test_lines_hold_all_words_within_the_room_and_begin_and_end_as_they_may(name: str, room: int, press: bool) -> None:
    text = one_line(name)
    spans = breaking.lines(text, ems(text), room, press=press)
    lines = [text[start:end] for start, end in spans]
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line, span in zip(lines, spans, strict=True):
        assert sum(breaking.advances(text, ems(text), span, press=press)) <= room + 1e-6
        assert line == line.strip()
    for (start, end), (following, _) in pairwise(spans):
        # Cut where it must not be only if nothing in that line may break.
        if following == end and not breaking.may_break(text, end):
            assert not any(breaking.may_break(text, at) for at in range(start + 1, end))
        elif following == end:
            assert text[following] not in NO_START
            assert text[end - 1] not in NO_END
