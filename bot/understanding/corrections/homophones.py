"""Reads two wordings anywhere in one breath that sound alike and share a character: 享受优慧，我看是优惠. Works on one list item.

Who writes both says which he means by what is printed: no verb is needed, and none is looked for.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, islice

from bot.understanding.corrections.item import Item
from bot.understanding.thresholds import LOOKED_THROUGH, MOST_SAID, MOST_SHARED, OFTEN
from bot.understanding.words.sounds import same_sound

_OF_SPEECH = frozenset(
    "他她它的地得了啦吧吗嘛呢啊呀哦在再是事这那哪你您有又不还没能会可要就都也很去来到个几多少一二三四五六七八九十两上下前后"
)
"""Characters that are each other's in speech, and words of counting and place: alike by chance."""
_SAID_TO_BE_PRINTED = re.compile(r"(?:报[上纸]|印|登|排|变|偏偏?|写成|打成)[一-鿿]{0,3}$")
_DAYS = frozenset("一二三四五六日天")
Span = tuple[int, int]


def read_homophones(item: Item) -> None:
    """Adds the longest such pair of which one is printed. Where both are, that is wrong which is said to be printed, else what
    is printed less often, else what is said first."""
    if item.end - item.start > LOOKED_THROUGH:
        return
    for first, second in sorted(set(_pairs(item)), key=lambda pair: (pair[0][0] - pair[0][1], pair)):
        one, other = (item.text[slice(*span)] for span in (first, second))
        often, also = item.often(one), item.often(other)
        says = [_SAID_TO_BE_PRINTED.search(item.text, max(item.start, at - 6), at) is not None for at, _ in (first, second)]
        if says[0] == says[1] and one[-1] in _DAYS:
            continue  # 星期二买菜，星期三看的报
        turned = bool(also) and (not often or (says[1] if says[0] != says[1] else also < often))
        if not 0 < (also if turned else often) <= (OFTEN if says[0] == says[1] else MOST_SAID):
            continue
        wrong, right = (other, one) if turned else (one, other)
        at, meant = (second, first) if turned else (first, second)
        item.add(first[0], second[1], item.typed(wrong, at[0]), item.typed(right, meant[0]), quoted=False)
        return


def _pairs(item: Item) -> Iterator[tuple[Span, Span]]:
    """Two stretches, the first before the second, that begin or end with the same character and differ in what sounds alike."""
    places: dict[str, list[int]] = defaultdict(list)
    for at in range(item.start, item.end):
        if _is_word(item.text[at]):
            places[item.text[at]].append(at)
    shared = (pair for found in places.values() for pair in combinations(found, 2))
    for a, b in islice(shared, MOST_SHARED):
        for step in (1, -1):
            if _slips(item, a + step, b + step):
                yield _grown(item, a, b, step)


def _slips(item: Item, a: int, b: int) -> bool:
    if not (item.start <= a < b < item.end):
        return False
    one, other = item.text[a], item.text[b]
    if item.text[a - 1] in "期拜周" and item.text[b - 1] == item.text[a - 1]:
        return one != other and {one, other} <= _DAYS  # 印的是星期二，那天明明是星期三
    apart = one != other and _is_word(one) and _is_word(other) and not {one, other} & _OF_SPEECH
    return apart and same_sound(one, other)


def _grown(item: Item, a: int, b: int, step: int) -> tuple[Span, Span]:
    """The stretches around a shared character and the one beside it, as far as both go on alike."""
    text, left, right = item.text, min(0, step), max(0, step)
    while a + left > item.start and text[a + left - 1] == text[b + left - 1] and _is_word(text[a + left - 1]):
        left -= 1
    while b + right + 1 < item.end and text[a + right + 1] == text[b + right + 1] and _is_word(text[a + right + 1]):
        right += 1
    return (a + left, a + right + 1), (b + left, b + right + 1)


def _is_word(char: str) -> bool:
    return "一" <= char <= "鿿"
