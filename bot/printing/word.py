"""The box as a Word file: a frame as wide as the column, words as words, so that the layout editor can go on with them."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

from bot.printing import breaking
from bot.printing.layout import CAPTION, STYLES
from bot.printing.values import BODY_MM, Block, Code, Column, Face, Kind, Section
from bot.publishing import code_pictures

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FONTS = {Face.BODY: "宋体", Face.HEAD: "黑体"}
"""What every Chinese Windows has; the paper's own take their place there."""
POINTS = 72 / 25.4
LINES = 1.25


def write(sections: tuple[Section, ...], column: Column, *, title: str, made_at: datetime) -> bytes:
    """The file. `made_at`: written into it as its date."""
    from docx import Document  # with lxml, which not every start is to pay for
    from docx.shared import Mm

    document = Document()
    document.sections[0].page_width, document.sections[0].page_height = Mm(210), Mm(297)
    _about(document, title, made_at)
    table = document.add_table(1, 1)
    table.autofit = False
    table.style = "Table Grid"
    cell = table.cell(0, 0)
    table.columns[0].width = cell.width = Mm(column.width)
    paragraphs = [cell.paragraphs[0]]
    for n, section in enumerate(sections):
        for block in section.blocks:
            _paragraph(paragraphs.pop() if paragraphs else cell.add_paragraph(), block, column, first=n == 0)
        if section.code is not None:
            _code(cell, section.code, column)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _about(document: Any, title: str, made_at: datetime) -> None:
    from docx.oxml.ns import qn

    about = document.core_properties
    about.title, about.author, about.comments, about.language = title, "", "", "zh-CN"
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")  # lines break as Chinese ones do
    about.created = about.modified = made_at.replace(tzinfo=None)


def _paragraph(paragraph: Any, block: Block, column: Column, *, first: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    style = STYLES[block.kind]
    text = breaking.one_line(block.text)
    size = column.headline if block.kind is Kind.HEADLINE else style.size
    if style.fits is not None and text:
        size = max(style.fits, min(size, column.chars / len(text)))
    points = size * BODY_MM * POINTS
    shape = paragraph.paragraph_format
    shape.space_before, shape.space_after = Pt(0 if first or block.kind is not Kind.HEAD else points / 2), Pt(0)
    shape.line_spacing = LINES
    shape.first_line_indent = Pt(style.indent * points) if style.indent else None
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if style.align == "centre" else WD_ALIGN_PARAGRAPH.JUSTIFY
    for words, face in ((text[: block.strong], Face.HEAD), (text[block.strong :], style.face)):
        if words:
            _run(paragraph, words, face, points)


def _run(paragraph: Any, words: str, face: Face, points: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run = paragraph.add_run(words)
    run.font.name, run.font.size, run.font.bold = FONTS[face], Pt(round(points * 2) / 2), face is Face.HEAD
    # Word takes Chinese letters from a font of its own setting.
    run._element.rPr.rFonts.set(qn("w:eastAsia"), FONTS[face])


def _code(cell: Any, code: Code, column: Column) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    paragraph = cell.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run().add_picture(BytesIO(code_pictures.png(code.address)), width=Mm(column.code_mm))
    caption = cell.add_paragraph()
    caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(caption, breaking.one_line(code.caption), Face.BODY, CAPTION * BODY_MM * POINTS)
