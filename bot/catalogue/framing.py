"""Which pieces of a page to show around marked words: the line they stand in and some lines above and below. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bot.catalogue.boxes import Rect
from bot.catalogue.cutting import WHOLE

MOST_FRAMES = 4
"""Of one place; a longer quotation is looked at on the whole page."""
LINES_AROUND, LEADING = 3, 1.55
MARGIN = 1.2
"""Letters left and right of the line."""
NARROWEST, WIDEST, HIGHEST = 0.32, 0.6, 0.2
"""Shares of one page's width, and of its height."""
MOST_ABOVE = 0.08
"""Share of the page's height that is shown above and below, however large the letters are."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A piece of a page in ten-thousandths of its width and height."""

    left: int
    top: int
    right: int
    bottom: int


def frames(rects: Sequence[Rect], rows: Sequence[Rect], width: int, height: int) -> tuple[list[Frame], int]:
    """(pieces to show, marks that are in none of them). `rows`: for each mark the printed line it stands in.

    `width` and `height` are the picture's in pixels. Marks that lie near each other share a piece; a landscape
    picture is two pages wide.
    """
    page = 0.5 if width > height else 1.0
    groups: list[list[int]] = []
    for n, rect in enumerate(rects):
        if groups and _near([rects[m] for m in groups[-1]] + [rect], page):
            groups[-1].append(n)
        else:
            groups.append([n])
    shown = [_frame([rects[n] for n in group], [rows[n] for n in group], width, height, page)
             for group in groups[:MOST_FRAMES]]  # fmt: skip
    kept: list[Frame] = []
    for frame in shown:
        if frame not in kept:
            kept.append(frame)
    return kept, sum(len(group) for group in groups[MOST_FRAMES:])


def _near(rects: Sequence[Rect], page: float) -> bool:
    around = _around(rects)
    return around.bottom - around.top <= HIGHEST and around.right - around.left <= WIDEST * page


def _frame(rects: Sequence[Rect], rows: Sequence[Rect], width: int, height: int, page: float) -> Frame:
    words, lines = _around(rects), _around(rows)
    high = median(rect.bottom - rect.top for rect in rects)
    letter = high * height / width  # the letter's width, for Chinese letters are square
    if lines.right - lines.left > WIDEST * page:
        # A line across the page: only what stands around the words.
        room = max(0.0, WIDEST * page - (words.right - words.left)) / 2
        lines = Rect(max(lines.left, words.left - room), lines.top, min(lines.right, words.right + room), lines.bottom)
    left, right = _widened(lines.left - MARGIN * letter, lines.right + MARGIN * letter, NARROWEST * page)
    more = min(LINES_AROUND * LEADING * high, MOST_ABOVE)
    top, bottom = max(0.0, words.top - more), min(1.0, words.bottom + more)
    # A mark without a size at the foot of the page still gets a piece that can be cut.
    return Frame(int(left * WHOLE), min(WHOLE - 1, int(top * WHOLE)),
                 min(WHOLE, int(right * WHOLE) + 1), min(WHOLE, int(bottom * WHOLE) + 1))


def _widened(left: float, right: float, least: float) -> tuple[float, float]:
    """At least so wide, and on the page."""
    lack = max(0.0, least - (right - left))
    left, right = left - lack / 2, right + lack / 2
    shift = max(0.0, -left) - max(0.0, right - 1.0)
    return max(0.0, left + shift), min(1.0, right + shift)


def _around(rects: Sequence[Rect]) -> Rect:
    return Rect(min(r.left for r in rects), min(r.top for r in rects), max(r.right for r in rects),
                max(r.bottom for r in rects))  # fmt: skip
