"""Corrections that fill lines of their own (错处：…改正：…, 甲 应为 乙), and the list items of all others. Knows words only."""

from __future__ import annotations

import re
from itertools import pairwise

from rapidfuzz import fuzz

from bot.understanding.corrections.forms import ITEM, LABELLED, SHOULD, SPACED
from bot.understanding.corrections.item import Correction, Stands
from bot.understanding.thresholds import ALIKE_SIDE_BY_SIDE, MOST_ERRORS
from bot.understanding.words.masking import Masked
from bot.understanding.words.normalise import loose_key

_MARK = re.compile("[,。?!:、;]$|[,。?!:、;].*[,。?!:、;]")


def find_items(text: str) -> list[tuple[int, int]]:
    """[start, end) of the list items of a blotted text; what stands before the first mark is one too."""
    cuts = [0]
    for found in ITEM.finditer(text):
        if found.group() == "\n" and not text.startswith("\n", found.end()) and SHOULD.match(text, found.end()):
            continue
        cuts.append(found.end() if found.group() in {"\n", ";"} else found.start())
    cuts.append(len(text))
    return [(a, b) for a, b in pairwise(cuts) if text[a:b].strip()][: 4 * MOST_ERRORS]


def labelled_lines(masked: Masked, text: str) -> list[Correction]:
    corrections = []
    for found in LABELLED.finditer(text):
        if SHOULD.search(found.group("x")):
            continue
        wrong, right = (
            masked.quoted(value) if len(value) == 1 and masked.span(value) else masked.words(*found.span(name)).strip()
            for name, value in (("x", found.group("x").strip()), ("y", found.group("y").strip()))
        )
        corrections += [Correction(found.start(), found.end(), *pair) for pair in _listed(wrong, right)]
    return corrections


def _listed(wrong: str, right: str) -> list[tuple[str, str]]:
    """坐立不按、白塘 and 坐立不安、白糖 as two pairs; one pair where the halves are no lists side by side."""
    pairs = list(zip(wrong.split("、"), right.split("、"), strict=False))
    if wrong.count("、") != right.count("、") or not all(
        one != other and fuzz.ratio(loose_key(one), loose_key(other)) >= ALIKE_SIDE_BY_SIDE for one, other in pairs
    ):
        return [(wrong, right)]
    return pairs


def spaced_lines(masked: Masked, text: str, stands: Stands) -> list[Correction]:
    """Lines like 力不从心？。 应为 力不从心？: where the marks are part of what is printed."""
    found = [m for m in SPACED.finditer(text) if _MARK.search(m.group("x").strip()) and stands(m.group("x"))]
    return [
        Correction(m.start("x"), m.end(), masked.words(*m.span("x")).strip(), masked.words(*m.span("y")).strip(), quoted=False)
        for m in found
    ]
