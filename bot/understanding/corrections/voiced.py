"""Reads corrections spoken without a mark, delimited by print: 白糖写成白塘了, 厉害的厉写成历史的历, 是九月初九不是八月初九.

Works on one list item without quotations. A correction is read only if its wrong words, as said or with their
numbers written the other way, stand in print: what cannot be shown there is left to the other readers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice

from rapidfuzz import fuzz

from bot.understanding.corrections.explained import explained_at_end
from bot.understanding.corrections.forms import SHOULD
from bot.understanding.corrections.item import Item
from bot.understanding.corrections.running import add_as_printed, as_printed, said_before, said_behind
from bot.understanding.corrections.unquoted import trim_right
from bot.understanding.thresholds import (
    ALIKE_SPOKEN,
    EQUALLY_LONG,
    LONGEST_SPOKEN,
    MOST_ERRORS,
    RUNS_ON_SPOKEN,
    SAME_ENDS,
)
from bot.understanding.words.normalise import loose_key
from bot.understanding.words.numerals import CUT, NUMBER, in_figures
from bot.understanding.words.sounds import same_sound, sound_share

_MADE = re.compile(
    r"(?<![应该当要得须宜改])(?:被|却|给|都|又|他们|你们){0,6}(?:误|错)?(?:写|打|印|排|登|弄|搞|用|读|变)(?:错)?(?:成|作|为)了?|误为|误作|错成"
)
_BADLY_MADE = re.compile(r"(?:多|少|漏|缺)[了掉]?一?个?[一-鿿]{1,2}字?[旁底头边]")
_DOUBTED = re.compile(r"(?:都|是|也)?(?:写错|印错|打错|用错|算错|错|[不勿]对|有误|不正确)了?")
_EXPLAINS = re.compile(r"(?P<word>[一-鿿]{1,4})的那?个?(?P<one>[一-鿿])字?")
_WRITTEN_WITH = re.compile(r"[一-鿿]{1,3}[旁底头边]的|[一-鿿]点水的")
_ENDS = re.compile(r"了|啦|的|字|吧|啊|呀|呢|,|\s|$|[\ue000-\uf8ff]")
_WORDS = r"[^\s,。;!?\ue000-\uf8ff]"
_CONTRAST = re.compile(
    rf"(?P<y2>{_WORDS}{{2,12}}?)才(?:对|是)[,\s]?(?:而|可)?不是"
    rf"|(?:应该|应当|明明|其实|本来|写的?)?是(?P<y>{_WORDS}{{2,12}})[,\s]?(?:而|可)?不(?:应该|能)?是"
)
_NOT_BUT = re.compile(rf"(?<!是)不(?:应该|能)?是(?P<x>{_WORDS}{{2,14}}?)[,\s]?(?:而|它)?(?:应该|应当|明明|其实)?是(?!不)")
_PARTICLES = re.compile(
    r"(?:应该?|应当|要|得|该)(?:是|用|写|改)?(?:[成为作用])?[的地得]?(?:土也(?:的)?(?P<di>地)|[提土][手土]?旁的?(?P<di2>地)|白勺的?(?P<de>的)|双[立人]*旁?的?(?P<dei>得)|(?P<bare>[的地得])字?(?=$|[,。;!?吧才了\s]))"
)
_EXTRA = re.compile(
    r"多(?:了|出|写|印|打|余|咗)+(?:一个|个|一)?(?P<y>[一-鿿])(?:字|$|[,。;])|(?P<y2>[一-鿿])字?(?:是|都是|属于)?(?:多出来的?|多余的?|多印了?的?|多写了?的?)"
)
_LACKING = re.compile(
    r"(?:少|漏|缺|掉)(?:了|写|印|打|掉)*(?:一个|个|一)(?P<y>[一-鿿a-z]{1,2})(?:字母?|$|[,。;]|(?<=[a-z])(?![a-z]))"
)
_AT = re.compile(r"(?:[这那]里|(?:的)?(?:后面|前面|中间|后头|最后|末尾)|[这那]个|的|又|还)+$")
_LAST_WORD = re.compile(r"[a-z]{2,20}$|[一-鿿]{2,8}$")
_BUT_PRINTED = re.compile(
    r",?(?:但是?|可是?|却|而|怎么|咋|为什么|为啥|结果|偏偏?)?(?:报上|报纸上?|报里|你们|他们?|它|文章里?|现在|上面)?(?:都|却|给|就)?(?:写|印|登|说|打)(?:的是|成了?|了|是)?"
    r"|,?(?:怎么|咋|却|偏偏?|倒)(?:就|会|又|给)?(?:变?成|是)了?"
)
_PRINTED = re.compile(
    r"(?:报上|报纸上?|你们|他们?|文章里?)(?:却|都|给|就|上面|里面)*(?:写|印|登)(?:的是|成了?|了|是)?"
)
_PRINTED_IS = re.compile(
    rf"[印写登标打]的(?:却|倒|竟)?是(?=[^\s,。;!?]{{2,40}}?(?P<right>(?:明明|其实|实际上?|本来|应该|应当)是){_WORDS}{{2}})"
)
_PRINTED_TOO = re.compile("[图表]|照片|说明|标题|题目|导读")  # 饼图里是30%，文章里写40%: both are printed
_CLAUSE = re.compile(r"[,\s、:]")


def read_voiced(item: Item) -> None:
    """Adds what speech without marks corrects and print confirms; nothing where the item has quotations."""
    if item.quotes:
        return
    for pattern, read in _READERS.items():
        for found in islice(pattern.finditer(item.text, item.start, item.end), MOST_ERRORS):
            if item.free(found.start(), found.end()):
                read(item, found)
    if not item.found:
        _read_wrong_character(item)


def _read_made(item: Item, verb: re.Match[str]) -> None:
    """Y写成X, 厉害的厉写成历史的历, 坐立不安的安写成按了."""
    left, right = said_before(item, verb.start()), said_behind(item, verb.end())
    explains = _EXPLAINS.match(right)
    if explains and explains.group("one") in explains.group("word"):
        bad, end = explains.group("one"), explains.end()
    else:
        whole = _longest_prefix(item, right)
        if whole is not None and _pair_with_suffix(item, verb, left, *whole):
            return
        bad, end = right[:1], 1
        if not _ENDS.match(right, 1):
            return
    if bad and "一" <= bad <= "鿿" and not _replace_one(item, verb, left, bad, verb.end() + end):
        _replace_one(item, verb, said_before(item, verb.start(), with_citations=True), bad, verb.end() + end)


def _longest_prefix(item: Item, words: str) -> tuple[str, str] | None:
    """(as said, as printed): the longest beginning that stands in print."""
    for length in range(min(len(words), LONGEST_SPOKEN), 1, -1):
        printed = as_printed(item, words[:length])
        if printed is not None and not words[:length].endswith(("了", ",", " ")):
            return words[:length], printed
    return None


def _pair_with_suffix(item: Item, verb: re.Match[str], left: str, said: str, printed: str) -> bool:
    explained = explained_at_end(left)
    if explained:
        left = left[: explained.end("word")]  # 跌倒的倒写成跌到: the word is what is meant
    right = _nearest(printed, _ends_of(left, printed))
    if right is None:
        return False
    start = item.text.rfind(right, item.start, verb.start())
    add_as_printed(item, start, verb.end() + len(said), said, right, printed)
    return True


def _lengths(said: str, words: str) -> range:
    return range(max(1, len(said) - 2), min(len(said) + 2, len(words)) + 1)


def _ends_of(words: str, said: str) -> Iterator[str]:
    """The ends of some words about as long as `said`; none begins within a Latin word (offee)."""
    return (words[-n:] for n in _lengths(said, words) if not (
        re.match("[a-z]{2}", words[-n - 1 :] if n < len(words) else "") or (words[-n] == "的" != said[0])
        or (n < len(words) and words[-n].isdigit() and words[-n - 1].isdigit())))  # 66个 for 64


def _nearest(said: str, others: Iterator[str]) -> str | None:
    """The one of some words most like `said`, equally long ones first, if it is like it and not the same."""
    best = max(others, key=lambda w: _alike(said, w) + EQUALLY_LONG * (len(w) == len(said)), default=None)
    return best if best is not None and best != said and _alike(said, best) >= ALIKE_SPOKEN else None


def _alike(one: str, other: str) -> float:
    """0 to 100: as letters, with numbers in figures, or as they sound."""
    alike = max(fuzz.ratio(one, other), sound_share(one, other) - 1)
    figures = in_figures(one), in_figures(other)
    return alike if figures == (one, other) else max(alike, fuzz.ratio(*figures))


def _replace_one(item: Item, verb: re.Match[str], left: str, bad: str, end: int) -> bool:
    """One character printed for another: the words around it tell where."""
    for word, at in (meant for meant in _meant_words(left, bad) if meant[0][meant[1]] != bad):
        wrong = word[:at] + bad + word[at + 1 :]
        window = _longest_window(item, wrong, at)
        said, meant = (one[slice(*window)].strip(" ,。;:!?、") if window else "" for one in (wrong, word))
        if len(said) > 1:
            add_as_printed(item, verb.start() - len(left), end, said, meant, None)
            return True
    return False


def _meant_words(left: str, bad: str = "") -> Iterator[tuple[str, int]]:
    """(word, offset of the character meant): 厉害的厉 → 厉害, 0; 葫芦浮起瓢 → itself, its last."""
    if found := explained_at_end(left):
        word = left[: found.end("word")][-LONGEST_SPOKEN:]
        for at in range(len(word) - 1, -1, -1):
            if word[at] == found.group("one"):
                yield word, at
    if left:
        yield left[-LONGEST_SPOKEN:], len(left[-LONGEST_SPOKEN:]) - 1
    if bad and bad in left[:-1]:  # 一但闻到臭鸡蛋味，旦写成但: the word was said before, as it is printed
        yield left[: left.find(bad)] + left[-1] + left[left.find(bad) + 1 : -1], left.find(bad)


def _longest_window(item: Item, words: str, at: int) -> tuple[int, int] | None:
    """[start, end) of the longest stretch of up to 6 characters around an offset that stands in print."""
    for length in range(min(6, len(words)), 1, -1):
        for start in range(max(0, at - length + 1), min(at, len(words) - length) + 1):
            if item.stands(words[start : start + length]):
                return start, start + length
    return None


def _read_should(item: Item, verb: re.Match[str]) -> None:
    """X应该是Y in speech that runs on: the printed words before, and the beginning of what follows that is like them."""
    if verb.lastgroup == "arrow":
        return
    left, right = said_before(item, verb.start()), said_behind(item, verb.end())
    if _read_meant_character(item, verb, left, right):
        return
    if _read_but_printed(item, verb, right):
        return
    clause = trim_right(_CLAUSE.split(right, maxsplit=1)[0])
    doubted = _DOUBTED.search(left)
    for words in (left[: doubted.start()], left) if doubted else (left,):
        run, printed = _longest_suffix(item, words)
        if printed is None:
            continue
        in_clauses = printed == run and len(clause) <= len(run) + RUNS_ON_SPOKEN and _alike(run, clause) >= ALIKE_SPOKEN
        pair = _numbers(run, right) or _best_pair(run, right, clause)
        if pair is None or (not doubted and (in_clauses or len(clause) - len(pair[1]) < RUNS_ON_SPOKEN)):
            continue  # a clause of its own: the readers of written corrections know its ends
        said, meant = pair
        start = item.text.rfind(run, item.start, verb.start())
        if len(said) == 1:
            said, meant = run, run[: run.rfind(said)] + meant + run[run.rfind(said) + 1 :]
        add_as_printed(item, start, verb.end() + len(meant), said, meant, printed)
        return


def _read_but_printed(item: Item, verb: re.Match[str], right: str) -> bool:
    """应该是农历九月初九他写八月初九: what is printed is said last."""
    found = _BUT_PRINTED.search(right)
    whole = _longest_prefix(item, right[found.end() :]) if found else None
    if found is None or whole is None:
        return False
    said, printed = whole
    meant = _nearest(said, _ends_of(right[: found.start()].rstrip("吗呢吧呀啊嘛, "), said))
    if meant is None:
        return False
    add_as_printed(item, verb.start(), verb.end() + found.end() + len(said), said, meant, printed)
    return True


def _longest_suffix(item: Item, words: str) -> tuple[str, str | None]:
    """(as said, as printed): the longest end that stands in print and begins within no number."""
    for length in range(min(len(words), LONGEST_SPOKEN), 1, -1):
        said, cut = words[-length:], length < len(words) and CUT.match(words, len(words) - length - 1)
        if not cut and loose_key(said[0]) and (printed := as_printed(item, said)) is not None:
            return said, printed
    return "", None


def _numbers(run: str, right: str) -> tuple[str, str] | None:
    """Number for number, where a number is given instead."""
    number = NUMBER.match(right)
    runs = [m.group() for m in NUMBER.finditer(run) if len(m.group()) > 1]
    if number and len(number.group()) > 1 and runs and number.group() != runs[-1] and runs[-1] not in right[: len(run) + 2]:
        return runs[-1], number.group()
    return None


def _best_pair(run: str, right: str, clause: str) -> tuple[str, str] | None:
    """(wrong, right): the words of a printed run and the beginning of the words after the verb that are most alike."""
    best, most = None, 0.0
    for end in range(1, min(len(right), len(run) + 2) + 1):
        meant = right[:end]
        if end == 1 and len(clause) > 1:
            continue
        for start in range(len(run)):
            for stop in range(start + max(1, end - 1), min(start + end + 1, len(run)) + 1):
                more = EQUALLY_LONG * (stop - start == end) + 2 * end + (stop == len(run))
                more += SAME_ENDS * (run[start] == meant[0] and run[stop - 1] == meant[-1])  # 95平米, 95平方米
                if 100 + more <= most:
                    continue  # it cannot be more alike than the same
                said = run[start:stop]
                if said == meant or said[0] == "是":
                    continue
                alike = _alike(said, meant)
                if alike >= ALIKE_SPOKEN and alike + more > most and not (start and CUT.match(run, start - 1)):
                    best, most = (said, meant), alike + more
    return best


def _read_meant_character(item: Item, verb: re.Match[str], left: str, right: str) -> bool:
    """七颗应该是木字旁的棵, 鉅惠应该是巨大的巨: the one that should be there is explained; its sound tells for which."""
    explained = _EXPLAINS.match(right)
    if explained is None or not (explained.group("one") in explained.group("word") or _WRITTEN_WITH.match(right)):
        return False
    one = explained.group("one")
    for words in (left, said_before(item, verb.start(), with_citations=True)):
        for word, at in _sounding_like(words, one):
            window = _longest_window(item, word, at)
            if window is not None:
                said, cut = word[slice(*window)], at - window[0]
                add_as_printed(item, verb.start() - len(words), verb.end() + explained.end(), said,
                     said[:cut] + one + said[cut + 1 :], None)  # fmt: skip
                return True
    return False


def _sounding_like(left: str, one: str) -> Iterator[tuple[str, int]]:
    """(words, offset of the character that `one` may replace): an explained one, else the last that sounds like it."""
    if explained_at_end(left):
        yield from ((word, at) for word, at in islice(_meant_words(left), 1) if word[at] != one)
    elif one not in left[-LONGEST_SPOKEN:]:
        word = left[-LONGEST_SPOKEN:]
        yield from ((word, at) for at in range(len(word) - 1, -1, -1) if same_sound(word[at], one))


def _read_particle(item: Item, found: re.Match[str]) -> None:
    """全神贯注的敲应该用土也地: which of 的 地 得 is meant is said by how it is written."""
    left = re.sub(r"[\s,]+[的地得]$", "", said_before(item, found.start()))  # …敲下去 的应该是地: said once more
    meant = next(value for value in found.groups() if value)
    for at in range(len(left) - 1, -1, -1):
        if left[at] in "的地得" and left[at] != meant:
            window = _longest_window(item, left, at)
            if window is not None and window[1] - window[0] > 2:
                words = left[slice(*window)]
                cut = at - window[0]
                add_as_printed(item, found.start() - len(left), found.end(), words, words[:cut] + meant + words[cut + 1 :],
                     left if item.stands(left) else None)  # fmt: skip
                return


def _read_contrast(item: Item, found: re.Match[str]) -> None:
    """是九月初九不是八月初九."""
    said, printed = _longest_prefix(item, said_behind(item, found.end())) or ("", "")
    right = _nearest(said, _ends_of(found.group("y") or found.group("y2"), said)) if said else None
    if right is not None:
        add_as_printed(item, found.start(), found.end() + len(said), said, right, printed)


def _read_not_but(item: Item, found: re.Match[str]) -> None:
    """不是八月初九是九月初九."""
    said = found.group("x")
    printed = as_printed(item, said)
    if printed is None:
        return
    after = said_behind(item, found.end())
    right = _nearest(said, (after[:n] for n in _lengths(said, after)))
    if right is not None:
        add_as_printed(item, found.start(), found.end() + len(right), said, right, printed)


def _read_wrong_character(item: Item) -> None:
    """过时不候的候写错了: the only printed words that differ from the word said in this one character."""
    said = (pattern.finditer(item.text, item.start, item.end) for pattern in (_DOUBTED, _BADLY_MADE))
    for found in islice(chain.from_iterable(said), MOST_ERRORS):
        left = said_before(item, found.end(), with_citations=True)
        explained = explained_at_end(left)
        if explained is None:
            continue
        word = explained.group("word")
        for length in range(min(len(word), LONGEST_SPOKEN), 2, -1):
            part = word[-length:]
            if item.stands(part):
                break  # 再接再励励字错了: said as it is printed
            printed = item.differing(part, part.find(explained.group("one")))
            if printed is not None and item.free(found.start(), found.end()):
                add_as_printed(item, found.start() - len(left), found.end(), printed, part, None)
                return


def _read_extra(item: Item, found: re.Match[str]) -> None:
    """认领取多了取字, 救了上来上后面那个上字是多出来的: the last such character of the printed words said before."""
    left = _AT.sub("", said_before(item, found.start()))
    run, printed = _longest_suffix(item, left)
    extra = next(value for value in found.groups() if value)
    start = item.text.rfind(run, item.start, found.start())
    if printed == run and len(run) > len(extra) and extra in run and item.free(start, found.start()):
        cut = run.rfind(extra)
        add_as_printed(item, start, found.end(), run, run[:cut] + run[cut + len(extra) :], None)


def _read_lacking(item: Item, found: re.Match[str]) -> None:
    """community少了一个m, 喝不水少了一个到字: said as it should be, or as it is printed."""
    left = _AT.sub("", said_before(item, found.start()))
    lacking = found.group("y")
    word = _LAST_WORD.search(left)
    said = word.group() if word else ""
    spots = [n for n in range(len(said) - len(lacking) + 1) if said.startswith(lacking, n)]
    for at in spots:
        wrong = said[:at] + said[at + len(lacking) :]
        if len(wrong) > 1 and item.stands(wrong) and not item.stands(said):
            add_as_printed(item, found.start() - len(left), found.end(), wrong, said, None)
            return
    run, printed = _longest_suffix(item, left)
    if printed == run and len(run) > 2 and lacking not in run and not SHOULD.search(item.text, item.start, found.start()):
        start = item.text.rfind(run, item.start, found.start())
        item.add(start, found.start(), item.typed(run, item.start), None, quoted=False)


def _read_printed(item: Item, found: re.Match[str]) -> None:
    """到9点35分是25分钟他写35分钟: first what is so, then what is printed."""
    whole = _longest_prefix(item, said_behind(item, found.end()))
    if whole is not None and not _PRINTED_TOO.search(item.text, item.start, found.start()):
        _pair_with_suffix(item, found, said_before(item, found.start()), *whole)


def _read_printed_is(item: Item, found: re.Match[str]) -> None:
    """上面印的是星期二我翻了日历明明是星期三: first what is printed, and after other words in the same breath what is so."""
    said, printed = _longest_prefix(item, said_behind(item, found.end())) or ("", "")
    after = said_behind(item, found.end("right"))
    clause = trim_right(_CLAUSE.split(after, maxsplit=1)[0]).rstrip("呀啊嘛呢")
    whole = (said, clause) if len(clause) <= len(said) + RUNS_ON_SPOKEN and _alike(said, clause) >= ALIKE_SPOKEN else None
    pair = (whole or _numbers(said, after) or _best_pair(said, after, clause)) if said else None
    if pair is not None:
        add_as_printed(item, found.end(), found.end("right") + len(pair[1]), *pair, printed)


_READERS = {_MADE: _read_made, _PARTICLES: _read_particle, SHOULD: _read_should, _CONTRAST: _read_contrast,
            _NOT_BUT: _read_not_but, _EXTRA: _read_extra, _LACKING: _read_lacking,
            _PRINTED: _read_printed, _PRINTED_IS: _read_printed_is}  # fmt: skip
