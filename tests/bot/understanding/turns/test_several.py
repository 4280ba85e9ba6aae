"""Right forms for several reports in one message: each goes to the report whose words it is like, and nothing is guessed."""

from __future__ import annotations

import pytest

from tests.support.conversation import Conversation
from tests.support.demo_talk import SENT, index

BOTH = [("圈仝", "圈套"), ("加人", "家人")]


def told(*turns: str) -> list[tuple[str | None, str | None]]:
    conversation = Conversation(index())
    for text in turns:
        conversation.say(text, SENT)
    return [(one.wrong, one.right) for one in conversation.standing()]


@pytest.mark.parametrize("words", [
    "第一条应该是圈套，第二条应该是家人", "应该是“圈套”和“家人”", "圈套、家人", "家人，圈套", "分别得是“圈套”“家人”",
    "分别是圈套和家人",
    "前一个是圈套，后一个是家人", "正确的是圈套和家人", "依次改成圈套、家人吧",
])  # fmt: skip
def test_each_goes_to_its_own(words: str) -> None:
    assert told("“圈仝”和“加人”都错了", words) == BOTH


def test_what_was_told_between_does_not_matter() -> None:
    assert told("“圈仝”和“加人”都错了", "谢谢", "第1条是圈套", "家人") == BOTH


@pytest.mark.parametrize(("words", "then"), [
    ("应该是圈套", [("圈仝", "圈套"), ("加人", None)]),
    ("第一条是圈套", [("圈仝", "圈套"), ("加人", None)]),
    ("应该是家人", [("圈仝", None), ("加人", "家人")]),
])  # fmt: skip
def test_one_of_them_is_mended_and_the_other_stays(words: str, then: list[tuple[str, str | None]]) -> None:
    assert told("“圈仝”和“加人”都错了", words) == then


@pytest.mark.parametrize("words", ["谢谢，辛苦了", "好的、再见", "什么时候公布，我等着", "这两条都是我孙子看到的"])
def test_what_is_like_none_of_them_mends_none(words: str) -> None:
    assert told("“圈仝”和“加人”都错了", words) == [("圈仝", None), ("加人", None)]


def test_a_report_that_has_its_right_form_keeps_it() -> None:
    assert told("“圈仝”应为“圈套”，“加人”应为“家人”", "圈子、家里") == BOTH


@pytest.mark.parametrize("words", [
    "分别得是“圈套”“家人”，梧桐里7版的", "柳湾那份报纸，应该是“圈套”和“家人”", "“圈套”“家人”，本期的",
])  # fmt: skip
def test_where_they_stand_may_be_said_beside(words: str) -> None:
    conversation = Conversation(index())
    for text in ("“圈仝”和“加人”都错了", words):
        conversation.say(text, SENT)
    assert [(one.wrong, one.right) for one in conversation.standing()] == BOTH
    first, second = ((one.paper_text, one.page, one.issue_label) for one in conversation.standing())
    assert first == second != (None, None, None)
