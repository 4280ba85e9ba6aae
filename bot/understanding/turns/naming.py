"""Which of his own reports a reader means by a word of theirs: 食堂那条不算, 乐呼那条是…, 前一条. Pure; knows words only."""

from __future__ import annotations

import re

from bot.understanding.thresholds import NAMED_BY
from bot.understanding.values import Finding, OwnReport
from bot.understanding.words.normalise import longest_run, loose_key, number

_ONE_OF_THEM = re.compile(r"(?P<words>[^。;!?\n]{2,40}?)(?:的)?[那这](?:一)?[条个处]")
_KEPT = re.compile(r"(?:除了?|只留下?|只要|只?保留|留下|只算)(?P<kept>第?.{1,12})")
_PLACE = re.compile(r"第?\s*([一二三四五六七八九十]|\d{1,2})\s*(?:个|条|处|项|点)")
_LAST_FEW = re.compile(r"(?:后|最后)(?:面)?(?:的|那)?(?P<count>[两二三四2-4])(?:个|条|处)")
_FORMER = re.compile(r"前一[条个处]|前面(?:那|一)[条个处]")


def named(text: str, own: tuple[OwnReport, ...]) -> tuple[int, ...]:
    """The number of the one report that shares the longest words with a folded text; () where none or several do."""
    key = loose_key(text)
    runs = [(max((len(longest_run(key, words)) for words in _words_of(one.finding)), default=0), one.number) for one in own]
    longest = max((run for run, _ in runs), default=0)
    best = [number for run, number in runs if run == longest]
    return tuple(best) if longest >= NAMED_BY and len(best) == 1 else ()


def named_before(text: str, own: tuple[OwnReport, ...]) -> int | None:
    """The report named at the beginning of a message, before 那条."""
    found = _ONE_OF_THEM.match(text)
    numbers = named(found.group("words"), own) if found and len(own) > 1 else ()
    return numbers[0] if numbers else None


def former(text: str, own: tuple[OwnReport, ...]) -> int | None:
    """The last but one report where a message begins with 前一条; None where there are not two."""
    return own[1].number if len(own) > 1 and _FORMER.match(text) else None


def all_but(text: str, own: tuple[OwnReport, ...]) -> tuple[int, ...]:
    """除了第一个都不要, 只保留第二个: the numbers of the others, counted from the oldest; () where none is kept."""
    kept = _KEPT.search(text)
    numbers = sorted(one.number for one in own)
    places = {number(found) for found in _PLACE.findall(kept.group("kept"))} if kept else set()
    if not places or not all(place and place <= len(numbers) for place in places):
        return ()
    return tuple(n for place, n in enumerate(numbers, 1) if place not in places)


def last_few(text: str, own: tuple[OwnReport, ...]) -> tuple[int, ...]:
    """后两个撤掉: the numbers of the newest."""
    found = _LAST_FEW.search(text)
    count = number(found.group("count")) if found else None
    return tuple(one.number for one in own[:count]) if count and count <= len(own) else ()


def _words_of(finding: Finding) -> list[str]:
    said = (finding.wrong, finding.right, finding.context, finding.article_text, finding.reason)
    return [loose_key(words) for words in said if words]
