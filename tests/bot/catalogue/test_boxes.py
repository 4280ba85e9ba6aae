"""A page's blob: what was put in comes out, words give one box a line piece, damage is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue.boxes import (
    WHOLE,
    PageBoxes,
    PrintedLine,
    Rect,
    Span,
    article_name,
    boxes_of,
    decode,
    encode,
    renamed,
    scaled,
)

NAME = article_name("04、05", "a1")


def page() -> PageBoxes:
    """Two lines of four letters, each a tenth of the page wide, of one paragraph; a space after the third letter."""
    boxes = [(n % 4 * 6000, n // 4 * 10_000, n % 4 * 6000 + 6000, n // 4 * 10_000 + 6000) for n in range(8)]
    spans = (Span(NAME, 0, 0, 0, 3), Span(NAME, 0, 4, 3, 1), Span(NAME, 0, 5, 4, 4))
    return PageBoxes("一二三四五六七八", boxes, (PrintedLine(0, 4, 0.01, True), PrintedLine(4, 4, 0.01, False)), spans)


def test_what_was_put_in_comes_out() -> None:
    assert decode(encode(page())) == page()


@pytest.mark.slow
@given(st.lists(st.tuples(*[st.integers(0, WHOLE)] * 4), max_size=40), st.text(st.characters(codec="utf-8"), min_size=40))
def test_any_letters_and_boxes_come_out(boxes: list[tuple[int, int, int, int]], text: str) -> None:
    whole = PageBoxes(text[: len(boxes)], boxes, (PrintedLine(0, len(boxes), 0.0, False),), ())
    again = decode(encode(whole))
    assert (again.text, list(again.boxes)) == (whole.text, boxes)


@pytest.mark.parametrize(("offset", "length", "expected"), [
    (1, 1, [(6000, 0, 12_000, 6000)]),
    (0, 5, [(0, 0, 18_000, 6000), (18_000, 0, 24_000, 6000)]),
    (4, 3, [(18_000, 0, 24_000, 6000), (0, 10_000, 12_000, 16_000)]),
    (3, 1, []),
    (9, 5, []),
    (2, 0, []),
])  # fmt: skip
def test_words_give_one_box_a_line_piece(offset: int, length: int, expected: list[tuple[int, ...]]) -> None:
    rects = tuple(Rect(*(side / WHOLE for side in box)) for box in expected)
    assert boxes_of(encode(page()), NAME, 0, offset, length) == rects


def test_words_of_another_article_or_paragraph_have_no_box_here() -> None:
    blob = encode(page())
    assert boxes_of(blob, article_name("04、05", "a2"), 0, 0, 4) == ()
    assert boxes_of(blob, NAME, 1, 0, 4) == ()


def test_renamed_article_keeps_its_boxes() -> None:
    other = article_name("04、05", "a9")
    assert boxes_of(renamed(encode(page()), {NAME: other}), other, 0, 1, 1) == boxes_of(encode(page()), NAME, 0, 1, 1)


@pytest.mark.parametrize("damage", [
    lambda blob: b"", lambda blob: b"PNG" + blob, lambda blob: blob[:-3], lambda blob: blob[:20] + b"\0" * 9 + blob[29:],
    lambda blob: blob[:4], lambda blob: b"WPB1" + b"x\x9c",
])  # fmt: skip
def test_damaged_blob_is_a_value_error(damage: object) -> None:
    assert callable(damage)
    with pytest.raises(ValueError, match="page of boxes"):
        decode(damage(encode(page())))


def test_box_beyond_the_page_ends_at_its_edge() -> None:
    assert scaled(-5, 10, 600, 900, 500, 800) == (0, 819, WHOLE, WHOLE)
