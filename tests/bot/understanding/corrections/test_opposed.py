"""Two quoted wordings of which print tells the wrong one, whatever words stand between, and one character of quoted words."""

from __future__ import annotations

import pytest

from tests.support.papers import heard, pairs


@pytest.mark.parametrize("text", [
    "柳湾头版食堂那篇，“八五折优慧”少了一半意思，“八五折优惠”才像话",
    "柳湾头版“八五折优慧”缺了半边，补上便是“八五折优惠”",
    "柳湾头版，咱们享受的可不就是“八五折优惠”嘛，怎么印成了“八五折优慧”",
    "柳湾头版“八五折优慧”写岔了，字典里查得到的是“八五折优惠”",
    "柳湾头版“八五折优慧”，我们街坊都写“八五折优惠”，从没变过",
    "柳湾头版“八五折优慧”我敢打包票是“八五折优惠”",
    "柳湾头版“八五折优慧”缺斤少两，“八五折优惠”够分量",
    "柳湾头版“八五折优慧”……惠！‘八五折优惠’！",
])  # fmt: skip
def test_the_wording_that_is_not_printed_is_the_right_one_whatever_is_said_of_them(text: str) -> None:
    assert pairs(text) == [("八五折优慧", "八五折优惠")]


@pytest.mark.parametrize("text", [
    "柳湾头版：\n“八五折优慧”\n“八五折优惠”",
    "柳湾头版①“八五折优慧”；正确的：“八五折优惠”",
    "柳湾头版“八五折优慧”少了一半意思；“八五折优惠”才通",
    "柳湾头版八五折优慧，课本里教的是“八五折优惠”",
])
def test_a_pair_that_is_cut_into_two_items_or_half_quoted_is_one_correction(text: str) -> None:
    assert pairs(text) == [("八五折优慧", "八五折优惠")]


@pytest.mark.parametrize("text", ["柳湾头版：\n1.“八五折优慧”\n2.“八五折优会”", "柳湾头版“八五折优慧”不通；“八五折优会”不通"])
def test_two_items_that_are_both_wrong_stay_two(text: str) -> None:
    assert pairs(text) == [("八五折优慧", None), ("八五折优会", None)]


def test_two_that_are_both_printed_and_both_objected_to_are_no_pair() -> None:
    text = "柳湾“占地1200平方公里”不对，“面积约三百平方米”读着没头没尾，“食堂”写错了，“食唐”没头没尾"
    assert not any(right in text for _, right in pairs(text) if right)


def test_at_most_so_much_is_no_word_too_many() -> None:
    assert pairs("柳湾头版“共接待居民426人次”？我数了，顶多“共接待居民420人次”") == [("共接待居民426人次", "共接待居民420人次")]


def test_a_pair_behind_another_correction_of_the_same_breath_is_read_too() -> None:
    text = "柳湾头版“可同时容纳80人就坐”应为“可同时容纳80人就座”。再说“优慧”，换上“优惠”才像话。"
    assert pairs(text) == [("可同时容纳80人就坐", "可同时容纳80人就座"), ("优慧", "优惠")]


@pytest.mark.parametrize(("text", "told"), [
    ("柳湾头版说到吃饭变成“食唐”啦？明明是“食堂”呀", ("食唐", "食堂")),  # both are printed
    ("社区晨报·春申版3版，“按装扶手”写错了，“安装扶手”", ("按装扶手", "安装扶手")),  # neither is, as far as we know
])  # fmt: skip
def test_where_print_does_not_tell_what_is_said_beside_one_of_them_does(text: str, told: tuple[str, str]) -> None:
    assert pairs(text) == [told]


@pytest.mark.parametrize(("text", "wrong"), [
    ("柳湾头版标题里是“食唐”，正文里印的是“食堂”", "食唐"),  # evidence
    ("柳湾头版“优慧”和“优惠”，你们到底要写哪个", "优慧"),  # asked
])
def test_what_is_printed_elsewhere_or_only_asked_is_no_right_form(text: str, wrong: str) -> None:
    assert (wrong, None) in pairs(text)
    assert not any(right and right in text for _, right in pairs(text))


@pytest.mark.parametrize("text", [
    "柳湾头版“八五折优慧”、“八五折优会”都错了",
    "柳湾头版“八五折优慧”不对，“八五折优会”也不对",
    "柳湾头版“八五折优慧”不对，“八五折优会”读着有歧义",
])  # fmt: skip
def test_two_errors_side_by_side_are_no_pair(text: str) -> None:
    assert ("八五折优慧", "八五折优会") not in pairs(text)


