"""Same error, different words."""

from __future__ import annotations

import pytest

from bot.understanding.duplicates import core_place, core_span, same_error, same_words
from bot.understanding.values import WHOLE, Finding, Place


def place(start: int, end: int, *, paragraph: int = 3, article: int = 7) -> Place:
    return Place(1, 2, 4, article, paragraph, start, end)


@pytest.mark.parametrize(
    ("wrong", "right", "printed", "span"),
    [
        ("四大工作危险", "四大危险", None, (12, 14)),
        ("刚柔并进", "刚柔并济", None, (13, 14)),
        ("综合为老中心", "综合为老服务中心", None, (14, 14)),
        ("工作", "", None, (10, 12)),
        ("不对", None, None, (10, 16)),
        ("进社区进企业", "进居委进企业", "进社区、进企业", (11, 13)),
        ("同样", "同样", None, (10, 16)),
    ],
)
def test_core_span_is_what_is_objected_to(
    wrong: str, right: str | None, printed: str | None, span: tuple[int, int]
) -> None:
    at = place(10, 17) if printed else place(10, 16)
    assert core_span(wrong, right, at, printed) == span


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (place(10, 12), place(11, 15), True), (place(10, 12), place(12, 15), False), (place(5, 5), place(5, 5), True),
        (place(5, 5), place(6, 6), False), (place(5, 5), place(4, 8), True),
        (place(1, 2), place(1, 2, paragraph=4), False), (place(1, 2), place(1, 2, article=8), False),
        (place(0, 0, paragraph=WHOLE), place(0, 0, paragraph=WHOLE), False),
    ],
)  # fmt: skip
def test_errors_are_the_same_where_their_characters_overlap(a: Place, b: Place, same: bool) -> None:
    assert same_error(a, b) is same
    assert same_error(b, a) is same


def test_two_errors_in_one_sentence_stay_two() -> None:
    whole = place(10, 24)
    one = core_place(Finding(wrong="甲乙丙丁戊己庚辛壬癸子丑寅卯", right="甲甲丙丁戊己庚辛壬癸子丑寅卯", place=whole))
    other = core_place(Finding(wrong="甲乙丙丁戊己庚辛壬癸子丑寅卯", right="甲乙丙丁戊己庚辛壬癸子丑寅寅", place=whole))
    assert one is not None
    assert other is not None
    assert not same_error(one, other)


def test_a_part_quoted_again_in_the_reason_is_what_is_meant() -> None:
    finding = Finding(wrong="石某做了题目为", reason="前面是“作报告”，这里变成“做了”", place=place(10, 17))
    core = core_place(finding)
    assert core is not None
    assert (core.start, core.end) == (12, 14)


@pytest.mark.parametrize(
    ("a", "b", "likeness"),
    [
        (Finding(issue_id=1, wrong="优慧", right="优惠"), Finding(issue_id=1, wrong="“优慧”", right="优惠"), "same"),
        (Finding(issue_id=1, wrong="优慧", right=None), Finding(issue_id=1, wrong="优慧", right="优惠"), "same"),
        (Finding(issue_id=1, wrong="优慧", right="优惠"), Finding(issue_id=1, wrong="优慧", right="优待"), "maybe"),
        (Finding(issue_id=1, wrong="优慧", page="01"), Finding(issue_id=1, wrong="优慧", page="02"), "maybe"),
        (Finding(issue_id=1, wrong="优慧", page="05"), Finding(issue_id=1, wrong="优慧", page="04、05"), "same"),
        (Finding(issue_id=1, wrong="优慧"), Finding(issue_id=2, wrong="优慧"), "no"),
        (Finding(issue_id=1, wrong="优慧"), Finding(issue_id=1, wrong="就坐"), "no"),
        (Finding(issue_id=1), Finding(issue_id=1), "no"),
        (Finding(wrong="享受八五折优慧", right="享受八五折优惠"), Finding(wrong="八五折优慧", right="八五折优惠"), "same"),
    ],
)  # fmt: skip
def test_words_decide_where_nothing_is_imported(a: Finding, b: Finding, likeness: str) -> None:
    assert same_words(a, b) == likeness
    assert same_words(b, a) == likeness
