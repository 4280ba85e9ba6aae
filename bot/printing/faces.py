"""The two open Chinese faces that boxes are set in (Noto Serif and Noto Sans, OFL, from pylopdf-fonts-zh-cn): which
characters they have, how wide, and their outlines. What neither has is drawn as □.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from threading import RLock
from typing import Any

from bot.printing.values import Face, Letter

FILES = {Face.BODY: "NotoSerifSC-Regular.otf", Face.HEAD: "NotoSansSC-Regular.otf"}
NAMES = {Face.BODY: "Noto Serif SC", Face.HEAD: "Noto Sans SC"}
STROKE = {Face.BODY: 0.0, Face.HEAD: 0.03}
"""How much the strokes are thickened, in em: the package has the regular weights only."""
EM = 1000
"""Units of both faces."""
LACKING = "□"
_READING = RLock()
"""A font reads its glyphs from the file when they are asked for."""


@dataclass(frozen=True, slots=True)
class _Font:
    characters: dict[int, str]
    glyphs: Any


def path(face: Face) -> str:
    """The font file of a face."""
    return str(resources.files("pylopdf_fonts_zh_cn") / FILES[face])


@cache
def _font(face: Face) -> _Font:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # with lxml, which not every start is to pay for

    font = TTFont(path(face), lazy=True)
    return _Font(font.getBestCmap(), font.getGlyphSet())


def has(one: str, face: Face) -> bool:
    """Whether the face has this character as a letter of its own."""
    return ord(one) in _font(face).characters and not unicodedata.category(one).startswith("M")


@lru_cache(maxsize=20_000)
def letter(one: str, wanted: Face) -> Letter:
    """The character in that face, else in the other one, else □."""
    with _READING:
        face = next((face for face in (wanted, *Face) if has(one, face)), None)
        shown = one if face is not None else LACKING
        font = _font(face or wanted)
        return Letter(shown, face or wanted, font.glyphs[font.characters[ord(shown)]].width / EM)


def lacking(words: Iterable[str]) -> tuple[str, ...]:
    """The characters that neither face has, each once, in order."""
    return tuple(dict.fromkeys(one for one in words if letter(one, Face.BODY).shown != one))


@lru_cache(maxsize=20_000)
def outline(one: str, face: Face) -> str:
    """The letter as a path in the font's units, y upwards; "" where it has no ink."""
    from fontTools.pens.svgPathPen import SVGPathPen  # type: ignore[import-untyped]

    with _READING:
        font = _font(face)
        pen = SVGPathPen(font.glyphs, ntos=lambda number: str(round(number)))
        font.glyphs[font.characters[ord(one)]].draw(pen)
        return str(pen.getCommands())
