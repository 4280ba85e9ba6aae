"""What readers ask beside the rules, and what only sounds like it."""

from __future__ import annotations

import signal

import pytest

from bot.dialogue import questions
from bot.understanding.values import About, Intent


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("奖品是啥？一百块现金怎么拿？要不要我自己出邮费", About.PRIZE), ("领奖要身份证吗", About.PRIZE),
        ("奖金怎么领", About.PRIZE),
        ("我没收到奖金", About.PRIZE), ("得了奖会通知我吗", About.PRIZE),
        ("会打电话给我吗", About.PRIZE), ("什么时候发奖金", About.PRIZE),
        ("谁来评的啊", About.JUDGED), ("评得公平吗", About.JUDGED), ("怎么申诉", About.JUDGED), ("我不服气", About.JUDGED),
        ("你们编辑评得不对", About.JUDGED), ("凭什么说我不是第一个", About.JUDGED),
        ("这期报纸没有错误，我看了三遍", About.NONE_FOUND), ("错字在哪里啊", About.NONE_FOUND),
        ("为什么我第二", About.JUDGED), ("谢谢编辑，已经看到更正了", About.KINDNESS), ("更正真快", About.KINDNESS),
        ("柳湾3版电话诈骗那篇说验证码不能给别人，提醒了我", None),
        ("遗失声明那栏印错了身份证号", None), ("没人理我吗", About.COMPLAINT),
        ("这期老面店那篇写得真好，看哭了", About.KINDNESS), ("陆师傅的面店写得太好了", About.KINDNESS), ("写得太差了", None),
        ("我是柳湾老读者了，今年七十二，眼睛不太好，这个怎么弄的呀", About.HOW),
        ("你们要我的身份证号码伐？现在骗子多", About.IDENTITY), ("我的电话会不会给别人", About.IDENTITY),
        ("我孙子十二岁可以参加吗", About.CHILD), ("我老伴也想参加，用我的微信可以吗", About.SHARED),
        ("我把圈好的报纸拍照发过来可以吗", About.PHOTO), ("我不会打字怎么办", About.VOICE), ("可以用语音说吗", About.VOICE),
        ("报社的地址在哪里，我想把报纸寄过来", About.ADDRESS), ("你是机器人吗", About.MACHINE),
        ("转人工", About.PERSON), ("我要找个人说说，有没有电话", About.PERSON), ("你们编辑部电话多少", About.PERSON),
        ("你们的报纸错别字太多了，以前哪有这么多错！！！", About.COMPLAINT), ("没有了", About.CLOSING), ("没有了，谢谢", None),
        ("我的手机号是1380013", About.CONTACT), ("电话写错了，是13800000000", About.CONTACT),
        ("手机 138 0000 0000", About.CONTACT),
        ("电话要不要留给你们", About.CONTACT), ("我家住柳湾路88弄3号楼501", About.CONTACT),
        ("我不想参加了，把我的东西都删掉", About.LEAVING), ("我退出了", About.LEAVING), ("算了不报了", About.CLOSING),
        ("你们公众号上周那篇推送错了个字", About.ONLINE), ("你是谁", About.MACHINE),
        ("忘了发了，能不能通融一下", About.EARLIER), ("上个月得了优秀，东西还没拿到", About.PRIZE),
        ("奖品什么时候发", About.PRIZE),
        ("你们几点下班", About.ADDRESS), ("电话多少", About.PERSON), ("对的", About.CLOSING), ("是的", About.CLOSING),
        ("你们报纸办得真好，邻里故事很感人", About.KINDNESS), ("希望多登一些老年人的内容", About.KINDNESS),
        ("你们的报纸越来越不好看", None), ("你们报纸上的食堂几点开门", None),
        ("我很喜欢看你们的报纸，就是错字太多", About.COMPLAINT),
        ("你们怎么知道我的名字", About.KNOWN), ("怎么知道我的名字", About.KNOWN), ("咋会有我的电话", About.KNOWN),
        ("谁告诉你们我的电话的", About.KNOWN),
        ("我的名字你们从哪里看到的", About.KNOWN),
        ("你们看得到我的微信号吗", About.KNOWN), ("你们怎么知道这个故事的", None),
        ("你们会不会把我的手机号给别人", About.IDENTITY),
        ("我不放心，请把我的聊天记录都删了", About.LEAVING), ("我和他合用一个微信，奖算我的还是算他的", About.SHARED),
        ("好的，明天再找", About.CLOSING), ("你们校对是吃干饭的吗", About.COMPLAINT),
        ("我上次报的你们理都不理，什么态度", About.COMPLAINT),
        ("发了好几次都没人回", About.COMPLAINT), ("没人管吗？", About.COMPLAINT),
        ("气死我了，再也不报了", About.COMPLAINT),
        ("名字能写我妈的吗", About.NAMES),
        ("请问第三社区食堂的电话是多少", None), ("楼上漏水没人管，我要投诉物业", None), ("家里的鹦鹉丢了", None),
    ],
)  # fmt: skip
def test_a_letter_that_asks_has_its_own_answer(text: str, about: About | None) -> None:
    assert questions.about(text, Intent.OTHER) is about


