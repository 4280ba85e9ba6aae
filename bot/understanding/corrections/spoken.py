"""Finds the unquoted words that a correction is about in speech without marks. Works on one list item."""

from __future__ import annotations

import re

from rapidfuzz import fuzz
from rapidfuzz.distance import Hamming

from bot.understanding.corrections.item import Item, around
from bot.understanding.thresholds import ALIKE, REACH
from bot.understanding.words.numerals import CUT
from bot.understanding.words.sounds import sound_share

_VERB = re.compile(r"(?:应该?|应当|该|得|要|须|宜)(?:[讲说写用叫念称改换]?[成作为]|[讲说写用叫念称是])$")
_OF_SPEECH = re.compile("[我你他她它这那哪个是的了都也就呀吧呢嘛只才,、\ue000-\uf8ff]|[\\s。;!?:]")
LONGEST_ADDED = 2
_CLAUSE_END = re.compile(r"[一-鿿](?=[\s,。;:!?]|$)")
_RADICAL = re.compile(r"(?:[一-鿿]点水|[一-鿿]{1,3}[旁底头边])的(?P<one>[一-鿿])$")


def in_a_quotation(item: Item, wrong: str) -> str:
    """Words without a particle after them, where only so they stand in a quotation of the same item."""
    bare = wrong[:-1] if wrong[-1:] in "的了" else wrong
    return bare if len(bare) > 1 and around(item, wrong) is None and around(item, bare) is not None else wrong


def without_speech(right: str, end: int) -> tuple[str, int]:
    """An unquoted right form without what explains it: 漂流三点水的漂."""
    explained = _RADICAL.search(right)
    if explained and explained.group("one") in right[: explained.start()] and explained.start() > 1:
        return right[: explained.start()], end - (len(right) - explained.start())
    return right, end


def window_like(item: Item, right: str, at: int) -> str:
    """Words said before the verb, as long as the right form and nearly the same, that stand in print."""
    size, left = len(right), item.text[max(item.start, at - REACH) : at]
    if not 2 <= size <= 8:
        return ""
    windows = [left[i : i + size] for i in range(len(left) - size, -1, -1) if not (i and CUT.match(left, i - 1))]
    same = [w for w in windows if 2 * Hamming.distance(w, right) <= size and w != right]
    found = next((w for w in same if item.stands(w)), "")
    return item.typed(_whole(item, found, left), item.start) if found else _in_a_citation(item, right, at)


def _whole(item: Item, window: str, left: str) -> str:
    """五百一十万平方公里 where a window is as long as 五百一十万平方米: with the one character that its clause has more."""
    rest = _CLAUSE_END.match(left, left.rfind(window) + len(window))
    return window + rest.group() if rest and item.stands(window + rest.group()) else window


def _in_a_citation(item: Item, right: str, at: int) -> str:
    """08版广告 鉅惠 柳湾 应为巨惠: words that were taken for a citation, read just like the right form."""
    size, begin = len(right), max(item.start, at - REACH)
    windows = ((item.masked.text[i : i + size], item.masked.words(i, i + size)) for i in range(at - size, begin - 1, -1))
    return next((typed for folded, typed in windows if typed != right and sound_share(folded, right) == 100
                 and item.stands(typed)), "")  # fmt: skip


def in_a_title(item: Item, verb: re.Match[str], right: str) -> str:
    """《… 再接再励办好事》，标题应作“再接再厉”: the words of the cited title that the right form is to replace."""
    title = item.title_before(verb.start())
    if title is None or "题" not in item.text[max(item.start, verb.start() - 8) : verb.start()]:
        return ""
    windows = [title[i : i + len(right)] for i in range(len(title) - len(right) + 1)]
    best = max(windows, key=lambda window: fuzz.ratio(window, right), default="")
    return best if best != right and fuzz.ratio(best, right) >= ALIKE else ""


def after_frame(words: str) -> str:
    return re.sub(r"^.*(?:应该是|应该写作|应为|应是|该写作|写作|把|将|应作)", "", words) or words


def begins(text: str, at: int) -> int:
    """Where the right form begins whose part from an offset on is like print: 应当讲南|美洲的巴西, right behind the verb."""
    for start in range(at - 1, max(0, at - LONGEST_ADDED) - 1, -1):
        if _OF_SPEECH.match(text[start]):
            break
        if _VERB.search(text, max(0, start - 4), start):
            return start
    return at


def without_run_on(said: str, printed: str) -> str:
    """南美洲的巴西我…: without what runs on behind the end that it shares with the printed words."""
    for length in range(len(printed) - 1, 1, -1):
        at = said.find(printed[-length:])
        if at >= 0:
            end = at + length
            return said[:end] if _OF_SPEECH.match(said[end:]) and said[:end] != printed else said
    return said
