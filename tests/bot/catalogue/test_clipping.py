"""A printed notice is found on its page whatever it is set like, and the cut shows its letters and nobody else's."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from bot.catalogue import clipping
from bot.catalogue.boxes import WHOLE, PageBoxes, PrintedLine

SIDE, STEP = 1000, 20
NOTICE = "更正：本报2023年5月10日2版“食唐”应为“食堂”。特此更正。"
GREEN, RED = (0, 128, 0), (220, 0, 0)


def page(*lines: tuple[int, int, str]) -> PageBoxes:
    """Lines of letters STEP pixels wide and high, each at (left, top)."""
    boxes, printed, text = [], [], ""
    for left, top, words in lines:
        printed.append(PrintedLine(len(text), len(words), STEP / SIDE, begins=False))
        for n in range(len(words)):
            box = (left + n * STEP, top, left + (n + 1) * STEP, top + STEP)
            boxes.append((box[0] * WHOLE // SIDE, box[1] * WHOLE // SIDE, box[2] * WHOLE // SIDE, box[3] * WHOLE // SIDE))
        text += words
    return PageBoxes(text, boxes, tuple(printed), ())


def set_in(width: int, left: int, top: int, words: str) -> list[tuple[int, int, str]]:
    return [(left, top + n // width * STEP, words[n:n + width]) for n in range(0, len(words), width)]


@pytest.mark.parametrize("printed", [
    NOTICE, NOTICE.replace("“", '"').replace("”", '"'), NOTICE.replace("：", " "), "更 正" + NOTICE[2:],
])
def test_notice_is_found_however_it_is_set(printed: str) -> None:
    assert clipping.find(page(*set_in(10, 100, 100, printed)), NOTICE) is not None


def test_what_is_not_there_or_there_twice_is_not_found() -> None:
    assert clipping.find(page(*set_in(10, 100, 100, "别的文章。")), NOTICE) is None
    assert clipping.find(page(*set_in(10, 100, 100, NOTICE.replace("食堂", "食塘"))), NOTICE) is None
    assert clipping.find(page(*set_in(10, 100, 100, NOTICE), *set_in(10, 600, 100, NOTICE)), NOTICE) is None
    assert clipping.find(page(*set_in(10, 100, 100, NOTICE)), "，。") is None


def test_a_page_of_words_is_no_notice() -> None:
    long = "更正" + "长" * 1500
    assert clipping.find(page(*set_in(45, 50, 50, long)), long) is None


def drawn(lines: list[tuple[int, int, str]], mine: range) -> Image.Image:
    """The notice's letters green, every other one red."""
    picture, number = Image.new("RGB", (SIDE, SIDE), "white"), 0
    for left, top, words in lines:
        for n in range(len(words)):
            at = left + n * STEP
            ImageDraw.Draw(picture).rectangle((at + 5, top + 5, at + STEP - 6, top + STEP - 6), GREEN if number in mine else RED)
            number += 1
    return picture


def colours(data: bytes) -> tuple[int, int]:
    """(green, red) pixels."""
    picture = Image.open(BytesIO(data)).convert("RGB")
    held = [picture.getpixel((x, y)) for x in range(picture.width) for y in range(picture.height)]
    red = sum(one[0] > 150 and one[1] < 90 for one in held if isinstance(one, tuple))
    return sum(one[0] < 90 and one[1] > 90 for one in held if isinstance(one, tuple)), red


@pytest.mark.parametrize("columns", [1, 2])
def test_cut_shows_the_notice_and_nothing_beside_it(columns: int) -> None:
    """It begins in the middle of a line and ends in the middle of one, and runs on in the next column."""
    before, after = "前面的话说完了。", "后面的话还没有说完"
    words = before + NOTICE + after
    lines = set_in(10, 100, 100, words)
    if columns == 2:
        lines = [*lines[:3], *((left + 300, top - 60, part) for left, top, part in lines[3:])]
    found = clipping.find(page(*lines), NOTICE)
    assert found is not None
    assert len(found.columns) == columns
    green, red = colours(clipping.cut(drawn(lines, range(len(before), len(before) + len(NOTICE))), found))
    assert green > len(NOTICE) * 60
    assert red == 0
