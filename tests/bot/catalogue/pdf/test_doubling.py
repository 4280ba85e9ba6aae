"""Fake bold undone, and words that are written twice left alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.catalogue.pdf.doubling import undoubled, undoubled_text
from bot.catalogue.pdf.values import Box, Glyph

CORPUS = os.environ.get("WOODPECKER_CORPUS")


def glyph(text: str, left: float, top: float = 0.0, size: float = 20.0, width: float | None = None) -> Glyph:
    return Glyph(text, Box(left, top, left + (width or size), top + size), size)


def test_second_print_of_a_letter_goes() -> None:
    printed = [glyph("凉", 0), glyph("城", 20), glyph("凉", 0.6), glyph("城", 20.6, 0.4)]
    assert [one.text for one in undoubled(printed)] == ["凉", "城"]


def test_kept_letter_covers_both_prints() -> None:
    (kept,) = undoubled([glyph("凉", 0), glyph("凉", 0.6, 0.4)])
    assert kept.box == Box(0, 0, 20.6, 20.4)


@pytest.mark.parametrize("printed", [
    [glyph("谢", 0), glyph("谢", 20)],
    [glyph("谢", 0), glyph("谢", 16)],  # tightly set
    [glyph("l", 0, width=4.5), glyph("l", 4.5, width=4.5)],
    [glyph("一", 0), glyph("一", 0, 20)],
    [glyph("凉", 0), glyph("凉", 0, size=10)],
])  # fmt: skip
def test_letters_that_are_meant_twice_stay(printed: list[Glyph]) -> None:
    assert undoubled(printed) == printed


@pytest.mark.parametrize(("text", "expected"), [
    ("凉凉城城", "凉城"),
    ("凉凉城城 社社区区晨晨报报", "凉城 社区晨报"),
    ("关于凉城 22001199年社区", "关于凉城 2019年社区"),
    ("副区长李铭（（中））讲话", "副区长李铭（中）讲话"),
    ("共建““宜居””凉城", "共建“宜居”凉城"),
    ("代表意见、、建议", "代表意见、建议"),
    ("正文一行\n建建设设美美丽丽家家园园\n又一行", "正文一行\n建设美丽家园\n又一行"),
])  # fmt: skip
def test_doubled_text_is_mended(text: str, expected: str) -> None:
    assert undoubled_text(text) == expected


@pytest.mark.parametrize("text", [
    "谢谢大家！", "实实在在", "扎扎实实抓好工作", "共有2200人", "电话11223344", "说干就干——马上……", "万家———党建",
    "凉城··", "啊！！",    "坐着看看书", "1100年前",
])  # fmt: skip
def test_words_written_so_stay(text: str) -> None:
    assert undoubled_text(text) == text


@pytest.mark.skipif(CORPUS is None, reason="WOODPECKER_CORPUS is not set")
def test_nothing_but_headlines_of_the_corpus_changes() -> None:
    for path in sorted((Path(CORPUS or "") / "raw").glob("*.txt")):
        lines = path.read_text("utf-8").split("\n")
        changed = [line for line, mended in zip(lines, undoubled_text("\n".join(lines)).split("\n"), strict=True)
                   if line != mended]  # fmt: skip
        assert all(len(line) < 40 for line in changed)
