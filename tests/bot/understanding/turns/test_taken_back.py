"""What takes a report back in words of one's own, an error that was only announced, and what takes nothing back."""

from __future__ import annotations

import pytest

from bot.understanding.values import Intent
from tests.support.demo_talk import talk

TOLD = "柳湾3版“食唐”应为“食堂”"
BACK = (
    "算了不报了", "算了，报纸被孙子折飞机了，找不到那句话，不报了", "算了算了，当我没说", "不报了不报了，麻烦",
    "那就不报了吧", "还是算了吧", "哎呀算了，我看错了", "我看错了，没错，不好意思", "对不起，是我老花眼看错了", "当我没说",
    "刚才那个不算", "撤了吧", "取消吧", "别管我刚才说的", "前面说的作废", "是我弄错了，别当真", "那个错不是错，我老伴说的",
    "哦我又看了一遍，是对的，撤掉", "我那条取消吧，是我记错了", "我又问了我儿子，他说没错，那条作废", "前面那条别算了",
    "我刚才说的那个不对，不用管它", "那条你们别登记了", "把我那条拿下来吧", "我那条报错了，收回",
    "查过字典了，原来是对的，不好意思", "我弄清楚了，报纸没错", "报纸上是对的，我看花眼了", "那个字是对的，我老糊涂了",
    "不好意思，我查了一下，报上没印错", "这条不用处理了", "别改了，原来就对", "别管那条了", "刚才那条就算了",
    "那个我不报了", "撤吧撤吧", "我想撤掉昨天那条", "能不能把我那条撤下来", "我那条不要了谢谢", "食唐那条撤掉吧",
    "老师对不起，食堂那条是我看走眼了", "算我没说", "当我没发过", "我收回刚才的话", "这个不是错，我搞错了",
    "字典上两个都可以，那条不报了", "请把我刚才发的删掉",
)
STAYS = (
    "我那条是对的，你们再看看", "其实我是对的", "我报的没错，为什么不采纳", "我没看错，就是印错了", "算了一下，还是不对",
    "我再想想，先不管它", "你们不用管我是谁", "原来的写法是对的，现在印错了", "你们没错吧", "那个字没印错吗",
    "人家都说是对的，可我看就是错的", "别登记我的电话", "不用理我，我自己看看", "我看花眼了都，字太小",
    "这个字应该撤下来换成堂", "头版的那句话是对的还是错的", "下次再说吧", "算了，食唐就是食堂，你们看着办",
    "要是我看错了请原谅", "不好意思写错了，是3版",
)


@pytest.mark.parametrize("text", BACK)
def test_the_report_is_taken_back(text: str) -> None:
    conversation = talk(TOLD, text)
    assert (conversation.intents[-1], conversation.standing()) == (Intent.WITHDRAW, [])


@pytest.mark.parametrize("text", [*STAYS, "我不想报了", "不用了，我搞错了"])
def test_the_report_stays(text: str) -> None:
    conversation = talk(TOLD, text)
    assert conversation.intents[-1] is not Intent.WITHDRAW
    assert "食唐" in [one.wrong for one in conversation.standing()]


@pytest.mark.parametrize("text", [
    "算了，报纸被孙子折飞机了，找不到那句话，不报了", "算了不报了", "那就不报了吧", "我不想报了", "不弄了，太麻烦", "还是算了吧",
    "哎呀，是我看错了", "不用了，我搞错了", "当我没说",
])  # fmt: skip
@pytest.mark.parametrize("before", [(), (TOLD,)])
def test_an_error_that_was_only_announced_is_given_up_and_no_other(text: str, before: tuple[str, ...]) -> None:
    conversation = talk(*before, "我要纠错", text)
    assert (conversation.intents[-1], conversation.opened, len(conversation.standing())) == (
        Intent.WITHDRAW, False, len(before))


@pytest.mark.parametrize("text", ["算了，先说另一个，2版“白塘”应为“白糖”", "柳湾2版“白塘”，要是我看错了请原谅", "第一条不要了"])
def test_what_tells_an_error_or_names_a_report_gives_up_nothing_announced(text: str) -> None:
    conversation = talk(TOLD, "我要纠错", text)
    assert conversation.opened == (text == "第一条不要了")
