"""A page's printed letters fitted to texts that were mended since: which letter is which character now. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import Match, SequenceMatcher
from itertools import pairwise

from rapidfuzz.distance import Indel

from bot.catalogue.boxes import PageBoxes, Span

ANCHOR = 6
"""So many letters alike are taken for the same words when a text is looked for on its page."""
AROUND = 40
LEAST_ALIKE = 0.5

Units = Mapping[tuple[str, int], str]


def aligned(page: PageBoxes, units: Units, taken: Iterable[Span] = ()) -> tuple[Span, ...]:
    """Spans for the texts `units` gives, (article, paragraph) → text; letters of the spans `taken` are left alone.

    A text that the page printed as it stands is found exactly; one that was mended is fitted around what it shares
    with the place it was at, or with the longest piece found on the page.
    """
    free = [True] * len(page.text)
    for span in taken:
        _take(free, span)
    spans: list[Span] = []
    late = []
    for unit, text in sorted(units.items(), key=lambda one: -len(one[1])):
        found = _as_before(page, unit, text, free) or _exact(page, unit, text, free)
        if found:
            spans += found
            for span in found:
                _take(free, span)
        elif text:
            late.append((unit, text))
    for unit, text in late:
        found = _near(page, unit, text, free)
        spans += found
        for span in found:
            _take(free, span)
    return tuple(sorted(spans, key=lambda span: (span.article, span.paragraph, span.offset)))


def _take(free: list[bool], span: Span) -> None:
    free[span.first : span.first + span.letters] = [False] * span.letters


def _as_before(page: PageBoxes, unit: tuple[str, int], text: str, free: list[bool]) -> list[Span]:
    """The spans it had, where they still say the same."""
    old = page.by_unit.get(unit, [])
    said = all(page.text[s.first : s.first + s.letters] == text[s.offset : s.offset + s.letters] for s in old)
    whole = sum(s.letters for s in old) == len(text.replace(" ", ""))
    return list(old) if old and said and whole and all(free[s.first] for s in old) else []


def _exact(page: PageBoxes, unit: tuple[str, int], text: str, free: list[bool]) -> list[Span]:
    """Its letters in one stretch of the page's reading order."""
    bare, places = _bare(text)
    at = page.text.find(bare) if bare else -1
    while at >= 0 and not all(free[at : at + len(bare)]):
        at = page.text.find(bare, at + 1)
    return _spans(page, unit, {place: at + n for n, place in enumerate(places)}) if at >= 0 else []


def _near(page: PageBoxes, unit: tuple[str, int], text: str, free: list[bool]) -> list[Span]:
    """Fitted letter by letter to the letters it had, or to those around the first piece found."""
    bare, places = _bare(text)
    letters = [span.first + n for span in page.by_unit.get(unit, []) for n in range(span.letters) if free[span.first + n]]
    if not letters:
        letters = _window(page, bare, free)
    printed = "".join(page.text[n] for n in letters)
    if not printed or Indel.normalized_similarity(printed, bare) < LEAST_ALIKE:
        return []
    pairs = {places[block.b + n]: letters[block.a + n] for block in _blocks(printed, bare) for n in range(block.size)}
    return _spans(page, unit, pairs)


def _window(page: PageBoxes, bare: str, free: list[bool]) -> list[int]:
    for start in range(max(1, len(bare) - ANCHOR + 1)):
        piece = bare[start : start + ANCHOR]
        at = page.text.find(piece) if len(piece) >= min(ANCHOR, 3) else -1
        if at >= 0 and free[at]:
            lo, hi = max(0, at - start - AROUND // 4), min(len(free), at - start + len(bare) + AROUND)
            return [n for n in range(lo, hi) if free[n]]
    return []


def _blocks(printed: str, bare: str) -> list[Match]:
    return list(SequenceMatcher(None, printed, bare, autojunk=False).get_matching_blocks())


def _bare(text: str) -> tuple[str, list[int]]:
    """The text without spaces, and where each of its characters stands in it."""
    places = [n for n, letter in enumerate(text) if not letter.isspace()]
    return "".join(text[n] for n in places), places


def _spans(page: PageBoxes, unit: tuple[str, int], pairs: Mapping[int, int]) -> list[Span]:
    """Stretches of characters whose letters follow each other in one printed line."""
    line_of = [n for n, line in enumerate(page.lines) for _ in range(line.letters)]
    order = sorted(pairs.items())
    starts = [0] + [n for n, (one, two) in enumerate(pairwise(order), 1)
                    if two[0] != one[0] + 1 or two[1] != one[1] + 1 or line_of[one[1]] != line_of[two[1]]]  # fmt: skip
    if not order:
        return []
    return [Span(unit[0], unit[1], order[a][0], order[a][1], b - a) for a, b in pairwise([*starts, len(order)])]
