"""Courtesies in words of one's own, and letters that only begin like one."""

from __future__ import annotations

import pytest

from bot.dialogue import questions
from bot.understanding.read import read
from bot.understanding.values import About, Intent, Waiting
from tests.support.demo_talk import SENT, index, talk

COURTEOUS = (
    "你好", "在吗", "编辑同志好", "老师您辛苦了", "谢谢你们", "多谢多谢", "好的谢谢", "收到，谢谢编辑",
    "写得我眼泪都下来了，谢谢你们登这样的文章", "谢谢你们办了这么好的报纸", "这篇文章写得真好，谢谢你们",
    "你们辛苦了，天冷多穿衣服", "祝你们工作顺利，身体健康", "小编早上好呀", "哎呀太谢谢了", "麻烦你们了",
    "辛苦编辑了哈", "给你们添麻烦了", "不好意思打扰了", "谢谢侬", "晚安", "嗯嗯好", "知道了", "明白了，谢谢老师指点",
    "好的我知道了", "真快呀，谢谢", "回得真快，谢谢", "那就好，谢谢", "好，辛苦了", "[抱拳][抱拳]", "🙏🙏",
    "谢谢你耐心回答", "好的好的，麻烦了", "再见", "您客气了", "不用谢", "哈哈，谢谢夸奖", "编辑部的各位老师，大家好",
    "敬礼！", "祝贵报越办越好", "愿贵报越办越红火", "感谢你们为老百姓办实事", "谢谢你们认真看我们老年人的意见",
    "给你们点个赞", "为你们点赞", "你们真负责，谢谢", "太好了，谢谢啊", "看了很感动，谢谢编辑", "向编辑部的同志们问好",
    "早", "下午好呀", "节日快乐", "谢谢小王编辑", "阿姨谢谢你们了", "那我先谢谢了", "好滴，辛苦啦", "老师，早呀",
    "谢谢小同志", "感谢感谢", "真是太感谢你们了", "谢谢你们的提醒", "谢谢你们这么快就回复我",
    "谢谢报社给我们老年人办了好事", "这期办得好，谢谢你们的辛勤劳动", "感谢编辑记者们，文章我看哭了",
    "你们的报纸陪了我十年，谢谢", "好的呀，谢谢侬", "好，我晓得了，谢谢", "明白，谢谢指教", "费心了", "让您费心了",
    "有劳了", "拜托了", "承蒙关照", "向你们致敬", "祝你们越办越好", "祝编辑部同仁们冬安", "天冷了，你们也注意身体",
    "你们也早点休息", "辛苦了，早点下班", "周末愉快", "再会", "下次见", "回头见", "👌", "[微笑]",
    "[玫瑰][玫瑰][玫瑰]谢谢", "谢谢，没有别的了", "没别的错了，谢谢", "就这些，麻烦啦", "就这一处，谢谢", "哦哦好的",
    "行，谢谢", "晓得了晓得了", "老师好，有人在吗", "请问有人吗",
)  # fmt: skip


@pytest.mark.parametrize("text", COURTEOUS)
def test_a_courtesy_is_a_greeting(text: str) -> None:
    assert read(text, sent_at=SENT, index=index(), waiting=Waiting()).intent is Intent.GREETING
    assert talk("柳湾3版“食唐”应为“食堂”", text).intents[-1] is Intent.GREETING


@pytest.mark.parametrize("text", [
    "谢谢，我家的暖气还是不热", "感谢你们，就是字太小", "谢谢，顺便问下订报怎么弄", "你们辛苦了，但是报纸老是送不到",
    "谢谢你们，能不能来我们小区拍个照",
    "你们的报纸我每期都剪下来", "祝你们早日把错字消灭掉", "谢谢，报纸送晚了", "文章写得真感人", "辛苦了，头版那张照片拍得太暗",
])  # fmt: skip
def test_a_letter_that_is_polite_is_a_letter(text: str) -> None:
    assert talk("柳湾3版“食唐”应为“食堂”", text).intents[-1] is Intent.OTHER


def test_an_error_told_with_thanks_is_a_report() -> None:
    conversation = talk("谢谢你们办了这么好的报纸，柳湾2版“白塘”应为“白糖”，辛苦了")
    assert ([one.wrong for one in conversation.standing()], conversation.intents) == (["白塘"], [Intent.REPORT])


@pytest.mark.parametrize(("text", "about"), [
    ("这篇文章写得真好，谢谢你们", About.KINDNESS), ("谢谢你们的提醒", None), ("好的，谢谢", None),
    ("祝你们越办越好", About.WISH),
])  # fmt: skip
def test_praise_is_told_from_mere_thanks(text: str, about: About | None) -> None:
    assert questions.about(text, Intent.GREETING) is about
