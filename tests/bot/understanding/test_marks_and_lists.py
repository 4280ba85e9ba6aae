"""Quotation marks that are lost or turned about, and several errors in one sentence: none is lost, none is guessed."""

from __future__ import annotations

import pytest

from bot.understanding.values import Located
from tests.support.conversation import Conversation
from tests.support.demo_talk import SENT, index, pairs

TOLD = ("请不要把密码告诉他", "请不要把密码告诉他人")


@pytest.mark.parametrize("text", [
    "请不要把密码告诉他”漏了“人”字", "请不要把密码告诉他“漏了”人“字", "柳湾版3版，请不要把密码告诉他”漏了“人”字",
    "”请不要把密码告诉他“漏了”人“字",
    "’请不要把密码告诉他’漏了’人’字", "“请不要把密码告诉他”漏了“人”字", "“请不要把密码告诉他”少一个人字",
])  # fmt: skip
def test_what_is_missing_stands_where_the_quotation_breaks_off(text: str) -> None:
    assert pairs(text) == [TOLD]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("食唐”应为“食堂”", [("食唐", "食堂")]),
        ("柳湾1版食唐”应为“食堂", [("食唐", "食堂")]),
        ("头版”社区食唐“应为”社区食堂“", [("社区食唐", "社区食堂")]),
        ("3版请不要把密码告诉他”应为“请不要把密码告诉他人", [TOLD]),
        ("把“应为”印成“因为”", [("因为", "应为")]),
    ],
)
def test_a_mark_that_closes_what_nobody_opened_is_no_quotation_of_the_verb(text: str, told: list[tuple[str, str]]) -> None:
    assert pairs(text) == told


@pytest.mark.parametrize("text", ["“树根喝不水”少了“到”字", "树根喝不水”少了“到”字", "“请不要把密码告诉他”漏了字"])
def test_what_is_missing_is_not_put_at_the_end_where_it_may_belong_within_or_is_not_named(text: str) -> None:
    assert [right for _, right in pairs(text)] == [None]


def test_what_is_missing_nobody_knows_where_is_kept_as_it_was_said() -> None:
    assert Conversation(index()).say("“树根喝不水”少了“到”字", SENT).findings[0].reason == "少了“到”字"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("“树根喝不水”少了“到”字，“圈仝”应为“圈套”", [("树根喝不水", None), ("圈仝", "圈套")]),
        ("“圈仝”应为“圈套”，“树根喝不水”少了“到”字", [("圈仝", "圈套"), ("树根喝不水", None)]),
        ("梧桐里7版“圈仝”是“圈套”吧，“加人”是“家人”", [("圈仝", "圈套"), ("加人", "家人")]),
        ("“圈仝”应是“圈套”，“加人”是“家人”", [("圈仝", "圈套"), ("加人", "家人")]),
        ("“帐户”应为“账户”，“按装”也错了", [("帐户", "账户"), ("按装", None)]),
        ("“认领取”多了“取”字，“帐户”应为“账户”", [("取", ""), ("帐户", "账户")]),
    ],
)
def test_each_error_of_a_sentence_is_a_report_however_differently_they_are_told(
    text: str, told: list[tuple[str, str | None]],
) -> None:
    assert pairs(text) == told


def test_both_halves_of_such_a_sentence_are_found_in_print() -> None:
    found = Conversation(index()).say("梧桐里7版“圈仝”是“圈套”吧，“加人”是“家人”", SENT).findings
    assert {one.located for one in found} == {Located.FOUND}


LETTER = (
    "编辑同志：我发现柳湾版有以下差错：1、头版\"COMUNITY\"少了一个M。2、头版《楼道里的\"老法师\"又上岗了》\"柳弯街道\"应为\"柳湾街道\"。"
    "3、2版\"坐立不按\"应为\"坐立不安\"。4、二版\"白塘\"应为\"白糖\"。5、三版结余3540元，算下来应该是3450元。"
)
SCHOLAR = (
    "近日细读十一月号柳湾版，发现几处。其一，第六版《老人防跌到 先看卫生间和床边》一文，题目中的“跌到”显系“跌倒”之误。"
    "其二，同文末段“以避免不再发生骨折移位”，“避免”与“不再”语意重复，应删去“不再”。"
    "其三，第三版《上门量血压 一年走坏三双鞋》中“通过这个办法，使赵婆婆再也没有吃错过药”一句缺主语，应删去“通过”或“使”。"
)


