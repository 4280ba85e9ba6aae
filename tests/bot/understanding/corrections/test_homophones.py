"""Two wordings that sound alike, said in whatever words: what is printed is wrong, and speech that sounds alike is no error."""

from __future__ import annotations

import pytest

from bot.understanding.values import Intent
from tests.support.conversation import Conversation
from tests.support.demo_talk import SENT, index


def told(text: str) -> list[tuple[str | None, str | None]]:
    conversation = Conversation(index())
    conversation.say(text, SENT)
    return [(one.wrong, one.right) for one in conversation.standing()]


@pytest.mark.parametrize(("text", "pair"), [
    ("编辑您好，今天的柳湾那份里，食堂那篇写的享受优慧，我看是优惠", ("优慧", "优惠")),
    ("看到优慧两个字我还以为是人名呢，优惠嘛", ("优慧", "优惠")),
    ("柳湾版第五版有个按装，装修的师傅都知道是安装", ("按装", "安装")),
    ("按装了一只？安装吧？柳湾的", ("按装", "安装")),
    ("你们现在还印帐户，银行早就写账户了呀", ("帐户", "账户")),
    ("我只认得安装，你们偏偏登个按装出来", ("按装", "安装")),
    ("门口挂的牌子是社区食堂，到了报上变社区食唐了", ("社区食唐", "社区食堂")),
])  # fmt: skip
def test_no_verb_is_needed(text: str, pair: tuple[str, str]) -> None:
    assert told(text) == [pair]


def test_each_word_of_a_list_has_the_right_character_in_brackets() -> None:
    assert told("错别字两个，食唐（堂），帐户（账）") == [("食唐", "食堂"), ("帐户", "账户")]


@pytest.mark.parametrize("text", [
    "上个月28号我发过来三个错的，到底收到没有", "他们家订了，她们家也订了", "做事情要坐得住，做人也一样",
    "王老师和汪老师都看你们的报", "我在家里再看一遍", "你们的报纸办得真好，办的活动也好",
    "请问领奖要带身份证吗，我身份是退休职工",
])  # fmt: skip
def test_speech_that_sounds_alike_is_no_error(text: str) -> None:
    conversation = Conversation(index())
    assert conversation.say(text, SENT).intent is not Intent.REPORT
