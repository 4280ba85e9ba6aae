"""Reads plain forms of speech: 题目食唐，明明是食堂, 按装错了是安装 and 愿志者颠倒了.

Works on one list item without quotations; the wrong words must stand in print.
"""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from bot.understanding.corrections.contradicted import printed_around
from bot.understanding.corrections.item import Item
from bot.understanding.thresholds import ALIKE_SPOKEN, SHORTEST_SET_AGAINST, TELLING
from bot.understanding.words.numerals import CUT
from bot.understanding.words.sounds import sound_share

_PLAINLY = re.compile(r"(?P<x>[一-鿿\d]{2,8})[,\s!?]?(?:这|那)?(?:明明|分明)(?:应该|就)?(?:是|叫)(?P<y>[一-鿿\d]{2,10})")
_WRONG_IS = re.compile(r"(?P<x>[一-鿿]{2,8}?)(?:写|印|打|用)?(?:错|不对)了?[,\s]?是(?P<y>[一-鿿]{2,10})")
_TURNED = re.compile(r"(?P<x>[一-鿿]{2,8}?)(?:这?[两三四几]个字)?(?:前后)?(?:写|印|打|排|弄)?(?:颠倒|反)(?:了|过来)")

_TWICE = re.compile(
    r"(?P<one>[一-鿿]{1,6})(?P=one)[\s,]*(?:(?:这)?[两二]个字)?(?:有点|都|是|又|写|印|打|说){0,4}(?:重复|重了|多余|了?两遍)"
)
_IS_WRONG = (
    r"(?:(?:写|印|打|排|用)?(?:得)?(?:(?<![没不])错|[不勿]对|有误|有问题|不规范)|是个?(?:繁体|异体|错别|别|错)字"
    r"|不(?:是|能|该|可以)?这[么样]?写的?)"
)
_WRONG = re.compile("空号|这[么样]写|不通|错|[不勿]对|有误|有问题|不规范|繁体|异体|别字|[画圈划标]")
_ONE_IS = re.compile(
    rf"(?P<word>[一-鿿]{{2,8}})的那?个?(?P<one>[一-鿿])(?:这?个?字)?{_IS_WRONG}"
    rf"|(?P<word2>[一-鿿]{{2,8}})[\s,](?P<one2>[一-鿿])(?:这?个?字)?{_IS_WRONG}"
)
_WORD_IS = re.compile(rf"(?:^|(?<=[\s,:\ue7ff]))(?P<x>[一-鿿]{{2,8}}?)[\s,]?(?:这个词|这?[两三四]个字)?{_IS_WRONG}")
_MEANT = re.compile(
    r"了?[啊呀吧,\s]*(?:应该|应当|应)?(?:是|为|改[为成]|用)\s*(?:(?P<word>[一-鿿]{1,4})的那?个?)?(?P<one>[一-鿿])字?(?![一-鿿])"
)
_SHOWN = re.compile(
    r"(?:写|印|打|用|排)错了?(?:的(?:字|词)?)?[:：,]\s*(?P<x2>[一-鿿]{2,8})(?=$|[,。;!?\s])|(?:[画打圈划标](?:着|了|出|起)*[一-鿿]{0,3}?|错(?:处|字|误)?)(?:来)?(?:的|了的)?"
    r"(?:那个|这个|地方|字|词)?(?:就)?是(?P<x>[一-鿿]{2,12})(?=$|[,。;!?\s])"
)
"""画红圈的是坐立不按, 错的是坐立不按: printed words that are shown and no more."""
_UNIT = re.compile("[一-鿿]{1,2}")
_NUMBER_IS = re.compile(rf"(?<![\d.])(?P<x>\d[\d.:—-]{{2,12}}\d%?)(?![\d.])[^,。;!?\n]{{0,8}}{_IS_WRONG}")
"""0425不对: a number that is said to be wrong."""
_DEAD = re.compile("空号|[打拨]|停机|没人接|不存在")
_NUMBER_IS_DEAD = re.compile(
    r"(?<![\d.])(?P<x>\d[\d\s—–-]{4,14}\d)(?![\d.])[^。;!?\d]{0,14}(?:空号|[打拨]不(?:通|进)|没人接|停机|不存在|[打拨]错|找错|不是(?:这|他|那)家)"
)
"""暖气那篇的电话6616—0425打过去是空号: a number that is printed and does not serve."""
_OF_A_PAPER = re.compile(
    "编辑|编号|单位|[量名动]词|还是|不对|校对|记者|题|期|版|报|照|图|文|字|词|句|段|话|地址|电话|数|名|标点|内容|意思|时间|作者|日子|地方|[你我他它]|都|也|^[的了是有]|^[那这][个里些]?$|^[说写讲报提弄发填念]得?$"
)
"""题目错了, 日期不对: what is spoken of and no words of print, though they may stand there."""


def read_plain(item: Item) -> None:
    """Adds what these forms correct; nothing where the item has quotations."""
    if item.quotes:
        return
    for pattern in (_PLAINLY, _WRONG_IS):
        for found in pattern.finditer(item.text, item.start, item.end):
            _read_plainly(item, found)
    for found in _TURNED.finditer(item.text, item.start, item.end):
        _read_turned(item, found)
    for found in _TWICE.finditer(item.text, item.start, item.end):  # 办结办结重复了
        one, at = found.group("one"), found.start()
        if not item.found and len(one) > 1 and item.stands(one * 2):
            item.add(at, found.end(), item.typed(one * 2, at), item.typed(one, at), quoted=False)


