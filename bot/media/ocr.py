"""Reads the print on a picture, where the extra `ocr` is installed. Knows no rows and no network.

`read_lines` works in a process of its own: the models take half a gigabyte, which goes back when it ends, a picture
that makes the native code crash takes nothing else with it, and one that takes too long is ended. `page_reader` works
in the present process, for an import is read in one of its own already (bot.catalogue.reader).
The models lie in the wheel of rapidocr; nothing is loaded from elsewhere.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from bot.catalogue.pdf.scan import SeenLine

SECONDS = 60.0
"""A photo of a whole page takes 2 to 6 s on one core."""
SURE = 0.6
"""A line that the model gives a lower score is mostly not print."""
LARGEST_SIDE = 3400
"""Pixels; the picture of a spread is as wide."""
_ROOT = Path(__file__).resolve().parents[2]


class CannotRead(Exception):
    """The reading broke off or took too long."""


def available() -> bool:
    """Whether the extra is installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("rapidocr", "onnxruntime"))


def read_lines(picture: bytes, *, seconds: float = SECONDS) -> list[str]:
    """The printed lines on a picture, from top to bottom. CannotRead where it fails; [] where there are none."""
    try:
        done = subprocess.run([sys.executable, "-m", "bot.media.ocr"], input=picture, capture_output=True, cwd=_ROOT,
                              timeout=seconds, check=True)
        found = json.loads(done.stdout.decode("utf-8").splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError) as problem:
        raise CannotRead(type(problem).__name__) from None
    return [line for line in found if isinstance(line, str)]


def page_reader() -> Callable[[bytes], list[SeenLine]] | None:
    """Reads the lines of a newspaper page's picture with their boxes; None where the extra is not installed."""
    return _page_lines if available() else None


def _page_lines(picture: bytes) -> list[SeenLine]:
    found = _page_engine()(picture)
    boxes = () if found.boxes is None else found.boxes
    return [SeenLine(text, *_around(box)) for text, score, box in zip(found.txts or (), found.scores or (), boxes, strict=True)
            if score >= SURE]  # fmt: skip


def _around(corners: Any) -> tuple[float, float, float, float]:
    """(left, top, right, bottom) of a box given by its four corners."""
    across, down = [float(x) for x, _ in corners], [float(y) for _, y in corners]
    return min(across), min(down), max(across), max(down)


@cache
def _page_engine() -> Any:
    # A whole page of small type: not made smaller than it is.
    return _engine({"Global.max_side_len": LARGEST_SIDE})


def _engine(more: dict[str, Any]) -> Any:
    return importlib.import_module("rapidocr").RapidOCR(params={"Global.log_level": "critical"} | more)


def _recognise(picture: bytes) -> list[str]:
    found = _engine({})(picture)
    return [text for text, score in zip(found.txts or (), found.scores or (), strict=True) if score >= SURE]


if __name__ == "__main__":
    json.dump(_recognise(sys.stdin.buffer.read()), sys.stdout)
