"""荣誉证书: what stands on it, and that no name leaves its field."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from itertools import pairwise

import pypdfium2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.printing import faces
from bot.printing.certificate import Certificate, chinese_day, draw, missing
from models.enums import Prize

MADE = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)
INSIDE = 20.0
"""Millimetres from the edge: within the frame's innermost line."""
HOSTILE = [
    "字" * 200, "W" * 200, "，" * 200, "（" * 200, "”“" * 100, "word " * 40, "字W，" * 66, "🐦" * 200, "الطائر نقار الخشب",
    "a\u202eb\u2066c", "甲\x00\x1b\n\r\t乙", "<b>粗</b>", "=cmd|' /C calc'!A0", "e" + "\u0301" * 200, "\u200b\u200d", "",
    " ", "字" * 20_000, "𠮷野家", "Ａｂｃ１２３", "\ud800", "\uffff", "\u2028\u2029", "\u202e岛知\u202c",
]


def one(name: str = "早起鸟", prize: Prize = Prize.BEST, **changes: object) -> Certificate:
    values = {"month": "2026-05", "contest": "社区晨报啄木鸟", "papers": "《社区晨报》", "issuer": "社区晨报",
              "on": date(2026, 6, 15)} | changes
    return Certificate(name, prize, **values)  # type: ignore[arg-type]


def opened(*certificates: Certificate) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(draw(certificates, made_at=MADE))


def words(*certificates: Certificate) -> str:
    """All text of the file without white space."""
    pages = [page.get_textpage().get_text_bounded() for page in opened(*certificates)]
    return "".join("".join(pages).split())


def boxes(page: pypdfium2.PdfPage) -> list[tuple[str, tuple[float, float, float, float]]]:
    """Every character with its box in millimetres from the lower left corner."""
    text = page.get_textpage()
    found = []
    for n in range(text.count_chars()):
        box = text.get_charbox(n)
        if box[2] > box[0] and box[3] > box[1]:
            found.append((text.get_text_range(n, 1), tuple(side * 25.4 / 72 for side in box)))
    return found  # type: ignore[return-value]


def test_sentence_names_contest_month_prize_reader_and_day() -> None:
    said = words(one())
    for part in ("荣誉证书", "早起鸟", "读者：", "在《社区晨报》2026年5月“社区晨报啄木鸟”活动中", "最佳“啄木鸟”", "社区晨报",
                 "二〇二六年六月十五日", "（盖章）"):
        assert part in said
    assert "优秀“啄木鸟”" in words(one(prize=Prize.EXCELLENT))


@pytest.mark.slow
def test_each_winner_has_a_page_of_a4_across() -> None:
    pdf = opened(one("甲"), one("乙", Prize.EXCELLENT), one("丙", Prize.EXCELLENT))
    assert [tuple(round(side * 25.4 / 72) for side in page.get_size()) for page in pdf] == [(297, 210)] * 3


@pytest.mark.slow
def test_same_values_give_the_same_file_and_its_typeface_lies_in_it() -> None:
    made = draw([one()], made_at=MADE)
    assert made == draw([one()], made_at=MADE)
    assert b"CIDFontType0C" in made
    assert len(made) < 100_000


@pytest.mark.slow
def test_the_name_as_drawn_is_the_name_as_given() -> None:
    """The picture of the field changes with the name, so the text is not only in the file but on the sheet."""
    field = [_field(page) for page in opened(one("甲"), one("乙"), one("甲"))]
    assert field[0] == field[2] != field[1]


def _field(page: pypdfium2.PdfPage) -> bytes:
    picture: Image.Image = page.render(scale=1).to_pil()
    out = io.BytesIO()
    picture.crop((110, 200, 320, 285)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_leaves_its_field(name: str) -> None:
    page = opened(one(name))[0]
    width, height = (side * 25.4 / 72 for side in page.get_size())
    for _, (left, bottom, right, top) in boxes(page):
        assert INSIDE < left < right < width - INSIDE
        assert INSIDE < bottom < top < height - INSIDE
    title, sentence = lowest_of(page, "荣誉证书"), highest_of(page, "活动中")
    field = [box for letter, box in boxes(page) if sentence < box[1] and box[3] < title and letter not in "读者："]
    assert all(box[1] > height - 101 for box in field), "above the line for the name"


def lowest_of(page: pypdfium2.PdfPage, letters: str) -> float:
    return min(box[1] for letter, box in boxes(page)[:4] if letter in letters)


def highest_of(page: pypdfium2.PdfPage, letters: str) -> float:
    """Of the sentence below the name."""
    found = boxes(page)
    start = next(n for n in range(len(found)) if "".join(one[0] for one in found[n : n + len(letters)]) == letters)
    return max(box[3] for _, box in found[start : start + len(letters)])


@pytest.mark.slow
@pytest.mark.parametrize(("changes", "part"), [
    ({"contest": "活动" * 40}, "活动活动"), ({"papers": "".join(f"《第{n}报》" for n in range(30))}, "《第29报》"),
    ({"issuer": "、".join(f"第{n}报" for n in range(30))}, "第29报"), ({"month": "2026年增刊" * 2}, "2026年增刊"),
])  # fmt: skip
def test_long_titles_are_set_smaller_and_stay_whole(changes: dict[str, object], part: str) -> None:
    page = opened(one(**changes))[0]
    width = page.get_size()[0] * 25.4 / 72
    assert all(INSIDE < left < right < width - INSIDE for _, (left, _, right, _) in boxes(page))
    assert part in words(one(**changes))


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=8))
@example(["=1+1"])
def test_no_text_at_all_breaks_the_sheet(names: list[str]) -> None:
    for page in opened(*map(one, names)):
        width = page.get_size()[0] * 25.4 / 72
        assert all(INSIDE < left < right < width - INSIDE for _, (left, _, right, _) in boxes(page))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "lacking"), [
    ("早起鸟", ""), ("微信读者 07", ""), ("Ａｂｃ１２３ &<>'\"", ""), ("鸟🐦鸟🐦", "🐦"), ("👨‍👩‍👧", "👨👩👧"), ("❤️", "❤"),
    ("العم", "العم"), ("a\u202eb\x00\ufeff", ""), ("𠮷", "𠮷"), ("", ""),
])  # fmt: skip
def test_characters_that_the_typeface_lacks_are_said_once(name: str, lacking: str) -> None:
    assert missing(name) == lacking
    assert (faces.LACKING in words(one(name))) == bool(lacking)


@pytest.mark.parametrize(("day", "shown"), [
    (date(2026, 6, 5), "二〇二六年六月五日"), (date(2030, 10, 10), "二〇三〇年十月十日"),
    (date(2026, 11, 20), "二〇二六年十一月二十日"),
    (date(2026, 12, 31), "二〇二六年十二月三十一日"), (date(2026, 1, 15), "二〇二六年一月十五日"),
])  # fmt: skip
def test_day_in_chinese(day: date, shown: str) -> None:
    assert chinese_day(day) == shown


@pytest.mark.slow
def test_no_line_of_the_sentence_begins_with_a_closing_mark() -> None:
    for page in opened(*(one(contest="啄" * n, papers="《" + "报" * (40 - n) + "》") for n in range(1, 40))):
        letters = boxes(page)
        for (_, before), (letter, box) in pairwise(letters):
            if box[3] < before[1] and box[0] < 60:  # farther down and at the left: a new line
                assert letter not in "，。：”》）"
