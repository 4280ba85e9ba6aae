"""What is set in a column: the words in sections with their QR codes, and where every letter of them came to stand.

Lengths in millimetres, the origin at the top left, y downwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

BODY_MM = 3.175
"""小五 (9 points), what newspapers set their text in; columns are measured in such characters."""


class Face(StrEnum):
    BODY = "body"  # 宋体
    HEAD = "head"  # 黑体


class Kind(StrEnum):
    """What a line of words is in the box."""

    HEADLINE = "headline"
    HEAD = "head"
    PARAGRAPH = "paragraph"
    NAMES = "names"
    NOTE = "note"


class Width(StrEnum):
    NARROW = "narrow"
    WIDE = "wide"


class FileKind(StrEnum):
    TEXT = "txt"
    WORD = "docx"
    SVG = "svg"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class Column:
    """`chars`: characters of the body that a line holds. `headline`: the size of the headline in them, at most.
    `beside`: a code stands beside the words, not beneath them."""

    chars: int
    headline: float
    code_mm: float
    beside: bool

    @property
    def room(self) -> float:
        """Of a line, within the frame."""
        return self.chars * BODY_MM

    @property
    def width(self) -> float:
        """Of the whole box: a character is left free inside the frame on each side."""
        return self.room + 2 * BODY_MM


COLUMNS = {
    Width.NARROW: Column(chars=13, headline=1.5, code_mm=28, beside=False),
    Width.WIDE: Column(chars=28, headline=2.6, code_mm=26, beside=True),
}
"""One column of a tabloid of five, and two of them with the space between."""


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph. `strong`: so many characters at its beginning are set in the face of headlines."""

    kind: Kind
    text: str
    strong: int = 0


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code: what it says, its squares row by row (1 is dark) without the white around, and the words beneath."""

    address: str
    squares: tuple[bytes, ...]
    caption: str


@dataclass(frozen=True, slots=True)
class Section:
    blocks: tuple[Block, ...]
    code: Code | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A character as it is drawn: `shown` is □ where no face has it. `em`: how far it moves the next one on."""

    shown: str
    face: Face
    em: float


@dataclass(frozen=True, slots=True)
class Glyph:
    letter: Letter
    x: float


@dataclass(frozen=True, slots=True)
class Line:
    """`baseline`: y that the letters stand on; `size` of an em; `left` and `right`: between which they stand."""

    glyphs: tuple[Glyph, ...]
    baseline: float
    size: float
    left: float
    right: float

    @property
    def text(self) -> str:
        return "".join(glyph.letter.shown for glyph in self.glyphs)


@dataclass(frozen=True, slots=True)
class PlacedCode:
    """A code in the column: the corner of its first square, and the side of one."""

    code: Code
    x: float
    y: float
    step: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin line from left to right."""

    x: float
    y: float
    length: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole box, set; around it goes a frame."""

    width: float
    height: float
    lines: tuple[Line, ...]
    codes: tuple[PlacedCode, ...]
    rules: tuple[Rule, ...]

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)
