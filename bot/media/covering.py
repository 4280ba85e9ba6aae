"""Blackens parts of a reader's picture: a new JPEG in which nothing of them is left. Pure: bytes in, bytes out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from io import BytesIO

from bot.media.addresses import Refused

QUALITY = 85
WHOLE = 10_000
INK = (17, 17, 17)

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in ten-thousandths of the picture's width and height."""


def cover(data: bytes, boxes: Sequence[Box]) -> bytes:
    """The picture with every box filled, without whatever else was in the file. Refused: it is no JPEG of ours.

    Edges are rounded outwards, so that no line of pixels peeps out.
    """
    from PIL import Image, ImageDraw  # what unpacks pictures takes memory, which most workers never need

    try:
        with Image.open(BytesIO(data), formats=("JPEG",)) as image:
            plain = image.convert("RGB")
    except (OSError, ValueError, SyntaxError):
        raise Refused("这不是图片，或者图片坏了") from None
    pen = ImageDraw.Draw(plain)
    for left, top, right, bottom in boxes:
        pen.rectangle((math.floor(left * plain.width / WHOLE), math.floor(top * plain.height / WHOLE),
                       math.ceil(right * plain.width / WHOLE), math.ceil(bottom * plain.height / WHOLE)), fill=INK)
    plain.info = {}
    written = BytesIO()
    plain.save(written, "JPEG", quality=QUALITY)
    return written.getvalue()
