"""Stories: readers write, intake answers. The whole way but HTTP; what is said and what stands in the database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import jobs, wiring
from bot.audit import SCHEDULER, by_staff
from bot.contest import rounds, standing
from bot.dialogue import phrases
from bot.dialogue.phrases import ASK_NAME, ASKS, HELP, KEPT_FOR_DESK, NOTHING_TO_CHANGE
from bot.judging import grading
from bot.judging.grading import GradeInput
from bot.understanding.values import Field
from models.enums import MessageFate, NameState, ReportState, Role, Verdict
from models.messages import Conversation
from models.readers import Reader
from models.reports import Report
from models.session import reading, writing
from models.staff import Staff
from tests.support.staff import PASSWORD_HASH
from tests.support.world import (
    LIUWAN,
    LIUWAN_NOVEMBER,
    Chat,
    article,
    at,
    import_issues,
    issue,
    messages_of,
    open_contest,
    page,
    reports_of,
    round_of,
    rows,
)

ONE_POINT = "N-05"
CANTEEN = "柳湾版3版《社区食堂开张》，“八折优慧”应为“八折优惠”"
BINS = "柳湾版1版“污水横留”应为“污水横流”"
FIVE = ("“污水横留”应为“污水横流”，“建成开方”应为“建成开放”，“高兴地的说”应为“高兴地说”，"
        "“八折优慧”应为“八折优惠”，“自觉的分类”应为“自觉地分类”")  # fmt: skip


def a_single_paper(engine):
    return open_contest(engine, papers=(LIUWAN,), issues=(LIUWAN_NOVEMBER,), first="2026-11")


@pytest.fixture
def begun(request, databases):
    """Played once, for each test here a copy of its own."""
    return databases.begun(a_single_paper if "one_paper" in request.fixturenames else open_contest)


@pytest.fixture
def one_paper(begun, engine):
    """A contest of a single paper, of which November is imported and no other issue is planned before."""
    chat = Chat(engine)
    yield chat
    chat.close()


@pytest.fixture
def work(engine, settings, clock):
    return wiring.work(settings, engine, clock)


def state(chat: Chat):
    return [(r.ordinal, r.state, r.page_label, r.wrong, r.right) for r in reports_of(chat.engine)]


def last(reply: str) -> str:
    return reply.splitlines()[-1]


# Receipts


def test_the_receipt_repeats_what_was_understood_and_asks_once_for_a_name(chat):
    assert chat.say("oA", CANTEEN).splitlines() == [
        "收到，谢谢！记为第1条（编号10001）。", "报纸：社区晨报·柳湾 2026年11月", "版面：03版《社区食堂开张 老人吃上热饭》",
        "差错：“八折优慧”→“八折优惠”", "报上找到了这处。目前第1位发现。", ASK_NAME]  # fmt: skip
    assert ASK_NAME not in chat.say("oA", BINS)


def test_five_errors_in_one_message_are_six_lines(chat):
    lines = chat.say("oA", FIVE).splitlines()

    assert lines == [
        "收到，谢谢！共5处：", "第1条 01版 “污水横留”→“污水横流”（已找到，目前第1位）",
        "第2条 03版 “建成开方”→“建成开放”（已找到，目前第1位）",
        "第3条 03版 “高兴地的说”→“高兴地说”（已找到，目前第1位）", "共5处，回复“我的”看全部。", ASK_NAME]  # fmt: skip
    assert [r.ordinal for r in reports_of(chat.engine)] == [1, 2, 3, 4, 5]


def test_page_and_article_are_filled_in_from_print(chat):
    reply = chat.say("oA", "“轮留值班”应为“轮流值班”")

    assert "报纸：社区晨报·梧桐里 2026年11月\n版面：02版《暖心驿站进楼组》" in reply


@pytest.mark.parametrize(("text", "asked"), [
    ("第3版食堂那篇有错字", Field.DETAIL),
    ("柳湾版3版《社区食堂开张》", Field.DETAIL),
    ("“春风化雨”应为“春风化语”", Field.PAPER),
    ("柳湾“春风化雨”应为“春风化语”", Field.PAGE),
])  # fmt: skip
def test_only_what_is_missing_is_asked(chat, text, asked):
    reply = chat.say("oA", text)

    assert last(reply) == ASKS[asked]
    assert reply.count("？") == 1
    assert [r.state for r in reports_of(chat.engine)] == [ReportState.HALF_TOLD]


def test_of_several_half_told_reports_one_question_is_asked_and_one_answer_completes_all(chat):
    reply = chat.say("oA", "“啦啦啦队”应为“拉拉队”，“天汽预报”应为“天气预报”")
    assert reply.count("？") == 1
    assert last(reply) == ASKS[Field.PAPER]

    reply = chat.say("oA", "柳湾2版")

    assert reply.splitlines()[:3] == [
        "好的，已经补上。共2处：", "第1条 02版 “啦啦啦队”→“拉拉队”（目前第1位）",
        "第2条 02版 “天汽预报”→“天气预报”（目前第1位）"]  # fmt: skip
    assert state(chat) == [(1, ReportState.FILED, "02", "啦啦啦队", "拉拉队"),
                           (2, ReportState.FILED, "02", "天汽预报", "天气预报")]  # fmt: skip


def test_a_question_is_not_asked_a_second_time(chat):
    chat.say("oA", "第3版食堂那篇有错字")

    assert chat.say("oA", "就是说优惠的那里").count("？") == 0


def test_i_want_to_report_is_answered_with_a_question(chat):
    assert chat.say("oA", "我要纠错").startswith(ASKS[Field.DETAIL])
    assert reports_of(chat.engine) == []


# A half-told report


@pytest.mark.parametrize("words", ["柳湾第2版有个地方不太对", "柳湾2版还有一处数字不对"])
def test_a_page_with_an_error_somewhere_mends_no_other_report(chat, words):
    chat.say("oA", "柳湾版3版《社区食堂开张》，“八折优慧”应为“八折优惠”")

    reply = chat.say("oA", words)

    assert "已经改好" not in reply
    assert [row[:3] for row in state(chat)] == [(1, ReportState.FILED, "03"), (2, ReportState.HALF_TOLD, "02")]


def test_a_half_told_report_is_completed_by_the_next_words(chat):
    chat.say("oA", "第3版食堂那篇有错字")

    reply = chat.say("oA", "“八折优慧”应为“八折优惠”")

    assert reply.startswith("好的，已经补上。记为第1条（编号10001）。")
    assert state(chat) == [(1, ReportState.FILED, "03", "八折优慧", "八折优惠")]


def test_two_errors_in_answer_to_one_question_lose_nothing(chat):
    chat.say("oA", "3版有个错字")

    chat.say("oA", "“八折优慧”应为“八折优惠”，“高兴地的说”应为“高兴地说”")

    assert [(r.ordinal, r.state, r.wrong) for r in reports_of(chat.engine)] == [
        (1, ReportState.FILED, "八折优慧"), (2, ReportState.FILED, "高兴地的说")]  # fmt: skip


def test_a_half_told_report_goes_on_waiting_while_the_reader_speaks_of_another(chat):
    chat.say("oA", "第3版食堂那篇有错字")
    assert ASK_NAME not in chat.say("oA", BINS)
    chat.say("oA", "截止")

    reply = chat.say("oA", "“八折优慧”应为“八折优惠”")

    assert reply.startswith("好的，已经补上。记为第1条")
    assert last(reply) == ASK_NAME
    assert [(r.ordinal, r.state, r.wrong) for r in reports_of(chat.engine)] == [
        (1, ReportState.FILED, "八折优慧"), (2, ReportState.FILED, "污水横留")]  # fmt: skip


@pytest.mark.parametrize(("hours", "numbers"), [(24, [1]), (24.02, [1, 2])])
def test_a_half_told_report_waits_24_hours_and_not_longer(chat, hours, numbers):
    chat.say("oA", "第3版食堂那篇有错字", "11-10 09:00")
    chat.now = at("11-10 09:00") + timedelta(hours=hours) - timedelta(minutes=1)

    chat.say("oA", "“八折优慧”应为“八折优惠”")

    assert [r.ordinal for r in reports_of(chat.engine)] == numbers


def test_after_24_hours_what_holds_an_error_is_filed_and_the_rest_lapses(chat, work, clock):
    chat.say("oA", "第3版食堂那篇有错字")
    chat.say("oB", "“春风化雨”应为“春风化语”")
    clock.moment = chat.now + timedelta(hours=24)
    assert jobs.run("lapse_waiting", work) == {"lapsed": 1}  # the first one's time is over, the second's not quite

    clock.advance(minutes=1)
    jobs.run("lapse_waiting", work)

    assert [(r.state, r.wrong) for r in reports_of(chat.engine)] == [
        (ReportState.LAPSED, None), (ReportState.FILED, "春风化雨")]  # fmt: skip


# Commands, and the same by natural words


@pytest.mark.parametrize("words", ["改 版面 01", "改1版面01", "改 1 版面 1版", "改版面为01版", "版面写错了，是1版"])
def test_the_page_is_mended(one_paper, words):
    one_paper.say("oA", "3版“春风化雨”应为“春风化语”")

    reply = one_paper.say("oA", words)

    assert reply.splitlines()[0] == "好的，已经改好。记为第1条（编号10001）。"
    assert state(one_paper) == [(1, ReportState.FILED, "01", "春风化雨", "春风化语")]


def test_one_of_several_is_mended_by_its_number(chat):
    chat.say("oA", CANTEEN)
    chat.say("oA", "柳湾3版“春风化雨”应为“春风化语”")
    chat.say("oA", BINS)

    reply = chat.say("oA", "改 2 文章 口袋公园迎来游客")

    assert "记为第2条（编号10002）" in reply
    assert "《口袋公园迎来游客》" in reply
    assert [r.article_text for r in reports_of(chat.engine)] == ["社区食堂开张", "口袋公园迎来游客", None]


def test_a_mend_says_when_the_words_stand_elsewhere(chat):
    chat.say("oA", "柳湾版3版《社区食堂开张》，“家住银杏路的季阿婆高兴地的说”应为“家住银杏路的季阿婆高兴地说”")

    assert "报上找到了，印在03版。" in chat.say("oA", "改 版面 01")


@pytest.mark.parametrize("words", ["撤回 2", "撤回第2条", "第二条不要了", "第2条不算", "取消2"])
def test_a_report_is_withdrawn(chat, words):
    for text in (CANTEEN, BINS, "柳湾3版“建成开方”应为“建成开放”"):
        chat.say("oA", text)

    assert chat.say("oA", words) == "好的，第2条（“污水横留”）已经撤回。"
    assert [r.state for r in reports_of(chat.engine)] == [
        ReportState.FILED, ReportState.WITHDRAWN, ReportState.FILED]  # fmt: skip


def test_a_withdrawal_sent_twice_reaches_no_second_report(chat):
    chat.say("oA", FIVE)

    replies = [chat.say("oA", "撤回 2") for _ in range(2)]

    assert replies == ["好的，第2条（“建成开方”）已经撤回。"] * 2
    assert [r.ordinal for r in reports_of(chat.engine) if r.state is ReportState.WITHDRAWN] == [2]


def test_a_withdrawn_report_cannot_be_mended(chat):
    chat.say("oA", CANTEEN)
    chat.say("oA", "撤回 1")

    assert chat.say("oA", "改 1 版面 01") == "第1条已撤回，不能再改。要报的话，再写一遍就行。"
    assert chat.say("oA", CANTEEN).startswith("收到，谢谢！记为第2条")


def test_nothing_of_anothers_can_be_touched(chat):
    chat.say("oA", CANTEEN)

    assert chat.say("oB", "撤回 10001") == phrases.KEPT_FOR_DESK
    chat.say("oB", BINS)
    assert chat.say("oB", "撤回 10001") == phrases.NO_SUCH_REPORT
    assert [r.state for r in reports_of(chat.engine)] == [ReportState.FILED, ReportState.FILED]


def test_commands_of_someone_without_reports(chat):
    assert [chat.say("oA", text) for text in ("我的", "改 版面 03")] == [NOTHING_TO_CHANGE] * 2


@pytest.mark.parametrize("words", ["我的", "我的纠错", "查询我的记录", "我上次报的收到了吗"])
def test_my_list_shows_the_newest_five(chat, words):
    chat.say("oA", FIVE)
    chat.say("oA", "柳湾3版“栓绳入园”应为“拴绳入园”")

    lines = chat.say("oA", words).splitlines()

    assert len(lines) == 6
    assert lines[:2] == ["您共报过6处，最近几条：", "第6条 03版 “栓绳入园”→“拴绳入园” 待评"]


@pytest.mark.parametrize(("words", "said"), [
    ("规则", "报纸上印错的都算"), ("怎么参加", "报纸上印错的都算"), ("奖品是什么", "报纸上印错的都算"),
    ("截止", "2026年11月这期，11月30日（星期一）24时截止。"), ("什么时候截止？", "2026年11月这期，11月30日（星期一）24时截止。"),
    ("获奖", phrases.NO_WINNERS_YET), ("谁得奖了", phrases.NO_WINNERS_YET),
    ("帮助", HELP), ("怎么用", HELP), ("？", HELP),
])  # fmt: skip
def test_questions_are_answered_by_word_or_in_natural_words(chat, words, said):
    assert chat.say("oA", words).startswith(said)


@pytest.mark.parametrize("words", ["谢谢", "好的，谢谢", "辛苦了！", "谢谢编辑老师", "[玫瑰]"])
def test_courtesies_get_one_short_answer(chat, words):
    chat.say("oA", CANTEEN)
    chat.say("oA", "不登名字")

    reply = chat.say("oA", words)

    assert reply == phrases.THANKS
    assert [m.fate for m in messages_of(chat.engine)][-1] is MessageFate.READ


@pytest.mark.parametrize("words", ["请问第三社区食堂的电话是多少", "楼上漏水没人管，我要投诉物业", "哈哈今天天气不错我去买菜"])
def test_what_is_not_for_this_desk_is_answered_kindly_and_kept(chat, words):
    assert chat.say("oA", words) == KEPT_FOR_DESK
    assert [(m.fate, m.content) for m in messages_of(chat.engine)] == [(MessageFate.DESK, words)]
    assert reports_of(chat.engine) == []


# The name for print


@pytest.mark.parametrize("words", ["署名 早起鸟", "署名：早起鸟", "登报请用早起鸟", "早起鸟", "“早起鸟”"])
def test_the_name_is_kept_as_given(chat, words):
    chat.say("oA", CANTEEN)

    assert chat.say("oA", words) == "好的，若获奖，登报用“早起鸟”。"
    assert [(r.name_state, r.printed_name) for r in rows(chat.engine, Reader)] == [(NameState.GIVEN, "早起鸟")]


@pytest.mark.parametrize("words", ["不登名字", "不要登我的名字", "匿名"])
def test_the_name_may_be_declined(chat, words):
    chat.say("oA", "署名 早起鸟")

    assert chat.say("oA", words) == "好的，若获奖，不登您的名字。"
    assert [(r.name_state, r.printed_name) for r in rows(chat.engine, Reader)] == [(NameState.DECLINED, None)]


def test_a_name_that_is_too_long_is_not_kept(chat):
    chat.say("oA", CANTEEN)

    assert chat.say("oA", "署名 很长很长很长很长很长很长的名字") == phrases.NAME_TOO_LONG
    assert [r.printed_name for r in rows(chat.engine, Reader)] == [None]


def test_the_name_is_not_asked_with_a_late_report(chat):
    assert ASK_NAME not in chat.say("oA", "柳湾10月2版“拔河和跳绳比塞”应为“拔河和跳绳比赛”")
    assert last(chat.say("oA", CANTEEN)) == ASK_NAME


@pytest.mark.parametrize("words", ["删除我的信息", "请删除我的个人信息", "把我的信息都删了吧"])
def test_a_reader_is_forgotten_at_his_word(chat, words):
    chat.say("oA", CANTEEN)

    assert chat.say("oA", words) == phrases.ERASED
    assert chat.say("oA", "我的") == NOTHING_TO_CHANGE
    assert [r.wrong for r in reports_of(chat.engine)] == ["八折优慧"]


# What print says


def test_an_own_repeat_is_told_and_not_filed(chat):
    chat.say("oA", CANTEEN)

    assert chat.say("oA", "第3版“八折优慧”应为“八折优惠”") == "这一处您已经报过，是第1条（编号10001），不用再发。"
    assert len(reports_of(chat.engine)) == 1


def test_a_late_report_is_kept_and_told_so(chat):
    reply = chat.say("oA", "柳湾10月2版“拔河和跳绳比塞”应为“拔河和跳绳比赛”")

    assert "这一期已经截止：差错照样核对更正，不参加评奖。" in reply
    assert [(r.late, r.state, r.round_id) for r in reports_of(chat.engine)] == [
        (True, ReportState.FILED, round_of(chat.engine, "2026-10").id)]  # fmt: skip


def test_a_page_that_contradicts_print_is_said(one_paper):
    reply = one_paper.say("oA", "1版“凭卡享受八折优慧，中午来吃饭”应为“凭卡享受八折优惠，中午来吃饭”")

    assert "报上找到了，印在03版《社区食堂开张 老人吃上热饭》。" in reply


def test_a_page_that_the_issue_has_not_is_said(one_paper):
    assert "这期没有09版，编辑会再核对。" in one_paper.say("oA", "9版“春风化雨”应为“春风化语”")


def test_words_that_are_not_in_print_are_said_not_to_be_found(one_paper):
    assert "没在03版找到这几个字，编辑会再核对。" in one_paper.say("oA", "3版“春风化雨”应为“春风化语”")


def test_of_a_paper_without_a_page_imported_no_receipt_says_not_found(engine):
    open_contest(engine, issues=())
    chat = Chat(engine)
    texts = [CANTEEN, FIVE, "第3版食堂那篇有错字", "“春风化雨”应为“春风化语”", "梧桐里9版“甲乙丙丁”应为“甲乙丙戊”",
             "改 版面 03", "我的"]

    replies = [chat.say(sender, text) for sender in ("oA", "oB") for text in texts]
    chat.close()

    assert [reply for reply in replies if "找到" in reply or "没有0" in reply] == []
    assert {r.located for r in reports_of(engine)} <= {"not_imported", "no_quote"}


def test_without_a_contest_words_are_kept_for_the_editors(engine):
    chat = Chat(engine)

    assert chat.say("oA", CANTEEN) == phrases.NO_CONTEST
    assert chat.say("oA", "截止") == "现在没有进行中的一期。下一期出报后再来捉错吧。"
    assert [m.fate for m in messages_of(engine)] == [MessageFate.DESK, MessageFate.READ]
    chat.close()


# Ranks (RULES 2, 9: example 3)


@pytest.fixture
def editor(engine):
    with writing(engine) as session:
        member = Staff(login="e", display_name="编辑甲", password_hash=PASSWORD_HASH, role=Role.EDITOR,
                       created_at=at("11-01 08:00"))
        session.add(member)
        session.flush()
        return by_staff(member.id)


def accept_all(chat: Chat, editor) -> None:
    """Every report accepted with three marks and one point an erratum, as in the worked examples."""
    for report in reports_of(chat.engine):
        if report.state is ReportState.FILED:
            with writing(chat.engine) as session:
                grading.grade(session, report.id, GradeInput(Verdict.ACCEPTED, ONE_POINT, marks=(True, True, True)),
                              actor=editor, now=chat.now, expected_version=report.version)


def scores(chat: Chat) -> dict[str, int]:
    """Thousandths of each reader, by openid."""
    with reading(chat.engine) as session:
        found = standing.compute(session.connection(), round_of(chat.engine, "2026-11").id)
    people = {r.person_id: r.openid for r in rows(chat.engine, Reader)}
    return {people[one.person_id]: one.total_milli for one in found.standings}


def test_words_quoted_first_count_not_a_place_pointed_at_first(chat, editor):
    """RULES example 3: V points at the page at 10:00, W quotes at 10:03, V at 10:06."""
    assert last(chat.say("oV", "第3版食堂那篇有错字", "11-10 10:00")) == ASKS[Field.DETAIL]
    assert "目前第1位发现。" in chat.say("oW", "“八折优慧”应为“八折优惠”", "11-10 10:03")
    assert "目前第2位；首位11月10日10:03，编号10002。" in chat.say("oV", "“八折优慧”应为“八折优惠”", "11-10 10:06")

    accept_all(chat, editor)

    assert scores(chat) == {"oW": 1000, "oV": 250}


def test_who_amends_to_another_error_counts_from_then_and_others_move_up(chat, editor):
    """RULES example 3: X and Y on one error, Z on another, X amends to that of Z."""
    first, second = "“八折优慧”应为“八折优惠”", "“高兴地的说”应为“高兴地说”"
    assert "目前第1位发现。" in chat.say("oX", f"柳湾3版{first}", "11-10 10:10")
    assert "目前第2位；首位11月10日10:10" in chat.say("oY", f"柳湾3版{first}", "11-10 10:12")
    assert "目前第1位发现。" in chat.say("oZ", f"柳湾3版{second}", "11-10 10:15")
    chat.say("oX", "改 原文 高兴地的说", "11-10 10:20")
    assert "目前第2位；首位11月10日10:15，编号10003。" in chat.say("oX", "改 应为 高兴地说", "11-10 10:20")
    assert "目前第1位发现。" in chat.say("oY", "改 理由 错别字", "11-10 10:25")

    accept_all(chat, editor)

    assert scores(chat) == {"oY": 1000, "oZ": 1000, "oX": 250}


def test_mending_ones_report_keeps_its_place_in_time(chat):
    chat.say("oA", "柳湾3版“八折优慧”应为“八折优待”", "11-10 10:00")
    chat.say("oB", CANTEEN, "11-10 10:05")

    assert "目前第1位发现。" in chat.say("oA", "改 应为 八折优惠", "11-10 10:10")


def test_a_withdrawal_moves_the_later_finder_up(chat):
    chat.say("oA", CANTEEN)
    assert "目前第2位" in chat.say("oB", CANTEEN)
    chat.say("oA", "撤回 1")

    assert "目前第1位发现。" in chat.say("oB", "改 理由 错别字")


def test_the_paper_is_not_asked_where_the_account_has_a_single_one(one_paper):
    open_contest(one_paper.engine, papers=("厂报",), issues=(), account="service", name="厂报挑错")

    assert last(one_paper.say("oA", "3版“春风化雨”应为“春风化语”")) == ASK_NAME


# Which issue (RULES 3: example 3)


@pytest.fixture
def may_and_june(engine):
    """The May issue comes out on 10 May, the June issue on 31 May."""
    may = issue(LIUWAN, "2026-05", page("01", article("a1", "五月的题目", "五月里桃花开方，游人如织。")))
    june = issue(LIUWAN, "2026-06", page("01", article("a1", "六月的题目", "六月里荷花开方，蛙声一片。")))
    open_contest(engine, papers=(LIUWAN,), issues=(may | {"date": "2026-05-10"}, june | {"date": "2026-05-31"}),
                 now=at("04-20 08:00"), first="2026-05", deadline_day=28)
    chat = Chat(engine)
    yield chat
    chat.close()


@pytest.mark.parametrize(("text", "when", "month"), [
    ("“莫名其秒”应为“莫名其妙”，在1版", "05-30 09:00", "2026-05"),
    ("“莫名其秒”应为“莫名其妙”，在1版", "05-31 09:00", "2026-06"),
    ("5月那期1版“荷花开方，蛙声一片”应为“荷花开放，蛙声一片”", "06-03 09:00", "2026-06"),
    ("5月那期1版“桃花开方”应为“桃花开放”", "05-20 09:00", "2026-05"),
])  # fmt: skip
def test_a_report_belongs_to_the_issue_where_it_was_found_else_stated_else_the_newest(may_and_june, text, when, month):
    may_and_june.say("oA", text, when)

    assert [r.round_id for r in reports_of(may_and_june.engine)] == [round_of(may_and_june.engine, month).id]


def test_a_message_created_before_the_deadline_and_delivered_after_it_counts(chat):
    chat.say("oA", CANTEEN, "12-01 00:00:03", created=at("11-30 23:59:58"))
    chat.say("oB", CANTEEN, "12-01 00:00:04", created=at("12-01 00:00:00"))

    assert [(r.late, r.time_flagged) for r in reports_of(chat.engine)] == [(False, False), (True, False)]


def test_it_counts_in_a_round_that_the_scheduler_has_closed_meanwhile(chat):
    with writing(chat.engine) as session:
        assert rounds.close_round(session, round_of(chat.engine, "2026-11").id, actor=SCHEDULER, now=at("12-01 00:00:00"))

    reply = chat.say("oA", CANTEEN, "12-01 00:00:03", created=at("11-30 23:59:58"))

    assert "目前第1位发现。" in reply
    assert [(r.late, r.round_id) for r in reports_of(chat.engine)] == [(False, round_of(chat.engine, "2026-11").id)]


def test_a_delivery_twelve_minutes_late_counts_from_its_receipt_and_is_flagged(chat):
    chat.say("oA", CANTEEN, "12-01 00:11:00", created=at("11-30 23:59:00"))

    assert [(r.late, r.time_flagged, r.counts_at) for r in reports_of(chat.engine)] == [(True, True, at("12-01 00:11:00"))]


# A decided report, winners

FROZEN = "2026年11月这期已经截止，正在评定；名单公布以前不报名次。"


def test_a_decided_report_is_not_changed_by_chat_but_goes_to_a_person(chat, editor):
    chat.say("oA", CANTEEN)
    chat.say("oA", BINS)
    with writing(chat.engine) as session:
        grading.grade(session, 10001, GradeInput(Verdict.ACCEPTED, ONE_POINT), actor=editor, now=chat.now,
                      expected_version=1)

    said = "第1条编辑已经看过，不能再改。有疑问请直接写来，编辑会看。"
    assert chat.say("oA", "改 10001 版面 01") == said
    assert chat.say("oA", "撤回 10001、2") == f"好的，第2条（“污水横留”）已经撤回。\n{said}"
    assert [m.fate for m in messages_of(chat.engine)][-2:] == [MessageFate.DESK] * 2
    assert [r.state for r in reports_of(chat.engine)] == [ReportState.DECIDED, ReportState.WITHDRAWN]


def test_winners_are_told_only_after_the_release(chat, editor):
    chat.say("oA", CANTEEN)
    chat.say("oA", "署名 早起鸟")
    accept_all(chat, editor)
    number = round_of(chat.engine, "2026-11").id
    chat.now = at("12-01 00:20")
    for step in (rounds.close_round, rounds.pick_round):
        with writing(chat.engine) as session:
            assert step(session, number, actor=SCHEDULER, now=chat.now)
        assert chat.say("oB", "获奖") == f"{phrases.NO_WINNERS_YET}\n{FROZEN}"
    with writing(chat.engine) as session:
        assert rounds.release_round(session, number, actor=editor, now=chat.now)

    assert chat.say("oB", "获奖") == "2026年11月啄木鸟：\n最佳：早起鸟"


@pytest.mark.slow
@pytest.mark.parametrize("asked", ["我的排名", "我的名次", "我的"])
def test_standing_is_frozen_from_the_deadline_to_the_release(chat, editor, asked):
    chat.say("oA", CANTEEN)
    chat.say("oA", "署名 早起鸟")
    accept_all(chat, editor)

    def told() -> str:
        return chat.say("oA", asked).partition("\n\n还有")[0]  # without the words that waited for his next message

    mine = told()
    assert FROZEN not in mine
    number = round_of(chat.engine, "2026-11").id
    chat.now = at("12-01 00:00")  # no job has run yet
    assert told() == f"{mine}\n{FROZEN}"
    chat.now = at("12-01 00:20")
    for step in (rounds.close_round, rounds.pick_round):
        with writing(chat.engine) as session:
            assert step(session, number, actor=SCHEDULER, now=chat.now)
        assert told() == f"{mine}\n{FROZEN}"
    with writing(chat.engine) as session:
        assert rounds.release_round(session, number, actor=editor, now=chat.now)
    assert told() == mine


# A later import


@pytest.mark.slow
def test_a_later_import_places_reports_and_joins_those_of_one_error(engine, work, clock):
    open_contest(engine, issues=())
    chat = Chat(engine)
    chat.say("oA", CANTEEN, "11-10 09:00")
    chat.say("oB", "柳湾版3版“享受八折优慧”应为“享受八折优惠”", "11-10 09:05")
    import_issues(engine, (LIUWAN_NOVEMBER,), now=at("11-11 09:00"))
    clock.moment = at("11-11 09:01")

    assert jobs.run("place_unplaced", work)["placed"] == 2
    assert "placed" not in jobs.run("place_unplaced", work)

    placed = reports_of(engine)
    assert [(r.located, r.counts_at) for r in placed] == [
        ("found", at("11-10 09:00")), ("found", at("11-10 09:05"))]  # fmt: skip
    assert len({r.erratum_id for r in placed}) == 1
    assert "目前第2位；首位11月10日09:00，编号10001。" in chat.say("oB", "改 理由 错别字", "11-11 09:05")
    chat.close()


@pytest.mark.slow
def test_a_message_waits_for_nothing_when_the_reader_starts_anew_after_deleting(chat):
    chat.say("oA", "第3版食堂那篇有错字")
    chat.say("oA", "删除我的信息")

    assert chat.say("oA", "“八折优慧”应为“八折优惠”").startswith("收到，谢谢！记为第1条（编号10002）")
    assert [c.reader_id for c in _conversations(chat)] == [2]


def _conversations(chat: Chat):
    with reading(chat.engine) as session:
        return list(session.scalars(select(Conversation)))


# Said in advance, asked back, meant for several


def test_after_i_want_to_report_the_next_words_are_the_report(chat):
    chat.say("oA", "我要纠错")
    assert ASKS[Field.DETAIL] in chat.say("oA", "柳湾3版的")
    chat.say("oA", "“八折优慧”应为“八折优惠”")

    assert state(chat) == [(1, ReportState.FILED, "03", "八折优慧", "八折优惠")]
    assert [m.intent for m in messages_of(chat.engine)] == ["report", "supplement", "supplement"]


def ask_back(chat: Chat, editor, number: int) -> None:
    with writing(chat.engine) as session:
        version = session.get_one(Report, number).version
        grading.grade(session, number, GradeInput(Verdict.NEEDS_MORE, reason="是哪一段？"), actor=editor,
                      now=chat.now, expected_version=version)


@pytest.mark.parametrize("answer", ["就是第一段靠近末尾的地方", "“八折优慧”应为“八折优惠”", "在3版，社区食堂那篇"])
def test_an_answer_to_what_an_editor_asked_opens_that_report_again(chat, editor, answer):
    chat.say("oA", CANTEEN)
    chat.say("oA", BINS)
    ask_back(chat, editor, 10001)

    chat.say("oA", answer, "11-13 10:00")

    assert [(r.id, r.state) for r in reports_of(chat.engine)] == [
        (10001, ReportState.FILED), (10002, ReportState.FILED)]  # fmt: skip


def test_words_that_answer_an_editor_stand_with_the_report(chat, editor):
    chat.say("oA", CANTEEN)
    ask_back(chat, editor, 10001)

    assert chat.say("oA", "就是第一段靠近末尾的地方") == "好的，已经补上，编辑会接着看。"
    assert reports_of(chat.engine)[0].reason == "就是第一段靠近末尾的地方"


def test_a_report_withdrawn_while_it_was_asked_about_is_told_so(chat, editor):
    chat.say("oA", CANTEEN)
    ask_back(chat, editor, 10001)
    chat.say("oA", "撤回 1")

    assert reports_of(chat.engine)[0].state is ReportState.WITHDRAWN
    assert messages_of(chat.engine)[-1].fate is MessageFate.READ


def test_what_is_withdrawn_by_its_words_is_that_report_and_no_other(chat):
    chat.say("oA", CANTEEN)
    chat.say("oA", BINS)

    chat.say("oA", "“八折优慧”那条不要了")

    assert [r.state for r in reports_of(chat.engine)] == [ReportState.WITHDRAWN, ReportState.FILED]


@pytest.mark.parametrize(("words", "said", "fate"), [
    ("奖品怎么领，要不要出邮费", "最佳“啄木鸟”一位，奖100元；优秀“啄木鸟”10位，各有纪念品。", MessageFate.READ),
    ("我要找个人说说", "好的。您有什么事，请直接写来，编辑会看。", MessageFate.DESK),
    ("你们的报纸错别字太多了，以前哪有这么多错！", "给您添堵了。", MessageFate.DESK),
    ("没有了", "好的。看到报上哪里印错了，随时发来。", MessageFate.READ),
    ("好的", "好的。看到报上哪里印错了，随时发来。", MessageFate.READ),
    ("祝编辑同志身体健康", "谢谢您，也祝您身体健康！", MessageFate.READ),
])  # fmt: skip
def test_what_is_asked_beside_the_rules_is_answered_itself(chat, words, said, fate):
    chat.say("oA", CANTEEN)
    chat.say("oA", "不登名字")

    assert chat.say("oA", words).startswith(said)
    assert [m.fate for m in messages_of(chat.engine)][-1] is fate


def test_who_never_reported_is_told_how_to_begin_whatever_courtesy_he_says(chat):
    assert chat.say("oA", "好的") == phrases.HELLO


@pytest.mark.parametrize("words", ["没有了", "知道啦", "明天再看"])
def test_no_word_is_a_name_once_the_name_was_given_or_declined(chat, words):
    chat.say("oA", CANTEEN)
    chat.say("oA", "不登名字")

    assert not chat.say("oA", words).startswith("好的，若获奖")


@pytest.mark.parametrize("words", ["没有了", "转人工", "有没有电话"])
def test_what_says_something_else_is_no_name_where_a_name_was_asked(chat, words):
    assert chat.say("oA", CANTEEN).endswith(ASK_NAME)

    assert not chat.say("oA", words).startswith("好的，若获奖")


def test_one_report_is_taken_back_and_another_mended_in_one_breath(chat):
    chat.say("oA", f"{BINS}；{CANTEEN}")

    lines = chat.say("oA", "第一条不要了，第二条改成八折实惠").splitlines()

    assert lines[:2] == ["好的，第1条（“污水横留”）已经撤回。", "好的，已经改好。记为第2条（编号10002）。"]
    assert state(chat) == [(1, ReportState.WITHDRAWN, "01", "污水横留", "污水横流"),
                           (2, ReportState.FILED, "03", "八折优慧", "八折实惠")]  # fmt: skip


@pytest.mark.parametrize("words", [
    "第一条是污水横流，第二条应该是八折优惠", "污水横流、八折优惠", "八折优惠，污水横流", "分别改成“污水横流”和“八折优惠”",
])  # fmt: skip
def test_the_right_forms_of_several_reports_told_at_once_go_each_to_its_own(chat, words):
    chat.say("oA", "“污水横留”和“八折优慧”都错了")

    said = chat.say("oA", words)

    assert ("污水横留→污水横流" in said.replace("”", "").replace("“", ""), said.count("八折优惠")) == (True, 1), said
    assert [(one.wrong, one.right) for one in reports_of(chat.engine)] == [("污水横留", "污水横流"), ("八折优慧", "八折优惠")]


def test_a_right_form_goes_to_the_report_it_is_like_not_to_the_newest(chat):
    chat.say("oA", "“污水横留”和“八折优慧”都错了")

    chat.say("oA", "应该是污水横流")

    assert [(one.wrong, one.right) for one in reports_of(chat.engine)] == [("污水横留", "污水横流"), ("八折优慧", None)]


# A report told in many messages


@pytest.mark.parametrize("turns", [
    ("柳湾的报纸", "第3版", "食堂开张那篇", "八折优慧应该是八折优惠"),
    ("我要报错", "柳湾", "3", "八折优慧", "应该是八折优惠"),
    ("柳湾3版", "食堂那篇", "3版的八折优慧", "应该是八折优惠"),
    ("柳湾3版有个字不对", "八折优慧的慧", "实惠的惠"),
    ("柳湾", "3版的", "八折优慧", "慧字应该是惠"),
    ("柳湾3版有个字不对", "八折优慧的慧", "应该是实惠的惠"),
])  # fmt: skip
def test_a_report_told_in_many_messages_is_one(chat, turns):
    for text in turns:
        assert chat.say("oA", text) != KEPT_FOR_DESK

    one, = reports_of(chat.engine)
    assert (one.state, one.page_label, one.wrong, one.right) in (
        (ReportState.FILED, "03", "八折优慧", "八折优惠"), (ReportState.FILED, "03", "慧", "惠"))


def test_words_of_print_long_after_a_half_told_report_are_no_answer_to_it(chat):
    chat.say("oA", "柳湾3版有错字", "11-10 09:00")
    chat.say("oA", "八折优慧", "11-12 09:00")
    assert [one.state for one in reports_of(chat.engine)] == [ReportState.HALF_TOLD, ReportState.FILED]


def test_the_edition_alone_is_asked_on(chat):
    assert last(chat.say("oA", "柳湾的报纸")) == ASKS[Field.DETAIL]
    assert chat.say("oB", "柳湾街道的路灯坏了") == KEPT_FOR_DESK
