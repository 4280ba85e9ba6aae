"""The numbers of a rule set in the words of the screen, and what differs between two of them. Reads nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from bot.contest.annex import RowKind
from bot.contest.arithmetic import points_text
from bot.contest.rules import RuleSet

BY_PAPER, BY_READER = "paper", "reader"
TAX_LABEL = "奖金、奖品的个人所得税谁出"
TAX_CHOICES = {BY_PAPER: "报社另外出，读者到手就是登的数", BY_READER: "获奖的读者出，从奖金里扣"}
QUARTER_NAMES = {4: "全部", 3: "四分之三", 2: "一半", 1: "四分之一", 0: "没有"}


def _points(value: int) -> str:
    return f"{points_text(value)} 分"


def _yes(value: bool) -> str:
    return "是" if value else "否"


def _tenths(value: int) -> str:
    return f"{value / 10:g}"


def _plain(value: object) -> str:
    return str(value)


WORDS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "doubling_factor": ("加倍乘以", _plain), "usage_cap_milli": ("标点、数字用法每人每轮最多计", _points),
    "ledger_repeats_per_issue": ("台账里同一差错每期最多计几处", _plain),
    "clarity_base_tenths": ("清楚分一项都没有时乘以", _tenths), "clarity_step_tenths": ("每有一项清楚分再加", _tenths),
    "shares_quarters": ("第 1、2、3…位发现的各得", lambda value: "、".join(QUARTER_NAMES.get(one, str(one)) for one in value)),
    "small_erratum_milli": ("不到几分的差错，后来的人不得分", _points),
    "second_share_percent": ("随机再评一遍的比例", lambda value: f"{value}%"),
    "seconds_contenders": ("名次线附近的再评一遍", _yes),
    "qualify_accepted": ("采纳要占几成才有资格：分子", _plain), "qualify_decided": ("采纳要占几成才有资格：分母", _plain),
    "best_count": ("最佳啄木鸟人数", _plain), "excellent_count": ("优秀啄木鸟人数", _plain),
    "best_rest_rounds": ("得过最佳后歇几轮", _plain), "compares_pairs": ("并列第一先两两比较", _yes),
    "best_net_fen": ("最佳啄木鸟奖金", lambda value: f"{value / 100:g} 元"),
    "tax_percent": ("偶然所得税", lambda value: f"{value}%"),
    "tax_borne_by_payer": ("奖金、奖品的税", lambda value: "报社另外出" if value else "获奖读者出"),
    "souvenir": ("优秀啄木鸟奖品", _plain),
    "souvenir_fen": ("一份奖品多少钱", lambda value: f"{value / 100:g} 元" if value else "没有写"),
    "lapsed_prize_moves_on": ("没人领的奖顺延", _yes), "trusted_create_minutes": ("微信时间比收到早几分钟以内算数", _plain),
    "clock_ahead_seconds": ("微信时间快几秒以内算数", _plain), "bare_quotation_chars": ("没有改正的引文最长几个字", _plain),
    "caller_hours_back": ("代录最多往前算几小时", _plain), "extra_minutes": ("截止后再等几分钟", _plain),
    "grading_days": ("截止后评几天", _plain), "needs_more_days": ("待补充等几天", _plain),
    "auto_announce": ("自动公布", _yes), "guardian_under_age": ("几岁以下由监护人领奖", _plain),
    "appeal_days": ("申诉几天内提出", _plain), "appeal_answer_workdays": ("申诉几个工作日内答复", _plain),
}
"""By the name of the number: how it is called, and its value in words."""


def changes(old: RuleSet, new: RuleSet) -> list[tuple[str, str, str]]:
    """(what, before, after) of every number that differs."""
    found = []
    for one in fields(RuleSet):
        before, after = getattr(old, one.name), getattr(new, one.name)
        if one.name == "annex" or before == after:
            continue
        label, words = WORDS[one.name]
        found.append((label, words(before), words(after)))
    return found + _rows(old, new)


def _rows(old: RuleSet, new: RuleSet) -> list[tuple[str, str, str]]:
    before, after = ({row.code: row for row in rules.annex} for rules in (old, new))
    found = []
    for code in before | after:
        one, other = before.get(code), after.get(code)
        if one == other:
            continue
        if one is None or other is None:
            found.append((f"种类 {code}", "没有" if one is None else "有", "有" if one is None else "没有"))
            continue
        name = other.name
        if one.base_milli != other.base_milli:
            found.append((f"种类“{name}”", _points(one.base_milli), _points(other.base_milli)))
        else:
            found.append((f"种类“{name}”", _row(one.doubles, one.cap_group), _row(other.doubles, other.cap_group)))
    return found


def _row(doubles: bool, cap_group: str) -> str:
    return ("可以加倍" if doubles else "不加倍") + ("，有上限" if cap_group else "")


def scoring_rows(rules: RuleSet) -> list[tuple[str, str, str]]:
    """(code, name, points) of the kinds whose points can be changed."""
    return [(row.code, row.name, points_text(row.base_milli)) for row in rules.annex if row.kind is RowKind.POINTS]
