"""What stands on a page beside its articles: header with number, name and date, masthead, jump notes. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.catalogue.pdf.values import Box, Line, around

HEADER = 0.08
"""The header lies within so much of the page's height from above …"""
FOOTER = 0.975
"""… and nothing but a footer begins below this."""
MASTHEAD, MOST_IN_HEAD = 0.25, 16
"""The masthead's rule lies within so much of the height, with at most so many lines above it."""

_NUMBER = re.compile(
    r"^(?:第)?([A-D]?\d{1,2}|[一二三四五六七八九十]{1,3})(?:版)?"
    r"(?:(?:[、/\-—－~～至]|(?=[A-D]\d))(?:第)?([A-D]?\d{1,2})(?:版)?)?(?=$|[^\d年月日.:：期])"
)
_DIGITS = "一二三四五六七八九十"
_CHINESE = {digit: n for n, digit in enumerate(_DIGITS, 1)} | {f"十{digit}": 10 + n for n, digit in enumerate(_DIGITS[:6], 1)}
_DATE = re.compile(r"(20\d\d)\s*[年.\-/]\s*(\d{1,2})\s*[月.\-/]\s*(\d{1,2})")
_STAFF = re.compile(r"责任编辑|责编|美编|执行|编辑|校对|电话|邮箱|热线|星期|农历|第\d+期|CN\d|http|www|@")
_FIRST = re.compile(r"免费赠阅|今日\s*\d+\s*版|CN\s*\d\d|总第|主办|主管|内部资料|刊号")

_TO_PAGE = r"\s*第?\s*([A-D]?\d{1,2}|[一二三四五六七八九十]{1,2})\s*版[^）)】]{0,4}[）)】]?"
JUMP = re.compile(r"[（(【]?[▲>＞]*\s*紧?下转" + _TO_PAGE)
BACK = re.compile(r"[（(【]?\s*紧?上接" + _TO_PAGE)


@dataclass(frozen=True, slots=True)
class Header:
    """The lines (by number) of header, footer and masthead, and what they say."""

    furniture: frozenset[int]
    masthead: tuple[int, ...]
    number: str | None
    name: str | None
    date: str | None
    text: str


def header_of(lines: Sequence[Line], height: float, rules: Sequence[Box], body: float) -> Header:
    """Tells the header by its place: above the first long rule, or in the topmost strip with a number or a date."""
    head = _above_rule(lines, height, rules)
    masthead = _masthead(lines, head, body)
    if not masthead:
        head = [n for n in head if lines[n].size <= 2.2 * body]
    foot = [n for n, line in enumerate(lines) if line.box.top > FOOTER * height]
    words = [lines[n].text for n in (*head, *foot)]
    number = next((found for text in words if (found := page_number(text))), None)
    if masthead:
        number = number or "01"
    name = _name([lines[n].text for n in head]) if not masthead else None
    taken = frozenset((*head, *foot)) - frozenset(masthead)
    return Header(taken, masthead, number, name, next((d for text in words if (d := iso_date(text))), None),
                  "\n".join(words))


def _above_rule(lines: Sequence[Line], height: float, rules: Sequence[Box]) -> list[int]:
    strip = HEADER * height
    long = [rule.middle for rule in rules if rule.width > 150 and rule.middle < MASTHEAD * height]
    edge = min(long, default=0.0)
    above = [n for n, line in enumerate(lines) if line.box.bottom <= max(edge, strip) + 1]
    if len(above) > MOST_IN_HEAD:  # articles begin above that rule: it is none of the head's
        edge = edge if edge <= strip * 1.3 else 0.0
        above = [n for n in above if lines[n].box.bottom <= max(edge, strip) + 1]
    told = [lines[n].box for n in above
            if page_number(lines[n].text) or iso_date(lines[n].text) or _FIRST.search(lines[n].text)]  # fmt: skip
    if not told:
        return []
    if edge and (edge <= strip * 1.3 or any(_FIRST.search(lines[n].text) for n in above)):
        return [n for n in above if lines[n].box.bottom <= edge + 1]
    foot = max((box.bottom for box in told if box.bottom <= strip), default=0.0)
    return [n for n in above if lines[n].box.top < foot - 0.3 * lines[n].size]


