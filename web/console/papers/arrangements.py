"""Articles by their lines as the mending page gets and posts them (JSON) ↔ values. Knows no view and no database.

A line is one number: page (from 0) × PAGE + its number on the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.catalogue.boxes import WHOLE, PageBoxes, decode
from bot.catalogue.editing import KINDS, Given, state
from bot.catalogue.exchange import LONGEST, UNKEPT, ArticleFile, PageFile
from bot.catalogue.pdf.compose import At
from bot.catalogue.pdf.mending import Arranged, arranged
from bot.errors import BadInput

PAGE = 100_000
MOST_PAGES, MOST_ARTICLES, LONGEST_TITLE, LONGEST_TEXT, LONGEST_STATE = 400, 600, 400, 40_000, 80
KIND_NAMES = {
    "news": "文章", "masthead": "报头", "caption": "图片说明", "notice": "启事", "letter": "来信", "table": "表格",
    "guide": "导读", "ad": "广告",
}  # fmt: skip
UNREADABLE = "送来的内容不完整，没有保存。请刷新后再试。"
FIRST_WORDS = 24


def sent(files: Sequence[PageFile], at: int) -> dict[str, Any]:
    """What the page at place `at` starts from: its lines, every article of the issue, the states of all pages."""
    form = files[at].form
    articles = arranged(files)
    texts = {(n, article.key): article for n, page in enumerate(files) for article in page.articles}
    return {
        "page": at,
        "width": form.width if form else 680.0,
        "height": form.height if form else 820.0,
        "hasForm": form is not None,
        "lines": _lines(decode(form.boxes)) if form else [],
        "pages": [{"number": page.number, "state": state(page)} for page in files],
        "articles": [_article(one, texts[one.page, one.key]) for one in articles],
        "kinds": [[kind, KIND_NAMES[kind]] for kind in KINDS],
    }


def _lines(page: PageBoxes) -> list[list[Any]]:
    """Text, box in ten-thousandths of the page, size of its type in those of its width, whether a paragraph begins."""
    made = []
    for line in page.lines:
        boxes = page.boxes[line.first : line.first + line.letters]
        sides = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
        text = page.text[line.first : line.first + line.letters]
        made.append([text, *(round(side * 10_000 / WHOLE) for side in sides), round(line.size * 10_000), int(line.begins)])
    return made


def _article(one: Arranged, text: ArticleFile) -> dict[str, Any]:
    return {
        "page": one.page, "key": one.key, "kind": one.kind, "title": _numbers(one.title),
        "subtitle": _numbers(one.subtitle), "body": _numbers(one.body), "written": _written(one.written),
        "reads": text.title, "first": "".join(text.paragraphs)[:FIRST_WORDS],
    }  # fmt: skip


def _numbers(lines: Sequence[At]) -> list[int]:
    return [at.page * PAGE + at.line for at in lines]


def _written(text: ArticleFile | None) -> dict[str, str] | None:
    if text is None:
        return None
    return {"title": text.title, "subtitle": text.subtitle or "", "byline": text.byline or "",
            "text": "\n".join(text.paragraphs)}  # fmt: skip


def read(raw: Any, files: Sequence[PageFile]) -> Given:
    """A posted arrangement. `files`: the issue as it stands, for texts that were not changed. BadInput."""
    table = _table(raw)
    seen = {_page(number): _text(state, LONGEST_STATE) for number, state in _table(table.get("seen")).items()}
    articles = _list(table.get("articles"), MOST_ARTICLES)
    begins = [_list(one, 2) for one in _list(table.get("begins"), PAGE)]
    if not seen or len(seen) > MOST_PAGES or any(len(one) != 2 or not isinstance(one[1], bool) for one in begins):
        raise BadInput(UNREADABLE)
    known = {(n, article.key): article for n, page in enumerate(files) for article in page.articles}
    return Given(seen, tuple(_arranged(one, known) for one in articles), {_line(one[0]): one[1] for one in begins})


def _arranged(raw: Any, known: Mapping[tuple[int, str], ArticleFile]) -> Arranged:
    table = _table(raw)
    page, key = _page(table.get("page")), _text(table.get("key"), LONGEST["id"])
    title, subtitle, body = (tuple(_line(number) for number in _list(table.get(part), PAGE))
                             for part in ("title", "subtitle", "body"))  # fmt: skip
    written = table.get("written")
    text = None if written is None else _entered(_table(written), known.get((page, key)))
    return Arranged(page, key, _text(table.get("kind"), LONGEST["kind"]), title, subtitle, body, text)


def _entered(raw: Mapping[str, Any], before: ArticleFile | None) -> ArticleFile:
    """A typed text; the one that stands where it says the same."""
    title, subtitle, byline = (_text(raw.get(name), LONGEST_TITLE).strip() for name in ("title", "subtitle", "byline"))
    text = _text(raw.get("text"), LONGEST_TEXT).replace("\r\n", "\n")
    if before is not None and raw == _written(before):
        return before
    paragraphs = tuple(line.strip() for line in text.split("\n") if line.strip())
    if not title and not paragraphs:
        raise BadInput("录入的文章至少要有标题或正文。")
    return ArticleFile("", "", title, subtitle or None, byline or None, paragraphs)


def _table(raw: Any) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise BadInput(UNREADABLE)
    return raw


def _list(raw: Any, longest: int) -> Sequence[Any]:
    if not isinstance(raw, list) or len(raw) > longest:
        raise BadInput(UNREADABLE)
    return raw


def _text(raw: Any, longest: int) -> str:
    if not isinstance(raw, str) or len(raw) > longest or UNKEPT.search(raw):
        raise BadInput(f"文字最多{longest}个，请删短一些。" if isinstance(raw, str) and len(raw) > longest else UNREADABLE)
    return raw


def _page(raw: Any) -> int:
    """A page's place, as a number or as a key of a JSON table."""
    if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) <= 4:
        raw = int(raw)
    if type(raw) is not int or not 0 <= raw < MOST_PAGES:
        raise BadInput(UNREADABLE)
    return raw


def _line(raw: Any) -> At:
    if type(raw) is not int or not 0 <= raw < MOST_PAGES * PAGE:
        raise BadInput(UNREADABLE)
    return At(*divmod(raw, PAGE))
