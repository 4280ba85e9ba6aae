"""The exchange format of `papers import`: one JSON file an issue. Parses and checks; knows no table."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.catalogue.lines import line_numbers
from bot.errors import ImportProblem

MAX_FILE_BYTES = 20 * 1024 * 1024
LONGEST = {"edition": 80, "number": 20, "name": 80, "id": 40, "kind": 40, "title": 400, "subtitle": 400, "byline": 400}
"""Characters that the catalogue's columns hold; of titles and bylines, what no print exceeds."""
MOST_PAGES, MOST_ARTICLES = 400, 3_000
"""Of one issue."""
UNKEPT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Control characters and halves of characters: no print has them, and no database keeps them all."""
MONTH = re.compile(r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])")
YEARS = range(1900, 2100)
LONGEST_SHOWN = 40
UNSEEN = "有看不见的控制字符，请删去"


@dataclass(frozen=True, slots=True)
class ArticleFile:
    key: str
    kind: str
    title: str
    subtitle: str | None
    byline: str | None
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageForm:
    """How a page looks: its size in points, every letter's box (bot.catalogue.boxes), and the name of its picture with
    the picture's size in pixels, where one is stored."""

    width: float
    height: float
    boxes: bytes = field(repr=False)
    picture: str | None = None
    picture_width: int | None = None
    picture_height: int | None = None


@dataclass(frozen=True, slots=True)
class PageFile:
    number: str
    name: str | None
    aliases: tuple[str, ...]
    articles: tuple[ArticleFile, ...]
    form: PageForm | None = None


@dataclass(frozen=True, slots=True)
class IssueFile:
    """One file as read: `month` is YYYY-MM, `published_on` its printed date where it has one."""

    source: str
    edition: str
    aliases: tuple[str, ...]
    month: str
    published_on: date | None
    pages: tuple[PageFile, ...]
    keys_are_ours: bool = False
    """Whether the articles' keys were made up while reading, and may be changed for those known from before."""


def parse_issue(source: str, data: bytes) -> IssueFile:
    """Reads one file. ImportProblem names the file and, where it can, the line or the field."""
    if len(data) > MAX_FILE_BYTES:
        raise ImportProblem([f"{source}：文件太大，最多{MAX_FILE_BYTES // 1024 // 1024} MB。"])
    try:
        text = data.decode("utf-8-sig")
        raw = json.loads(text)
    except UnicodeDecodeError as problem:
        line = data[: problem.start].count(b"\n") + 1
        raise ImportProblem([f"{source}：第{line}行不是UTF-8编码的文字，请另存为UTF-8再导入。"]) from None
    except json.JSONDecodeError as problem:
        raise ImportProblem([f"{source}：第{problem.lineno}行不合JSON的格式，文件读不下去。"]) from None
    except ValueError:  # Python reads no number of more than some thousand digits
        raise ImportProblem([f"{source}：文件里有一个数字太长，读不了。"]) from None
    except RecursionError:
        raise ImportProblem([f"{source}：括号套得太多层，读不了。"]) from None
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
        sentences.append(f"{source}：第{lines.get(around, 1)}行，{path}：{what}")
    return sentences


def _called(value: Any) -> str:
    kinds = {dict: "一组“名称：内容”", list: "列表", str: "文字", bool: "true或false", int: "数字", float: "数字"}
    return kinds.get(type(value), "空的")


def _shown(value: Any) -> str:
    """A value as a sentence repeats it: never a whole file's."""
    if isinstance(value, str):
        return repr(value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}…")
    return repr(value) if isinstance(value, bool | int | float) else _called(value)


class _Reader:
    """Collects every problem of one file, so that they can be mended in one go."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[tuple[str, str]] = []

    def issue(self, raw: Any) -> IssueFile:
        top = self._table(raw, "文件")
        month = self._text(top, "issue", "issue")
        if not MONTH.fullmatch(month):
            self._say("issue", f"期号要写成2026-11这样的年月，现在是{_shown(month)}")
        pages = tuple(self._page(page, f"pages[{n}]") for n, page in enumerate(self._list(top, "pages", "pages")))
        self._unique((page.number for page in pages), "pages", "number")
        articles = sum(len(page.articles) for page in pages)
        if not pages:
            self._say("pages", "至少要有一个版")
        if len(pages) > MOST_PAGES:
            self._say("pages", f"最多{MOST_PAGES}个版，现在有{len(pages)}个")
        if articles > MOST_ARTICLES:
            self._say("pages", f"一期最多{MOST_ARTICLES}篇文章，现在有{articles}篇")
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
        self._say(path, f"这里应是一组“名称：内容”（花括号），现在是{_called(raw)}")
        return {}

    def _list(self, table: dict[str, Any], key: str, path: str) -> list[Any]:
        value = table.get(key, [])
        if isinstance(value, list):
            return value
        self._say(path, f"这里应是列表（方括号），现在是{_called(value)}")
        return []

    def _text(self, table: dict[str, Any], key: str, path: str) -> str:
        value = table.get(key)
        if isinstance(value, str) and value.strip():
            return self._fitting(value.strip(), key, path)
        self._say(path, "没有填" if value is None else f"这里应是文字，现在是{_shown(value)}")
        return ""

    def _fitting(self, value: str, key: str, path: str) -> str:
        longest = LONGEST.get(key)
        if longest is not None and len(value) > longest:
            self._say(path, f"最多{longest}个字，现在有{len(value)}个")
        elif UNKEPT.search(value):
            self._say(path, UNSEEN)
        return value

    def _optional(self, table: dict[str, Any], key: str, path: str) -> str | None:
        value = table.get(key)
        if value is None or isinstance(value, str):
            return self._fitting(value, key, f"{path}.{key}") if value else None
        self._say(f"{path}.{key}", f"这里应是文字或null，现在是{_shown(value)}")
        return None

    def _texts(self, table: dict[str, Any], key: str, path: str) -> tuple[str, ...]:
        values = self._list(table, key, path)
        if not all(isinstance(value, str) for value in values):
            self._say(path, "这里应是一列文字")
            return ()
        if any(UNKEPT.search(value) for value in values):
            self._say(path, UNSEEN)
        return tuple(values)

    def _date(self, table: dict[str, Any]) -> date | None:
        value = table.get("date")
        if value is None:
            return None
        try:
            day = date.fromisoformat(value)
        except (TypeError, ValueError):
            day = None
        if day is None or day.year not in YEARS:
            self._say("date", f"日期要写成2026-11-08这样，或写null，现在是{_shown(value)}")
        return day

    def _unique(self, values: Any, path: str, key: str) -> None:
        seen: set[str] = set()
        for value in values:
            if value in seen:
                self._say(path, f"有两处的{key}都是{_shown(value)}")
            seen.add(value)