@pytest.mark.parametrize(
    ("text", "about"),
    [("好的", About.CLOSING), ("再见", About.CLOSING), ("哦", About.CLOSING), ("收到。", About.CLOSING),
     ("祝编辑部的同志们身体健康，工作顺利！", About.WISH), ("谢谢，祝新年快乐", None), ("好的，谢谢", None), ("🌹🌹", None)],
)  # fmt: skip
def test_thanks_alone_are_answered_as_thanks(text: str, about: About | None) -> None:
    assert questions.about(text, Intent.GREETING) is about


@pytest.mark.parametrize(
    ("text", "intent", "about"),
    [("获奖了打我电话", Intent.WINNERS, About.CONTACT), ("我手机号要不要留给你们", Intent.RULES, About.CONTACT),
     ("我叫吴建国，电话13800138000", Intent.NAME, About.CONTACT), ("我叫吴建国", Intent.NAME, None),
     ("上期的还算吗", Intent.DEADLINE, About.EARLIER), ("哪天截止", Intent.DEADLINE, None)],
)  # fmt: skip
def test_a_number_of_his_own_and_an_earlier_issue_are_answered_whatever_else_is_asked(
    text: str, intent: Intent, about: About | None,
) -> None:
    assert questions.about(text, intent) is about


@pytest.mark.parametrize(
    ("text", "own"),
    [("电话写错了，是13800000000", True), ("我的手机号是1380013", True), ("电话错了，应该是60000412", False),
     ("8版广告电话13800000000应为13800001111", False)],
)  # fmt: skip
def test_a_number_of_his_own_is_told_from_one_in_print(text: str, own: bool) -> None:
    assert questions.is_contact(text) is own


@pytest.mark.parametrize("text", [piece * (78 // len(piece)) + "x" for piece in ("嗯", "对", "哦嗯", "好的", "1", "我的")])
def test_no_run_of_the_same_words_is_tried_in_every_way(text: str) -> None:
    def give_up(*_: object) -> None:
        pytest.fail("tried in more ways than there is time for")

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, 2)
    try:
        assert questions.about(text, Intent.OTHER) is questions.about(text, Intent.GREETING) is None
        assert not questions.is_contact(text)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@pytest.mark.parametrize("intent", [Intent.REPORT, Intent.SUPPLEMENT, Intent.NAME, Intent.DEADLINE, Intent.WITHDRAW])
def test_nothing_is_sought_in_what_is_something_else(intent: Intent) -> None:
    assert questions.about("奖金怎么领", intent) is None


def test_a_question_about_the_rules_stays_one() -> None:
    assert questions.about("标点错了算不算差错", Intent.RULES) is None


def test_every_answer_is_short() -> None:
    said = [*questions.PHRASES.values(), questions.address("到编辑部来"), questions.EARLIER,
            questions.prize("100元", 10, by_post=True, come="到编辑部来（周一至周五 9:00—17:00），或打021-00000000")]  # fmt: skip
    assert {one: len(one) for one in said if len(one) > 170 or len(one.splitlines()) > 3} == {}
    assert {About.PRIZE, About.ADDRESS, About.EARLIER} | set(questions.PHRASES) == set(About)


@pytest.mark.parametrize(("text", "about"), [
    ("你好，我是头一次报，不知道怎么弄", About.HOW), ("登报的名字可以用网名吗", About.NAMES), ("要不要写真名", About.NAMES),
    ("奖金是现钱还是打到微信里", About.PRIZE), ("一个人可以得几次奖", None), ("标题错了算吗", None),
])  # fmt: skip
def test_of_the_rules_is_told_what_was_asked(text: str, about: About | None) -> None:
    assert questions.about(text, Intent.RULES) is about
