"""What readers write back to a receipt: a word, a figure, a question; nothing is done that was not asked for."""

from __future__ import annotations

import pytest

from bot.dialogue import phrases, questions
from bot.understanding.values import About
from models.enums import MessageFate, NameState, ReportState
from models.readers import Reader
from tests.support.world import Chat, messages_of, open_contest, reports_of, rows

CANTEEN = "柳湾版3版《社区食堂开张》，“八折优慧”应为“八折优惠”"


@pytest.fixture
def begun(databases):
    return databases.begun(open_contest)


def answered(chat: Chat, words: str) -> str:
    """The reply to some words behind a report; the report stays as it is."""
    chat.say("oA", CANTEEN)
    reply = chat.say("oA", words)
    assert [(one.state, one.wrong, one.right, one.reason) for one in reports_of(chat.engine)] == [
        (ReportState.FILED, "八折优慧", "八折优惠", None)]
    return reply


def names(chat: Chat) -> list[tuple[NameState, str | None]]:
    return [(row.name_state, row.printed_name) for row in rows(chat.engine, Reader)]


@pytest.mark.sampled
@pytest.mark.parametrize("words", ["为什么不算", "我报的怎么不算了", "哪条不算", "是不是不算了", "是不是没收到", "我的收到了吗"])
def test_who_asks_whether_it_counts_takes_nothing_back(chat: Chat, words: str) -> None:
    assert answered(chat, words).startswith("您共报过1处：")


@pytest.mark.sampled
@pytest.mark.parametrize("words", ["我报的算不算", "要是报错了会不会取消资格", "不算吗"])
def test_a_question_about_the_rules_takes_nothing_back(chat: Chat, words: str) -> None:
    answered(chat, words)


@pytest.mark.sampled
@pytest.mark.parametrize("words", ["怎么撤回", "可以撤回吗", "怎么改啊", "能不能修改报错的"])
def test_who_asks_how_to_take_back_or_mend_hears_how(chat: Chat, words: str) -> None:
    assert answered(chat, words) == phrases.HELP


@pytest.mark.sampled
@pytest.mark.parametrize("words", [
    "啊没错，是我看错了", "看错了，报纸没印错", "能不能帮我撤回第一条", "可以取消第1条吗", "不算了",
])  # fmt: skip
def test_who_asks_for_it_to_be_taken_back_or_finds_print_right_takes_it_back(chat: Chat, words: str) -> None:
    chat.say("oA", CANTEEN)
    assert chat.say("oA", words) == "好的，第1条（“八折优慧”）已经撤回。"


def test_who_wants_it_on_record_after_all_hears_how(chat: Chat) -> None:
    chat.say("oA", CANTEEN)
    chat.say("oA", "算了不报了")
    assert chat.say("oA", "还是报吧").endswith("撤回了的还想报，再写一遍就行。")


@pytest.mark.sampled
@pytest.mark.parametrize("words", [
    "1", "2", "666", "10001", "喂", "人呢", "谁来评的", "去哪里拿", "不是这个", "不是的", "照片里红圈圈出来的就是",
    "没人理我吗", "不对",
])  # fmt: skip
def test_what_is_said_behind_the_question_for_a_name_is_none(chat: Chat, words: str) -> None:
    answered(chat, words)
    assert names(chat) == [(NameState.ASKED, None)]


@pytest.mark.parametrize("words", ["不老松", "有心人", "还珠格格", "哪吒", "来福"])
def test_a_nickname_of_any_kind_is_a_name(chat: Chat, words: str) -> None:
    answered(chat, words)
    assert names(chat) == [(NameState.GIVEN, words)]


@pytest.mark.parametrize(("words", "name"), [
    ("登报写我奶奶的名字王秀英", "王秀英"), ("署名：我外公的名字叫李大明", "李大明"), ("我的名字写错了，是李肆", "李肆"),
])  # fmt: skip
def test_a_grandchild_gives_the_name_of_whom_it_writes_for(chat: Chat, words: str, name: str) -> None:
    answered(chat, words)
    assert names(chat) == [(NameState.GIVEN, name)]


