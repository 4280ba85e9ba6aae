"""Finds two neighbouring wordings of which one is printed and the other resembles it: “违章建筑”不对，“违法建筑”才对.

Readers leave out the verb, or use one that no list holds; the print itself tells which half is wrong. Works on one
list item; knows print only by asking whether words stand in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, islice

from rapidfuzz import fuzz

from bot.understanding.corrections.forms import DOUBT, SHOULD
from bot.understanding.corrections.item import Item, around
from bot.understanding.corrections.opposed import is_error_too, says_elsewhere
from bot.understanding.corrections.spoken import without_run_on
from bot.understanding.corrections.unquoted import trim_right
from bot.understanding.thresholds import (
    LONGEST_SPOKEN,
    LONGEST_TWIN,
    MOST_TWINS,
    SPOKEN_AS_LONG,
    SURELY_ALIKE,
    TELLING,
    TWINS_ALIKE,
    TWINS_AS_LONG,
)
from bot.understanding.words.normalise import loose_key
from bot.understanding.words.sounds import sound_share

_BARE = re.compile("[^\\s,。;:!?、()/|×√❌✅✔✖→—~=…\ue000-\uf8ff-]{2,40}")
_LEAD = re.compile(
    r"(?:按理说?|照理说?|照说|我(?:觉得|看|想)|书上(?:写的)?是?|(?:老师|字典|词典)[一-鿿]{0,3}?的?是|[印写登]的是?|就|都|又|还|也|应该?|要(?!么)|得|是|为|叫|用|改|写|该|说|讲|的|了|把|将|里|中|那个|正确|现在|统一|建议|明明|其实|不是|而是|对|错|误|正|成)+"
)
_TRAIL = re.compile(
    r"(?:写|印|打|用|拼|排)?(?:错误?|要改?|得改|顺口?|更|不对|有误|才对|才是|对|写法|是|的|了|啦|吧|吗|呀|啊|这个词|这个)+$"
)
_PRINTED = re.compile(
    r"(?<!书上)(?<!典里)(?<!典上)(?:报上|报纸|你们|原文)?(?:写|印|登|排|打)(?:的是|着|成|为)|报上是|原文|(?:怎么|咋|却|偏|你们|报上)[^,]{0,4}[写印登打]的?$"
)
_MEANT = re.compile(r"才|建议|该|宜|请|现在|正|改|√|对|规范|统一|换|叫|用(?!词|得|字|法)")
_MEANT_BEHIND = re.compile(r"[,\s]?字?(?:倒|反)了|才(?:对|是|好|行)|\(?[对√正]|更(?:好|准确|规范|妥|合适)")
_RIGHT_ITSELF = re.compile(r"[,\s]?(?:这个|那个|写法)?(?:才|倒|就)?是?(?:对|正确|准|没错)的?[呀啊嘛了]?(?=[,。;!\s])")
"""方岚是对的，方兰错: the first of the two is the right one."""
_ONLY_MARKS = re.compile(r"\s*[×√❌✅✔✖=/~—(-]+\s*")
_ONLY_VERB = re.compile(
    r"[\s,?!(]*(?:应该?|应当|该|宜|要|得|须|疑|当|似|建议|最好|按理说?|其实|正确:?|不){0,3}(?:[改用写作是为叫][为成作是]?)[\s,(]*"
    r"|[\s,(]*(?:应|疑|当)[\s,(]*"
)
_EXPLAINED = re.compile(
    r"(?P<one>[一-鿿])[一-鿿]{0,3}的(?P=one)(?![一-鿿])|[一-鿿]{0,3}(?P<last>[一-鿿])的(?P=last)|[旁底头边]的[一-鿿]"
)
_VERB = re.compile(
    r"等于|[加减乘除][以上去]|[一两二三四五六七八九几]个字|应该?(?:当|说|写|用|念|读|做|叫|成|是|为)*|改[为成]?|不是|而是|就是"
    r"|是(?=[一-鿿]{2,6}(?:吧|嘛|才对)(?![一-鿿]))"
)
_ASKED = re.compile(r"怎|什么|为何|哪|难道|凭|[÷+*]")
"""A question or a sum: no wording."""
_FOREIGN = re.compile("(?<![a-z])(?=[a-z]{4})")
_ONE_NAMED = re.compile("[一-鿿](?:这个?|那个?)?字")
_SAID_WRONG = re.compile(r"[,\s]*(?:是|都)?[写印打用]?(?:错|[不勿]对)(?!吗|\?)")
_ADDED = re.compile(r"[也都就还又更]|(?<=\d)[元块个人岁号日]$")
_OPPOSED = re.compile(r"对不上|矛盾|不一致|不一样|不符|重复|重了|意思[反重不]|两遍|到底|哪个|还是")
"""What is said of two wordings that are both printed."""


def read_twins(item: Item) -> None:
    """Adds each two wordings, quoted or not, of which one is printed and the other shall be."""
    if _OPPOSED.search(item.text, item.start, item.end) or _EXPLAINED.search(item.text, item.start, item.end):
        return
    free_from, one_quoted = item.start, len(item.quotes) == 1 and item.stands(item.words(item.quotes[0]))
    for first, second in combinations(_wordings(item), 2):
        aside = one_quoted and not (_is_quote(item, first[0]) or _is_quote(item, second[0]))
        pair = _ordered(item, first, second) if first[0] >= free_from and not aside else None
        if pair is not None:
            (a, _), (b, said) = first, second
            free_from = b + (1 if _is_quote(item, b) else len(said))
            item.add(a, free_from, *pair, quoted=_is_quote(item, a), context=around(item, pair[0]))


def _is_quote(item: Item, at: int) -> bool:
    return "\ue000" <= item.text[at] <= "\ue3ff"


def _ordered(item: Item, first: tuple[int, str], second: tuple[int, str]) -> tuple[str, str] | None:
    """(wrong, right): by what is printed, and where that does not tell by what is said of them; None for no twins."""
    (a, one), (b, other) = first, second
    if fuzz.partial_ratio(loose_key(one), loose_key(other)) < TWINS_ALIKE:
        return None
    if not _is_quote(item, a) and not item.stands(one):
        one = item.typed(item.delimit(one, other), a)  # …那段说各支力量集聚在一起: where it begins is told by print
    if not _is_quote(item, b) and item.stands(one):
        other = _like_in(one, without_run_on(other, one))
    key, twin = loose_key(one), loose_key(other)
    if not (2 <= len(key) <= LONGEST_TWIN and 2 <= len(twin) <= LONGEST_TWIN) or key == twin:
        return None
    both_quoted = _is_quote(item, a) and _is_quote(item, b)
    if _is_no_pair(item, b, key, twin, both_quoted):
        return None
    begins = a + (1 if _is_quote(item, a) else len(one))
    marked = _ONLY_MARKS.fullmatch(item.text[begins:b]) is not None
    as_long = TWINS_AS_LONG if both_quoted else SPOKEN_AS_LONG
    as_short = not marked and min(len(key), len(twin)) < as_long * max(len(key), len(twin))
    if fuzz.ratio(key, twin) < TWINS_ALIKE or as_short:
        return None
    bare = not (marked or _is_quote(item, a) or _is_quote(item, b) or _ONLY_VERB.fullmatch(item.text[begins:b]))
    whole = one == first[1] and other == second[1]
    if bare and len(key) == len(twin) == 2 and sound_share(key, twin) < 100 and not (
        _is_rejected(item, begins, b, one, other) or _is_alone(item, begins, b, whole, one, other)
    ):  # fmt: skip
        return None  # 找到柳湾6版跌到: of two characters one is the same by chance
    printed, also = item.stands(one), item.stands(other)
    if printed != also:
        return (one, other) if printed else (other, one)
    ends = b + (1 if _is_quote(item, b) else len(second[1]))
    between, behind = item.text[begins:b], item.text[ends : min(ends + 7, item.end)]
    if _RIGHT_ITSELF.match(between) or _PRINTED.search(between):
        # 标题里是“食唐”，正文里印的是“食堂”: what is printed elsewhere is not the wrong one
        return None if both_quoted and says_elsewhere(item, a, b) else (other, one)
    if printed and len(key) == len(twin) and _SAID_WRONG.match(behind):
        return other, one  # 是方岚，前面那个“方兰”印错了
    rarer = printed and item.often(one) < item.often(other)
    if rarer and (_FOREIGN.match(key) or sound_share(key, twin) == 100):
        return one, other  # 跌到 跌倒: both are printed, and the first is the slip
    return (one, other) if _MEANT.search(between) or _MEANT_BEHIND.search(behind) or marked else None


def _is_rejected(item: Item, begins: int, ends: int, printed: str, meant: str) -> bool:
    """Whether a word that hardly stands in print is said to be wrong right before one that stands nowhere: 烘培不对，烘焙才对."""
    doubted = ends - begins <= LONGEST_SPOKEN and DOUBT.search(item.text, begins, ends) is not None
    often = item.often(printed)
    return doubted and 0 < often <= TELLING and (often < item.often(meant) or not item.stands(meant))


def _is_alone(item: Item, begins: int, ends: int, whole: bool, printed: str, meant: str) -> bool:
    """Whether a word that hardly stands in print is a clause, and one that stands more often is the next: 圈仝，圈套."""
    often = item.often(printed) if whole and ends - begins <= 1 else 0
    return 0 < often <= TELLING and (often < item.often(meant) or not item.stands(meant))


def _is_no_pair(item: Item, second: int, key: str, twin: str, both_quoted: bool) -> bool:
    """以前的报纸好看，现在的报纸也好看; 3.42-3.02; and two quotations that are wrong alike."""
    if both_quoted:
        return is_error_too(item, second)
    summed = key.isdigit() and twin.isdigit() and item.text[second - 1] in "+-×÷*/="
    return summed or _ADDED.sub("", key) == _ADDED.sub("", twin)


def _like_in(printed: str, said: str) -> str:
    """The stretch of longer speech that is most like a printed wording of the same length: 只晓得农历九月初九."""
    size = len(printed)
    if len(said) <= size or size < 2 or fuzz.ratio(said, printed) >= SURELY_ALIKE:
        return said
    windows = [said[i : i + size] for i in range(len(said) - size, -1, -1)]
    best = max(windows, key=lambda window: fuzz.ratio(window, printed))
    return best if best != printed and fuzz.ratio(best, printed) >= SURELY_ALIKE else said


def _wordings(item: Item) -> list[tuple[int, str]]:
    """(where it begins, words as typed) of quotations; of unquoted stretches where there are not two."""
    quoted = [(at, item.words(at)) for at in item.quotes]
    if len(quoted) > 1:
        return quoted[:MOST_TWINS]
    if len(quoted) == 1 and not item.stands(quoted[0][1]):
        return _halves(*quoted[0]) or quoted
    wordings = []
    for start, end in islice(_stretches(item), MOST_TWINS):
        lead = _FOREIGN.search(item.text, start, end) or _LEAD.match(item.text, start, end)
        at = lead.end() if lead else start
        words = _TRAIL.sub("", trim_right(item.text[at:end]))
        named = _ONE_NAMED.fullmatch(words) is not None  # “公试”，试字不对
        if len(words) > 1 and not named and not _ASKED.search(item.text, start, end):
            wordings.append((at, item.masked.words(at, at + len(words))))
    return sorted([*quoted, *wordings])[:MOST_TWINS]


def _halves(at: int, words: str) -> list[tuple[int, str]]:
    """Both halves of a correction that stands in one pair of marks: “坐立不按应为坐立不安”."""
    verb = SHOULD.search(words)
    halves = (words[: verb.start()], words[verb.end() :]) if verb else ()
    return [(at, half.strip(" ,，")) for half in halves if len(loose_key(half)) > 1]


def _stretches(item: Item) -> Iterator[tuple[int, int]]:
    """[start, end) of what stands between marks, place holders and verbs of correction."""
    for found in _BARE.finditer(item.text, item.start, item.end):
        at = found.start()
        for verb in _VERB.finditer(item.text, *found.span()):
            yield at, verb.start()
            at = verb.end()
        yield at, found.end()