def read_pointed(item: Item) -> None:
    """优慧的慧错了, 按装 错了: printed words that are said to be wrong and no more; nothing where more is told of the item."""
    only_right = len(item.found) == 1 and item.found[0].wrong is None  # 优慧的慧错了，应该是惠
    if not item.quotes and not item.found:
        _read_dead_number(item)
    if item.quotes or (item.found and not only_right) or not _WRONG.search(item.text, item.start, item.end):
        return
    number = None if item.found else _NUMBER_IS.search(item.text, item.start, item.end)
    if number and 0 < item.often(number.group("x")) <= TELLING:
        words = _with_unit(item, number.group("x"), number.end("x"))
        item.add(*number.span(), item.typed(words, number.start()), None, context=printed_around(item, words), quoted=False)
        return
    for found in _ONE_IS.finditer(item.text, item.start, item.end):
        _read_one_of(item, found)
    for found in () if item.found else _WORD_IS.finditer(item.text, item.start, item.end):
        if not _OF_A_PAPER.search(found.group("x")) and 0 < item.often(found.group("x")) <= TELLING:
            item.add(*found.span(), item.typed(found.group("x"), found.start()), None, quoted=False, doubt=True)
        elif len(found.group("x")) >= SHORTEST_SET_AGAINST:
            _read_as_meant(item, found)
    shown = None if item.found else _SHOWN.search(item.text, item.start, item.end)
    pointed = (shown.group("x") or shown.group("x2")) if shown else ""
    if shown and 0 < item.often(pointed) <= TELLING:
        item.add(*shown.span(), item.typed(pointed, shown.start()), None, quoted=False)


def _read_dead_number(item: Item) -> None:
    found = _NUMBER_IS_DEAD.search(item.text, item.start, item.end) if _DEAD.search(item.text, item.start, item.end) else None
    if found and item.stands(found.group("x")):
        item.add(*found.span("x"), item.typed(found.group("x"), found.start()), None, quoted=False, doubt=True)


def _with_unit(item: Item, number: str, end: int) -> str:
    """A number with as much of a unit of two characters as is printed with it."""
    words = (number + item.text[end : end + length] for length in (2, 1))
    return next((one for one in words if _UNIT.fullmatch(one, len(number)) and item.stands(one)), number)


def _read_as_meant(item: Item, found: re.Match[str]) -> None:
    """坐立不安写错了, said as it should be: the only printed words that differ from the end of it in one character and sound the
    same."""
    for length in range(len(found.group("x")), SHORTEST_SET_AGAINST - 1, -1):
        said = found.group("x")[-length:]
        if item.stands(said):
            return
        printed = {words for at in range(length) if (words := item.differing(said, at))}
        if len(printed) == 1 and sound_share(said, min(printed)) == 100:
            item.add(found.end("x") - length, found.end(), printed.pop(), item.typed(said, found.start("x")), quoted=False)
            return


def _read_plainly(item: Item, found: re.Match[str]) -> None:
    """The printed end of what stands before, and as many characters of what follows, if they are alike."""
    for length in range(min(len(found.group("x")), len(found.group("y"))), 1, -1):
        wrong, right = found.group("x")[-length:], found.group("y")[:length]
        start, at = found.end("x") - length, found.start("y")
        if any(cut > item.start and CUT.match(item.text, cut - 1) for cut in (start, at + length)):
            continue  # 830加420明明是1250套
        if wrong != right and fuzz.ratio(wrong, right) >= ALIKE_SPOKEN and item.stands(wrong):
            item.add(start, at + length, item.typed(wrong, start), item.typed(right, at), quoted=False)
            return


def _read_turned(item: Item, found: re.Match[str]) -> None:
    """愿志者颠倒了: the printed end of what stands before; 志愿者写反了: what is printed with two neighbours changed about."""
    ends = [found.group("x")[-length:] for length in range(len(found.group("x")), 2, -1)]
    for said in ends:
        if item.stands(said):
            item.add(found.end("x") - len(said), found.end(), item.typed(said, found.start("x")), None, quoted=False)
            return
    for said in ends:
        turned = {said[:n] + said[n + 1] + said[n] + said[n + 2 :] for n in range(len(said) - 1)}
        printed = [words for words in turned if item.stands(words)]
        if len(printed) == 1:
            item.add(found.end("x") - len(said), found.end(), printed[0], item.typed(said, found.start("x")), quoted=False)
            return


def _read_one_of(item: Item, found: re.Match[str]) -> None:
    """优慧的慧错了, 柳树七颗 颗勿对: one character of the printed end of what stands before."""
    which = "one" if found.group("one") else "one2"
    word, one = found.group("word") or found.group("word2"), found.group(which)
    said = next((word[-length:] for length in range(len(word), 1, -1) if item.stands(word[-length:])), "")
    if said.count(one) != 1:
        return
    last = item.found[0] if item.found else None
    if last is not None:
        if last.right is not None and len(last.right) == 1 and found.end() <= last.start <= found.end() + 3:
            item.found[0] = last._replace(start=found.start(), wrong=one, context=item.typed(said, found.start()))
        return
    meant = _MEANT.match(item.text, found.end(), item.end)  # 了是摔倒的倒
    right = meant.group("one") if meant and (not meant.group("word") or meant.group("one") in meant.group("word")) else None
    end = meant.end() if meant and right else found.end()
    item.add(found.start(), end, item.masked.words(*found.span(which)), right, context=item.typed(said, found.start()),
             quoted=False, doubt=right is None)
