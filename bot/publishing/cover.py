"""The cover of the winners' article: a plain picture drawn by ourselves, for an article must have one. Pure."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import ImageDraw

WIDTH, HEIGHT = 900, 383  # what the platform shows whole (2.35 : 1)
MAX_BYTES = 64 * 1024  # of a thumb
PAPER, INK, RED, BARK, GOLD = "#f6f1e4", "#2b2b2b", "#b3261e", "#7a5c3e", "#e0a526"
_SCALE = 2  # drawn larger and shrunk, for smooth edges

Points = list[tuple[float, float]]


@cache
def jpeg() -> bytes:
    """The picture, under 64 KB."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (WIDTH * _SCALE, HEIGHT * _SCALE), PAPER)
    draw = ImageDraw.Draw(image)
    _columns(draw)
    _bird(draw)
    small = image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    written = BytesIO()
    small.save(written, "JPEG", quality=85, optimize=True)
    return written.getvalue()


def _columns(draw: ImageDraw.ImageDraw) -> None:
    """A page of print, one word of it marked."""
    draw.rectangle(_box(60, 52, 520, 74), fill=INK)
    for column in range(3):
        left = 60 + column * 160
        for line in range(11):
            width = 88 if line == 10 else 140
            draw.rectangle(_box(left, 104 + line * 22, left + width, 112 + line * 22), fill="#c9c2b2")
    draw.rectangle(_box(264, 168, 316, 180), fill=INK)
    draw.ellipse(_box(248, 152, 332, 196), outline=RED, width=5 * _SCALE)


def _bird(draw: ImageDraw.ImageDraw) -> None:
    """A woodpecker at its trunk, its bill towards the page."""
    draw.rectangle(_box(742, 0, 806, HEIGHT), fill=BARK)
    draw.polygon(_points([(742, 300), (700, 372), (676, 372), (722, 262)]), fill=INK)  # tail
    draw.ellipse(_box(668, 128, 762, 312), fill=INK)  # body
    draw.polygon(_points([(684, 170), (748, 178), (738, 286), (704, 270)]), fill=PAPER)  # breast
    draw.ellipse(_box(650, 66, 734, 150), fill=INK)  # head
    draw.polygon(_points([(662, 84), (700, 40), (748, 74), (726, 96)]), fill=RED)  # crest
    draw.polygon(_points([(660, 100), (566, 116), (660, 126)]), fill=GOLD)  # bill
    draw.ellipse(_box(672, 90, 690, 108), fill=PAPER)
    draw.ellipse(_box(677, 95, 686, 104), fill=INK)


def _box(left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
    return left * _SCALE, top * _SCALE, right * _SCALE, bottom * _SCALE


def _points(points: Points) -> Points:
    return [(x * _SCALE, y * _SCALE) for x, y in points]
