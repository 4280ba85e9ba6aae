"""Fake bold undone: letters that were printed twice to look bold (凉凉城城 → 凉城), with boxes and without. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from bot.catalogue.pdf.values import Box, Glyph

NEAR_ACROSS, NEAR_DOWN = 0.35, 0.25
"""How far the second print of a letter may stand from the first: in widths of the letter, in its size. Two letters
that are both meant (谢谢) stand a whole width apart."""

_CELL = 8.0


def undoubled(glyphs: Iterable[Glyph]) -> list[Glyph]:
    """The letters without second prints, in the same order. The box kept covers both prints."""
    kept: list[Glyph] = []
    cells: dict[tuple[str, int, int], list[int]] = {}
    for glyph in glyphs:
        column, row = int(glyph.box.left // _CELL), int(glyph.box.top // _CELL)
        first = next((n for dx in (-1, 0, 1) for dy in (-1, 0, 1)
                      for n in cells.get((glyph.text, column + dx, row + dy), ())
                      if _is_second_print(kept[n], glyph)), None)  # fmt: skip
        if first is None:
            cells.setdefault((glyph.text, column, row), []).append(len(kept))
            kept.append(glyph)
        else:
            kept[first] = replace(kept[first], box=_both(kept[first].box, glyph.box))
    return kept


def _is_second_print(one: Glyph, other: Glyph) -> bool:
    return (abs(one.box.left - other.box.left) <= NEAR_ACROSS * min(one.box.width, other.box.width)
            and abs(one.box.top - other.box.top) <= NEAR_DOWN * one.size
            and abs(one.size - other.size) <= 0.1 * one.size)  # fmt: skip


def _both(one: Box, other: Box) -> Box:
    # Only as wide as the first: the shift is a matter of weight, and the neighbour begins where this one ends.
    return Box(min(one.left, other.left), min(one.top, other.top), max(one.right, other.right), max(one.bottom, other.bottom))


_SAID_SO = re.compile(
    r"(?:实实在在|扎扎实实|高高兴兴|开开心心|方方面面|红红火火|热热闹闹|平平安安|和和美美|团团圆圆|清清楚楚|明明白白|漂漂亮亮|干干净净"
    r"|大大小小|形形色色|快快乐乐|健健康康|踏踏实实|辛辛苦苦|认认真真|仔仔细细|原原本本|堂堂正正|点点滴滴|风风雨雨|家家户户|老老少少"
    r"|世世代代|日日夜夜|早早晚晚|兢兢业业|轰轰烈烈|熙熙攘攘|浩浩荡荡|沸沸扬扬)"
)
"""Words of this form that may stand alone in a line."""

_PAIRS = re.compile(r"(?:([^\W_]|[（）“”《》、，。：；「」【】])\1)+")
_ALWAYS = re.compile(r"““|””|（（[^（）]*））|《《|》》|、、|，，|；；|：：")
_YEARS = re.compile(r"(?<!\d)(?:1199|2200)(\d)\1(\d)\2(?!\d)")
_MARKS = re.compile(r"([（）“”《》、，。：；「」【】])\1")


def undoubled_text(text: str) -> str:
    """The same for a text layer without boxes, line by line: 22001199年 → 2019年, （（中）） → （中）, 凉凉城城 → 凉城.

    Words that are written so (谢谢, 实实在在, 1100) are told by their line: only where marks are doubled too, where a
    year of eight digits stands, or where the whole line or three letters in a row are doubled.
    """
    return "\n".join(_line(line) for line in text.split("\n"))


def _line(line: str) -> str:
    told = bool(_ALWAYS.search(line) or _YEARS.search(line))
    bare = re.sub(r"\s", "", line)
    whole = len(bare) >= 4 and _PAIRS.fullmatch(bare) is not None and not _SAID_SO.fullmatch(bare)

    def halved(match: re.Match[str]) -> str:
        run = match.group()
        digits = run.isascii() and run.isdigit()
        if whole or (len(run) >= 6 and not digits) or (told and (len(run) >= 4 or _MARKS.fullmatch(run))):
            return run[::2]
        return run[::2] if digits and _YEARS.fullmatch(run) else run

    return _PAIRS.sub(halved, line)
