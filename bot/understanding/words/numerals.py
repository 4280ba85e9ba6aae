"""Figures and number words as one another: people say 三千五百四十元 where 3540元 is printed. Knows numbers only."""

from __future__ import annotations

import re
from functools import lru_cache

_DIGITS = {**{c: i for i, c in enumerate("零一二三四五六七八九")}, "〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1_000}
_NAMES = "零一二三四五六七八九"
_WORDS = re.compile("[零〇一二两三四五六七八九十百千万]+")
_FIGURES = re.compile(r"\d{1,5}(?!\d)")
_MARKS_SAID = re.compile(r"(?<=\d)(?P<mark>点|杠|冒号)(?=\d)")
_MARKS = {"点": ".", "杠": "-", "冒号": ":"}
_DIGIT = r"\d零〇一二两三四五六七八九十百千万"
NUMBER = re.compile(
    rf"\d{{4}}年\d{{1,2}}月(?:\d{{1,2}}[日号])?|[{_DIGIT}]{{1,3}}月[{_DIGIT}]{{1,3}}[日号]|[{_DIGIT}](?:[{_DIGIT}a-z.]|(?:[:·、点杠—-]|冒号)(?=[{_DIGIT}]))*"
)
"""A number in figures or words, with the marks in it: 22:00, 6000—04l2, 三点五, 零二一杠五五五五."""
CUT = re.compile(rf"[{_DIGIT}.年月][{_DIGIT}.年月日:·点]")
"""Two characters between which no words begin: they would begin within a number."""


def value(words: str) -> int | None:
    """The number that number words say: 三千五百四十, 一万零八百, 三千四百五 (3450), 二〇一八; None for anything else."""
    if not words or not _WORDS.fullmatch(words):
        return None
    if not any(c in _UNITS or c == "万" for c in words):
        return int("".join(str(_DIGITS[c]) for c in words)) if len(words) <= 9 else None
    total = part = digit = last = 0
    for char in words:
        if char in _DIGITS:
            digit = _DIGITS[char]
            last = 0 if digit == 0 else last
        elif char == "万":
            total, part, digit, last = (total + part + digit) * 10_000, 0, 0, 10_000
        else:
            part, digit, last = part + (digit or 1) * _UNITS[char], 0, _UNITS[char]
    return total + part + (digit * last // 10 if digit and last >= 100 else digit)


@lru_cache(maxsize=256)  # stretches of one message are compared with each other
def in_figures(text: str) -> str:
    """The text with its number words as figures: 九个小时 → 9个小时."""
    figures = _WORDS.sub(lambda found: _one_by_one(found.group()) or _as_a_number(found.group()), text)
    return _MARKS_SAID.sub(lambda found: _MARKS[found.group("mark")], figures)


def in_ten_thousands(text: str) -> str:
    """As in figures, but for 万: 三千四百五十万元 → 3450万元."""
    return "万".join(map(in_figures, text.split("万")))


def _one_by_one(words: str) -> str:
    """Digits as they are read out: 零二一 is 021; "" for a number."""
    told = len(words) > 1 and all(char in _DIGITS for char in words)
    return "".join(str(_DIGITS[char]) for char in words) if told else ""


def _as_a_number(words: str) -> str:
    number = value(words)
    return words if number is None else str(number)


def in_words(text: str) -> str:
    """The text with its figures below 100,000 as number words: 9月初9 → 九月初九."""
    return _FIGURES.sub(lambda found: _said(int(found.group())), text)


def _said(number: int) -> str:
    if number < 10:
        return _NAMES[number]
    if number >= 10_000:
        rest = number % 10_000
        return _said(number // 10_000) + "万" + ("" if not rest else ("零" if rest < 1_000 else "") + _said(rest))
    said, owed = "", False
    for unit, name in ((1_000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            said += ("零" if owed and said else "") + _NAMES[digit] + name
        owed = not digit
    return said.removeprefix("一") if 10 <= number < 20 else said
