"""A printed text found among a page's letters, and the piece of the page's picture that shows it and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PIL import Image

from bot.catalogue import cutting
from bot.catalogue.boxes import WHOLE, PageBoxes, Rect

MARGIN = 0.35
"""Of a letter, left around a piece."""
MOST_LINES = 60
LARGEST = 0.25
"""Share of a page that a clipping may be."""
_SKIPPED = re.compile(r"[\s“”‘’\"'《》〈〉：:，,。.；;（）()]")


@dataclass(frozen=True, slots=True)
class Clipping:
    """Columns of lines, in the order of reading, in shares of the page."""

    pieces: tuple[Rect, ...]

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Pixels of the cut from a picture of that size, before it is made smaller for sending."""
        boxes = [_pixels(one, width, height) for one in self.pieces]
        return max(box[2] - box[0] for box in boxes), sum(box[3] - box[1] for box in boxes)


def find(page: PageBoxes, text: str) -> Clipping | None:
    """Where a text stands on a page, whatever marks and spaces it is printed with; None where it does not, or not once,
    or runs over more of the page than a notice does."""
    letters = [n for n, letter in enumerate(page.text) if not _SKIPPED.fullmatch(letter)]
    printed, wanted = "".join(page.text[n] for n in letters), _SKIPPED.sub("", text)
    at = printed.find(wanted) if wanted else -1
    if at < 0 or printed.find(wanted, at + 1) >= 0:
        return None
    first, last = letters[at], letters[at + len(wanted) - 1]
    pieces = _pieces(page, first, last)
    area = sum((one.right - one.left) * (one.bottom - one.top) for one in pieces)
    return Clipping(pieces) if pieces and area <= LARGEST else None


def _pieces(page: PageBoxes, first: int, last: int) -> tuple[Rect, ...]:
    """The lines that the letters stand in, joined where they stand under each other."""
    lines = [(max(line.first, first), min(line.first + line.letters - 1, last)) for line in page.lines
             if line.first <= last and line.first + line.letters > first]
    if len(lines) > MOST_LINES:
        return ()
    found: list[Rect] = []
    for start, end in lines:
        box = _around(page.boxes[start:end + 1])
        if found and _under(found[-1], box):
            one = found[-1]
            found[-1] = Rect(min(one.left, box.left), min(one.top, box.top), max(one.right, box.right),
                             max(one.bottom, box.bottom))
        else:
            found.append(box)
    return tuple(_widened(one, _high(page, first)) for one in found)


def _around(boxes: object) -> Rect:
    assert isinstance(boxes, (list, tuple))
    return Rect(min(b[0] for b in boxes) / WHOLE, min(b[1] for b in boxes) / WHOLE, max(b[2] for b in boxes) / WHOLE,
                max(b[3] for b in boxes) / WHOLE)


def _high(page: PageBoxes, letter: int) -> float:
    return (page.boxes[letter][3] - page.boxes[letter][1]) / WHOLE


def _under(block: Rect, line: Rect) -> bool:
    high = line.bottom - line.top
    return -0.5 * high < line.top - block.bottom < 1.5 * high and min(block.right, line.right) > max(block.left, line.left)


def _widened(one: Rect, high: float) -> Rect:
    more = MARGIN * high
    return Rect(max(0.0, one.left - more), max(0.0, one.top - more), min(1.0, one.right + more), min(1.0, one.bottom + more))


def _pixels(one: Rect, width: int, height: int) -> cutting.Box:
    left, top = min(width - 1, int(one.left * width)), min(height - 1, int(one.top * height))
    return left, top, max(left + 1, int(one.right * width)), max(top + 1, int(one.bottom * height))


def cut(picture: Image.Image, clipping: Clipping) -> bytes:
    """The pieces under each other on white, in at most cutting.LARGEST_CROP bytes."""
    boxes = [_pixels(one, picture.width, picture.height) for one in clipping.pieces]
    sheet = Image.new("RGB", clipping.size(picture.width, picture.height), "white")
    top = 0
    for box in boxes:
        sheet.paste(picture.crop(box), (0, top))
        top += box[3] - box[1]
    return cutting.crop(sheet, (0, 0, sheet.width, sheet.height))
