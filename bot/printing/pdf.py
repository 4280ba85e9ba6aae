"""A set box as PDF, one page of its size, the faces embedded as subsets: the words can be searched and copied."""

from __future__ import annotations

import logging
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from bot.printing import faces
from bot.printing.svg import FRAME_MM, RULE_MM
from bot.printing.values import Line, PlacedCode, Sheet

if TYPE_CHECKING:
    from fpdf import FPDF

MIME = "application/pdf"
POINTS = 72 / 25.4

# It tells each step of making a subset, seventy lines a file.
logging.getLogger("fontTools").setLevel(logging.WARNING)


def write(sheet: Sheet, *, title: str, made_at: datetime) -> bytes:
    """The file. `made_at`: written into it as its date."""
    from fpdf import FPDF  # a third of a second that not every start is to pay for

    # In points throughout: fpdf2 writes the width of a letter's stroke as points, whatever the unit is.
    pdf = FPDF(unit="pt", format=(sheet.width * POINTS, sheet.height * POINTS))
    pdf.set_margin(0)
    pdf.set_auto_page_break(False)
    pdf.set_creation_date(made_at)
    pdf.set_title(title)
    pdf.set_lang("zh-CN")
    for face in sorted({glyph.letter.face for line in sheet.lines for glyph in line.glyphs}):
        pdf.add_font(face.value, fname=faces.path(face))
    pdf.add_page()
    pdf.set_line_width(FRAME_MM * POINTS)
    _frame(pdf, sheet)
    pdf.set_line_width(RULE_MM * POINTS)
    for rule in sheet.rules:
        pdf.line(rule.x * POINTS, rule.y * POINTS, (rule.x + rule.length) * POINTS, rule.y * POINTS)
    for line in sheet.lines:
        _letters(pdf, line)
    for placed in sheet.codes:
        _squares(pdf, placed)
    return bytes(pdf.output())


def _frame(pdf: FPDF, sheet: Sheet) -> None:
    inner = FRAME_MM / 2 * POINTS
    pdf.rect(inner, inner, sheet.width * POINTS - 2 * inner, sheet.height * POINTS - 2 * inner)


def _letters(pdf: FPDF, line: Line) -> None:
    from fpdf.enums import TextMode

    for face, run in groupby(line.glyphs, key=lambda glyph: glyph.letter.face):
        pdf.set_font(face.value, size=line.size * POINTS)
        thick = faces.STROKE[face] * line.size * POINTS
        # What is set for some letters would hold for all that follow.
        with pdf.local_context(**({"text_mode": TextMode.FILL_STROKE, "line_width": thick} if thick else {})):
            for glyph in run:
                pdf.text(glyph.x * POINTS, line.baseline * POINTS, glyph.letter.shown)


def _squares(pdf: FPDF, placed: PlacedCode) -> None:
    step = placed.step * POINTS
    for row, squares in enumerate(placed.code.squares):
        at = 0
        for dark, run in groupby(squares):
            many = len(list(run))
            if dark:
                pdf.rect(placed.x * POINTS + at * step, placed.y * POINTS + row * step, many * step, step, style="F")
            at += many
