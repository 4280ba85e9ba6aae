"""A reader mends his own right form: what he denies stands in it and in nothing that is printed."""

from __future__ import annotations

import pytest

from tests.support.demo_talk import talk as said


def standing(*turns: str) -> list[tuple[str | None, str | None]]:
    return [(one.wrong, one.right) for one in said(*turns).standing()]


@pytest.mark.parametrize("words", [
    "哎呀我自己也写岔了，是“八折优惠”，不是优会",
    "手一滑，不是优会，是优惠",
    "是“优惠”，不是优会",
    "瞧我这眼神！是八折优惠，不是八折优会",
    "优会应为优惠",
    "“优会”改成“优惠”",
    "是优惠不是优会",
])  # fmt: skip
def test_his_own_slip_is_mended_and_no_second_error(words: str) -> None:
    assert standing("柳湾1版“八折优慧”应为“八折优会”", words) == [("八折优慧", "八折优惠")]


def test_a_word_that_is_printed_is_an_error_of_its_own() -> None:
    assert standing("柳湾1版“八折优慧”应为“八折优惠”", "2版“白塘”应为“白糖”") == [("八折优慧", "八折优惠"), ("白塘", "白糖")]
