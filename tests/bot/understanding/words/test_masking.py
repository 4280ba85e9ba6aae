"""Quotations and titles become place holders."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.words.masking import find_spans, mask
from bot.understanding.words.normalise import fold


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("“甲乙”应为“丙丁”", ["甲乙", "丙丁"]),
        ("“传统的‘物防+人防’的手段”多了", ["传统的‘物防+人防’的手段"]),
        ("'甲乙'应为'丙丁'", ["甲乙", "丙丁"]),
        ('"甲乙"应为"丙丁"', ["甲乙", "丙丁"]),
        ("“甲乙“应为“丙丁“", ["甲乙", "丙丁"]),
        ("”甲乙”应为“丙丁”", ["甲乙", "丙丁"]),
        ("「甲乙」應為「丙丁」", ["甲乙", "丙丁"]),
        ("“含“两新”组织”有误", ["含“两新”组织"]),
        ("it's don't", []),
        ("只有“开头", []),
        ("《共建“宜居”》", ["共建“宜居”"]),
        ("", []),
    ],
)
def test_quotations_are_found(text: str, quoted: list[str]) -> None:
    folded = fold(text)
    assert [folded.words(s.inner_start, s.inner_end) for s in find_spans(folded.text)] == [
        fold(q).words(0, len(q)) if "「" in text else q for q in quoted
    ]


def test_a_quotation_of_citation_words_is_hidden() -> None:
    masked = mask("“应为第二版”有误")
    assert "应为" not in masked.text
    assert masked.quoted(masked.text[0]) == "应为第二版"


@given(st.text(alphabet="“”‘’\"'《》<>甲乙，。\n\ue000\ue7ff 应为", max_size=80))
def test_masking_takes_any_marks(text: str) -> None:
    masked = mask(text)
    assert len(masked.origin) == len(masked.text) + 1
    assert masked.words(0, len(masked.text)) in text
