"""What is said to a reader's later words is true: of what changed, of what did not, and of what is still missing."""

from __future__ import annotations

import pytest

from bot.dialogue.phrases import ASKS
from bot.understanding.values import Field
from tests.support.world import open_contest, reports_of

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
