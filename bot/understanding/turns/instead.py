"""What a reader puts in the place of his own right form: 是“感觉迟钝”，不是迟纯. Pure."""

from __future__ import annotations

import re

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from bot.understanding.corrections.unquoted import trim_right
from bot.understanding.heard import Heard
from bot.understanding.turns import intents
from bot.understanding.values import Field, Finding
from bot.understanding.words.normalise import loose_key

_RATHER = re.compile(
    "(?:应该|应)?是[“\"]?(?P<right>[^“”\",。;]{1,30})[”\"]?[,;]?(?:而)?不是[“\"]?(?P<not>[^“”\",。;]{1,30})[”\"]?"
    "|不是[“\"]?(?P<not2>[^“”\",。;]{1,30})[”\"]?[,;]?(?:而|应该)?是[“\"]?(?P<right2>[^“”\",。;]{1,30})[”\"]?"
)
_SPEAKS_OF_IT = re.compile(
    r"^(?:我)?(?:刚才|上面|前面)?的?(?:[那这][条个处])?(?:我)?(?:又|也|都)?(?:[写说报打发]?错|不对)了?[,。!\s]+(?=不?是)"
)

_CLAUSE = re.compile(r"[,。!:;\s]\s*")
_LONGEST_LEAD = 20
_NUMBER = re.compile(r"(?<![\d.])\d[\d\s—–-]{3,14}\d(?![\d.])")
_DIGITS = re.compile(r"\D")
_SHORTEST_NUMBER = 5
_MOST_APART = 2
"""Digits of a number of five or more in which another may differ from it."""


def instead_of_right(heard: Heard, known: Finding) -> str | None:
    """是违法搭建，不是违法建筑: what shall stand instead of what the reader had proposed, or of what he said is printed."""
    if not known.right:
        return None
    said = after_ordinal(heard)
    found = _RATHER.fullmatch(_SPEAKS_OF_IT.sub("", said))
    if found is not None:
        denied, words = _halves(found)
        if loose_key(denied) in (loose_key(known.right), loose_key(known.wrong or "-")):
            return _as_typed(heard, words)
    return _instead_of_own_slip(heard, known, said)


def other_number(heard: Heard, known: Finding) -> str | None:
    """打过去是空号, and then 通知上是6616—0452，打通了: the one number of a message that is like the one on record, as typed."""
    wrong = _DIGITS.sub("", known.wrong or "")
    if known.right is not None or len(wrong) < _SHORTEST_NUMBER or heard.citations.has(Field.PAGE):
        return None
    said = [(m, _DIGITS.sub("", m.group())) for m in _NUMBER.finditer(heard.masked.folded.text)]
    others = [(m, digits) for m, digits in said if digits != wrong and len(digits) >= _SHORTEST_NUMBER]
    if len(others) != 1 or len(others[0][1]) != len(wrong) or Levenshtein.distance(others[0][1], wrong) > _MOST_APART:
        return None
    return heard.masked.folded.words(*others[0][0].span())


def _instead_of_own_slip(heard: Heard, known: Finding, said: str) -> str | None:
    """我自己也写岔了，是“感觉迟钝”，不是迟纯; 迟纯应为迟钝: what is denied stands in his right form and not in the wrong words,
    so that nothing printed can be meant, whatever he says before."""
    if heard.citations.mentions:
        return None
    one = heard.stated[0] if len(heard.stated) == 1 else None
    if one is not None and one.wrong and one.right and _is_own_slip(one.wrong, known) and not heard.print.stands(one.wrong):
        return _put_in(one.wrong, one.right, known)
    starts = [0, *(m.end() for m in _CLAUSE.finditer(said, 0, _LONGEST_LEAD))]
    rest = (found for at in starts if (found := _RATHER.fullmatch(said, at)))
    halves = next((halves for found in rest if _is_own_slip((halves := _halves(found))[0], known)), None)
    return _put_in(halves[0], _as_typed(heard, halves[1]), known) if halves else None


def _halves(found: re.Match[str]) -> tuple[str, str]:
    """(what is denied, what is put in its place)."""
    denied, words = (trim_right(found.group(f"{name}2") or found.group(name)) for name in ("not", "right"))
    return denied, words


def _is_own_slip(words: str, known: Finding) -> bool:
    key = loose_key(words)
    return bool(key) and key in loose_key(known.right or "") and key not in loose_key(known.wrong or "")


def _put_in(denied: str, words: str, known: Finding) -> str | None:
    """The whole right form, said again or with the part that was denied replaced."""
    right = known.right or ""
    if fuzz.ratio(loose_key(words), loose_key(right)) >= fuzz.ratio(loose_key(words), loose_key(denied)):
        return words
    return right.replace(denied, words) if right.count(denied) == 1 else None


def _as_typed(heard: Heard, words: str) -> str:
    at = heard.masked.folded.text.find(words)
    return heard.masked.folded.words(at, at + len(words)) if at >= 0 else words


def after_ordinal(heard: Heard) -> str:
    """The folded words behind the number of a report at the beginning (第二条还是优惠)."""
    named = intents.leading_ordinal(heard.masked.folded.text) if heard.ordinal else None
    return heard.masked.folded.text[named[1] if named else 0 :].strip(" ,:。!~")
