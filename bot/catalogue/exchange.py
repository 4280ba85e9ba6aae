"""The exchange format of `papers import`: one JSON file an issue. Parses and checks; knows no table."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.catalogue.lines import line_numbers
from bot.errors import ImportProblem

MAX_FILE_BYTES = 20 * 1024 * 1024
LONGEST = {"edition": 80, "number": 20, "name": 80, "id": 40, "kind": 40}
"""Characters that the catalogue's columns hold."""


@dataclass(frozen=True, slots=True)
class ArticleFile:
    key: str
    kind: str
    title: str
    subtitle: str | None
    byline: str | None
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageFile:
    number: str
    name: str | None
    aliases: tuple[str, ...]
    articles: tuple[ArticleFile, ...]


@dataclass(frozen=True, slots=True)
class IssueFile:
    """One file as read: `month` is YYYY-MM, `published_on` its printed date where it has one."""

    source: str
    edition: str
    aliases: tuple[str, ...]
    month: str
    published_on: date | None
    pages: tuple[PageFile, ...]


def parse_issue(source: str, data: bytes) -> IssueFile:
    """Reads one file. ImportProblem names the file and, where it can, the line or the field."""
    if len(data) > MAX_FILE_BYTES:
        raise ImportProblem([f"{source}: larger than {MAX_FILE_BYTES // 1024 // 1024} MiB"])
    try:
        text = data.decode("utf-8-sig")
        raw = json.loads(text)
    except UnicodeDecodeError as problem:
        line = data[: problem.start].count(b"\n") + 1
        raise ImportProblem([f"{source}: line {line}: not UTF-8 text"]) from None
    except json.JSONDecodeError as problem:
        raise ImportProblem([f"{source}: line {problem.lineno}: not valid JSON: {problem.msg}"]) from None
    except RecursionError:
        raise ImportProblem([f"{source}: nested too deeply"]) from None
    reader = _Reader(source)
    issue = reader.issue(raw)
    if reader.problems:
        raise ImportProblem(_with_lines(source, reader.problems, text))
    return issue


def _with_lines(source: str, problems: list[tuple[str, str]], text: str) -> list[str]:
    """Each problem with the line of its value, or of the nearest value around it where it is missing."""
    try:
        lines = line_numbers(text)
    except RecursionError:
        lines = {}
    sentences = []
    for path, what in problems:
        around = path
        while around and around not in lines:
            around = around[:max(around.rfind("."), around.rfind("["), 0)]
        sentences.append(f"{source}: line {lines.get(around, 1)}: {path}: {what}")
    return sentences


class _Reader:
    """Collects every problem of one file, so that they can be mended in one go."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[tuple[str, str]] = []

    def issue(self, raw: Any) -> IssueFile:
        top = self._table(raw, "the file")
        month = self._text(top, "issue", "issue")
        if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
            self._say("issue", f"expected YYYY-MM, found {month!r}")
        pages = tuple(self._page(page, f"pages[{n}]") for n, page in enumerate(self._list(top, "pages", "pages")))
        self._unique((page.number for page in pages), "pages", "number")
        if not pages:
            self._say("pages", "expected at least one page")
        return IssueFile(self.source, self._text(top, "edition", "edition"), self._texts(top, "aliases", "aliases"),
                         month, self._date(top), pages)

    def _page(self, raw: Any, path: str) -> PageFile:
        page = self._table(raw, path)
        articles = tuple(
            self._article(article, f"{path}.articles[{n}]")
            for n, article in enumerate(self._list(page, "articles", f"{path}.articles"))
        )
        articles += tuple(
            self._caption(caption, f"{path}.captions[{n}]")
            for n, caption in enumerate(self._list(page, "captions", f"{path}.captions"))
        )
        self._unique((article.key for article in articles), f"{path}.articles", "id")
        return PageFile(self._text(page, "number", f"{path}.number"), self._optional(page, "name", path),
                        self._texts(page, "name_aliases", f"{path}.name_aliases"), articles)

    def _article(self, raw: Any, path: str) -> ArticleFile:
        article = self._table(raw, path)
        return ArticleFile(
            self._text(article, "id", f"{path}.id"), self._optional(article, "kind", path) or "news",
            self._text(article, "title", f"{path}.title"), self._optional(article, "subtitle", path),
            self._optional(article, "byline", path), self._texts(article, "paragraphs", f"{path}.paragraphs"),
        )

    def _caption(self, raw: Any, path: str) -> ArticleFile:
        """Captions are printed words too (RULES, scope): an article without a title of its own."""
        caption = self._table(raw, path)
        return ArticleFile(self._text(caption, "id", f"{path}.id"), self._optional(caption, "kind", path) or "caption",
                           "", None, None, self._texts(caption, "paragraphs", f"{path}.paragraphs"))

    def _say(self, path: str, what: str) -> None:
        self.problems.append((path, what))

    def _table(self, raw: Any, path: str) -> dict[str, Any]:
        if isinstance(raw, dict):
            return raw
        self._say(path, f"expected an object, found {type(raw).__name__}")
        return {}

    def _list(self, table: dict[str, Any], key: str, path: str) -> list[Any]:
        value = table.get(key, [])
        if isinstance(value, list):
            return value
        self._say(path, f"expected a list, found {type(value).__name__}")
        return []

    def _text(self, table: dict[str, Any], key: str, path: str) -> str:
        value = table.get(key)
        if isinstance(value, str) and value.strip():
            return self._fitting(value.strip(), key, path)
        self._say(path, "missing" if value is None else f"expected a text, found {value!r}")
        return ""

    def _fitting(self, value: str, key: str, path: str) -> str:
        longest = LONGEST.get(key)
        if longest is not None and len(value) > longest:
            self._say(path, f"expected at most {longest} characters, found {len(value)}")
        return value

    def _optional(self, table: dict[str, Any], key: str, path: str) -> str | None:
        value = table.get(key)
        if value is None or isinstance(value, str):
            return self._fitting(value, key, f"{path}.{key}") if value else None
        self._say(f"{path}.{key}", f"expected a text or null, found {value!r}")
        return None

    def _texts(self, table: dict[str, Any], key: str, path: str) -> tuple[str, ...]:
        values = self._list(table, key, path)
        if all(isinstance(value, str) for value in values):
            return tuple(values)
        self._say(path, "expected a list of texts")
        return ()

    def _date(self, table: dict[str, Any]) -> date | None:
        value = table.get("date")
        if value is None:
            return None
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self._say("date", f"expected YYYY-MM-DD or null, found {value!r}")
            return None

    def _unique(self, values: Any, path: str, key: str) -> None:
        seen: set[str] = set()
        for value in values:
            if value in seen:
                self._say(path, f"two entries with {key} {value!r}")
            seen.add(value)
