"""What a prize costs and how much of it is tax, in fen (RULES 18). Pure; knows no award, no round and no clock.

A prize is 偶然所得: taxed as a whole at the rate of the rule set, per prize, withheld by whoever pays (个人所得税法 3, 6, 9).
A prize in kind counts at its price (实施条例 8). No exemption of small sums for such contests is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from bot.contest.rules import RuleSet
from models.enums import Prize


@dataclass(frozen=True, slots=True)
class Payout:
    """One prize: `gross_fen` − `tax_fen` = `net_fen`, none below 0. `borne_by_payer`: the paper pays the tax on top."""

    gross_fen: int
    tax_fen: int
    net_fen: int
    borne_by_payer: bool


def payout(worth_fen: int, *, percent: int, borne_by_payer: bool) -> Payout:
    """Of a prize worth so much. ValueError for a worth below 0 or a rate outside 0 to 99.

    Borne by the payer: the worth is what the winner has in the end, to the fen, for the notice promises it; the gross is
    worked out from it by 不含税所得 ÷ (1 − 税率). Else the worth is the gross, and the tax comes off it.
    Tax returns list amounts to the fen (金额单位：元，列至角分), a half fen goes up (四舍五入). What is added to the worth is
    then the tax that the gross has by itself: the gross is at most half a fen off, and its tax by less.
    """
    if worth_fen < 0 or not 0 <= percent <= 99:
        raise ValueError(f"no tax of {percent} % on {worth_fen} fen")
    if borne_by_payer:
        gross = _rounded(worth_fen * 100, 100 - percent)
        return Payout(gross, gross - worth_fen, worth_fen, borne_by_payer=True)
    tax = tax_of(worth_fen, percent)
    return Payout(worth_fen, tax, worth_fen - tax, borne_by_payer=False)


def tax_of(gross_fen: int, percent: int) -> int:
    """The tax on a gross sum, in fen."""
    return _rounded(gross_fen * percent, 100)


def of_prize(rules: RuleSet, prize: Prize, *, price_fen: int | None = None) -> Payout | None:
    """A prize of a round that ran under these rules. `price_fen`: what this souvenir really cost, where somebody said so.

    None: a souvenir whose price nobody has said; no sum is made up for it.
    """
    if prize is Prize.BEST:
        return of_best(rules)
    worth = price_fen or rules.souvenir_fen
    return _taxed(worth, rules) if worth else None


def of_best(rules: RuleSet) -> Payout:
    """The cash that the notice promises."""
    return _taxed(rules.best_net_fen, rules)


def _taxed(worth_fen: int, rules: RuleSet) -> Payout:
    return payout(worth_fen, percent=rules.tax_percent, borne_by_payer=rules.tax_borne_by_payer)


@dataclass(frozen=True, slots=True)
class Total:
    """Several prizes together. `unpriced`: how many are counted, but in no sum, for they have no price."""

    count: int = 0
    cash: int = 0
    unpriced: int = 0
    gross_fen: int = 0
    tax_fen: int = 0
    net_fen: int = 0

    def plus(self, prize: Prize, one: Payout | None) -> Total:
        return Total(
            self.count + 1, self.cash + (prize is Prize.BEST), self.unpriced + (one is None),
            self.gross_fen + (one.gross_fen if one else 0), self.tax_fen + (one.tax_fen if one else 0),
            self.net_fen + (one.net_fen if one else 0))


def together(totals: Iterable[Total]) -> Total:
    """The sum of sums."""
    made = Total()
    for one in totals:
        made = Total(*(getattr(made, key.name) + getattr(one, key.name) for key in fields(Total)))
    return made


def _rounded(numerator: int, denominator: int) -> int:
    """The quotient of two numbers not below 0, a half up."""
    return (2 * numerator + denominator) // (2 * denominator)
