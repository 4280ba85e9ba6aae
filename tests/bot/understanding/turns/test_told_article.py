"""An error told bit by bit: the page, what the article is about, the words, the right form."""

from __future__ import annotations

import pytest

from bot.understanding.values import Intent
from tests.support.demo_talk import index, talk


def told(*turns: str) -> list[tuple[str | None, str | None, str | None, str | None]]:
    titles = {entry.article.id: entry.article.title for entry in index().entries}
    return [(one.page, titles.get(one.article_id or 0), one.wrong, one.right) for one in talk(*turns).standing()]


CANTEEN = "社区食唐重新开张 六十岁以上打八折"


@pytest.mark.parametrize("turns", [
    ("纠错", "柳湾一版", "食堂那个", "优慧", "应该是优惠"),
    ("我要纠错", "柳湾", "一版", "讲食堂的", "优慧", "优惠"),
    ("纠错", "柳湾1版", "食堂重新开张的", "优慧", "是优惠"),
    ("柳湾1版有个错字", "食堂那条", "“优慧”应为“优惠”"),
])  # fmt: skip
def test_each_bit_goes_to_the_same_report(turns: tuple[str, ...]) -> None:
    assert told(*turns) == [("01", CANTEEN, "优慧", "优惠")]
    assert set(talk(*turns).intents[1:]) == {Intent.SUPPLEMENT}


@pytest.mark.parametrize("text", ["06", "P06", "06版"])
def test_a_page_in_figures_is_a_page_when_an_error_was_announced(text: str) -> None:
    [(page, _, wrong, _)] = told("纠错", text)
    assert (page, wrong) == ("06", None)


@pytest.mark.parametrize("text", [
    "我在找", "等一下，我去拿报纸", "食堂几点开门", "电话号码那里", "老花镜找不到了", "我孙女来了再说",
])  # fmt: skip
def test_what_tells_no_article_adds_nothing(text: str) -> None:
    conversation = talk("纠错", "柳湾三版", text)
    assert (conversation.intents[-1], conversation.standing()[0].article_id) == (Intent.OTHER, None)
