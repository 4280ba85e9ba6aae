"""Sets quotations against each other whatever was read of the first: “八折优慧”少了一半，“八折优惠”才像话.

What is said of a wording (少了一半, 缺了半边, 怎么印成了) may be read as a doubt or as a correction without a credible right
form, and another part of the item may be read in full. A quotation nearby that resembles a printed one and is not printed
is its right form all the same; where print does not tell, what is said right before or behind one of the two does. Works
on one list item; knows print only by asking whether words stand in it.
"""

from __future__ import annotations

import re
from itertools import islice

from rapidfuzz import fuzz

from bot.understanding.corrections.forms import OWN_DOUBT
from bot.understanding.corrections.item import Correction, Item, Stands, around
from bot.understanding.corrections.spoken import window_like
from bot.understanding.thresholds import (
    LONGEST_TWIN,
    MOST_INSERTED,
    MOST_NAMED,
    MOST_TWINS,
    SHORT,
    TWINS_ALIKE,
    TWINS_AS_LONG,
)
from bot.understanding.words.normalise import loose_key
from bot.understanding.words.sounds import sound_share

_PAUSE = re.compile("[,。;!?\n]")
_ELSEWHERE = re.compile(
    r"(?:[另别前后上下][一-鿿]{0,2}[处面边头文段篇版页]|其[他它余][一-鿿]{0,3}|标题|题目|正文|图[中里上片说]|配图|照片|说明|导读|提要"
    r"|表格?[中里上]|文[中里章内]|[本原]文|\ue7ff)[里中上内的]{0,2}[又却也都则还倒]?(?!怎|咋|为|把|将)[一-鿿]{0,2}?[写印登排说用标是为作成的着了:]{0,4}$"
)
"""In the words right before a quotation: it is where or what else is printed, and no right form."""
_OPPOSED = re.compile(r"对不上|矛盾|不一致|不一样|不符|不统一|重复|两遍|到底|哪个|哪一|还是(?=[\ue000-\ue3ff])|分别")
_PRINTED_AS = re.compile(r"(?:(?:[写印登排打变错]|标|念|弄|搞)(?:了|得)?[成作为着的]了?|冒出来?个|蹦出来?个|竟[是成])$")
_CLAIMED = re.compile(
    r"(?:(?<![不没别这那就而只])[是叫]|[应该当宜须得要改换用成作为])(?:成|作|为|是|用)?$|^(?:才|倒|就(?:对|好|行|是了)|更|足矣|正好)"
)
_SOMETHING_ELSE = re.compile("[漏缺少掉脱加添补多删][了个一掉上去]{0,2}$|[前后]面?$|之间$|[跟和与同]$")
"""Right before a quotation: it is what is missing, too much or named as a neighbour."""
_SAYS_NO_MORE = re.compile(r"[吧嘛么呀啊哦的]*(?:$|[\s,。;!?~)])")
_LISTED = re.compile(r"\s*[、和及与跟/]?\s*")
_OR = re.compile(r"[\s,]*或者?是?\s*")
_WRONG = "(?:错|[不勿]对|有?误|改|别扭|不通|[不欠]妥|不当|费解|拗口|有(?:问题|歧义|语病)|不规范)"
_ALSO_WRONG = re.compile(rf"[\s,]*[这俩两二]{{0,2}}[处个]?(?:也|都|同样|亦|均)[一-鿿]{{0,3}}?(?:{_WRONG}|一样|如此)")
_ITSELF_WRONG = re.compile(rf"[,\s]*[写印打读念听看着来得]{{0,2}}{_WRONG}了?(?=$|[,。;!?\s])")
_NEXT_OF_A_LIST = re.compile(r"[①-⑳\d一二三四五六七八九十][、.):是]?\s*$|另|还有|其[一二三四五次]|\ue7ff")


