"""Gross, tax and net of a prize, to the fen (RULES 18)."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.contest import finance
from bot.contest.finance import Payout, Total, of_prize, payout
from bot.contest.rules import DEFAULT_RULES, RANGES, RuleSet
from models.enums import Prize

WORTHS = st.integers(*RANGES["best_net_fen"])
RATES = st.integers(*RANGES["tax_percent"])


@pytest.mark.parametrize(("worth", "percent", "borne", "expected"), [
    (10_000, 20, True, (12_500, 2_500, 10_000)),  # 100 yuan promised: 125 gross
    (10_000, 20, False, (10_000, 2_000, 8_000)),  # 100 yuan gross: 80 in the hand
    (3_550, 20, True, (4_438, 888, 3_550)),  # 44.375 goes up
    (3_550, 20, False, (3_550, 710, 2_840)),
    (3_333, 20, False, (3_333, 667, 2_666)),  # 6.666 yuan of tax
    (1, 20, True, (1, 0, 1)),  # a tax of 0.2 fen is none
    (2, 20, True, (3, 1, 2)),
    (3, 20, False, (3, 1, 2)),
    (0, 20, True, (0, 0, 0)),
    (10_000, 0, True, (10_000, 0, 10_000)),
    (10_000, 0, False, (10_000, 0, 10_000)),
    (100, 99, True, (10_000, 9_900, 100)),
    (5, 50, False, (5, 3, 2)),  # half a fen of tax goes up
    (100_000_000, 20, True, (125_000_000, 25_000_000, 100_000_000)),
])  # fmt: skip
def test_prize_of_so_much(worth: int, percent: int, borne: bool, expected: tuple[int, int, int]) -> None:
    assert payout(worth, percent=percent, borne_by_payer=borne) == Payout(*expected, borne_by_payer=borne)


@given(worth=WORTHS, percent=RATES, borne=st.booleans())
def test_gross_less_tax_is_net_and_the_tax_is_that_of_the_gross(worth: int, percent: int, borne: bool) -> None:
    made = payout(worth, percent=percent, borne_by_payer=borne)
    assert made.gross_fen - made.tax_fen == made.net_fen
    assert min(made.gross_fen, made.tax_fen, made.net_fen) >= 0
    assert (made.net_fen if borne else made.gross_fen) == worth
    assert abs(made.tax_fen - Fraction(made.gross_fen * percent, 100)) <= Fraction(1, 2)
    assert made.tax_fen == finance.tax_of(made.gross_fen, percent)


@given(worth=WORTHS, percent=RATES)
def test_whoever_bears_the_tax_pays_no_more_than_a_fen_beside_the_exact_sum(worth: int, percent: int) -> None:
    made = payout(worth, percent=percent, borne_by_payer=True)
    assert abs(made.gross_fen - Fraction(worth * 100, 100 - percent)) <= Fraction(1, 2)


@pytest.mark.parametrize(("worth", "percent"), [(-1, 20), (100, 100), (100, -1)])
def test_what_cannot_be_is_refused(worth: int, percent: int) -> None:
    with pytest.raises(ValueError, match="no tax of"):
        payout(worth, percent=percent, borne_by_payer=True)


def test_the_notice_promises_what_the_best_has_in_the_end() -> None:
    best = of_prize(DEFAULT_RULES, Prize.BEST)
    assert best == Payout(12_500, 2_500, 10_000, borne_by_payer=True)
    assert best.net_fen == DEFAULT_RULES.best_net_fen
    assert of_prize(RuleSet(tax_borne_by_payer=False), Prize.BEST) == Payout(10_000, 2_000, 8_000, borne_by_payer=False)


def test_souvenir_counts_at_its_price_and_without_one_at_nothing_made_up() -> None:
    assert of_prize(DEFAULT_RULES, Prize.EXCELLENT) is None
    priced = RuleSet(souvenir_fen=4_000)
    assert of_prize(priced, Prize.EXCELLENT) == Payout(5_000, 1_000, 4_000, borne_by_payer=True)
    assert of_prize(priced, Prize.EXCELLENT, price_fen=2_000) == Payout(2_500, 500, 2_000, borne_by_payer=True)
    assert of_prize(DEFAULT_RULES, Prize.EXCELLENT, price_fen=2_000) == Payout(2_500, 500, 2_000, borne_by_payer=True)


def test_a_price_of_a_souvenir_changes_no_cash() -> None:
    assert of_prize(RuleSet(souvenir_fen=4_000), Prize.BEST, price_fen=1) == of_prize(DEFAULT_RULES, Prize.BEST)


def test_total_counts_what_has_no_price_in_no_sum() -> None:
    total = Total()
    for prize in (Prize.BEST, Prize.EXCELLENT, Prize.EXCELLENT):
        total = total.plus(prize, of_prize(DEFAULT_RULES, prize))
    assert total == Total(count=3, cash=1, unpriced=2, gross_fen=12_500, tax_fen=2_500, net_fen=10_000)
    assert total.plus(Prize.EXCELLENT, payout(4_000, percent=20, borne_by_payer=False)) == Total(4, 1, 2, 16_500, 3_300, 13_200)
