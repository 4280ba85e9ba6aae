"""How older readers write in one breath, and what must not happen to a report that is on record already."""

from __future__ import annotations

import pytest

from bot.understanding.values import Amendment, Field, Intent, Located
from tests.support.conversation import Conversation
from tests.support.demo_talk import SENT, index, pairs

PASSWORD = "三版医保那篇，请不要把密码告诉他，漏了个人字"


def test_three_errors_in_one_breath_are_three_reports_found_in_print() -> None:
    text = ("编辑同志您好！我是柳湾的老读者，看贵报有十几年了，这期报纸我戴着老花镜从头看到尾，头版食堂那个题目食唐，"
            "明明是食堂嘛，还有里面优慧应该是优惠，还有一个愿志者颠倒了，你们校对是不是没有看啊")
    found = Conversation(index()).say(text, SENT).findings
    assert [(one.wrong, one.right) for one in found] == [("食唐", "食堂"), ("优慧", "优惠"), ("愿志者", None)]
    assert {one.located for one in found} == {Located.FOUND}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("重阳节明明是九月初九，怎么印成八月初九啦？哪个编辑写的？", [("八月初九", "九月初九")]),
        ("重阳节是九月初九，印成八月初九", [("八月初九", "九月初九")]),
        ("柳湾第六版老人防跌倒那个标题倒字印成到了少了个人字旁应该是跌倒的倒", [("老人防跌到", "老人防跌倒")]),
        ("柳湾二版，3、4天勿对，应该是三四天", [("3、4天", "三四天")]),
        ("五版按装错了是安装，你们又来了，上个月也是按装", [("按装", "安装")]),
        ("七版还有电话号码写的是6000—04l2，里面那个是字母l不是1", [("6000—04l2", "6000—0412")]),
    ],
)
def test_right_form_is_whole_and_nothing_but_the_right_form(text: str, told: list[tuple[str, str]]) -> None:
    assert pairs(text) == told


def test_a_missing_character_is_one_error_and_not_two() -> None:
    assert [wrong for wrong, _ in pairs(PASSWORD)] == ["请不要把密码告诉他"]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (PASSWORD, None), ("请不要把密码告诉他，漏了一个人字", None),
        ("请不要把密码告诉他，后面漏了个人字", "请不要把密码告诉他人"),
        ("三版请不要把密码告诉他最后漏了一个人字", "请不要把密码告诉他人"),
    ],
)
def test_a_missing_character_goes_where_he_says_and_nowhere_by_guess(text: str, right: str | None) -> None:
    assert pairs(text) == [("请不要把密码告诉他", right)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("柳树七颗 颗错了 棵", ("颗", "棵", "柳树七颗", Located.NOT_FOUND)),
        ("七版老柳树还剩七颗 颗错了 棵", ("颗", "棵", "老柳树还剩七颗", Located.FOUND)),
        ("柳湾七版柳树七颗，颗字错了，是棵", ("颗", "棵", "柳树七颗", Located.FOUND)),
    ],
)
def test_a_character_said_again_is_the_wrong_one_and_what_sounds_like_it_the_right(
    text: str, told: tuple[str, str, str, Located],
) -> None:
    found = Conversation(index()).say(text, SENT).findings
    assert [(one.wrong, one.right, one.context, one.located) for one in found] == [told]


@pytest.mark.parametrize("text", ["我看了七颗 颗错了 谢", "老柳树还剩七颗，颗错了，颗"])
def test_a_character_that_sounds_otherwise_is_no_right_form(text: str) -> None:
    assert [right for _, right in pairs(text) if right] == []


@pytest.mark.parametrize("words", ["是柳湾没错", "是柳湾的没错", "没错，是柳湾", "是柳湾没错的"])
def test_a_yes_with_the_name_of_the_paper_names_the_paper(words: str) -> None:
    conversation = Conversation(index())
    conversation.say("“优慧”应为“优惠”", SENT)
    assert conversation.say(words, SENT).intent is Intent.SUPPLEMENT
    assert [(one.paper_text, one.wrong, one.reason) for one in conversation.standing()] == [("柳湾", "优慧", None)]


def test_last_month_named_only_to_compare_is_not_the_issue() -> None:
    reading = Conversation(index()).say("五版按装错了，应该是安装，你们又来了，上个月也是按装", SENT)
    assert [(one.issue_label, one.located) for one in reading.findings] == [(None, Located.FOUND)]


def test_words_about_another_error_do_not_mend_the_report_on_record() -> None:
    conversation = Conversation(index())
    conversation.say("三版电梯那篇，结余3540元，我算来算去10800减7350是3450，差了九十块钱，不得了的", SENT)
    conversation.say("刚才写错了，不是愿志者，是志愿者写反了", SENT)
    assert (conversation.standing()[0].wrong, conversation.standing()[0].right) == ("3540", "3450")


def test_a_report_named_by_a_number_that_is_not_there_is_not_the_newest() -> None:
    conversation = Conversation(index())
    conversation.say("三版电梯那篇，结余3540元，我算来算去10800减7350是3450", SENT)
    assert conversation.say("刚才那个第三条写错了，不是愿志者，是志愿者写反了", SENT).targets == (3,)


def test_another_paper_is_no_right_form() -> None:
    conversation = Conversation(index())
    conversation.say("柳湾" + PASSWORD, SENT)
    reading = conversation.say("刚才发错了，密码那条应该是梧桐里的报纸", SENT)
    assert (reading.intent, reading.amendments) == (Intent.SUPPLEMENT, (Amendment(Field.PAPER, "梧桐里"),))


def test_a_character_explained_takes_the_place_of_the_one_that_sounds_like_it() -> None:
    conversation = Conversation(index())
    conversation.say("梧桐里头版再接再励的励应该是力气的力吧", SENT)
    conversation.say("哦老伴讲是厉害的厉，我写错了", SENT)
    assert [one.right for one in conversation.standing()] == ["再接再厉"]


def test_a_further_page_with_a_mark_too_many_is_another_report() -> None:
    conversation = Conversation(index())
    conversation.say("柳湾第六版老人防跌倒那个标题，跌到应为跌倒", SENT)
    conversation.say("七版老裁缝那里有个句号后面又有逗号", SENT)
    assert [(one.page, one.wrong) for one in conversation.standing()] == [("06", "跌到"), ("07", "连的是人心。，")]


@pytest.mark.parametrize("words", ["好的", "收到", "谢谢"])
def test_a_courtesy_is_no_quotation_though_it_stands_in_print(words: str) -> None:
    conversation = Conversation(index())
    conversation.say("柳湾五版有个错字", SENT)
    conversation.say(words, SENT)
    assert [(one.wrong, one.right) for one in conversation.standing()] == [(None, None)]


def test_a_page_said_again_by_mistake_stays_with_the_same_report() -> None:
    conversation = Conversation(index())
    conversation.say("柳湾第六版老人防跌倒那个标题，跌到应为跌倒", SENT)
    assert conversation.say("不对不对我讲错了是第六版最上面那个大标题", SENT).intent is Intent.SUPPLEMENT


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("报上能不能不登我真名字，登个老李头行不", "老李头"), ("登报的名字，写个柳湾老张可以吗", "柳湾老张"),
        ("署名个园主人", "个园主人"),
    ],
)
def test_name_in_a_question_is_the_name_alone(text: str, name: str) -> None:
    assert Conversation(index()).say(text, SENT).name == name


def test_complaint_at_large_is_no_question_about_the_rules() -> None:
    text = "你们的报纸错别字太多了，我都不想看了，以前哪有这么多错！！！"
    assert Conversation(index()).say(text, SENT).intent is Intent.OTHER
