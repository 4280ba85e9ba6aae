"""When two printed places are one slip: by their line, or by the word that is wrong. Values in, values out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.filing import slips
from bot.filing.slips import Stand
from bot.understanding.duplicates import core_span
from bot.understanding.values import Place


def stand(line: str, wrong: str | None, right: str | None, printed: str | None = None) -> Stand:
    """A reader's words found in a line, narrowed to the characters objected to."""
    quote = printed or wrong or ""
    at = line.index(quote)
    start, end = core_span(wrong, right, Place(1, 1, 1, 1, 0, at, at + len(quote)), quote)
    return Stand(line, start, end, wrong, right)


@pytest.mark.parametrize(("wrong", "right", "change"), [
    ("帐户", "账户", "帐>账"), ("开设帐户", "开设账户", "帐>账"), ("优 慧", "优惠", "慧>惠"), ("的的", "的", "的>"),
    ("食开张", "食堂开张", ">堂"), ("３月", "5月", "3>5"), ("甲，乙", "甲、乙", None), ("帳戶", "帐户", None),
    ("帐户", None, None), (None, "账户", None), ("帐户", "帐户", None), ("甲" * 20, "乙" * 20, None),
])  # fmt: skip
def test_change_is_what_both_forms_do_not_share(wrong: str | None, right: str | None, change: str | None) -> None:
    assert slips.change(wrong, right) == change


@pytest.mark.parametrize(("one", "other", "same"), [
    ("街道完成了箱房的改造。", "街道完成了 箱房的改造。", True),
    ("街道完成了箱房的改造。", "街道完成了厢房的改造。", False),
    ("便民服务", "便民服务", False),  # a column head, too short to tell copy by
])  # fmt: skip
def test_equal_lines_share_a_digest(one: str, other: str, same: bool) -> None:
    assert (slips.digest(one) is not None and slips.digest(one) == slips.digest(other)) is same


@pytest.mark.parametrize(("one", "other", "same"), [
    (("箱房前污水横留", "横留", "横流"), ("箱房前污水横留", "污水横留", "污水横流"), True),
    (("箱房前污水横留", "横留", "横流"), ("箱房前 污水横留", "横留", "横淌"), True),  # by place, not by wording
    (("箱房前污水横留", "箱房", "厢房"), ("箱房前污水横留", "横留", "横流"), False),
    (("箱房前污水横留", "横留", "横流"), ("箱房前的污水横留", "横留", "横流"), False),
])  # fmt: skip
def test_same_characters_of_the_same_line(one: tuple[str, str, str], other: tuple[str, str, str], same: bool) -> None:
    assert slips.same_line(stand(*one), stand(*other)) is same


WORDS = [
    # one, other, the same word, letters alike around it for an editor to look at
    (("开设帐户一个", "帐户", "账户"), ("个人帐户余额", "个人帐户", "个人账户"), True, True),
    (("开设帐户一个", "开设帐户", "开设账户"), ("个人帐户余额", "个人帐户", "个人账户"), False, True),
    (("开设帐户一个", "帐户", "账户"), ("帐篷里过夜", "帐篷", "账篷"), False, False),
    (("主任张小明说", "张小明", "张晓明"), ("据张小明介绍", "据张小明介绍", "据张晓明介绍"), True, True),
    (("做到即使发现", "即使", "及时"), ("即使处置完毕", "即使", "及时"), True, False),
    (("开设帐户一个", "帐户", "账户"), ("个人帐户余额", "帐户", "专户"), False, False),  # another correction
    (("自觉的分类", "自觉的", "自觉地"), ("自觉的投放", "自觉的", "自觉地"), False, True),  # particles: an editor says
    (("自觉的分类", "自觉的", "自觉地"), ("高兴的说话", "高兴的", "高兴地"), False, False),
    (("共3人参加", "3人", "5人"), ("另有3人参加", "3人", "5人"), False, True),  # figures: an editor says
    (("共3人参加", "3人", "5人"), ("满3年的", "3年", "5年"), False, False),
    (("社区食开张", "食开张", "食堂开张"), ("老人食开张", "食开张", "食堂开张"), False, True),  # something missing
    (("甲，乙", "甲，", "甲、"), ("甲，乙", "甲，", "甲、"), False, False),  # marks are never one slip
    (("装了路登，", "装了路登", "装了路灯"), ("换了路登。", "换了路登", "换了路灯"), False, True),
]


@pytest.mark.parametrize(("one", "other", "same", "maybe"), WORDS)
def test_the_word_that_was_called_wrong_stands_there_too(
    one: tuple[str, str, str], other: tuple[str, str, str], same: bool, maybe: bool
) -> None:
    first, second = stand(*one), stand(*other)
    assert (slips.same_word(first, second), slips.maybe_same(first, second)) == (same, maybe)
    assert slips.same_word(second, first) is same
    assert slips.maybe_same(second, first) is maybe


TEXT = st.text(alphabet="帐账户的地张小晓3５，、 a😀\u200b", max_size=12)


@st.composite
def stands(draw: st.DrawFn) -> Stand:
    line = draw(TEXT)
    start, end = sorted((draw(st.integers(0, len(line))), draw(st.integers(0, len(line)))))
    return Stand(line, start, end, draw(st.none() | TEXT), draw(st.none() | TEXT))


@given(stands(), stands())
def test_any_places_are_compared_without_an_error_and_alike_both_ways(one: Stand, other: Stand) -> None:
    assert slips.same_word(one, other) == slips.same_word(other, one)
    assert slips.maybe_same(one, other) == slips.maybe_same(other, one)
    assert slips.same_line(one, other) == slips.same_line(other, one)
    assert slips.digest(one.line) == slips.digest(one.line + " ")
