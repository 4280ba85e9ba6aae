"""Reads X应为Y, quoted or not, with remarks between. Works on one list item."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from bot.understanding.corrections.explained import explained_right, one_of_printed, sound_alike_printed
from bot.understanding.corrections.forms import LEFT_MOST, LEFT_WORDS, NO_WORDING, RIGHT_WORDS, SHOULD, Q
from bot.understanding.corrections.item import Item, around
from bot.understanding.corrections.spoken import in_a_title, window_like, without_speech
from bot.understanding.corrections.unquoted import prefix_like, resembles, trim_right
from bot.understanding.thresholds import ALIKE, MOST_ERRORS, PARTLY_ALIKE
from bot.understanding.words.normalise import QUOTE_MARKS, loose_key, strict_key

_OR = re.compile(r"[\s,]*(?:或者?是?|、)\s*")
"""该用“一把”或“一张”."""
_ADDRESS = re.compile(r"(?:编辑(?:部|同志|老师|大人)*|老师|同志|小编)[,!\s]*$")
_OF_WORDS = re.compile("(?:这个|那个)?(?:[量名动形介助副]容?词|单位|数量词?|标点|数字|读音|笔画|偏旁)")
_PAUSE = re.compile("[,。;!?\n]")
_NAMED_CHARACTER = re.compile(r"(?:[里中]?[的之]|里|中|这个|那个)*(?P<one>[一-鿿a-z])(?:这个|那个|一)?字"
    r"|[里中]?[的之](?P<one2>[一-鿿a-z])"
)
"""已字应作己, 的象应为像: the character that a word about a quotation names."""


def read_should(item: Item) -> None:
    """X应为Y, quoted or not, with remarks between."""
    at, tried = item.start, 0
    for verb in SHOULD.finditer(item.text, item.start, item.end):
        if len(item.found) > MOST_ERRORS or tried > 2 * MOST_ERRORS:
            break
        tried += 1
        if verb.start() < at or not item.free(verb.start(), verb.end()):
            continue
        right = right_of(item, verb)
        if right is None or right[1] - 1 in item.used:
            continue
        value, end = right
        before = [q for q in item.quotes if at <= q < verb.start() and q not in item.used]
        after = [q for q in item.quotes if q >= end and not _OR.fullmatch(item.text, end, q)]
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
    alone = len(right) == 1 and not title
    one = one_of_printed(item, left) or sound_alike_printed(item, left, right) if alone else None
    if one is not None and one[0] != right:  # 象雪片的象应为像
        item.add(start, end, item.typed(one[0], start), right, context=item.typed(one[1], start), quoted=False)
        return
    words = title or ""
    if not title and left and verb.lastgroup != "weak":
        words = item.typed(item.delimit(left, right), start)
    if _OF_WORDS.fullmatch(left.strip("的里, ")):
        words = ""  # 停着三座木船，量词应该是条
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
_SPEECH = re.compile(r"(?:[哎啊哦噢呀嗯唉]|不是|不对|不行|[写说打搞弄看]?错了?|[更纠]正一?下?|我)++[的了吧]?[\s,]*")
"""不对，应该是饭店: said of what was sent before, no words of print."""


def right_of(item: Item, verb: re.Match[str]) -> tuple[str, int] | None:
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
    address = _ADDRESS.search(item.text, at, verb.start())
    end = address.start() if address else verb.start()
    found = LEFT_WORDS.search(item.text[at:end])
    if found is None or _SPEECH.fullmatch(found.group()):
        return ""
    mark = _LIST_MARK.match(found.group())
    return item.text[at + found.start() + (mark.end() if mark else 0) : end]


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
    if verb.group().startswith("不") and fuzz.partial_ratio(loose_key(right), loose_key(wrong)) < ALIKE:
        return  # “不接单”，不就是推给别人吗: asked about the words, no wording for them
    left = _CHARACTER.sub("", left)
    named = _NAMED_CHARACTER.fullmatch(left.strip(" ,"))
    left = named.group("one") or named.group("one2") if named else left
    unquoted = loose_key(left)
    is_part = 1 <= len(unquoted) < len(loose_key(wrong)) and unquoted in loose_key(wrong)
    if not adjacent and chosen == nearest and is_part and (len(unquoted) > 1 or len(right) == 1):
        typed = item.typed(left.strip(" ,"), verb.start() - LEFT_MOST if verb.start() > LEFT_MOST else item.start)
        item.add(before[0], end, typed, right, context=wrong)
        return
    right = _whole_right(item, wrong, explained_right(wrong, right), end)
    first = chosen if adjacent and chosen == nearest and not _PAUSE.search(item.text, before[-1], end) else min(before[0], chosen)
    item.add(first, end, wrong, _told_apart(item, wrong, right, end), context=around(item, wrong))


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
