"""Letters in any order → lines as they stand in one column. Pure; knows no article."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from bot.catalogue.pdf.values import Box, Glyph, Line, around

SAME_LINE = 0.3
"""Two letters stand in one line when the middles of their boxes differ by less than this share of their size."""
SAME_SIZE = 1.2
GAP, DISPLAY_GAP = 0.9, 1.3
"""White between two letters of one line, in em: less than a gutter; display type may hold a wide space."""
SPACED = 2.4
"""A gap up to so many em is still inside the line where a line above or below runs across it."""
HANGING, EDGE_REACH, GUTTER_CELL = 0.25, 12, 8.0
"""White wider than the line's usual by so many em may be a gutter; lines so many em above or below show where."""
DISPLAY = 1.3
"""Type so many times the body's size is display type."""


def body_size(glyphs: Sequence[Glyph]) -> float:
    """The size most letters are set in; 0 on an empty page."""
    counted = Counter(round(glyph.size * 2) / 2 for glyph in glyphs)
    return counted.most_common(1)[0][0] if counted else 0.0


def lines_of(glyphs: Sequence[Glyph], body: float, barriers: Sequence[Box] = ()) -> list[Line]:
    """Lines from top to bottom, then left to right. `barriers`: upright rules, which no line crosses."""
    pieces = _cut_at_gutters(_pieces(glyphs, body, barriers))
    return _joined(pieces, body, barriers)


def line_of(glyphs: Sequence[Glyph], *, begins: bool = False) -> Line:
    """The letters as one line, in order from left to right."""
    ordered = tuple(sorted(glyphs, key=lambda glyph: glyph.box.left))
    return Line(ordered, around([glyph.box for glyph in ordered]), median(glyph.size for glyph in ordered), begins)


def _pieces(glyphs: Sequence[Glyph], body: float, barriers: Sequence[Box]) -> list[Line]:
    """Letters chained to their right neighbours."""
    following = _neighbours(glyphs, body, barriers)
    led = set(following.values())
    pieces = []
    for start in range(len(glyphs)):
        if start in led:
            continue
        chain, at = [glyphs[start]], start
        while at in following:
            at = following[at]
            chain.append(glyphs[at])
        pieces.append(line_of(chain))
    return sorted(pieces, key=lambda line: (line.box.top, line.box.left))


