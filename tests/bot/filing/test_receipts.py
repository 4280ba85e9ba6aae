"""What a reader hears of a report: which finder he is for now, and what print says otherwise. The whole way but HTTP."""

from __future__ import annotations

import pytest

from bot.dialogue.phrases import ASK_NAME
from tests.support.world import (
    ISSUES,
    LIUWAN,
    WUTONGLI,
    Chat,
    article,
    issue,
    open_contest,
    page,
    reports_of,
)

CANTEEN = "柳湾3版《社区食堂开张》，“八折优慧”应为“八折优惠”"
BOTH = article("b1", "全市要闻", "全市推行垃圾分类，志愿者轮留值班。")
MORE = (
    issue(LIUWAN, "2026-09", page("01", article("c1", "储蓄知识", "居民开设帐户一个。"),
                               article("c2", "理财课堂", "个人帐户余额不够。"), BOTH)),
    issue(WUTONGLI, "2026-09", page("01", BOTH)),
)  # fmt: skip
"""September: a word misspelt twice in an issue, and copy that both editions share."""
ACCOUNT, ACCOUNT_AGAIN = "柳湾9月1版《储蓄知识》“帐户”应为“账户”", "柳湾9月1版《理财课堂》“个人帐户”应为“个人账户”"
COPY, ITS_TWIN = "柳湾9月1版《全市要闻》“轮留值班”应为“轮流值班”", "梧桐里9月1版《全市要闻》“轮留值班”应为“轮换值班”"


def play(engine):
    return open_contest(engine, issues=(*ISSUES, *MORE), first="2026-09", deadline_day=30)


@pytest.fixture
def begun(databases):
    """Played once, for each test here a copy of its own."""
    return databases.begun(play)


@pytest.fixture
def chat(contest, engine):
    chat = Chat(engine)
    yield chat
    chat.close()


def standing(reply: str) -> str:
    return [line for line in reply.splitlines() if line != ASK_NAME][-1]


def test_a_duplicate_hears_its_place_and_when_and_under_which_number_it_was_first_found(chat):
    chat.say("oA", CANTEEN, "11-10 09:05")
    assert standing(chat.say("oB", "“八折优慧”应该是“优惠”", "11-11 10:00")) == (
        "报上找到了这处。目前第2位；首位11月10日09:05，编号10001。")
    assert standing(chat.say("oC", CANTEEN)).endswith("目前第3位；首位11月10日09:05，编号10001。")


def test_in_a_receipt_of_several_each_says_which_finder_he_is(chat):
    chat.say("oA", CANTEEN, "11-10 09:05")
    reply = chat.say("oB", "柳湾：“八折优慧”应为“八折优惠”，“污水横留”应为“污水横流”")
    assert reply.splitlines()[1:3] == [
        "第1条 03版 “八折优慧”→“八折优惠”（已找到，目前第2位，首位11月10日09:05，编号10001）",
        "第2条 01版 “污水横留”→“污水横流”（已找到，目前第1位）"]


def test_the_first_who_takes_his_report_back_is_not_named_any_more(chat):
    chat.say("oA", CANTEEN, "11-10 09:05")
    chat.say("oB", CANTEEN, "11-10 09:06")
    chat.say("oA", "撤回 1")
    assert standing(chat.say("oC", CANTEEN)).endswith("目前第2位；首位11月10日09:06，编号10002。")


@pytest.mark.parametrize(("first", "second"), [
    (COPY, ITS_TWIN), (ITS_TWIN, COPY), (ACCOUNT, ACCOUNT_AGAIN), (ACCOUNT_AGAIN, ACCOUNT),
])  # fmt: skip
def test_a_linked_slip_hears_the_same_and_that_it_stands_elsewhere(chat, first, second):
    chat.say("oA", first, "09-10 09:05")
    assert standing(chat.say("oB", second, "09-10 09:06")) == (
        "报上找到了这处。同样的错别处也印了，合算一处。目前第2位；首位9月10日09:05，编号10001。")


def test_a_readers_own_slip_elsewhere_is_put_on_record_and_counted_once(chat):
    chat.say("oA", COPY, "09-10 09:05")
    reply = chat.say("oA", ITS_TWIN, "09-10 09:06")
    assert reply.splitlines()[0] == "收到，谢谢！记为第2条（编号10002）。"
    assert standing(reply) == "报上找到了这处。同样的错您在第1条报过，合算一处。目前第1位发现。"
    assert chat.say("oA", ITS_TWIN, "09-10 09:07") == "这一处您已经报过，是第2条（编号10002），不用再发。"
    both = chat.say("oB", f"{COPY}；{ITS_TWIN}", "09-10 09:08")
    assert both.splitlines()[2].endswith("（已找到，与第1条同样的错，合算一处）")
    assert [r.ordinal for r in reports_of(chat.engine)] == [1, 2, 1, 2]


def test_a_short_word_that_no_page_narrows_is_not_said_to_be_missing(chat):
    assert "找到这几个字" not in chat.say("oA", "“优慧”应为“优惠”")
    assert "没在03版找到这几个字" in chat.say("oB", "柳湾3版“春花”应为“春华”")
