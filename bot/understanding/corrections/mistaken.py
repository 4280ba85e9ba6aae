"""Reads what was printed for what: Y误为X, X是Y之误, 不是X是Y, 只有Y没有X. Works on one list item."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from bot.understanding.corrections.amounts import clause_before
from bot.understanding.corrections.composing import MARK_NAMES
from bot.understanding.corrections.contradicted import set_against
from bot.understanding.corrections.forms import FIGURES, MISTAKEN, MISTAKES, ONE_OF, SAYS_WRONG, SHOULD
from bot.understanding.corrections.item import Item, around
from bot.understanding.corrections.should import right_of
from bot.understanding.corrections.spoken import after_frame, in_a_quotation
from bot.understanding.corrections.unquoted import fitted, prefix_like, resembles, trim_right
from bot.understanding.thresholds import PARTLY_ALIKE
from bot.understanding.words.normalise import loose_key

_OF_SOMEBODY = re.compile("(?:[把将]|报[上纸]?)?(?:[我你他她它咱]们?|人家)?")
"""把我印成“顾云帆”: whose words they are, no right form."""
MARK_WORDS = MARK_NAMES.keys() | {"小数点", "中圆点", "圆点"}
"""小数点都印成中圆点了 is a remark on corrections, none itself."""


def read_mistaken(item: Item) -> None:
    """Y误为X, X是Y之误, 不是X是Y, 只有Y没有X: the right form may stand first."""
    for pattern in MISTAKES:
        if not MISTAKES[pattern].search(item.text, item.start, item.end):
            continue
        for found in pattern.finditer(item.text, item.start, item.end):
            names = [name for name, value in found.groupdict().items() if value]
            x, y = (next(n for n in names if n[0] == which) for which in "xy")
            if not item.free(found.start(), found.end()):
                continue
            wrong, right = (item.given(found.group(n), found.start(n)) for n in (x, y))
            if _OF_SOMEBODY.fullmatch(found.group(y)) or _speaks_of_marks(found.group(x), found.group(y)):
                continue
            if pattern is MISTAKEN and not _is_marked(found.group(y)):
                if _said_otherwise(item, found):
                    continue
                wrong = in_a_quotation(item, wrong)
            is_quoted = len(found.group(x)) == 1 and "\ue000" <= found.group(x) <= "\ue6ff"
            if pattern is MISTAKEN and not is_quoted:
                wrong = trim_right(wrong)
                right = fitted(after_frame(right), wrong)
                wrong = prefix_like(right, wrong)
                right = right if resembles(wrong, right) else _meant_instead(item, wrong, right, found, y)
                if not right:
                    item.add(found.start(), found.end(), wrong, None, quoted=False)
                    continue
            one = ONE_OF.fullmatch(right)
            if one and len(wrong) == 1 and one.group("one") in one.group("word"):
                context, right = one.group("word").replace(one.group("one"), wrong), one.group("one")
                item.add(found.start(), found.end(), wrong, right, context=context, quoted=False)
                continue
            if len(loose_key(wrong)) and len(loose_key(right)):
                context = around(item, wrong) or (clause_before(item, found.start(), wrong) if len(wrong) == 1 else None)
                item.add(found.start(), found.end(), wrong, right, context=context, quoted=is_quoted)


def _speaks_of_marks(wrong: str, right: str) -> bool:
    """小数点都印成中圆点了, 写成字母了: a remark, no words of print."""
    return wrong.strip("了") == "字母" or {wrong.strip("了"), right.strip("都全")} <= MARK_WORDS


def _meant_instead(item: Item, wrong: str, right: str, found: re.Match[str], side: str) -> str:
    """The right form where what stands before the verb is not like the wrong words; "" in 公众号名字写成江城社区发步, where it
    only says whose words they are."""
    said = set_against(item, wrong, found.end())
    if not said and not _is_marked(found.group(side)) and (SAYS_WRONG.search(right) or len(right) > 2 * len(wrong)):
        return ""  # 圈套两个字套写错了写成同字: neither half is a wording for the other
    return said or (right if _is_marked(found.group(side)) or not item.stands(wrong) else "")


def _is_marked(value: str) -> bool:
    return len(value) == 1 and "\ue000" <= value <= "\ue6ff"


def _said_otherwise(item: Item, found: re.Match[str]) -> bool:
    """报上误作“X”, 印成12354了…应该是12345: what stands before the verb is no right form, it is said elsewhere."""
    if _is_marked(found.group("x")):
        wrong, end = item.given(found.group("x"), found.start("x")), found.end()
    else:
        figures = FIGURES.match(item.text, found.start("x"), item.end)
        if figures is None:
            return False
        wrong, end = item.masked.words(*figures.span()).strip(), figures.end()
    if resembles(trim_right(found.group("y")), wrong):
        return False
    for verb in SHOULD.finditer(item.text, item.start, item.end):
        right = right_of(item, verb) if verb.lastgroup == "strong" and item.free(verb.start(), verb.end()) else None
        if right is not None and fuzz.partial_ratio(loose_key(right[0]), loose_key(wrong)) >= PARTLY_ALIKE:
            start, end = min(verb.start(), found.start("x")), max(end, right[1])
            item.add(start, end, wrong, right[0], context=around(item, wrong))
            return True
    return False
