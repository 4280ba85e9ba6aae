"""Where every printed letter of a page stands: one compact blob a page, and the boxes of words in it. Pure.

The blob (little endian): `WPB1`, then zlib of
    u32 letters, u32 lines, u32 spans, u16 names
    the letters' text: u32 bytes, UTF-8 (one code point a letter)
    names: each u8 bytes, UTF-8: the articles that own words here, as `article_name` gives them
    lines: each u16 letters, u16 size (1/100 of the page's width in 1/100), u8 flags (1: a paragraph begins)
    letters: four columns of u16, left, top, right, bottom in 1/65535 of the page's width and height, each value
        less the one before it (modulo 65536)
    spans: each u16 name, i16 paragraph, u32 offset, u32 first letter, u16 letters
A span says: from `offset` on, that paragraph (or TITLE -1, SUBTITLE -2, BYLINE -4) is printed by these letters. Words
that were put in for reading (a space between two parts of a headline) belong to no span. Letters in no span are
furniture. An article that jumps has spans in the blobs of both pages.
"""

from __future__ import annotations

import struct
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

MAGIC = b"WPB1"
WHOLE = 65535
LARGEST = 32 * 1024 * 1024
"""Bytes a blob may unfold to."""
BYLINE = -4
"""Paragraph number of an article's byline; the others are those of bot.understanding.values."""
_HEAD, _LINE, _SPAN = struct.Struct("<IIIH"), struct.Struct("<HHB"), struct.Struct("<HhIIH")


@dataclass(frozen=True, slots=True)
class Rect:
    """A box in shares of the page: 0 is its left or top, 1 its right or bottom."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """`size` is the type's height as a share of the page's width; `first` the number of its first letter."""

    first: int
    letters: int
    size: float
    begins: bool


@dataclass(frozen=True, slots=True)
class Span:
    article: str
    paragraph: int
    offset: int
    first: int
    letters: int


@dataclass(frozen=True)
class PageBoxes:
    """A page's letters (`text`, one code point each) with their boxes, its lines, and whose words they are."""

    text: str
    boxes: Sequence[tuple[int, int, int, int]]
    lines: tuple[PrintedLine, ...]
    spans: tuple[Span, ...]

    @cached_property
    def by_unit(self) -> dict[tuple[str, int], list[Span]]:
        found: dict[tuple[str, int], list[Span]] = {}
        for span in self.spans:
            found.setdefault((span.article, span.paragraph), []).append(span)
        return found

    def marks(self, article: str, paragraph: int, offset: int, length: int) -> tuple[Rect, ...]:
        """One box a line piece, in the order of reading; () where none of these words stand on this page."""
        rects = []
        for span in self.by_unit.get((article, paragraph), ()):
            start, end = max(offset, span.offset), min(offset + length, span.offset + span.letters)
            if start < end:
                first = span.first + start - span.offset
                rects.append(_around(self.boxes[first : first + end - start]))
        return tuple(rects)

    def rows(self, article: str, paragraph: int, offset: int, length: int) -> tuple[Rect, ...]:
        """For every box that `marks` gives, that of the whole printed line it stands in."""
        rects = []
        for span in self.by_unit.get((article, paragraph), ()):
            start = max(offset, span.offset)
            if start < min(offset + length, span.offset + span.letters):
                letter = span.first + start - span.offset
                line = self.lines[bisect_right(self.lines, letter, key=lambda one: one.first) - 1]
                rects.append(_around(self.boxes[line.first : line.first + line.letters]))
        return tuple(rects)

    def areas(self) -> dict[str, tuple[Rect, ...]]:
        """Where each article is printed: one box for every run of its lines that stand under each other."""
        found: dict[str, list[Rect]] = {}
        for span in self.spans:
            if not span.letters:
                continue
            box, blocks = _around(self.boxes[span.first : span.first + span.letters]), found.setdefault(span.article, [])
            n = next((n for n in reversed(range(len(blocks))) if _follows(blocks[n], box)), None)
            if n is None:
                blocks.append(box)
            else:
                blocks[n] = _union(blocks[n], box)
        return {name: tuple(blocks) for name, blocks in found.items()}

    def holds(self, article: str, paragraph: int, offset: int) -> bool:
        """Whether this character is printed on this page."""
        return any(span.offset <= offset < span.offset + span.letters for span in self.by_unit.get((article, paragraph), ()))


def article_name(page_number: str, key: str) -> str:
    """How spans name an article: by its own page and its key there."""
    return f"{page_number}/{key}"


def boxes_of(blob: bytes, article: str, paragraph: int, offset: int, length: int) -> tuple[Rect, ...]:
    """Where these words of an article (`article_name`) are printed on the page, one box a line piece; () if not here."""
    return decode(blob).marks(article, paragraph, offset, length)


