"""Page pictures cut to what a screen wants: the page small, one tile of a zoom, the piece around words. Pure."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

WIDTHS = (200, 700, 1400, 2400)
"""Pixels in which a whole page is given: a thumbnail, a phone's screen, a desk's screen, a spread on a desk."""
TILE = 512
WHOLE = 10_000
"""Crops are asked for in ten-thousandths of the page's width and height."""
LARGEST_CROP = 80_000
"""Bytes of a crop, whatever is on the page."""
WIDEST_CROP = 1400
QUALITY, POOREST = 80, 45
SMALLER = 0.8
METHOD = 3
"""How long libwebp looks for a smaller file: 0 to 6."""
MOST_PIXELS = 60_000_000

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; right and bottom lie outside."""


class Damaged(Exception):
    """The stored file is no picture."""


def opened(data: bytes) -> Image.Image:
    """A stored page picture, unpacked. Damaged."""
    from PIL import Image  # a worker that shows no page does without

    try:
        with Image.open(BytesIO(data), formats=("WEBP", "PNG", "JPEG")) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Damaged("too many pixels")
            return image.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as problem:
        raise Damaged(str(problem)) from problem


def whole(page: Image.Image, width: int) -> bytes:
    """The page `width` pixels wide, or as it is where it is narrower."""
    width = min(width, page.width)
    return _written(_scaled(page, (0, 0, page.width, page.height), width), QUALITY)


def levels(width: int, height: int) -> int:
    """The highest zoom: there the picture has its own size; each zoom below halves it, down to one tile at zoom 0."""
    return max(0, math.ceil(math.log2(max(width, height) / TILE)))


def size_at(width: int, height: int, zoom: int) -> tuple[int, int]:
    """The picture's size at a zoom."""
    part = 2 ** (levels(width, height) - zoom)
    return max(1, math.ceil(width / part)), max(1, math.ceil(height / part))


def tile(page: Image.Image, zoom: int, row: int, column: int) -> bytes | None:
    """One square of the page at a zoom, smaller at the right and lower edge; None where there is none."""
    if not 0 <= zoom <= levels(page.width, page.height):
        return None
    width, height = size_at(page.width, page.height, zoom)
    left, top = column * TILE, row * TILE
    if not (0 <= left < width and 0 <= top < height):
        return None
    from PIL import Image

    right, bottom = min(width, left + TILE), min(height, top + TILE)
    across, down = page.width / width, page.height / height
    box = (left * across, top * down, right * across, bottom * down)
    piece = page.resize((right - left, bottom - top), Image.Resampling.LANCZOS, box=box, reducing_gap=2.0)
    return _written(piece, QUALITY)


def region(width: int, height: int, left: int, top: int, right: int, bottom: int) -> Box | None:
    """The pixels of a piece given in ten-thousandths; None where it is none, or not on the page."""
    if not (0 <= left < right <= WHOLE and 0 <= top < bottom <= WHOLE):
        return None
    return (left * width // WHOLE, top * height // WHOLE,
            max(left * width // WHOLE + 1, math.ceil(right * width / WHOLE)),
            max(top * height // WHOLE + 1, math.ceil(bottom * height / WHOLE)))  # fmt: skip


def crop(page: Image.Image, box: Box) -> bytes:
    """The piece in at most LARGEST_CROP bytes: first the quality goes down, then the size."""
    width = min(box[2] - box[0], WIDEST_CROP)
    while True:
        piece = _scaled(page, box, width)
        for quality in (QUALITY, 65, POOREST):
            data = _written(piece, quality)
            if len(data) <= LARGEST_CROP:
                return data
            if len(data) > 2 * LARGEST_CROP:
                break  # the poorest would not fit either
        width = max(1, int(width * min(SMALLER, math.sqrt(LARGEST_CROP / len(data)) * 1.2)))


def _scaled(page: Image.Image, box: Box, width: int) -> Image.Image:
    from PIL import Image

    wide, high = box[2] - box[0], box[3] - box[1]
    if width >= wide:
        return page.crop(box)
    size = (width, max(1, round(high * width / wide)))
    return page.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=2.0)


def _written(image: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    image.save(out, "WEBP", quality=quality, method=METHOD)
    return out.getvalue()


class Unpacked:
    """The pages looked at last, unpacked, so that the tiles of one page do not each unpack it anew.

    Bounded by pixels; safe for threads: two may unpack the same page at once, which does no harm.
    """

    def __init__(self, most_pixels: int = 24_000_000) -> None:
        self._most = most_pixels
        self._pages: OrderedDict[str, Image.Image] = OrderedDict()
        self._lock = Lock()

    def page(self, digest: str, load: Callable[[], bytes]) -> Image.Image:
        """The picture of that name; `load` gives its bytes where it is not at hand."""
        with self._lock:
            if digest in self._pages:
                self._pages.move_to_end(digest)
                return self._pages[digest]
        image = opened(load())
        with self._lock:
            self._pages[digest] = image
            while len(self._pages) > 1 and self._pixels() > self._most:
                self._pages.popitem(last=False)
        return image

    def _pixels(self) -> int:
        return sum(page.width * page.height for page in self._pages.values())
