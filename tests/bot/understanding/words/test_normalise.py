"""Folding and the way back to what was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.words.normalise import fold, loose_key, loose_key_with_origin, number, strict_key


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Ａ０２版", "a02版"),
        ("編輯先生：涼城", "编辑先生:凉城"),
        ("「十九屆」『甲』", "“十九届”‘甲’"),
        ("零\u200b宽\ufeff字\u2060符", "零宽字符"),
        ("①②", "①②"),
        ("8．22％", "8.22%"),
        ("一\x00二\x07三", "一二三"),
        ("全\u3000角", "全 角"),
        ("……", "……"),
    ],
)
def test_text_is_folded(typed: str, folded: str) -> None:
    assert fold(typed).text == folded


def test_words_come_back_as_typed() -> None:
    folded = fold("＂１９萬\u200b平米＂")
    at = folded.text.index("19万平米")
    assert folded.words(at, at + 5) == "１９萬\u200b平米"


def test_keys_drop_more_and_more() -> None:
    assert strict_key("“街道 - 片区”，好") == "街道-片区,好"
    assert loose_key("“街道 - 片区”，好 8.22%") == "街道片区好822%"


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("十二", 12), ("二十", 20), ("元", 1), ("二〇二一", 2021), ("二0二一", 2021), ("十四", 14),
     ("", None), ("猫", None), ("1234567", None)],
)  # fmt: skip
def test_numerals(text: str, value: int | None) -> None:
    assert number(text) == value


@given(st.text())
def test_every_folded_character_knows_where_it_came_from(text: str) -> None:
    folded = fold(text)
    assert len(folded.origin) == len(folded.text) + 1
    assert list(folded.origin) == sorted(folded.origin)
    assert folded.words(0, len(folded.text)) in text
    key, origin = loose_key_with_origin(text)
    assert len(origin) == len(key) + 1