def read_opposed(item: Item) -> None:
    """Gives a quotation without a credible right form the one that is set against it, and adds pairs nobody read."""
    if len(item.quotes) < 2:
        _read_bare(item)
        return
    quotes = item.quotes[:MOST_TWINS]
    for n, (whole, part, instead) in enumerate(zip(quotes, quotes[1:], quotes[2:], strict=False)):
        behind = item.words(quotes[n + 3]) if n + 3 < len(quotes) else None
        if behind is None or behind not in item.words(instead):  # “象雪片”的“象”、“抄水”的“抄”
            _read_part(item, whole, part, instead)
    done = [(c.start, c.end) for c in item.found if not _is_poor(c, item)]
    taken = {at for at in quotes if any(start <= at < end for start, end in done)}
    if len(quotes) - len(taken) < 2 or _OPPOSED.search(item.text, item.start, item.end):
        return
    for near in (1, 2):  # neighbours first, then with one other between
        for first, second in islice(zip(quotes, quotes[near:], strict=False), MOST_TWINS):
            pair = None if {first, second} & taken else _set_against(item, first, second)
            if pair is not None and _kept(item, *pair):
                taken |= {first, second}


def _read_bare(item: Item) -> None:
    """感觉迟顿，课本里教的是“感觉迟钝”: the only quotation is not printed, and what is like it was said without marks."""
    if not item.quotes or item.found:
        return
    at = item.quotes[0]
    right = item.words(at)
    clause = _last_clause(item.text[item.start : at])
    if len(loose_key(right)) < SHORT or item.stands(right) or _SOMETHING_ELSE.search(clause) or is_error_too(item, at):
        return
    wrong = window_like(item, right, at)
    start = item.masked.text.find(wrong, item.start, at) if wrong else -1
    if start >= 0:
        item.add(start, at + 1, wrong, right, quoted=False)


def joined(found: list[Correction], text: str, stands: Stands) -> list[Correction]:
    """“感觉迟顿”不通；“感觉迟钝”才通: two quotations of neighbouring items that were read as doubts are one correction where
    only the first is printed, unless a list mark stands before the second."""
    kept: list[Correction] = []
    for correction in found:
        last = kept[-1] if kept else None
        if last is not None and _is_answer(last, correction, text, stands):
            kept[-1] = last._replace(end=correction.end, right=correction.wrong, doubt=False)
        else:
            kept.append(correction)
    return kept


def _is_answer(one: Correction, other: Correction, text: str, stands: Stands) -> bool:
    if one.right is not None or not (other.doubt and one.quoted and other.quoted) or other.item != one.item + 1:
        return False
    between = text[one.end : other.start]
    if not one.wrong or not other.wrong or not _alike(one.wrong, other.wrong) or _NEXT_OF_A_LIST.search(between):
        return False
    beside = _SOMETHING_ELSE.search(_last_clause(between)) or _ELSEWHERE.search(_last_clause(between))
    wrong_too = _ALSO_WRONG.match(text, other.end) or _ITSELF_WRONG.match(text, other.end)
    return not (beside or wrong_too) and stands(one.wrong) and not stands(other.wrong)


def _kept(item: Item, wrong: int, right: int) -> bool:
    """Whether the pair was put on record: for the poor correction that has its wrong words, or as one of its own."""
    words, instead = item.words(wrong), item.words(right)
    told = [n for n, c in enumerate(item.found) if wrong in range(c.start, c.end) or right in range(c.start, c.end)
            or loose_key(c.wrong or "") == loose_key(words)]  # fmt: skip
    if any(not _is_poor(item.found[n], item) for n in told):
        return False
    own = [n for n in told if loose_key(item.found[n].wrong or "") in (loose_key(words), loose_key(instead))]
    if len(own) != len(told):
        return False
    for n in reversed(own):
        del item.found[n]
    item.add(min(wrong, right), max(wrong, right) + 1, words, instead, context=around(item, words))
    return True


def _is_poor(correction: Correction, item: Item) -> bool:
    """Without a right form, or with one that is neither like the wrong words nor one the reader quoted or wrote."""
    wrong, right = loose_key(correction.wrong or ""), loose_key(correction.right or "")
    if correction.right is None:
        return True
    if right == "":
        return not item.stands(correction.wrong or "")  # 顶多“下降0.4元”: what is printed nowhere is not too much
    if right in {loose_key(item.words(q)) for q in item.quotes}:
        return False
    composed = right not in loose_key(item.masked.words(item.start, item.end))
    return not set(wrong) & set(right) or (composed and not item.stands(correction.right))


