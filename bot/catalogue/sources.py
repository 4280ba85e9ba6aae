"""Files of any kind → issues as the importer takes them. Opens files' bytes, no database; says what is wrong in Chinese.

JSON files are an issue each. All other files of one import (PDF pages, texts, a table of titles) are one issue, whose
paper and month are told by the caller or read off the pages' heads.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from bot.catalogue import pdf_pages, titles
from bot.catalogue.exchange import LONGEST, MONTH, YEARS, IssueFile, PageFile, parse_issue
from bot.catalogue.pdf.furniture import Head
from bot.catalogue.pdf.scan import Recognise
from bot.catalogue.pdf.values import looks_like_pdf
from bot.catalogue.pdf_pages import PictureSource
from bot.catalogue.plain import pages_of_texts
from bot.errors import ImportProblem

READER = b"4"
"""Raised whenever files are read differently, so that the same file imported again is not taken for unchanged."""
NOTHING = "这次什么都没有导入。"
SEVERAL = "看起来不是同一期，请一期一期分开导入；要是都是一期的，就写明是哪份报纸、哪一期。"
TELL_HOW = "命令行用 --paper 和 --issue 写明。"
LEFT_THERE = frozenset({"thumbs.db", "desktop.ini"})
PACKED = frozenset({".zip", ".rar", ".7z", ".tar", ".gz", ".tgz"})
BETTER = {".doc": "TXT", ".docx": "TXT", ".wps": "TXT", ".rtf": "TXT", ".xls": "XLSX", ".et": "XLSX", ".jpg": "PDF",
          ".jpeg": "PDF", ".png": "PDF", ".tif": "PDF", ".tiff": "PDF", ".ofd": "PDF", ".indd": "PDF", ".fit": "PDF",
          ".s72": "PDF", ".ps": "PDF", ".eps": "PDF"}  # fmt: skip
"""What another kind of file is better saved as."""

Progress = Callable[[int, int], None]
"""Told (pages done, pages in all)."""
Begin = Callable[[str], None]
"""Told the name of each file before it is opened."""


class Untold(ImportProblem):
    """Nothing is wrong with the files, but paper or issue must be told."""


@dataclass(frozen=True, slots=True)
class Hint:
    """What the caller knows. `month` is YYYY-MM; `known`: the papers there are, each with its other names."""

    paper: str | None = None
    month: str | None = None
    published_on: date | None = None
    known: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class ReadIssue:
    """One issue as read. `pictures`: where the picture of each page comes from (None: there is none)."""

    file: IssueFile
    digest: str
    notes: tuple[str, ...] = ()
    pictures: tuple[PictureSource | None, ...] = ()


def issue_date(text: str) -> tuple[str, date | None]:
    """(month, day) of 2026-11 or 2026-11-08; ValueError for anything else."""
    if MONTH.fullmatch(text):
        return text, None
    day = date.fromisoformat(text)
    if day.year not in YEARS:
        raise ValueError(f"no year of a paper: {day.year}")
    return f"{day:%Y-%m}", day


def read(files: Sequence[tuple[str, bytes]], hint: Hint = Hint(), progress: Progress | None = None,
         recognise: Recognise | None = None, begin: Begin | None = None) -> list[ReadIssue]:  # fmt: skip
    """Reads all files. ImportProblem lists every problem of every file; then nothing was read. Untold where only paper
    or issue must be told.

    `recognise` reads the pictures of PDF pages that have no text; without it they stay without articles.
    """
    problems: list[str] = []
    issues: list[ReadIssue] = []
    others: dict[str, list[tuple[str, bytes]]] = {"pdf": [], "text": [], "table": []}
    for name, data in files:
        kind = _kind(name, data)
        if kind is None:
            problems.append(f"{name}：{_strange(name, data)}")
        elif kind != "json":
            others[kind].append((name, data))
        else:
            problems += _tried(issues, lambda name=name, data=data: ReadIssue(  # type: ignore[misc]
                parse_issue(name, data), hashlib.sha256(data).hexdigest()))
    if any(others.values()):
        def read_pdfs(given: Sequence[tuple[str, bytes]]) -> pdf_pages.Pages:
            return pdf_pages.read_pdfs(given, progress or (lambda _done, _all: None), recognise, begin)

        try:
            issues.append(_one_issue(others, hint, read_pdfs))
        except Untold as found:
            if not problems:
                raise
            problems += found.problems
        except ImportProblem as found:
            problems += found.problems
    if problems:
        raise ImportProblem(problems)
    if not issues:
        raise ImportProblem(["请先选一个或几个文件。"])
    return issues


def worth_reading(name: str) -> bool:
    """Whether a file found in a folder is meant: not hidden, not what systems and programs leave there."""
    parts = PurePath(name).parts
    last = parts[-1] if parts else ""
    return bool(last) and not last.startswith((".", "~$")) and last.lower() not in LEFT_THERE and "__MACOSX" not in parts


def _tried(issues: list[ReadIssue], make: Callable[[], ReadIssue]) -> list[str]:
    """Adds what `make` gives, or gives the problems it found."""
    try:
        issues.append(make())
    except ImportProblem as found:
        return found.problems
    return []


def _strange(name: str, data: bytes) -> str:
    """Why a file of another kind is not taken, and what to do."""
    ending = PurePath(name).suffix.lower()
    if not data:
        return "文件是空的，请重新导出一次。"
    if ending in PACKED or (data[:2] == b"PK" and not ending):
        return "这是压缩包，请先解压，再选里面的文件。"
    if ending in BETTER:
        return f"请另存为{BETTER[ending]}再导入。"
    return "不认识这种文件。可以导入PDF、JSON、TXT、XLSX和CSV。"


def _kind(name: str, data: bytes) -> str | None:
    ending = PurePath(name).suffix.lower()
    if ending == ".pdf" or looks_like_pdf(data):
        return "pdf"
    if ending == ".json" or (not ending and data.lstrip()[:1] == b"{"):
        return "json"
    return {".txt": "text", ".md": "text", ".xlsx": "table", ".csv": "table"}.get(ending)


def _one_issue(files: dict[str, list[tuple[str, bytes]]], hint: Hint,
               read_pdfs: Callable[[Sequence[tuple[str, bytes]]], pdf_pages.Pages]) -> ReadIssue:  # fmt: skip
    if sum(1 for kind in files.values() if kind) > 1:
        raise ImportProblem(["PDF、文字和标题表请分开导入，一次只选一种。"])
    kind, given = next((kind, given) for kind, given in files.items() if given)
    pictures: tuple[PictureSource | None, ...] = ()
    notes: list[str] = []
    if kind == "pdf":
        pages, heads, pictures, notes = read_pdfs(given)
        _refuse_several(zip(pictures, heads, strict=True), hint)
    elif kind == "text":
        pages, heads = pages_of_texts(given)
    else:
        pages, heads = titles.pages_of_tables(given)
    source = given[0][0] if len(given) == 1 else f"{given[0][0]}等{len(given)}个文件"
    paper, month, day = _whose(source, heads, hint)
    file = IssueFile(source, paper, (), month, day, pages, keys_are_ours=True)
    return ReadIssue(file, _digest(given, file), tuple(notes), pictures)


def _refuse_several(pages: Iterable[tuple[PictureSource | None, Head]], hint: Hint) -> None:
    """Untold where the files' heads name several papers or months, and the caller did not say which is meant."""
    heads: dict[str, list[Head]] = {}
    for source, head in pages:
        if source:
            heads.setdefault(source.name, []).append(head)
    papers = {name: hint.paper or _paper_in([head.text for head in said], hint) for name, said in heads.items()}
    months = {name: hint.month or next((head.date[:7] for head in said if head.date), None) for name, said in heads.items()}
    if all(len(set(said.values()) - {None}) < 2 for said in (papers, months)):
        return
    raise Untold([f"{name}：{papers[name] or '看不出是哪份报纸'}，{_month_words(months[name])}。"
                  for name in heads if papers[name] or months[name]] + [SEVERAL])


