"""The words of a box set into a column: lines of letters with their places, codes, rules. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.printing import breaking
from bot.printing.values import (
    BODY_MM,
    Block,
    Code,
    Column,
    Face,
    Glyph,
    Kind,
    Letter,
    Line,
    PlacedCode,
    Rule,
    Section,
    Sheet,
)

Letters = Callable[[str, Face], Letter]
"""A character as a face draws it, see bot.printing.faces."""

LEADING, HEAD_LEADING = 1.5, 1.25
"""From line to line, in sizes of the letters."""
BASE_LINE = 0.88
"""How far below the top of a letter's square its base line lies, in em."""
GAP_MM = 1.6
"""Between a headline and the words, around a code, above and below a rule."""
FRAME_PAD_MM = 2.4
QUIET = 4
"""Squares left white around a code (ISO/IEC 18004)."""
MOST_SPREAD = 0.4
"""Wider than this (in em, at each place) a line is not spaced out; then it ends ragged."""
CAPTION = 0.8


@dataclass(frozen=True, slots=True)
class Style:
    """`size` in sizes of the body; `indent` of the first line in em; `fits`: made smaller until it stands in one line,
    down to that size."""

    face: Face
    size: float
    indent: int = 0
    align: str = "justify"
    fits: float | None = None
    leading: float = LEADING


STYLES = {
    Kind.HEADLINE: Style(Face.HEAD, 1.5, align="centre", fits=1.0, leading=HEAD_LEADING),
    Kind.HEAD: Style(Face.HEAD, 1.15, align="centre", fits=1.0, leading=HEAD_LEADING),
    Kind.PARAGRAPH: Style(Face.BODY, 1.0, indent=2),
    Kind.NAMES: Style(Face.BODY, 1.0),
    Kind.NOTE: Style(Face.BODY, 0.9, align="centre"),
}


def lay(sections: tuple[Section, ...], column: Column, letters: Letters) -> Sheet:
    """The box in that column. `letters` says how a face draws a character."""
    return _Setting(column, letters).box(sections)


@dataclass
class _Setting:
    """A box in the making; `y` is where the next line's square begins."""

    column: Column
    letters: Letters
    y: float = FRAME_PAD_MM
    lines: list[Line] = field(default_factory=list)
    codes: list[PlacedCode] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)

    def box(self, sections: tuple[Section, ...]) -> Sheet:
        left, right = BODY_MM, BODY_MM + self.column.room
        for n, section in enumerate(sections):
            if n:
                self.y += GAP_MM
                self.rules.append(Rule(left, self.y, right - left))
                self.y += GAP_MM
            self._section(section, left, right)
        return Sheet(self.column.width, self.y + FRAME_PAD_MM, tuple(self.lines), tuple(self.codes), tuple(self.rules))

    def _section(self, section: Section, left: float, right: float) -> None:
        heads = [one for one in section.blocks if one.kind in (Kind.HEADLINE, Kind.HEAD)]
        words = [one for one in section.blocks if one not in heads]
        for block in heads:
            self._block(block, left, right)
            self.y += GAP_MM if words else 0
        top, end = self.y, right
        if section.code is not None and self.column.beside:
            end = right - self.column.code_mm - GAP_MM
            bottom = self._code(section.code, end + GAP_MM, top)
            self.y = top
        for block in words:
            self._block(block, left, end)
        if section.code is not None and self.column.beside:
            self.y = max(self.y, bottom)
        elif section.code is not None:
            self._code(section.code, (left + right - self.column.code_mm) / 2, self.y + GAP_MM)

    def _block(self, block: Block, left: float, right: float) -> None:
        style = STYLES[block.kind]
        size = (self.column.headline if block.kind is Kind.HEADLINE else style.size) * BODY_MM
        text = breaking.one_line(block.text)
        cells = [self.letters(one, Face.HEAD if n < block.strong else style.face) for n, one in enumerate(text)]
        if style.fits is not None and cells:
            whole = sum(breaking.advances(text, [one.em for one in cells], (0, len(text))))
            size = max(style.fits * BODY_MM, min(size, (right - left) / whole)) if whole else size
        self._lines(text, cells, style, size, left, right)

    def _lines(self, text: str, cells: list[Letter], style: Style, size: float, left: float, right: float) -> None:
        ems, room = [one.em for one in cells], (right - left) / size
        spans = breaking.lines(text, ems, room, indent=style.indent)
        for n, span in enumerate(spans):
            start = left + (style.indent * size if n == 0 else 0)
            self.lines.append(_line(text, cells, span, start, right, self.y + BASE_LINE * size, size,
                                    "left" if style.align == "justify" and n == len(spans) - 1 else style.align))
            self.y += size * style.leading

    def _code(self, code: Code, x: float, y: float) -> float:
        """The code with its white and its caption in a square of the column's size; where they end."""
        step = self.column.code_mm / (len(code.squares) + 2 * QUIET)
        self.codes.append(PlacedCode(code, x + QUIET * step, y + QUIET * step, step))
        self.y = y + self.column.code_mm
        self._lines(*self._caption(code), x, x + self.column.code_mm)
        return self.y

    def _caption(self, code: Code) -> tuple[str, list[Letter], Style, float]:
        text = breaking.one_line(code.caption)
        return (text, [self.letters(one, Face.BODY) for one in text], STYLES[Kind.NOTE], CAPTION * BODY_MM)


def _line(text: str, cells: list[Letter], span: tuple[int, int], left: float, right: float, baseline: float, size: float,
          align: str) -> Line:
    start, end = span
    steps = breaking.advances(text, [one.em for one in cells], span)
    gaps = breaking.spread(text, span)
    spare = (right - left) / size - sum(steps)
    between = spare / sum(gaps) if align == "justify" and any(gaps) else 0.0
    between = between if 0 < between <= MOST_SPREAD else 0.0
    x, glyphs = left + (max(spare, 0) * size / 2 if align == "centre" else 0.0), []
    for cell, step, gap, one in zip(cells[start:end], steps, gaps, text[start:end], strict=True):
        # The empty half that an opening mark gave up lies before it.
        shift = step - cell.em if one in breaking.OPENING else 0.0
        glyphs.append(Glyph(cell, x + shift * size))
        x += (step + (between if gap else 0.0)) * size
    return Line(tuple(glyphs), baseline, size, left, right)
