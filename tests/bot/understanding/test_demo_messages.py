"""What the readers of the demo write, about papers with as many errors as theirs: one rule of reading a line."""

from __future__ import annotations

from datetime import datetime
from functools import cache

import pytest

from bot.understanding.in_print.locate import Index
from bot.understanding.values import Intent, Located
from tests.bench.understanding import demo_catalogue
from tests.support.conversation import Conversation

SENT = datetime.fromisoformat("2026-11-20T10:00:00+08:00")


@cache
def index() -> Index:
    return Index(demo_catalogue())


@pytest.mark.parametrize(
    ("text", "wrong", "right"),
    [
        ("梧桐里头版的标题再接再励励字错了我孙子说的", "再接再励", None),
        ("梧桐里4版钢琴声那篇，禁不住“股起掌来”，应该是鼓掌的鼓", "股起掌来", "鼓起掌来"),
        ("柳湾一版，座下来歇脚，坐字多了个广字头", "座下来歇脚", "坐下来歇脚"),
        ("柳湾头版标题口代公园，口袋的袋", "口代", "口袋"),
        ("漂流的漂应是三点水，梧桐里05版标题《飘流书屋：一本书走了二十七家》用了“飘流”。", "飘流", None),
        ("梧桐里健康版，“36·0至37.2℃”，前面那个点点得太高了，应该是小数点36.0", "36·0至37.2℃", "36.0"),
        ("柳湾报头上的英文“COMUNITY”，中间应该是两个M吧，我孙女看出来的", "COMUNITY", None),
        ("08版广告 鉅惠 柳湾 应为巨惠 “鉅”是繁体", "鉅惠", "巨惠"),
        ("《清明上河图》是张择端画的，报纸上印的是张择瑞，梧桐里05版", "张择瑞", "张择端"),
        ("柳湾报纸第六版防跌倒那篇题目上跌倒的倒少了一个人字旁写成跌到了", "跌到", "跌倒"),
        ("“共9个小时”不对，晚上十点到早上五点，我扳着手指头数，只有7个小时", "共9个小时", "7个小时"),
    ],
)
def test_right_form_is_what_should_be_printed_and_no_word_about_it(text: str, wrong: str, right: str | None) -> None:
    findings = Conversation(index()).say(text, SENT).findings
    assert [(f.wrong, f.right, f.located) for f in findings] == [(wrong, right, Located.FOUND)]


def test_asking_whether_a_character_is_written_rightly_proposes_none() -> None:
    text = "请问梧桐里报纸头版标题上的“再接再励”，这个“励”字是不是书写不规范呢？我记得从前老师教的是磨刀石的那个“厉”。"
    assert "书写不规范" not in [f.right for f in Conversation(index()).say(text, SENT).findings]


def test_words_printed_twice_are_no_withdrawal() -> None:
    conversation = Conversation(index())
    conversation.say("柳湾一版，“座下来歇脚”应为“坐下来歇脚”", SENT)
    text = "梧桐里六版高血压那篇，从“下次不要加倍补”到“下次不要加倍补”，一句话说了两遍，删掉后面一遍"
    assert conversation.say(text, SENT).intent is Intent.REPORT
    assert conversation.say("第二条删掉", SENT).intent is Intent.WITHDRAW


def test_only_where_it_stands_is_no_quotation_when_the_words_were_asked_for() -> None:
    conversation = Conversation(index())
    conversation.say("我要纠错", SENT)
    findings = conversation.say("柳湾那张，02版，停水检修的通知", SENT).findings
    assert [(f.wrong, f.page) for f in findings] == [(None, "02")]