def _month_words(month: str | None) -> str:
    return f"{month[:4]}年{int(month[5:])}月" if month else "看不出是哪一期"


def _digest(files: Sequence[tuple[str, bytes]], file: IssueFile) -> str:
    whole = hashlib.sha256(READER + f"{file.edition} {file.month} {file.published_on}".encode())
    for name, data in sorted(files):
        whole.update(PurePath(name).name.encode() + hashlib.sha256(data).digest())
    return whole.hexdigest()


def _whose(source: str, heads: Sequence[Head], hint: Hint) -> tuple[str, str, date | None]:
    """Paper, month and day: as the caller said, else as the pages' heads say."""
    problems: list[str] = []
    paper = hint.paper or _paper_in([head.text for head in heads], hint)
    if paper is None:
        problems.append(f"{source}：看不出是哪份报纸，请选一下报纸。")
    elif len(paper) > LONGEST["edition"]:
        raise ImportProblem([f"{source}：报纸的名字最多{LONGEST['edition']}个字。"])
    day = hint.published_on
    if hint.month is None:
        day = next((date.fromisoformat(head.date) for head in heads if head.date), None)
    month = hint.month or (f"{day:%Y-%m}" if day else None)
    if month is None:
        problems.append(f"{source}：看不出是哪一期，请写上年月，比如2026-11。")
    if paper is None or month is None:
        raise Untold(problems)
    return paper, month, day


def _paper_in(texts: Sequence[str], hint: Hint) -> str | None:
    """The one known paper that the heads name in full; else the one whose longest other name stands there."""
    said = _letters("".join(texts))
    named = [name for name, _ in hint.known if _letters(name) in said]
    if named:
        return max(named, key=len)
    other = [(len(alias), name) for name, aliases in hint.known for alias in aliases
             if len(_letters(alias)) >= 2 and _letters(alias) in said]  # fmt: skip
    best = {name for length, name in other if length == max(other)[0]}
    return best.pop() if len(best) == 1 else None


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


def with_pages(issue: ReadIssue, pages: tuple[PageFile, ...]) -> ReadIssue:
    """The issue with other pages (their pictures named, for instance)."""
    file = issue.file
    return ReadIssue(
        IssueFile(file.source, file.edition, file.aliases, file.month, file.published_on, pages, file.keys_are_ours),
        issue.digest, issue.notes, issue.pictures)
