"""The month in plain lines: every fact, nothing that a name could break."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from bot.contest.rules import DEFAULT_RULES
from bot.house.own_rate import PageSize, Slip, ledger
from bot.publishing import release_words as words
from bot.publishing.round_month import Owed, PaperRate, RoundMonth, owed
from models.enums import AwardOrigin, Prize, PrizeState, RoundState
from models.queries.round_changes import AppealCounts
from models.queries.round_month import AwardRow, MonthRow, NextRound

NOW = datetime(2026, 12, 8, 1, 0, tzinfo=UTC)
NEXT = NextRound("2026-12", date(2026, 12, 6), date(2027, 1, 5), datetime(2027, 1, 10, 16, tzinfo=UTC), date(2027, 1, 12))
ROW = MonthRow(1, 1, "啄木鸟", "2026-11", RoundState.RELEASED, "{}", NOW, NOW, "abcd-efgh", 1, 12, 7, 9, 6, AppealCounts(),
               0, 0, 0, NEXT)
NOTHING_OWED = Owed(0, 0, None, 0, 0, 0, 0)
SOME = ledger([Slip(1, 1, 1, "N-05", 1000, 1)], [PageSize(1, 1, 10_000, 9_000)])
EMPTY = ledger([], [])


def month(*, owes: Owed = NOTHING_OWED, row: MonthRow = ROW, names: tuple[str, ...] = ("早起鸟",),
          later: tuple[str, ...] = ()) -> RoundMonth:
    return RoundMonth(row, names, (), later, (PaperRate("社区晨报·东城", SOME, 1), PaperRate("西城", EMPTY, 0)), SOME, owes)


def test_the_letter_is_whole() -> None:
    subject, text = words.month(month(), "主编甲", link="https://desk.example/rounds/1/month")
    assert subject == "啄木鸟：2026年11月这一轮，一页纸"
    assert text.splitlines() == [
        "主编甲，您好：", "", "2026年11月这一轮的名单已经发布，这个月的情况如下。", "",
        "【啄木鸟】", "最佳啄木鸟：早起鸟", "优秀啄木鸟：空缺", "记录校验码：abcd-efgh", "",
        "【差错率，目前查到；合格线是万分之 3】", "社区晨报·东城：万分之 1.00，在万分之三以内，差错 1 处",
        "西城：没有字数，算不出，差错 0 处", "合计：万分之 1.00，在万分之三以内", "",
        "【来信】", "纠错 12 条，读者 7 位，评了 9 条", "采纳 6 条，占评过的 67%", "没有申诉", "",
        "【还没办完的】", "都办完了", "",
        "【下一轮】", "2026年12月：12月6日出报，1月5日截止，评到1月11日 00:00，1月12日付印", "",
        "看这一页、打印：https://desk.example/rounds/1/month", "", "辛苦了。", "啄木鸟",
    ]  # fmt: skip


def test_what_is_owed_is_said_line_by_line() -> None:
    row = replace(ROW, appeals=AppealCounts(4, 1, 2, 1), list_drafts=1, list_unprinted=2, notices=3, versions=2, following=None)
    text = words.month(month(owes=Owed(2, 3, date(2027, 2, 6), 1, 1, 12_500, 10_000), row=row), "甲", link="")[1]
    for line in ("记录校验码：abcd-efgh（第 2 版）", "申诉 4 条：改判 1，维持 2，待答复 1", "登记了领奖、等着发：2 份",
                 "还没有人来领：3 份（最早的一份留到2月6日）", "过期没有领：1 份", "名单更正等着定：1 则", "名单更正还没登：2 则",
                 "报上差错的更正还没登：3 则", "申诉待答复：1 条", "奖金税款：25 元（现金奖 1 份，税前 125 元，读者到手 100 元）",
                 "还没有排出"):
        assert line in text.splitlines(), line
    assert "都办完了" not in text


def test_those_who_came_in_later_stand_apart() -> None:
    assert "后来递补、补发：阿甲、阿乙" in words.month(month(later=("阿甲", "阿乙")), "甲", link="")[1].splitlines()


@pytest.mark.parametrize(("name", "line"), [
    ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
    ("夜\n猫\r\n子", "夜猫子"),
    ("夜\u202e猫\u2066子\u200f", "夜猫子"),
    ("夜\x00猫\x1b[31m子", "夜猫[31m子"),
    ("夜\u2028猫\u0085子", "夜猫子"),
    ("👨\u200d👩\u200d👧一家", "👨\u200d👩\u200d👧一家"),
])  # fmt: skip
def test_a_name_neither_breaks_nor_turns_its_line(name: str, line: str) -> None:
    text = words.month(month(names=(name,)), name, link="")[1]
    assert f"最佳啄木鸟：{line}" in text.split("\n")
    assert text.split("\n")[0] == f"{line}，您好："


@pytest.mark.parametrize(("share", "text"), [
    (Fraction(0), "0%"), (Fraction(1, 1000), "不到 1%"), (Fraction(1, 2), "50%"), (Fraction(999, 1000), "99% 以上"),
    (Fraction(1), "100%"),
])  # fmt: skip
def test_a_share_is_never_rounded_to_all_or_nothing(share: Fraction, text: str) -> None:
    assert words.percent(share) == text


@pytest.mark.parametrize(("today", "said"), [
    (date(2026, 11, 26), "9月的名单还没有发布，11月28日就要付印"),
    (date(2026, 11, 28), "9月的名单还没有发布，今天（11月28日）就要付印"),
    (date(2026, 12, 1), "9月的名单还没有发布，11月28日的付印日已经过了"),
])  # fmt: skip
def test_what_is_said_before_on_and_after_the_press_day(today: date, said: str) -> None:
    assert words.overdue("2026-09", date(2026, 11, 28), today=today) == said


def _award(prize: Prize, state: PrizeState, *, vacated: bool = False, until: datetime | None = None,
           origin: AwardOrigin = AwardOrigin.PICKED) -> AwardRow:
    return AwardRow(prize, origin, "x", state, vacated, until)


def test_what_moved_on_is_owed_once() -> None:
    """The best prize lapsed and went to one of the ten, who left his souvenir; another souvenir waits for its reader."""
    ends = datetime(2027, 2, 6, 16, tzinfo=UTC)
    found = owed([
        _award(Prize.BEST, PrizeState.LAPSED), _award(Prize.EXCELLENT, PrizeState.HANDED_OVER, vacated=True),
        _award(Prize.EXCELLENT, PrizeState.TO_BE_CLAIMED, until=ends), _award(Prize.EXCELLENT, PrizeState.HANDED_OVER),
        _award(Prize.BEST, PrizeState.CLAIMED, origin=AwardOrigin.MOVED_ON)], DEFAULT_RULES)  # fmt: skip
    assert found == Owed(to_hand_over=1, unclaimed=1, unclaimed_until=date(2027, 2, 6), lapsed=1, cash_prizes=1,
                         gross_fen=12_500, net_fen=10_000)
    assert found.tax_fen == 2_500


@pytest.mark.parametrize(("rules", "gross", "net"), [
    (DEFAULT_RULES, 12_500, 10_000),
    (replace(DEFAULT_RULES, tax_borne_by_payer=False), 10_000, 8_000),
    (replace(DEFAULT_RULES, tax_percent=0), 10_000, 10_000),
])  # fmt: skip
def test_who_bears_the_tax_makes_the_difference(rules: object, gross: int, net: int) -> None:
    assert isinstance(rules, type(DEFAULT_RULES))
    found = owed([_award(Prize.BEST, PrizeState.CLAIMED)], rules)
    assert (found.gross_fen, found.net_fen, found.tax_fen) == (gross, net, gross - net)
