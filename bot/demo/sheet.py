"""One printed page of the demo: letters set with the fonts of pylopdf-fonts-zh-cn, picture and boxes. No database.

Picture and boxes come from the same letters, so that a mark lies where the words are printed. Lengths in points, the
origin at the top left.
"""

from __future__ import annotations

import io
import random
import re
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from importlib import resources
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFont

from bot.catalogue.boxes import PageBoxes, PrintedLine, Span, encode, scaled
from bot.catalogue.exchange import PageForm
from bot.catalogue.pdf.values import Box

PIXELS = 2.5
"""A point of the page in the picture."""
BASE_LINE = 0.88
"""How far below the top of a letter's square its base line lies, in em."""
LATIN_SPACE = 0.3
"""A space between Latin words, in em; between Chinese ones it is a whole em."""
Colour = tuple[int, int, int]
INK, RED, GREY, PAPER, TINT = (28, 28, 30), (176, 28, 32), (120, 120, 122), (252, 251, 247), (239, 237, 231)


class Face(Enum):
    """A font file of the package, and how much its strokes are thickened (in em)."""

    BODY = ("NotoSerifSC-Regular.otf", 0.0)
    HEAD = ("NotoSansSC-Regular.otf", 0.022)
    NAME = ("NotoSerifSC-Regular.otf", 0.016)


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of one unit of an article: `unit` as in bot.catalogue.boxes, `start` the piece's offset there.

    `article` "" is furniture: a page's head, which belongs to no article.
    """

    text: str
    article: str = ""
    unit: int = 0
    start: int = 0
    begins: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    words: Words
    size: float
    face: Face
    colour: Colour
    boxes: tuple[Box, ...]
    """One a character, white space included."""


@dataclass
class Sheet:
    """A page in the making."""

    width: float
    height: float
    lines: list[_Line] = field(default_factory=list)
    rules: list[tuple[Box, float, Colour]] = field(default_factory=list)
    tints: list[Box] = field(default_factory=list)
    photographs: list[Box] = field(default_factory=list)

    def set(self, words: Words, left: float, top: float, size: float, face: Face = Face.BODY, *,
            room: float | None = None, colour: Colour = INK) -> None:  # fmt: skip
        """One line; `room` is the width it is spaced out (or pressed) to."""
        steps = advances(words.text, size, face)
        gaps = _stretchable(words.text)
        spare = 0.0 if room is None or not any(gaps) else (room - sum(steps)) / sum(gaps)
        boxes = []
        for step, gap in zip(steps, gaps, strict=True):
            boxes.append(Box(left, top, left + step, top + size))
            left += step + (spare if gap else 0.0)
        self.lines.append(_Line(words, size, face, colour, tuple(boxes)))

    def rule(self, box: Box, thick: float = 0.6, colour: Colour = INK) -> None:
        """A frame, or a line where the box has no height or no width."""
        self.rules.append((box, thick, colour))

    def form(self) -> PageForm:
        """The page's size with every letter's box; the picture is still to be named."""
        text, boxes, lines, spans = "", [], [], []
        for line in self.lines:
            first, words = len(text), line.words
            for piece in re.finditer(r"[^ ]+", words.text):
                if words.article:
                    spans.append(Span(words.article, words.unit, words.start + piece.start(), len(text), len(piece[0])))
                text += piece[0]
                boxes += [scaled(box.left, box.top, box.right, box.bottom, self.width, self.height)
                          for box in line.boxes[piece.start() : piece.end()]]  # fmt: skip
            lines.append(PrintedLine(first, len(text) - first, line.size / self.width, words.begins))
        return PageForm(self.width, self.height, encode(PageBoxes(text, boxes, tuple(lines), tuple(spans))))

    def picture(self) -> tuple[bytes, int, int]:
        """The page as WebP with its width and height in pixels."""
        image = Image.new("RGB", (round(self.width * PIXELS), round(self.height * PIXELS)), PAPER)
        pen = ImageDraw.Draw(image)
        for box in self.tints:
            pen.rectangle(_pixels(box), TINT)
        for n, box in enumerate(self.photographs):
            area = _pixels(box)
            image.paste(_photograph(area[2] - area[0], area[3] - area[1], len(self.lines) + n), area[:2])
        for box, thick, colour in self.rules:
            if box.top == box.bottom or box.left == box.right:
                pen.line(_pixels(box), colour, max(1, round(thick * PIXELS)))
            else:
                pen.rectangle(_pixels(box), None, colour, max(1, round(thick * PIXELS)))
        for line in self.lines:
            _print(pen, line)
        out = io.BytesIO()
        image.save(out, "WEBP", quality=76, method=1)
        return out.getvalue(), image.width, image.height


def _pixels(box: Box) -> tuple[int, int, int, int]:
    return (round(box.left * PIXELS), round(box.top * PIXELS), round(box.right * PIXELS), round(box.bottom * PIXELS))


def _print(pen: ImageDraw.ImageDraw, line: _Line) -> None:
    font, stroke = font_of(line.face, line.size * PIXELS), line.face.value[1] * line.size * PIXELS
    for letter, box in zip(line.words.text, line.boxes, strict=True):
        if letter != " ":
            at = (round(box.left * PIXELS), round((box.top + BASE_LINE * line.size) * PIXELS))
            pen.text(at, letter, line.colour, font, anchor="ls", stroke_width=stroke)


def _photograph(width: int, height: int, seed: int) -> Image.Image:
    """A grey picture in place of a photograph: a sky, and houses with windows before it."""
    dice = random.Random(seed)  # noqa: S311 - a drawing
    sky = Image.linear_gradient("L").resize((width, height)).point(lambda value: 150 + value // 3)
    pen = ImageDraw.Draw(sky)
    unit = max(8, width // 24)
    left = -unit
    while left < width:
        wide, top, shade = dice.randint(2, 5) * unit, height * dice.randint(30, 72) // 100, dice.randint(70, 130)
        pen.rectangle((left, top, left + wide, height), shade)
        for x in range(left + unit // 2, left + wide - unit // 2, unit):
            for y in range(top + unit // 2, height - unit, unit):
                pen.rectangle((x, y, x + unit // 3, y + unit // 2), shade + dice.choice((25, 45, 90)))
        left += wide + dice.randint(0, 1) * unit // 3
    pen.rectangle((0, height - unit, width, height), 92)
    return sky.convert("RGB")


def advances(text: str, size: float, face: Face) -> list[float]:
    """How far each character moves the next one on."""
    return [_advance(letter, face) * size if letter != " " else _space(text, n) * size for n, letter in enumerate(text)]


def width_of(text: str, size: float, face: Face) -> float:
    return sum(advances(text, size, face))


def _space(text: str, at: int) -> float:
    return LATIN_SPACE if text[max(0, at - 1) : at + 2].isascii() else 1.0


def _stretchable(text: str) -> list[bool]:
    """After which characters a line may be spaced out: not within a word of Latin letters."""
    return [not ((one + two).isascii() and (one + two).isalnum()) for one, two in pairwise(text)] + [False]


@cache
def _advance(letter: str, face: Face) -> float:
    return font_of(face, 1000.0).getlength(letter) / 1000.0


@cache
def font_of(face: Face, pixels: float) -> ImageFont.FreeTypeFont:
    """The font of a face at a size in pixels."""
    path = resources.files("pylopdf_fonts_zh_cn") / face.value[0]
    return ImageFont.truetype(str(path), pixels, layout_engine=ImageFont.Layout.BASIC)