def _neighbours(glyphs: Sequence[Glyph], body: float, barriers: Sequence[Box]) -> dict[int, int]:
    """Letter → the next one of its line; each letter has at most one on either side, the nearest."""
    high = max(body, 4.0)
    rows: dict[int, list[tuple[float, int]]] = {}
    for n, glyph in enumerate(glyphs):
        rows.setdefault(int(glyph.box.middle // high), []).append((glyph.box.left, n))
    for row in rows.values():
        row.sort()
    near: list[tuple[float, int, int]] = []
    for n, glyph in enumerate(glyphs):
        at = int(glyph.box.middle // high)
        reach = 1 + int(glyph.size * SAME_LINE // high)
        first, last = glyph.box.right - 0.6 * glyph.size, glyph.box.right + DISPLAY_GAP * glyph.size
        for row in (rows[r] for r in range(at - reach, at + reach + 1) if r in rows):
            close = row[bisect_left(row, (first, -1)) : bisect_right(row, (last, len(glyphs)))]
            near += [(abs(left - glyph.box.right), n, m) for left, m in close
                     if m != n and _continues(glyph, glyphs[m], body, barriers)]  # fmt: skip
    following: dict[int, int] = {}
    led: set[int] = set()
    for _, n, other in sorted(near):
        if n not in following and other not in led:
            following[n] = other
            led.add(other)
    return following


def _continues(glyph: Glyph, other: Glyph, body: float, barriers: Sequence[Box]) -> bool:
    small, large = sorted((glyph.size, other.size))
    gap = other.box.left - glyph.box.right
    if other.box.left <= glyph.box.left or large > SAME_SIZE * small:
        return False
    widest = DISPLAY_GAP if small >= DISPLAY * body else GAP
    if not -0.6 * small <= gap <= widest * small or other.box.centre <= glyph.box.centre:
        return False
    return abs(glyph.box.middle - other.box.middle) <= SAME_LINE * small and not _crossed(glyph.box, other.box, barriers)


def _crossed(left: Box, right: Box, barriers: Sequence[Box]) -> bool:
    return any(left.centre < bar.centre < right.centre and bar.top < left.middle < bar.bottom for bar in barriers)


def _cut_at_gutters(pieces: list[Line]) -> list[Line]:
    """A mark that hangs into a narrow gutter may chain two columns: cut where the white is wider than the line's usual
    and the next letter stands where other lines begin."""
    begins: dict[int, list[Line]] = {}
    for line in pieces:
        begins.setdefault(int(line.box.left // GUTTER_CELL), []).append(line)
    cut: list[Line] = []
    for line in pieces:
        start = 0
        gaps = [right.box.left - left.box.right for left, right in pairwise(line.glyphs)]
        usual = max(0.0, median(gaps)) if gaps else 0.0
        for n, gap in enumerate(gaps, 1):
            if gap - usual > HANGING * line.size and _is_edge(line.glyphs[n].box.left, line, begins):
                cut.append(line_of(line.glyphs[start:n]))
                start = n
        cut.append(line_of(line.glyphs[start:]) if start else line)
    return sorted(cut, key=lambda line: (line.box.top, line.box.left))


def _is_edge(x: float, line: Line, begins: dict[int, list[Line]]) -> bool:
    """Whether at least two lines of this size near it begin at x."""
    cell = int(x // GUTTER_CELL)
    near = [o for c in (cell - 1, cell, cell + 1) for o in begins.get(c, ())
            if abs(o.box.left - x) <= 0.2 * line.size and abs(o.size - line.size) <= 0.05 * line.size
            and 0 < abs(o.box.top - line.box.top) <= EDGE_REACH * line.size]  # fmt: skip
    return len(near) >= 2


def _joined(pieces: list[Line], body: float, barriers: Sequence[Box]) -> list[Line]:
    """Pieces of one line put together over a wide space (武　钢) that a neighbouring line runs across."""
    joined = sorted(pieces, key=lambda line: (line.box.top, line.box.left))
    n = 0
    while n < len(joined):
        line = joined[n]
        near = list(_level(joined, n, 3 * line.size))
        mate = next((m for m in near if m != n and _is_spaced(line, joined[m], body)
                     and not _crossed(line.box, joined[m].box, barriers)
                     and _is_bridged(line, joined[m], [joined[k] for k in near])), None)  # fmt: skip
        if mate is None:
            n += 1
            continue
        joined[n] = line_of((*line.glyphs, *joined[mate].glyphs))
        del joined[mate]
        joined.sort(key=lambda line: (line.box.top, line.box.left))
        n = max(0, min(n, mate) - 1)
    return joined


def _level(lines: Sequence[Line], n: int, reach: float) -> Iterator[int]:
    """The numbers of the lines that begin within so many points above or below the n-th; lines are sorted by top."""
    top = lines[n].box.top
    first = n
    while first > 0 and lines[first - 1].box.top >= top - reach:
        first -= 1
    for m in range(first, len(lines)):
        if lines[m].box.top > top + reach:
            return
        yield m


def _is_spaced(line: Line, other: Line, body: float) -> bool:
    gap = other.box.left - line.box.right
    return (gap >= 0 and max(line.size, other.size) <= SAME_SIZE * min(line.size, other.size)
            and abs(line.box.middle - other.box.middle) <= SAME_LINE * line.size
            and line.size < 2 * DISPLAY * body)  # fmt: skip


def _is_bridged(line: Line, other: Line, lines: list[Line]) -> bool:
    """Whether a line above or below runs across the gap; across a wide one it must hold both pieces, as the column's
    full lines hold its last line's words and the name set to its right."""
    gap = Box(line.box.right, line.box.top, other.box.left, line.box.bottom)
    reach = 0.0 if gap.width <= SPACED * line.size else 1e9
    return any(
        0.5 * line.size < abs(bridge.box.middle - line.box.middle) <= 2.2 * line.size
        and bridge.box.left < max(gap.left - 0.5 * line.size - reach, line.box.left + 0.4 * line.size)
        and bridge.box.right > min(gap.right + 0.5 * line.size + reach, other.box.right - 0.4 * line.size)
        and abs(bridge.size - line.size) <= 0.2 * line.size and _covers(bridge, gap)
        for bridge in lines
    )  # fmt: skip


def _covers(bridge: Line, gap: Box) -> bool:
    """Whether a letter of the bridging line stands in the gap."""
    return any(glyph.box.left < gap.right - 0.1 and glyph.box.right > gap.left + 0.1 for glyph in bridge.glyphs)
