"""A printed page as a reader photographs it, set with Pillow from text that a test gives."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

PAPER, INK, TABLE = (235, 232, 225), (35, 35, 35), (120, 110, 100)
BODY, HEADLINE, LINE, COLUMN, MARGIN = 30, 50, 46, 20, 60
"""Pixels; `COLUMN`: characters a line."""


@cache
def chinese_font() -> Path | None:
    """A font with Chinese characters on this machine, as fontconfig knows it."""
    try:
        found = subprocess.run(["fc-match", "-f", "%{file}\n%{lang}", ":lang=zh-cn"], capture_output=True, check=True,
                               text=True).stdout.split("\n")
    except (OSError, subprocess.SubprocessError):
        return None
    return Path(found[0]) if "zh" in found[1] and Path(found[0]).is_file() else None


def photo(articles: Sequence[tuple[str, Sequence[str]]], *, turned: float = 0, quality: int = 70) -> bytes:
    """A JPEG of articles (headline, paragraphs) in columns of `COLUMN` characters side by side, `turned` by degrees."""
    font = chinese_font()
    assert font is not None
    big, small = ImageFont.truetype(str(font), HEADLINE), ImageFont.truetype(str(font), BODY)
    width = MARGIN + COLUMN * BODY + MARGIN
    page = Image.new("RGB", (width * len(articles), 900), PAPER)
    draw = ImageDraw.Draw(page)
    for n, (headline, paragraphs) in enumerate(articles):
        left, y = n * width + MARGIN, MARGIN
        for line in _broken(headline, COLUMN * BODY // HEADLINE):
            draw.text((left, y), line, font=big, fill=INK)
            y += HEADLINE + 14
        for paragraph in paragraphs:
            for line in _broken(f"　　{paragraph}", COLUMN):
                draw.text((left, y), line, font=small, fill=INK)
                y += LINE
    if turned:
        page = page.rotate(turned, expand=True, fillcolor=TABLE)
    written = BytesIO()
    page.save(written, "JPEG", quality=quality)
    return written.getvalue()


def _broken(text: str, length: int) -> list[str]:
    return [text[at : at + length] for at in range(0, len(text), length)]
