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
from bot.understanding.corrections.named import WRONG_AND_RIGHT
from bot.understanding.corrections.unquoted import trim_right
from bot.understanding.thresholds import LONGEST_TWIN, REACH, SHORTEST_RUN, SHORTEST_SAID
from bot.understanding.words.masking import Masked
from bot.understanding.words.normalise import fold
from bot.understanding.words.numerals import in_figures
from bot.understanding.words.sounds import same_sound

_PAUSE = re.compile("(?:[\\s,。;!?()~…\ue000-\uf8ff]|:(?!\\d)|—(?!\\d))+")
_LEAD = re.compile(
    r"(?:我[看想说觉得认为]{0,2}|这[里儿]?|那[里儿]?|大概|可能|恐怕|怕|估计|明明|其实|显然|肯定|不就|按理说?|照理|照说|[写印打用]?错了?吧?|[不勿]对|有误|应该?|当|该|得|要|就|才|只|能|可以?|都|也|[是为作叫写用改有]"
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
_TIME = re.compile(r"\d{1,2}:\d{2}")
_TELEPHONE = re.compile(r"\d[\d—-]{5,12}\d")
_DIGITS = re.compile(r"\d{3,}")
_SHARE = re.compile(r"\d+(?:\.\d+)?%")
_COUNTED = re.compile(r"(?P<number>[\d.零一二两三四五六七八九十百千万]+)(?P<unit>[一-鿿]{1,2})")
_DAY = re.compile(r"(?:星期|礼拜|周)(?P<day>[一二三四五六日天])")
_QUOTE = re.compile("[\ue000-\ue3ff]")
_SWAPPED = re.compile(r"(?P<x>[一-鿿\da-z.%]{1,8}?)(?:[换改变][成为作]?|应[为作是])(?P<y>[一-鿿\da-z.%]{1,8})")
_NEXT_OF_A_LIST = re.compile(r"[\n;]\s*[(（]?(?:[①-⑳]|[\d一二三四五六七八九十]{1,2}[、.)：:])|另外|还有|另有|此外")
_LACKING = re.compile("[漏少缺掉丢落]")
_COURTEOUS = frozenset("谢对好行嗯请错")
_OF_SPEECH = frozenset("他她它的地得了啦吧吗嘛呢啊呀哦是这那你您我们有不没还都也就再很和及与跟或")


def with_evident(found: list[Correction], masked: Masked, stands: Stands) -> list[Correction]:
    """The corrections of a message in order, those without a right form with the one that is evident behind them."""
    told: list[Correction] = []
    for correction, after in zip_longest(found, found[1:]):
        if correction.right is not None:
            told.append(correction)
            continue
        until = after.start if after else len(masked.text)
        behind = _NEXT_OF_A_LIST.split(masked.text[_end(correction, masked.text, stands) : until], maxsplit=1)[0]
        mended = with_right(correction, _QUOTE.sub(lambda found: _one_character(masked, found.group()), behind))
        told.append(_said_first(mended, masked.text, told[-1].end if told else 0))
    return told


def _one_character(masked: Masked, quote: str) -> str:
    """A single character in marks, as a clause of its own: “狼吞虎厌”了，“咽”是口字旁."""
    words = masked.quoted(quote)
    return f",{words}," if len(words) == 1 else quote


def with_right(correction: Correction, behind: str) -> Correction:
    """One correction with the right form that is evident from what is said behind its words. Of a quotation the part it is for
    becomes the wrong words only where the reader says it again."""
    wrong = correction.wrong
    pair = None if correction.right is not None or not wrong or len(wrong) > LONGEST_TWIN else evident(wrong, behind)
    if pair is None or wrong is None:
        return correction
    if pair[0] == fold(wrong).text or (correction.quoted and pair[0] not in behind):
        return correction._replace(right=pair[1], doubt=False)
    return correction._replace(wrong=pair[0], right=pair[1], context=correction.context or wrong, doubt=False)


def _said_first(correction: Correction, text: str, begin: int) -> Correction:
    """问过了，是方岚，前面那个“方兰”印错了: what stands in the clause before, and is like the words that are wrong."""
    if correction.right is not None or not correction.wrong:
        return correction
    found = _IT_IS.search(text, max(begin, correction.start - REACH), correction.start)
    said = _TRAIL.sub("", trim_right(found.group("right"))) if found else ""
    pair = _like_part(fold(correction.wrong).text, said, said) if len(said) > 1 else None
    return correction if pair is None else correction._replace(right=pair[1], doubt=False)


def _end(correction: Correction, text: str, stands: Stands) -> int:
    """Where the wrong words end; where the correction does if they are unquoted and not printed so."""
    if correction.quoted:
        return correction.start + 1
    said = fold(correction.wrong or "").text
    at = text.find(said, correction.start, correction.end)
    return at + len(said) if at >= 0 and stands(correction.context or said) else correction.end


def evident(wrong: str, behind: str) -> tuple[str, str] | None:
    """(the part of printed words, what it should be) that is evident from what is said behind them; None where nothing is."""
    wrong, behind = fold(wrong).text, behind[:REACH]
    pair = _named(wrong, behind) or _reckoned(wrong, behind)
    if pair is not None:
        return pair
    pairs = (_swapped(wrong, core) or _day(wrong, core) or _how_many(wrong, core) or _like_part(wrong, core, behind)
             for core in _cores(behind))  # fmt: skip
    return next(filter(None, pairs), None)


Pair = tuple[str, str] | None


def _named(wrong: str, behind: str) -> Pair:
    """共亨成果, 享受的享; 感概, 这个概是慷慨的慨; 露错，漏对: the words with that character."""
    both = WRONG_AND_RIGHT.search(behind)
    if both and wrong.count(both.group("wrong")) == 1 and both.group("right") not in wrong:
        return wrong, wrong.replace(both.group("wrong"), both.group("right"))
    this = next((m.group("one") for m in _THIS_ONE.finditer(behind) if wrong.count(m.group("one")) == 1), None)
    for found in _NAMED.finditer(behind):
        one = found.group("one")
        if one in found.group("word") and one not in wrong:
            right = wrong.replace(this, one) if this else with_one(wrong, one)
            return (wrong, right) if right else None
    return None


def _reckoned(wrong: str, behind: str) -> Pair:
    """增加了15%, 1.5÷20=7.5%: the result of a sum for the only number of its kind."""
    found, numbers = _RESULT.search(behind), _NUMBER.findall(wrong)
    if found is None or len(numbers) != 1 or numbers[0] == found.group("result"):
        return None
    return numbers[0], found.group("result")


def _cores(behind: str) -> Iterator[str]:
    """Each clause, whole and without what leads to a wording."""
    for clause in _PAUSE.split(behind):
        lead = _LEAD.match(clause)
        for said in dict.fromkeys((clause, clause[lead.end() :] if lead else clause)):
            yield _TRAIL.sub("", trim_right(said))


def _swapped(wrong: str, core: str) -> Pair:
    """能拿到冠军, 冠军换亚军."""
    found = _SWAPPED.fullmatch(core)
    fits = found is not None and wrong.count(found.group("x")) == 1 and found.group("y") not in wrong
    return (found.group("x"), found.group("y")) if found and fits else None


def _day(wrong: str, core: str) -> Pair:
    """星期二, 礼拜三."""
    printed, said = list(_DAY.finditer(wrong)), _DAY.fullmatch(core)
    if len(printed) != 1 or said is None or said.group("day") == printed[0].group("day"):
        return None
    return printed[0].group(), printed[0].group()[:-1] + said.group("day")


def _how_many(wrong: str, core: str) -> Pair:
    """达到八个, 七个; 21:00, 21:30: another number of the same things."""
    for number in (_TIME, _SHARE, _TELEPHONE, _DIGITS):
        if number.fullmatch(core):
            printed = number.findall(wrong)
            same = len(printed) == 1 and printed[0] != core and (number is not _DIGITS or len(printed[0]) == len(core))
            return (printed[0], core) if same else None
    said = _COUNTED.fullmatch(core)
    if said is None:
        return None
    same = [m for m in _COUNTED.finditer(wrong) if m.group("unit").startswith(said.group("unit"))]
    if len(same) != 1 or in_figures(same[0].group("number")) == in_figures(said.group("number")):
        return None
    return same[0].group("number") + said.group("unit"), core


def _like_part(wrong: str, core: str, behind: str) -> Pair:
    """认真观查, 观察; 一至同意, 一致同意: what differs from as much of the quotation in sound-alikes, or hardly."""
    size = len(core)
    if not core or core in wrong:
        return None
    if size == 1:
        meant = "一" <= core <= "鿿" and core not in _OF_SPEECH
        right = with_one(wrong, core) or (core if len(wrong) == 1 and core not in _COURTEOUS else None)  # 烘培的培错了 焙
        return (wrong, right) if meant and right else None
    if size > len(wrong) >= SHORTEST_SAID and _is_slip(wrong, core[-len(wrong) :]):
        return wrong, core[-len(wrong) :]  # 先开纪录，足球是先开记录
    if size >= SHORTEST_RUN and Levenshtein.distance(core, wrong) == 1:
        return wrong, core
    if size >= SHORTEST_SAID and _LACKING.search(behind):
        spots = {core[:at] + core[at + 1 :] for at in range(size)} - {core}
        short = [spot for spot in spots if wrong.count(spot) == 1]
        if short:  # “我觉这个头衔”漏字，我觉得
            return wrong, wrong.replace(max(short, key=wrong.find), core)
    windows = (wrong[at : at + size] for at in range(len(wrong) - size + 1))
    near = [window for window in windows if _is_slip(window, core)]
    return (near[0], core) if len(near) == 1 else None


def _is_slip(printed: str, said: str) -> bool:
    """Whether as many characters are a wording for others: one differs, or several that all sound alike."""
    apart = [(one, other) for one, other in zip(printed, said, strict=True) if one != other]
    if not apart or len(apart) == len(said) or any(one in _OF_SPEECH or other in _OF_SPEECH for one, other in apart):
        return False
    return Hamming.distance(printed, said) == 1 or all(same_sound(one, other) for one, other in apart)
