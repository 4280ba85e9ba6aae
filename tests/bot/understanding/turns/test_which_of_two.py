"""Two wordings of which the reader does not know which is right, a number that does not serve, and the turn that decides."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from bot.understanding.in_print.locate import Index
from bot.understanding.values import ArticleText, Catalogue, IssueText, PageText, PaperText
from tests.support.conversation import Conversation

GARDEN = ArticleText(1, "a1", "幼儿园里的小菜园", None,
                     ("园长方兰说，孩子们每天都去浇水。", "“青菜是他们自己种的。”方岚园长笑着说。"))  # fmt: skip
HEATING = ArticleText(2, "a2", "暖气不热怎么办 师傅教三招", None, ("还是不热，请拨打热线6616—0425，师傅上门。",))
NOTICE = ArticleText(3, "a3", "通知：供暖试水", None, ("如有漏水，请拨打6616—0452报修。",))
TEACHER = ArticleText(4, "a4", "夜校开课", None, ("夜校请来了木工方兰，她带了工具。",))
PAGES = (PageText(1, "03", "服务", (), (HEATING, NOTICE)), PageText(2, "08", "童年", (), (GARDEN, TEACHER)))
PAPER = PaperText(1, "社区晨报·桥头", ("桥头",), (IssueText(1, "2026-11", date(2026, 11, 12), PAGES),))
INDEX = Index(Catalogue(1, (PAPER,)))
SENT = datetime.fromisoformat("2026-11-15T10:00:00+08:00")


def talk(*turns: str) -> Conversation:
    conversation = Conversation(INDEX)
    for text in turns:
        conversation.say(text, SENT)
    return conversation


def told(*turns: str) -> list[tuple[str | None, str | None, int | None]]:
    return [(one.wrong, one.right, one.place.article_id if one.place else None) for one in talk(*turns).standing()]


@pytest.mark.parametrize("first", [
    "幼儿园菜园那篇，园长的名字前面写方兰后面写方岚，到底哪个？",
    "小菜园那篇园长开头叫方兰，结尾又叫方岚，哪个对呀",
    "8版小菜园那篇园长的名字前后不一样",
])  # fmt: skip
@pytest.mark.parametrize("then", ["问过老师了，是方岚，前面那个“方兰”印错了", "“方兰”印错了，应该是方岚", "方岚是对的，方兰错了"])
def test_the_next_turn_tells_which_is_wrong(first: str, then: str) -> None:
    assert told(first, then) == [("方兰", "方岚", 1)]


@pytest.mark.parametrize("first", [
    "暖气不热那篇给的电话6616—0425打过去是空号啊", "6616-0425打不通",
    "3版那个66160425我打了三次没人接", "供暖热线6616—0425，人家说我打错了",
])  # fmt: skip
@pytest.mark.parametrize("then", ["通知上是6616—0452，打通了，应该印这个号才对", "问到了，6616-0452", "是66160452"])
def test_a_number_that_does_not_serve_is_wrong_and_the_next_one_is_right(first: str, then: str) -> None:
    [(wrong, right, article)] = told(first, then)
    assert ((wrong or "")[-4:], (right or "")[-4:], article) == ("0425", "0452", 2)


@pytest.mark.parametrize("then", ["我的手机是13812345678", "3版“6616—0452”也不通", "谢谢"])
def test_another_number_is_no_right_form(then: str) -> None:
    assert told("6616-0425打不通", then)[0][:2] == ("6616-0425", None)


@pytest.mark.parametrize("text", [
    "方岚是对的，方兰错", "方岚对，方兰错", "“方岚”正确，“方兰”错了", "方兰错，方岚对", "园长是方岚，前面那个“方兰”印错了",
])  # fmt: skip
def test_what_is_said_to_be_right_is_the_right_form(text: str) -> None:
    assert [one[:2] for one in told(text)] == [("方兰", "方岚")]


def test_where_two_articles_differ_the_place_stays_open() -> None:
    conversation = talk("热线电话，通知和暖气那篇不一样，到底哪个对？")
    assert [(one.wrong, one.place) for one in conversation.standing()] == [(None, None)]
    conversation.say("6616—0425错了，应该是6616—0452", SENT)
    assert [(one.wrong, one.place.article_id if one.place else None) for one in conversation.standing()] == [("6616—0425", 2)]


def test_what_only_points_back_is_no_second_error() -> None:
    assert [one[:2] for one in told("6616—0425印错了吧，应该是6616—0452，我记得是这个号")] == [("6616—0425", "6616—0452")]
