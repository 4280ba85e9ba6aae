"""The set box: where lines stand, that nothing leaves the column, and that what is set is what was said."""

from __future__ import annotations

from functools import cache

import pytest
from fontTools.pens.boundsPen import BoundsPen
from hypothesis import example, given, settings

from bot.contest.announcing import printed_box
from bot.printing import faces, files, layout
from bot.printing.breaking import one_line
from bot.printing.values import (
    BODY_MM,
    COLUMNS,
    Block,
    Code,
    Column,
    Face,
    Kind,
    Letter,
    Line,
    Section,
    Sheet,
    Width,
)
from tests.support.printed import NAMES

TEN = Column(chars=10, headline=2.0, code_mm=20, beside=False)
SQUARES = tuple(bytes([1] * 21) for _ in range(21))


def plain_letters(one: str, face: Face) -> Letter:
    return Letter(one, face, 0.5 if one.isascii() else 1.0)


def laid(*blocks: Block, column: Column = TEN, code: Code | None = None) -> Sheet:
    return layout.lay((Section(blocks, code),), column, plain_letters)


def places(line: Line) -> list[float]:
    return [round((glyph.x - BODY_MM) / line.size, 3) for glyph in line.glyphs]


def test_paragraph_is_indented_spaced_out_and_ends_as_it_comes() -> None:
    first, second = laid(Block(Kind.PARAGRAPH, "一二三四五六七八，九十")).lines
    assert (first.text, second.text) == ("一二三四五六七", "八，九十")
    assert places(first) == pytest.approx([2 + n * 7 / 6 for n in range(7)], abs=0.001)
    assert places(second) == [0, 1, 2, 3]
    assert second.baseline - first.baseline == pytest.approx(BODY_MM * layout.LEADING)


def test_mark_at_the_end_of_a_line_stands_in_half_of_its_room_and_one_at_the_beginning_is_moved_out() -> None:
    first, second = laid(Block(Kind.NAMES, "一二三四五六七八九，《十》")).lines
    assert places(first)[-1] + 0.5 == pytest.approx(10)
    assert places(second) == [-0.5, 0.5, 1.5]


def test_headline_is_as_large_as_fits_in_one_line() -> None:
    short, long, longer = (laid(Block(Kind.HEADLINE, "一" * many)) for many in (3, 8, 12))
    assert [round(one.lines[0].size / BODY_MM, 3) for one in (short, long, longer)] == [2.0, 1.25, 1.0]
    assert [len(one.lines) for one in (short, long, longer)] == [1, 1, 2]
    assert places(short.lines[0])[0] == 1.0, "in the middle"


def test_label_of_the_names_is_set_in_the_face_of_headlines() -> None:
    (line,) = laid(Block(Kind.NAMES, "最佳：甲", strong=3)).lines
    assert [glyph.letter.face for glyph in line.glyphs] == [Face.HEAD] * 3 + [Face.BODY]


def test_code_stands_beneath_in_the_middle_with_its_white_around() -> None:
    sheet = laid(Block(Kind.NAMES, "甲"), code=Code("a", SQUARES, "扫码"))
    (placed,) = sheet.codes
    assert placed.step == pytest.approx(20 / 29)
    assert placed.x - 4 * placed.step == pytest.approx((TEN.width - 20) / 2)
    assert placed.y > sheet.lines[0].baseline
    assert sheet.lines[1].text == "扫码"
    assert sheet.lines[1].baseline > placed.y + 21 * placed.step


def test_code_stands_beside_the_words_where_the_column_is_wide() -> None:
    column = Column(chars=20, headline=2.0, code_mm=20, beside=True)
    sheet = laid(Block(Kind.HEADLINE, "启事"), Block(Kind.NAMES, "甲" * 40), column=column, code=Code("a", SQUARES, "扫码"))
    (placed,) = sheet.codes
    words = [line for line in sheet.lines if "甲" in line.text]
    assert {line.right for line in words} == {BODY_MM + column.room - 20 - layout.GAP_MM}
    assert placed.x > words[0].right
    assert sheet.height > placed.y + 21 * placed.step


def test_rule_stands_between_the_sections() -> None:
    sheet = layout.lay((Section((Block(Kind.NAMES, "甲"),)), Section((Block(Kind.NAMES, "乙"),))), TEN, plain_letters)
    (rule,) = sheet.rules
    assert sheet.lines[0].baseline < rule.y < sheet.lines[1].baseline
    assert rule.x + rule.length == pytest.approx(TEN.width - BODY_MM)


def test_what_has_no_words_is_a_small_frame() -> None:
    assert laid(Block(Kind.HEADLINE, "\u200b"), Block(Kind.PARAGRAPH, " ")).lines == ()


@cache
def bounds(shown: str, face: Face) -> tuple[float, float] | None:
    """From where to where a letter has ink, in em."""
    font = faces._font(face)
    pen = BoundsPen(font.glyphs)
    font.glyphs[font.characters[ord(shown)]].draw(pen)
    return (pen.bounds[0] / faces.EM, pen.bounds[2] / faces.EM) if pen.bounds else None


@pytest.mark.parametrize("width", list(Width))
@given(name=NAMES)
@example(name="W" * 200)
@example(name="”" * 200)
@example(name="《" * 200)
@example(name="\u202e" + "<script>alert(1)</script>" * 8)
@settings(deadline=None, max_examples=60)
def test_every_letter_of_any_name_has_its_ink_within_the_frame_and_none_is_lost(width: Width, name: str) -> None:
    text = f"欢迎来当“啄木鸟”\n亲爱的读者。\n\n5月名单\n最佳“啄木鸟”：{one_line(name)}"
    printed = files.Printed("栏目", printed_box.sections(text))
    sheet = files.sheet(printed, width)
    for line in sheet.lines:
        assert line.text == line.text.strip()
        for glyph in line.glyphs:
            inside = bounds(glyph.letter.shown, glyph.letter.face)
            if inside is not None:
                assert glyph.x + inside[0] * line.size > 0
                assert glyph.x + inside[1] * line.size < COLUMNS[width].width
    set_ = "".join(glyph.letter.shown for line in sheet.lines for glyph in line.glyphs)
    drawn = "".join(faces.letter(one, Face.BODY).shown for one in text if one != "\n")
    assert set_.replace(" ", "") == "".join(drawn.split())
    assert all(line.baseline < sheet.height for line in sheet.lines)
