"""Finds where words without quotation marks begin and end: by print, by the correction, by habit of speech.

Knows printed text only through its index; knows no citation.
"""

from __future__ import annotations

import re
from itertools import pairwise

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from bot.understanding.in_print.printed import NearFirst
from bot.understanding.thresholds import (
    ALONE,
    ALONE_SHARE,
    RARE,
    RUNS_ON,
    RUNS_ON_LIKE,
    SHORTEST_RUN,
    TELLING,
    WHOLE,
)
from bot.understanding.words.normalise import loose_key, loose_key_with_origin
from bot.understanding.words.numerals import in_figures
from bot.understanding.words.sounds import sound_share

_LEAD = re.compile(
    r".*(?:那段写|这段写|那句写|那段|这段|那句|这句|写道|写着|里面写|里写|里说|文章说|里面|文中|说的是|"
    r"有一句|有句|有个|里的|中的|那个|这个|一个|印的是|写的是|上面的|的是|上的|标题|那里|(?:^|(?<=一[个处条]))是|(?:^|里|头)把|将(?=.*写))"
)
_TAIL = re.compile(
    r"(?:(?:这个|这句|这|那个|那)?(?:字|词|话|句话|说法|写法|词语|成语|地方|里|[几两三四五六七八]个字|二字)?(?:[两二三四五六几\d]处)?(?:全?都|是)?"
    r"(?:(?:少|多|漏|缺)[了掉]?[一两二三几]个?(?:位数?|数字?|号码)|[打拨]不通|我(?:觉得|认为|看|感觉)(?:有问题|不对|不妥|别扭)|不通顺|不通|[不勿]对|有误|误|错了|写错了?|印错了?|打错了?|用错了?|算错了?|标错了?|是错的|有问题|不规范|不妥|不准确|重复了?|多余|不(?:能|该|应该?|可以)这[么样]?(?:叫|写|说|用)|(?:写|印|打|用|算|标)?错(?:咗|[忒脱特]了?)|[不勿]对额)?(?:吧|啊|呀|了|的)?)$"
)
_SHOWN = re.compile("[如见看]上?图|上图|[图照]片|图[上中里]|[这那此](?:里|处|个字?)")
"""如图，应该是七棵: pointed at in a picture, and no words of print."""
_DASH = re.compile("—{2,}|…+")
_WORD = re.compile("[^\\s,。;:!?、()—\ue000-\ue7ff]{2,20}")
_ASKED = re.compile(r"哪|怎么|没有|什么|吗|不是")
_END_OF_SPEECH = re.compile(r"[了的吧呀][,:。!?;\s]+")
_PARTICLE = re.compile(
    r"(?:才对|才是|才好|才统一|才规范|才准确|才行|才通|更好|更合适|更妥|更准确|比较好|较好|为好|为宜|较妥|也?可以|好一点|好些|来着|之类|[写印打弄搞]错了?|吧|吗|伐|啊|呀|呢|哦|噢|嘛|叭|哈|了|[~.…'\"]|的吧)+$"
)


def trim_right(words: str) -> str:
    """A proposed wording without the particles of speech after it."""
    trimmed = _PARTICLE.sub("", words.strip())
    return trimmed or words.strip()


def trim_left(words: str) -> str:
    """Objected words without the frame of speech around them."""
    words = _DASH.split(words.strip(" ,。;:!?、—】])"))[-1]
    lead = _LEAD.match(words)
    rest = words[lead.end() :] if lead else words
    if len(loose_key(rest)) < 2:
        rest = words
    tail = _TAIL.search(rest)
    cut = rest[: tail.start()] if tail else rest
    return (cut if len(loose_key(cut)) >= 1 else rest).strip()


def delimit(left: str, right: str | None, printed: NearFirst) -> str:
    """The objected words at the end of `left`: what stands in print, else what resembles `right`, else `left`."""
    trimmed = trim_left(left)
    for last in ("里", "误"):  # of a kilometre, of a slip
        if left.rstrip(" ,:").endswith(trimmed + last) and printed.stands(loose_key(trimmed + last)):
            trimmed += last
    if _SHOWN.fullmatch(trimmed):
        return ""
    key = loose_key(trimmed)
    if key and (printed.stands(key) or printed.fuzzy(key)):
        return trimmed
    run = _printed_run(left, right, printed)
    if run:
        return run
    return _like(trimmed, right) if right else trimmed


