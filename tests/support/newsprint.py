"""A small typesetter: newspaper pages as PDF with all that makes them hard to read back, and the truth about them.

Columns justified to the grid, headlines drawn twice for fake bold, text objects cut up and shuffled, frames, rules,
pictures, tables. Every letter drawn is remembered with the article, the unit and the box it belongs to.
"""

from __future__ import annotations

import io
import os
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from bot.catalogue.pdf.values import Box

# ReportLab embeds TrueType outlines only; fontconfig might offer another kind.
FONT_FILES = (
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/wqy-zenhei/wqy-zenhei.ttc",
    "/usr/share/fonts/wenquanyi/wqy-zenhei/wqy-zenhei.ttc",
)
FONT = "zenhei"
NO_FONT = "no Chinese font here: install fonts-wqy-zenhei"
TITLE, SUBTITLE, BYLINE = -1, -2, -4
MAY_NOT_BEGIN = "，。、；：？！”’）》」』】…％%·"
MAY_NOT_END = "“‘（《「『【□"
INDENT = 2.0  # em


def cannot_typeset() -> bool:
    """Whether tests that typeset are skipped; never where CI says that everything must be there."""
    return font_file() is None and os.environ.get("CI") != "true"


def font_file() -> Path | None:
    """The Chinese font of Debian's fonts-wqy-zenhei; None where it is not installed."""
    return next((path for name in FONT_FILES if (path := Path(name)).exists()), None)


@cache
def _register() -> None:
    path = font_file()
    assert path is not None, NO_FONT
    pdfmetrics.registerFont(TTFont(FONT, str(path), subfontIndex=0))


@dataclass(frozen=True, slots=True)
class Letter:
    """One printed letter. `article` "" is furniture; `unit` a paragraph number, TITLE, SUBTITLE or BYLINE."""

    text: str
    article: str
    unit: int
    offset: int
    box: Box
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Story:
    """What is to be set. A paragraph beginning with ■ is a subhead (bold, without indent)."""

    key: str
    title: str
    paragraphs: tuple[str, ...]
    subtitle: str = ""
    byline: str = ""


@dataclass(frozen=True, slots=True)
class SetLine:
    """One line of a column: its words, the unit and offset they begin at, and how it is set."""

    text: str
    unit: int
    start: int
    indent: float
    full: bool
    bold: bool = False
    right: bool = False


@dataclass
class Sheet:
    """One page under construction; y runs downwards from the top."""

    width: float = 680.0
    height: float = 820.0
    letters: list[Letter] = field(default_factory=list)
    frames: list[Box] = field(default_factory=list)
    rules: list[tuple[float, float, float, float]] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    scanned: bool = False  # the text is only in the picture

    def text(self, words: str, left: float, top: float, size: float, *, article: str = "", unit: int = 0,
             start: int = 0, bold: bool = False, stretch: float = 0.0) -> float:  # fmt: skip
        """One line as it stands; `stretch` points after each letter. Returns its right end."""
        x = left
        for n, letter in enumerate(words):
            advance = width_of(letter, size)
            if letter not in " 　":
                self.letters.append(Letter(letter, article, unit, start + n, Box(x, top, x + advance, top + size),
                                           size, bold))  # fmt: skip
            x += advance + stretch
        return x - stretch

    def headline(self, key: str, words: str, left: float, top: float, width: float, size: float, *,
                 unit: int = TITLE) -> float:  # fmt: skip
        """A centred headline in as many lines as it needs. Returns the bottom."""
        start = 0
        for line in _wrapped(words, width, size):
            at = left + (width - width_of(line, size)) / 2
            self.text(line, at, top, size, article=key, unit=unit, start=start, bold=True)
            start += len(line)
            top += size * 1.25
        return top

    def body(self, key: str, lines: Sequence[SetLine], columns: Sequence[Box], size: float, leading: float) -> list[SetLine]:
        """Flows lines through the columns; returns those for which there was no room."""
        rest = list(lines)
        for column in columns:
            top = column.top
            while rest and top + size <= column.bottom + 0.01:
                self._set(key, rest.pop(0), column, top, size)
                top += leading
        return rest

    def _set(self, key: str, line: SetLine, column: Box, top: float, size: float) -> None:
        indent = line.indent * size
        room = column.right - column.left - indent
        gaps = len(line.text) - 1
        stretch = (room - width_of(line.text, size)) / gaps if line.full and gaps else 0.0
        left = column.right - width_of(line.text, size) if line.right else column.left + indent
        self.text(line.text, left, top, size, article=key, unit=line.unit, start=line.start, bold=line.bold,
                  stretch=stretch)  # fmt: skip

    def table(self, key: str, rows: Sequence[Sequence[str]], left: float, top: float, widths: Sequence[float],
              size: float) -> float:  # fmt: skip
        """A ruled table: each row one paragraph, its cells with a space between. Returns the bottom."""
        high = size * 1.9
        for n, row in enumerate(rows):
            x, start = left, 0
            for cell, width in zip(row, widths, strict=True):
                self.text(cell, x + 4, top + n * high + (high - size) / 2, size, article=key, unit=n, start=start)
                start += len(cell) + 1
                x += width
        bottom, right = top + high * len(rows), left + sum(widths)
        self.rules += [(left, top + n * high, right, top + n * high) for n in range(len(rows) + 1)]
        edges = [left + sum(widths[:n]) for n in range(len(widths) + 1)]
        self.rules += [(x, top, x, bottom) for x in edges]
        return bottom


def width_of(words: str, size: float) -> float:
    _register()
    return float(pdfmetrics.stringWidth(words, FONT, size))