def places(text: str) -> list[tuple[str | None, str | None, Located]]:
    """Page and article stated, and how the words were found."""
    found = Conversation(index()).say(text, SENT).findings
    return [(one.page, (one.article_text or "")[:3] or None, one.located) for one in found]


def test_the_article_of_one_error_is_not_that_of_the_next_on_another_page() -> None:
    assert places(LETTER) == [
        ("01", None, Located.FOUND), ("01", "楼道里", Located.FOUND), ("02", None, Located.FOUND), ("02", None, Located.FOUND),
        ("03", None, Located.FOUND),
    ]  # fmt: skip


def test_what_belongs_to_the_next_of_a_list_is_no_reason_of_the_one_before() -> None:
    assert [one.reason for one in Conversation(index()).say(LETTER, SENT).findings] == [None] * 5


def test_a_letter_that_counts_the_old_way_loses_no_error_and_names_no_page_by_its_counting() -> None:
    assert pairs(SCHOLAR) == [("跌到", "跌倒"), ("不再", ""), ("通过", "")]
    assert places(SCHOLAR) == [("06", "老人防", Located.FOUND), ("06", "老人防", Located.FOUND), ("03", "上门量", Located.FOUND)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Coffee写成Cofee了", [("Cofee", "Coffee")]),
        ("Coffee印成了Cofee", [("Cofee", "Coffee")]),
        ("柳湾版七版 全神贯注的敲下去 的应该是地字", [("全神贯注的", "全神贯注地")]),
    ],
)
def test_the_right_form_is_a_word_whole_and_without_what_is_said_of_it(text: str, told: list[tuple[str, str]]) -> None:
    assert pairs(text) == told


def test_words_spoken_around_a_particle_find_it_on_another_page_than_the_one_named() -> None:
    assert places("柳湾版七版 全神贯注的敲下去 的应该是地字") == [("07", None, Located.FOUND)]


def test_a_right_form_given_later_is_without_the_verb() -> None:
    conversation = Conversation(index())
    conversation.say("3540", SENT)
    conversation.say("应该3450", SENT)
    assert [(one.wrong, one.right) for one in conversation.standing()] == [("3540", "3450")]


def found(text: str) -> list[tuple[str | None, str | None, str | None, Located]]:
    return [(one.wrong, one.right, one.context, one.located) for one in Conversation(index()).say(text, SENT).findings]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("柳湾1版优慧的慧错了", ("慧", None, "优慧", Located.FOUND)),
        ("第七版柳树七颗 颗勿对 应该木字旁一个果", ("颗", None, "七颗", Located.FOUND)),
        ("柳湾4版 按装 错了", ("按装", None, None, Located.FOUND)),
        ("柳湾头版愿志者", ("愿志者", None, None, Located.FOUND)),
        ("柳湾2版 白塘", ("白塘", None, None, Located.FOUND)),
    ],
)
def test_a_word_pointed_at_is_the_wrong_one_if_it_is_printed_there(text: str, told: tuple[object, ...]) -> None:
    assert found(text) == [told]


@pytest.mark.parametrize("text", ["柳湾头版食堂", "柳湾3版电梯", "柳湾头版题目错了", "柳湾3版日期不对", "你们 编辑 错了"])
def test_a_word_of_the_paper_or_one_that_is_printed_often_is_none(text: str) -> None:
    assert [wrong for wrong, *_ in found(text)] in ([None], [])


@pytest.mark.parametrize("words", ["错了错了 是“十户人家一致同意”重复了", "错了，是“十户人家一致同意”重复了"])
def test_who_says_that_he_quoted_wrongly_has_one_report_with_the_words_he_means(words: str) -> None:
    conversation = Conversation(index())
    conversation.say("柳湾3版“一致同意，一致同意”重复了", SENT)
    conversation.say(words, SENT)
    assert [(one.wrong, one.located) for one in conversation.standing()] == [("十户人家一致同意", Located.FOUND)]


