"""What is said to a reader's later words is true: of what changed, of what did not, and of what is still missing."""

from __future__ import annotations

import pytest

from bot.dialogue import phrases, questions
from bot.dialogue.phrases import ASKS
from bot.understanding.values import About, Field
from models.enums import NameState, ReportState
from models.readers import Reader
from tests.support.world import open_contest, reports_of, rows

CANTEEN = "柳湾版3版《社区食堂开张》，“八折优慧”应为“八折优惠”"
NOTHING = "好的，本来就是这样，不用改。记为第1条"


@pytest.fixture
def begun(databases):
    return databases.begun(open_contest)


@pytest.mark.parametrize("words", ["对，是柳湾", "对，是3版", "是第3版", "对对对就是食堂那篇"])
def test_who_says_what_is_on_record_hears_that_it_is(chat, words):
    chat.say("oA", CANTEEN)

    reply = chat.say("oA", words)

    assert reply.startswith(NOTHING)
    assert "“八折优慧”→“八折优惠”" in reply


def test_who_says_what_print_told_hears_that_it_is_so(chat):
    chat.say("oA", "柳湾“八折优慧”应为“八折优惠”")

    assert chat.say("oA", "是第3版").startswith(NOTHING)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("应该是八折优待，我写错了", "好的，已经改好。记为第1条"),
        ("是梧桐里的，报纸写错了", "好的，已经改好。记为第1条"),
        ("补充：词典里没有优慧这个词", "好的，已经补上。记为第1条"),
    ],
)
def test_what_is_changed_and_what_is_added_are_told_apart(chat, words, said):
    chat.say("oA", CANTEEN)

    assert chat.say("oA", words).startswith(said)


def test_who_mends_the_page_of_what_he_has_only_half_told_is_asked_for_the_rest(chat):
    chat.say("oA", "柳湾3版有个错字")

    reply = chat.say("oA", "不是3版，是1版")

    assert reply.startswith("好的，已经改好。记为第1条")
    assert reply.splitlines()[-1] == ASKS[Field.DETAIL]


def test_then_his_answer_is_taken_for_the_words(chat):
    chat.say("oA", "柳湾3版有个错字")
    chat.say("oA", "不是3版，是1版")

    chat.say("oA", "污水横留")

    assert [(row.page_label, row.wrong) for row in reports_of(chat.engine)] == [("01", "污水横留")]


def test_what_he_says_of_words_without_a_right_form_stands_in_his_receipt(chat):
    assert "差错：“家住银杏路的季阿婆”，重复了" in chat.say("oA", "柳湾3版“家住银杏路的季阿婆”重复了")


@pytest.mark.parametrize("words", ["不撤了，还是要的", "先别撤", "我不撤回", "又算了一遍，是我对"])
def test_who_takes_nothing_back_loses_nothing(chat, words):
    chat.say("oA", CANTEEN)

    chat.say("oA", words)

    assert [row.state for row in reports_of(chat.engine)] == [ReportState.FILED]


def test_who_wants_a_withdrawn_report_after_all_hears_how(chat):
    chat.say("oA", CANTEEN)
    chat.say("oA", "撤回")

    said = chat.say("oA", "不撤了，还是要的").splitlines()

    assert said == ["您共报过1处：", "第1条 03版 “八折优慧”→“八折优惠” 已撤回", "撤回了的还想报，再写一遍就行。"]


@pytest.mark.parametrize("words", ["我这个算第几名啊", "我的第1条呢", "查一下编号10001", "编号10001是我报的吗", "我写错了吗？"])
def test_who_asks_for_his_own_sees_it(chat, words):
    chat.say("oA", CANTEEN)

    assert chat.say("oA", words).startswith("您共报过1处：")


def names(chat):
    return [(row.name_state, row.printed_name) for row in rows(chat.engine, Reader)]


@pytest.mark.parametrize("words", ["那个名字就写方阿姨好了", "署名 方阿姨"])
def test_a_name_is_a_name_and_no_reason_of_a_report(chat, words):
    chat.say("oA", CANTEEN)

    assert chat.say("oA", words) == "好的，若获奖，登报用“方阿姨”。"
    assert names(chat) == [(NameState.GIVEN, "方阿姨")]


