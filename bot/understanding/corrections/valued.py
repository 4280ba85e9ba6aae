"""Reads one value for another of its kind: 11月22日是星期天不是周六, 怎么会是46元，48元吧, 四个小时，明明三小时.

Days of the week, times, shares and counts of the same thing are like each other though their words are not. Which of two
shall be printed is said by what stands right before or behind one of them; print must hold the other. Works on one list
item without quotations in which nothing was read; knows print only by asking whether words stand in it.
"""

from __future__ import annotations

import re
from itertools import combinations, islice
from typing import NamedTuple

from bot.understanding.corrections.item import Item
from bot.understanding.corrections.running import add_as_printed, as_printed
from bot.understanding.thresholds import LONGEST_PLAIN, LOOKED_THROUGH, MOST_TWINS
from bot.understanding.words.numerals import in_figures

_DIGIT = r"\d零〇一二两三四五六七八九十百千万"
_UNIT = (
    "个?(?:小时|钟头|钟点)|分钟|块钱?|平方米|平米|立方米|平方公里|公里|公斤|千克|厘米|毫米|公分|毫升|毫克|公顷|[元年月日号天岁人户个名位张台班层楼届米斤克吨度倍条棵颗次场间所套座幢只句株盏辆把件本篇页分瓶封亩桌节段排行]"
)
_VALUE = re.compile(
    r"(?P<date>(?<!\d)\d{1,2}月\d{1,2}[日号])|(?P<day>(?:星期|礼拜|周)[一二三四五六日天])"
    rf"|(?P<time>(?<![\d:])\d{{1,2}}:\d\d(?![\d:]))|(?P<share>(?<![\d.])\d+(?:\.\d+)?%)"
    rf"|(?<![{_DIGIT}.·、])(?P<number>[{_DIGIT}]+(?:\.\d+)?[多余]?)(?P<unit>{_UNIT})(?![初{_DIGIT}])"
    r"|(?<![\d.:—-])(?<!=)(?P<digits>\d{3,8})(?![\d.:—%=+×*÷/-])|(?:(?<=不是)|(?<==))(?P<bare>\d{1,4})(?![\d.:—%+×*÷/-])"
)
_SAME_UNIT = {
    "个小时": "小时", "个钟头": "小时", "钟头": "小时", "个钟点": "小时", "钟点": "小时", "号": "日", "块": "元", "块钱": "元",
}  # fmt: skip
_REJECTED_BEFORE = re.compile(
    r"(?:(?:怎么|咋|凭什么|为什么|为啥)(?:会|能|就|又|给|才){0,2}(?:写|印|成|是|变|标|登|算|有|来)(?:成|了|着|得)?|不(?:应该|能|会)?是|哪[儿里]?来的?|没有?|[写印登标排](?:成|着|了|的是|的|为)|报上(?:写|印|登)?(?:的|是|的是)?"
    r"|(?:标题|正文|文中|图[上中里]|表[上中里格]|说明|导读)里?(?:[写印登说标])?(?:的是|的|是|着|成)?)$"
)
_REJECTED_BEHIND = re.compile(
    r"[,\s]?(?:是|都)?(?:[写印算标登]?错(?=[了吧啦,。;!?\s应是]|$)|[不勿]对(?!吗)|有误|不可能|怎么(?:可能|会)|和[一-鿿]{1,4}对不上|对不上)"
)
_CANNOT_BE = re.compile(r"(?:哪[儿里]?来的?|(?:怎么|咋)(?:会|可能)(?:是|有)?|没有?)$")
_NOT = re.compile(
    r"[,\s]*(?:而|可|并|但)?(?:不(?:应该|会|能)?是|(?:报[上纸]|却|怎么|偏)[一-鿿]{0,2}?(?:[写印登标](?:成|着|了|的是|的)?|的|是)?)"
)
_SUM = re.compile("[+×÷*=]|[加减乘除][以上去]?[\\d一二两三四五六七八九十]")
_DATE = re.compile(r"\d{1,2}月\d{1,2}[日号]")
_OF_ERRORS = frozenset("个处条点句字")
_OR = re.compile("还是|或|到底|究竟")
_DIFFERENCE = re.compile(r"(?:差|多|少|贵|便宜|涨|跌|降|错|漏|缺|省)(?:了|出|算|写|印)*(?:整整|足足|正好)?$")
_ASKED = re.compile("[吗么嘛伐]")
_DAY_OF_A_MONTH = re.compile(r"(?:\d{1,2}月)?\d{1,2}[日号]")
_MEANT_BEFORE = re.compile(
    r"(?:应[该付收交得]?|应当|明明|分明|其实|实际上?|正确的?|(?:加|合|算)(?:起来|下来|一块|出来)|我算(?:的|下来|出来)?|那天)(?:是|有|为|只有|才)?$"
)
_PERHAPS_MEANT_BEFORE = re.compile(r"(?:(?:只有|才|就|等于|合计)(?:是|有)?|(?<![不会])是|=)$")
_MEANT_BEHIND = re.compile(r"(?:才对|才是|[吧嘛])")


class _Value(NamedTuple):
    start: int
    end: int
    kind: str
    amount: str
    role: int
    """2: shall be printed, -2: is rejected, 1 and -1: perhaps, 0: neither is said."""


def read_surely_valued(item: Item) -> None:
    """Two values that are all the numbers of a short item, of which one is plainly rejected or meant: 算错了，应该."""
    if not item.quotes and item.end - item.start <= LONGEST_PLAIN and not _SUM.search(item.masked.text, item.start, item.end):
        values = _values(item)
        of_minutes = values and values[0].kind == "分钟"  # how often and how long are said in one breath
        if len(values) == 2 and not of_minutes and max(abs(value.role) for value in values) > 1:
            _read_pair(item, values)


