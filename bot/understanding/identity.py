"""Blackens what names a reader in his own words, for those who grade. Pure; knows no rows.

The stored words stay untouched: this is how they are shown. What is quoted as the error stays readable,
for a printed telephone number may be the very thing that is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.understanding.identity_patterns import (
    OWN_QUOTE,
    PHONES,
    PRINTED_NAME,
    PUBLIC_NUMBER,
    QUOTED,
    SHOWS_WHOSE,
    SPOKEN_DOOR,
    SPOKEN_PHONE,
    plain,
    spoken,
)

BLACK = "▇▇▇"
_INK = BLACK[0]
_BEFORE = 16
"""Characters looked at before a find, for words that say whose it is."""
_SHORTEST_NAME = 2

Span = tuple[int, int]


def mask_identity(text: str, *, names: Iterable[str] = (), keep: Iterable[str] = ()) -> str:
    """`text` with names, numbers and addresses of its writer blackened.

    `names` are known to be his (the name he gave for print); `keep` are the words reported as the error,
    which stay wherever they stand in the text. Doing it twice changes nothing more.
    """
    own = [name.strip() for name in names if len(name.strip()) >= _SHORTEST_NAME and _INK not in name]
    kept_words = [words for words in keep if words and _INK not in words]
    while True:  # ends: every round blackens at least one more character
        shown = _once(text, own, kept_words)
        if shown == text:
            return shown
        text = shown


def mask_phones(text: str, *, keep: Iterable[str] = ()) -> str:
    """`text` with the telephone numbers of its writer blackened and nothing else; `keep` as above."""
    kept = [words for words in keep if words and _INK not in words]
    return _blackened(text, _phones(text), kept)


def kept_spans(text: str, keep: Iterable[str]) -> list[Span]:
    """Where the reported words stand. One character, or a number within a longer one, counts in quotation marks only."""
    return [span for words in keep if words for span in _all(text, words) if _stands_alone(text, span)]


def _once(text: str, names: list[str], keep: list[str]) -> str:
    return _blackened(text, _found(text), keep, [span for name in names for span in _all(text, name)])


def _blackened(text: str, found: list[Span], keep: list[str], always: Iterable[Span] = ()) -> str:
    """What is found in a quotation stays, for it is the paper's; `always` goes there too."""
    kept = kept_spans(text, keep)
    quoted = [match.span() for match in QUOTED.finditer(text) if not _own(text, match.start())]
    found = [*(span for span in found if not _touches(span, quoted)), *always]
    pieces, at = [], 0
    for start, end in _merged([part for span in found for part in _without(span, kept) if text[slice(*part)].strip(_INK)]):
        pieces += [text[at:start], BLACK]
        at = end
    return "".join(pieces) + text[at:]


def _found(text: str) -> list[Span]:
    shadow = plain(text)
    told = spoken(shadow)
    spans = [span for pattern in SHOWS_WHOSE for span in _spans(pattern, shadow)]
    if told != shadow:
        spans += [span for pattern in (SPOKEN_PHONE, SPOKEN_DOOR) for span in _spans(pattern, told)]
    return [span for span in spans if not _printed(shadow, span)]


def _phones(text: str) -> list[Span]:
    shadow = plain(text)
    spans = [span for pattern in PHONES for span in _spans(pattern, shadow)] + _spans(SPOKEN_PHONE, spoken(shadow))
    return [span for span in spans if not _printed(shadow, span)]


def _spans(pattern: re.Pattern[str], text: str) -> list[Span]:
    """The named part of each match; a pattern without one: all of it. Ink is in no match."""
    found = []
    for match in pattern.finditer(text):
        start, end = match.span(match.lastgroup) if match.lastgroup else match.span()
        if start < end and _INK not in text[start:end]:
            found.append((start, end))
    return found


def _printed(text: str, span: Span) -> bool:
    """The words before say that it is the paper's: a hotline, an author."""
    before = text[max(0, span[0] - _BEFORE) : span[0]]
    if text[span[0] : span[1]].lstrip("+0")[:1] in ("1",) and len(text[span[0] : span[1]]) >= 11:
        return False  # a mobile number is a person's
    return bool(PUBLIC_NUMBER.search(before)) or bool(PRINTED_NAME.search(re.sub(r"(?:署名|姓名|名字)[为是：:\s]*$", "", before)))


def _own(text: str, quote: int) -> bool:
    return bool(OWN_QUOTE.search(text[max(0, quote - _BEFORE) : quote]))


def _stands_alone(text: str, span: Span) -> bool:
    start, end = span
    before, after = text[start - 1 : start], text[end : end + 1]
    if end - start == 1 and "一" <= text[start] <= "鿿":
        return before in ("“", "「", "‘", '"', "《") and after in ("”", "」", "’", '"', "》")
    if text[start].isalnum() and text[start].isascii() and before.isascii() and before.isalnum():
        return False
    return not (text[end - 1].isalnum() and text[end - 1].isascii() and after.isascii() and after.isalnum())


def _touches(span: Span, others: list[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _without(span: Span, kept: list[Span]) -> list[Span]:
    """What of a find lies outside the reported words; nothing where it is mostly those."""
    within = [(max(span[0], start), min(span[1], end)) for start, end in _merged(kept) if _touches(span, [(start, end)])]
    if 2 * sum(end - start for start, end in within) >= span[1] - span[0]:
        return []
    parts, at = [], span[0]
    for start, end in within:
        parts.append((at, start))
        at = end
    return [(start, end) for start, end in (*parts, (at, span[1])) if start < end]


def _merged(spans: list[Span]) -> list[Span]:
    """In order, those that overlap as one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _all(text: str, words: str) -> list[Span]:
    spans, at = [], text.find(words)
    while at >= 0:
        spans.append((at, at + len(words)))
        at = text.find(words, at + len(words))
    return spans
