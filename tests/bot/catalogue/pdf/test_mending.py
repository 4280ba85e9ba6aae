"""Articles taken apart into lines and put together again; what an editor moves is moved."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from bot.catalogue.boxes import article_name, boxes_of
from bot.catalogue.exchange import PageFile
from bot.catalogue.pdf.compose import At
from bot.catalogue.pdf.mending import Arranged, arranged, recomposed
from bot.catalogue.sources import Hint, read
from tests.support.newsprint import NO_FONT, cannot_typeset
from tests.support.press import printed

pytestmark = [pytest.mark.slow, pytest.mark.skipif(cannot_typeset(), reason=NO_FONT)]


@cache
def pages(number: int) -> tuple[PageFile, ...]:
    paper = printed()[number]
    return read([(paper.name, paper.data)], Hint(paper.paper, paper.month))[0].file.pages


@pytest.mark.parametrize("number", [0, 1, 2])
def test_what_is_put_together_again_is_the_same(number: int) -> None:
    again = recomposed(pages(number), arranged(pages(number)))
    assert [page.articles for page in again] == [page.articles for page in pages(number)]
    for before, after in zip(pages(number), again, strict=True):
        assert before.form is not None
        assert after.form is not None
        for article in before.articles:
            name = article_name(before.number, article.key)
            whole = len(article.title), 0 if not article.paragraphs else len(article.paragraphs[0])
            for paragraph, length in zip((-1, 0), whole, strict=True):
                assert boxes_of(after.form.boxes, name, paragraph, 0, length) == boxes_of(
                    before.form.boxes, name, paragraph, 0, length)


def named(articles: list[Arranged], key: str) -> Arranged:
    return next(one for one in articles if one.key == key)


def test_lines_moved_to_another_article_are_its_text_then() -> None:
    articles = arranged(pages(2))
    giver, taker = named(articles, "03-3"), named(articles, "03-4")
    moved = giver.body[-4:]
    mended = [replace(one, body=one.body[:-4]) if one is giver else replace(one, body=(*moved, *one.body)) if one is taker
              else one for one in articles]  # fmt: skip
    page = recomposed(pages(2), mended)[2]
    texts = {article.key: "".join(article.paragraphs) for article in page.articles}
    was = {article.key: "".join(article.paragraphs) for article in pages(2)[2].articles}
    assert len(texts["03-3"]) < len(was["03-3"])
    assert texts["03-4"].endswith(was["03-4"])
    assert len("".join(texts.values())) >= len("".join(was.values()))


def test_line_left_out_is_furniture_and_a_line_may_begin_a_paragraph() -> None:
    articles = arranged(pages(2))
    first = named(articles, "01-1")
    middle = At(0, first.body[2].line)
    page = recomposed(pages(2), [replace(first, subtitle=(first.body[-1],), body=first.body[:-1])], {middle: True})[0]
    (article,) = page.articles
    assert article.subtitle == "香味。"
    assert len(article.paragraphs) == len(pages(2)[0].articles[0].paragraphs) + 1
