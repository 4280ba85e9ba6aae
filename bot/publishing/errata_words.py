"""The words of the open errata calendar: what of an error may be shown, and in whose words. Pure; knows no rows.

Readers' words are shown where they were found in print, and nowhere else: what is quoted here is cut from the page itself.
A correction is shown where a member of staff wrote it, where it is in print too, or where it changes no more than a letter
or two of what is printed and an editor ticked that it is right.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from bot.contest.annex import ROW_NAMES
from bot.publishing.correction_words import page
from models.enums import Verdict

AROUND = 8
"""Letters shown on each side of what is wrong."""
LONGEST = 60
"""Letters of a quotation; the rest is left out."""
FEW = 2
"""Letters that a correction may put in the place of others and that are still no message of anybody's."""
_LETTERS = re.compile(r"[一-鿿〇，。、；：？！“”‘’（）《》〈〉—…·]*")

REFUSED = {
    Verdict.NOT_AN_ERROR: "核对过，这里没有印错。", Verdict.BOTH_FORMS: "两种写法都可以，不算差错。",
    Verdict.SUGGESTION: "是说法上的建议，不算差错，已经记下。", Verdict.OUT_OF_SCOPE: "不在活动的范围里。",
    Verdict.CANNOT_CHECK: "没有可靠的依据，核对不了。",
}
SAID = "已有人指出"


@dataclass(frozen=True, slots=True)
class Quote:
    """Words in print with what stands around them in their line; `words` "" where something is missing between."""

    before: str
    words: str
    after: str


def quoted(unit: str | None, start: int | None, end: int | None) -> Quote | None:
    """Cut from a paragraph or a title as printed; None where the place is not in it."""
    if unit is None or start is None or end is None or not 0 <= start <= end <= len(unit):
        return None
    words = unit[start:end]
    if len(words) > LONGEST:
        words = f"{words[:LONGEST]}…"
    before, after = unit[max(0, start - AROUND):start], unit[end:end + AROUND]
    return Quote(f"{'…' if start > AROUND else ''}{before}", words, f"{after}{'…' if end + AROUND < len(unit) else ''}")


def correction(printed: str, right: str | None, *, staff: Collection[str], article: Iterable[str], affirmed: bool) -> str | None:
    """The correction where it may be shown; "": the words are to be left out; None: it is not shown.

    `printed`: the words it is of. `staff`: corrections that members of staff wrote of the same; `article`: its units as
    printed.
    """
    if right is None:
        return None
    if right == "" or right in staff:
        return right
    if len(right) > LONGEST or not right.strip():
        return None
    if len(right) > 1 and any(right in unit for unit in article):
        return right
    return right if affirmed and _is_small(printed, right) else None


def _is_small(printed: str, right: str) -> bool:
    """Whether nothing but a letter or two is put in beside letters that are in print, or one letter for others."""
    most = min(len(printed), len(right))
    head = next((n for n in range(most) if printed[n] != right[n]), most)
    tail = next((n for n in range(most - head) if printed[-1 - n] != right[-1 - n]), most - head)
    new = right[head:len(right) - tail]
    return len(new) <= (FEW if head or tail else 1) and _LETTERS.fullmatch(new) is not None


def kind(row_code: str) -> str:
    """What sort of error it is; a row of a contest's own has no name here."""
    return ROW_NAMES.get(row_code, "差错")


def why(verdict: Verdict, reason: str, ready: Collection[str]) -> str:
    """Why it is no error, in words of ours: the sentence that staff keep ready for all, else that of the verdict."""
    return reason.strip() if reason.strip() in ready else REFUSED[verdict]


def where(number: str | None, title: str | None) -> str:
    """2版《食堂开张》."""
    line = " ".join((title or "").split())
    name = f"《{line if len(line) <= LONGEST else line[:LONGEST] + '…'}》" if line else ""
    return f"{page(number)}{name}" or "版面不详"


def corrected(paper: str | None, on: date, number: str) -> str:
    """已在 2026年11月20日 2版更正; `paper`: named where it is another one."""
    return f"已在{f'《{paper}》' if paper else ''}{on.year}年{on.month}月{on.day}日{page(number)}更正"
