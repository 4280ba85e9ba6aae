"""Whether two reports point at the same error in print: by place, or by their words where nothing is imported.

Pure; knows places and words, no rows and no index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from bot.understanding.cited.pages import page_numbers
from bot.understanding.values import WHOLE, Finding, Place
from bot.understanding.words.difference import apart, pieces
from bot.understanding.words.masking import find_spans
from bot.understanding.words.normalise import (
    loose_key,
    loose_key_with_origin,
    strict_key,
    strict_key_with_origin,
)

Likeness = Literal["same", "maybe", "no"]
LEAST_PART = 4
"""Letters of a quotation that may be part of another; shorter ones stand in many by chance."""


def same_error(a: Place, b: Place) -> bool:
    """Whether two core places (see `core_place`) overlap; two insertions at one position do, whole articles never."""
    if (a.article_id, a.paragraph) != (b.article_id, b.paragraph) or a.paragraph == WHOLE:
        return False
    if a.start == a.end or b.start == b.end:
        return a.start <= b.end and b.start <= a.end
    return a.start < b.end and b.start < a.end


def core_span(wrong: str | None, right: str | None, place: Place, printed: str | None = None) -> tuple[int, int]:
    """[start, end) in the paragraph of the printed characters objected to; empty for an insertion.

    `printed` are the words at the place; without them `wrong` is taken to be printed as typed.
    """
    if not wrong or right is None or place.paragraph == WHOLE:
        return place.start, place.end
    text = printed if printed is not None else wrong
    inside = _differing(strict_key(wrong), strict_key(right), *strict_key_with_origin(text)) or _differing(
        loose_key(wrong), loose_key(right), *loose_key_with_origin(text)
    )
    if inside is None:
        return place.start, place.end
    begin, end = _with_repeats(text, *inside)
    start = min(place.start + begin, place.end)
    return start, min(max(place.start + end, start), place.end)


def _with_repeats(printed: str, begin: int, end: int) -> tuple[int, int]:
    """Which of two equal neighbours is too much cannot be told: all of them are the place."""
    unit, size = printed[begin:end], end - begin
    while size and begin >= size and printed[begin - size : begin] == unit:
        begin -= size
    while size and printed[end : end + size] == unit:
        end += size
    return begin, end


def _differing(wrong: str, right: str, printed: str, origin: Sequence[int]) -> tuple[int, int] | None:
    """[start, end) in the printed text of what differs; None where the keys do not tell."""
    at = printed.find(wrong) if wrong else -1
    if at < 0 and len(printed) == len(wrong) > 0:
        at = 0
    if at < 0 or wrong == right:
        return None
    begin, end, _ = apart(wrong, right)
    if begin == end:
        position = origin[at + begin] if at + begin < len(printed) else origin[at + begin - 1] + 1
        return position, position
    return origin[at + begin], origin[at + end - 1] + 1


def _focus(wrong: str, reason: str | None) -> str | None:
    if not reason:
        return None
    parts = (reason[span.inner_start : span.inner_end] for span in find_spans(reason) if not span.is_title)
    return next((p for p in parts if len(p) < len(wrong) and wrong.count(p) == 1), None)


def core_place(finding: Finding, printed: str | None = None) -> Place | None:
    """The place of a finding narrowed to the characters objected to; None where it has no place.

    Where no right form is given, a part of the quotation that the reason quotes again is what is meant.
    """
    if finding.place is None:
        return None
    wrong, place = finding.wrong, finding.place
    if wrong and finding.right is None:
        focus = _focus(wrong, finding.reason)
        if focus:
            start, end = core_span(wrong, wrong.replace(focus, "", 1), place, printed)
            return replace(place, start=start, end=end)
    start, end = core_span(wrong, finding.right, place, printed)
    return replace(finding.place, start=start, end=end)


def same_words(a: Finding, b: Finding) -> Likeness:
    """How surely two findings without a place are the same error: issue, page, wrong and right compared."""
    if a.issue_id is not None and b.issue_id is not None and a.issue_id != b.issue_id:
        return "no"
    if not a.wrong or not b.wrong or not alike(a.wrong, b.wrong):
        return "no"
    if _contradict(a, b):
        return "maybe"
    if a.right is None or b.right is None or strict_key(a.right) == strict_key(b.right):
        return "same" if strict_key(a.wrong) == strict_key(b.wrong) else "maybe"
    same_change = (pieces(strict_key(a.wrong), strict_key(a.right))
                   == pieces(strict_key(b.wrong), strict_key(b.right)))
    return "same" if same_change else "maybe"


def alike(a: str, b: str) -> bool:
    """Whether two quotations may be of the same words: alike but for signs and spaces, or one a part of the other."""
    one, other = loose_key(a), loose_key(b)
    if one == other:
        return bool(one) or strict_key(a) == strict_key(b)
    return (len(one) >= LEAST_PART and one in other) or (len(other) >= LEAST_PART and other in one)


def _contradict(a: Finding, b: Finding) -> bool:
    if a.page and b.page and not set(page_numbers(a.page)) & set(page_numbers(b.page)) and a.page != b.page:
        return True
    return a.article_id is not None and b.article_id is not None and a.article_id != b.article_id
