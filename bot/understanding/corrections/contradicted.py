"""Finds what a reader sets against print in one breath: 共9个小时？我数也只有共7个小时, 结余写3540，我算都是3450.

Two stretches of speech that differ in one character, or two numbers of the same digits, of which only one is printed.
Works on one list item without a correction; bounded by the length that is looked through.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from bot.understanding.corrections.item import Item
from bot.understanding.corrections.spoken import begins
from bot.understanding.thresholds import (
    LONGEST_SET_AGAINST,
    LOOKED_THROUGH,
    MOST_SET_AGAINST,
    SHORTEST_SET_AGAINST,
)
from bot.understanding.words.sounds import sound_share

_STRETCH = re.compile("[^\\s,。;:!?…()+×÷=*/\ue000-\uf8ff]{2,}")
_STRETCH_CHAR = re.compile("[^\\s,。;:!?…()+×÷=*/\ue000-\uf8ff]")
_SUM = re.compile(r"\s*[-+−×x*÷/=减加乘除]以?\s*")
_NUMBER = re.compile(r"(?<![\d.+×*÷/=])\d[\d.—-]{0,10}\d%?(?![\d.+×*÷/=])|(?<![\d.])\d%")
_REJECTED = re.compile("错|[不勿]对|有误|应|不是")
_CHANGED = re.compile(r"(?<![一-鿿])(?P<wrong>[一-鿿]{1,4})改(?P<right>[一-鿿]{1,4})(?![一-鿿])")
_OF_SPEECH = "也都就还又才"
"""热烈欢迎也可以, of 热烈欢迎和好评: a word between, and none that should be printed."""
_ASKED_BACK = re.compile(r"(?P<wrong>[一-鿿]{2,6})[?？](?:怕是|恐怕是?|应该?是|是)?(?P<right>[一-鿿]{2,6}?)吧")


def read_contradicted(item: Item) -> None:
    """Adds the first pair of which exactly one half is printed; nothing where something was read already."""
    if item.found or item.quotes or item.end - item.start > LOOKED_THROUGH:
        return
    changed = _CHANGED.search(item.text, item.start, item.end)
    if changed and changed.group("wrong") in item.text[item.start : changed.start()] and _is_one_word(changed):
        words = changed.group("wrong")
        item.add(item.start, changed.end(), words, changed.group("right"), context=printed_around(item, words), quoted=False)
        return
    for one, other in (*_asked_back(item), *_numbers(item), *_stretches(item)):
        if any(_cuts_a_number(item.text, at, at + len(words)) for at, words in (one, other)):
            continue
        printed, also = item.stands(one[1]), item.stands(other[1])
        if printed == also:
            continue
        (a, wrong), (b, right) = (one, other) if printed else (other, one)
        if all(x == y or y in _OF_SPEECH or x + y == "的写" for x, y in zip(wrong, right, strict=False)):
            continue
        if a < b:
            first = begins(item.text, b)
            right, b = item.text[first:b] + right, first
        right, b = _whole_unit(item, wrong, right, b)
        item.add(min(a, b), max(a + len(wrong), b + len(right)), item.typed(wrong, a), item.typed(right, b),
                 context=printed_around(item, wrong), quoted=False)  # fmt: skip
        return


def _whole_unit(item: Item, wrong: str, right: str, at: int) -> tuple[str, int]:
    """(right form, its offset): 95平方米 for 95平米, of which a stretch as long is only a part."""
    before, behind = item.text[max(item.start, at - 1) : at], item.text[at + len(right) : at + len(right) + 1]
    if before.isdigit() and before == wrong[0] != right[0]:
        return before + right, at - 1
    return (right + behind, at) if wrong[0].isdigit() and behind == wrong[-1:] != right[-1:] else (right, at)


def _cuts_a_number(text: str, start: int, end: int) -> bool:
    return any(text[at - 1 : at].isdigit() and text[at : at + 1].isdigit() for at in (start, end) if at)


def _is_one_word(changed: re.Match[str]) -> bool:
    return len(changed.group("wrong")) == len(changed.group("right")) and changed.group("wrong") != changed.group("right")


Said = tuple[int, str]
"""(offset, words) in the item."""


def _asked_back(item: Item) -> Iterator[tuple[Said, Said]]:
    """优慧？优惠吧: heard alike, or one character apart."""
    for found in _ASKED_BACK.finditer(item.text, item.start, item.end):
        right = found.group("right")
        wrong = found.group("wrong")[-len(right) :]
        if wrong != right and len(wrong) == len(right) and (_apart(wrong, right) == 1 or sound_share(wrong, right) == 100):
            yield (found.end("wrong") - len(wrong), wrong), (found.start("right"), right)


def _numbers(item: Item) -> Iterator[tuple[Said, Said]]:
    """Numbers of as many digits that differ in one, or hold the same ones in another order."""
    said = [(m.start(), m.group()) for m in _NUMBER.finditer(item.text, item.start, item.end)]
    for one, other in combinations(said, 2):
        if one[1] == other[1] or _SUM.fullmatch(item.text, one[0] + len(one[1]), other[0]):
            continue
        shares = one[1][-1] == other[1][-1] == "%" and _REJECTED.search(item.text, one[0], other[0])
        if shares or (len(one[1]) == len(other[1]) > 2 and (
            _apart(one[1], other[1]) == 1 or sorted(one[1]) == sorted(other[1])
        )):  # fmt: skip
            yield one, other


def _stretches(item: Item) -> Iterator[tuple[Said, Said]]:
    """Stretches of the same length that differ in one character, the longest first. One of its halves is whole, so
    that both hold the same two neighbours at the same place: only where such recur is looked."""
    recurring: dict[str, list[int]] = defaultdict(list)
    for m in _STRETCH.finditer(item.text, item.start, item.end):
        for at in range(m.start(), m.end() - 1):
            recurring[item.text[at : at + 2]].append(at)
    found = {pair for places in recurring.values() if len(places) > 1
             for i, j in combinations(places[:4], 2) for pair in _around(item, i, j)}  # fmt: skip
    for length, i, j in sorted(found, reverse=True)[:MOST_SET_AGAINST]:
        yield (i, item.text[i : i + length]), (j, item.text[j : j + length])


def _around(item: Item, i: int, j: int) -> Iterator[tuple[int, int, int]]:
    """(length, i, j) of all stretches about two equal pairs of characters that differ in one other character."""
    text = item.text

    def run(k: int, step: int) -> int:
        """How many characters from offset k on are the same on both sides."""
        n = 0
        while n < LONGEST_SET_AGAINST and item.start <= i + k and j + k < item.end and (
            text[i + k] == text[j + k] and _STRETCH_CHAR.match(text[i + k])
        ):  # fmt: skip
            n, k = n + 1, k + step
        return n

    left, right = run(-1, -1), run(2, 1) + 2
    for gap, first, last in ((-left - 1, -left - 1 - run(-left - 2, -1), right), (right, -left, right + 1 + run(right + 1, 1))):
        if item.start > i + first or j + last > item.end or not all(_STRETCH_CHAR.match(text[x + gap]) for x in (i, j)):
            continue
        for length in range(min(last - first, LONGEST_SET_AGAINST, j - i), SHORTEST_SET_AGAINST - 1, -1):
            for start in range(max(first, gap - length + 1), min(gap, last - length) + 1):
                yield length, i + start, j + start


def _apart(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def set_against(item: Item, words: str, start: int) -> str | None:
    """What is said from an offset on that differs from `words` in one character: …发步，恐怕是江城社区发布吧."""
    if len(words) < SHORTEST_SET_AGAINST:
        return None
    text = item.text[start : min(item.end, start + LOOKED_THROUGH)]
    windows = (text[i : i + len(words)] for i in range(len(text) - len(words) + 1))
    return next((window for window in windows if _apart(window, words) == 1), None)


def printed_around(item: Item, words: str) -> str | None:
    """The longest stretch of the whole message around the words that is printed: what was copied to show the place."""
    text = re.sub(r"\s", "", item.masked.text[:LOOKED_THROUGH])
    best: str | None = None
    at = text.find(words)
    while at >= 0:
        start, end = at, at + len(words)
        while start > 0 and item.stands(text[start - 1 : end]):
            start -= 1
        while end < len(text) and item.stands(text[start : end + 1]):
            end += 1
        if end - start > max(len(words), len(best or "")):
            best = text[start:end]
        at = text.find(words, at + 1)
    return best
