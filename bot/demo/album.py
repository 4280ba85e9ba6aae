"""What the demo's readers send beside words: photographs of a printed page (on a table, a little askew, marked by hand,
signed) and a voice. No database."""

from __future__ import annotations

import io
import math
from array import array
from dataclasses import dataclass
from fractions import Fraction

from PIL import Image, ImageDraw

from bot.catalogue.geometry import Marked
from bot.demo.sheet import Face, font_of
from bot.media.store import Store
from bot.wechat.media import Given

TABLE, PEN, BALLPOINT = (112, 84, 61), (196, 30, 38), (38, 58, 140)
AROUND = 320
"""Pixels of the page's picture that are seen to each side of what is marked."""
EDGE, MARGIN, ASKEW = 90, 110, 2.2
"""Pixels of table around the page and of its blank margin below; degrees."""
NO_FILE = 40007
"""The platform's word for a file that it does not know."""
SIGNATURE_BOX = (500, 7900, 9500, 9300)
"""Where the signature lies, in ten-thousandths of the photograph."""
SAMPLES, FRAME = 8000, 160
"""Of the chat's recordings: samples in a second and in a frame."""
PITCH, SYLLABLES = (150, 135, 160, 125), 4
"""Hertz of one syllable after the other; syllables in a second."""


@dataclass
class Album:
    """Answers for the platform's media of one account, by the number of a file."""

    files: dict[str, bytes]

    def get(self, media_id: str, *, most_bytes: int, seconds: float) -> Given:
        del most_bytes, seconds
        data = self.files.get(media_id)
        return Given(None, NO_FILE) if data is None else Given(data)


def photograph(store: Store, mark: Marked, signature: str) -> bytes:
    """A JPEG of the page around the mark, with a ring about it and the reader's name and telephone in the margin."""
    assert mark.picture is not None
    with Image.open(io.BytesIO(store.get(mark.picture))) as page:
        ring = _pixels(mark, page.size)
        cut = (max(0, ring[0] - AROUND), max(0, ring[1] - AROUND), min(page.width, ring[2] + AROUND),
               min(page.height, ring[3] + AROUND))
        seen = page.convert("RGB").crop(cut)
    paper = Image.new("RGB", (seen.width, seen.height + MARGIN), (250, 248, 242))
    paper.paste(seen, (0, 0))
    pen = ImageDraw.Draw(paper)
    pen.ellipse([ring[n] - cut[n % 2] + (-22, -16, 22, 16)[n] for n in range(4)], outline=PEN, width=5)
    pen.text((24, seen.height + 24), signature, BALLPOINT, font_of(Face.BODY, 40.0))
    table = Image.new("RGB", (paper.width + 2 * EDGE, paper.height + 2 * EDGE), TABLE)
    table.paste(paper, (EDGE, EDGE))
    out = io.BytesIO()
    table.rotate(ASKEW, Image.Resampling.BICUBIC, fillcolor=TABLE).save(out, "JPEG", quality=82)
    return out.getvalue()


def _pixels(mark: Marked, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The first piece of the mark in pixels of the page's picture."""
    box = mark.rects[0]
    return (round(box.left * size[0]), round(box.top * size[1]), round(box.right * size[0]), round(box.bottom * size[1]))


def murmur(seconds: int = 4) -> bytes:
    """A voice that says nothing, as the chat records it (AMR): so that there is something to hear."""
    import av  # here: what only plays last month's messages never loads FFmpeg

    samples = array("h", (round(6000 * _murmured(n / SAMPLES)) for n in range(SAMPLES * seconds)))
    out = io.BytesIO()
    with av.open(out, "w", format="amr") as target:
        stream = target.add_stream("libopencore_amrnb", rate=SAMPLES)
        stream.bit_rate, stream.layout = 12_200, "mono"
        for at in range(0, len(samples), FRAME):
            frame = av.AudioFrame(format="s16", layout="mono", samples=FRAME)
            frame.planes[0].update(samples[at : at + FRAME].tobytes())
            frame.rate, frame.pts, frame.time_base = SAMPLES, at, Fraction(1, SAMPLES)
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return out.getvalue()


def _murmured(second: float) -> float:
    """-1 to 1: syllables that swell and fade, each a tone with three overtones."""
    syllable, within = divmod(second * SYLLABLES, 1)
    tone = 2 * math.pi * PITCH[int(syllable) % len(PITCH)] * second
    return math.sin(math.pi * within) ** 2 * sum(math.sin(n * tone) / n for n in (1, 2, 3, 4)) / 2.1
