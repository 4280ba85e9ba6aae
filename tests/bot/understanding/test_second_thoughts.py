"""What readers write after a report: a question about it, a second and a third thought, a name; never taken for one another."""

from __future__ import annotations

import pytest

from bot.understanding.read import read
from bot.understanding.values import Finding, Intent, Located, Waiting
from tests.support.demo_talk import SENT, index
from tests.support.demo_talk import talk as said

REPORT = "柳湾2版“白塘”应为“白糖”"
TWO = "柳湾1版“优慧”应为“优惠”；柳湾2版“白塘”应为“白糖”"


def told(*turns: str) -> list[tuple[str | None, str | None, str | None, str | None]]:
    return [(one.page, one.wrong, one.right, one.reason) for one in said(*turns).standing()]


def named(text: str) -> tuple[Intent, str | None]:
    """What the words are after the receipt that asked for a name."""
    waiting = Waiting(None, Finding(wrong="白塘", right="白糖"), has_reports=True, asked_name=True)
    reading = read(text, sent_at=SENT, index=index(), waiting=waiting)
    return reading.intent, reading.name


@pytest.mark.parametrize("text", [
    "算我第几个发现的", "要等多久才有结果", "要不要写我的名字", "能不能写两个名字，我和老伴",
    "怎么还没消息", "饺子的饺", "多久登出来",
])  # fmt: skip
def test_a_question_is_no_name(text: str) -> None:
    assert named(text)[1] is None


@pytest.mark.parametrize(("text", "name"), [
    ("登报写她的名字：王秀英", "王秀英"), ("登她的名字张桂芳", "张桂芳"), ("写我妈的名字，王秀英", "王秀英"),
    ("署名我老伴的名字李大明", "李大明"),
    ("闲云野鹤", "闲云野鹤"), ("哪吒", "哪吒"), ("就写早起的鸟", "早起的鸟"),
])  # fmt: skip
def test_a_name_is_what_shall_be_printed_and_not_the_words_before_it(text: str, name: str) -> None:
    assert named(text) == (Intent.NAME, name)


@pytest.mark.parametrize("text", [
    "我上个月报的呢", "我上个月报的那个呢", "上次那个白糖的呢", "第1条呢", "第1条怎么样了", "第一条现在什么情况", "1号有消息吗",
    "那条呢",    "10001号怎么样了", "第5条有结果伐",
    "几时给答复", "要等多久才有结果", "怎么还是待评", "算我第几个发现的", "那条白塘的还在吗",
])  # fmt: skip
def test_who_asks_what_became_of_a_report_changes_none(text: str) -> None:
    assert said(REPORT, text).intents[-1] is Intent.STATUS
    assert told(REPORT, text) == told(REPORT)


@pytest.mark.parametrize("text", ["那你们管不管解放日报", "解放日报收不收"])
def test_a_question_about_another_newspaper_changes_no_report(text: str) -> None:
    assert said(REPORT, text).intents[-1] is Intent.RULES
    assert said(REPORT, text).standing() == said(REPORT).standing()


@pytest.mark.parametrize(("later", "right"), [
    (("写错了，应为白汤", "又错了，是白糖"), "白糖"),
    (("不是白糖，是白汤",), "白汤"),
    (("不是白糖是白汤", "还是白糖"), "白糖"),
    (("刚才那条不对，不是白塘，是白汤",), "白汤"),
])  # fmt: skip
def test_a_second_thought_is_a_right_form_and_no_reason(later: tuple[str, ...], right: str) -> None:
    assert told(REPORT, *later) == [("02", "白塘", right, None)]


@pytest.mark.parametrize(("later", "right"), [
    (("第二条不是白糖是白汤",), "白汤"), (("第2条不是白糖是白汤", "第二条还是白糖"), "白糖"),
])  # fmt: skip
def test_a_second_thought_about_one_of_several(later: tuple[str, ...], right: str) -> None:
    assert told(TWO, *later) == [("01", "优慧", "优惠", None), ("02", "白塘", right, None)]


@pytest.mark.parametrize("text", ["页码也错了，是3版", "不对不对，是3版", "页数写错了，是3版", "哎呀不是，是3版"])
def test_another_page_is_that_of_the_report(text: str) -> None:
    assert told(REPORT, text) == [("03", "白塘", "白糖", None)]


@pytest.mark.parametrize("text", ["第一条不要了，第二条改成白汤", "第1条作废，第2条应该是白汤"])
def test_one_report_is_taken_back_and_the_other_mended(text: str) -> None:
    assert told(TWO, text) == [("02", "白塘", "白汤", None)]


def test_another_paper_is_that_of_the_report_just_talked_about_and_not_of_one_that_waits() -> None:
    found = said("梧桐里2版有个错字", REPORT, "不是柳湾是梧桐里").standing()
    assert [(one.paper_text, one.page, one.wrong) for one in found] == [("梧桐里", "02", None), ("梧桐里", "02", "白塘")]


def test_two_pages_named_are_those_of_an_edition_that_has_them_apart() -> None:
    found = said("“不亦乐呼”应为“不亦乐乎”", "四、五版那张").standing()
    assert [(one.page, one.located) for one in found] == [("04、05", Located.FOUND)]


@pytest.mark.parametrize(("text", "right"), [
    ("柳湾2版“3、4天”应该写三四天", "三四天"), ("柳湾2版“3、4天”要写成三四天才对", "三四天"), ("柳湾2版“3、4天”应该用汉字", None),
    ("柳湾2版“3、4天”应该写清楚", None),
])  # fmt: skip
def test_what_should_be_written_for_a_quotation_is_its_right_form_if_it_is_like_it(text: str, right: str | None) -> None:
    assert [(one.wrong, one.right) for one in said(text).standing()] == [("3、4天", right)]


@pytest.mark.parametrize("text", ["你们的报纸怎么搞的，错别字连篇，还好意思印出来！", "错别字连篇，像什么话"])
def test_anger_is_no_question_about_the_rules(text: str) -> None:
    assert said(text).intents == [Intent.OTHER]


@pytest.mark.parametrize("text", ["对不起打扰了", "抱歉啊"])
def test_who_excuses_himself_is_courteous(text: str) -> None:
    assert said(REPORT, text).intents[-1] is Intent.GREETING


@pytest.mark.parametrize("words", ["不对，应该是饭店", "错了，应该是饭店", "哎呀写错了，应该是饭店", "更正一下，应该是饭店"])
def test_a_no_before_another_right_form_is_no_error_of_its_own(words: str) -> None:
    assert [one[1:3] for one in told("“食唐”应为“食堂”", words)] == [("食唐", "饭店")]
