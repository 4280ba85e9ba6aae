"""Tables as files for a spreadsheet: CSV and XLSX. Knows values only, no screen and no row of the database.

What readers wrote may stand in a cell, so no cell is ever a formula: a spreadsheet would run it on the editor's machine.
"""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from bot import directions
from bot.clock import SHANGHAI


@dataclass(frozen=True, slots=True)
class Money:
    """A sum in fen, written as a number of yuan with two decimals."""

    fen: int


Cell = str | int | float | Fraction | Decimal | Money | date | datetime | None
"""A text, a number, a sum of money, a day, an aware moment (written in Shanghai's time) or nothing."""
Plain = str | int | float | date | datetime | None

BOM = "\ufeff"
"""Without it Excel takes a CSV file for the local code page, and Chinese comes out as garbage."""
STARTS_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""A text that begins so is run by a spreadsheet (OWASP, CSV injection); the full-width ones by Chinese and Japanese Excel."""
DEFUSED = "'"
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML 1.0 cannot hold; half a surrogate pair is none of UTF-8 either."""
LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""Excel reads _x0041_ as A; an underscore written as _x005F_ stays itself (ECMA-376, ST_Xstring)."""
LONGEST_CELL = 32767
"""Characters of one XLSX cell; beyond them Excel calls the whole file damaged."""
NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
LONGEST_SHEET_NAME = 31
DECIMALS = 6
NARROWEST, WIDEST = 8, 60
"""Width of a column, in half-width characters."""


class FileKind(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


MIME_TYPES = {
    FileKind.CSV: "text/csv; charset=utf-8",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its name, the headings, the rows. A row may be shorter than the headings, not longer."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def write(sheets: Sequence[Sheet], kind: FileKind) -> bytes:
    """The whole file. CSV knows one table: several stand below each other, their titles above them."""
    return to_xlsx(sheets) if kind is FileKind.XLSX else to_csv(sheets)


def to_csv(sheets: Sequence[Sheet]) -> bytes:
    """UTF-8 with a byte order mark, lines ended by CRLF, no cell a formula."""
    output = io.StringIO(newline="")
    writer = csv.writer(output)
    for number, sheet in enumerate(sheets):
        if len(sheets) > 1:
            writer.writerows([[]] * bool(number) + [[_csv_cell(sheet.title)]])
        for row in _lines(sheet):
            writer.writerow([_csv_cell(cell) for cell in row])
    return (BOM + output.getvalue()).encode("utf-8")


def to_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """A workbook with a sheet for each table: bold heading that stays in sight, columns as wide as what they hold."""
    # Here, not above: it brings numpy along, twenty megabytes in every worker that takes messages.
    from openpyxl import Workbook  # type: ignore[import-untyped]
    from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

    book = Workbook(write_only=True)
    names: set[str] = set()
    for sheet in sheets:
        page = book.create_sheet(_sheet_name(sheet.title, names))
        page.freeze_panes = "A2"
        cells = list(_lines(sheet))
        rows = [[_plain(cell) for cell in row] for row in cells]
        for index, width in enumerate(_widths(rows), 1):
            page.column_dimensions[get_column_letter(index)].width = width
        for number, row in enumerate(rows):
            page.append([_xlsx_cell(page, value, heading=number == 0, money=isinstance(cell, Money))
                         for value, cell in zip(row, cells[number], strict=True)])
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def defused(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return DEFUSED + text if text.startswith(STARTS_FORMULA) else text


def _lines(sheet: Sheet) -> Iterator[Sequence[Cell]]:
    yield sheet.columns
    for row in sheet.rows:
        if len(row) > len(sheet.columns):
            raise ValueError(f"a row of {len(row)} cells below {len(sheet.columns)} headings")
        yield row


def _plain(cell: Cell) -> Plain:
    """What both kinds of file can hold. ValueError for a naive moment."""
    if isinstance(cell, Money):
        return cell.fen / 100
    if isinstance(cell, datetime):
        if cell.tzinfo is None:
            raise ValueError(f"naive datetime: {cell!r}")
        return cell.astimezone(SHANGHAI).replace(tzinfo=None)
    if isinstance(cell, str):
        return _clean(cell)
    if isinstance(cell, (float, Fraction, Decimal)):
        number = round(float(cell), DECIMALS)
        return number if math.isfinite(number) else None
    return cell


def _clean(text: str) -> str:
    """Without what no file holds, line ends as one sign; a mark that would turn round the rest of a row by its number."""
    return directions.named(UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def _csv_cell(cell: Cell) -> str:
    if isinstance(cell, Money):
        return f"{Decimal(cell.fen) / 100:.2f}"
    value = _plain(cell)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return defused(value) if isinstance(value, str) else str(value)


def _xlsx_cell(page: Any, value: Plain, *, heading: bool, money: bool) -> Any:
    from openpyxl.cell.cell import WriteOnlyCell  # type: ignore[import-untyped]
    from openpyxl.styles import Font  # type: ignore[import-untyped]

    made = WriteOnlyCell(page, (_fitting(value) or None) if isinstance(value, str) else value)
    if money:
        made.number_format = "0.00"
    if isinstance(value, str) and value:
        made.data_type = "s"  # openpyxl takes "=1+1" for a formula and "#N/A" for an error
    if isinstance(value, datetime):
        made.number_format = "yyyy-mm-dd hh:mm:ss"
    elif isinstance(value, date):
        made.number_format = "yyyy-mm-dd"
    if heading:
        made.font = Font(bold=True)
    return made


def _fitting(text: str) -> str:
    written = LOOKS_ESCAPED.sub("_x005F_", text)
    return written if len(written) <= LONGEST_CELL else written[: LONGEST_CELL - 1] + "…"


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name that Excel takes, different from those before it (it knows no difference of case)."""
    base = NO_SHEET_NAME.sub(" ", _clean(title)).strip(" '")[:LONGEST_SHEET_NAME] or "表"
    name, number = base, 1
    while name.casefold() in taken:
        number += 1
        name = f"{base[: LONGEST_SHEET_NAME - len(str(number)) - 1]} {number}"
    taken.add(name.casefold())
    return name


def _widths(rows: Iterable[Sequence[Plain]]) -> list[int]:
    widths: list[int] = []
    for row in rows:
        widths += [NARROWEST] * (len(row) - len(widths))
        for index, value in enumerate(row):
            widths[index] = max(widths[index], min(WIDEST, _width(value) + 2))
    return widths


def _width(value: Plain) -> int:
    """Half-width characters of the longest line."""
    if isinstance(value, datetime):
        return 19
    lines = str("" if value is None else value)[: WIDEST * 4].split("\n")
    return max(sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in line) for line in lines)