def _printed_run(left: str, right: str | None, printed: NearFirst) -> str | None:
    found = printed.longest_run(left, SHORTEST_RUN)
    if found is None:
        return None
    run, at = found
    _, origin = loose_key_with_origin(left)
    end = origin[at + len(run) - 1] + 1
    words = left[origin[at] : end]
    if words[-1].isdigit() and left[end : end + 1].isdigit():  # 日期202 of 日期2025年: a number is not cut
        words = words.rstrip("0123456789")
        if len(loose_key(words)) < SHORTEST_RUN:
            return None
    if right and fuzz.ratio(loose_key(words), loose_key(right)) < 40:
        like = _like(words, right)
        return like if like != words else None
    return words


def _like(words: str, right: str) -> str:
    """The end of `words` that resembles `right` most and shares its first or last character."""
    starts = {i for i, c in enumerate(words) if c == right[0] and len(words) - i >= 2}
    if len(words) > len(right) and words[-1] == right[-1]:
        starts.add(len(words) - len(right))
    best = max(sorted(starts), key=lambda i: fuzz.ratio(words[i:], right), default=0)
    return words[best:] if fuzz.ratio(words[best:], right) >= 50 else words


def prefix_like(words: str, right: str) -> str:
    """The beginning of an unquoted right form that is nearest to the wrong, where speech runs on behind it."""
    if len(right) < len(words) + RUNS_ON or len(words) < 2:
        return right
    best = max(range(1, len(right) + 1), key=lambda end: fuzz.ratio(words, right[:end]))
    return right[:best] if fuzz.ratio(words, right[:best]) >= RUNS_ON_LIKE else right


def from_same_beginning(words: str, right: str) -> str:
    """Unquoted words from where they begin like the right form: 密度已超过平均数, 已超过平均水平."""
    at = words.find(right[:2]) if len(right) > 2 else -1
    if at <= 0 or Levenshtein.distance(words[at:], right) > Levenshtein.distance(words, right) - at:
        return words
    return words[at:]


def resembles(words: str, right: str) -> bool:
    """Whether unquoted words can be what `right` shall replace: alike, or about as short."""
    one, other = loose_key(words), loose_key(right)
    if not one:
        return False
    return fuzz.ratio(one, other) >= 30 or (len(one) == len(other) <= 2) or in_figures(one).endswith(in_figures(other))


def fitted(words: str, other: str) -> str:
    """The end of `words` that resembles the other half of a correction (312除以426等于73.24% → 73.24%)."""
    return _like(words, other) if other else words


def side_by_side(text: str, printed: NearFirst) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Two neighbouring words of which the first stands in print and the second resembles it: 一至同意 一致同意."""
    words = [(m.start(), m.end()) for m in _WORD.finditer(text)]
    for one, other in pairwise(words):
        wrong, right = loose_key(text[slice(*one)]), loose_key(text[slice(*other)])
        if min(len(wrong), len(right)) < 2 or abs(len(wrong) - len(right)) > 2 or wrong == right:
            continue
        if _ASKED.search(right):
            continue
        alike = fuzz.ratio(wrong, right) >= 65 or sound_share(wrong, right) == 100
        if alike and printed.stands(wrong) and not printed.stands(right):
            return one, other
    return None


def quoted_alone(text: str, printed: NearFirst) -> tuple[int, int] | None:
    """[start, end) of a whole clause or more of `text` that stands in print without quotation marks around."""
    _, origin = loose_key_with_origin(text)
    found = printed.longest_run(text, WHOLE)
    if found is None:
        return None
    run, at = found
    start, end = origin[at], _with_sign(text, origin[at + len(run) - 1] + 1)
    lead = _END_OF_SPEECH.match(text, start, end)
    if lead:  # 量词错了：一辆长椅, where 多了一辆长椅 is printed
        start, run = lead.end(), loose_key(text[lead.end() : end])
    clause_start = max((text.rfind(mark, 0, start) for mark in ",。;:!?\n、 \ue7ff"), default=-1) + 1
    marks = [i for mark in ",。;:!?\n、 \ue7ff" if (i := text.find(mark, end)) >= 0]
    clause = loose_key(text[clause_start : min(marks, default=len(text))])
    if run != clause and (len(run) < ALONE or len(run) < ALONE_SHARE * len(clause)):
        return None
    return start, end


def rare_run(text: str, printed: NearFirst) -> tuple[int, int] | None:
    """[start, end) of the longest stretch of `text` that stands in print, if it does so in hardly any other article."""
    found = printed.longest_run(text, RARE)
    if found is None or len({hit.entry for hit in printed.exact(found[0])}) > TELLING:
        return None
    _, origin = loose_key_with_origin(text)
    run, at = found
    return origin[at], _with_sign(text, origin[at + len(run) - 1] + 1)


def _with_sign(text: str, end: int) -> int:
    """The end of some words with the sign of their unit, which no key holds: 37.2℃."""
    return end + 1 if text[end : end + 1] in ("℃", "㎡", "°") else end
