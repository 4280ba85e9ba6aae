"""What a page is made of, as values. Lengths in points, the origin at the page's top left. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MOST_PAGES = 96
"""Of a file, and of the files of one issue."""


def looks_like_pdf(data: bytes) -> bool:
    """Whether it begins as a PDF does; an archive may hold one unpacked in its first bytes."""
    return b"%PDF-" in data[:1024] and data[:2] != b"PK"


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """Half way down."""
        return (self.top + self.bottom) / 2

    @property
    def centre(self) -> float:
        """Half way across."""
        return (self.left + self.right) / 2

    def inside(self, by: float) -> Box:
        """The box without a margin."""
        return Box(self.left + by, self.top + by, self.right - by, self.bottom - by)

    def holds(self, other: Box, slack: float = 1.0) -> bool:
        """Whether the other lies within, but for `slack` points."""
        return (self.left - slack <= other.left and other.right <= self.right + slack
                and self.top - slack <= other.top and other.bottom <= self.bottom + slack)  # fmt: skip

    def across(self, other: Box) -> float:
        """How many points of width the two share, one above the other; below 0: the gap between them."""
        return min(self.right, other.right) - max(self.left, other.left)

    def down(self, other: Box) -> float:
        """How many points of height the two share, side by side; below 0: the gap between them."""
        return min(self.bottom, other.bottom) - max(self.top, other.top)


def around(boxes: list[Box]) -> Box:
    """The smallest box around all of them (at least one)."""
    return Box(min(b.left for b in boxes), min(b.top for b in boxes),
               max(b.right for b in boxes), max(b.bottom for b in boxes))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Glyph:
    """One printed letter: `box` is its em square or advance, `size` the height of its type."""

    text: str
    box: Box
    size: float


@dataclass(frozen=True, slots=True)
class Content:
    """One page of a PDF: its letters in the file's order, and what is drawn. `rules` are thin lines (a box of almost
    no height or width), `frames` drawn rectangles, `pictures` photographs."""

    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rules: tuple[Box, ...] = ()
    frames: tuple[Box, ...] = ()
    pictures: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """Letters side by side in one column. `begins`: a paragraph begins here."""

    glyphs: tuple[Glyph, ...]
    box: Box
    size: float
    begins: bool = False

    @property
    def text(self) -> str:
        return "".join(glyph.text for glyph in self.glyphs)


class Part(StrEnum):
    """What a line is in its article."""

    TITLE = "title"
    SUBTITLE = "subtitle"
    BYLINE = "byline"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as proposed: the numbers of its lines on the page, by part, in reading order."""

    kind: str
    title: tuple[int, ...]
    subtitle: tuple[int, ...]
    body: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Laid:
    """One page laid out: every line that was read and the articles proposed; lines in no article are furniture.

    `number` as printed (02, 04、05), None where none was; `date` in ISO form where the header names a day;
    `top` is the text of header or masthead, to know the paper by.
    """

    width: float
    height: float
    lines: tuple[Line, ...]
    drafts: tuple[Draft, ...]
    number: str | None = None
    name: str | None = None
    date: str | None = None
    top: str = ""
