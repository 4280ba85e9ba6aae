"""Folds typed and printed text to one form and keeps the way back. Knows nothing of what the text says.

Three forms, coarser and coarser: *folded* (width, traditional characters, quotation marks, invisible
characters), *strict key* (folded without white space and quotation marks), *loose key* (letters, digits
and % only). Searching is done on keys; what is given back to people is always cut from the source.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import repeat
from typing import NamedTuple

from opencc import OpenCC  # type: ignore[import-untyped]

DOUBLE_OPEN, DOUBLE_CLOSE = "“", "”"
SINGLE_OPEN, SINGLE_CLOSE = "‘", "’"
STRAIGHT_DOUBLE, STRAIGHT_SINGLE = '"', "'"
QUOTE_MARKS = frozenset("“”‘’\"'")

_AS_THEY_ARE = frozenset("…⋯㎡℃") | {chr(code) for code in range(0x2460, 0x2474)}  # ①…⑳ must stay list marks
_ONE_FOR_ANOTHER = {
    **dict.fromkeys("「﹁〝„‟«", DOUBLE_OPEN), **dict.fromkeys("」﹂〞〟»", DOUBLE_CLOSE),
    **dict.fromkeys("『﹃‚‛", SINGLE_OPEN), **dict.fromkeys("』﹄", SINGLE_CLOSE), "`": "'", "´": "'",
    **dict.fromkeys("–―─━‒−ー", "—"), **dict.fromkeys("‐‑﹣", "-"), **dict.fromkeys("・‧•∙⋅", "·"),
    **dict.fromkeys("➔➡⇒➜", "→"), "〈": "《", "〉": "》", "⋯": "…", "〜": "~",
    "\u2028": "\n", "\u2029": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n",
}  # fmt: skip
_DROPPED = frozenset({"Cf", "Cc", "Cs", "Co", "Cn", "Mn", "Me"})
LONGEST_UNFOLDED = 4
"""A sign that stands for more letters (ﷺ: eighteen) stays what it is: four thousand of them would be a book."""
LONGEST_GAP = 16
_GAP = re.compile(rf"\s{{{LONGEST_GAP + 1},}}")
_STICKER = re.compile(
    r"\[(?:微笑|撇嘴|色|发呆|得意|流泪|害羞|闭嘴|睡|大哭|尴尬|发怒|调皮|呲牙|惊讶|难过|囧|抓狂|吐|偷笑|愉快|白眼|傲慢|困|惊恐|憨笑|悠闲|咒骂|疑问|嘘|晕|衰|骷髅|敲打|再见|擦汗|抠鼻"
    r"|鼓掌|坏笑|鄙视|委屈|快哭了|阴险|亲亲|可怜|笑脸|生病|脸红|破涕为笑|恐惧|失望|无语|嘿哈|捂脸|奸笑|机智|皱眉|耶|吃瓜|加油|汗|天啊|社会社会|旺柴|好的|打脸|哇|翻白眼|让我看看|叹气"
    r"|苦涩|裂开|嘴唇|爱心|心碎|拥抱|强|弱|握手|胜利|抱拳|勾引|拳头|OK|合十|啤酒|咖啡|蛋糕|玫瑰|凋谢|菜刀|炸弹|便便|月亮|太阳|庆祝|礼物|红包|發|福|烟花|爆竹|猪头|跳跳|发抖|转圈|表情|语音)\]"
)
"""How the platform writes its small pictures into a text."""
_to_simplified = OpenCC("t2s").convert

_DIGITS = {**{c: i for i, c in enumerate("零一二三四五六七八九")}, "〇": 0, "○": 0, "两": 2, "元": 1, "正": 1}


def _fold_char(char: str) -> str:
    if char in _ONE_FOR_ANOTHER:
        return _ONE_FOR_ANOTHER[char]
    if char in _AS_THEY_ARE or char == "\n":
        return char
    category = unicodedata.category(char)
    if category == "Zs" or char == "\t":
        return " "
    if category in _DROPPED:
        return ""
    folded = unicodedata.normalize("NFKC", char)
    if len(folded) > LONGEST_UNFOLDED:
        return char
    if len(folded) == 1 and "\u4e00" <= folded <= "\u9fff":
        return str(_to_simplified(folded))[:1]
    return "".join(_ONE_FOR_ANOTHER.get(c, c) for c in folded.lower())


class _Table(dict[int, str]):
    """A translation table that fills itself; bounded by the number of code points."""

    def __init__(self, rule: str) -> None:
        super().__init__()
        self._rule = rule
        self.uneven: set[str] = set()  # characters met that do not become exactly one

    def __missing__(self, code: int) -> str:
        folded = _fold_char(chr(code))
        if self._rule == "strict":
            folded = "".join(c for c in folded if not c.isspace() and c not in QUOTE_MARKS)
        elif self._rule == "loose":
            folded = "".join(c for c in folded if c.isalnum() or c == "%")
        if len(folded) != 1:
            self.uneven.add(chr(code))
        self[code] = folded
        return folded


_FOLD, _STRICT, _LOOSE = _Table("fold"), _Table("strict"), _Table("loose")


class Folded(NamedTuple):
    """A folded text; `origin[i]` is the offset in `source` of folded character i, with one end mark more."""

    source: str
    text: str
    origin: Sequence[int]

    def words(self, start: int, end: int) -> str:
        """What the source says at folded offsets [start, end), as typed."""
        if start >= end:
            return ""
        return self.source[self.origin[start] : self.origin[end - 1] + 1]


def _mapped(text: str, table: _Table) -> tuple[str, Sequence[int]]:
    mapped, uneven = text.translate(table), table.uneven
    if uneven.isdisjoint(text):
        return mapped, range(len(text) + 1)
    origin: list[int] = []
    begin = 0
    for at in [i for i, char in enumerate(text) if char in uneven]:  # the few; what stands between them is even
        origin += range(begin, at)
        origin += repeat(at, len(table[ord(text[at])]))
        begin = at + 1
    origin += range(begin, len(text) + 1)
    return mapped, origin


@lru_cache(maxsize=16)  # a message is folded for its commands and again for its contents
def fold(text: str) -> Folded:
    """The folded form with its way back. Never raises, lone surrogates included."""
    folded, origin = _mapped(text, _FOLD)
    return Folded(text, folded, origin)


def narrowed(text: str) -> str:
    """The text with no gap over some blanks: patterns that take any number of them try their places against each other.
    Signs that folding drops do not part a gap; one that held the end of a line still does."""
    folded, begin, pieces = fold(text), 0, []
    for gap in _GAP.finditer(folded.text):
        kept = gap.start() + LONGEST_GAP - 1
        end_of_line = gap.group().find("\n")
        pieces.append(folded.words(begin, kept) + ("\n" if end_of_line >= LONGEST_GAP - 1 else ""))
        begin = gap.end()
    return "".join(pieces) + text[folded.origin[begin]:] if pieces else text


def unadorned(text: str) -> str:
    """The text with a blank for each small picture; as it is where it holds nothing else."""
    if "[" not in text:
        return text
    bare = _STICKER.sub(" ", text)
    return bare if bare.strip() else text


@lru_cache(maxsize=256)  # the words of a message are compared again and again
def strict_key(text: str) -> str:
    """Folded without white space and quotation marks."""
    return text.translate(_STRICT)


@lru_cache(maxsize=256)
def loose_key(text: str) -> str:
    """Letters, digits and % only, folded."""
    return text.translate(_LOOSE)


def strict_key_with_origin(text: str) -> tuple[str, Sequence[int]]:
    """The strict key and, for each of its characters, the offset in `text` (one end mark more)."""
    return _mapped(text, _STRICT)


@lru_cache(maxsize=2048)  # the same paragraphs of the current issue are asked for again and again
def loose_key_with_origin(text: str) -> tuple[str, Sequence[int]]:
    """The loose key and, for each of its characters, the offset in `text` (one end mark more)."""
    return _mapped(text, _LOOSE)


def longest_run(key: str, text: str) -> str:
    """The longest stretch of a short key that stands in a text."""
    start = length = 0
    for begin in range(len(key)):
        while begin + length < len(key) and key[begin : begin + length + 1] in text:
            start, length = begin, length + 1
    return key[start : start + length]


@cache
def _numerals() -> dict[str, int]:
    names = {}
    tens = ["", "十", "二十", "三十", "四十", "五十", "六十", "七十", "八十", "九十"]
    for number in range(1, 100):
        names[tens[number // 10] + ("" if number % 10 == 0 else "零一二三四五六七八九"[number % 10])] = number
    return names


def number(text: str) -> int | None:
    """The value of 12, 十二, 二十, 元, 二〇二一 (digit by digit); None where it is no such numeral."""
    if text.isascii() and text.isdecimal():
        return int(text) if len(text) <= 6 else None
    if text in _numerals():
        return _numerals()[text]
    if not text or len(text) > 6 or any(c not in _DIGITS and not ("0" <= c <= "9") for c in text):
        return None
    value = 0
    for char in text:
        value = value * 10 + (_DIGITS[char] if char in _DIGITS else int(char))
    return value
