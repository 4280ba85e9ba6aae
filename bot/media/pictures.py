"""Makes a reader's picture safe to show: a new JPEG of what is seen, without anything else that was in the file.

Pure: bytes in, bytes out. The size is read from the header before a pixel is unpacked.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from bot.media.addresses import Refused

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
"""What the chat sends; any other decoder stays shut."""
LONGEST_SIDE = 4000
"""Pixels: a newspaper's page of 500 mm stays legible (8 pixels a millimetre)."""
QUALITY = 85
CONTENT_TYPE = "image/jpeg"


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG without metadata."""

    data: bytes
    width: int
    height: int


def clean(data: bytes, *, most_pixels: int) -> Picture:
    """The picture anew. Refused: it is none, is broken, or would take too much room."""
    from PIL import Image  # the web's workers clean no picture

    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > most_pixels:
                raise Refused(f"图片的像素太多（{image.width}×{image.height}）")
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a big JPEG is unpacked small at once
            return _anew(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("图片的像素太多") from None
    except Refused:
        raise
    except Exception:  # noqa: BLE001 - whatever a decoder stumbles over: the file was made by somebody we do not know
        raise Refused("这不是图片，或者图片坏了") from None


def _anew(image: Image.Image) -> Picture:
    from PIL import Image

    upright = _upright(image)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        see_through = upright.convert("RGBA")
        plain = Image.new("RGB", see_through.size, "white")
        plain.paste(see_through, mask=see_through.getchannel("A"))
    else:
        plain = upright.convert("RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain.info = {}
    written = BytesIO()
    plain.save(written, "JPEG", quality=QUALITY, optimize=True)
    return Picture(written.getvalue(), plain.width, plain.height)


def _upright(image: Image.Image) -> Image.Image:
    """Turned as its notes say; with notes that cannot be read, as it is. Pillow's own function writes the notes anew, which it
    cannot do with every kind that it reads."""
    from PIL import ExifTags, Image

    image.load()
    try:
        said = image.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # noqa: BLE001 - as above; the picture is there all the same
        return image
    turn = Image.Transpose
    ways = {2: turn.FLIP_LEFT_RIGHT, 3: turn.ROTATE_180, 4: turn.FLIP_TOP_BOTTOM, 5: turn.TRANSPOSE, 6: turn.ROTATE_270,
            7: turn.TRANSVERSE, 8: turn.ROTATE_90}
    way = ways.get(said) if isinstance(said, int) else None
    return image if way is None else image.transpose(way)
