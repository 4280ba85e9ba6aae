"""Right forms for several reports told in one breath: 第一条应该是圈套，第二条应该是家人, 分别是“圈套”和“家人”, 圈套、家人.

Each goes to the report whose wrong words it is like, whatever order they are told in. Pure; knows words only.
"""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from bot.understanding.corrections.unquoted import trim_right
from bot.understanding.heard import Heard
from bot.understanding.thresholds import ALIKE_KNOWN, MOST_ERRORS
from bot.understanding.turns.merge import only_place
from bot.understanding.values import Intent, Reading, Waiting
from bot.understanding.words.normalise import QUOTE_MARKS, loose_key

LONGEST = 120
"""A longer message is no such breath."""
_APART = re.compile(r"[\s,。;:!?、/和及与跟]+")
_QUOTED = re.compile("[\ue000-\ue3ff]")
_BESIDE = re.compile(
    r"(?:前|后)[一面]个?|(?:那|这)?第?[一二三四五六七八九十\d]{1,2}(?:条|个|处|项)(?:是不是)?(?=应|是|改|该|为|要|$)|其中"
    r"|(?:正确|对)的?(?:写法|说法)?|(?:应该|应当|应|该|要|得)?(?:分别|依次)?(?:应该|应当|应|该|要|得)?(?:改|写|印)?[是为成]|分别|依次"
)


def rights_of_several(heard: Heard, waiting: Waiting) -> Reading | None:
    """The message as right forms of open reports that have none; None where it is anything else, or about the newest alone."""
    cites = bool(heard.citations.mentions)
    if len(waiting.own) < 2 or any(c.wrong and c.right for c in heard.stated):
        return None
    offered = _quoted(heard) if cites else _offered(heard)
    if not offered or (cites and len(offered) < 2) or (heard.ordinal and len(offered) == 1):
        return None
    findings = ((one.number, one.finding) for one in waiting.own)
    lacking = [(number, loose_key(told.wrong)) for number, told in findings if told.wrong and told.right is None]
    chosen: dict[int, str] = {}
    for words in offered:
        key = loose_key(words)
        alike = sorted(((fuzz.ratio(key, wrong), number) for number, wrong in lacking if wrong != key), reverse=True)
        if not alike or alike[0][0] < ALIKE_KNOWN or alike[0][1] in chosen or (len(alike) > 1 and alike[0][0] == alike[1][0]):
            return None
        chosen[alike[0][1]] = words
    if set(chosen) == {waiting.own[0].number}:
        return None
    place = (only_place(heard.cited_only()),) if cites else ()
    return Reading(Intent.SUPPLEMENT, place, targets=tuple(chosen), rights=tuple(chosen.values()))


def _quoted(heard: Heard) -> list[str]:
    """分别得是“第六届”“13比11”，乒乓球赛那则消息: beside a place only what stands in marks."""
    return [heard.masked.quoted(char) for char in _QUOTED.findall(heard.masked.text)][: MOST_ERRORS + 1]


def _offered(heard: Heard) -> list[str]:
    """What a short message says beside ordinals and verbs, as typed."""
    folded = heard.masked.folded
    if len(folded.text) > LONGEST:
        return []
    at, offered = 0, []
    for part in _APART.split("".join(" " if c in QUOTE_MARKS else c for c in folded.text)):
        words = trim_right(_BESIDE.sub("", part)) if part else ""
        if words:
            at = folded.text.find(words, at)
            if at < 0:
                return []
            offered.append(folded.words(at, at + len(words)))
    return offered[: MOST_ERRORS + 1]
