"""Articles taken apart into lines and put together again; what an editor moves is moved."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from bot.catalogue.boxes import PageBoxes, Span, article_name, boxes_of, decode, encode
from bot.catalogue.exchange import ArticleFile, PageFile
from bot.catalogue.pdf.compose import At
from bot.catalogue.pdf.mending import Arranged, arranged, mended, recomposed
from bot.catalogue.sources import Hint, read
from tests.support import small_print
from tests.support.newsprint import NO_FONT, cannot_typeset
from tests.support.press import printed

typeset = [pytest.mark.slow, pytest.mark.skipif(cannot_typeset(), reason=NO_FONT)]


def marked(function: Any) -> Any:
    """Marks a test that reads typeset pages."""
    for mark in typeset:
        function = mark(function)
    return function


@cache
def pages(number: int) -> tuple[PageFile, ...]:
    paper = printed()[number]
    return read([(paper.name, paper.data)], Hint(paper.paper, paper.month))[0].file.pages


@marked
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


@marked
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


@marked
def test_line_left_out_is_furniture_and_a_line_may_begin_a_paragraph() -> None:
    articles = arranged(pages(2))
    first = named(articles, "01-1")
    middle = At(0, first.body[2].line)
    page = recomposed(pages(2), [replace(first, subtitle=(first.body[-1],), body=first.body[:-1])], {middle: True})[0]
    (article,) = page.articles
    assert article.subtitle == "香味。"
    assert len(article.paragraphs) == len(pages(2)[0].articles[0].paragraphs) + 1


def small() -> tuple[PageFile, ...]:
    return small_print.issue().pages


def test_pages_on_which_nothing_changed_keep_their_boxes_byte_by_byte() -> None:
    files = small()
    articles = arranged(files)
    again = mended(files, [replace(articles[0], kind="notice"), articles[2], articles[1]])
    assert [page.form for page in again] == [page.form for page in files]
    assert [[(a.key, a.kind) for a in page.articles] for page in again] == [
        [("01-1", "notice"), ("01-2", "news")], [("02-1", "news")], []]  # fmt: skip


def test_article_whose_lines_were_not_touched_keeps_its_text_and_marks() -> None:
    first, *others = small()
    corrected = replace(first.articles[1], paragraphs=("比赛在操场举行！", "小李跳了三百下。"))
    files = (replace(first, articles=(first.articles[0], corrected)), *others)
    articles = arranged(files)
    page, *_ = mended(files, [replace(articles[0], body=articles[0].body[:1]), *articles[1:]])
    assert page.articles[1] == corrected
    assert page.articles[0].paragraphs == ("河畔食堂昨天开张。",)
    assert page.form is not None
    assert first.form is not None
    name = article_name("01", "01-2")
    assert boxes_of(page.form.boxes, name, 1, 0, 4) == boxes_of(first.form.boxes, name, 1, 0, 4) != ()


def test_deleted_article_leaves_no_marks_behind() -> None:
    files = small()
    page, *_ = mended(files, [one for one in arranged(files) if one.key != "01-2"])
    assert page.form is not None
    assert {span.article for span in decode(page.form.boxes).spans} == {article_name("01", "01-1")}


def test_typed_article_stays_as_typed() -> None:
    files = small()
    typed = ArticleFile("", "", "启事", None, None, ("猫走失了。",))
    again = mended(files, [*arranged(files), Arranged(2, "03-1", "notice", written=typed)])
    assert again[2].articles == (replace(typed, key="03-1", kind="notice"),)
    assert arranged(again)[-1].written == again[2].articles[0]


def test_line_that_two_articles_share_belongs_to_the_one_with_more_of_it() -> None:
    first, *others = small()
    assert first.form is not None
    page = decode(first.form.boxes)
    moved = [Span(article_name("01", "01-1"), 0, 0, page.lines[1].first, 6),
             Span(article_name("01", "01-2"), 0, 0, page.lines[1].first + 6, 3)]  # fmt: skip
    boxes = encode(PageBoxes(page.text, page.boxes, page.lines, tuple(moved)))
    articles = arranged((replace(first, form=replace(first.form, boxes=boxes)), *others))
    assert [one.body for one in articles[:2]] == [(At(0, 1), At(1, 1), At(1, 2)), ()]
