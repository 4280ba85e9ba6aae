"""Reads a day of which the reader says what day of the week it is: 11月18日是星期三, where 11月18日（星期二） is printed.

No verb announces it and no printed word need be said: print itself holds the same day with another day of the week. Works
on one list item.
"""

from __future__ import annotations

import re

from bot.understanding.corrections.item import Item
from bot.understanding.words.numerals import in_figures

_WEEKDAY = re.compile("星期|礼拜|周")
_N = r"(?:\d{1,2}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_SAID = re.compile(
    rf"(?<![\d一二三四五六七八九十.])(?P<date>(?:{_N}月)?{_N})[日号](?:那天|这天|当天|[,\s]|查[了过]?|翻[了过]?|看[了过]?|日历上?|挂历上?|我|明明|其实|分明|本来|正好|就|可|却|才)*"
    r"(?:(?:应该|应当|应)是?|是)(?:星期|礼拜|周)(?P<day>[一二三四五六日天])(?!到|至|和|、)"
)
_NAMED = re.compile("(?:星期|礼拜|周)(?P<day>[一二三四五六日])")
_DAYS = "一二三四五六日"
_PRINTED = ("星期", "周")


def read_weekday(item: Item) -> None:
    """Adds the day of the week that is printed beside a day, and the one the reader says it is; nothing where that is printed."""
    text = item.masked.text
    if not _WEEKDAY.search(text, item.start, item.end):
        return
    found = _SAID.search(text, item.start, item.end)
    if found is None or not item.free(*found.span()):
        return
    date, day = f"{in_figures(found.group('date'))}日", found.group("day").replace("天", "日")
    if any(item.stands(f"{date}{week}{day}") for week in _PRINTED):
        return
    printed = [week + other for week in _PRINTED for other in _DAYS if other != day and item.stands(f"{date}{week}{other}")]
    named = {m.group("day") for m in _NAMED.finditer(text, item.start, item.end)} - {day}
    printed = [one for one in printed if one[-1] in named] if len(printed) > 1 else printed
    if len(printed) == 1:
        right = printed[0][:-1] + day
        item.add(*found.span(), printed[0], right, context=f"{date}（{printed[0]}）", quoted=False)
