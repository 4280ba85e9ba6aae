"""Finds what a message corrects: X应为Y in its many forms, too much, too little, a mark, or only a doubt.

Reads masked text with its citations blotted out; knows printed text only to delimit unquoted words.
"""

from __future__ import annotations

import re
from itertools import pairwise

from rapidfuzz import fuzz

from bot.understanding.amounts import clause_before, read_marks, read_missing, read_point, read_too_much
from bot.understanding.composing import MARK_NAMES
from bot.understanding.contradicted import read_contradicted, set_against
from bot.understanding.explained import (
    explained_right,
    read_badly_made,
    read_bracketed,
    read_contrast,
    read_explained,
    read_letter,
    read_one_character,
    read_said_again,
)
from bot.understanding.extents import own_part
from bot.understanding.forms import (
    DOUBT,
    FIGURES,
    ITEM,
    LABELLED,
    LEFT_MOST,
    LEFT_WORDS,
    MISTAKEN,
    MISTAKES,
    NO_WORDING,
    ONE_OF,
    OWN_DOUBT,
    PLACED,
    RIGHT_WORDS,
    SAYS_WRONG,
    SHOULD,
    SPACED,
    Q,
)
from bot.understanding.item import Correction, Delimit, Differing, Item, Often, Stands, around
from bot.understanding.masking import Masked
from bot.understanding.normalise import QUOTE_MARKS, loose_key, strict_key
from bot.understanding.parallel import read_also, read_further, read_parallel
from bot.understanding.plain import read_plain, read_pointed
from bot.understanding.spoken import after_frame, in_a_quotation, in_a_title, window_like, without_speech
from bot.understanding.thresholds import ALIKE_SIDE_BY_SIDE, MOST_ERRORS, PARTLY_ALIKE
from bot.understanding.tidying import answered, begun_alike, sooner_like, without_echoes, without_sentence
from bot.understanding.twins import read_twins
from bot.understanding.unquoted import fitted, prefix_like, resembles, trim_right
from bot.understanding.voiced import read_voiced

_MARK = re.compile("[,。?!:、;]$|[,。?!:、;].*[,。?!:、;]")
MARK_WORDS = MARK_NAMES.keys() | {"小数点", "中圆点", "圆点"}
"""小数点都印成中圆点了 is a remark on corrections, none itself."""
_NAMED_CHARACTER = re.compile(r"(?:里|中|的|这个|那个)*(?P<one>[一-鿿a-z])(?:这个|那个)?字")
"""已字应作己: the character that a word about a quotation names."""


def find_items(text: str) -> list[tuple[int, int]]:
    """[start, end) of the list items of a blotted text; what stands before the first mark is one too."""
    cuts = [0]
    for found in ITEM.finditer(text):
        if found.group() == "\n" and not text.startswith("\n", found.end()) and SHOULD.match(text, found.end()):
            continue
        cuts.append(found.end() if found.group() in {"\n", ";"} else found.start())
    cuts.append(len(text))
    return [(a, b) for a, b in pairwise(cuts) if text[a:b].strip()][: 4 * MOST_ERRORS]


def find_corrections(
    masked: Masked, text: str, delimit: Delimit, stands: Stands, differing: Differing, often: Often
) -> list[Correction]:
    """All corrections of a message in order, at most MOST_ERRORS + 1 (one more tells that there are more)."""
    found: list[Correction] = []
    labelled = _labelled(masked, text) or _spaced(masked, text, stands)
    for correction in labelled:
        text = text[: correction.start] + "\ue7ff" * (correction.end - correction.start) + text[correction.end :]
    found.extend(labelled)
    for number, (start, end) in enumerate(find_items(text)):
        item = Item(masked, text, start, end, delimit, stands, differing, often, number)
        for read in _READERS:
            read(item)
        if not item.found:
            read_contrast(item)
        if not item.found:
            read_plain(item)
        if not item.found:
            read_twins(item)
        read_pointed(item)
        read_further(item)
        if not labelled:
            read_contradicted(item)
        if not item.found and not labelled:
            _read_doubts(item)
        set_right = (without_sentence(begun_alike(sooner_like(c, item), item)) for c in sorted(item.found, key=lambda c: c.start))
        found.extend(own_part(c, item) for c in set_right)
        if len(found) > MOST_ERRORS:
            break
    return without_echoes(answered(found), text)[: MOST_ERRORS + 1]


