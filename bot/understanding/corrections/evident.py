"""Gives quoted words without a right form the one that is evident from what is said behind them: “观查”，观察嘛.

Who shows the printed words often needs no verb: he writes the right ones alone (“观查”，观察嘛), names a character by a word
that holds it (“共亨”，享受的享), or works the sum (“15%”，1.5÷20=7.5%). What is like the quotation tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from rapidfuzz.distance import Hamming, Levenshtein

from bot.understanding.corrections.explained import with_one
from bot.understanding.corrections.item import Correction, Stands
from bot.understanding.corrections.unquoted import trim_right
from bot.understanding.thresholds import LONGEST_TWIN, REACH, SHORTEST_RUN
from bot.understanding.words.masking import Masked
from bot.understanding.words.normalise import fold
from bot.understanding.words.numerals import in_figures
from bot.understanding.words.sounds import same_sound

_PAUSE = re.compile("[\\s,。;:!?()~…—\ue000-\uf8ff]+")
_LEAD = re.compile(
    r"(?:我[看想说觉得认为]{0,2}|这[里儿]?|那[里儿]?|大概|可能|恐怕|怕|估计|明明|其实|显然|肯定|不就|应该?|当|该|得|要|就|才|只|能|可以?|都|也|[是为作叫写用改有]"
    r"|我?数[了过来去一下]{0,4}|我?算[了过来去一下]{0,4}|查(?:了|过)?(?:日历|字典|词典|一下)?|日历上?|字典[里上]?|词典[里上]?|正确|标准|写法|意思|的|了)+"
)
_TRAIL = re.compile(r"(?:才(?:对|是|通|行|好)|就(?:对|好|行)|[吧嘛么呀啊哦噢哟咯喽呢的了]|没错|对|不对吗|好不好|两个字|二字)+$")
_IT_IS = re.compile(
    r"(?:^|[,。;!\s])[^\s,。;:!?\ue000-\uf8ff不]{0,4}?(?:应该|应当|应|该|就|明明|其实|原来)*(?:是|叫|作)(?P<right>[^\s,。;:!?\ue000-\uf8ff]{2,12})[,。;!\s]+[^,。;!?\ue000-\uf8ff]{0,8}$"
)
_NAMED = re.compile(r"(?P<word>[一-鿿]{2,4})的那?个?(?P<one>[一-鿿])(?:字|$|[\s,。;:!?了吧呀啊没少多缺漏])")
_THIS_ONE = re.compile(r"(?:这个|那个|[里中]?的|里面)(?P<one>[一-鿿])(?:字)?(?=$|[\s,。;:!?是应])")
_RESULT = re.compile(
    r"\d(?:[\d.,]*\d)?%?\s*[+−×x*÷/加减乘除-](?:以|上|去)?\s*[\d.]+[^,。;!?\n=]{0,12}(?:=|等于|得)\s*(?P<result>\d(?:[\d.]*\d)?%?)"
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?%?")
_HOW_MANY = re.compile(r"(?P<number>\d+(?:\.\d+)?%?)(?P<unit>[一-鿿]{1,2})")
_DAY = re.compile(r"(?:星期|礼拜|周)(?P<day>[一二三四五六日天])")
_SWAPPED = re.compile(r"(?P<x>[一-鿿\da-z.%]{1,8}?)(?:[换改变][成为作]?|应[为作是])(?P<y>[一-鿿\da-z.%]{1,8})")
_NEXT_OF_A_LIST = re.compile(r"[\n;]\s*[(（]?(?:[①-⑳]|[\d一二三四五六七八九十]{1,2}[、.)：:])|另外|还有|另有|此外")
_OF_SPEECH = frozenset("他她它的地得了啦吧吗嘛呢啊呀哦是这那你您我们有不没还都也就再很和及与跟或")


def with_evident(found: list[Correction], masked: Masked, stands: Stands) -> list[Correction]:
    """The corrections of a message in order, those without a right form with the one that is evident behind them."""
    told: list[Correction] = []
    for correction, after in zip_longest(found, found[1:]):
        until = after.start if after else len(masked.text)
        behind = _NEXT_OF_A_LIST.split(masked.text[_end(correction, masked.text, stands) : until], maxsplit=1)[0]
        wanting = correction.right is None and correction.wrong and len(correction.wrong) <= LONGEST_TWIN
        pair = evident(correction.wrong or "", behind) if wanting else None
        pair = pair or (_said_first(correction, masked.text, told[-1].end if told else 0) if wanting else None)
        if pair is None:
            told.append(correction)
        else:
            context = correction.context or (correction.wrong if pair[0] != correction.wrong else None)
            told.append(correction._replace(wrong=pair[0], right=pair[1], context=context, doubt=False))
    return told


def _said_first(correction: Correction, text: str, begin: int) -> tuple[str, str] | None:
    """问过了，是方岚，前面那个“方兰”印错了: what stands in the clause before, and is like the words that are wrong."""
    found = _IT_IS.search(text, max(begin, correction.start - REACH), correction.start)
    said = _TRAIL.sub("", trim_right(found.group("right"))) if found else ""
    right = _like_part(fold(correction.wrong or "").text, said) if len(said) > 1 else None
    return (correction.wrong or "", right) if right is not None else None


def _end(correction: Correction, text: str, stands: Stands) -> int:
    """Where the wrong words end; where the correction does if they are unquoted and not printed so."""
    if correction.quoted:
        return correction.start + 1
    said = fold(correction.wrong or "").text
    at = text.find(said, correction.start, correction.end)
    return at + len(said) if at >= 0 and stands(correction.context or said) else correction.end


def evident(wrong: str, behind: str) -> tuple[str, str] | None:
    """(wrong, right) that is evident for printed words from what is said behind them; None where none is."""
    said, behind = fold(wrong).text, behind[:REACH]
    right = _named(said, behind) or _reckoned(said, behind)
    if right is not None:
        return wrong, right
    for core in _cores(behind):
        swapped = _SWAPPED.fullmatch(core)
        if swapped and said.count(swapped.group("x")) == 1 and swapped.group("y") not in said:
            return swapped.group("x"), swapped.group("y")  # “能拿到冠军”，冠军换亚军
        right = _day(said, core) or _how_many(said, core) or _like_part(said, core)
        if right is not None:
            return wrong, right
    return None


def _named(wrong: str, behind: str) -> str | None:
    """共亨成果, 享受的享; 感概, 这个概是慷慨的慨."""
    this = next((m.group("one") for m in _THIS_ONE.finditer(behind) if wrong.count(m.group("one")) == 1), None)
    for found in _NAMED.finditer(behind):
        one = found.group("one")
        if one in found.group("word") and one not in wrong:
            return wrong.replace(this, one) if this else with_one(wrong, one)
    return None


def _reckoned(wrong: str, behind: str) -> str | None:
    """增加了15%, 1.5÷20=7.5%: the result of a sum for the only number of its kind."""
    found = _RESULT.search(behind)
    numbers = [m.group() for m in _NUMBER.finditer(wrong)]
    if found is None or len(numbers) != 1 or numbers[0] == found.group("result"):
        return None
    return wrong.replace(numbers[0], found.group("result"))


def _cores(behind: str) -> Iterator[str]:
    """Each clause, whole and without what leads to a wording."""
    for clause in _PAUSE.split(behind):
        lead = _LEAD.match(clause)
        for said in dict.fromkeys((clause, clause[lead.end() :] if lead else clause)):
            yield _TRAIL.sub("", trim_right(said))


def _day(wrong: str, core: str) -> str | None:
    """星期二, 礼拜三."""
    printed, said = list(_DAY.finditer(wrong)), _DAY.fullmatch(core)
    if len(printed) != 1 or said is None or said.group("day") == printed[0].group("day"):
        return None
    return wrong[: printed[0].start("day")] + said.group("day") + wrong[printed[0].end("day") :]


def _how_many(wrong: str, core: str) -> str | None:
    """达到八个, 七个: another number of the same things."""
    numbers = _NUMBER.findall(wrong)
    if _NUMBER.fullmatch(core):
        alike = len(numbers) == 1 and len(numbers[0]) > 1 and numbers[0] != core and numbers[0][-1:] == core[-1:] == "%"
        return wrong.replace(numbers[0], core) if alike else None
    said, printed = _HOW_MANY.fullmatch(in_figures(core)), list(_HOW_MANY.finditer(in_figures(wrong)))
    if said is None or len(printed) != 1 or not printed[0].group("unit").startswith(said.group("unit")):
        return None
    if printed[0].group("number") == said.group("number"):
        return None
    unit = said.group("unit")
    at, number = wrong.find(unit), core[: core.find(unit)]
    begin = at
    while begin > 0 and in_figures(wrong[begin - 1 : at])[:1].isdigit():
        begin -= 1
    return wrong[:begin] + number + wrong[at:] if begin < at else None


def _like_part(wrong: str, core: str) -> str | None:
    """认真观查, 观察; 一至同意, 一致同意: what differs from as much of the quotation in sound-alikes, or hardly."""
    size = len(core)
    if not core or core in wrong:
        return None
    if size == 1:
        return with_one(wrong, core) if "一" <= core <= "鿿" and core not in _OF_SPEECH else None
    if size >= SHORTEST_RUN and Levenshtein.distance(core, wrong) == 1:
        return core
    windows = (wrong[at : at + size] for at in range(len(wrong) - size + 1))
    near = [at for at, window in enumerate(windows) if _is_slip(window, core)]
    return wrong[: near[0]] + core + wrong[near[0] + size :] if len(near) == 1 else None


def _is_slip(printed: str, said: str) -> bool:
    """Whether as many characters are a wording for others: one differs, or several that all sound alike."""
    apart = [(one, other) for one, other in zip(printed, said, strict=True) if one != other]
    if not apart or len(apart) == len(said) or any(one in _OF_SPEECH or other in _OF_SPEECH for one, other in apart):
        return False
    return Hamming.distance(printed, said) == 1 or all(same_sound(one, other) for one, other in apart)