@pytest.mark.parametrize("verb", ["应为", "应该", "→", "改为"])
def test_words_in_corner_brackets_on_both_sides_of_a_verb_are_quotations(verb: str) -> None:
    assert pairs(f"还有【柳弯街道】{verb}【柳湾街道】") == [("柳弯街道", "柳湾街道")]


def test_brackets_around_labels_are_none() -> None:
    assert pairs("【报纸】柳湾【版面】2【差错】“白塘”应为“白糖”") == [("白塘", "白糖")]


@pytest.mark.parametrize("book", ["词典第六版", "《现代汉语词典》第7版", "辞海第六版"])
def test_the_edition_of_a_dictionary_is_no_page(book: str) -> None:
    conversation = Conversation(index())
    conversation.say("柳湾版3版“个人帐户”应为“个人账户”", SENT)
    conversation.say(f"再补充一下：{book}", SENT)
    assert [(one.page, one.located) for one in conversation.standing()] == [("03", Located.FOUND)]


def test_a_question_about_a_reason_is_no_reason() -> None:
    conversation = Conversation(index())
    conversation.say("柳湾版3版“个人帐户”应为“个人账户”", SENT)
    conversation.say("因为国家规定银行的账户用账", SENT)
    conversation.say("这个理由够不够", SENT)
    assert [one.reason for one in conversation.standing()] == ["因为国家规定银行的账户用账"]


def test_the_wrong_words_said_once_more_are_no_second_report() -> None:
    conversation = Conversation(index())
    conversation.say("梧桐里6版“历害”应为“厉害”", SENT)
    conversation.say("历害错了", SENT)
    assert [(one.wrong, one.right) for one in conversation.standing()] == [("历害", "厉害")]


def standing(*turns: str) -> list[tuple[str | None, str | None]]:
    conversation = Conversation(index())
    for text in turns:
        conversation.say(text, SENT)
    return [(one.wrong, one.right) for one in conversation.standing()]


@pytest.mark.parametrize("text", [
    "昨天看报纸看到一个错的地方就是那个合唱团的电话，写的是6000—04l2，里面是字母l，应该是数字1",
    "合唱团的电话“6000—04l2”，里面那个是字母l不是1",
])  # fmt: skip
def test_a_letter_among_figures_is_told_with_the_number_it_stands_in(text: str) -> None:
    assert pairs(text) == [("6000—04l2", "6000—0412")]


def test_english_between_quotations_and_a_page_in_english_are_understood() -> None:
    assert pairs("Page 2 “3、4天” should be “三四天” 谢谢") == [("3、4天", "三四天")]
    assert places("Page 2 “3、4天” should be “三四天” 谢谢") == [("02", None, Located.FOUND)]


@pytest.mark.parametrize(
    ("turns", "told"),
    [
        (("柳湾头版 食唐", "是食堂"), [("食唐", "食堂")]),
        (("柳湾头版 食唐", "应该是食堂", "第二条 柳湾2版白塘", "应该白糖"), [("食唐", "食堂"), ("白塘", "白糖")]),
        (("柳湾2版“坐立不按”应为“坐立不安”", "第一条改成坐立不宁", "算了 还是坐立不安"), [("坐立不按", "坐立不安")]),
        (("梧桐里5版不亦乐呼应改为不亦乐乎", "打错了 是不亦乐乎的乎"), [("不亦乐呼", "不亦乐乎")]),
        (("柳湾2版“坐立不按”应为“坐立不安”", "算了"), []),
    ],
)
def test_what_is_on_record_at_the_end_of_a_conversation(turns: tuple[str, ...], told: list[tuple[str, str]]) -> None:
    assert standing(*turns) == told


def test_who_comes_back_to_an_article_names_it_again() -> None:
    conversation = Conversation(index())
    for text in ("应该是账户，不是帐户，3版，医保那篇，柳湾", "不是医保那篇，是骗子电话那篇", "还是医保那篇吧"):
        conversation.say(text, SENT)
    assert [(one.article_text, one.located) for one in conversation.standing()] == [("医保那篇", Located.FOUND)]