@pytest.mark.sampled
@pytest.mark.parametrize(("words", "about"), [
    ("1", About.CLOSING), ("88", About.CLOSING), ("发错人了", About.CLOSING), ("不对", About.DENIED), ("不对不对", About.DENIED),
    ("不是这个", About.DENIED), ("你们搞错了", About.DENIED), ("能提示一下吗", About.NONE_FOUND),
    ("我看了半天没找到错，哪里有错啊", About.NONE_FOUND),
])  # fmt: skip
def test_what_holds_nothing_for_a_person_is_answered_and_goes_to_nobody(chat: Chat, words: str, about: About) -> None:
    assert answered(chat, words) == questions.PHRASES[about]
    assert messages_of(chat.engine)[-1].fate is MessageFate.READ


@pytest.mark.parametrize("words", ["喂", "没人吗", "有没有人"])
def test_who_knocks_is_greeted(chat: Chat, words: str) -> None:
    assert chat.say("oA", words) == phrases.HELLO


def test_the_right_form_told_with_a_second_message_is_that_of_the_report(chat: Chat) -> None:
    chat.say("oA", "柳湾版3版“八折优慧”错了")

    reply = chat.say("oA", CANTEEN)

    assert reply.startswith("收到，谢谢！记为第1条")
    assert [(one.wrong, one.right) for one in reports_of(chat.engine)] == [("八折优慧", "八折优惠")]


def test_who_gives_another_right_form_hears_how_it_is_changed(chat: Chat) -> None:
    chat.say("oA", CANTEEN)

    told = chat.say("oA", "柳湾版3版《社区食堂开张》，“八折优慧”应为“八折优待”").splitlines()

    assert told == ["这一处您已经报过，是第1条（编号10001）。", "要改成“八折优待”，回“改 1 改正 八折优待”。"]
    chat.say("oA", "改 1 改正 八折优待")
    assert [(one.wrong, one.right) for one in reports_of(chat.engine)] == [("八折优慧", "八折优待")]


def test_who_says_the_same_once_more_hears_that_it_is_on_record(chat: Chat) -> None:
    assert "不用再发" in answered(chat, CANTEEN)


@pytest.mark.parametrize("words", ["在吗", "你好", "喂", "早上好", "有人吗"])
def test_who_greets_behind_a_report_is_greeted_and_not_thanked(chat: Chat, words: str) -> None:
    assert answered(chat, words) == questions.PHRASES[About.HELLO]


@pytest.mark.parametrize("words", ["谢谢", "🙏", "[玫瑰]", "早上好，谢谢"])
def test_who_thanks_is_thanked(chat: Chat, words: str) -> None:
    assert answered(chat, words) == phrases.THANKS


@pytest.mark.parametrize("words", ["好的没问题", "按字"])
def test_an_answer_is_no_name(chat: Chat, words: str) -> None:
    answered(chat, words)
    assert names(chat) == [(NameState.ASKED, None)]


@pytest.mark.parametrize("reported", [True, False])
def test_who_praises_is_thanked_and_shown_to_the_editors(chat: Chat, reported: bool) -> None:
    praise = "这篇文章写得真好，谢谢你们"
    assert (answered(chat, praise) if reported else chat.say("oA", praise)) == questions.PHRASES[About.KINDNESS]
    assert messages_of(chat.engine)[-1].fate is MessageFate.DESK


def test_who_gives_up_what_he_only_announced_keeps_what_he_told(chat: Chat) -> None:
    answered(chat, "我要纠错")
    assert chat.say("oA", "算了，找不到那句话，不报了") == questions.PHRASES[About.CLOSING]
    assert [one.state for one in reports_of(chat.engine)] == [ReportState.FILED]
    assert chat.say("oA", "六版") != phrases.STILL_UNCLEAR


def test_who_gives_up_and_told_nothing_is_answered_too(chat: Chat) -> None:
    chat.say("oA", "我要纠错")
    assert chat.say("oA", "算了不报了") == questions.PHRASES[About.CLOSING]
    assert reports_of(chat.engine) == []


def test_the_right_forms_of_two_come_with_their_place(chat: Chat) -> None:
    chat.say("oA", "“八折优慧”和“坐立不按”都错了")
    chat.say("oA", "分别是“八折优惠”“坐立不安”，柳湾的")
    assert [(one.wrong, one.right) for one in reports_of(chat.engine)] == [("八折优慧", "八折优惠"), ("坐立不按", "坐立不安")]
