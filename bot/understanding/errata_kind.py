"""Proposes the row of the annex that an error falls in, from the difference of wrong and right.

A proposal only: an editor decides. Knows the codes of the annex (2020), no points.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from bot.understanding.values import Finding
from bot.understanding.words.difference import pieces
from bot.understanding.words.normalise import strict_key

FACT, ONE, FEW, MANY, SWAPPED, FIGURE, NUMERALS = "N-04", "N-05", "N-06", "N-07", "N-08", "N-09", "N-10"
FOREIGN, LETTERS, VARIANT, UNITS, MARKS, POINT = "N-11", "N-14", "N-15", "N-16", "N-18", "N-19"

_UNITS = ("平米", "平方", "公里", "公斤", "立方", "平方米", "千米", "千克", "毫升", "ug", "μg", "kg", "km", "mm", "cm", "ml")
_CHINESE_NUMERALS = set("〇零一二三四五六七八九十百千万两")


@dataclass(frozen=True, slots=True)
class KindProposal:
    """`code` of the annex row, whether the double rule for headlines applies, and why, in Chinese."""

    code: str
    in_title: bool
    why: str


def propose(finding: Finding, in_title: bool) -> KindProposal | None:
    """The likeliest row; None where the words do not tell (no wrong words, or no right form)."""
    if not finding.wrong or finding.right is None:
        return None
    wrong, right = _plain(finding.wrong), _plain(finding.right)
    if wrong == right:
        return _marks_only(finding.wrong, finding.right, in_title)
    old, new = pieces(wrong, right)
    code, why = _row(old, new, wrong, right)
    if in_title:
        why += "；在标题里，加倍"
    return KindProposal(code, in_title, why)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


def _marks_only(wrong: str, right: str, in_title: bool) -> KindProposal | None:
    return KindProposal(MARKS, in_title, "只差空格或标点") if wrong != right else None


def _row(old: str, new: str, wrong: str, right: str) -> tuple[str, str]:
    if old.casefold() == new.casefold():
        return LETTERS, "字母大小写"
    if _without_marks(old) == _without_marks(new):
        if any(c in ".·" for c in old) and any(c in ".·" for c in new):
            return POINT, f"“{old}”和“{new}”是小数点与中圆点互误"
        return MARKS, "只差标点" + (f"：{_shown(old)}→{_shown(new)}")
    if strict_key(old) == strict_key(new) and old != new:
        return VARIANT, "繁体字、异体字或全半角混用"
    return _figures(old, new, wrong, right) or _letters(old, new, wrong, right) or _characters(old, new)


def _figures(old: str, new: str, wrong: str, right: str) -> tuple[str, str] | None:
    digits_old, digits_new = re.sub(r"[^\d]", "", old), re.sub(r"[^\d]", "", new)
    numeral = re.compile(r"[\d.,%:\-—年月日]*")
    if (digits_old or digits_new) and numeral.fullmatch(old) and numeral.fullmatch(new):
        return FIGURE, "数字有误，不论错几位算一处"
    if old and new and bool(digits_old) != bool(digits_new) and (set(old + new) & _CHINESE_NUMERALS):
        return NUMERALS, "阿拉伯数字与汉字数字的用法"
    if any(u in wrong for u in _UNITS) and any(u in right for u in _UNITS) and _is_unit_change(wrong, right):
        return UNITS, "计量单位的写法"
    return None


def _is_unit_change(wrong: str, right: str) -> bool:
    return any((u in right and u not in wrong) or (u in wrong and u not in right) for u in _UNITS)


def _letters(old: str, new: str, wrong: str, right: str) -> tuple[str, str] | None:
    if not re.search(r"[A-Za-z]", old + new):
        return None
    if {old, new} & {"O", "o"} and {old, new} & {"0", "〇", "零"}:
        return LETTERS, "字母与数字混用"
    words = len(set(re.findall(r"[A-Za-z]+", wrong)) - set(re.findall(r"[A-Za-z]+", right))) or 1
    return FOREIGN, f"外文词有误，{words}个词" if words > 1 else "外文词有误"


def _characters(old: str, new: str) -> tuple[str, str]:
    count = sum(not _is_mark(c) for c in (old or new))
    if old and new and len(old) >= 2 and Counter(old) == Counter(new):
        return SWAPPED, f"“{old}”与“{new}”字序颠倒"
    if not new:
        return _by_count(count), f"多{count}个字：“{old}”"
    if not old:
        return _by_count(count), f"漏{count}个字：“{new}”"
    differing = max(_differing(old, new), 1)
    return _by_count(differing), f"“{old}”应为“{new}”，错{differing}个字"


def _differing(old: str, new: str) -> int:
    if len(old) == len(new):
        return sum(a != b for a, b in zip(old, new, strict=True))
    return max(sum(not _is_mark(c) for c in old), sum(not _is_mark(c) for c in new))


def _by_count(count: int) -> str:
    return ONE if count <= 1 else FEW if count <= 5 else MANY


def _is_mark(char: str) -> bool:
    return unicodedata.category(char)[0] in "PSZ"


def _without_marks(text: str) -> str:
    return "".join(c for c in text if not _is_mark(c))


def _shown(marks: str) -> str:
    return f"“{marks}”" if marks else "（无）"
