"""A day of which the reader says what day of the week it is, where print says another."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from bot.understanding.in_print.locate import Index
from bot.understanding.read import read
from bot.understanding.values import ArticleText, Catalogue, IssueText, PageText, PaperText, Reading, Waiting

GAS = ArticleText(1, "a1", "通知：燃气管道检修", None, ("桥头路沿线11月18日（星期二）9:00至15:00停气，请提前备好饭菜。",))
CLINIC = ArticleText(2, "a2", "义诊进社区", None, ("11月21日（星期六）上午，专家在活动室坐诊。", "每周一、三、五代配药。"))
CLASS = ArticleText(3, "a3", "书法班招生", None, ("书法班11月21日（星期日）开课，12月2日（周二）结业。",))
PAGES = (PageText(1, "03", "服务", (), (GAS, CLINIC)), PageText(2, "06", "课堂", (), (CLASS,)))
PAPER = PaperText(1, "社区晨报·桥头", ("桥头",), (IssueText(1, "2026-11", date(2026, 11, 12), PAGES),))
INDEX = Index(Catalogue(1, (PAPER,)))
SENT = datetime.fromisoformat("2026-11-15T10:00:00+08:00")


def heard(text: str) -> Reading:
    return read(text, sent_at=SENT, index=INDEX, waiting=Waiting())


def pairs(text: str) -> list[tuple[str | None, str | None, str | None]]:
    return [(one.wrong, one.right, "03" if one.place and one.place.page_id == 1 else None) for one in heard(text).findings]


@pytest.mark.parametrize("text", [
    "11月18日是星期三",
    "停气通知，11月18日明明是星期三",
    "十一月十八号是礼拜三呀",
    "3版停气那个，11月18日那天是星期三，我查过日历",
    "11月18号是礼拜三，通知上怎么写礼拜二",
    "停气通知印的是星期二我翻了日历11月18号明明是星期三呀到底哪天停气啊",
    "11月18日应该是周三吧",
    "11月18日是星期三，不是星期二",
])  # fmt: skip
def test_print_tells_the_day_that_is_wrong(text: str) -> None:
    assert pairs(text) == [("星期二", "星期三", "03")]


def test_a_shorter_word_for_it_is_kept() -> None:
    assert [(one.wrong, one.right) for one in heard("12月2日是星期三").findings] == [("周二", "周三")]


def test_of_two_days_printed_the_one_named_is_meant() -> None:
    assert pairs("义诊和书法班都是11月21日，11月21日是星期一") == []
    assert heard("11月21日是星期六").findings == ()


@pytest.mark.parametrize("text", [
    "11月18日星期二的报纸我看了", "我11月18日星期三来过你们报社", "11月19日是星期四", "11月18日是星期二，谢谢提醒",
])  # fmt: skip
def test_a_day_that_is_printed_so_or_not_at_all_is_no_error(text: str) -> None:
    assert all(one.right is None for one in heard(text).findings)


def test_such_a_day_is_no_issue() -> None:
    [one] = heard("停气通知，11月18日明明是星期三").findings
    assert (one.issue_label, one.article_text) == (None, "停气通知")
