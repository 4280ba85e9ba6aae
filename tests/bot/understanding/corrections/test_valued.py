"""One value for another of its kind: days of the week, times, shares, counts of the same thing."""

from __future__ import annotations

import pytest

from tests.support.demo_talk import pairs as demo_pairs
from tests.support.papers import heard, pairs


@pytest.mark.parametrize(("text", "wrong", "right"), [
    ("柳湾头版食堂，怎么会是十二个菜，十一个吧", "十二个", "十一个"),
    ("柳湾头版食堂每天十二个菜，明明十一个", "十二个", "十一个"),
    ("柳湾头版食堂我数了是十一个怎么写成十二个", "十二个", "十一个"),
    ("梧桐里电梯那篇已完工24台算错了，25台", "24台", "25台"),
    ("梧桐里电梯那篇印的是24台，其实25台", "24台", "25台"),
    ("柳湾7月，读书节6月31号不对，6月30号", "6月31号", "6月30号"),
    ("梧桐里电梯那篇已完工25台不是24台", "24台", "25台"),
    ("梧桐里电梯那篇已完工25台，不是24", "24台", "25台"),
    ("梧桐里电梯那篇24台，11+14=25，对不上", "24台", "25台"),
    ("梧桐里电梯完工25台，报上24台", "24台", "25台"),
    ("梧桐里电梯在建14台，完工25台，怎么是24台", "24台", "25台"),
])  # fmt: skip
def test_what_is_said_beside_one_of_them_tells_which_is_meant(text: str, wrong: str, right: str) -> None:
    assert [(one.wrong, one.right) for one in heard(text).findings] == [(wrong, right)]


@pytest.mark.parametrize("text", [
    "柳湾7月，读书节6月31日落下帏幕，哪儿来的31号啊", "柳湾7月那张，6月31日，6月没有31号的呀",
])
def test_a_day_that_cannot_be_needs_no_right_form(text: str) -> None:
    assert pairs(text) == [("6月31日", None)]


@pytest.mark.parametrize("text", [
    "梧桐里已完工24台电梯，我们楼是3号楼，都说好",
    "我家24台阶，隔壁25台阶",
    "你们食堂十二个菜，我吃过五个了",
    "昨天是星期六，今天是星期天",
    "两块打九折就是一块八",
    "柳湾头版426人次里312人，312÷426=73.24%，我算着玩",
])
def test_numbers_of_talk_are_no_correction(text: str) -> None:
    assert not any(one.right for one in heard(text).findings)


def test_a_day_of_the_week_is_found_with_its_date() -> None:
    told = demo_pairs("柳湾的啄木鸟截止12月5号是星期六没错吧")
    assert not any(right for _, right in told)


def test_how_far_it_is_out_is_no_other_value() -> None:
    assert demo_pairs("柳湾电梯的账 结余3540元 算错了 应该少90块") == [("3540元", None)]
