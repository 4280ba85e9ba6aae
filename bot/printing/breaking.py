"""Where lines of Chinese may break, and how marks are pressed together (GB/T 15834, W3C's clreq). Knows widths only. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

CLOSING = frozenset("、，。．：；！？）》〉」』】〕”’")
OPENING = frozenset("（《〈「『【〔“‘")
NO_START = CLOSING | frozenset("·～％‰℃,.;:!?)]}%~々ー")
"""No line begins with one of these; none ends with one of NO_END."""
NO_END = OPENING | frozenset("([{￥$¥")
DOUBLED = frozenset("—…")
"""Two of them are one mark."""
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))

EPSILON = 1e-6

Span = tuple[int, int]


def one_line(words: str) -> str:
    """Words as one line of print: composed, white space is one space, and nothing in them that steers what is around
    them (controls, marks of direction, halves of pairs)."""
    kept = [" " if one.isspace() else one for one in unicodedata.normalize("NFC", words)
            if one.isspace() or (unicodedata.category(one) not in UNSEEN and not any(ord(one) in span for span in SELECTORS))]
    return " ".join("".join(kept).split())


def may_break(text: str, at: int) -> bool:
    """Whether a line may end before the character at that place."""
    before, after = text[at - 1], text[at]
    if after == " ":
        return False  # a space ends the line before it
    if after in NO_START or before in NO_END or unicodedata.category(after).startswith("M"):
        return False
    return not ((_of_a_word(before) and _of_a_word(after)) or (before == after and before in DOUBLED))


def _of_a_word(one: str) -> bool:
    return (one.isascii() and one != " ") or (one.isalnum() and unicodedata.east_asian_width(one) not in "WF")


def advances(text: str, ems: Sequence[float], span: Span, *, press: bool = True) -> list[float]:
    """How far each character of a line moves the next one on, in em. A full-width mark gives up its empty half before
    another mark and at either end of the line."""
    start, end = span
    found = list(ems[start:end])
    if not press:
        return found
    for n in range(end - start):
        one, full = text[start + n], ems[start + n] >= 1
        following = text[start + n + 1] if start + n + 1 < end else None
        if full and ((one in CLOSING and (following is None or following in CLOSING or following in OPENING))
                     or (one in OPENING and (n == 0 or following in OPENING))):
            found[n] /= 2
    return found


def lines(text: str, ems: Sequence[float], room: float, *, indent: float = 0, press: bool = True) -> list[Span]:
    """The text in lines as (start, end). `room`: of a line, `indent`: what the first one has less of it, in em.

    A piece that nothing may break and that is longer than a line is cut where the line is full.
    """
    found: list[Span] = []
    start = 0
    while start < len(text):
        if text[start] == " ":
            start += 1
            continue
        end = _end(text, ems, start, room if found else room - indent, press)
        found.append((start, end - 1 if text[end - 1] == " " and end - 1 > start else end))
        start = end
    return found


def _end(text: str, ems: Sequence[float], start: int, room: float, press: bool) -> int:
    fits, good = start + 1, None
    for end in range(start + 1, len(text) + 1):
        last = end - 1 if text[end - 1] == " " else end
        if sum(advances(text, ems, (start, last), press=press)) > room + EPSILON:
            break
        fits = end
        if end == len(text) or may_break(text, end):
            good = end
    return good if good is not None else fits


def spread(text: str, span: Span) -> list[bool]:
    """After which characters of a line it may be spaced out: not within a word, not after the last."""
    start, end = span
    return [not (_of_a_word(text[at]) and _of_a_word(text[at + 1])) for at in range(start, end - 1)] + [False]