def _masthead(lines: Sequence[Line], head: Sequence[int], body: float) -> tuple[int, ...]:
    """The first page's head: the paper's name in large type with date or price near it."""
    if not any(_FIRST.search(lines[n].text) for n in head):
        return ()
    large = [n for n in head if lines[n].size >= 2 * body]
    if not large:
        return ()
    first = max(large, key=lambda n: lines[n].size)
    return (first, *(n for n in head if n != first))


def page_number(text: str) -> str | None:
    """The page number that a line of the header says: 02, A2 → A02, 04、05, 第二版 → 02."""
    bare = re.sub(r"\s", "", text)
    match = _NUMBER.match(bare)
    if match is None:
        return None
    first, second = _padded(match[1]), match[2]
    if first is None or (len(bare) > match.end() and "版" not in match[0] and len(match[1]) == 1):
        return None
    return f"{first}、{_padded(second)}" if second else first


def _padded(number: str) -> str | None:
    if number in _CHINESE:
        return f"{_CHINESE[number]:02d}"
    letter, digits = (number[0], number[1:]) if number[0].isalpha() and number[0].isascii() else ("", number)
    if not digits.isdigit() or not 1 <= int(digits) <= 96:
        return None
    return f"{letter}{int(digits):02d}"


def _name(words: Sequence[str]) -> str | None:
    """The section's name: a short word in Chinese that is nothing else."""
    for text in words:
        rest = re.sub(r"\s|·", "", _NUMBER.sub("", re.sub(r"\s", "", text)))
        if 2 <= len(rest) <= 8 and re.fullmatch(r"[一-鿿：:]+", rest) and not _STAFF.search(rest):
            return rest
    return None


def iso_date(text: str) -> str | None:
    """The first day named in the text, as YYYY-MM-DD."""
    match = _DATE.search(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except ValueError:
        return None


def without_notes(line: Line) -> list[Line]:
    """The line cut so that a jump note (…（下转3版）) is a line of its own."""
    text = line.text
    match = JUMP.search(text) or BACK.search(text)
    if match is None or match.group() == text or len(text) != len(line.glyphs):
        return [line]
    parts = [line.glyphs[: match.start()], line.glyphs[match.start() : match.end()], line.glyphs[match.end() :]]
    return [replace(line, glyphs=part, box=around([glyph.box for glyph in part])) for part in parts if part]


@dataclass(frozen=True, slots=True)
class Head:
    """What a page's head says: its text, and its day as YYYY-MM-DD."""

    text: str
    date: str | None


def heads_in(lines: Sequence[str]) -> tuple[frozenset[int], Head, str | None, str | None]:
    """The same for bare text: (numbers of the lines that are head, what they say, page number, name of the page)."""
    top = [n for n, line in enumerate(lines[:12]) if line and len(line) <= 40 and line[-1] not in "。，；"]
    said = [n for n in top if _is_head(lines[n])]
    number = next((found for n in said if (found := page_number(lines[n]))), None)
    near = [n for n in top if n in said or (said and n <= max(said) + 4 and re.fullmatch(r"[一-鿿·]{2,6}", lines[n]))]
    words = [lines[n] for n in near]
    head = Head("\n".join(words), next((day for text in words if (day := iso_date(text))), None))
    names = [word for word in words if "·" not in word]
    return frozenset(near), head, number, _name(names)


def _is_head(line: str) -> bool:
    return bool(page_number(line) or (iso_date(line) and len(line) < 40) or _STAFF.search(line) or line.endswith("··"))


def jump_target(number: str) -> int:
    """The page a jump note names, as a plain number (A03 → 3)."""
    padded = _padded(number) or "0"
    return int(padded.lstrip("ABCD"))
