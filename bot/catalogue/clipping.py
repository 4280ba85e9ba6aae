"""A printed text found among a page's letters, and the piece of the page's picture that shows it and nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.catalogue import cutting
from bot.catalogue.boxes import WHOLE, PageBoxes, Rect

if TYPE_CHECKING:
    from PIL import Image

MARGIN = 0.2
"""Of a line's height, left around it: strokes reach a little beyond their boxes."""
MOST_LINES = 60
LARGEST = 0.25
"""Share of a page that a clipping may be."""
_SKIPPED = re.compile(r"[\s“”‘’\"'《》〈〉：:，,。.；;（）()]")


@dataclass(frozen=True, slots=True)
class Clipping:
    """The printed lines of a text, in the order of reading, in shares of the page: `columns` of lines under each other."""

    columns: tuple[tuple[Rect, ...], ...]

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Pixels of the cut from a picture of that size, before it is made smaller for sending."""
        boxes = [_pixels(_union(one), width, height) for one in self.columns]
        return max(box[2] - box[0] for box in boxes), sum(box[3] - box[1] for box in boxes)


def find(page: PageBoxes, text: str) -> Clipping | None:
    """Where a text stands on a page, whatever marks and spaces it is printed with; None where it does not, or not once,
    or runs over more of the page than a notice does."""
    letters = [n for n, letter in enumerate(page.text) if not _SKIPPED.fullmatch(letter)]
    printed, wanted = "".join(page.text[n] for n in letters), _SKIPPED.sub("", text)
    at = printed.find(wanted) if wanted else -1
    if at < 0 or printed.find(wanted, at + 1) >= 0:
        return None
    columns = _columns(_lines(page, letters[at], letters[at + len(wanted) - 1]))
    area = sum((one.right - one.left) * (one.bottom - one.top) for one in map(_union, columns))
    return Clipping(columns) if columns and area <= LARGEST else None


def _lines(page: PageBoxes, first: int, last: int) -> list[Rect]:
    """Of every printed line the part between two letters; [] for more lines than a notice has."""
    parts = [(max(line.first, first), min(line.first + line.letters - 1, last)) for line in page.lines
             if line.first <= last and line.first + line.letters > first]
    return [_around(page.boxes[start:end + 1]) for start, end in parts] if len(parts) <= MOST_LINES else []


def _columns(lines: Sequence[Rect]) -> tuple[tuple[Rect, ...], ...]:
    found: list[list[Rect]] = []
    for line in lines:
        if found and _under(_union(found[-1]), line):
            found[-1].append(line)
        else:
            found.append([line])
    return tuple(tuple(_widened(line) for line in column) for column in found)


def _around(boxes: Sequence[tuple[int, int, int, int]]) -> Rect:
    return Rect(min(b[0] for b in boxes) / WHOLE, min(b[1] for b in boxes) / WHOLE, max(b[2] for b in boxes) / WHOLE,
                max(b[3] for b in boxes) / WHOLE)


def _union(lines: Sequence[Rect]) -> Rect:
    return Rect(min(one.left for one in lines), min(one.top for one in lines), max(one.right for one in lines),
                max(one.bottom for one in lines))


def _under(block: Rect, line: Rect) -> bool:
    high = line.bottom - line.top
    return -0.5 * high < line.top - block.bottom < 1.5 * high and min(block.right, line.right) > max(block.left, line.left)


def _widened(line: Rect) -> Rect:
    more = MARGIN * (line.bottom - line.top)
    return Rect(max(0.0, line.left - more), max(0.0, line.top - more), min(1.0, line.right + more),
                min(1.0, line.bottom + more))


def _pixels(one: Rect, width: int, height: int) -> cutting.Box:
    left, top = min(width - 1, int(one.left * width)), min(height - 1, int(one.top * height))
    return left, top, max(left + 1, int(one.right * width)), max(top + 1, int(one.bottom * height))


def cut(picture: Image.Image, clipping: Clipping) -> bytes:
    """The columns under each other on white, where no line stands white too, in at most cutting.LARGEST_CROP bytes."""
    from PIL import Image

    sheet, below = Image.new("RGB", clipping.size(picture.width, picture.height), "white"), 0
    for column in clipping.columns:
        left, top, _, bottom = _pixels(_union(column), picture.width, picture.height)
        for line in column:
            box = _pixels(line, picture.width, picture.height)
            sheet.paste(picture.crop(box), (box[0] - left, below + box[1] - top))
        below += bottom - top
    return cutting.crop(sheet, (0, 0, sheet.width, sheet.height))
