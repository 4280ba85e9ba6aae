"""How people wrote who knew none of our rules: what was misread of them, in siblings about the demo's papers."""

from __future__ import annotations

import pytest

from bot.understanding.values import Intent
from tests.support.conversation import Conversation
from tests.support.demo_talk import SENT, index


def told(*turns: str) -> list[tuple[str | None, str | None]]:
    conversation = Conversation(index())
    for text in turns:
        conversation.say(text, SENT)
    return [(one.wrong, one.right) for one in conversation.standing()]


@pytest.mark.parametrize(("turns", "pair"), [
    (("柳湾3版“请不要把密码告诉他”，漏字了吧，后面的“人”没印出来",), ("请不要把密码告诉他", "请不要把密码告诉他人")),
    (("梧桐里3版“衣物要要干净”，后面一个要是多出来的，删",), ("要", "")),
    (("梧桐里有个词写错：圈仝",), ("圈仝", None)),
    (("梧桐里7版：圈仝❌ 圈套✅",), ("圈仝", "圈套")),
    (("柳湾6版“以避免不再发生”，避免和不再重了，意思反了",), ("以避免不再发生", None)),
    (("柳湾5版，“按装”，安装的安错了",), ("按装", "安装")),
    (("梧桐里7版有个词印错啦", "圈仝", "圈套才对嘛 谁不认得"), ("圈仝", "圈套")),
    (("登名字的话写“钮师傅”就行。柳湾1版，“食唐”应为“食堂”",), ("食唐", "食堂")),
])  # fmt: skip
def test_what_is_wrong_and_what_is_meant(turns: tuple[str, ...], pair: tuple[str, str | None]) -> None:
    assert told(*turns) == [pair]


@pytest.mark.parametrize("text", [
    "万一评上了，报上就印“石桥老顽童”这几个字好了，真名就不要登了", "报上写“石桥老顽童”吧", "登名字的话写“钮师傅”就行",
])  # fmt: skip
def test_a_name_in_marks_is_no_error(text: str) -> None:
    conversation = Conversation(index())
    assert (conversation.say(text, SENT).intent, conversation.standing()) == (Intent.NAME, [])


@pytest.mark.parametrize("text", [
    "星期二我去买菜，星期三看的报", "以前的报纸好看，现在的报纸也好看", "柳湾版办得比梧桐里版好", "食堂几点开门",
    "三楼的张师傅和四楼的章师傅都订了", "周三的讲座还办吗，周四行不行", "找了半天没看出哪里有错，你们校对得真好",
    "第三版的菜谱我照着做了，挺好吃", "身份证和户口本都要带吗",
])  # fmt: skip
def test_talk_is_no_error(text: str) -> None:
    assert told(text) == []
