"""A page that the guide on the front page names wrongly: the printed one is the wrong words, the other the right form, and
neither is a page cited. Which is which print tells; no verb is asked for."""

from __future__ import annotations

from functools import cache

import pytest

from bot.understanding.in_print.locate import Index
from bot.understanding.read import read
from bot.understanding.values import ArticleText, Catalogue, Finding, IssueText, PageText, PaperText, Waiting
from tests.support.demo_talk import SENT, index, talk

LIUWAN, WUTONGLI = "社区晨报·柳湾", "社区晨报·梧桐里"


def told(*turns: str) -> list[tuple[str | None, str | None, str | None, str | None, str | None]]:
    """(wrong, right, page stated, article, the printed words at the place) of each report."""
    return [_of(one) for one in talk(*turns).standing()]


def _of(one: Finding) -> tuple[str | None, str | None, str | None, str | None, str | None]:
    number = index().entry_of(one.article_id)
    title = index().entries[number].article.title if number is not None else None
    return one.wrong, one.right, one.page, title, index().printed_at(one.place) if one.place else None


@pytest.mark.parametrize(
    ("text", "wrong", "right", "page", "place"),
    [
        ("导读里老裁缝那条后面跟的是P06，正确的是P07。照着翻，翻到看病那版去了。", "P06", "P07", None, "P06"),
        ("导读里头钉扣摊那条标的是P06，我翻到六版全是看病做饭的，实际在P07", "P06", "P07", None, "P06"),
        ("导读上面老裁缝那一行叫我翻“P06”，我把第6版翻到底也没有，该是P07", "P06", "P07", None, "P06"),
        ("柳湾头版导读老裁缝那条写的是P06我翻到六版没有啊是在七版的应该是P07", "P06", "P07", "01", "P06"),
        ("老裁缝的免费钉扣摊明明登在P07，柳湾导读却叫人去P06找", "P06", "P07", None, "P06"),
        ("柳湾导读“老裁缝的免费钉扣摊”后面“P06”应为“P07”", "P06", "P07", None, "P06"),
        ("柳湾头版要目，老裁缝在七版，你们印成六版", "六版", "七版", "01", "老裁缝的免费钉扣摊 >>>P06"),
        ("导读老裁缝那行的06，应该是07", "06", "07", None, "P06"),
        ("导读老裁缝那条是P06\n应该是P07", "P06", "P07", None, "P06"),
        ("导读里老裁缝那条写P06，六版根本没有这篇", "P06", None, None, "P06"),
        ("柳湾导读P06错了应是P07", "P06", "P07", None, "P06"),
    ],
)
def test_a_page_of_the_guide_that_is_wrong(text: str, wrong: str, right: str | None, page: str | None, place: str) -> None:
    [(said, instead, cited, title, printed)] = told(text)
    assert (said, instead, cited, title) == (wrong, right, page, "导读")
    assert (printed or "") in ("P06", "06", place)


def test_the_next_error_has_its_own_citation() -> None:
    first, second = told("柳湾导读老裁缝那条P06应为P07。六版“一但”应为“一旦”")
    assert first[:4] == ("P06", "P07", None, "导读")
    assert (second[:3], second[4]) == (("一但", "一旦", "06"), "一但")


@pytest.mark.parametrize(
    "text",
    [
        "柳湾导读里说的老人防跌倒在P06，电梯在P03",
        "柳湾导读很清楚，三块五那篇在P02，P06是看病的",
        "按导读翻到P03看完了电梯，写得好",
    ],
)
def test_a_guide_that_is_right_is_no_error(text: str) -> None:
    assert all(title != "导读" for *_, title, _ in told(text))


def test_a_page_before_other_quoted_words_is_that_of_those() -> None:
    first, second = told("柳湾导读老裁缝那条的P06不对，七版才有。P06那篇“一但”应为“一旦”")
    assert (first[:4], second[:3]) == (("P06", "七版", None, "导读"), ("一但", "一旦", "06"))


@pytest.mark.parametrize(
    "text",
    [
        "柳湾导读里是防跌倒，里面错成防跌到",
        "柳湾导读说防跌倒，六版标题却是防跌到，标题错了",
        "柳湾导读是防跌倒，翻到六版印的防跌到，应该是防跌倒",
    ],
)
def test_words_that_only_the_headline_has_wrong_are_no_error_of_the_guide(text: str) -> None:
    assert all(title != "导读" for *_, title, _ in told(text))


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("柳湾头版导读印的是八十问，翻到里面是八个问，导读里印错了，要改成八个问", "01"),
        ("柳湾导读印的八十问不对，里面其实是八个问", None),
        ("柳湾导读社区食堂八十问，应该是八个问", None),
    ],
)
def test_words_of_the_guide_that_differ_from_the_headline(text: str, page: str | None) -> None:
    [one] = read(text, sent_at=SENT, index=_misnumbered(), waiting=Waiting()).findings
    assert (one.wrong, one.right, one.page, one.article_id) == ("八十问", "八个问", page, 900003)
    assert one.place is not None
    assert _misnumbered().printed_at(one.place) == "八十问"


@cache
def _misnumbered() -> Index:
    def article(number: int, title: str, *paragraphs: str, kind: str = "news") -> ArticleText:
        return ArticleText(number, f"a{number}", title, None, paragraphs, kind, ())

    front = PageText(900001, "01", "头版", (), (article(900003, "导读", "社区食堂八十问 >>>P02", kind="guide"),))
    inner = PageText(900002, "02", None, (), (article(900004, "社区食堂八个问", "食堂几点开门？中午十一点。"),))
    issue = IssueText(900005, "2026-11", None, (front, inner))
    return Index(Catalogue(1, (PaperText(900006, "社区晨报·柳湾", ("柳湾",), (issue,)),)))
