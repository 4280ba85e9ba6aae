"""Pieces of the page around marked words."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.catalogue.boxes import PageBoxes, PrintedLine, Rect, Span
from bot.catalogue.cutting import WHOLE
from bot.catalogue.framing import HIGHEST, MOST_FRAMES, WIDEST, Frame, frames

WIDTH, HEIGHT = 1700, 2050
COLUMN = (0.05, 0.27)


def line(top: float, left: float = COLUMN[0], right: float = COLUMN[1], high: float = 0.0128) -> Rect:
    return Rect(left, top, right, top + high)


def inside(rect: Rect, frame: Frame) -> bool:
    return (frame.left <= rect.left * WHOLE and rect.right * WHOLE <= frame.right
            and frame.top <= rect.top * WHOLE and rect.bottom * WHOLE <= frame.bottom)  # fmt: skip


def test_words_of_one_line_stand_in_it_with_lines_above_and_below() -> None:
    words = line(0.5, 0.1, 0.16)
    (frame,), left_out = frames([words], [line(0.5)], WIDTH, HEIGHT)
    assert left_out == 0
    assert inside(line(0.5), frame)
    assert inside(line(0.5 - 3 * 0.0189), frame)
    assert inside(line(0.5 + 3 * 0.0189), frame)
    assert 0.3 <= (frame.right - frame.left) / WHOLE <= 0.4
    assert (frame.bottom - frame.top) / WHOLE < 0.16


def test_words_that_go_on_in_the_next_line_share_a_piece() -> None:
    rects = [line(0.5, 0.2, 0.27), line(0.52, 0.05, 0.1)]
    (frame,), _ = frames(rects, [line(0.5), line(0.52)], WIDTH, HEIGHT)
    assert all(inside(rect, frame) for rect in rects)


def test_words_that_go_on_in_the_next_column_are_two_pieces() -> None:
    rects = [line(0.9, 0.2, 0.27), line(0.3, 0.29, 0.35)]
    found, _ = frames(rects, [line(0.9), line(0.3, 0.29, 0.51)], WIDTH, HEIGHT)
    assert [inside(rect, frame) for rect, frame in zip(rects, found, strict=True)] == [True, True]


def test_headline_across_the_page_is_shown_around_the_words() -> None:
    words, row = line(0.06, 0.1, 0.2, 0.04), line(0.06, 0.05, 0.95, 0.04)
    (frame,), _ = frames([words], [row], WIDTH, HEIGHT)
    assert inside(words, frame)
    assert (frame.right - frame.left) / WHOLE <= WIDEST + 0.1


def test_long_quotation_is_cut_off_and_said_so() -> None:
    rects = [line(0.1 + n * 0.22, 0.05, 0.27) for n in range(4)] + [line(0.1, 0.4, 0.6), line(0.5, 0.7, 0.9)]
    found, left_out = frames(rects, rects, WIDTH, HEIGHT)
    assert (len(found), left_out) == (MOST_FRAMES, 2)


def test_landscape_picture_is_two_pages() -> None:
    words = line(0.5, 0.30, 0.33)
    (frame,), _ = frames([words], [line(0.5, 0.28, 0.39)], 2 * WIDTH, HEIGHT)
    assert inside(words, frame)
    assert (frame.right - frame.left) / WHOLE <= 0.2


@pytest.mark.parametrize("words", [line(0.0, 0.0, 0.02), line(0.987, 0.98, 1.0), Rect(0, 0, 1, 1)])
def test_piece_never_leaves_the_page(words: Rect) -> None:
    for frame in frames([words], [words], WIDTH, HEIGHT)[0]:
        assert 0 <= frame.left < frame.right <= WHOLE
        assert 0 <= frame.top < frame.bottom <= WHOLE
        assert inside(words, frame)


share = st.floats(0, 1)


@given(st.lists(st.tuples(share, share, share, share), min_size=1, max_size=12), st.sampled_from([(1700, 2050), (3400, 2050)]))
@example([(0.0, 1.0, 0.0, 1.0)], (1700, 2050))  # a mark without a size at the very foot of the page
def test_every_mark_is_in_a_piece_or_counted_as_left_out(sides: list[tuple[float, ...]], size: tuple[int, int]) -> None:
    rects = [Rect(min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in sides]
    found, left_out = frames(rects, rects, *size)
    shown = sum(any(inside(rect, frame) for frame in found) for rect in rects)
    assert shown + left_out >= len(rects)
    assert len(found) <= MOST_FRAMES
    assert all(0 <= f.left < f.right <= WHOLE and 0 <= f.top < f.bottom <= WHOLE for f in found)
    assert HIGHEST < 1


def page(*spans: Span) -> PageBoxes:
    """Two columns of three lines of four letters: each letter a tenth of the page wide and high."""
    boxes = [(x * 6000, y * 6000, x * 6000 + 5900, y * 6000 + 5900)
             for left in (0, 5) for y in range(3) for x in range(left, left + 4)]  # fmt: skip
    return PageBoxes("甲" * 24, boxes, tuple(PrintedLine(n * 4, 4, 0.1, False) for n in range(6)), spans)


def test_row_is_the_whole_line_a_mark_stands_in() -> None:
    found = page(Span("01/a", 0, 0, 0, 4), Span("01/a", 0, 4, 4, 4))
    rows = found.rows("01/a", 0, 2, 3)
    assert [(round(r.left * 10, 1), round(r.top * 10, 1), round(r.right * 10, 1)) for r in rows] == [(0, 0, 3.6), (0, 0.9, 3.6)]
    assert len(found.marks("01/a", 0, 2, 3)) == 2


def test_article_is_one_area_for_each_column_it_runs_through() -> None:
    spans = [Span("01/a", 0, n * 4, n * 4, 4) for n in range(5)] + [Span("01/b", -1, 0, 20, 4)]
    areas = page(*spans).areas()
    assert [len(areas[name]) for name in ("01/a", "01/b")] == [2, 1]
    first, second = areas["01/a"]
    assert (first.left, round(first.bottom, 2), round(second.top, 2)) == (0.0, 0.27, 0.0)
