"""The box as the paper prints it, the article, the notices: exact texts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.contest.announcing import rule_page, winning_words
from bot.contest.announcing.announcement import (
    Invitation,
    Winner,
    article,
    box_conflicts,
    notice,
    placeholder,
    print_block,
)
from bot.contest.rules import DEFAULT_RULES
from bot.dialogue import phrases
from models.enums import Prize
from tests.support.printed import BOX, INVITATION, TEN


def test_whole_box_reads_as_the_paper_prints_it() -> None:
    assert print_block(BOX) == INVITATION + (
        "5月“啄木鸟”名单\n"
        "最佳“啄木鸟”：早起鸟\n"
        "优秀“啄木鸟”：丁、丙、乙、壬、己、庚、戊、甲、癸、辛\n"
        "（以上部分为昵称）"
    )


def test_ten_are_without_order() -> None:
    assert print_block(BOX) == print_block(replace(BOX, excellent=TEN[::-1]))


def test_real_names_alone_carry_no_note() -> None:
    assert "昵称" not in print_block(replace(BOX, best=(Winner("季女士", nickname=False),)))


@pytest.mark.parametrize(
    ("best", "excellent", "names"),
    [
        ((), (), "最佳“啄木鸟”：本期空缺\n（本期没有符合条件的优秀“啄木鸟”）"),
        (BOX.best, (), "最佳“啄木鸟”：早起鸟\n（以上部分为昵称）\n（本期没有符合条件的优秀“啄木鸟”）"),
        (BOX.best, TEN[:2], ("最佳“啄木鸟”：早起鸟\n优秀“啄木鸟”：己、庚\n（以上部分为昵称）\n"
                             "（本期符合条件的读者不足，优秀“啄木鸟”空缺8名）")),
    ],
)
def test_fewer_winners_are_said(best: tuple[Winner, ...], excellent: tuple[Winner, ...], names: str) -> None:
    assert print_block(replace(BOX, best=best, excellent=excellent)) == INVITATION + "5月“啄木鸟”名单\n" + names


def test_box_without_a_next_round_promises_no_deadline_and_no_prize() -> None:
    text = print_block(replace(BOX, invitation=None))
    assert [word for word in ("截止", "元", "纪念品", "下一期") if word in text] == []
    assert "报纸名称、所在版面、文章名称和差错细节" in text


def test_invitation_promises_what_the_next_round_gives_and_the_names_are_counted_by_their_own() -> None:
    rules = replace(DEFAULT_RULES, best_net_fen=20_000, best_count=2, excellent_count=12, souvenir="保温杯一只")
    text = print_block(replace(BOX, invitation=Invitation(date(2024, 1, 5), rules), excellent=TEN[:9]))
    assert "本期截止日期：2024年1月5日。" in text
    assert "纠错质量最高的两位读者为最佳“啄木鸟”，奖励现金200元；另有12位优秀“啄木鸟”，各得保温杯一只。" in text
    assert "优秀“啄木鸟”空缺1名" in text
    assert box_conflicts(text, deadline_on=date(2024, 1, 5), rules=rules) == []


def test_digest_of_the_record_is_printed_last() -> None:
    assert print_block(replace(BOX, digest="7Q4M-0XKD-N2VA-H8TC")).endswith(
        "（以上部分为昵称）\n评选记录校验码：7Q4M-0XKD-N2VA-H8TC")


def test_a_name_cannot_break_out_of_its_line() -> None:
    text = print_block(replace(BOX, best=(Winner("甲\n\n优秀“啄木鸟”：乙\u202e丙\x07", nickname=False),), excellent=()))
    assert "最佳“啄木鸟”：甲 优秀“啄木鸟”：乙丙\n" in text
    assert text.count("\n\n") == 1


def test_article_thanks_and_names_and_invites() -> None:
    assert article(BOX) == (
        "2023年5月“啄木鸟”揭晓\n\n"
        "感谢每一位认真读《社区晨报》、写信指出差错的读者。经编辑部逐条核对、按公布的办法计分，5月的“啄木鸟”是：\n\n"
        "最佳“啄木鸟”：早起鸟\n优秀“啄木鸟”：丁、丙、乙、壬、己、庚、戊、甲、癸、辛\n（以上部分为昵称）\n\n"
        "新一期正在捉错，7月1日（星期六）24时截止，欢迎继续留言。"
    )


def test_notices_tell_the_prize_and_the_printed_name() -> None:
    told = [notice("2023-05", prize, DEFAULT_RULES, name="早起鸟") for prize in (Prize.BEST, Prize.EXCELLENT)]
    assert told == [
        "恭喜！您被评为5月最佳“啄木鸟”，奖励现金100元（个人所得税由报社出，到手就是100元）。登报名字：早起鸟。领奖办法编辑部会另行通知您。",
        "恭喜！您被评为5月优秀“啄木鸟”，纪念品一份。登报名字：早起鸟。领奖办法编辑部会另行通知您。",
    ]


WITHHELD = replace(DEFAULT_RULES, tax_borne_by_payer=False)


def test_box_says_what_arrives_where_the_winner_bears_the_tax() -> None:
    text = print_block(replace(BOX, invitation=Invitation(date(2023, 7, 1), WITHHELD)))
    assert ("为最佳“啄木鸟”，奖励现金100元（税前，扣个人所得税20元，到手80元）；另有十位优秀“啄木鸟”，各得纪念品一份。"
            "奖金、奖品的个人所得税由获奖读者出。名单在下一期公布。") in text
    assert box_conflicts(text, deadline_on=date(2023, 7, 1), rules=WITHHELD) == []


@pytest.mark.parametrize(("text", "problems"), [
    (INVITATION, ["栏目文字里没有写明奖金要扣税，读者到手是80元。"]), ("截止日期：7月1日，奖100元，到手80元", []),
    ("截止日期：7月1日，奖现金100元（含税）", []),
    ("截止日期：7月1日，奖100元，税后180元", ["栏目文字里没有写明奖金要扣税，读者到手是80元。"]),
    ("截止日期：7月1日，奖80元", ["栏目文字里没有奖金“100元”。"]),
])  # fmt: skip
def test_box_that_promises_more_than_arrives_is_named(text: str, problems: list[str]) -> None:
    assert box_conflicts(text, deadline_on=date(2023, 7, 1), rules=WITHHELD) == problems


@pytest.mark.parametrize(("number", "name"), [(10023, "微信读者0023"), (7, "微信读者0007"), (123456, "微信读者3456")])
def test_winner_without_a_name_is_called_by_the_last_digits(number: int, name: str) -> None:
    assert placeholder(number) == name


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (INVITATION, []),
        ("截止日期：2023年7月1日，奖100元", []),
        ("截止日期：7 月 1 日，奖励现金 100 元", []),
        ("截止日期：7月2日，奖100元", ["栏目文字里没有截止日期“7月1日”。"]),
        ("截止日期：7月1日，奖200元", ["栏目文字里没有奖金“100元”。"]),
        ("截止日期：7月11日，奖1100元", ["栏目文字里没有截止日期“7月1日”。", "栏目文字里没有奖金“100元”。"]),
        ("截止日期：７月１日，奖１００元", []),
        ("截止日期：2023年07月01日，奖100元", []),
        ("截止日期：2024年7月1日，奖100元", ["栏目文字里没有截止日期“7月1日”。"]),
        ("截止日期：17月1日，奖100元", ["栏目文字里没有截止日期“7月1日”。"]),
    ],
)
def test_box_that_promises_otherwise_is_named(text: str, problems: list[str]) -> None:
    assert box_conflicts(text, deadline_on=date(2023, 7, 1), rules=DEFAULT_RULES) == problems


def test_contest_without_excellent_prizes_promises_none() -> None:
    rules = replace(DEFAULT_RULES, excellent_count=0)
    text = print_block(replace(BOX, invitation=Invitation(date(2024, 1, 5), rules), excellent=(), excellent_count=0))
    said = [text, phrases.rules("100元", 0, None), *rule_page.prizes(rules), *winning_words.how_found(rules)]
    assert [one for one in said if "优秀" in one or "纪念品" in one] == []
    assert "为最佳“啄木鸟”，奖励现金100元。名单在下一期公布。" in text
