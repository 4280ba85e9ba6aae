"""Reads lists that run side by side: “食唐”“优慧”应分别为“食堂”“优惠”, and a further place of the same slip (…也是).

Works on one list item; knows words only.
"""

from __future__ import annotations

import re
from itertools import islice

from rapidfuzz import fuzz

from bot.understanding.corrections.forms import OWN_DOUBT, SHOULD
from bot.understanding.corrections.item import Item
from bot.understanding.corrections.unquoted import fitted, prefix_like, trim_right
from bot.understanding.thresholds import ALIKE_SIDE_BY_SIDE, LONGEST_SPOKEN, MOST_ERRORS
from bot.understanding.words.difference import pieces
from bot.understanding.words.normalise import loose_key

_Q = "[\ue000-\ue3ff]"
_RUN = rf"{_Q}(?:[\s、,和及与跟/]{{0,2}}{_Q})+"
_LISTS = re.compile(rf"(?P<wrong>{_RUN})(?P<between>[^\ue000-\uf8ff。;\n]{{1,24}}?)(?P<right>{_RUN})")
_APART = re.compile("[\\s,。;:!?、/()和及与跟\ue000-\uf8ff]+")
_SAID_BETWEEN = re.compile(
    rf"(?:应该?|应当|正确)?的?(?:写法|说法|用法)?(?:应该?|应当)?(?:分别|依次)(?:应该?|应当)?(?:改|写|印)?[是为成作]?|{SHOULD.pattern}"
)
_ALSO = re.compile(rf"(?P<also>{_Q})(?:也|同样|都)(?:是|一样|错|不对|有误|要改|应改|该改|如此|同样|应该?为?)")

_IS = re.compile(rf"(?P<x>{_Q})\s*(?:就是|是|为)\s*(?P<y>{_Q})")


def read_parallel(item: Item) -> None:
    """Adds a correction for each pair of two lists of quotations as long as one another."""
    if len(item.quotes) < 4:
        _read_side_by_side(item, _listed(item))
        return
    for found in islice(_LISTS.finditer(item.text, item.start, item.end), MOST_ERRORS):
        wrong, right = ([at for at in item.quotes if found.start(side) <= at < found.end(side)] for side in ("wrong", "right"))
        verb = SHOULD.search(found.group("between") + found.group("right")[0]) or "分别" in found.group("between")
        if len(wrong) != len(right) or not verb or not item.free(*found.span()):
            continue
        pairs = [(a, item.words(a), item.words(b)) for a, b in zip(wrong, right, strict=True)]
        if all(fuzz.ratio(loose_key(one), loose_key(other)) >= ALIKE_SIDE_BY_SIDE for _, one, other in pairs):
            for at, one, other in pairs:
                item.add(at, at + 1, one, other)
            item.used.update(range(*found.span()))
    if not item.found:
        _read_side_by_side(item, [(at, item.words(at)) for at in item.quotes], quoted=True)


def _read_side_by_side(item: Item, words: list[tuple[int, str]], *, quoted: bool = False) -> None:
    """迟顿、身份正，正确的是迟钝、身份证: as many words in the same order. What is wrong stands in print; no verb is needed."""
    for many in range(min(len(words) // 2, MOST_ERRORS), 1, -1):
        for first in range(len(words) - 2 * many + 1):
            meant = words[first + many : first + 2 * many]
            pairs = _paired(words[first : first + many], meant)
            if pairs and all(item.stands(one) for _, one, _ in pairs):
                for at, one, other in pairs:
                    end = at + (1 if quoted else len(one))
                    item.add(at, end, one if quoted else item.typed(one, at),
                             other if quoted else item.typed(other, meant[0][0]), quoted=quoted)  # fmt: skip
                at, last = meant[-1]
                item.used.update(range(pairs[0][0], at + (1 if quoted else len(last))))
                return


def _listed(item: Item) -> list[tuple[int, str]]:
    """(where it begins, the words) of what stands between marks, and between what is said to correct."""
    if len(_APART.split(item.segment(), 4)) < 4:
        return []
    cuts = [found.span() for found in _APART.finditer(item.text, item.start, item.end)]
    cuts += [found.span() for found in islice(_SAID_BETWEEN.finditer(item.text, item.start, item.end), MOST_ERRORS)]
    at, listed = item.start, []
    for start, end in [*sorted(cuts), (item.end, item.end)]:
        if start > at:
            listed.append((at, item.text[at:start]))
        at = max(at, end)
    return listed[: 4 * MOST_ERRORS]


def _paired(wrong: list[tuple[int, str]], right: list[tuple[int, str]]) -> list[tuple[int, str, str]]:
    """(where it begins, wrong, right) of two lists; none where one word is not like the other at its place. What stands before
    the first word of a list and behind its last one is speech."""
    pairs = []
    for n, ((begins, said), (_, meant)) in enumerate(zip(wrong, right, strict=True)):
        at, one, other = begins, said, meant
        if n == 0:
            other = fitted(other, one)
            one = fitted(one, other)
            at += len(said) - len(one)
        if n == len(wrong) - 1:
            other = prefix_like(one[: len(other)], trim_right(other))
            one = one[: len(other)]  # 身份正三个词错了: as long as what is meant
        alike = fuzz.ratio(loose_key(one), loose_key(other)) >= ALIKE_SIDE_BY_SIDE and loose_key(one) != loose_key(other)
        if not alike or not 2 <= len(one) <= LONGEST_SPOKEN:
            return []
        pairs.append((at, one, other))
    return pairs


def read_also(item: Item) -> None:
    """2版“象一家人”也是: the slip just corrected, in other words; the right form is composed where the slip stands once."""
    last = item.found[-1] if item.found else None
    if last is None or not last.wrong or last.right is None:
        return
    old, new = pieces(last.wrong, last.right)
    for found in islice(_ALSO.finditer(item.text, last.end, item.end), MOST_ERRORS):
        words = item.words(found.start("also"))
        if item.free(*found.span()) and old and words.count(old) == 1:
            item.add(found.start(), found.end(), words, words.replace(old, new))


def read_further(item: Item) -> None:
    """Behind a correction said in full another in fewer words: “加人”是“家人”, “按装”也错了. Alone they would say too little."""
    if not item.found:
        return
    for found in islice(_IS.finditer(item.text, item.start, item.end), MOST_ERRORS):
        wrong, right = item.words(found.start("x")), item.words(found.start("y"))
        alike = fuzz.ratio(loose_key(wrong), loose_key(right)) >= ALIKE_SIDE_BY_SIDE and wrong != right
        if alike and item.free(*found.span()) and item.stands(wrong):
            item.add(*found.span(), wrong, right)
    first = min(c.end for c in item.found)
    free = [q for q in item.quotes if q >= first and q not in item.used and OWN_DOUBT.match(item.text, q + 1, item.end)]
    for at in free:
        words = loose_key(item.words(at))
        said = any(words in loose_key(c.wrong or "") or (c.wrong and loose_key(c.wrong) in words) for c in item.found)
        if item.free(at, at + 1) and item.stands(item.words(at)) and not said:
            item.add(at, at + 1, item.words(at), None, doubt=True)