@pytest.mark.parametrize("words", [f"{CANTEEN}，登报就写方阿姨", f"署名：方阿姨，{CANTEEN}"])
def test_a_name_given_with_the_error_is_kept_and_not_asked_for_again(chat, words):
    reply = chat.say("oA", words)

    assert reply.splitlines()[-1] == "好的，若获奖，登报用“方阿姨”。"
    assert phrases.ASK_NAME not in reply
    assert names(chat) == [(NameState.GIVEN, "方阿姨")]


@pytest.mark.parametrize("words", ["柳湾3版署名“季阿婆”应为“纪阿婆”", "柳湾版3版谢谢不留名的人那篇，“八折优慧”应为“八折优惠”"])
def test_a_name_that_is_in_print_is_nobodys_wish(chat, words):
    chat.say("oA", words)

    assert [row.printed_name for row in rows(chat.engine, Reader)] == [None]


@pytest.mark.parametrize("words", ["这么低级的错误也能登出来，扣不扣编辑的钱", "thanks", "thank you 👍"])
def test_what_is_no_name_becomes_none_after_we_asked_for_one(chat, words):
    assert phrases.ASK_NAME in chat.say("oA", CANTEEN)

    chat.say("oA", words)

    assert [row.printed_name for row in rows(chat.engine, Reader)] == [None]


def test_a_telephone_number_of_his_own_is_no_error_in_print(chat):
    reply = chat.say("oA", "电话写错了，是13800000000")

    assert reply == questions.PHRASES[About.CONTACT]
    assert reports_of(chat.engine) == []


def test_who_tells_name_and_telephone_hears_what_becomes_of_both(chat):
    assert chat.say("oA", "我叫吴建国，电话13800138000，住柳湾路88弄3号楼501").splitlines() == [
        "好的，若获奖，登报用“吴建国”。", questions.PHRASES[About.CONTACT]]  # fmt: skip


@pytest.mark.parametrize("words", ["我看的是解放日报，第2版“帐户”应为“账户”", "新民晚报3版“优慧”应为“优惠”"])
def test_who_reads_another_newspaper_is_told_and_is_first_of_nobody(chat, words):
    reply = chat.say("oA", words)

    assert "活动的报纸里没有“" in reply
    assert "位发现" not in reply


def test_a_yes_to_our_question_is_asked_once_more(chat):
    chat.say("oA", "柳湾3版有个错字")

    assert chat.say("oA", "对的") == ASKS[Field.DETAIL]


def test_a_yes_to_nothing_is_taken_kindly(chat):
    chat.say("oA", CANTEEN)

    assert chat.say("oA", "对的") == questions.PHRASES[About.CLOSING]


def test_who_asks_about_an_earlier_issue_hears_of_it_too(chat):
    assert chat.say("oA", "上期的还算吗").splitlines() == ["2026年11月这期，11月30日（星期一）24时截止。", questions.EARLIER]


def test_words_of_protest_are_no_name(chat):
    chat.say("oA", CANTEEN)

    chat.say("oA", "我不服")

    assert [row.printed_name for row in rows(chat.engine, Reader)] == [None]


def test_an_error_in_an_article_of_the_account_is_told_to_be_for_the_desk(chat):
    assert chat.say("oA", "你们公众号上周那篇推送错了个字") == questions.PHRASES[About.ONLINE]
    assert reports_of(chat.engine) == []


@pytest.mark.parametrize("words", ["另一条留着", "其他的都不动", "就这个，没别的了"])
def test_what_stays_as_it_is_is_no_name_and_taken_kindly(chat, words):
    chat.say("oA", CANTEEN)

    assert chat.say("oA", words) == questions.PHRASES[About.CLOSING]


def test_who_insists_that_he_wrote_before_goes_to_a_person(chat):
    assert chat.say("oA", "没报过？我明明报过的") == phrases.KEPT_FOR_DESK


def test_a_question_after_we_asked_for_a_name_is_none(chat):
    chat.say("oA", CANTEEN)

    chat.say("oA", "查了没有")

    assert [row.printed_name for row in rows(chat.engine, Reader)] == [None]


def test_a_paper_that_was_only_misheard_is_not_called_another(chat):
    assert "活动的报纸里没有" not in chat.say("oA", "刘湾三版“春风化雨”应为“春风化语”")


@pytest.mark.parametrize("words", ["我11月10号报的怎么还没有消息", "我撤错了"])
def test_who_waits_or_has_taken_back_too_much_sees_his_reports(chat, words):
    chat.say("oA", CANTEEN)

    assert chat.say("oA", words).startswith("您共报过1处：")
