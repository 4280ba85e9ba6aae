"""The rules in plain sentences hold the numbers of the rule set and no others."""

from __future__ import annotations

from dataclasses import replace

from bot.contest.annex import RowKind
from bot.contest.announcing import rule_page
from bot.contest.rules import DEFAULT_RULES

CHANGED = replace(DEFAULT_RULES, doubling_factor=3, usage_cap_milli=500, clarity_base_tenths=4, clarity_step_tenths=2,
                  best_count=2, excellent_count=5, souvenir="布袋一个", best_rest_rounds=3, lapsed_prize_moves_on=False,
                  appeal_days=7,
                  appeal_answer_workdays=3, best_net_fen=20_000, small_erratum_milli=2000)


def test_every_kind_of_error_stands_once_under_its_points() -> None:
    lines = rule_page.points(DEFAULT_RULES)
    assert [one.points for one in lines] == ["4 分", "2 分", "1 分", "0.5 分", "0.1 分"]
    kinds = [kind.removesuffix(rule_page.OURS) for one in lines for kind in one.kinds]
    assert sorted(kinds) == sorted(row.name for row in DEFAULT_RULES.annex if row.kind is RowKind.POINTS)
    assert "标点符号错用、漏用、多用（本报暂定）" in lines[-1].kinds


def test_sentences_follow_the_numbers() -> None:
    said = "".join((*rule_page.added(CHANGED), *rule_page.prizes(CHANGED), *rule_page.afterwards(CHANGED)))
    for part in ("按 3 倍算", "最多算 0.5 分", "按 4 成算", "再加 2 成，三样都有就是满分", "不到 2 分的小错",
                 "最佳啄木鸟 2 位",
                 "奖励现金200元",
                 "优秀啄木鸟 5 位，各得布袋一个", "往后 3 轮不再评最佳", "7 天内", "3 个工作日内"):
        assert part in said, part
    assert "过期没有领" not in said


def test_what_is_switched_off_is_not_said() -> None:
    plain = replace(CHANGED, usage_cap_milli=0, clarity_step_tenths=0, small_erratum_milli=0)
    assert len(rule_page.added(plain)) == 1
    assert "满分" not in "".join(rule_page.added(replace(CHANGED, clarity_base_tenths=5)))
