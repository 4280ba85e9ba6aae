"""PDF files → the pages of one issue, and the pictures of those pages when they are wanted. Writes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from bot.catalogue.exchange import PageFile
from bot.catalogue.pdf.furniture import Head
from bot.catalogue.pdf.issue import number_in, pages_of
from bot.catalogue.pdf.page import lay_out
from bot.catalogue.pdf.scan import Recognise, with_seen
from bot.catalogue.pdf.values import MOST_PAGES, Laid
from bot.errors import ImportProblem

LARGEST_PDF = 400 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PictureSource:
    """A page of a PDF, to be rendered later."""

    name: str
    data: bytes = field(repr=False)
    page: int


Pages = tuple[tuple[PageFile, ...], list[Head], tuple[PictureSource | None, ...], list[str]]


def read_pdfs(files: Sequence[tuple[str, bytes]], progress: Callable[[int, int], None],
              recognise: Recognise | None = None, begin: Callable[[str], None] | None = None
              ) -> Pages:  # fmt: skip
    """(pages, their heads, where their pictures come from, what an editor should know). ImportProblem names every file
    that cannot be read. `begin` is told the name of each file before it is opened."""
    begin = begin or _nobody
    ordered = sorted(files, key=lambda file: _order(file[0]))
    counts = _counts(ordered, begin)
    total = sum(counts.values())
    laid: list[Laid] = []
    seen: set[int] = set()
    sources: list[PictureSource | None] = []
    for name, data in ordered:
        before = len(laid)
        begin(name)
        laid += _pages(name, data, before, lambda done: progress(done, total), recognise, seen)
        sources += [PictureSource(name, data, page) for page in range(len(laid) - before)]
    hints = [number_in(source.name) if source and counts[source.name] == 1 else None for source in sources]
    pages = pages_of(laid, hints)
    heads = [Head(one.top + "".join(line.text for line in one.lines[:3]), one.date) for one in laid]
    return pages, heads, tuple(sources), _notes(pages, laid, seen)


def _nobody(_name: str) -> None:
    """Nobody wants to know which file is begun."""


def _counts(files: Sequence[tuple[str, bytes]], begin: Callable[[str], None]) -> dict[str, int]:
    """How many pages each file has. ImportProblem names every file that cannot be opened."""
    problems: list[str] = []
    counts: dict[str, int] = {}
    for name, data in files:
        begin(name)
        try:
            counts[name] = _count(name, data)
        except ImportProblem as found:
            problems += found.problems
    total = sum(counts.values())
    if not problems and total > MOST_PAGES:
        problems.append(f"这些PDF一共{total}页，一期报纸最多{MOST_PAGES}版，是不是多选了文件？")
    if problems:
        raise ImportProblem(problems)
    return counts


def _notes(pages: Sequence[PageFile], laid: Sequence[Laid], seen: set[int]) -> list[str]:
    notes = []
    for n, (page, one) in enumerate(zip(pages, laid, strict=True)):
        if not one.lines:
            notes.append(f"{page.number}版没有文字层（可能是扫描的图），只存了版面图，文字要另外录入。")
        elif n in seen:
            notes.append(f"{page.number}版是扫描的图，文字由机器识别，请对着版面图核对。")
    return notes


def _order(name: str) -> tuple[int, list[object]]:
    """By the page number in the name, else as people sort: 2 before 10."""
    number = number_in(name)
    digits = [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", PurePath(name).name)]
    first = re.search(r"\d+", number) if number else None
    letter = ord(number[0]) * 100 if number and number[0].isalpha() else 0
    return (letter + int(first.group()) if first else 10_000, digits)


def _count(name: str, data: bytes) -> int:
    from bot.catalogue.pdf.reading import opened  # with pdfium

    if len(data) > LARGEST_PDF:
        raise ImportProblem([f"{name}：文件太大，最多{LARGEST_PDF // 1024 // 1024} MB。"])
    with opened(name, data) as document:
        return len(document)


def _pages(name: str, data: bytes, before: int, done: Callable[[int], None], recognise: Recognise | None,
           seen: set[int]) -> list[Laid]:  # fmt: skip
    """`seen` takes the numbers of pages whose text was recognised on their picture."""
    from bot.catalogue.pdf.reading import content_of, opened, picture_of

    laid: list[Laid] = []
    with opened(name, data) as document:
        for number in range(len(document)):
            content = content_of(name, document, number)
            if not content.glyphs and recognise is not None:
                picture, width, height = picture_of(document, number)
                content = with_seen(content, recognise(picture), width, height)
                seen.add(before + number)
            laid.append(lay_out(content))
            done(before + len(laid))
    return laid


def draw(sources: Sequence[PictureSource | None], put: Callable[[int, bytes, int, int], None],
         begin: Callable[[str], None] | None = None) -> None:  # fmt: skip
    """Gives `put` (which source, WebP, width and height in pixels) for every page that has a source."""
    from bot.catalogue.pdf.reading import opened, picture_of

    of_file: dict[int, list[tuple[int, PictureSource]]] = {}
    for n, source in enumerate(sources):
        if source is not None:
            of_file.setdefault(id(source.data), []).append((n, source))
    for pages in of_file.values():
        (begin or _nobody)(pages[0][1].name)
        with opened(pages[0][1].name, pages[0][1].data) as document:
            for n, source in pages:
                put(n, *picture_of(document, source.page))
