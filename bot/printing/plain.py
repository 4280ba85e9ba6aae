"""The box as plain text, its lines as long as the column holds: for typesetting programs that take nothing else. Pure."""

from __future__ import annotations

import unicodedata

from bot.printing import breaking
from bot.printing.values import Column, Kind, Section

HALF, FULL = 0.5, 1.0
BOM = "\ufeff"
"""Without it older editors on Windows take the file for the local code page."""
INDENT = "\u3000\u3000"


def write(sections: tuple[Section, ...], column: Column) -> bytes:
    """UTF-8 with Windows' line ends, an empty line between the sections."""
    return (BOM + "\r\n".join(lines(sections, column)) + "\r\n").encode()


def lines(sections: tuple[Section, ...], column: Column) -> list[str]:
    found: list[str] = []
    for section in sections:
        found += [""] if found else []
        for block in section.blocks:
            text = breaking.one_line(block.text)
            indent = INDENT if block.kind is Kind.PARAGRAPH else ""
            ems = [FULL if unicodedata.east_asian_width(one) in "WFA" else HALF for one in text]
            spans = breaking.lines(text, ems, column.chars, indent=len(indent), press=False)
            found += [(indent if n == 0 else "") + text[start:end] for n, (start, end) in enumerate(spans)]
    return found
