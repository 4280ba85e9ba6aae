"""The demo's printed pages: texts letter for letter as in the exchange files, every letter with its box and its ink."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from PIL import Image, ImageDraw

from bot.catalogue import sources
from bot.catalogue.boxes import BYLINE, PageBoxes, article_name, decode
from bot.catalogue.exchange import PageFile
from bot.catalogue.pdf.mending import arranged, recomposed
from bot.catalogue.sources import ReadIssue
from bot.demo import press
from bot.demo.material import Month
from bot.demo.sheet import Face, font_of
from bot.understanding.values import SUBTITLE, TITLE

MONTHS = [("this_month", "2026-11"), ("last_month", "2026-10"), ("this_month", "2027-01")]


@cache
def issues(name: str, month: str) -> tuple[ReadIssue, ...]:
    """Both papers of a month with their pages made up, without pictures."""
    read = sources.read(Month(name, month, date(2026, 12, 1), date(2026, 11, 21)).papers())
    return tuple(replace(one, file=replace(one.file, pages=tuple(
        replace(page, form=press.made_up(one.file, page).form()) for page in one.file.pages))) for one in read)  # fmt: skip


def pages() -> list[tuple[str, PageFile]]:
    return [(one.file.edition, page) for which in MONTHS for one in issues(*which) for page in one.file.pages]


def boxes(page: PageFile) -> PageBoxes:
    assert page.form is not None
    return decode(page.form.boxes)


def units(page: PageFile) -> dict[tuple[str, int], str]:
    """Every text of the page's articles; the heading of a masthead is only a name that the exchange file gives it."""
    found = {}
    for article in page.articles:
        name = article_name(page.number, article.key)
        title = "" if article.kind == "masthead" else article.title
        for unit, text in ((TITLE, title), (SUBTITLE, article.subtitle or ""), (BYLINE, article.byline or ""),
                           *enumerate(article.paragraphs)):  # fmt: skip
            if text:
                found[name, unit] = text
    return found


def test_every_character_of_every_article_is_printed_once_with_its_box() -> None:
    for edition, page in pages():
        printed = boxes(page)
        said: dict[tuple[str, int], dict[int, str]] = {}
        for span in printed.spans:
            for n in range(span.letters):
                place = said.setdefault((span.article, span.paragraph), {})
                assert place.setdefault(span.offset + n, printed.text[span.first + n]) == printed.text[span.first + n]
        wanted = {unit: {n: letter for n, letter in enumerate(text) if letter != " "} for unit, text in units(page).items()}
        assert said == wanted, (edition, page.number)


def test_letters_stand_on_the_page_and_not_on_each_other() -> None:
    for edition, page in pages():
        printed = boxes(page)
        middles = {((left + right) // 2, (top + bottom) // 2) for left, top, right, bottom in printed.boxes}
        assert len(middles) == len(printed.boxes), (edition, page.number)
        assert all(left < right and top < bottom for left, top, right, bottom in printed.boxes)
        assert min(min(box) for box in printed.boxes) > 0
        assert max(max(box) for box in printed.boxes) < 65535, (edition, page.number)


def test_a_mark_is_one_box_for_each_line_of_words() -> None:
    page = next(page for _, page in pages() if page.number == "03")
    printed = boxes(page)
    for line in printed.lines:
        inside = [span for span in printed.spans if line.first <= span.first < line.first + line.letters]
        assert all(span.first + span.letters <= line.first + line.letters for span in inside)


def test_mending_a_page_that_needs_none_changes_nothing() -> None:
    """An editor who moves one line of a page keeps every other text, so that reports keep their places."""
    for which in MONTHS:
        for issue in issues(*which):
            again = recomposed(issue.file.pages, arranged(issue.file.pages))
            for page, mended in zip(issue.file.pages, again, strict=True):
                assert units(mended) == units(page), page.number


@pytest.mark.sampled
@pytest.mark.parametrize(("edition", "number"), [(0, "01"), (0, "04、05"), (1, "02")])
def test_picture_has_ink_where_the_boxes_say_and_only_there(edition: int, number: int) -> None:
    issue = issues("this_month", "2026-11")[edition]
    page = next(one for one in issue.file.pages if one.number == number)
    sheet = press.made_up(issue.file, page)
    sheet.photographs.clear()
    sheet.rules.clear()
    sheet.tints.clear()
    data, width, height = sheet.picture()
    picture = Image.open(io.BytesIO(data)).convert("L")
    assert picture.size == (width, height)
    bare = ImageDraw.Draw(picture)
    for left, top, right, bottom in boxes(page).boxes:
        area = (left * width // 65535 - 3, top * height // 65535 - 3, right * width // 65535 + 3, bottom * height // 65535 + 3)
        inked = picture.crop((area[0] + 3, area[1] + 3, area[2] - 3, area[3] - 3))
        assert inked.getextrema()[0] < 190
        bare.rectangle(area, 255)
    assert picture.getextrema()[0] > 200  # but for the grain of the paper and the picture's compression


@pytest.mark.sampled
@pytest.mark.parametrize("face", Face, ids=lambda face: face.name)
def test_the_fonts_have_every_character_of_the_demo(face: Face) -> None:
    font = font_of(face, 40.0)
    missing = bytes(font.getmask("\uffff"))
    letters = {letter for _, page in pages() for letter in boxes(page).text}
    assert len(letters) > 1300
    assert {letter for letter in letters if bytes(font.getmask(letter)) in (missing, b"")} == set()
