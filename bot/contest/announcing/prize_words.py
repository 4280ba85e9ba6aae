"""What is said of the prizes and of the tax on them: in print, to a winner, at the counter. Pure; see bot.contest.finance.

The promised sum is what arrives where the paper bears the tax; where it does not, every place that names it says so.
"""

from __future__ import annotations

from bot.contest import finance
from bot.contest.rules import RuleSet
from models.enums import Prize


def yuan(fen: int) -> str:
    """125, 12.50."""
    return str(fen // 100) if fen % 100 == 0 else f"{fen // 100}.{fen % 100:02d}"


def is_withheld(rules: RuleSet) -> bool:
    """Whether winners have less than what is promised."""
    return not rules.tax_borne_by_payer and rules.tax_percent > 0


def cash_in_print(rules: RuleSet) -> str:
    """100元; 100元（税前，扣个人所得税20元，到手80元）."""
    best = finance.of_best(rules)
    if not is_withheld(rules):
        return f"{yuan(best.net_fen)}元"
    return f"{yuan(best.gross_fen)}元（税前，扣个人所得税{yuan(best.tax_fen)}元，到手{yuan(best.net_fen)}元）"


def tax_in_print(rules: RuleSet) -> str:
    """A sentence of the box, for souvenirs are taxed as well; empty where the paper bears the tax."""
    return "奖金、奖品的个人所得税由获奖读者出。" if is_withheld(rules) else ""


def won(rules: RuleSet, prize: Prize) -> str:
    """For the winner's own notice: the title and what comes with it."""
    if prize is not Prize.BEST:
        return f"优秀“啄木鸟”，{rules.souvenir}{_souvenir_tax(rules)}"
    best = finance.of_best(rules)
    borne = rules.tax_borne_by_payer and best.tax_fen > 0
    whole = f"（个人所得税由报社出，到手就是{yuan(best.net_fen)}元）" if borne else ""
    return f"最佳“啄木鸟”，奖励现金{cash_in_print(rules)}{whole}"


def _souvenir_tax(rules: RuleSet) -> str:
    if not is_withheld(rules):
        return ""
    one = finance.of_prize(rules, Prize.EXCELLENT)
    return f"（个人所得税{yuan(one.tax_fen)}元由您出）" if one is not None else "（个人所得税由您出）"


def plain(rules: RuleSet, prize: Prize) -> str:
    """The prize as it was promised: 现金100元, 纪念品一份."""
    return f"现金{yuan(rules.best_net_fen)}元" if prize is Prize.BEST else rules.souvenir


def taxed(rules: RuleSet, prize: Prize) -> str:
    """For the page on which it is claimed: what it is before the tax, the tax, what arrives; empty where nothing is to say."""
    one = finance.of_prize(rules, prize)
    if prize is Prize.BEST:
        assert one is not None, "cash has a sum"
        if one.tax_fen == 0:
            return ""
        how = f"个人所得税{yuan(one.tax_fen)}元由报社出" if one.borne_by_payer else f"扣个人所得税{yuan(one.tax_fen)}元"
        return f"税前{yuan(one.gross_fen)}元，{how}，您到手{yuan(one.net_fen)}元。"
    if not is_withheld(rules):
        return ""
    if one is None:
        return "这份奖品的个人所得税由您出，领的时候编辑部会告诉您交多少、怎么交。"
    return f"这份奖品值{yuan(one.gross_fen)}元，个人所得税{yuan(one.tax_fen)}元由您出，领的时候编辑部会告诉您怎么交。"


def handed(rules: RuleSet, prize: Prize) -> str:
    """For whoever hands it over: what goes into the winner's hand."""
    if prize is not Prize.BEST:
        return f"{rules.souvenir}{_souvenir_tax(rules).replace('您', '读者')}"
    best = finance.of_best(rules)
    why = "" if best.tax_fen == 0 else (
        f"（个人所得税{yuan(best.tax_fen)}元报社另外交）" if best.borne_by_payer
        else f"（{yuan(best.gross_fen)}元里扣下个人所得税{yuan(best.tax_fen)}元）")
    return f"现金{yuan(best.net_fen)}元{why}"
