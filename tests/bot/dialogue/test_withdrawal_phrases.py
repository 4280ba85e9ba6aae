"""What is said of a report that is taken back: which one it was, in the reader's own words and shortly."""

from __future__ import annotations

import pytest

from bot.dialogue.withdrawal_phrases import withdrawn


@pytest.mark.parametrize(("reports", "said"), [
    ([(2, "食唐")], "好的，第2条（“食唐”）已经撤回。"),
    ([(2, "家住银杏路的\n季阿婆高兴地的说")], "好的，第2条（“家住银杏路的 季阿婆高兴地的说”）已经撤回。"),
    ([(2, "字" * 40)], f"好的，第2条（“{'字' * 23}…”）已经撤回。"),
    ([(2, None)], "好的，第2条已经撤回。"),
    ([(1, "食唐"), (3, None)], "好的，第1条（“食唐”）、第3条已经撤回。"),
    ([(1, None), (3, None)], "好的，第1、3条已经撤回。"),
    ([(1, "食唐"), (2, "优慧"), (4, "栓绳")], "好的，第1条（“食唐”）、第2条（“优慧”）、第4条（“栓绳”）已经撤回。"),
    ([(1, "食唐"), (2, "优慧"), (4, "栓绳"), (5, "按装")], "好的，第1、2、4、5条已经撤回。"),
])  # fmt: skip
def test_what_is_taken_back_is_named_by_its_words(reports: list[tuple[int, str | None]], said: str) -> None:
    assert withdrawn(reports) == said
