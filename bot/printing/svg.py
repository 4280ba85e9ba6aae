"""A set box as SVG: every letter as its outline, so that it looks the same on every machine. No font, style or script.

Each letter stands in the file once and is referred to by `xlink:href`, which older programs of layout know as well.
"""

from __future__ import annotations

from html import escape
from itertools import groupby

from bot.printing import faces
from bot.printing.values import Face, Letter, Line, PlacedCode, Sheet

FRAME_MM, RULE_MM = 0.35, 0.18
INK, PAPER = "#000", "#fff"
MIME = "image/svg+xml"


def write(sheet: Sheet, *, title: str) -> bytes:
    """A file in millimetres. `title`: what it is, for whoever cannot see it."""
    width, height = _mm(sheet.width), _mm(sheet.height)
    inner = FRAME_MM / 2
    letters = dict.fromkeys(glyph.letter for line in sheet.lines for glyph in line.glyphs)
    names = {letter: f"g{n}" for n, letter in enumerate(letters)}
    parts = [
        (f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}mm"'
         f' height="{height}mm" viewBox="0 0 {width} {height}" role="img"><title>{escape(title)}</title>'),
        f'<rect width="{width}" height="{height}" fill="{PAPER}"/>',
        (f'<rect x="{_mm(inner)}" y="{_mm(inner)}" width="{_mm(sheet.width - FRAME_MM)}"'
         f' height="{_mm(sheet.height - FRAME_MM)}" fill="none" stroke="{INK}" stroke-width="{FRAME_MM}"/>'),
        *(f'<path d="M{_mm(rule.x)} {_mm(rule.y)}h{_mm(rule.length)}" stroke="{INK}" stroke-width="{RULE_MM}"/>'
          for rule in sheet.rules),
        *_outlines(names),
        *(part for line in sheet.lines for part in _letters(line, names)),
        *(_squares(placed) for placed in sheet.codes),
        "</svg>\n",
    ]
    return "\n".join(parts).encode()


def _outlines(names: dict[Letter, str]) -> list[str]:
    """Each letter once, in the font's units; the lines refer to them."""
    return ["<defs>", *(f'<path id="{name}" d="{faces.outline(letter.shown, letter.face)}"/>'
                        for letter, name in names.items()), "</defs>"]


def _letters(line: Line, names: dict[Letter, str]) -> list[str]:
    """One group for each run of one face."""
    scale = line.size / faces.EM
    found = []
    for face, run in groupby(line.glyphs, key=lambda glyph: glyph.letter.face):
        glyphs = list(run)
        x = glyphs[0].x
        used = "".join(f'<use xlink:href="#{names[glyph.letter]}" x="{round((glyph.x - x) / scale)}"/>' for glyph in glyphs)
        found.append(f'<g transform="matrix({scale:.6f} 0 0 {-scale:.6f} {_mm(x)} {_mm(line.baseline)})"'
                     f' fill="{INK}"{_thick(face)}>{used}</g>')
    return found


def _thick(face: Face) -> str:
    thick = round(faces.STROKE[face] * faces.EM)
    return f' stroke="{INK}" stroke-width="{thick}" stroke-linejoin="round"' if thick else ""


def _squares(placed: PlacedCode) -> str:
    """The dark squares of each row as one path; those side by side are one bar, so that no hairline shows between."""
    bars = []
    for row, squares in enumerate(placed.code.squares):
        at = 0
        for dark, run in groupby(squares):
            many = len(list(run))
            bars += [f"M{at} {row}h{many}v1h-{many}z"] if dark else []
            at += many
    return (f'<path transform="matrix({placed.step:.5f} 0 0 {placed.step:.5f} {_mm(placed.x)} {_mm(placed.y)})"'
            f' fill="{INK}" shape-rendering="crispEdges" d="{"".join(bars)}"/>')


def _mm(length: float) -> str:
    return f"{length:.3f}".rstrip("0").rstrip(".")
