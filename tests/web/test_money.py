"""Sums of money in forms and on screens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web import money


@pytest.mark.parametrize(("text", "value"), [
    ("35", 3_500), ("35.5", 3_550), ("35.05", 3_505), (" ￥1,280.00 ", 128_000), ("３５．５０元", 3_550), ("0", 0), ("", None),
    ("  ", None), ("1000000", money.MOST_FEN),
])  # fmt: skip
def test_what_is_typed_is_a_sum_in_fen(text: str, value: int | None) -> None:
    assert money.fen(text) == value


@pytest.mark.parametrize("text", ["-1", "1.234", "1e3", "三十五", "35.", ".5", "=1+1", "1000000.01", "9" * 20_000, "1 2", "nan"])
def test_what_is_no_sum_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        money.fen(text)


@pytest.mark.parametrize(("value", "shown"), [(12_500, "125.00"), (5, "0.05"), (123_456_789, "1,234,567.89"), (None, "")])
def test_sums_are_shown_with_two_decimals(value: int | None, shown: str) -> None:
    assert money.yuan(value) == shown


@given(st.integers(1, money.MOST_FEN))
def test_a_sum_is_typed_as_it_is_read(value: int) -> None:
    assert money.fen(money.typed(value)) == value == money.fen(money.yuan(value))
