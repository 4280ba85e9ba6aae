"""Twenty-four full pages are in within a minute on two cores, reading and drawing together."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot.audit import OPERATOR
from bot.catalogue import drawing, importer, sources
from bot.catalogue.pdf.reading import opened, picture_of
from bot.catalogue.sources import Hint
from bot.media.store import Store
from tests.support.newsprint import NO_FONT, Sheet, Story, as_pdf, cannot_typeset, columns, lines_of
from tests.support.press import printed
from tests.support.town import at

pytestmark = [pytest.mark.slow, pytest.mark.one_database, pytest.mark.skipif(cannot_typeset(), reason=NO_FONT)]

PAGES = 24
MOST_SECONDS = 60.0
AGAINST_DRAWING = 6.0
"""Drawing a page alone is what no import can save: all of it may take so many times as long."""


@cache
def newspaper() -> bytes:
    """Full pages: five columns of 9 points, two dozen headlines, some 4,000 letters each."""
    texts = [paragraph for paper in printed() for story in paper.stories.values() for paragraph in story.paragraphs]
    return as_pdf(_page(texts[n % 7 :], n) for n in range(PAGES))


def _page(texts: list[str], number: int) -> Sheet:
    sheet = Sheet(width=780.0, height=1120.0)
    sheet.text(f"{number + 1:02d}", 30, 22, 16)
    top, left, right = 60.0, 30.0, 750.0
    for block in range(6):
        key = f"s{block}"
        story = Story(key, texts[block][:14], tuple(texts[block:] + texts[:block]))
        top = sheet.headline(key, story.title, left, top, right - left, 20) + 4
        lines = lines_of(story, (right - left - 4 * 12) / 5, 9.0)
        sheet.body(key, lines[: 5 * 12], columns(left, right, top, top + 12 * 12.5, 5, 12), 9.0, 12.5)
        top += 12 * 12.5 + 14
    return sheet


def test_two_dozen_full_pages_take_less_than_a_minute(session: Session, tmp_path: Path) -> None:
    """By the processor's time, so that what else the machine does counts for nothing; on one core, though two are allowed."""
    data = newspaper()
    begun = time.process_time()
    with opened("a.pdf", data) as document:
        for number in range(PAGES):
            picture_of(document, number)
    drawn = time.process_time()
    issues = sources.read([("a.pdf", data)], Hint("社区晨报·柳湾", "2026-11"))
    issues = drawing.with_pictures(issues, Store(str(tmp_path)))
    importer.apply(session, importer.plan(session, issues), actor=OPERATOR, now=at("2026-11-21 12:00"))
    took = time.process_time() - drawn
    assert sum(len("".join(one.paragraphs)) for page in issues[0].file.pages for one in page.articles) > PAGES * 3000
    assert took <= MOST_SECONDS
    assert took <= AGAINST_DRAWING * (drawn - begun)