@pytest.mark.parametrize("text", [
    "柳湾头版“折优慧”之“慧”须作“惠”",
    "柳湾头版“折优慧”里的“慧”，换“惠”更妥当",
    "柳湾头版“折优慧”中“慧”一字，拿“惠”来替",
    "柳湾头版“折优慧”一句，“慧”系别字，宜从简作“惠”",
    "柳湾头版“折优慧”的“慧”不对，“惠”才对",
    "柳湾头版“折优慧”的“慧”应为“惠”",
    "柳湾头版“折优慧”的“慧”是“惠”之误",
    "柳湾头版“折优惠”的“惠”误作“慧”",
    "柳湾头版“折优惠”的“惠”印成智慧的“慧”",
    "柳湾头版“折优慧”，“慧”是智慧的慧，实惠的“惠”才对",
    "柳湾头版“折优慧”的慧应为惠",
    "柳湾头版折优慧的“慧”应为“惠”",
    "柳湾头版折优慧之慧应作惠",
    "柳湾头版折优慧里的慧应为“惠”",
])  # fmt: skip
def test_one_character_of_words_that_show_the_place(text: str) -> None:
    assert [(one.wrong, one.right, one.context) for one in heard(text).findings] == [("慧", "惠", "折优慧")]


def test_a_character_whose_word_is_printed_as_it_should_be_elsewhere() -> None:
    told = [(one.wrong, one.right, one.context) for one in heard("柳湾头版“食唐”的“唐”是唐朝的唐，“堂”才带个土").findings]
    assert told == [("唐", "堂", "食唐")]


def test_a_character_simplified_differs_as_typed_only() -> None:
    text = "柳湾头版“折優慧”一句，“優”系繁体字，宜从简作“优”"
    assert [(one.wrong, one.right, one.context) for one in heard(text).findings] == [("優", "优", "折優慧")]


def test_what_is_missing_beside_a_part_is_put_in_and_replaces_nothing() -> None:
    assert pairs("柳湾头版“八五折优慧”里的“优”后面漏了“待”") == [("八五折优慧", "八五折优待慧")]


def test_parts_of_two_words_are_two_errors() -> None:
    assert ("慧", "就坐") not in pairs("柳湾头版“折优慧”的“慧”、“就坐”的“坐”都错了")


@pytest.mark.parametrize("text", [
    "柳湾头版银杏路72弄应当讲大红杏路72弄我女儿天天去那里她最晓得",
    "柳湾头版银杏路72弄要讲成大红杏路72弄才对头我女儿天天去",
    "我跟你讲哦柳湾头版有两个地方不对的哦还有一个呢是银杏路72弄应当讲大红杏路72弄我女儿天天去她都晓得",
])  # fmt: skip
def test_an_unquoted_right_form_begins_behind_the_verb_and_ends_as_print_does(text: str) -> None:
    assert pairs(text)[-1] == ("银杏路72弄", "大红杏路72弄")


def test_two_wordings_to_choose_from_are_not_set_against_each_other() -> None:
    assert pairs("柳湾头版量词错了：面积约三百平方米，该用“约三百平米”或“约三百平方米左右”")[0][1] == "约三百平米"


def test_whose_words_are_printed_is_no_right_form() -> None:
    assert pairs("我是食堂的，我叫“李阿婆”，柳湾头版把我印成“季阿婆”了") == [("季阿婆", "李阿婆")]


def test_a_word_that_is_missing_beside_one_said_again_is_put_in() -> None:
    assert pairs("梧桐里3版居民一至同意加装，居民后面少个们") == [("居民一至同意加装", "居民们一至同意加装")]


def test_a_run_of_print_does_not_begin_in_the_speech_before() -> None:
    assert pairs("梧桐里3版看错了：一至同意，该用“一致同意”") == [("一至同意", "一致同意")]


@pytest.mark.parametrize(("text", "told"), [
    ("梧桐里电梯那篇1.2×2+1.8×2，我算的没错", []),
    ("柳湾头版每天供应十二个菜，量词应该是道", [("每天供应十二个菜", "道")]),
    ("梧桐里3版 志愿者轮留值班 轮流", [("轮留", "轮流")]),
])
def test_words_about_words_and_sums_are_no_print(text: str, told: list[tuple[str, str]]) -> None:
    assert pairs(text) == told