def _labelled(masked: Masked, text: str) -> list[Correction]:
    corrections = []
    for found in LABELLED.finditer(text):
        if SHOULD.search(found.group("x")):
            continue
        wrong, right = (
            masked.quoted(value) if len(value) == 1 and masked.span(value) else masked.words(*found.span(name)).strip()
            for name, value in (("x", found.group("x").strip()), ("y", found.group("y").strip()))
        )
        corrections += [Correction(found.start(), found.end(), *pair) for pair in _listed(wrong, right)]
    return corrections


def _listed(wrong: str, right: str) -> list[tuple[str, str]]:
    """坐立不按、白塘 and 坐立不安、白糖 as two pairs; one pair where the halves are no lists side by side."""
    pairs = list(zip(wrong.split("、"), right.split("、"), strict=False))
    if wrong.count("、") != right.count("、") or not all(
        one != other and fuzz.ratio(loose_key(one), loose_key(other)) >= ALIKE_SIDE_BY_SIDE for one, other in pairs
    ):
        return [(wrong, right)]
    return pairs


def _spaced(masked: Masked, text: str, stands: Stands) -> list[Correction]:
    """Lines like 力不从心？。 应为 力不从心？: where the marks are part of what is printed."""
    found = [m for m in SPACED.finditer(text) if _MARK.search(m.group("x").strip()) and stands(m.group("x"))]
    return [
        Correction(m.start("x"), m.end(), masked.words(*m.span("x")).strip(), masked.words(*m.span("y")).strip(), quoted=False)
        for m in found
    ]


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
            if found.group(x).strip("了") == "字母" or {found.group(x).strip("了"), found.group(y).strip("都全")} <= MARK_WORDS:
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
    title = item.title_before(verb.start()) if right.startswith(("《", "〈")) else None
    right = right.strip("《》〈〉") if title else right
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


_CHARACTER = re.compile(r"(?<=.)(?:这|那)?个?字[,\s]*$")
_ENDS_HERE = re.compile(r"\s*(?:$|[,。;!?\n]|才|吧|字)")
_LIST_MARK = re.compile(r"(?:\(?[\da-h①-⑳一二三四五六七八九十]{1,2}[、.)]|/)\s*(?=[^\d])|[①-⑳]\s*")


def _right_of(item: Item, verb: re.Match[str]) -> tuple[str, int] | None:
    """(right form as typed, where it ends) after a verb."""
    at = verb.end()
    if at < item.end and "\ue000" <= item.text[at] <= "\ue6ff":
        exact = re.compile(f"的({Q})(?:字)?").match(item.text, at + 1)
        if exact and item.masked.quoted(exact.group(1)) in item.words(at):
            return item.masked.quoted(exact.group(1)), exact.end()  # 应该是“轮流”的“流”
        return item.words(at), at + 1
    if verb.group().endswith("的") and _ENDS_HERE.match(item.text, at, item.end):
        return "的", at  # “自己做得辣酱”得应为的
    if verb.lastgroup == "weak":
        return None
    words = RIGHT_WORDS.match(item.text, at, item.end)
    if words is None or NO_WORDING.match(words.group()):
        return None
    said = words.group()
    again = SHOULD.search(said)  # 食唐应为食堂、优慧应为优惠
    trimmed = trim_right(said[: said.rfind("、", 0, again.start())] if again and "、" in said[: again.start()] else said)
    return (item.masked.words(at, at + len(trimmed)).strip(), at + len(trimmed)) if trimmed else None


