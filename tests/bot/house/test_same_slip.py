"""Which errors of an issue are one text error: by their links, by the change of letters, never against an editor's word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.house.same_slip import Stated, classes, text_error


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("食唐", "食堂"), ("社区食唐开张", "社区食堂开张"), True),
        (("食唐", "食堂"), ("唐皇", "堂皇"), True),
        (("帐户", "账户"), ("个人帐户", "个人账户"), True),
        (("帐户", "账户"), ("帐蓬", "帐篷"), False),
        (("高兴的说", "高兴地说"), ("自觉的分", "自觉地分"), False),
        (("高兴的说", "高兴地说"), ("高兴 的说", "高兴地说"), True),
        (("3月5日", "3月6日"), ("4月5日", "4月6日"), False),
        (("开开张", "开张"), ("热热闹", "热闹"), False),
        (("开 开张", "开张"), ("开开张", "开张"), True),
        (("街办", "街道办"), ("街道", "街道办"), False),
        (("你好，", "你好。"), ("再见，", "再见。"), False),
        (("全句不对", None), ("全句不对", None), False),
        ((None, "食堂"), (None, "食堂"), False),
    ],
)
def test_two_places_are_one_text_error(one: tuple[str | None, str | None], other: tuple[str | None, str | None],
                                       same: bool) -> None:  # fmt: skip
    keys = text_error(*one), text_error(*other)
    assert (keys[0] is not None and keys[0] == keys[1]) is same


def test_class_is_named_by_its_first_and_a_link_brings_two_changes_together() -> None:
    errata = [Stated(1, 1, "食唐", "食堂"), Stated(2, 2, "帐户", "账户"), Stated(3, 3, "唐皇", "堂皇"),
              Stated(4, 2, "食唐", "食堂")]  # fmt: skip
    assert classes(errata[:3]) == {1: 1, 2: 2, 3: 1}
    assert classes(errata) == {1: 1, 2: 1, 3: 1, 4: 1}


def test_what_is_linked_is_one_whatever_an_editor_said_of_its_words() -> None:
    errata = [Stated(1, 1, "食唐", "食堂"), Stated(2, 2, "食唐", "食堂")]
    assert classes(errata, {(1, 2)}) == {1: 1, 2: 2}
    assert classes([errata[0], Stated(2, 1, "食唐", "食堂")], {(1, 2)}) == {1: 1, 2: 1}


WORDS = st.sampled_from(["食唐", "食堂", "帐户", "账户", "的", "地", "3", "5", "", None])


@given(st.lists(st.tuples(WORDS, WORDS, st.integers(1, 4)), max_size=8))
def test_every_erratum_is_in_one_class_named_by_a_member_before_it(drawn: list[tuple[str | None, str | None, int]]) -> None:
    errata = [Stated(n, root, wrong, right) for n, (wrong, right, root) in enumerate(drawn, 1)]
    found = classes(errata)
    assert set(found) == {one.erratum_id for one in errata}
    assert all(found[found[n]] == found[n] <= n for n in found)
    assert all(found[a.erratum_id] == found[b.erratum_id] for a in errata for b in errata if a.root_id == b.root_id)
