"""Titles as an index: subheads that the import did not name, and shared wordings."""

from __future__ import annotations

from bot.understanding.in_print.locate import Index
from bot.understanding.values import ArticleText, Catalogue, IssueText, PageText, PaperText

BODY = "这是一段足够长的正文，写的是社区里发生的一件平常小事，大家看了都说好，于是又多写了几句，好让它像一段真正的正文。" * 2


def index_of(*articles: ArticleText) -> Index:
    issue = IssueText(1, "2026-07", None, (PageText(2, "01", None, (), articles),))
    return Index(Catalogue(1, (PaperText(3, "社区晨报·柳湾", ("柳湾",), (issue,)),)))


def test_a_short_line_of_the_body_is_a_subhead() -> None:
    index = index_of(ArticleText(5, "a1", "邻里节开幕", None, ("通过游戏认识新邻居", BODY)))
    assert index.titles.match("通过游戏认识邻居", 0.6) == ((0,), False)


def test_a_list_of_short_lines_has_no_subheads() -> None:
    index = index_of(ArticleText(5, "a1", "导读", None, ("老街新生记", "河边的早晨")))
    assert index.titles.match("老街新生记", 0.6) == ((), False)


def test_two_equally_like_titles_are_weak() -> None:
    index = index_of(
        ArticleText(5, "a1", "柳湾街道2025年工作情况的报告", None, (BODY,)),
        ArticleText(6, "a2", "柳湾街道2026年工作情况的报告", None, (BODY,)),
    )
    assert index.titles.match("柳湾街道工作情况的报告", 0.6) == ((0, 1), True)
    assert index.titles.match("2026年工作情况的报告", 0.6) == ((1,), False)
