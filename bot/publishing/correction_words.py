"""What a correction notice 更正 says, in the style papers use, and what to look at before it is printed.

Values in, text out; knows no rows. The editor may write it otherwise: this is where he begins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.filing.slips import PARTICLES, change
from models.enums import CorrectionKind, Doubling

FACT_ROWS = frozenset({"N-04", "N-09", "N-17", "N-21"})
"""Rows of the annex that touch what is said and not how it is spelt: facts, figures, terms, pictures."""
DESERVES_MILLI = 2000
"""An erratum of so many points is worth a notice; a harmless typo is an editorial choice (no rule asks for one)."""
_LEADING_ZEROS = re.compile(r"(?<![0-9A-Za-z])0+(?=[0-9])")


@dataclass(frozen=True, slots=True)
class Where:
    """Where the error stood. `month`: YYYY-MM, for an issue whose day is not known."""

    published_on: date | None
    month: str
    page: str | None
    article: str | None


@dataclass(frozen=True, slots=True)
class Slip:
    """One error of a notice: `right` "" where something is to be left out, None where nobody has said it yet."""

    kind: CorrectionKind
    wrong: str | None
    right: str | None


def kind_of(wrong: str | None, right: str | None, *, row_code: str | None, in_title: bool) -> CorrectionKind:
    """Which sentence an error gets; a title before a fact before what is too much or missing."""
    if in_title:
        return CorrectionKind.TITLE
    extra, missing = _parts(wrong, right)
    if _is_fact(row_code, extra + missing):
        return CorrectionKind.FACT
    if right == "" or (extra and not missing):
        return CorrectionKind.DELETION
    return CorrectionKind.INSERTION if missing and not extra else CorrectionKind.WORDING


def _is_fact(row_code: str | None, changed: str) -> bool:
    """Grammar shares a row with facts: what changes particles only is a matter of 的地得."""
    return row_code in FACT_ROWS and not (changed and set(changed) <= PARTICLES)


def why_deserved(wrong: str | None, right: str | None, *, points_milli: int | None, doubling: Doubling,
                 row_code: str | None) -> str:
    """Why an erratum is suggested for a notice; empty where it is not."""
    if doubling is Doubling.HEADLINE:
        return "在标题里"
    if doubling is Doubling.IMPORTANT:
        return "重要信息"
    if _is_fact(row_code, "".join(_parts(wrong, right))):
        return "事实或数字"
    return "错得较多" if (points_milli or 0) >= DESERVES_MILLI else ""


def compose(where: Where, slips: Sequence[Slip]) -> str:
    """更正：本报2026年11月8日2版《…》一文，“误”应为“正”。特此更正。"""
    said = "；".join(_sentence(slip) for slip in slips)
    sorry = "，并向读者致歉" if any(slip.kind is CorrectionKind.FACT for slip in slips) else ""
    return f"更正：本报{day(where)}{page(where.page)}{_article(where.article)}，{said}。特此更正{sorry}。"


def day(where: Where) -> str:
    on = where.published_on
    return f"{on.year}年{on.month}月{on.day}日" if on else f"{where.month[:4]}年{int(where.month[5:7])}月号"


def page(label: str | None) -> str:
    """02 → 2版; 04、05 → 4、5版; empty for none."""
    return f"{_LEADING_ZEROS.sub('', label)}版" if label else ""


def _article(title: str | None) -> str:
    line = " ".join((title or "").split()).replace("《", "〈").replace("》", "〉")
    return f"《{line}》一文" if line else ""


def _sentence(slip: Slip) -> str:
    if slip.kind is CorrectionKind.TITLE:
        return f"标题中{_change(slip)}"
    if slip.kind is CorrectionKind.FACT and slip.wrong and slip.right:
        return f"{quoted(slip.wrong)}有误，应为{quoted(slip.right)}"
    return _change(slip)


def _change(slip: Slip) -> str:
    if not slip.wrong:
        return f"漏印{quoted(slip.right or '')}"
    if slip.right is None:
        return f"{quoted(slip.wrong)}有误"
    if slip.right == "":
        return f"{quoted(slip.wrong)}系多印，应删去"
    extra, missing = _parts(slip.wrong, slip.right)
    plain = f"{quoted(slip.wrong)}应为{quoted(slip.right)}"
    if slip.kind is CorrectionKind.DELETION and extra and not missing:
        return f"{plain}，多印{quoted(extra)}"
    if slip.kind is CorrectionKind.INSERTION and missing and not extra:
        return f"{plain}，漏印{quoted(missing)}"
    return plain


def _parts(wrong: str | None, right: str | None) -> tuple[str, str]:
    """What is too much and what is missing; both empty where that tells nothing."""
    extra, _, missing = (change(wrong, right) or "").partition(">")
    return extra, missing


def quoted(words: str) -> str:
    """In double quotes; double quotes inside become single ones."""
    return f"“{' '.join(words.split()).replace('“', '‘').replace('”', '’')}”"


def doubts(text: str, where: Where, slips: Sequence[Slip]) -> list[str]:
    """What an eye should rest on: a correction that is wrong itself is worse than the error."""
    found = []
    for slip in slips:
        for name, words in (("误", slip.wrong), ("正", slip.right)):
            if words and _plain(words) not in _plain(text):
                found.append(f"更正里没有出现“{name}”的原样：{quoted(words)}")
        if slip.right is None:
            found.append(f"还没有写正确的文字：{quoted(slip.wrong or '')}")
    return found + [f"更正里没有写{part}" for part in (day(where), page(where.page)) if part and part not in text]


def _plain(words: str) -> str:
    """Without spaces and the kind of quotes, which the notice may set otherwise."""
    return re.sub(r"[\s“”‘’\"']", "", words)
