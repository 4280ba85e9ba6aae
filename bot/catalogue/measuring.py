"""How many characters a line and lines a page hold, measured from the letters' boxes of printed pages. Pure.

A proposal only: an editor accepts it. The annex counts characters a line in the paper's usual body size × lines on the
page, gutters between columns included.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from bot.catalogue.boxes import WHOLE, PageBoxes, PrintedLine

LEAST_LETTERS = 300
"""Letters of a page in body type; a page with fewer (a poster, a picture) tells no layout."""
LEAST_LINES = 10
"""Steps from one body line to the next that are measured."""
SAME_SIZE = 0.06
"""Two sizes of type are one if they differ by less than this part."""
MOST_STEP = 3.0
"""The next line of a column stands at most so many sizes of type below."""


@dataclass(frozen=True, slots=True)
class Measured:
    """`per_line` characters of body size across the type area, `lines` down it; sizes in points."""

    per_line: int
    lines: int
    size_points: float
    step_points: float


def measure(page: PageBoxes, width: float, height: float) -> Measured | None:
    """The layout of one page of `width` × `height` points; None where there is too little body text to tell."""
    size = _body_size(page)
    if size is None:
        return None
    body = [line for line in page.lines if line.letters and abs(line.size - size) <= SAME_SIZE * size]
    step = _step(page, body, size * width / height)
    if step is None:
        return None
    left, top, right, bottom = _type_area(page)
    per_line, lines = round((right - left) / size), round((bottom - top) / step)
    if per_line < 1 or lines < 1:
        return None
    return Measured(per_line, lines, round(size * width, 1), round(step * height, 1))


def usual(pages: Iterable[Measured | None]) -> Measured | None:
    """What most pages of an issue have: the middle of each measure; None where none could be measured."""
    known = [page for page in pages if page is not None]
    if not known:
        return None
    return Measured(int(median(sorted(p.per_line for p in known))), int(median(sorted(p.lines for p in known))),
                    median(p.size_points for p in known), median(p.step_points for p in known))  # fmt: skip


def _body_size(page: PageBoxes) -> float | None:
    """The size of type that most letters have, as a share of the page's width."""
    letters: Counter[float] = Counter()
    for line in page.lines:
        letters[line.size] += line.letters
    if not letters:
        return None
    near = {size: sum(n for other, n in letters.items() if abs(other - size) <= SAME_SIZE * size) for size in letters}
    size = max(letters, key=lambda one: (near[one], letters[one]))
    return size if size > 0 and near[size] >= LEAST_LETTERS else None


def _step(page: PageBoxes, body: Sequence[PrintedLine], size: float) -> float | None:
    """From one body line to the one below it in the same column, as a share of the page's height; `size` in the same."""
    starts = sorted((page.boxes[line.first][0], page.boxes[line.first][3]) for line in body)
    by_left: dict[int, list[int]] = {}
    for left, bottom in starts:
        by_left.setdefault(round(left / WHOLE * 200), []).append(bottom)
    steps = [
        (after - before) / WHOLE
        for column in by_left.values()
        for before, after in zip(sorted(column), sorted(column)[1:], strict=False)
    ]
    usable = [step for step in steps if size * 0.9 <= step <= size * MOST_STEP]
    return median(usable) if len(usable) >= LEAST_LINES else None


def _type_area(page: PageBoxes) -> tuple[float, float, float, float]:
    """The box around all letters, in shares of the page."""
    return (min(b[0] for b in page.boxes) / WHOLE, min(b[1] for b in page.boxes) / WHOLE,
            max(b[2] for b in page.boxes) / WHOLE, max(b[3] for b in page.boxes) / WHOLE)  # fmt: skip
