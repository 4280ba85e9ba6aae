"""Printed letters fitted to texts that were mended after the import."""

from __future__ import annotations

import pytest

from bot.catalogue.aligning import aligned
from bot.catalogue.boxes import PageBoxes, PrintedLine, Span

LINES = ("停业改造两个多月的食唐，", "本月二日重新开门迎客。", "老人凭卡打八折。")
TEXT = "".join(LINES)


def page(*spans: Span) -> PageBoxes:
    firsts = [sum(map(len, LINES[:n])) for n in range(3)]
    return PageBoxes(TEXT, [(0, 0, 1, 1)] * len(TEXT), tuple(
        PrintedLine(first, len(line), 0.01, begins=n != 1) for n, (first, line) in enumerate(zip(firsts, LINES, strict=True))
    ), spans)


def said(spans: tuple[Span, ...], units: dict[tuple[str, int], str]) -> dict[tuple[str, int], str]:
    """What the fitted letters say, with · for characters without a letter."""
    found = {unit: ["·"] * len(text) for unit, text in units.items()}
    for span in spans:
        for n in range(span.letters):
            found[span.article, span.paragraph][span.offset + n] = TEXT[span.first + n]
    return {unit: "".join(letters) for unit, letters in found.items()}


@pytest.mark.parametrize(("text", "expected"), [
    (LINES[0] + LINES[1], LINES[0] + LINES[1]),  # as printed, over two lines
    (LINES[1].replace("重新", "重新 "), LINES[1].replace("重新", "重新·")),  # a space put in
    ("停业改造两个多月的食堂，本月二日重新开门迎客。", "停业改造两个多月的食·，本月二日重新开门迎客。"),  # a letter mended
    ("停业改造了两个多月的食唐，", "停业改造·两个多月的食唐，"),  # one put in
    ("完全是另外的一篇文章", "··········"),
])  # fmt: skip
def test_text_finds_its_letters(text: str, expected: str) -> None:
    units = {("02/a1", 0): text}
    assert said(aligned(page(), units), units) == {("02/a1", 0): expected}


def test_spans_never_cross_a_line() -> None:
    spans = aligned(page(), {("02/a1", 0): LINES[0] + LINES[1]})
    assert [(span.offset, span.first, span.letters) for span in spans] == [(0, 0, 12), (12, 12, 11)]


def test_letters_of_another_pages_article_are_left_alone() -> None:
    taken = Span("01/a9", 3, 0, 0, 12)
    units = {("02/a1", 0): LINES[0], ("02/a1", 1): LINES[2]}
    assert said(aligned(page(taken), units, [taken]), units) == {("02/a1", 0): "·" * 12, ("02/a1", 1): LINES[2]}


def test_text_that_moved_to_another_paragraph_takes_its_letters_along() -> None:
    before = page(Span("02/a1", 0, 0, 0, 12), Span("02/a1", 1, 0, 23, 8))
    units = {("02/a1", 0): LINES[2], ("02/a1", 1): LINES[0]}
    assert said(aligned(before, units), units) == units
