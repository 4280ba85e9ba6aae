"""Finds what a message corrects: X应为Y in its many forms, too much, too little, a mark, or only a doubt.

Reads masked text with its citations blotted out; knows printed text only to delimit unquoted words.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from rapidfuzz import fuzz

from bot.understanding.amounts import clause_before, read_marks, read_missing, read_too_much
from bot.understanding.composing import MARK_NAMES, MARK_WORD
from bot.understanding.explained import explained_right, read_contrast, read_explained, read_one_character
from bot.understanding.forms import (
    DOUBT,
    FIGURES,
    ITEM,
    LABELLED,
    LEFT_MOST,
    LEFT_WORDS,
    MISTAKEN,
    MISTAKES,
    ONE_OF,
    OWN_DOUBT,
    RIGHT_WORDS,
    SHOULD,
    Q,
)
from bot.understanding.item import Correction, Delimit, Item, Stands, around
from bot.understanding.masking import Masked
from bot.understanding.normalise import QUOTE_MARKS, loose_key, strict_key
from bot.understanding.spoken import after_frame, in_a_quotation, in_a_title, window_like, without_speech
from bot.understanding.thresholds import MOST_ERRORS, PARTLY_ALIKE
from bot.understanding.unquoted import fitted, prefix_like, resembles, trim_right

MARK_WORDS = MARK_NAMES.keys() | {"小数点", "中圆点", "圆点"}
"""小数点都印成中圆点了 is a remark on corrections, none itself."""


def find_items(text: str) -> list[tuple[int, int]]:
    """[start, end) of the list items of a blotted text; what stands before the first mark is one too."""
    cuts = [0]
    for found in ITEM.finditer(text):
        if found.group() == "\n" and not text.startswith("\n", found.end()) and SHOULD.match(text, found.end()):
            continue
        cuts.append(found.end() if found.group() in {"\n", ";"} else found.start())
    cuts.append(len(text))
    return [(a, b) for a, b in pairwise(cuts) if text[a:b].strip()][: 4 * MOST_ERRORS]


def find_corrections(masked: Masked, text: str, delimit: Delimit, stands: Stands) -> list[Correction]:
    """All corrections of a message in order, at most MOST_ERRORS + 1 (one more tells that there are more)."""
    found: list[Correction] = []
    labelled = _labelled(masked, text)
    for correction in labelled:
        text = text[: correction.start] + "\ue7ff" * (correction.end - correction.start) + text[correction.end :]
    found.extend(labelled)
    for number, (start, end) in enumerate(find_items(text)):
        item = Item(masked, text, start, end, delimit, stands)
        for read in (read_explained, read_one_character, _read_mistaken, _read_should, read_marks, read_too_much, read_missing):
            read(item)
        if not item.found:
            read_contrast(item)
        if not item.found and not labelled:
            _read_doubts(item)
        found.extend(replace(c, item=number) for c in sorted(item.found, key=lambda c: c.start))
        if len(found) > MOST_ERRORS:
            break
    return _without_echoes(found, text)[: MOST_ERRORS + 1]


def _labelled(masked: Masked, text: str) -> list[Correction]:
    corrections = []
    for found in LABELLED.finditer(text):
        if SHOULD.search(found.group("x")):
            continue
        wrong, right = (
            masked.quoted(value) if len(value) == 1 and masked.span(value) else masked.words(*found.span(name)).strip()
            for name, value in (("x", found.group("x").strip()), ("y", found.group("y").strip()))
        )
        corrections.append(Correction(found.start(), found.end(), wrong, right))
    return corrections


def _read_mistaken(item: Item) -> None:
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
            if {found.group(x).strip("了"), found.group(y).strip("都全")} <= MARK_WORDS:
                continue
            if pattern is MISTAKEN and not _is_marked(found.group(y)):
                if _said_otherwise(item, found):
                    continue
                wrong = in_a_quotation(item, wrong)
            is_quoted = len(found.group(x)) == 1 and "\ue000" <= found.group(x) <= "\ue6ff"
            if pattern is MISTAKEN and not is_quoted:
                wrong = trim_right(wrong)
                right = fitted(after_frame(right), wrong)
            one = ONE_OF.fullmatch(right)
            if one and len(wrong) == 1 and one.group("one") in one.group("word"):
                context, right = one.group("word").replace(one.group("one"), wrong), one.group("one")
                item.add(found.start(), found.end(), wrong, right, context=context, quoted=False)
                continue
            if len(loose_key(wrong)) and len(loose_key(right)):
                context = around(item, wrong) or (clause_before(item, found.start(), wrong) if len(wrong) == 1 else None)
                item.add(found.start(), found.end(), wrong, right, context=context, quoted=is_quoted)


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
        right = _right_of(item, verb) if verb.lastgroup == "strong" and item.free(verb.start(), verb.end()) else None
        if right is not None and fuzz.partial_ratio(loose_key(right[0]), loose_key(wrong)) >= PARTLY_ALIKE:
            start, end = min(verb.start(), found.start("x")), max(end, right[1])
            item.add(start, end, wrong, right[0], context=around(item, wrong))
            return True
    return False


def _read_should(item: Item) -> None:
    """X应为Y, quoted or not, with remarks between."""
    at, tried = item.start, 0
    for verb in SHOULD.finditer(item.text, item.start, item.end):
        if len(item.found) > MOST_ERRORS or tried > 2 * MOST_ERRORS:
            break
        tried += 1
        if verb.start() < at or not item.free(verb.start(), verb.end()):
            continue
        right = _right_of(item, verb)
        if right is None or right[1] - 1 in item.used:
            continue
        value, end = right
        before = [q for q in item.quotes if at <= q < verb.start() and q not in item.used]
        after = [q for q in item.quotes if q >= end]
        left = _left_words(item, verb, at)
        if before:
            _pair_with_quote(item, verb, value, end, before, left)
        else:
            _pair_without_quote(item, verb, value, end, left, after)
        at = end if item.found else at


def _pair_without_quote(
    item: Item, verb: re.Match[str], right: str, end: int, left: str, after: list[int]
) -> None:
    """The objected words are unquoted before the verb, a title before it, quoted after it, or not said."""
    title = item.title_before(verb.start()) if right.startswith("《") else None
    right = right.strip("《》") if title else right
    start = verb.start() - len(left)
    right, end = without_speech(right, end)
    words = title or ""
    if not title and left and verb.lastgroup != "weak":
        words = item.typed(item.delimit(left, right), start)
    if verb.lastgroup == "asks" and fuzz.ratio(loose_key(words), loose_key(right)) < 50:
        return
    if not title and not resembles(words, right):
        words = in_a_title(item, verb, right)
    if not loose_key(words) and not item.stands(item.delimit(left, right) if left else ""):
        words = window_like(item, right, verb.start())
    if not words:
        later = _most_like(item, right, after)
        words = item.words(later) if later is not None else ""
    if loose_key(words):
        right = prefix_like(words, right)
        item.add(start, end, words, _told_apart(item, words, right, end), context=around(item, words), quoted=False)
    else:
        item.add(verb.start(), end, None, right)


_LIST_MARK = re.compile(r"(?:\(?[\da-h①-⑳一二三四五六七八九十]{1,2}[、.)]|/)\s*(?=[^\d])")


def _right_of(item: Item, verb: re.Match[str]) -> tuple[str, int] | None:
    """(right form as typed, where it ends) after a verb."""
    at = verb.end()
    if at < item.end and "\ue000" <= item.text[at] <= "\ue6ff":
        exact = re.compile(f"的({Q})(?:字)?").match(item.text, at + 1)
        if exact and item.masked.quoted(exact.group(1)) in item.words(at):
            return item.masked.quoted(exact.group(1)), exact.end()  # 应该是“轮流”的“流”
        return item.words(at), at + 1
    if verb.lastgroup == "weak":
        return None
    words = RIGHT_WORDS.match(item.text, at, item.end)
    if words is None or re.match(rf"(?:{MARK_WORD}|删|去掉|加强|好好|多一点)", words.group()):
        return None
    trimmed = trim_right(words.group())
    return (item.masked.words(at, at + len(trimmed)).strip(), at + len(trimmed)) if trimmed else None


def _left_words(item: Item, verb: re.Match[str], at: int) -> str:
    at = max(at, verb.start() - LEFT_MOST)
    found = LEFT_WORDS.search(item.text[at : verb.start()])
    if found is None:
        return ""
    mark = _LIST_MARK.match(found.group())
    return item.text[at + found.start() + (mark.end() if mark else 0) : verb.start()]


def _pair_with_quote(item: Item, verb: re.Match[str], right: str, end: int, before: list[int], left: str) -> None:
    nearest = before[-1]
    adjacent = not item.text[nearest + 1 : verb.start()].strip(" ,:")
    chosen = nearest
    if not adjacent:
        chosen = max(before, key=lambda q: (fuzz.ratio(loose_key(item.words(q)), loose_key(right)), q))
    later = [q for q in item.quotes if q >= end and loose_key(item.words(q)) in loose_key(item.words(chosen))]
    inner = _most_like(item, right, later)
    if inner is not None and _likeness(item, inner, right) > _likeness(item, chosen, right):
        chosen = inner
    wrong = item.words(chosen)
    unquoted = loose_key(left)
    is_part = 1 <= len(unquoted) < len(loose_key(wrong)) and unquoted in loose_key(wrong)
    if not adjacent and chosen == nearest and is_part and (len(unquoted) > 1 or len(right) == 1):
        typed = item.typed(left.strip(" ,"), verb.start() - len(left))
        item.add(before[0], end, typed, right, context=wrong)
        return
    right = explained_right(wrong, right)
    item.add(min(before[0], chosen), end, wrong, _told_apart(item, wrong, right, end), context=around(item, wrong))


def _told_apart(item: Item, wrong: str, right: str, end: int) -> str:
    """The right form with its quotation marks where they are all that is corrected (要加引号)."""
    only_marks = strict_key(wrong) == strict_key(right) and _unmarked(wrong) == _unmarked(right)
    if only_marks and "\ue000" <= item.text[end - 1] <= "\ue3ff":
        span = item.masked.span(item.text[end - 1])
        if span is not None:
            return item.masked.folded.words(span.start, span.end)
    return right


def _unmarked(words: str) -> str:
    return "".join(c for c in words if c not in QUOTE_MARKS and not c.isspace())


def _likeness(item: Item, quote: int, right: str) -> float:
    return fuzz.ratio(loose_key(item.words(quote)), loose_key(right))


def _most_like(item: Item, right: str, quotes: list[int]) -> int | None:
    quotes = [q for q in quotes if loose_key(item.words(q)) not in loose_key(right)]
    best = max(quotes, key=lambda q: _likeness(item, q, right), default=None)
    return best if best is not None and _likeness(item, best, right) >= 40 else None


def _read_doubts(item: Item) -> None:
    """Only quotations: the first, and each further one that a doubt of its own follows."""
    taken: list[str] = []
    quotes = item.quotes
    for n, at in enumerate(quotes):
        words = item.words(at)
        until = quotes[n + 1] if n + 1 < len(quotes) else item.end
        between = item.text[at + 1 : until]
        own = OWN_DOUBT.match(between) is not None
        if taken and (not own or any(loose_key(words) in loose_key(other) for other in taken)):
            continue
        taken.append(words)
        item.add(at, at + 1, words, None, doubt=True)


def has_doubt(text: str) -> bool:
    """Whether the words of a message around its quotations doubt something."""
    return DOUBT.search(text) is not None


def _tells_of(correction: Correction, earlier: Correction) -> bool:
    """“按装了一只”，还有把安装写成按装的: unquoted words after a quotation that say what is wrong in it."""
    bare = loose_key(correction.wrong or "")
    bare = bare[:-1] if bare.endswith("的") else bare
    return (earlier.right is None and not correction.quoted and bool(correction.right) and len(bare) > 1
            and bare in loose_key(earlier.wrong or "") and bare != loose_key(earlier.wrong or ""))  # fmt: skip


def _without_echoes(found: list[Correction], text: str) -> list[Correction]:
    """A later correction of the same words to the same form, or only a part of an earlier one, is a remark."""
    kept: list[Correction] = []
    for correction in found:
        wrong, right = strict_key(correction.wrong or ""), strict_key(correction.right or "")
        if any(wrong == strict_key(k.wrong or "") and right == strict_key(k.right or "") and (wrong or right)
               and "\ue7ff" not in text[k.end : correction.start] for k in kept):  # fmt: skip
            continue
        told = next((n for n, k in enumerate(kept) if _tells_of(correction, k)), None)
        if told is not None:
            bare = loose_key(correction.wrong or "")
            kept[told] = replace(kept[told], wrong=correction.wrong if bare in loose_key(kept[told].wrong or "")
                                 else (correction.wrong or "")[:-1], right=correction.right, context=kept[told].wrong,
                                 doubt=False)  # fmt: skip
            continue
        kept.append(correction)
    return kept
