"""Characters named by a word, as people speak who cannot point: 轮留值班那个留是留下的留吧应该是流水的流."""

from __future__ import annotations

import pytest

from tests.support.papers import heard, pairs


@pytest.mark.parametrize(("text", "wrong", "right"), [
    ("梧桐里纳凉点那篇轮留值班那个留是留下的留吧应该是流水的流", "轮留值班", "轮流值班"),
    ("梧桐里纳凉点那篇轮留值班留下的留错了吧流水的流才对", "轮留值班", "轮流值班"),
    ("梧桐里纳凉点那篇志愿者轮留流水的流", "志愿者轮留", "志愿者轮流"),
    ("梧桐里电梯那篇居民一至同意一致的致", "居民一至同意", "居民一致同意"),
    ("柳湾头版优慧那个慧字不对是实惠的惠", "优慧", "优惠"),
    ("柳湾口袋公园宠物须栓绳写错了，提手旁的拴", "宠物须栓绳", "宠物须拴绳"),
    ("梧桐里电梯那篇一至同意，专心致志的致", "一至同意", "一致同意"),
    ("柳湾口袋公园宠物须栓绳木字旁的栓错了要提手旁的拴，拴住的拴", "宠物须栓绳", "宠物须拴绳"),
])  # fmt: skip
def test_the_printed_words_before_hold_the_wrong_one(text: str, wrong: str, right: str) -> None:
    assert pairs(text) == [(wrong, right)]


@pytest.mark.parametrize("text", [
    "我叫李莉，茉莉的莉，登报就写这个",
    "梧桐里纳凉点那篇写得好，流水的流",
    "我家住银杏路，银子的银，杏花的杏",
    "厉害的厉和历史的历我老是分不清",
])
def test_who_spells_his_own_words_reports_nothing(text: str) -> None:
    assert not any(one.right for one in heard(text).findings)


@pytest.mark.parametrize(("text", "told"), [
    ("柳湾头版：就坐（座），优慧（惠）", [("就坐", "就座"), ("优慧", "优惠")]),
    ("梧桐里3版 轮（流）留值班", [("轮", "流")]),
    ("柳湾头版“社区食唐”的唐、“优慧”的慧都是别字", [("社区食唐", None), ("优慧", None)]),
    ("柳湾头版“优慧”了，“惠”是心字底", [("优慧", "优惠")]),
    ("一致同意不是这么写的吧，梧桐里", [("一至同意", "一致同意")]),
])
def test_characters_beside_the_words(text: str, told: list[tuple[str, str | None]]) -> None:
    assert pairs(text) == told
