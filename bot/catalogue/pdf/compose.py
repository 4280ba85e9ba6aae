"""Proposed articles → their text by paragraphs, and which printed letter every character of it is. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from statistics import median

from bot.catalogue.boxes import BYLINE, PageBoxes, PrintedLine, Span, scaled
from bot.catalogue.exchange import ArticleFile
from bot.catalogue.pdf.values import Laid, Line
from bot.understanding.values import SUBTITLE, TITLE

SPACE_IN_TITLE, SPACE_IN_LATIN, SPACE_IN_BODY = 0.2, 0.12, 0.8
"""White wider than a headline's (a word's, a line's) usual gap by so many em is a space that is meant."""
_BY = re.compile(r"^(?:□|本报(?:首席|特约)?(?:记者|讯员)|(?:首席|实习)?记者|通讯员|作者|读者|口述|整理|文/|图/|文、图)")
_AT_END = re.compile(r"^[（(][^（）()]{2,24}[）)]$")
LONGEST_BYLINE = 40


@dataclass(frozen=True, slots=True)
class At:
    """A line by its place: page `page` of the issue (from 0), line `line` on it."""

    page: int
    line: int


@dataclass
class Unit:
    """One paragraph or title as it is put together; `pieces` are (page, offset, first letter, letters)."""

    text: str = ""
    pieces: list[tuple[int, int, int, int]] = field(default_factory=list)

    def put(self, text: str) -> None:
        """Adds a character that is not printed."""
        self.text += text

    def print(self, page: int, first: int, text: str) -> None:
        self.pieces.append((page, len(self.text), first, len(text)))
        self.text += text


class Composer:
    """Puts articles of one issue together; it knows the pages' lines and counts their letters."""

    def __init__(self, pages: Sequence[Laid]) -> None:
        self.pages = pages
        self._first = [list(accumulate((len(line.glyphs) for line in page.lines), initial=0)) for page in pages]
        self._spans: list[list[Span]] = [[] for _ in pages]

    def article(self, name: str, key: str, kind: str, title: Sequence[At], subtitle: Sequence[At], body: Sequence[At]
                ) -> ArticleFile:  # fmt: skip
        """The article's text; its letters are remembered for `boxes` under `name`."""
        units = self._paragraphs(body, "table" if kind == "table" else "body")
        byline = _taken_byline(units)
        heading, minor = self._joined(title, ""), self._joined(subtitle, " ")
        for number, unit in ((TITLE, heading), (SUBTITLE, minor), (BYLINE, byline), *enumerate(units)):
            self._remember(name, number, unit)
        return ArticleFile(key, kind, heading.text, minor.text or None, byline.text or None,
                           tuple(unit.text for unit in units))

    def _paragraphs(self, body: Sequence[At], part: str) -> list[Unit]:
        units: list[Unit] = []
        for at in body:
            line = self.pages[at.page].lines[at.line]
            if line.begins or not units:
                units.append(Unit())
            elif part == "table" or (_latin(units[-1].text[-1:]) and _latin(line.text[:1])):
                units[-1].put(" ")
            self._add(units[-1], at, line, SPACE_IN_BODY)
        return units

    def _joined(self, lines: Sequence[At], between: str) -> Unit:
        unit = Unit()
        for n, at in enumerate(lines):
            if n:
                unit.put(between)
            self._add(unit, at, self.pages[at.page].lines[at.line], SPACE_IN_TITLE)
        return unit

    def _add(self, unit: Unit, at: At, line: Line, wide: float) -> None:
        """The line's letters; white that is meant becomes one space."""
        first = self._first[at.page][at.line]
        gaps = [b.box.left - a.box.right for a, b in pairwise(line.glyphs)]
        usual = max(0.0, median(gaps)) if gaps else 0.0
        start = 0
        for n, gap in enumerate(gaps, 1):
            before, after = line.glyphs[n - 1].text, line.glyphs[n].text
            latin = (before + after).isascii() and (before + after).isalnum() and not (before + after).isdigit()
            byline = wide == SPACE_IN_BODY and line.glyphs[0].text in "□（" and len(line.glyphs) <= 20
            least = SPACE_IN_LATIN if latin else 0.25 if byline else wide
            if gap - (0 if latin else usual) > least * line.size:
                unit.print(at.page, first + start, line.text[start:n])
                unit.put(" ")
                start = n
        unit.print(at.page, first + start, line.text[start:])

    def _remember(self, name: str, number: int, unit: Unit) -> None:
        for page, offset, first, letters in unit.pieces:
            self._spans[page].append(Span(name, number, offset, first, letters))

    def boxes(self, number: int) -> PageBoxes:
        """The letters of page `number` with the words that the articles composed so far have there."""
        page = self.pages[number]
        glyphs = [glyph for line in page.lines for glyph in line.glyphs]
        boxes = [scaled(g.box.left, g.box.top, g.box.right, g.box.bottom, page.width, page.height) for g in glyphs]
        lines = tuple(PrintedLine(first, len(line.glyphs), line.size / page.width, line.begins)
                      for first, line in zip(self._first[number], page.lines, strict=False))  # fmt: skip
        return PageBoxes("".join(glyph.text for glyph in glyphs), boxes, lines, tuple(self._spans[number]))


def _latin(letter: str) -> bool:
    return letter.isascii() and letter.isalpha()


def _taken_byline(units: list[Unit]) -> Unit:
    """The byline, taken out of the paragraphs: a short first one naming the writer, or a last one in brackets."""
    if len(units) > 1 and len(units[0].text) <= LONGEST_BYLINE and _BY.match(units[0].text) and units[0].text[-1] not in "。！？":
        return units.pop(0)
    if len(units) > 1 and _AT_END.match(units[-1].text):
        return units.pop()
    return Unit()