def encode(page: PageBoxes) -> bytes:
    names = list(dict.fromkeys(span.article for span in page.spans))
    number = {name: n for n, name in enumerate(names)}
    text = page.text.encode()
    parts = [_HEAD.pack(len(page.boxes), len(page.lines), len(page.spans), len(names)),
             struct.pack("<I", len(text)), text]  # fmt: skip
    for name in names:
        raw = name.encode()
        parts += [bytes([len(raw)]), raw]
    parts += [_LINE.pack(line.letters, min(WHOLE, round(line.size * 10_000)), line.begins) for line in page.lines]
    parts += [_column(box[side] for box in page.boxes) for side in range(4)]
    parts += [_SPAN.pack(number[s.article], s.paragraph, s.offset, s.first, s.letters) for s in page.spans]
    return MAGIC + zlib.compress(b"".join(parts), 6)


def decode(blob: bytes) -> PageBoxes:
    """The blob unfolded. ValueError for anything that `encode` did not write."""
    if blob[:4] != MAGIC:
        raise ValueError("not a page of boxes")
    try:
        unfolding = zlib.decompressobj()
        data = unfolding.decompress(blob[4:], LARGEST)
        if not unfolding.eof:
            raise zlib.error("cut short, or larger than a page")
        return _parsed(data)
    except (zlib.error, struct.error, IndexError, UnicodeDecodeError) as problem:
        raise ValueError("a damaged page of boxes") from problem


def renamed(blob: bytes, names: Mapping[str, str]) -> bytes:
    """The blob with articles called by other names (`article_name` before → after)."""
    page = decode(blob)
    spans = tuple(replace(span, article=names.get(span.article, span.article)) for span in page.spans)
    return encode(PageBoxes(page.text, page.boxes, page.lines, spans))


def _parsed(data: bytes) -> PageBoxes:
    letters, line_count, span_count, name_count = _HEAD.unpack_from(data)
    at = _HEAD.size
    (size,) = struct.unpack_from("<I", data, at)
    text = data[at + 4 : at + 4 + size].decode()
    at += 4 + size
    names = []
    for _ in range(name_count):
        names.append(data[at + 1 : at + 1 + data[at]].decode())
        at += 1 + data[at]
    lines, first = [], 0
    for count, type_size, flags in _LINE.iter_unpack(data[at : at + line_count * _LINE.size]):
        lines.append(PrintedLine(first, count, type_size / 10_000, bool(flags & 1)))
        first += count
    at += line_count * _LINE.size
    columns = [_summed(data[at + side * 2 * letters : at + (side + 1) * 2 * letters]) for side in range(4)]
    at += 8 * letters
    spans = tuple(Span(names[name], *rest) for name, *rest in _SPAN.iter_unpack(data[at : at + span_count * _SPAN.size]))
    boxes = list(zip(*columns, strict=True))
    if len(boxes) != letters or len(text) != letters or len(spans) != span_count or first != letters:
        raise struct.error("cut short")
    return PageBoxes(text, boxes, tuple(lines), spans)


def _column(values: Iterable[int]) -> bytes:
    column, last = array("H"), 0
    for value in values:
        column.append((value - last) & WHOLE)
        last = value
    return _little(column).tobytes()


def _summed(data: bytes) -> list[int]:
    column = array("H")
    column.frombytes(data)
    return [value & WHOLE for value in accumulate(_little(column))]


def _little(column: array[int]) -> array[int]:
    if struct.pack("=H", 1) != struct.pack("<H", 1):
        column.byteswap()
    return column


def _around(boxes: Sequence[tuple[int, int, int, int]]) -> Rect:
    return Rect(min(b[0] for b in boxes) / WHOLE, min(b[1] for b in boxes) / WHOLE,
                max(b[2] for b in boxes) / WHOLE, max(b[3] for b in boxes) / WHOLE)  # fmt: skip


def _union(one: Rect, other: Rect) -> Rect:
    return Rect(min(one.left, other.left), min(one.top, other.top), max(one.right, other.right),
                max(one.bottom, other.bottom))  # fmt: skip


def _follows(block: Rect, line: Rect) -> bool:
    """Whether a line stands in the column of the block, right below it (or beside, as the next piece of its last line)."""
    high = line.bottom - line.top
    shared = min(block.right, line.right) - max(block.left, line.left)
    under = -0.5 * high < line.top - block.bottom < 2 * high and shared > 0
    inside = block.top - high < line.top and line.bottom < block.bottom + 0.6 * high and shared > -0.5 * high
    return under or inside


def scaled(left: float, top: float, right: float, bottom: float, width: float, height: float
           ) -> tuple[int, int, int, int]:  # fmt: skip
    """A box in points as the blob keeps it; what lies beyond the page is cut off at its edge."""
    return (_share(left, width), _share(top, height), _share(right, width), _share(bottom, height))


def _share(value: float, whole: float) -> int:
    return min(WHOLE, max(0, round(value / whole * WHOLE)))