def read_valued(item: Item) -> None:
    """Adds the first two values of a kind of which one is rejected or the other meant, and the rejected one is printed."""
    if item.found or item.quotes or item.end - item.start > LOOKED_THROUGH:
        return
    values = _values(item)
    if not _read_pair(item, values):
        _read_rejected(item, values)


def _values(item: Item) -> list[_Value]:
    """The values said, without what is only the difference of two: 差了90块."""
    text = item.masked.text
    said = (found for found in _VALUE.finditer(text, item.start, item.end)
            if not _DIFFERENCE.search(text, max(item.start, found.start() - 5), found.start()))  # fmt: skip
    return [_value(item, found) for found in islice(said, MOST_TWINS)]


def _read_pair(item: Item, values: list[_Value]) -> bool:
    """Adds the nearest two that are of a kind, one printed for the other: 十五块打八折十二块，怎么是十三元."""
    text = item.masked.text
    for one, other in sorted(combinations(values, 2), key=lambda pair: pair[1].start - pair[0].end):
        between = text[one.end : other.start]
        bare = _is_bare(one, other, between)
        if not (bare or _of_a_kind(one, other)) or one.role == other.role or one.role * other.role > 0 or _OR.search(between):
            continue
        wrong, right = (one, other) if one.role < other.role else (other, one)
        said, instead = (text[value.start : value.end] for value in (wrong, right))
        if bare:
            said, instead = (words if words.endswith(one.kind) else words + one.kind for words in (said, instead))
        sure = wrong.role * right.role != 0 or max(right.role, -wrong.role) > 1 or _NOT.fullmatch(between) is not None
        if not sure and as_printed(item, instead):
            continue  # both are printed, and of one only is said what it may be
        printed = _printed(item, wrong, said)
        if printed is not None and item.free(wrong.start, wrong.end) and item.free(right.start, right.end):
            add_as_printed(item, one.start, other.end, said, instead, _with_date(item, wrong, printed) or printed)
            return True
    return False


def _of_a_kind(one: _Value, other: _Value) -> bool:
    """Another number of the same, or the same number of something alike: 5毫克, 5克."""
    if one.kind == other.kind:
        return one.amount != other.amount
    return one.amount == other.amount and bool(set(one.kind) & set(other.kind))


def _is_bare(one: _Value, other: _Value, between: str) -> bool:
    """90分，不是91; 共11人，1+3+6=10: a number that has the unit of the one before."""
    told = other.kind == "bare" and (other.role > 0 or _NOT.fullmatch(between) is not None)
    return told and one.amount != other.amount


def _read_rejected(item: Item, values: list[_Value]) -> None:
    """11月31日前登记，哪儿来的31号: a value that cannot be, with the month that is said before it."""
    for value in values:
        said = item.masked.text[value.start : value.end]
        whole = next((date for date in _DATE.findall(item.masked.text[item.start : value.start]) if _same_day(date, said)), said)
        impossible = value.role < 0 and _CANNOT_BE.search(item.masked.text, item.start, value.start)
        printed = as_printed(item, whole) if impossible else None
        if printed is not None and item.free(value.start, value.end):
            item.add(value.start, value.end, item.typed(printed, item.start), None, doubt=True, quoted=False)
            return


def _same_day(date: str, said: str) -> bool:
    return date.replace("号", "日").endswith("月" + said.replace("号", "日"))


def _value(item: Item, found: re.Match[str]) -> _Value:
    text, unit, number, whole = item.masked.text, found.group("unit"), found.group("number"), found.group()
    before, behind = text[max(item.start, found.start() - 8) : found.start()], text[found.end() : min(item.end, found.end() + 6)]
    kind = _SAME_UNIT.get(unit, unit) if unit else found.lastgroup or ""
    amount = in_figures(number) if number else whole[-1].replace("天", "日") if kind == "day" else whole.replace("号", "日")
    of_errors = unit in _OF_ERRORS and behind.startswith("错")  # 三个错，算一个还是三个
    return _Value(found.start(), found.end(), kind, amount, 0 if of_errors else _role(before, behind))


def _role(before: str, behind: str) -> int:
    """What is said of a value right before and behind it."""
    if before.endswith("="):
        return 1
    if _REJECTED_BEHIND.match(behind):
        return -2
    if _NOT.search(before) and _ASKED.match(behind):
        return 2  # 91分不是90分吗
    if _REJECTED_BEFORE.search(before):
        return -1
    if _MEANT_BEFORE.search(before) or _MEANT_BEHIND.match(behind):
        return 2
    return 1 if _PERHAPS_MEANT_BEFORE.search(before) else 0


def _printed(item: Item, value: _Value, said: str) -> str | None:
    """How a value that is said stands in print: 礼拜二 as 星期二."""
    if value.kind != "day":
        return as_printed(item, said)
    return next((words for name in ("星期", "周", "礼拜") if item.stands(words := name + said[-1])), None)


def _with_date(item: Item, wrong: _Value, printed: str) -> str | None:
    """11月22日周六, printed with its date: what shows the place of a day of the week."""
    if wrong.kind != "day":
        return None
    dates = _DAY_OF_A_MONTH.findall(item.masked.text[item.start : item.end])
    together = (date.replace("号", "日") + printed for date in dates)
    return next((words for words in together if item.stands(words)), None)
