"""A report's score as a line of Chinese that anyone can check by hand. Judges nothing; knows no database."""

from __future__ import annotations

from bot.contest.rules import QUARTERS, RuleSet
from bot.contest.scoring import ReportScore, Why, clarity_tenths
from models.enums import Doubling

DOUBLING_NAMES = {Doubling.HEADLINE: "标题", Doubling.IMPORTANT: "重要信息"}

NOTHING = {
    Why.WITHDRAWN: "已撤回",
    Why.LATE: "过了截止时间",
    Why.LAPSED: "未补充，已失效",
    Why.NOT_A_FINDER: "不参加评奖",
    Why.UNDECIDED: "还没评定",
    Why.NOT_ACCEPTED: "未采纳",
    Why.ESCALATED: "转专人处理，不计分",
    Why.REPEAT: "同一处差错已报过",
}


def points_text(milli: int) -> str:
    """Thousandths as short as they can be said: 1000 → 1, 250 → 0.25."""
    whole, rest = divmod(milli, 1000)
    return f"{whole}.{rest:03d}".rstrip("0").rstrip(".")


def total_text(milli: int) -> str:
    """Thousandths with all three places: 2000 → 2.000."""
    return f"{milli // 1000}.{milli % 1000:03d}"


def arithmetic(item: ReportScore, rules: RuleSet) -> str:
    """“1 分 × 2（标题）× 1（首位发现）× 1.0（3 项说明齐全）＝ 2.000 分”; a report worth nothing says why."""
    for reason in item.why:
        if reason in NOTHING:
            return f"0 分（{NOTHING[reason]}）"
    line = f"{points_text(item.base_milli)} 分"
    if item.doubling is not Doubling.NONE:
        line += f" × {rules.doubling_factor}（{DOUBLING_NAMES[item.doubling]}）× "
    else:
        line += " × "
    line += f"{points_text(item.share * 1000 // QUARTERS)}（{_finder(item, rules)}）"
    if Why.CAP in item.why:
        line += (f"，按上限计 {points_text(item.capped_milli)} 分"
                 f"（标点和数字用法每人每轮最多计 {points_text(rules.usage_cap_milli)} 分）")
        line += " "
    tenths = clarity_tenths(item.marks, rules)
    line += f"× {tenths // 10}.{tenths % 10}（{_marks(item.marks)}）"
    return f"{line}＝ {total_text(item.total_milli)} 分"


def before_ranking(row_code: str | None, doubling: Doubling, marks: int, rules: RuleSet) -> str:
    """What an accepted report is worth before anybody's place is counted: “1 分 × 2（标题），3 项说明有 2 项”."""
    try:
        row = rules.row(row_code or "")
    except KeyError:
        return ""
    line = f"{points_text(row.base_milli)} 分"
    if doubling is not Doubling.NONE and row.doubles:
        line += f" × {rules.doubling_factor}（{DOUBLING_NAMES[doubling]}）"
    return f"{line}，{_marks(marks)}"


def _finder(item: ReportScore, rules: RuleSet) -> str:
    if item.finder_rank == 1:
        return "首位发现"
    place = f"第 {item.finder_rank} 位发现"
    if Why.SMALL_ERRATUM in item.why:
        return f"{place}，不满 {points_text(rules.small_erratum_milli)} 分的差错只计首位"
    if Why.LATER_FINDER in item.why:
        return f"{place}，只计前 {sum(1 for share in rules.shares_quarters if share)} 位"
    return place


def _marks(marks: int) -> str:
    if marks == 3:
        return "3 项说明齐全"
    return f"3 项说明有 {marks} 项" if marks else "3 项说明都没有"
