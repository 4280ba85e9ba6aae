"""The rules of a round in plain sentences, for whoever reads the paper. Pure; drawn from the rule set, so that no number
stands here that the pick is not made with."""

from __future__ import annotations

from dataclasses import dataclass

from bot.contest.annex import RowKind, RowStatus
from bot.contest.announcing import prize_words
from bot.contest.arithmetic import points_text
from bot.contest.rules import RuleSet

TENTHS = 10
COUNTS = ("报上印出来的都算：文章、标题、广告、图片说明、中缝、报头。公众号自己发的文章不算。",
          "直接写给公众号，说清哪份报、第几版、哪篇文章、哪几个字错了，先后不限，一次说几处也可以。",
          "连着错的几个字算一处；同一期里重复的同一个错，几份报合用的同一篇稿子里的错，也只算一处。")
COUNTS_NOT = ("两种写法都对的、说法上的建议、正确的方言，不算差错，也谢谢您告诉我们。",
              "说“不是差错”的，每一条都会告诉您理由。",
              "过了截止日期才报的照样核对、照样更正，只是不得分。")
OURS = "（本报暂定）"


@dataclass(frozen=True, slots=True)
class PointsLine:
    """What one place of these kinds is worth: 1 分, 0.1 分. Kinds whose value is the paper's own say so."""

    points: str
    kinds: tuple[str, ...]


def points(rules: RuleSet) -> tuple[PointsLine, ...]:
    """The kinds of errors by their points, the highest first."""
    found: dict[int, list[str]] = {}
    for row in rules.gradable_rows:
        if row.kind is RowKind.POINTS:
            found.setdefault(row.base_milli, []).append(row.name + ("" if row.status is RowStatus.NATIONAL else OURS))
    return tuple(PointsLine(f"{points_text(base)} 分", tuple(found[base])) for base in sorted(found, reverse=True))


def added(rules: RuleSet) -> tuple[str, ...]:
    """What makes of these points the score of a report."""
    said = [f"错在报头、报眉、栏头、标题里，或者是重要的名称、时间、图片，按 {rules.doubling_factor} 倍算，不重复加倍。"]
    if rules.usage_cap_milli:
        said.append(f"标点和数字用法，一个人一轮最多算 {points_text(rules.usage_cap_milli)} 分。")
    base, step = rules.clarity_base_tenths, rules.clarity_step_tenths
    if step:
        full = "，三样都有就是满分" if base + 3 * step == TENTHS else ""
        said.append(f"得分先按 {base} 成算；位置对、改法对、说得出理由，每样再加 {step} 成{full}。")
    if rules.small_erratum_milli:
        said.append(f"不到 {points_text(rules.small_erratum_milli)} 分的小错，只有最先指出的人得分。")
    return tuple(said)


def prizes(rules: RuleSet) -> tuple[str, ...]:
    """What is won."""
    said = [f"最佳啄木鸟 {rules.best_count} 位，奖励现金{prize_words.cash_in_print(rules)}。",
            f"优秀啄木鸟 {rules.excellent_count} 位，各得{rules.souvenir}。" if rules.excellent_count else "",
            prize_words.tax_in_print(rules),
            "一个人一轮只得一份奖。够条件的人少，奖就少发，不凑数。"]
    if rules.best_rest_rounds:
        said.append(f"得过最佳的，往后 {rules.best_rest_rounds} 轮不再评最佳。")
    if rules.lapsed_prize_moves_on:
        said.append("过期没有领的奖给下一位，报上会更正。")
    return tuple(one for one in said if one)


def afterwards(rules: RuleSet) -> tuple[str, ...]:
    """What a reader may do about a decision."""
    return (f"对结果不服，{rules.appeal_days} 天内在公众号里说“申诉”，每一条可以申诉一次。",
            f"由另一位编辑再看，{rules.appeal_answer_workdays} 个工作日内答复。",
            "登报用真名、昵称都可以，也可以不登名字。")
