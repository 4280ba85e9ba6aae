"""Small pages laid out by hand: columns, headlines, captions, tables and frames."""

from __future__ import annotations

import random

import pytest

from bot.catalogue.pdf.page import lay_out
from bot.catalogue.pdf.tables import grids_of
from bot.catalogue.pdf.values import Box, Content, Glyph, Laid

BODY, LEADING = 10.0, 15.0
WORDS = "社区食堂停业改造两个多月昨天重新开门迎客门口排起了长队居民都说现在亮堂多了"


def words(text: str, left: float, top: float, size: float = BODY) -> list[Glyph]:
    return [Glyph(letter, Box(left + n * size, top, left + (n + 1) * size, top + size), size)
            for n, letter in enumerate(text) if letter != " "]  # fmt: skip


def column(left: float, top: float, rows: int, *, first: str = "", wide: int = 12, ends: bool = True) -> list[Glyph]:
    """A column of body text; the first line set in, the last one short where it `ends`."""
    glyphs = words((first + WORDS)[: wide - 2], left + 2 * BODY, top)
    for n in range(1, rows):
        last = ends and n == rows - 1
        glyphs += words(WORDS[: wide - 5] + "。" if last else WORDS[n : n + wide], left, top + n * LEADING)
    return glyphs


def laid(*parts: list[Glyph], **drawn: tuple[Box, ...]) -> Laid:
    glyphs = [glyph for part in parts for glyph in part]
    random.Random(3).shuffle(glyphs)  # the order in the file says nothing
    return lay_out(Content(600, 800, tuple(glyphs), **drawn))


def articles(page: Laid) -> list[tuple[str, str, int]]:
    """(kind, title, lines of body) of each article proposed."""
    return [(draft.kind, "".join(page.lines[n].text for n in draft.title), len(draft.body)) for draft in page.drafts]


def test_headline_over_two_columns_and_one_beside() -> None:
    page = laid(words("食堂重新开门", 80, 100, 22), column(30, 140, 6, ends=False), column(165, 140, 6),
                words("书屋搬家了", 350, 100, 20), column(320, 140, 6, ends=False), column(455, 140, 6))  # fmt: skip
    assert articles(page) == [("news", "食堂重新开门", 12), ("news", "书屋搬家了", 12)]


def test_headline_under_its_text() -> None:
    page = laid(column(30, 100, 6, ends=False), column(165, 100, 6), words("食堂重新开门", 80, 200, 22))
    assert articles(page) == [("news", "食堂重新开门", 12)]


def test_columns_are_read_from_left_to_right() -> None:
    page = laid(words("食堂重新开门", 80, 100, 22), column(165, 140, 3, first="右"), column(30, 140, 3, first="左"))
    assert [page.lines[n].text[0] for n in page.drafts[0].body if page.lines[n].begins] == ["左", "右"]


def test_rule_keeps_a_headline_from_the_text_above() -> None:
    page = laid(words("食堂重新开门", 60, 60, 22), column(30, 100, 6), words("书屋搬家了", 60, 210, 20), column(30, 250, 6),
                rules=(Box(30, 198, 200, 199),))  # fmt: skip
    assert articles(page) == [("news", "食堂重新开门", 6), ("news", "书屋搬家了", 6)]


def test_caption_belongs_to_its_picture_and_text_goes_on_below() -> None:
    page = laid(words("食堂重新开门", 80, 100, 22), column(30, 140, 12, ends=False), words("图为开门现场", 170, 225, 8),
                column(165, 245, 5), pictures=(Box(165, 140, 285, 220),))  # fmt: skip
    assert sorted(articles(page)) == [("caption", "", 1), ("news", "食堂重新开门", 17)]


def test_frame_is_an_article_of_its_own() -> None:
    page = laid(words("食堂重新开门", 80, 100, 22), column(30, 140, 6, ends=False), column(165, 140, 6),
                words("广告：豆浆店", 320, 145, 14), column(320, 175, 3), frames=(Box(310, 138, 450, 235),))  # fmt: skip
    assert articles(page) == [("news", "食堂重新开门", 12), ("ad", "广告：豆浆店", 3)]


def test_subhead_in_a_column_is_text() -> None:
    page = laid(words("食堂重新开门", 60, 60, 22), column(30, 100, 4), words("一碗面的心意", 50, 164, 13), column(30, 184, 4))
    assert articles(page) == [("news", "食堂重新开门", 9)]


def test_subtitle_stands_with_its_headline() -> None:
    page = laid(words("食堂重新开门", 80, 60, 22), words("老人凭卡打八折", 95, 88, 13), column(30, 115, 6, ends=False),
                column(165, 115, 6))  # fmt: skip
    (draft,) = page.drafts
    said = ["".join(page.lines[n].text for n in part) for part in (draft.title, draft.subtitle)]
    assert said == ["食堂重新开门", "老人凭卡打八折"]


def test_doubled_glyphs_count_once() -> None:
    headline = words("食堂重新开门", 80, 60, 22)
    again = [Glyph(g.text, Box(g.box.left + 0.5, g.box.top, g.box.right + 0.5, g.box.bottom), g.size) for g in headline]
    assert articles(laid(headline, again, column(30, 100, 6))) == [("news", "食堂重新开门", 6)]


def test_mark_that_hangs_into_the_gutter_joins_no_columns() -> None:
    left = column(30, 100, 6, ends=False) + words("，", 150, 130)
    page = laid(words("食堂重新开门", 60, 60, 22), left, column(164, 100, 6))
    assert articles(page) == [("news", "食堂重新开门", 12)]


def test_empty_page_is_an_empty_page() -> None:
    assert (laid().lines, laid().drafts) == ((), ())


def lying(*tops: float) -> list[Box]:
    return [Box(30, top, 330, top + 1) for top in tops]


@pytest.mark.parametrize(("rules", "count"), [
    ([*lying(100, 120, 140), Box(30, 100, 31, 141), Box(130, 100, 131, 141)], 1),
    ([*lying(100, 120, 140), *(Box(x, y, x + 1, y + 20) for x in (30, 130) for y in (100, 120))], 1),
    (lying(100, 120, 140), 0),
    ([*lying(100, 300, 500), Box(180, 100, 181, 290), Box(180, 300, 181, 490)], 0),  # rules between stories
    ([*lying(100, 120), Box(30, 100, 31, 121), Box(130, 100, 131, 121)], 0),
])  # fmt: skip
def test_tables_are_told_from_rules_between_stories(rules: list[Box], count: int) -> None:
    assert len(grids_of(rules)) == count
