"""Finds which page a message names, in every notation, and brings it to the catalogue's form.

Knows notations only; which pages exist it is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from bot.understanding.words.normalise import number

FRONT, SEAM, LAST = "01", "中缝", "末版"
_CN = r"(?:[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_N = rf"(?:[a-dp]?\s?\d{{1,2}}|{_CN})"
_JOIN = r"\s*(?:(?:版\s*)?[、,/\-—~和至到及与&]+)\s*第?\s*"
_PAGE = re.compile(
    r"(?=[第\d〇零一二三四五六七八九十a-p版页头首封末尾最中倒])(?:"  # nothing begins otherwise: most places are passed at once
    rf"(?<![\d.a-z这那同其])(?<!\d,)第?\s*(?P<list>{_N}(?:{_JOIN}{_N}){{0,3}})\s*版(?![本权式税画块次]|图(?![片表]))"
    rf"(?:\s*(?:[、和]\s*)?第?(?P<more>{_N})\s*版(?![本权式税画块次]|图(?![片表])))?"
    rf"|第?(?P<run>[一二三四五六七八九]{{2}})版(?![本权式税])"
    r"|(?<![a-z\d])(?:page\s?|[apb]\.?\s?)(?P<letter>\d{1,2}(?:\s*[、,/\-—~]\s*[apb]?\d{1,2})?)(?![\d%a-z.])"
    rf"|[版页](?:面|次|号|码)?\s*[::=是在)】\]]\s*第?(?P<label>{_N}(?:{_JOIN}{_N})?)(?![\d%])"
    rf"|版面\s*第?(?P<bare>{_N}(?:{_JOIN}{_N})?)(?![\d%])"
    rf"|第\s*(?P<leaf>{_N})\s*页(?![码数面眉])"
    r"|(?P<front>头版|首版|封面版|[首头]页)|(?P<last>末版|尾版|最后一[版页]|[末尾]页)|(?P<back>倒数第[二三四])个?版|(?P<seam>中缝))"
)
_IN_FULL = str.maketrans("壹贰叁肆伍陆柒捌玖拾", "一二三四五六七八九十")
_ONE = re.compile(rf"\d{{1,2}}|{_CN}")
_RUN = re.compile(r"[一二三四五六七八九]{2}")
_LIST_NUMBER = re.compile(rf"(?P<n>\d{{1,2}}|{_CN})\s*[、.]\s*(?=第?{_N})")
_LINE_NUMBER = re.compile(rf"(?:^|[\n;。:])\s*(\d{{1,2}}|{_CN})\s*[、.]")
BOOKS = ("词典", "字典", "辞典", "辞海", "手册")
_OF_A_BOOK = re.compile(f"(?:{'|'.join(BOOKS)})$")
"""词典第六版: an edition and no page."""
_NAME_FIRST = re.compile("(?:^|(?<=[\\s,。;:!?在\ue7ff]))[一-鿿]{2,4}")
_OF_THE_PAGE = re.compile("上?面?的?[,:]?\\s?[\ue000-\ue3ff]|的?[一-鿿]{0,6}?[那这]一?[篇则首]")
_NEGATED = re.compile(r"(?:不是|并非|不在)\s*(?:在)?$")
_ANSWER = re.compile(rf"(?:是|在)?第?(?P<list>{_N}(?:{_JOIN}{_N}){{0,3}}|[一二三四五六七八九]{{2}})(?:版|页)?(?:吧|的|。|\.|!)*")


class PageMention(NamedTuple):
    """A page named at [start, end): its form 02, 04、05, 中缝, 末版."""

    start: int
    end: int
    form: str
    negated: bool = False


def page_form(numbers: Iterable[int]) -> str:
    """04、05 for {5, 4}."""
    return "、".join(f"{n:02}" for n in sorted(set(numbers)))


@lru_cache(maxsize=1024)
def page_numbers(form: str) -> tuple[int, ...]:
    """The numbers in a page's form."""
    return tuple(int(n) for n in re.findall(r"\d+", form)[:8])


def _numbers(words: str) -> list[int]:
    if _RUN.fullmatch(words):
        return [n for n in map(number, words) if n]
    return [n for n in map(number, _ONE.findall(words)) if n]


def _after_list_number(found: re.Match[str], text: str) -> int:
    """Where a page begins: behind the 2、 of a numbered list (1、…\\n2、03版《…》), which is no page."""
    item = _LIST_NUMBER.match(found.group())
    if item is None or text[: found.start()].rstrip(" ")[-1:] not in ("", "\n", ";", "。", ":"):
        return found.start()
    own = number(item.group("n")) or 0
    others = {number(n) for n in _LINE_NUMBER.findall(text)}
    return found.start() + item.end() if {own - 1, own + 1} & others - {0} else found.start()


def _form(found: re.Match[str], start: int) -> str:
    groups = found.groupdict()
    if start > found.start():
        return page_form(_numbers(found.group()[start - found.start() :]))
    if groups["front"]:
        return FRONT
    if groups["seam"]:
        return SEAM
    if groups["last"]:
        return LAST
    if groups["back"]:
        return f"{LAST}{number(groups['back'][-1])}"
    words = next(groups[name] for name in ("list", "run", "letter", "label", "bare", "leaf") if groups[name])
    return page_form(_numbers(words) + _numbers(groups["more"] or ""))


def find_pages(text: str, names: dict[str, str]) -> list[PageMention]:
    """Pages named in a masked text, in order. `names` are page names with the form they stand for."""
    text = text.translate(_IN_FULL)
    mentions = [
        PageMention(start, m.end(), form, _NEGATED.search(text, max(0, m.start() - 5), m.start()) is not None)
        for m, start in ((m, _after_list_number(m, text)) for m in _PAGE.finditer(text))
        if (form := _form(m, start)) and not _OF_A_BOOK.search(text, max(0, start - 4), start)
    ]
    mentions = [m for n, m in enumerate(mentions)  # 八版中缝: the page is the eighth
                if m.form != SEAM or n == 0 or m.start - mentions[n - 1].end > 2]  # fmt: skip
    if not mentions:
        for found in re.finditer(r"([一-鿿]{2,4})版(?!面)", text):
            for cut in (0, 1, 2):
                name = found.group(1)[cut:]
                if len(name) >= 2 and name in names:
                    mentions.append(PageMention(found.start() + cut, found.end(), names[name]))
                    break
    return mentions or _by_name_alone(text, names)


def _by_name_alone(text: str, names: dict[str, str]) -> list[PageMention]:
    """副刊腌菜那篇, 副刊上“…”: a page by its name without 版, where a clause begins with it."""
    for found in _NAME_FIRST.finditer(text):
        for length in range(len(found.group()), 1, -1):
            name, end = found.group()[:length], found.start() + length
            if name in names and _OF_THE_PAGE.match(text, end):
                return [PageMention(found.start(), end, names[name])]
    return []


def answered_page(text: str) -> str | None:
    """The form of a bare answer to "which page?": 2, 第二, 四五版."""
    found = _ANSWER.fullmatch(text.strip())
    numbers = _numbers(found.group("list")) if found else []
    return page_form(numbers) if numbers else None
