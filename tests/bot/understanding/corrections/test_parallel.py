"""Two lists side by side: what is wrong, and in the same order what it should be, however they are set apart."""

from __future__ import annotations

import pytest

from tests.support.demo_talk import pairs

TWO = [("帐户", "账户"), ("按装", "安装")]
THREE = [("食唐", "食堂"), ("帐户", "账户"), ("按装", "安装")]


@pytest.mark.parametrize(("text", "told"), [
    ("柳湾三个错字：食唐、帐户、按装！正确写法依次是食堂、账户、安装！", THREE),
    ("柳湾的食唐、帐户、按装 应为 食堂、账户、安装，谢谢", THREE),
    ("我在柳湾看到食唐/帐户/按装，改为食堂/账户/安装", THREE),
    ("柳湾：食唐，帐户，按装三个词都不对，该是食堂，账户，安装才对啊", THREE),
    ("柳湾的帐户和按装应该分别是账户和安装", TWO),
    ("帐户、按装，字典里查了是账户、安装", TWO),
    ("“帐户”“按装”，错得离谱。正确：“账户”“安装”", TWO),
    ("“帐户”和“按装”，字典里只有“账户”和“安装”", TWO),
    ("“帐户”→“账户”，“按装”→“安装”", TWO),
])  # fmt: skip
def test_each_word_goes_with_the_one_at_its_place(text: str, told: list[tuple[str, str]]) -> None:
    assert pairs(text) == told


@pytest.mark.parametrize("text", [
    "食堂、账户、安装，报上有这些词", "老年学校有合唱、书法、象棋，没有跳舞、摄影、门球",
    "我喜欢看头版、三版，也喜欢看头版、四版",
])  # fmt: skip
def test_lists_of_something_else_correct_nothing(text: str) -> None:
    assert pairs(text) == []


@pytest.mark.parametrize("text", ["“帐户”“按装”，这俩都不对", "“帐户”、“按装”两处有误", "柳湾的“帐户”和“按装”全错了"])
def test_what_is_said_of_a_whole_row_holds_for_each_of_it(text: str) -> None:
    assert pairs(text) == [("帐户", None), ("按装", None)]


@pytest.mark.parametrize("text", ["热线12354可是打不通的，要改12345", "热线12354要改12345", "热线12354，应写12345"])
def test_a_number_to_put_in_its_place_needs_no_marks(text: str) -> None:
    assert [right for _, right in pairs(text)] == ["12345"]


def test_brackets_round_a_page_are_none_of_the_words_behind_them() -> None:
    assert pairs("【P03】帐户＝＞账户") == [("帐户", "账户")]
