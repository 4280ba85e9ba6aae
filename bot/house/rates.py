"""An error rate as it is written, and what it means against three per ten thousand. Pure."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from bot.house.own_rate import PASS_PER_10_000, Ledger


def rate_text(value: Fraction | None) -> str:
    """1.23; more places where two would hide on which side of three it lies; — for none."""
    if value is None:
        return "—"
    for places in (2, 4, 6):
        shown = rounded(value, places)
        if (Fraction(shown) <= PASS_PER_10_000) == (value <= PASS_PER_10_000):
            break
    return str(shown)


def rounded(value: Fraction, places: int) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def verdict_text(ledger: Ledger) -> str:
    """Against three per ten thousand."""
    if ledger.passes is None:
        return "没有字数，算不出"
    return "在万分之三以内" if ledger.passes else "超过万分之三"