def _wrapped(words: str, width: float, size: float, first: float = 0.0) -> list[str]:
    """Lines by the rules of setting: no closing mark at a line's beginning, no opening one at its end."""
    lines, line, room = [], "", width - first
    for n, letter in enumerate(words):
        over = width_of(line + letter, size) > room
        hangs = letter in MAY_NOT_BEGIN and width_of(line + letter, size) <= room + 0.7 * size
        if len(line) > 1 and over and not hangs:
            cut = _cut(line + letter)
            lines.append(line[:cut])
            line, room = line[cut:], width
        line += letter
        if n == len(words) - 1:
            lines.append(line)
    return lines


def _cut(line: str) -> int:
    """Where to break a line whose last letter has no room any more."""
    cut = len(line) - 1
    while cut > 1 and (line[cut] in MAY_NOT_BEGIN or line[cut - 1] in MAY_NOT_END
                       or (line[cut - 1 : cut + 1].isascii() and line[cut - 1 : cut + 1].isalnum())):  # fmt: skip
        cut -= 1
    return cut


def lines_of(story: Story, width: float, size: float) -> list[SetLine]:
    """The story's byline and paragraphs as lines of a column of this width."""
    lines = []
    if story.byline.startswith("□"):
        lines.append(SetLine(story.byline, BYLINE, 0, 0.0, full=False))
    for unit, words in enumerate(story.paragraphs):
        bold = words.startswith("■")
        indent = 0.0 if bold else INDENT
        start = 0
        pieces = _wrapped(words, width, size, indent * size)
        for n, piece in enumerate(pieces):
            lines.append(SetLine(piece, unit, start, 0.0 if n else indent, full=n < len(pieces) - 1, bold=bold))
            start += len(piece)
    if story.byline.startswith("（"):
        start = 0
        for piece in _wrapped(story.byline, width, size):
            lines.append(SetLine(piece, BYLINE, start, 0.0, full=False, right=True))
            start += len(piece)
    return lines


def columns(left: float, right: float, top: float, bottom: float, count: int, gutter: float) -> list[Box]:
    """So many columns of equal width."""
    width = (right - left - gutter * (count - 1)) / count
    return [Box(left + n * (width + gutter), top, left + n * (width + gutter) + width, bottom) for n in range(count)]


def depth(lines: int, count: int, size: float, leading: float) -> float:
    """How deep `count` columns must be to hold so many lines."""
    return (-(-lines // count) - 1) * leading + size


def as_pdf(sheets: Iterable[Sheet], *, seed: int = 1) -> bytes:
    """The sheets as one PDF: text objects cut, shuffled, drawn twice where bold. The same bytes for the same seed."""
    _register()
    out = io.BytesIO()
    dice = random.Random(seed)
    canvas = Canvas(out, invariant=1, pageCompression=1)
    for sheet in sheets:
        canvas.setPageSize((sheet.width, sheet.height))
        _draw(canvas, sheet, dice)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Canvas, sheet: Sheet, dice: random.Random) -> None:
    canvas.setLineWidth(0.5)
    for box in sheet.frames:
        canvas.rect(box.left, sheet.height - box.bottom, box.right - box.left, box.bottom - box.top)
    for x0, y0, x1, y1 in sheet.rules:
        canvas.line(x0, sheet.height - y0, x1, sheet.height - y1)
    for box in sheet.pictures:
        canvas.drawImage(_photograph(dice.randrange(1000)), box.left, sheet.height - box.bottom,
                         box.right - box.left, box.bottom - box.top)  # fmt: skip
    if sheet.scanned:
        canvas.drawImage(_photograph(7), 0, 0, sheet.width, sheet.height)
        return
    pieces = _pieces(sheet.letters, dice)
    dice.shuffle(pieces)
    for piece, shift in pieces:
        _show(canvas, sheet, piece, shift)


def _pieces(letters: list[Letter], dice: random.Random) -> list[tuple[list[Letter], float]]:
    """Stretches of one line, cut at random; a bold one comes again a little to the right."""
    pieces: list[tuple[list[Letter], float]] = []
    line: list[Letter] = []
    for letter in letters:
        ends = line and (line[-1].box.top != letter.box.top or line[-1].article != letter.article
                         or letter.box.left < line[-1].box.left or letter.size != line[-1].size)  # fmt: skip
        if line and (ends or dice.random() < 0.06):
            pieces.append((line, 0.0))
            line = []
        line.append(letter)
    if line:
        pieces.append((line, 0.0))
    return pieces + [(piece, piece[0].size * 0.02) for piece, _ in pieces if piece[0].bold]


def _show(canvas: Canvas, sheet: Sheet, piece: list[Letter], shift: float) -> None:
    """Letter by letter at its place, in one text object."""
    words = canvas.beginText()
    words.setFont(FONT, piece[0].size)
    for letter in piece:
        # ReportLab wants the base line; a Chinese letter's square stands 0.86 em above it.
        words.setTextOrigin(letter.box.left + shift, sheet.height - letter.box.top - letter.size * 0.86)
        words.textOut(letter.text)
    canvas.drawText(words)


@cache
def _photograph(seed: int) -> ImageReader:
    """Some grey clouds."""
    dice = random.Random(seed)
    small = Image.frombytes("L", (12, 9), bytes(dice.randrange(60, 230) for _ in range(108)))
    out = io.BytesIO()
    small.resize((240, 180), Image.Resampling.BICUBIC).save(out, "PNG")
    out.seek(0)
    return ImageReader(out)
