"""A set box as PDF, one page of its size, the faces embedded as subsets: the words can be searched and copied."""

from __future__ import annotations

import logging
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from bot.printing import faces
from bot.printing.svg import FRAME_MM, RULE_MM
from bot.printing.values import Face, Line, PlacedCode, Sheet

if TYPE_CHECKING:
    from fpdf import FPDF

MIME = "application/pdf"
POINTS = 72 / 25.4

# It tells each step of making a subset, seventy lines a file.
logging.getLogger("fontTools").setLevel(logging.WARNING)


def write(sheet: Sheet, *, title: str, made_at: datetime) -> bytes:
    """The file. `made_at`: written into it as its date."""
    from fpdf import FPDF  # a third of a second that not every start is to pay for

    pdf = FPDF(unit="mm", format=(sheet.width, sheet.height))
    pdf.set_margin(0)
    pdf.set_auto_page_break(False)
    pdf.set_creation_date(made_at)
    pdf.set_title(title)
    pdf.set_lang("zh-CN")
    for face in sorted({glyph.letter.face for line in sheet.lines for glyph in line.glyphs}):
        pdf.add_font(face.value, fname=faces.path(face))
    pdf.add_page()
    pdf.set_line_width(FRAME_MM)
    pdf.rect(FRAME_MM / 2, FRAME_MM / 2, sheet.width - FRAME_MM, sheet.height - FRAME_MM)
    pdf.set_line_width(RULE_MM)
    for rule in sheet.rules:
        pdf.line(rule.x, rule.y, rule.x + rule.length, rule.y)
    for line in sheet.lines:
        _letters(pdf, line)
    for placed in sheet.codes:
        _squares(pdf, placed)
    return bytes(pdf.output())


def _letters(pdf: FPDF, line: Line) -> None:
    for glyph in line.glyphs:
        face = glyph.letter.face
        pdf.set_font(face.value, size=line.size * POINTS)
        _thicken(pdf, face, line.size)
        pdf.text(glyph.x, line.baseline, glyph.letter.shown)


def _thicken(pdf: FPDF, face: Face, size: float) -> None:
    from fpdf.enums import TextMode

    thick = faces.STROKE[face] * size
    pdf.text_mode = TextMode.FILL_STROKE if thick else TextMode.FILL
    if thick:
        pdf.set_line_width(thick)


def _squares(pdf: FPDF, placed: PlacedCode) -> None:
    for row, squares in enumerate(placed.code.squares):
        at = 0
        for dark, run in groupby(squares):
            many = len(list(run))
            if dark:
                pdf.rect(placed.x + at * placed.step, placed.y + row * placed.step, many * placed.step, placed.step,
                         style="F")
            at += many
