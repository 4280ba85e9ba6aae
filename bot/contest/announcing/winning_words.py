"""How the winners of a round were found, in short sentences for whoever reads the paper. Pure; drawn from the rule set."""

from __future__ import annotations

from bot.contest.rules import QUARTERS, RuleSet


def how_found(rules: RuleSet) -> tuple[str, ...]:
    """The same numbers as the pick was made with, so that no sentence promises another."""
    return (
        "每一条纠错都由编辑核对。查实的，按差错的轻重得分。",
        f"同一处差错，最先指出的人得满分{_later(rules)}。",
        "位置清楚、改法对、说得出理由，分数会再高一些。",
        "一个人这一轮的得分加在一起排名次。" + _share(rules),
        f"最高的{rules.best_count}位是最佳啄木鸟{_ten(rules)}。",
        "总分一样时，先看谁最先指出的多，再看谁查实的比例高，再看谁先完成，最后抽签。",
        "抽签的种子在截止时就已封存，谁也改不了。",
        "本报工作人员和他们的亲属不参加评奖。",
    )


def _ten(rules: RuleSet) -> str:
    return f"，随后{rules.excellent_count}位是优秀啄木鸟，优秀不分先后" if rules.excellent_count else ""


def _later(rules: RuleSet) -> str:
    parts = [f"第{'一二三四五六七八九十'[place]}位得{percent}%" for place, share in enumerate(rules.shares_quarters[:10])
             if place and 0 < (percent := share * 100 // QUARTERS) < 100]
    return "，" + "，".join(parts) + "，再往后不得分" if parts else ""


def _share(rules: RuleSet) -> str:
    if not rules.qualify_accepted:
        return ""
    if (rules.qualify_accepted, rules.qualify_decided) == (1, 2):
        return "评过的纠错里，至少一半查实，才能获奖。"
    return f"评过的纠错里，每{rules.qualify_decided}条至少{rules.qualify_accepted}条查实，才能获奖。"
