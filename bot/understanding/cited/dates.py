"""Finds which issue a message names: dates in every notation and 这期, 上个月, 昨天的报纸.

Knows the calendar and when the message was sent; knows no catalogue and no clock.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.understanding.words.normalise import number

SHANGHAI = ZoneInfo("Asia/Shanghai")

_N = r"(?:\d{1,2}|[元正]|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_YEAR = r"(?:20\d{2}|\d{2}(?=年)|[二2][〇零○0o][〇零○0-9一二三四五六七八九]{2}|今年|去年|本年)"
_MONTH_TAIL = r"(?:份的?|月?号(?!楼|线|门)|刊)?"
_DATE = re.compile(
    r"(?=[\d一二三四五六七八九十元正今去本])(?:"  # nothing begins otherwise: most places are passed at once
    rf"(?P<y>{_YEAR})\s*年?\s*(?P<m>{_N})\s*月(?:\s*(?P<d>{_N})\s*[日号]|{_MONTH_TAIL})"
    r"|(?<![\d.])(?P<y2>20\d{2})\s*[./\-年]\s*(?P<m2>\d{1,2})(?:\s*[./\-]\s*(?P<d2>\d{1,2}))?[日号月]?(?![\d%])"
    rf"|(?<![\d.一二三四五六七八九十每几个第])(?P<m3>{_N})\s*月(?!以来|底|初|中旬|下旬|上旬|前|后|间|来|哪|没|只有)"
    rf"(?:\s*(?P<d3>{_N})\s*[日号]|(?P<d5>\d{{1,2}})(?![\d版])(?=$|的?[\s,。;)】\n\ue000-\ue7ff]|的?(?:那|这|第|头版|[一-鿿\d]{{1,3}}版))|{_MONTH_TAIL})"
    r"|(?<![\d.])(?P<m4>\d{1,2})\.(?P<d4>\d{1,2})(?=[日号]?的?\s*(?:那|这|第|头版|p\d|a\d|[,:;)】\n\ue000-\ue7ff]|$|社区|晨报|报|[一-鿿\d]{1,3}版)))"
)
_MAYBE_A_DATE = re.compile(r"月|\d\s*[./\-年]\s*\d")  # a cheap look first
_DAY = re.compile(
    r"(?P<day>今天|今日|今早|昨天|昨日|前天)(?=刚?(?:收到|拿到|看到|到手|出|买)?的?(?:这|那)?[张份期]?"
    r"(?:的?(?:报|晨报|社区|第?[\d一二三四五六七八九十]{1,2}版|头版)|\ue7ff|[张份]))"
)
_RELATIVE = re.compile(
    r"(?P<this>这一?期|本期|当期|最[新近]的?(?:这|那)?一?期|新一期|这个月|本月|当月|这月)|"
    r"(?P<before>上上个?月|大前个?月|上上一?期)|(?P<last>上一?期|上个?月|前一期|上回那期)(?![也就](?:是|错|这样|一样)|\d{1,2}[号日]|[一二三]?十?[一二三四五六七八九十][号日])"
)
_CORRECTED_AFTER = re.compile(
    r"\s*(?:[\"”’]\s*)?(?:应|误|改|→|写错|错|,\s*(?:应该?|应当)(?:是|为)\s*(?:20)?\d)"
    r"|\s*(?:那天|这天|当天)?,?(?:明明|其实|分明|应该|应当|本来|正好|我查了?|翻日历)*是(?:星期|礼拜|周)[一二三四五六日天]")
"""…, and a day of which is said what day of the week it is: 11月18号明明是星期三."""
_CORRECTED_BEFORE = re.compile(
    r"(?:应为|应是|应该是|应当是|改为|改成|误为|[写印打排登标](?:成|作|的是)了?|→|截止(?:日期|时间)?(?:上|处)?(?:是|为|到|印的?是?|写的?是?|[:,])?)\s*$")
"""截止日期印的12月1日: a date in print and no issue."""

_NEGATED = re.compile(r"(?:不是|并非)$")
_WEEKDAY = "(?:星期|礼拜|周)[一二三四五六日天]"
_ARGUED = re.compile(
    rf"\s*(?:[,那这]?当?[天日]?(?:明明|其实|应该?|该|正好|恰好|刚好|就|才|都|既|可|又|也|不)?[是为逢]|[那当][天日](?!的?(?:报|晨报|社区|那|这|[张份期]))"
    rf"|\(?{_WEEKDAY}(?!\)?的?(?:报|晨报|社区|第|头版|出|那|这|[张份期]|[\d一-鿿]{{1,2}}版))|(?:起|至|前|之前|以前|后|以后|之后|当天|开[始幕]|举[办行])(?![的那]?(?:报(?!名)|一?期)))"
)
"""11月16日是星期一, 11月20日起: a day that is spoken about; no issue, and no words of print either."""


class IssueMention(NamedTuple):
    """An issue named at [start, end): YYYY-MM, or YYYY-MM-DD where the reader gave the day. `negated`: a date, and not
    that of the issue."""

    start: int
    end: int
    label: str
    relative: bool = False
    negated: bool = False


@lru_cache(maxsize=64)
def local_day(sent_at: datetime) -> date:
    """The day in Shanghai on which a message was sent."""
    return sent_at.astimezone(SHANGHAI).date()


def month_before(label: str, months: int = 1) -> str:
    """YYYY-MM so many months before."""
    total = int(label[:4]) * 12 + int(label[5:7]) - 1 - months
    return f"{total // 12:04}-{total % 12 + 1:02}"


def find_issues(text: str, sent_at: datetime) -> list[IssueMention]:
    """Issues named in a masked text, in order. A date that is itself corrected is none."""
    sent = local_day(sent_at)
    mentions = []
    for found in _DATE.finditer(text) if _MAYBE_A_DATE.search(text) else ():
        if _CORRECTED_AFTER.match(text, found.end()) or _CORRECTED_BEFORE.search(text, 0, found.start()):
            continue
        label = _label(found, sent)
        if label:
            denied = _NEGATED.search(text, max(0, found.start() - 4), found.start()) is not None
            argued = len(label) > 7 and _ARGUED.match(text, found.end()) is not None
            mentions.append(IssueMention(found.start(), found.end(), label, negated=denied or argued))
    for found in _DAY.finditer(text):
        back = {"今": 0, "昨": 1, "前": 2}[found.group("day")[0]]
        day = sent - timedelta(days=back)
        mentions.append(IssueMention(found.start(), found.end(), day.isoformat(), relative=True))
    for found in _RELATIVE.finditer(text):
        month = f"{sent:%Y-%m}"
        label = month if found.group("this") else month_before(month, 2 if found.group("before") else 1)
        mentions.append(IssueMention(found.start(), found.end(), label, relative=True))
    return sorted(_apart(mentions), key=lambda mention: mention.start)


def _apart(mentions: list[IssueMention]) -> list[IssueMention]:
    kept: list[IssueMention] = []
    for mention in mentions:
        if all(mention.end <= other.start or mention.start >= other.end for other in kept):
            kept.append(mention)
    return kept


def _label(found: re.Match[str], sent: date) -> str | None:
    groups = found.groupdict()
    year_words = groups["y"] or groups["y2"]
    month = number(groups["m"] or groups["m2"] or groups["m3"] or groups["m4"] or "")
    day = number(groups["d"] or groups["d2"] or groups["d3"] or groups["d4"] or groups["d5"] or "")
    if month is None or not 1 <= month <= 12:
        return None
    year = _year(year_words, sent) if year_words else sent.year - (month > sent.month)
    if day is None:
        return f"{year:04}-{month:02}" if 2000 <= year <= 2100 else None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _year(words: str, sent: date) -> int:
    if words in {"今年", "本年"}:
        return sent.year
    if words == "去年":
        return sent.year - 1
    value = number(words.replace("o", "0")) or 0
    return value + 2000 if value < 100 else value