def _set_against(item: Item, first: int, second: int) -> tuple[int, int] | None:
    """(where the wrong words are quoted, where the right ones are) of two quotations; None for no such pair."""
    one, other = item.words(first), item.words(second)
    if not _alike(one, other) or _OR.fullmatch(item.text, first + 1, second):
        return None
    between, behind = item.text[first + 1 : second], item.text[second + 1 : min(second + 12, item.end)]
    before = _last_clause(item.text[max(item.start, first - 12) : first])
    clause = _last_clause(between)
    if _SOMETHING_ELSE.search(clause) or says_elsewhere(item, first, second) or is_error_too(item, second):
        return None
    printed, also = item.stands(one), item.stands(other)
    if printed != also:
        return (first, second) if printed else (second, first)
    if _PRINTED_AS.search(clause):
        return second, first
    claimed = _CLAIMED.search(clause) or _CLAIMED.match(behind)
    objected = _PRINTED_AS.search(before) or OWN_DOUBT.match(between)
    alone = objected and not printed and not _LISTED.fullmatch(between) and _SAYS_NO_MORE.match(behind)
    if claimed or alone:
        return first, second
    alike = printed and sound_share(loose_key(one), loose_key(other)) == 100
    asked = between.strip() in ("?", "??") and item.often(one) <= item.often(other)
    if alike and (asked or item.often(one) < item.often(other)):
        return None if _LISTED.fullmatch(between) else (first, second)
    return None


def says_elsewhere(item: Item, first: int, second: int) -> bool:
    """Whether the second of two quotations is only what is printed at another place."""
    return _ELSEWHERE.search(_last_clause(item.text[first + 1 : second])) is not None


def is_error_too(item: Item, quote: int) -> bool:
    """Whether a quotation is said to be wrong as another is, or is not printed and said to be wrong."""
    at = quote + 1
    if _ALSO_WRONG.match(item.text, at, item.end):
        return True
    return _ITSELF_WRONG.match(item.text, at, item.end) is not None and not item.stands(item.words(quote))


def _last_clause(text: str) -> str:
    return _PAUSE.split(text.rstrip(" ,:"))[-1]


def _alike(one: str, other: str) -> bool:
    key, twin = loose_key(one), loose_key(other)
    shorter, longer = sorted((len(key), len(twin)))
    return (key != twin and shorter >= 2 and longer <= LONGEST_TWIN and shorter >= TWINS_AS_LONG * longer
            and fuzz.ratio(key, twin) >= TWINS_ALIKE)  # fmt: skip


def _read_part(item: Item, whole: int, part: int, instead: int) -> None:
    """“象雪片”之“象”须作“像”, whatever stands between: of printed words a part that is quoted once more, and what is not
    printed in its place."""
    words, wrong, right = (item.words(at) for at in (whole, part, instead))
    if not (len(wrong) < len(words) <= MOST_INSERTED and words.count(wrong) == 1 and len(wrong) <= MOST_NAMED):
        return
    if wrong == right or not len(right) or not abs(len(wrong) - len(right)) <= 1 or right in words:
        return
    between = item.text[part + 1 : instead]
    if _LISTED.fullmatch(between) or any(map(_SOMETHING_ELSE.search, (_last_clause(between), item.text[whole + 1 : part]))):
        return
    if is_error_too(item, instead) or says_elsewhere(item, part, instead):
        return
    if len(wrong) != len(right) and not _reads_otherwise(item, words, words.replace(wrong, right)):
        return
    told = [n for n, c in enumerate(item.found) if c.start <= instead and c.end > whole]
    if any(not _is_poor(item.found[n], item) for n in told):
        return
    for n in reversed(told):
        del item.found[n]
    item.add(whole, instead + 1, wrong, right, context=words)


def _reads_otherwise(item: Item, printed: str, meant: str) -> bool:
    """Whether the whole with its part replaced is printed nowhere; 標 and 标 are one to a search and two to the reader."""
    return loose_key(printed) == loose_key(meant) or not item.stands(meant)
