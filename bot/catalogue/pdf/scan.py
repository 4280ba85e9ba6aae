"""Lines that were read off a scanned page's picture → letters with boxes, as a text layer would give them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from bot.catalogue.pdf.values import Box, Content, Glyph


@dataclass(frozen=True, slots=True)
class SeenLine:
    """One line as recognised; its box in pixels of the picture, the origin at the top left."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


LONG = 4
ALIKE = 0.22
"""Lines whose size differs from the body's by less than this share are body: recognition is not more exact."""

Recognise = Callable[[bytes], Sequence[SeenLine]]
"""Reads the picture of a page (WebP)."""


def with_seen(content: Content, lines: Sequence[SeenLine], width: int, height: int) -> Content:
    """The page with the lines recognised on its picture of `width` × `height` pixels. Where a letter stands within its
    line is reckoned from the letters' usual widths; the picture itself is no photograph of the page's."""
    across, down = content.width / width, content.height / height
    # A model's numbers may be of a kind of its own.
    plain = [SeenLine(line.text, *map(float, (line.left, line.top, line.right, line.bottom))) for line in lines]
    sized = [(line, size) for line, size in (_trimmed(line, across, down) for line in plain) if size > 0]
    usual = _usual(sized)
    glyphs = [glyph for line, size in sized
              for glyph in _glyphs(line, usual if abs(size - usual) < ALIKE * usual else size, across, down)]  # fmt: skip
    return replace(content, glyphs=tuple(glyphs), pictures=())


def _trimmed(line: SeenLine, across: float, down: float) -> tuple[SeenLine, float]:
    """The line without the margin that recognition leaves around it, and the type's size in points.

    n letters of size t with a margin m on every side are n·t + 2m wide and t + 2m high.
    """
    whole = sum(map(_wide, line.text))
    wide, high = (line.right - line.left) * across, (line.bottom - line.top) * down
    if not whole or wide <= 0 or high <= 0:
        return line, 0.0
    if whole < LONG:
        return line, min(high, wide / whole)
    size = min(high, (wide - high) / (whole - 1))
    if size <= 0.5 * high:
        return line, high
    margin = (high - size) / 2 / across
    return replace(line, left=line.left + margin, right=line.right - margin), size


def _usual(sized: Sequence[tuple[SeenLine, float]]) -> float:
    """The body's size: the middle one, each line counting by its letters."""
    return median(size for line, size in sized for _ in line.text) if sized else 0.0


def _glyphs(line: SeenLine, size: float, across: float, down: float) -> list[Glyph]:
    widths = [_wide(letter) for letter in line.text]
    step = (line.right - line.left) / sum(widths)
    middle = (line.top + line.bottom) / 2 * down
    glyphs, at = [], line.left
    for letter, width in zip(line.text, widths, strict=True):
        if not letter.isspace():
            box = Box(at * across, middle - size / 2, (at + width * step) * across, middle + size / 2)
            glyphs.append(Glyph(letter, box, size))
        at += width * step
    return glyphs


def _wide(letter: str) -> float:
    return 0.5 if letter.isascii() else 1.0
