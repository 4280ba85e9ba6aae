"""Words of print sent with their places and hardly more: each is a report; a subject that is named is none."""

from __future__ import annotations

import pytest

from bot.understanding.values import Intent
from tests.support.conversation import Conversation
from tests.support.demo_talk import SENT, index


def told(text: str) -> list[tuple[str | None, str | None]]:
    conversation = Conversation(index())
    conversation.say(text, SENT)
    return [(one.page, one.wrong) for one in conversation.standing()]


@pytest.mark.parametrize(("text", "words"), [
    ("柳湾1版食唐，2版白塘，3版帐户", [("01", "食唐"), ("02", "白塘"), ("03", "帐户")]),
    ("两个错：柳湾1版优慧、梧桐里7版圈仝", [("01", "优慧"), ("07", "圈仝")]),
    ("梧桐里7版圈仝，5版不亦乐呼，谢谢编辑", [("07", "圈仝"), ("05", "不亦乐呼")]),
    ("再报一条，梧桐里，7版，圈仝", [("07", "圈仝")]),
    ("柳湾头版愿志者", [("01", "愿志者")]),
    ("柳湾1版的优慧", [("01", "优慧")]),
])  # fmt: skip
def test_each_is_a_report(text: str, words: list[tuple[str, str]]) -> None:
    assert told(text) == words


@pytest.mark.parametrize("text", ["柳湾那份3版赵婆婆写得真好", "3版停水通知是哪天的", "柳湾3版和梧桐里3版我都看了"])
def test_what_is_praised_or_asked_for_is_none(text: str) -> None:
    assert Conversation(index()).say(text, SENT).intent is not Intent.REPORT


@pytest.mark.parametrize("text", ["柳湾3版停水通知", "柳湾3版电梯"])
def test_a_subject_alone_has_no_words(text: str) -> None:
    assert told(text) == [("03", None)]


def test_the_words_of_one_are_no_reason_of_another() -> None:
    conversation = Conversation(index())
    conversation.say("柳湾1版食唐，2版白塘，3版帐户", SENT)
    assert [one.reason for one in conversation.standing()] == [None, None, None]


def test_their_right_forms_may_follow_at_once() -> None:
    conversation = Conversation(index())
    for text in ("柳湾1版食唐，2版白塘，3版帐户", "分别是食堂、白糖、账户"):
        conversation.say(text, SENT)
    assert [(one.page, one.wrong, one.right) for one in conversation.standing()] == [
        ("01", "食唐", "食堂"), ("02", "白塘", "白糖"), ("03", "帐户", "账户")]
