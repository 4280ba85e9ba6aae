"""What headers say: page numbers in every form, names, dates, and jump notes."""

from __future__ import annotations

import pytest

from bot.catalogue.pdf.furniture import (
    BACK,
    JUMP,
    header_of,
    heads_in,
    iso_date,
    jump_target,
    page_number,
    without_notes,
)
from bot.catalogue.pdf.issue import number_in
from bot.catalogue.pdf.values import Box, Glyph, Line


@pytest.mark.parametrize(("text", "number"), [
    ("02", "02"), ("2版", "02"), ("第二版", "02"), ("十二版", "12"), ("A03", "A03"), ("A3版", "A03"), ("04、05", "04、05"),
    ("04-05版", "04、05"), ("04、05 专题", "04、05"), ("第04版 专题", "04"), ("B01 B02", "B01、B02"), ("02身边", "02"),
    ("2026.11.8", None), ("2026年11月8日", None), ("8月1日", None), ("责任编辑", None), ("97", None), ("十里长街", None),
    ("3位读者", None), ("2:30", None), ("", None),
])  # fmt: skip
def test_page_number_is_read(text: str, number: str | None) -> None:
    assert page_number(text) == number


@pytest.mark.parametrize(("text", "day"), [
    ("2026年11月8日 星期日", "2026-11-08"), ("2021.4.14 责任编辑/龙廷恺", "2021-04-14"), ("2026-11-08", "2026-11-08"),
    ("2026.13.40", None), ("今日8版", None),
])  # fmt: skip
def test_day_is_read(text: str, day: str | None) -> None:
    assert iso_date(text) == day


@pytest.mark.parametrize(("name", "number"), [
    ("第02版.pdf", "02"), ("A03.pdf", "A03"), ("20261108_04-05.pdf", "04、05"), ("柳湾-2.pdf", "02"),
    ("x/20261108A02.pdf", "A02"),
    ("2026-11-08.pdf", None), ("2026-11.pdf", None), ("20261108.pdf", None), ("柳湾.pdf", None), ("2026-11-08-03.pdf", "03"),
])  # fmt: skip
def test_page_number_in_a_file_name(name: str, number: str | None) -> None:
    assert number_in(name) == number


def line(text: str, left: float, top: float, size: float = 10.0) -> Line:
    glyphs = tuple(Glyph(letter, Box(left + n * size, top, left + (n + 1) * size, top + size), size)
                   for n, letter in enumerate(text))  # fmt: skip
    return Line(glyphs, Box(left, top, left + len(text) * size, top + size), size)


def test_header_above_its_rule() -> None:
    lines = [line("02", 30, 20, 16), line("身边", 100, 22, 12), line("2026.11.8责任编辑/柳小满", 300, 24, 8),
             line("标题在下", 100, 60, 24), line("正文", 30, 90)]  # fmt: skip
    header = header_of(lines, 820, [Box(30, 45, 650, 46)], 10)
    assert (header.furniture, header.number, header.name, header.date) == (frozenset({0, 1, 2}), "02", "身边", "2026-11-08")


def test_header_without_a_rule_takes_no_headline_along() -> None:
    lines = [line("02", 30, 20, 16), line("身边", 100, 22, 12), line("标题在下", 100, 40, 24)]
    assert header_of(lines, 820, [], 10).furniture == frozenset({0, 1})


def test_rule_between_stories_is_not_the_headers() -> None:
    body = [line("10几年了", 30, 80 + 15 * n) for n in range(20)]
    assert header_of([line("02", 30, 20, 16), *body], 1000, [Box(30, 240, 650, 241)], 10).furniture == frozenset({0})


def test_masthead_is_no_furniture() -> None:
    lines = [line("柳湾晨报", 120, 28, 44), line("2026年11月8日今日8版", 150, 80, 9), line("标题", 30, 120, 30)]
    header = header_of(lines, 820, [Box(30, 98, 650, 99)], 10)
    assert (header.masthead, header.furniture, header.number) == ((0, 1), frozenset(), "01")


def test_page_that_says_nothing_has_no_header() -> None:
    header = header_of([line("标题", 30, 20, 24), line("正文", 30, 60)], 820, [], 10)
    assert (header.furniture, header.number, header.name, header.date) == (frozenset(), None, None, None)


@pytest.mark.parametrize(("text", "parts", "page"), [
    ("（下转3版）", ["（下转3版）"], 3), ("说完了。（下转第3版）", ["说完了。", "（下转第3版）"], 3),
    ("下转A03版", ["下转A03版"], 3),
    ("（上接一版）他说", ["（上接一版）", "他说"], 1), ("【紧上接1版】", ["【紧上接1版】"], 1),
])  # fmt: skip
def test_jump_notes_are_lines_of_their_own(text: str, parts: list[str], page: int) -> None:
    cut = without_notes(line(text, 0, 0))
    assert [one.text for one in cut] == parts
    match = next(m for one in cut if (m := JUMP.fullmatch(one.text) or BACK.fullmatch(one.text)))
    assert jump_target(match[1]) == page


def test_raw_text_heads() -> None:
    lines = ["", "2021.4.14 责任编辑 / 龙廷恺", "02", "凉城··", "", "全景", "近日，凉城新村街道召开会议，就全力打好"]
    numbers, head, number, name = heads_in(lines)
    assert (sorted(numbers), head.date, number, name) == ([1, 2, 3, 5], "2021-04-14", "02", "全景")
