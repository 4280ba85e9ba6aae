"""Pictures and voices made for tests: nothing of it is anybody's."""

from __future__ import annotations

import math
import struct
import zlib
from array import array
from fractions import Fraction
from io import BytesIO

import av
from PIL import Image


def picture(width: int = 40, height: int = 30, *, form: str = "JPEG", exif: bool = False) -> bytes:
    image = Image.new("RGB", (width, height), (200, 30, 30))
    written = BytesIO()
    if exif:
        notes = Image.Exif()
        notes[0x010E] = "银杏路8号302室"  # ImageDescription
        notes[0x0112] = 6  # lies on its side
        image.save(written, form, exif=notes)
    else:
        image.save(written, form)
    return written.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header says that it is enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def voice(seconds: int = 1) -> bytes:
    """A tone as AMR-NB, as the chat records it."""
    rate, step = 8000, 160
    samples = array("h", (int(8000 * math.sin(n * 2 * math.pi * 440 / rate)) for n in range(rate * seconds)))
    written = BytesIO()
    with av.open(written, "w", format="amr") as target:
        stream = target.add_stream("libopencore_amrnb", rate=rate)
        stream.bit_rate, stream.layout = 12_200, "mono"
        for at in range(0, len(samples), step):
            frame = av.AudioFrame(format="s16", layout="mono", samples=step)
            frame.planes[0].update(samples[at : at + step].tobytes())
            frame.rate, frame.pts, frame.time_base = rate, at, Fraction(1, rate)
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return written.getvalue()


def seconds_of(data: bytes) -> float:
    """How long a sound plays."""
    with av.open(BytesIO(data)) as source:
        return (source.duration or 0) / av.time_base
