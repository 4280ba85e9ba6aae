"""Reads a character by the words that name it: 三班捣那个捣是捣乱的捣吧应该是倒班的倒, 骨质输松 疏通的疏.

Who speaks cannot point, so he says which character he means by a word that holds it, the wrong one, the right one or
both, in whatever order of words. The printed words that he says before hold the wrong one. Works on one list item without
quotations; knows print only by asking whether words stand in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from bot.understanding.corrections.item import Item
from bot.understanding.corrections.running import add_as_printed, printed_end, said_before
from bot.understanding.thresholds import MOST_ERRORS
from bot.understanding.words.sounds import same_sound

_BY_A_WORD = re.compile(r"[一-鿿]{2,4}的那?个?(?P<one>[一-鿿])(?!字?(?:是)?(?:没错|没问题|对的))")
_POINTED = re.compile(
    r"(?:[那这]个|里面?的|里头的)(?P<one>(?![写印打用弄排登错字是说])[一-鿿])字?(?=[是错写印用应]|[不勿]对|有误)|(?P<one2>[一-鿿])字(?=错|[不勿]对|有误|[写印用打]错)"
)
_NAMES = re.compile("的|错|误|对")
_BY_A_PART = re.compile(r"(?:[一-鿿]字?[旁底头边]|[三两]点水|走之底?)的")
_FILLS = re.compile(r"(?:[\s,、:]|的|里面?|那个|这个|上|应该?|是|不|要|用|[写印打](?:的是|成了?|了)?)+$")
_APART = re.compile(r"[\s,、:]+")
WRONG_AND_RIGHT = re.compile(
    r"(?<![一-鿿])(?P<wrong>[一-鿿])字?(?:错了?|误|[不勿]对)[\s,、]*(?P<right>[一-鿿])字?(?:才?对|正|才是)(?![一-鿿])"
)
"""露错，漏对."""
LONGEST_WORD = 3


def read_named(item: Item) -> None:
    """Adds the printed words before the first character that is named, with the one that is meant."""
    if item.quotes or not _NAMES.search(item.text, item.start, item.end):
        return
    both = WRONG_AND_RIGHT.search(item.text, item.start, item.end)
    names = [(*both.span(), both.group(which)) for which in ("wrong", "right")] if both else sorted(_names(item))
    if not names:
        return
    first = names[0][0]
    longer = (at for at in range(first - 1, max(item.start, first - LONGEST_WORD), -1))  # 歪门 before 邪道的邪
    run, begin = next(((run, at) for at in (first, *longer) if (run := _run(item, at))), ("", first))
    wrong = list(dict.fromkeys(one for *_, one in names if run.count(one) == 1))
    meant = list(dict.fromkeys(one for *_, one in names if one not in run))
    if len(meant) != 1 or len(wrong) > 1:
        return
    wrong = wrong or [one for one in run if same_sound(one, meant[0])]
    if len(wrong) == 1 and run.count(wrong[0]) == 1:
        start, end = item.text.rfind(run, item.start, begin), max(end for _, end, _ in names)
        if item.free(start, end):
            add_as_printed(item, start, end, run, run.replace(wrong[0], meant[0]), None)


def _run(item: Item, at: int) -> str:
    """The printed end of what is said before an offset, or of a clause before it: 三班捣，孙女说是."""
    said = _FILLS.sub("", said_before(item, at))
    return next((run for words in (said, *reversed(_APART.split(said))) if (run := printed_end(item, words))), "")


def _names(item: Item) -> Iterator[tuple[int, int, str]]:
    """(where its word begins, where it ends, the character) of each one that is named."""
    for found in islice(_BY_A_WORD.finditer(item.text, item.start, item.end), MOST_ERRORS):
        one, word = found.group("one"), found.group().partition("的")[0]
        short = next((word[-n:] for n in range(2, len(word) + 1) if word[-n:].count(one) == 1), None)
        if short is not None:
            yield found.start() + len(word) - len(short), found.end(), one
        elif part := _BY_A_PART.search(found.group()):
            yield found.start() + part.start(), found.end(), one
    for found in islice(_POINTED.finditer(item.text, item.start, item.end), MOST_ERRORS):
        yield found.start(), found.end(), found.group("one") or found.group("one2")
