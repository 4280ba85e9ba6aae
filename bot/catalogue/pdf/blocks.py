"""Lines → blocks: one stretch of one column each, with its paragraphs told by their indents. Pure; knows no article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from bot.catalogue.pdf.furniture import BACK
from bot.catalogue.pdf.values import Box, Line, around

PITCH = 2.1
"""Lines of one block follow each other within so many em, from top to top."""
LOOSER = 1.3
"""… and within so many times the page's usual pitch."""
SAME_SIZE = 1.12
SHARED = 0.6
"""Share of the narrower line's width that two lines of one block have in common."""
INDENT = (1.1, 3.4)
"""A paragraph's first line is set in by so many em (two, or what justifying made of them)."""
SHORT = 1.6
"""A line that ends so many em before its column does ends its paragraph."""
ENDINGS = "。！？”’）】》…!?.:：；"


@dataclass(frozen=True, slots=True)
class Block:
    """Lines under each other. `box` is the column's stretch: its sides are those of the column where known."""

    lines: tuple[Line, ...]
    box: Box
    size: float

    @property
    def opens(self) -> bool:
        """Whether it begins in the middle of a paragraph."""
        return not self.lines[0].begins

    @property
    def ends_open(self) -> bool:
        """Whether its last paragraph goes on elsewhere: the last line is full and no sentence ends there."""
        last = self.lines[-1]
        return last.box.right >= self.box.right - SHORT * self.size and last.text[-1] not in "。！？…!?"

    @property
    def ends_closed(self) -> bool:
        """Whether its last paragraph surely ends here."""
        return self.lines[-1].box.right < self.box.right - SHORT * self.size


def usual_pitch(lines: Sequence[Line], body: float) -> float:
    """From line to line in the body, in points."""
    pitches = []
    ordered = sorted(lines, key=lambda line: line.box.top)
    for n, line in enumerate(ordered):
        if abs(line.size - body) > 0.1 * body:
            continue
        for other in ordered[n + 1 :]:
            step = other.box.top - line.box.top
            if step > PITCH * body:
                break
            if step > 0.5 * body and other.box.across(line.box) > 0.5 * line.box.width:
                pitches.append(step)
                break
    return median(pitches) if pitches else 1.5 * body


def blocks_of(lines: Sequence[Line], body: float, rules: Sequence[Box]) -> list[Block]:
    """Chains each line to the one right under it where both have only each other, then names the paragraphs."""
    pitch = usual_pitch(lines, body)
    below: dict[int, list[int]] = {}
    above: dict[int, list[int]] = {}
    lines = sorted((line for line in lines), key=lambda line: (line.box.top, line.box.left))
    notes = {n for n, line in enumerate(lines) if BACK.search(line.text)}
    for n in range(len(lines)):
        for m in _under(n, lines, pitch, rules):
            if m in notes:
                continue
            below.setdefault(n, []).append(m)
            above.setdefault(m, []).append(n)
    following = {n: found[0] for n, found in below.items() if len(found) == 1 and len(above[found[0]]) == 1}
    led = set(following.values())
    chains = []
    for n in range(len(lines)):
        if n in led:
            continue
        chain = [n]
        while chain[-1] in following:
            chain.append(following[chain[-1]])
        chains.append([lines[m] for m in chain])
    return _with_columns([Block(tuple(chain), around([line.box for line in chain]), chain[0].size) for chain in chains])


def _under(n: int, lines: Sequence[Line], pitch: float, rules: Sequence[Box]) -> list[int]:
    """The lines that may follow directly below the n-th in the same column: all of the next row that lie under it."""
    line = lines[n]
    found: list[tuple[float, int]] = []
    for m in range(n + 1, len(lines)):
        other = lines[m]
        step = other.box.top - line.box.top
        if step > LOOSER * pitch:
            break
        small, large = min(line.size, other.size), max(line.size, other.size)
        if step <= 0.6 * line.size or large > SAME_SIZE * small or step > PITCH * 1.25 * small:
            continue
        if line.box.across(other.box) < SHARED * min(line.box.width, other.box.width):
            continue
        if not any(separates(rule, line.box, other.box) for rule in rules):
            found.append((step, m))
    nearest = min((step for step, _ in found), default=0.0)
    return [m for step, m in found if step <= nearest + 0.5 * line.size]


def separates(rule: Box, upper: Box, lower: Box) -> bool:
    """Whether a lying rule runs between the two, across most of what they share."""
    left, right = max(upper.left, lower.left), min(upper.right, lower.right)
    return (rule.width > rule.height and upper.middle < rule.middle < lower.middle
            and min(rule.right, right) - max(rule.left, left) > 0.5 * (right - left))  # fmt: skip


def _with_columns(blocks: list[Block]) -> list[Block]:
    """Short blocks take the sides of the column that others of the page show; then paragraphs are named."""
    return [_with_paragraphs(replace(block, box=_column(block, blocks))) for block in blocks]


def _column(block: Block, blocks: Sequence[Block]) -> Box:
    """A line or two that do not fill their column do not show its sides; the nearest longer block of it does."""
    box, em = block.box, block.size
    if len(block.lines) > 3 or (len(block.lines) > 1 and any(_fills(line, box, em) for line in block.lines)):
        return box
    fitting = [other.box for other in blocks
               if other is not block and len(other.lines) > 1 and abs(other.size - em) < 0.1 * em
               and _fits(box, other.box, em)]  # fmt: skip
    nearest = min(fitting, key=lambda other: abs(other.middle - box.middle), default=box)
    return Box(min(nearest.left, box.left), box.top, max(nearest.right, box.right), box.bottom)


def _fills(line: Line, box: Box, em: float) -> bool:
    return line.box.left <= box.left + 0.3 * em and line.box.right >= box.right - 0.6 * em


def _fits(box: Box, column: Box, em: float) -> bool:
    """Whether a short block can be of this column: flush left, set in like a paragraph, or flush right."""
    inset = box.left - column.left
    flush = abs(inset) <= 0.3 * em or INDENT[0] * em <= inset <= INDENT[1] * em or abs(column.right - box.right) <= 0.6 * em
    return flush and inset >= -0.3 * em and box.right <= column.right + 1.1 * em and column.width <= 40 * em


def _with_paragraphs(block: Block) -> Block:
    """Marks the lines that begin a paragraph: set in, or after a line that ends short."""
    lines: list[Line] = []
    for line in block.lines:
        inset = (line.box.left - block.box.left) / block.size
        after_short = (bool(lines) and lines[-1].box.right < block.box.right - SHORT * block.size
                       and not BACK.search(lines[-1].text))  # fmt: skip
        fresh = inset >= INDENT[0] or after_short or line.text[0] in "□■◆●▲★☆◎"
        lines.append(replace(line, begins=fresh))
    return replace(block, lines=tuple(lines))
