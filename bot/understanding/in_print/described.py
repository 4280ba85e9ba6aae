"""Where in a cited article an error is that is only described: by its arithmetic, or by what is said of it. Pure.

Works on printed paragraphs; knows no index and no reader.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.understanding.thresholds import DESCRIBED_BY, LONGEST_REPLACED
from bot.understanding.words.normalise import longest_run, loose_key, loose_key_with_origin
from bot.understanding.words.numerals import in_figures
from bot.understanding.words.sounds import sound_share

Span = tuple[int, int, int]
"""(unit number, start, end) in the printed text of a unit."""

_FIGURES = re.compile(r"\d[\d.,:]*\d%?")
_UNIT = re.compile(r"(小时|分钟|天|人|岁|条|封|次|户|元|米|公里|册|台|件|个月|年)数")
_SHARES = re.compile(
    r"(?P<count>\d+)(?:条|件|人次?|户|个|起|名|份|项|例|次)[^。；]{0,8}?占[^。；，%]{0,6}?(?P<share>\d+(?:\.\d+)?)[%％]"
)
_SPEAKS_OF_SHARES = re.compile(r"百分|比例|[%％]")
_COUNTED = re.compile(r"\d{2,}(?:\.\d+)?[一-鿿%]")
_TURN = re.compile(r"(?:后面|后来|下面|下文|底下|最后|结果|末尾)(?:却|又|怎么|变成|说|写|讲|成了)*|(?:却|又)(?:说|写|变|成|讲)")
_CLAUSE_END = re.compile("[，。；：！？,;!?]")


def word_to_replace(loose: str, right: str) -> list[tuple[int, int]]:
    """[start, end) of the words that a right form can replace: one character apart (应该是一旦: 一但); of two
    characters, one that sounds alike."""
    if not 2 <= len(right) <= LONGEST_REPLACED:
        return []
    spans = [(i, i + len(right)) for i in range(len(loose) - len(right) + 1) if _one_apart(loose[i : i + len(right)], right)]
    return [span for span in spans if len(right) > 2 or sound_share(loose[slice(*span)], right) == 100]


def _one_apart(one: str, other: str) -> bool:
    return "\n" not in one and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def figures_named(loose: str, said: str) -> list[tuple[int, int]]:
    """[start, end) of the figures that a description names, or tells by their unit (小时数算错了: 9个小时)."""
    figures = {loose_key(found) for found in _FIGURES.findall(said)}
    spans = [(at, at + len(f)) for f in figures if loose.count(f) == 1 and (at := loose.find(f)) >= 0]
    if spans:
        return spans
    units = _UNIT.findall(said)
    counted = [m.span() for unit in dict.fromkeys(units) for m in re.finditer(rf"\d+个?{unit}(?!数)", loose)]
    return counted if len(counted) == 1 else []


def odd_share(units: Sequence[tuple[int, str]], said: str) -> Span | None:
    """The only percentage of an article that is not its count's share of the sum: 2条，占8.22% of 24."""
    if not _SPEAKS_OF_SHARES.search(said):
        return None
    found = [(number, m) for number, text in units for m in _SHARES.finditer(text)]
    total = sum(int(m.group("count")) for _, m in found)
    odd = [(number, m.start("share"), m.end("share") + 1) for number, m in found if total and not _is_share(m, total)]
    return odd[0] if len(odd) == 1 and len(found) > 2 else None


def _is_share(found: re.Match[str], total: int) -> bool:
    share = found.group("share")
    return abs(100 * int(found.group("count")) / total - float(share)) < _rounded(share)


def _rounded(share: str) -> float:
    """By how much a share may differ that is written with so many decimals: cut off or rounded."""
    return float(10 ** -len(share.partition(".")[2])) + 1e-9


def counted_clause(units: Sequence[tuple[int, str]], said: str) -> Span | None:
    """The only printed clause with something counted that the description counts too: 三十一处 where 31处 is printed."""
    for counted in dict.fromkeys(_COUNTED.findall(in_figures(said))):
        holding = [(number, text) for number, text in units for _ in range(loose_key(text).count(loose_key(counted)))]
        if len(holding) == 1:
            number, text = holding[0]
            printed, origin = loose_key_with_origin(text)
            return number, *_clause(text, origin[printed.find(loose_key(counted))])
    return None


def told_clause(units: Sequence[tuple[int, str]], said: str) -> Span | None:
    """The printed clause that shares the longest words with what is objected to: 后面又变成乐跃明代表办事处作."""
    turn = _TURN.search(said)
    if turn is None:
        return None
    key = loose_key(said[turn.end() :])
    runs = [(longest_run(key, loose_key(text)), number, text) for number, text in units]
    best = max((run for run, _, _ in runs), key=len, default="")
    holding = [(number, text) for run, number, text in runs if best and loose_key(text).count(best)]
    if len(best) < DESCRIBED_BY or len(holding) != 1 or loose_key(holding[0][1]).count(best) != 1:
        return None
    number, text = holding[0]
    printed, origin = loose_key_with_origin(text)
    return number, *_clause(text, origin[printed.find(best)])


def _clause(text: str, at: int) -> tuple[int, int]:
    """[start, end) of the clause around an offset."""
    start = max((m.end() for m in _CLAUSE_END.finditer(text, 0, at)), default=0)
    end = _CLAUSE_END.search(text, at)
    return start, end.start() if end else len(text)
