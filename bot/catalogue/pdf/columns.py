"""Blocks → columns (blocks under each other) → rows of columns that begin at one height. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.catalogue.pdf.blocks import Block, separates
from bot.catalogue.pdf.furniture import BACK
from bot.catalogue.pdf.values import Box, Line, around

BESIDE = 3.2
"""Neighbouring columns of one row stand at most so many em apart."""
LEVEL = 1.4
"""… and begin within so many lines of each other."""
BELOW = 3.0
"""A block belongs to the column above it within so many em, where nothing else stands between."""


@dataclass(frozen=True)
class Column:
    """Blocks of one column with nothing but pictures between them; `top` is that of the picture above, if any."""

    blocks: tuple[Block, ...]
    top: float

    @cached_property
    def box(self) -> Box:
        return around([block.box for block in self.blocks])

    @property
    def size(self) -> float:
        return max(self.blocks, key=lambda block: len(block.lines)).size

    @property
    def lines(self) -> list[Line]:
        return [line for block in self.blocks for line in block.lines]


@dataclass(frozen=True)
class Row:
    """Columns side by side, from left to right."""

    columns: tuple[Column, ...]

    @cached_property
    def box(self) -> Box:
        return around([column.box for column in self.columns])

    @property
    def top(self) -> float:
        return min(column.top for column in self.columns)


def columns_of(blocks: Sequence[Block], obstacles: Sequence[Box], rules: Sequence[Box], pictures: Sequence[Box]
               ) -> list[Column]:  # fmt: skip
    """`obstacles` (headlines, tables) end a column; `pictures` (with their captions) only interrupt it."""
    order = sorted(blocks, key=lambda block: (block.box.top, block.box.left))
    stacks: list[list[Block]] = []
    for block in order:
        home = next((stack for stack in stacks
                     if _goes_on(stack[-1], block, order, obstacles, rules, pictures)), None)  # fmt: skip
        if home is None:
            stacks.append([block])
        else:
            home.append(block)
    return [Column(tuple(stack), _top(stack[0], pictures)) for stack in stacks]


def _goes_on(upper: Block, lower: Block, blocks: Sequence[Block], obstacles: Sequence[Box], rules: Sequence[Box],
             pictures: Sequence[Box]) -> bool:  # fmt: skip
    em = max(upper.size, lower.size)
    if lower.box.top < upper.box.bottom - 0.3 * em or not _same_sides(upper, lower, em):
        return False
    if BACK.search(lower.lines[0].text):
        return False
    gap = Box(max(upper.box.left, lower.box.left), upper.box.bottom, min(upper.box.right, lower.box.right), lower.box.top)
    white = gap.height - sum(picture.down(gap) for picture in pictures
                             if picture.across(gap) > 0.5 * gap.width and picture.down(gap) > 0)  # fmt: skip
    if white > BELOW * em or any(separates(rule, upper.box, lower.box) for rule in rules):
        return False
    others = [block.box for block in blocks if block is not upper and block is not lower]
    return not any(box.across(gap) > 2 and box.down(gap) > 2 for box in (*obstacles, *others))


def _same_sides(one: Block, other: Block, em: float) -> bool:
    """Whether they stand in one column; only a subhead or a byline may be narrower than the column."""
    narrow, wide = sorted((one, other), key=lambda block: block.box.width)
    inset, short = narrow.box.left - wide.box.left, wide.box.right - narrow.box.right
    if len(narrow.lines) > 2 and not (inset <= 0.8 * em and short <= 1.2 * em):
        return False
    return inset >= -0.8 * em and short >= -1.2 * em


def _top(block: Block, pictures: Sequence[Box]) -> float:
    """Where the column begins for the eye: a picture right above it counts as its beginning."""
    top = block.box.top
    for picture in sorted(pictures, key=lambda box: -box.bottom):
        over = picture.across(block.box) > 0.7 * block.box.width
        if over and picture.top < top and -2 < top - picture.bottom <= 2.6 * block.size:
            top = picture.top
    return top


def rows_of(columns: Sequence[Column], barriers: Sequence[Box], pitch: float) -> list[Row]:
    """Columns that begin level and stand side by side with no upright rule between them."""
    rows: list[list[Column]] = []
    for column in sorted(columns, key=lambda one: one.box.left):
        home = next((row for row in rows if _is_beside(row[-1], column, barriers, pitch)), None)
        if home is None:
            rows.append([column])
        else:
            home.append(column)
    found = [Row(tuple(row)) for row in rows]
    return sorted(found, key=lambda row: (row.top, row.box.left))


def _is_beside(left: Column, right: Column, barriers: Sequence[Box], pitch: float) -> bool:
    em = max(left.size, right.size)
    gap = right.box.left - left.box.right
    level = abs(left.top - right.top) <= LEVEL * pitch or abs(left.box.top - right.box.top) <= LEVEL * pitch
    # A last column of a line or two (a byline set to the right) does not fill its width.
    room = max(0.0, left.box.width - right.box.width) if len(right.lines) <= 2 else 0.0
    if not level or not -1.1 * em <= gap <= BESIDE * em + room or max(left.size, right.size) > 1.12 * min(left.size, right.size):
        return False
    return not any(bar.height > bar.width and left.box.centre < bar.centre < right.box.centre
                   and bar.down(right.box) > 0.4 * min(left.box.height, right.box.height) for bar in barriers)  # fmt: skip
