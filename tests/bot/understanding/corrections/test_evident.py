"""The right form that no verb announces: alone behind the quotation, by a word that holds a character, or by a sum."""

from __future__ import annotations

import pytest

from bot.understanding.corrections.evident import evident
from tests.support.papers import pairs


@pytest.mark.parametrize(("text", "wrong", "right"), [
    ("柳湾头版食堂那篇“优慧”，优惠嘛", "优慧", "优惠"),
    ("柳湾头版“享受八五折优慧”，优惠呀！", "享受八五折优慧", "优惠"),
    ("柳湾头版“优慧”，实惠的惠", "优慧", "优惠"),
    ("柳湾头版“优慧”，智慧的慧用在这里不对，实惠的惠", "优慧", "优惠"),
    ("柳湾头版“食唐”这个唐，是礼堂的堂", "食唐", "食堂"),
    ("柳湾头版“食唐”，唐字不对，堂", "食唐", "食堂"),
    ("柳湾头版“食唐”\n食堂吧", "食唐", "食堂"),
    ("柳湾头版优慧写错了，恩惠的惠", "优慧", "优惠"),
    ("梧桐里加装电梯“一至同意”，细致的致", "一至同意", "一致同意"),
    ("梧桐里加装电梯“一至同意”，一致同意吧", "一至同意", "一致同意"),
    ("柳湾头版“占总数的63.24%”，312÷426=73.24%", "占总数的63.24%", "73.24%"),
    ("柳湾头版“占总数的63.24%”算错啦，312除以426等于73.24%", "占总数的63.24%", "73.24%"),
    ("柳湾7月专题版“6月31日”，6月30日才对", "6月31日", "6月30日"),
    ("柳湾头版食堂那篇“十二个菜”，我数了只有十一个", "十二个菜", "十一个"),
    ("柳湾头版“优慧”，慧换惠", "慧", "惠"),
    ("梧桐里“居民一至同意加装”漏字，居民们", "居民一至同意加装", "居民们一至同意加装"),
    ("柳湾头版“高兴地的说”，这里该是高兴地说", "高兴地的说", "高兴地说"),
    ("柳湾头版“季阿婆”，照片上是李阿婆", "季阿婆", "李阿婆"),
    ("柳湾 头版 优慧→惠", "慧", "惠"),
    ("柳湾头版那个优慧改成惠", "慧", "惠"),
])  # fmt: skip
def test_the_right_form_needs_no_verb(text: str, wrong: str, right: str) -> None:
    assert pairs(text) == [(wrong, right)]


@pytest.mark.parametrize(("wrong", "behind"), [
    ("八五折优慧", "，这篇写得真好"),
    ("一至同意", "，我们楼里也是这样"),
    ("共接待居民426人次", "，我那天也去了"),
    ("即使发现", "，发现不对劲"),
    ("6月31日", "，我是7月2日看的报"),
    ("上午9点至晚上20点", "，3号楼的老范说的"),
    ("十二个菜", "，两个人都吃不完"),
    ("优慧", "，老人的老没错"),
])
def test_what_only_resembles_it_by_chance_is_none(wrong: str, behind: str) -> None:
    assert evident(wrong, behind) is None


def test_the_next_of_a_list_is_no_right_form() -> None:
    assert pairs("柳湾头版：\n1.“优慧”错\n2.优惠卡那句“高兴地的说”错")[0] == ("优慧", None)


def test_what_is_quoted_whole_is_no_right_form_of_itself() -> None:
    assert evident("一至同意", "，一至同意不对") is None
