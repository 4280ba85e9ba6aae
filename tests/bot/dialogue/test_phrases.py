"""What is said to readers: short lines, nothing promised that is not so, nothing cut in the middle."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue import media_phrases, phrases
from bot.dialogue.phrases import ASKS, MineItem, ReceiptItem, receipt
from bot.understanding.values import Field
from models.enums import ReportState, Verdict

ITEM = ReceiptItem(
    ordinal=1, number=10001, paper="社区晨报·柳湾", issue="2026年11月", page="03", article="社区食堂开张", wrong="优慧",
    right="优惠", found="found", found_page=None, late=False, rank=1, first_number=10001,
    first_at=datetime(2026, 11, 10, 1, 0, tzinfo=UTC), repeat_of=False)  # fmt: skip
ASK = ASKS[Field.DETAIL]


def many(count: int) -> list[ReceiptItem]:
    return [replace(ITEM, ordinal=n, number=10000 + n) for n in range(1, count + 1)]


def test_the_receipt_of_one_report_repeats_what_was_understood():
    assert receipt([ITEM], None, ask_name=True).splitlines() == [
        "收到，谢谢！记为第1条（编号10001）。", "报纸：社区晨报·柳湾 2026年11月", "版面：03版《社区食堂开张》",
        "差错：“优慧”→“优惠”", "报上找到了这处。目前第1位发现。", phrases.ASK_NAME]  # fmt: skip


@pytest.mark.parametrize(("changes", "last"), [
    ({"rank": 2}, "报上找到了这处。目前第2位；首位11月10日09:00，编号10001。"),
    ({"rank": 0}, "报上找到了这处。"),
    ({"found": "not_found", "rank": 1}, "没在03版找到这几个字，编辑会再核对。目前第1位发现。"),
    ({"found": "not_imported", "rank": 1}, "目前第1位发现。"),
    ({"found_page": "05"}, "报上找到了，印在05版。目前第1位发现。"),
    ({"found": "not_found", "unknown_page": True, "page": "09"}, "这期没有09版，编辑会再核对。目前第1位发现。"),
    ({"found_paper": "社区晨报·东里", "found_issue": "2026年10月", "found_page": "02", "found_article": "运动会"},
     "报上找到了，印在社区晨报·东里 2026年10月那期 02版《运动会》。目前第1位发现。"),
    ({"found_article": "运动会"}, "报上找到了，印在《运动会》。目前第1位发现。"),
    ({"found": "not_imported", "unknown_issue": "2021年3月", "rank": 0}, "2021年3月这期没有查到，编辑会再核对。"),
    ({"found": "not_imported", "unknown_issue": "2021年3月", "late": True},
     "2021年3月这期没有查到，编辑会再核对。早前的报纸已经截止，不参加评奖。"),
    ({"found": "not_imported", "unknown_issue": "2027年1月", "not_out": True},
     "2027年1月这期还没有出，编辑会再核对。目前第1位发现。"),
    ({"rank": 2, "elsewhere": True}, "报上找到了这处。同样的错别处也印了，合算一处。目前第2位；首位11月10日09:00，编号10001。"),
    ({"same_as_own": 3}, "报上找到了这处。同样的错您在第3条报过，合算一处。目前第1位发现。"),
    ({"late": True, "found_page": "05"}, "报上找到了，印在05版。这一期已经截止：差错照样核对更正，不参加评奖。"),
    ({"late": True}, "这一期已经截止：差错照样核对更正，不参加评奖。"),
])  # fmt: skip
def test_how_a_report_stands_is_said(changes, last):
    assert receipt([replace(ITEM, **changes)], None, ask_name=False).splitlines()[-1] == last


@pytest.mark.parametrize(("changes", "said"), [
    ({}, "（已找到，目前第1位）"), ({"rank": 0}, "（已找到）"),
    ({"rank": 3}, "（已找到，目前第3位，首位11月10日09:00，编号10001）"),
    ({"rank": 2, "elsewhere": True, "same_as_own": 1}, "（已找到，与第1条同样的错，合算一处）"),
    ({"found_page": "05"}, "（印在05版，目前第1位）"), ({"found": "not_found", "rank": 0}, "（没找到，编辑再看）"),
    ({"unknown_page": True, "rank": 0}, "（没有这一版）"), ({"unknown_issue": "2021年3月", "rank": 0}, "（没有查到这期）"),
    ({"unknown_issue": "2027年3月", "not_out": True, "rank": 0}, "（这期还没有出）"), ({"late": True}, "（已截止）"),
    ({"found": "several", "rank": 0}, ""),
])  # fmt: skip
def test_among_several_each_line_says_how_it_stands(changes, said):
    assert receipt([replace(ITEM, **changes), ITEM], None, ask_name=False).splitlines()[1] == f"第1条 03版 “优慧”→“优惠”{said}"


@pytest.mark.parametrize(("label", "name"), [("2026-11", "2026年11月"), ("2026-01-08", "2026年1月8日")])
def test_an_issue_is_named_as_it_was_stated(label, name):
    assert phrases.issue_name(label) == name


def test_of_a_paper_that_is_not_imported_nothing_is_said_about_finding():
    item = replace(ITEM, found="not_imported", rank=0, article=None)

    for items in ([item], [item] * 3):
        assert "找到" not in receipt(items, None, ask_name=False)


def test_an_own_repeat_is_told():
    item = replace(ITEM, repeat_of=True)

    assert receipt([item], None, ask_name=False) == "这一处您已经报过，是第1条（编号10001），不用再发。"
    assert "，您报过" in receipt([item, ITEM], None, ask_name=False)


def test_five_reports_are_counted_and_the_rest_is_for_my_list():
    lines = receipt(many(5), None, ask_name=True).splitlines()

    assert lines[0] == "收到，谢谢！共5处："
    assert lines[-2:] == ["共5处，回复“我的”看全部。", phrases.ASK_NAME]


@pytest.mark.parametrize("ask", [None, ASK])
@pytest.mark.parametrize("ask_name", [True, False])
@pytest.mark.parametrize("count", range(1, 12))
def test_a_receipt_has_at_most_six_short_lines(count, ask, ask_name):
    lines = receipt(many(count), ask, ask_name=ask_name).splitlines()

    assert len(lines) <= 6
    assert sum(line.endswith("？") or line == phrases.ASK_NAME for line in lines) == bool(ask or ask_name)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.lists(st.builds(
    ReceiptItem, ordinal=st.integers(1, 999), number=st.integers(10001, 99999),
    paper=st.none() | st.text(max_size=50), issue=st.none() | st.just("2026年11月"),
    page=st.none() | st.text(min_size=1, max_size=40), article=st.none() | st.text(max_size=50),
    wrong=st.none() | st.text(max_size=60), right=st.none() | st.text(max_size=60),
    found=st.sampled_from(["found", "several", "not_found", "not_imported", "no_quote"]),
    found_page=st.none() | st.text(max_size=40), found_paper=st.none() | st.text(max_size=50),
    found_article=st.none() | st.text(max_size=50), found_issue=st.none() | st.just("2026年11月6日"),
    unknown_page=st.booleans(), unknown_issue=st.none() | st.just("2021年3月"), not_out=st.booleans(),
    elsewhere=st.booleans(), same_as_own=st.none() | st.integers(1, 999),
    late=st.booleans(), rank=st.integers(0, 30), first_number=st.just(10001),
    first_at=st.just(datetime(2026, 11, 10, tzinfo=UTC)), repeat_of=st.booleans(),
), min_size=1, max_size=12), st.sampled_from([None, *ASKS.values()]))  # fmt: skip
def test_whatever_a_reader_wrote_a_receipt_stays_within_six_lines_and_2048_bytes(items, ask):
    text = receipt(items, ask, ask_name=True)

    assert len(text.split("\n")) <= 6
    assert len(text.encode("utf-8", "replace")) <= 2048
    assert ask is None or text.endswith(ask)


@pytest.mark.parametrize(("wrong", "right", "said"), [
    ("优慧", "优惠", "“优慧”→“优惠”"), ("的的", "", "“的的”应删去"), ("优慧", None, "“优慧”"), (None, "优惠", "应为“优惠”"),
    (None, None, ""), ("字" * 30, None, "“" + "字" * 23 + "…”"), ("两\n行", "两 行", "“两 行”→“两 行”"),
])  # fmt: skip
def test_how_a_correction_is_put(wrong, right, said):
    assert phrases.correction(wrong, right) == said


def test_my_list():
    items = [MineItem(2, "03", "优慧", "优惠", "待评"), MineItem(1, None, None, None, "还缺内容")]

    assert phrases.mine(items, 7) == "您共报过7处，最近几条：\n第2条 03版 “优慧”→“优惠” 待评\n第1条 还缺内容"
    assert phrases.mine(items, 2).startswith("您共报过2处：\n")
    assert phrases.mine([], 0) == phrases.NOTHING_TO_CHANGE


@pytest.mark.parametrize(("state", "verdict", "said"), [
    (ReportState.FILED, None, "待评"), (ReportState.HALF_TOLD, None, "还缺内容"),
    (ReportState.DECIDED, Verdict.ACCEPTED, "采纳"), (ReportState.WITHDRAWN, None, "已撤回"),
    (ReportState.NEEDS_MORE, Verdict.NEEDS_MORE, "请补充"),
])  # fmt: skip
def test_every_state_has_a_word(state, verdict, said):
    assert phrases.state_words(state, verdict) == said


def test_every_state_and_verdict_is_named():
    assert set(phrases.STATE_WORDS) == set(ReportState)
    assert set(phrases.VERDICT_WORDS) == set(Verdict)


def test_terms_are_those_of_the_round():
    assert "奖100元；之后10位" in phrases.rules("100元", 10, date(2026, 11, 30))
    assert "先报的得全分，第二、三位得四分之一；" in phrases.rules("100元", 10, None)
    assert "先报的得全分，第二位得一半，第三、四位得四分之一；" in phrases.rules("100元", 10, None, (4, 2, 1, 1, 0))
    assert "先报的得全分，后来的不得分；" in phrases.rules("100元", 10, None, (4, 0, 0))
    assert "本期11月30日（星期一）24时截止。" in phrases.rules("100元", 10, date(2026, 11, 30))
    assert phrases.deadline_words(date(2026, 11, 30), "2026-11") == "2026年11月这期，11月30日（星期一）24时截止。"
    assert phrases.deadline_words(None, None) == "现在没有进行中的一期。下一期出报后再来捉错吧。"


def test_winners_are_named():
    assert phrases.winners("2026-10", ["早起鸟"], ["丁香", "晚风"]) == "2026年10月啄木鸟：\n最佳：早起鸟\n优秀：丁香、晚风"
    assert phrases.winners("2026-10", [], []) == "2026年10月啄木鸟：\n最佳：本期空缺"


@pytest.mark.parametrize("text", [
    phrases.WELCOME, phrases.HELP, phrases.THANKS, phrases.HELLO, phrases.KEPT_FOR_DESK, media_phrases.PHOTO_KEPT,
    media_phrases.VOICE_KEPT, media_phrases.MEDIA_KEPT, phrases.READ_LATER, phrases.NO_CONTEST, phrases.ERASED, phrases.ASK_NAME,
])  # fmt: skip
def test_standing_texts_fit_a_reply(text):
    assert len(text.encode()) <= 2048
    assert len(text.splitlines()) <= 6
