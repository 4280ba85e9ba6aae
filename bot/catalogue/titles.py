"""A table of titles (xlsx or csv) → pages with articles known by title, so that readers' titles are understood. Pure."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from bot.catalogue.exchange import LONGEST, ArticleFile, PageFile
from bot.catalogue.pdf.furniture import Head, page_number
from bot.catalogue.plain import decoded
from bot.errors import ImportProblem

MOST_ROWS = 5_000
MOST_COLUMNS = 40
LARGEST_TABLE = 20 * 1024 * 1024
MOST_UNFOLDED = 60 * 1024 * 1024
"""Bytes that an xlsx may unfold to: each becomes some ten in memory."""
COLUMNS = {
    "page": ("版", "版面", "版次", "版号", "页", "页码", "第几版", "所在版面"),
    "name": ("版名", "栏目", "版面名称"),
    "title": ("标题", "题目", "文章", "文章名称", "文章标题", "主题", "篇名"),
    "subtitle": ("副题", "副标题", "引题", "肩题"),
    "byline": ("作者", "记者", "署名", "通讯员"),
    "body": ("正文", "内容", "全文"),
}
"""What the head of a column may be called."""


@dataclass
class _Page:
    name: str | None = None
    articles: list[ArticleFile] = field(default_factory=list)


def pages_of_tables(files: Sequence[tuple[str, bytes]]) -> tuple[tuple[PageFile, ...], list[Head]]:
    """(pages in the order of the rows, nothing of heads). ImportProblem names the file and the row."""
    pages: dict[str, _Page] = {}
    problems: list[str] = []
    for name, data in files:
        try:
            _take(name, _rows(name, data), pages, problems)
        except ImportProblem as found:
            problems += found.problems
    if problems:
        raise ImportProblem(problems)
    if not pages:
        raise ImportProblem([f"{files[0][0]}：表里没有标题。"])
    return tuple(PageFile(number, page.name, (), tuple(page.articles)) for number, page in pages.items()), []


def _take(source: str, rows: list[list[str]], pages: dict[str, _Page], problems: list[str]) -> None:
    start, places = _head(source, rows)
    last = None
    for number, row in enumerate(rows[start:], start + 1):
        cells = {what: row[at].strip() if at < len(row) else "" for what, at in places.items()}
        if not any(cells.values()):
            continue
        # A page is often written only in the first of its rows.
        last = page_number(cells["page"]) if cells["page"] else last
        if last is None:
            problems.append(f"{source}：第{number}行看不出是第几版（{cells['page'] or '空的'}）。")
        elif not cells["title"]:
            problems.append(f"{source}：第{number}行没有标题。")
        elif len(cells["title"]) > LONGEST["title"]:
            problems.append(f"{source}：第{number}行的标题太长，最多{LONGEST['title']}个字。")
        else:
            page = pages.setdefault(last, _Page())
            page.name = page.name or cells.get("name", "")[:LONGEST["name"]] or None
            page.articles.append(_article(f"{last}-{len(page.articles) + 1}", cells))


def _article(key: str, cells: dict[str, str]) -> ArticleFile:
    paragraphs = tuple(line.strip() for line in cells.get("body", "").splitlines() if line.strip())
    return ArticleFile(key, "news", cells["title"], cells.get("subtitle") or None, cells.get("byline") or None, paragraphs)


def _head(source: str, rows: list[list[str]]) -> tuple[int, dict[str, int]]:
    """(first row after the head, column of each thing). A table of two columns needs no head: page and title."""
    for number, row in enumerate(rows[:10]):
        places: dict[str, int] = {}
        for at, cell in enumerate(row):
            what = next((w for w, words in COLUMNS.items() if re.sub(r"\s", "", cell) in words), None)
            if what:
                places.setdefault(what, at)
        if {"page", "title"} <= places.keys():
            return number + 1, places
    if rows and len(rows[0]) >= 2 and page_number(rows[0][0]) and rows[0][1].strip():
        return 0, {"page": 0, "title": 1}
    raise ImportProblem([f"{source}：表头里要有“版面”和“标题”两栏。"])


def _rows(source: str, data: bytes) -> list[list[str]]:
    if not data:
        raise ImportProblem([f"{source}：文件是空的。"])
    if len(data) > LARGEST_TABLE:
        raise ImportProblem([f"{source}：文件太大，最多{LARGEST_TABLE // 1024 // 1024} MB。"])
    found = _sheet(source, data) if data[:2] == b"PK" else _separated(source, decoded(source, data))
    rows = list(islice(found, MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise ImportProblem([f"{source}：行太多，一期最多{MOST_ROWS}行。"])
    return rows


def _separated(source: str, text: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text))
    try:
        for row in reader:
            yield row[:MOST_COLUMNS]
    except csv.Error:  # a field longer than 128 K characters: a quotation mark that nobody closed, mostly
        raise ImportProblem([f"{source}：第{reader.line_num}行太长，读不了。"]) from None


def _sheet(source: str, data: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNFOLDED:
                raise ImportProblem([f"{source}：表太大了。"])
        found = [["" if cell is None else _said(cell) for cell in row] for row in _cells(data, data_only=True)]
        if any("" in row for row in found):
            _refuse_uncounted(source, found, data)
    except (zipfile.BadZipFile, zlib.error, LookupError, ValueError, TypeError, AttributeError, EOFError, OSError, SyntaxError,
            RuntimeError):  # fmt: skip
        raise ImportProblem([f"{source}：表打不开，请另存为XLSX或CSV再导入。"]) from None
    yield from found


def _cells(data: bytes, *, data_only: bool) -> list[tuple[object, ...]]:
    """The rows of the first sheet; `data_only`: what formulas came to, not the formulas."""
    from openpyxl import load_workbook  # type: ignore[import-untyped]  # here: it is large, see bot.exports

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=data_only)
    try:
        return list(book.worksheets[0].iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS, values_only=True))
    finally:
        book.close()


def _refuse_uncounted(source: str, found: Sequence[Sequence[str]], data: bytes) -> None:
    """ImportProblem for cells that hold a formula and not what it came to, as some programs write them."""
    rows = [number for number, row in enumerate(_cells(data, data_only=False), 1)
            for at, cell in enumerate(row) if isinstance(cell, str) and cell.startswith("=") and not found[number - 1][at]]
    if rows:
        raise ImportProblem([f"{source}：第{rows[0]}行有公式，文件里没有存下它的结果。请在表格软件里打开、保存一次，再导入。"])


def _said(cell: object) -> str:
    """A number as people write it: 2, not 2.0."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
