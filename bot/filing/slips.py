"""Whether an error in print stands elsewhere too: by the line it stands in, or by the word that is wrong (RULES 7).

Pure; knows printed lines and what readers said of them, no rows.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from dataclasses import dataclass
from enum import StrEnum

from bot.understanding.words.difference import pieces
from bot.understanding.words.normalise import strict_key, strict_key_with_origin

LEAST_LINE = 8
"""Letters of a line that tells copy apart; below it stand column heads and dates, alike by chance."""
LEAST_WORD = 2
"""Letters of a word; a single character is alike by chance."""
LEAST_AROUND = 3
"""Letters alike around particles, figures, and what is missing or too much, before it is even proposed."""
FARTHEST = 6
"""Letters compared on each side of a change."""
LONGEST_CHANGE = 16
"""Letters on one side of a change; beyond it a passage is rewritten, which is no slip of a word."""
PARTICLES = frozenset("的地得")
"""自觉的 and 高兴的 are two errors, though both want 地: an editor says whether they are one slip."""

_FIGURE = re.compile(r"[\d〇零一二三四五六七八九十百千万两.,%]+")


class Why(StrEnum):
    """Why two places are, or may be, one slip."""

    SHARED_COPY = "shared_copy"  # the same line is printed again, and the same characters of it are meant
    SAME_WORD = "same_word"  # the word that a reader called wrong stands wrong there too
    SAME_CHANGE = "same_change"  # the same change with some letters alike around it; an editor says


@dataclass(frozen=True, slots=True)
class Stand:
    """One error where it stands: the printed line, [start, end) of the characters objected to, and the reader's words."""

    line: str
    start: int
    end: int
    wrong: str | None
    right: str | None


def change(wrong: str | None, right: str | None) -> str | None:
    """What is changed, without what both forms share: 帐>账; None where that tells nothing (marks only, too long)."""
    if not wrong or right is None:
        return None
    old, new = _parts(wrong, right)
    if not _letters(old + new) or max(len(old), len(new)) > LONGEST_CHANGE:
        return None
    return f"{old}>{new}"


def digest(line: str) -> str | None:
    """What equal lines share, whatever their width and spaces; None for a line too short to tell."""
    key = strict_key(line)
    if _letters(key) < LEAST_LINE:
        return None
    return hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=16).hexdigest()


def same_line(one: Stand, other: Stand) -> bool:
    """Whether both mean the same characters of the same line, printed twice."""
    key, *span = _keyed(one)
    other_key, *other_span = _keyed(other)
    (start, end), (begin, stop) = span, other_span
    if key != other_key:
        return False
    if start == end or begin == stop:
        return start <= stop and begin <= end
    return start < stop and begin < end


def same_word(one: Stand, other: Stand) -> bool:
    """Whether the word that one reader called wrong, changed alike, is the word that stands at the other place."""
    if change(one.wrong, one.right) is None or change(one.wrong, one.right) != change(other.wrong, other.right):
        return False
    old, new = _parts(one.wrong or "", one.right or "")
    if not old or not new or is_loose(old, new):
        return False
    return _stands_at(one.wrong or "", other) or _stands_at(other.wrong or "", one)


def maybe_same(one: Stand, other: Stand) -> bool:
    """Whether the same change has letters alike around it, so that an editor should look."""
    asked = change(one.wrong, one.right)
    if asked is None or asked != change(other.wrong, other.right):
        return False
    old, new = _parts(one.wrong or "", one.right or "")
    around = _alike(one, other)
    least = LEAST_AROUND if not old or not new or is_loose(old, new) else LEAST_WORD
    return around > 0 and around + max(_letters(old), _letters(new)) >= least


def is_loose(old: str, new: str) -> bool:
    """Particles and figures: alike in many places that have nothing to do with each other."""
    figures = all(_FIGURE.fullmatch(part) for part in (old, new) if part)
    return figures or (set(old) | set(new)) <= PARTICLES


def _parts(wrong: str, right: str) -> tuple[str, str]:
    return pieces(strict_key(wrong), strict_key(right))


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _keyed(stand: Stand) -> tuple[str, int, int]:
    """The line's key with the span in it."""
    key, origin = strict_key_with_origin(stand.line)
    return key, bisect_left(origin, stand.start), bisect_left(origin, stand.end)


def _stands_at(wrong: str, stand: Stand) -> bool:
    """Whether these words cover the place in its printed line."""
    word = strict_key(wrong)
    if _letters(word) < LEAST_WORD:
        return False
    key, start, end = _keyed(stand)
    at = key.find(word, max(0, end - len(word)))
    return 0 <= at <= start and at + len(word) >= end


def _alike(one: Stand, other: Stand) -> int:
    """How many letters next to both places are the same, before and after together."""
    key, start, end = _keyed(one)
    other_key, begin, stop = _keyed(other)
    before = _run(key[:start][::-1], other_key[:begin][::-1])
    return before + _run(key[end:], other_key[stop:])


def _run(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one[:FARTHEST], other[:FARTHEST], strict=False):
        if a != b or not a.isalnum():
            break
        count += 1
    return count
