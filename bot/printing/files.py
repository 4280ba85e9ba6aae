"""The same words in every form, for both columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.printing import breaking, faces, layout, pdf, plain, svg, word
from bot.printing.values import COLUMNS, Code, FileKind, Section, Sheet, Width
from bot.publishing import code_pictures

MIME_TYPES = {FileKind.TEXT: "text/plain; charset=utf-8", FileKind.WORD: word.MIME, FileKind.SVG: svg.MIME,
              FileKind.PDF: pdf.MIME}


@dataclass(frozen=True, slots=True)
class Printed:
    """What is to be set. `title`: what it is."""

    title: str
    sections: tuple[Section, ...]


def code(address: str, caption: str) -> Code:
    """The QR code of an address, with the words beneath it."""
    return Code(address, tuple(bytes(row) for row in code_pictures.code_of(address).matrix), caption)


def sheet(printed: Printed, width: Width) -> Sheet:
    return layout.lay(printed.sections, COLUMNS[width], faces.letter)


def sizes(printed: Printed) -> dict[Width, tuple[int, int]]:
    """Width and height of the box in whole millimetres, for whoever makes room for it on the page."""
    return {width: (round(one.width), round(one.height)) for width in Width for one in (sheet(printed, width),)}


def write(printed: Printed, width: Width, kind: FileKind, *, made_at: datetime) -> bytes:
    """The file. `made_at`: written into those kinds that bear a date."""
    match kind:
        case FileKind.TEXT:
            return plain.write(printed.sections, COLUMNS[width])
        case FileKind.WORD:
            return word.write(printed.sections, COLUMNS[width], title=printed.title, made_at=made_at)
        case FileKind.SVG:
            return svg.write(sheet(printed, width), title=printed.title)
        case FileKind.PDF:
            return pdf.write(sheet(printed, width), title=printed.title, made_at=made_at)


def lacking(printed: Printed) -> tuple[str, ...]:
    """The characters that neither face has and that are drawn as □, each once."""
    return faces.lacking(one for section in printed.sections for block in section.blocks
                         for one in breaking.one_line(block.text))