def _left_words(item: Item, verb: re.Match[str], at: int) -> str:
    at = max(at, verb.start() - LEFT_MOST)
    found = LEFT_WORDS.search(item.text[at : verb.start()])
    if found is None:
        return ""
    mark = _LIST_MARK.match(found.group())
    return item.text[at + found.start() + (mark.end() if mark else 0) : verb.start()]


def _pair_with_quote(item: Item, verb: re.Match[str], right: str, end: int, before: list[int], left: str) -> None:
    before = [q for q in before if not _is_aside(item, q)] or before
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
    left = _CHARACTER.sub("", left)
    named = _NAMED_CHARACTER.fullmatch(left.strip(" ,"))
    left = named.group("one") if named else left
    unquoted = loose_key(left)
    is_part = 1 <= len(unquoted) < len(loose_key(wrong)) and unquoted in loose_key(wrong)
    if not adjacent and chosen == nearest and is_part and (len(unquoted) > 1 or len(right) == 1):
        typed = item.typed(left.strip(" ,"), verb.start() - LEFT_MOST if verb.start() > LEFT_MOST else item.start)
        item.add(before[0], end, typed, right, context=wrong)
        return
    right = _whole_right(item, wrong, explained_right(wrong, right), end)
    first = chosen if adjacent and chosen == nearest and not _PAUSE.search(item.text, before[-1], end) else min(before[0], chosen)
    item.add(first, end, wrong, _told_apart(item, wrong, right, end), context=around(item, wrong))


_PAUSE = re.compile("[,。;!?\n]")
_ASIDE = re.compile(
    r"(?:(?:漏|少|缺|多|掉|脱)(?:了|写|印|掉)*(?:一?[个两二])?"
    r"|(?:跟|和|与|同|像|比)(?:前面?|后面?|上文?|下文?|别处|其他|另)?[的一-鿿]{0,6})$"
)


def _is_aside(item: Item, quote: int) -> bool:
    """Whether a quotation is what is missing or only compared with: 漏“工作”, 跟前面的“8400余人”不一样."""
    found = _ASIDE.search(item.text, max(item.start, quote - 10), quote)
    return found is not None and quote != item.quotes[0]


def _whole_right(item: Item, wrong: str, right: str, end: int) -> str:
    """应该是〇，“二〇一八年”: the whole right form where it is quoted after the character that differs."""
    if len(right) > 2 or len(wrong) <= len(right):
        return right
    later = (item.words(q) for q in item.quotes if q >= end and q not in item.used)
    whole = (words for words in later if right in words and fuzz.ratio(words, wrong) >= PARTLY_ALIKE)
    return next(whole, right)


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
        inner = next((n for n, c in enumerate(item.found) if own and c.right is None and _is_part(words, c.wrong)), None)
        if inner is not None:  # “…坐立不按”，“按”错: the words within are what is meant
            item.found[inner] = item.found[inner]._replace(wrong=words, context=item.found[inner].wrong)
            continue
        own = own or bool(taken and PLACED.fullmatch(item.text, quotes[n - 1] + 1, at) and item.stands(words))
        if taken and (not own or any(loose_key(words) in loose_key(other) for other in taken)):
            continue
        taken.append(words)
        item.add(at, at + 1, words, None, doubt=True)


def _is_part(words: str, whole: str | None) -> bool:
    return 0 < len(loose_key(words)) < len(loose_key(whole or "")) and (whole or "").count(words) == 1


def has_doubt(text: str) -> bool:
    """Whether the words of a message around its quotations doubt something."""
    return DOUBT.search(text) is not None


_READERS = (
    read_parallel, read_point, read_letter, read_bracketed, read_voiced, read_explained, read_said_again, read_one_character,
    read_badly_made, _read_mistaken, _read_should, read_marks, read_too_much, read_missing, read_also,
)  # fmt: skip
"""In order of trust: what one has read is no longer free for the next."""
