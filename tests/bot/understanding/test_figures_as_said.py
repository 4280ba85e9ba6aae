"""Numbers, times, dates and marks as people say and write them without quotation marks: whole, and only what is wrong."""

from __future__ import annotations

import pytest

from bot.understanding.values import Located
from bot.understanding.words.numerals import in_figures, in_ten_thousands
from tests.support.conversation import Conversation
from tests.support.demo_talk import SENT, index


def said(text: str) -> list[tuple[str | None, str | None]]:
    return [(one.wrong, one.right) for one in Conversation(index()).say(text, SENT).findings]


@pytest.mark.parametrize(("words", "figures"), [
    ("三点五公里", "3.5公里"), ("三十六点零", "36.0"), ("零二一杠五五五五零一二三", "021-55550123"), ("二十一冒号零零", "21:00"),
    ("零二一五五五五零一二三", "02155550123"), ("九个小时", "9个小时"), ("一点也不", "1点也不"),
])  # fmt: skip
def test_numbers_read_aloud_are_figures(words: str, figures: str) -> None:
    assert in_figures(words) == figures


@pytest.mark.parametrize(("text", "told"), [
    ("柳湾3版停水时间22:00应该是23:00", ("22:00", "23:00")),
    ("８版营业时间２０：３０应为20:00", ("２０：３０", "20:00")),
    ("梧桐里3版服务热线12354打不通，应该是12345", ("12354", "12345")),
    ("梧桐里3版热线12354少一位，应该是123545", ("12354", "123545")),
    ("梧桐里3版热线12354最后一位不对应该是12355", ("12354", "12355")),
    ("柳湾3版收入10800元应该是10890元", ("10800元", "10890元")),
    ("柳湾3版半年来收入一万零八百元应该是一万零九百元", ("一万零八百元", "一万零九百元")),
    ("柳湾7版电话6000杠04l2应该是6000杠0412", ("6000杠04l2", "6000杠0412")),
    ("梧桐里8版手冲每杯十八元应该是十六元", ("十八元", "十六元")),
    ("柳湾6版每天走3.5公里，距离怎么用公里，应该是平方公里", ("每天走3.5公里", "平方公里")),
    ("梧桐里8版巷口咖啡Cofee试营业少了一个f，应该是Coffee", ("Cofee", "Coffee")),
    ("柳湾6版走三点五公里应该是三点六公里", ("三点五", "三点六")),
    ("柳湾6版3·5公里中间的点应该是小数点", ("3·5公里", "3.5公里")),
    ("柳湾6版3·5公里那个点印成了中间的点，应该是小数点", ("3·5公里", "3.5公里")),
])  # fmt: skip
def test_a_number_is_replaced_as_a_whole_and_by_itself(text: str, told: tuple[str, str]) -> None:
    assert said(text) == [told]


@pytest.mark.parametrize("text", [
    "柳湾1版报头的日期印成了2025年11月，应该是2026年11月", "柳湾1版的日期写的是2025年11月，应该是2026年11月",
    "柳湾1版报头日期2025年11月错了，应该是2026年11月",
])  # fmt: skip
def test_a_date_that_is_printed_wrong_is_no_issue(text: str) -> None:
    found = Conversation(index()).say(text, SENT).findings
    assert [(one.wrong, one.right, one.issue_label) for one in found] == [("2025年11月", "2026年11月", None)]


@pytest.mark.parametrize(("text", "wrong", "why"), [
    ("柳湾8版11月15日不对，11月只有14天", "11月15日", "11月只有14天"),
    ("柳湾6版3.5公里，三公里哪有这么远的", "3.5公里", "三公里哪有这么远的"),
])  # fmt: skip
def test_what_is_said_about_a_number_is_a_reason_and_no_right_form(text: str, wrong: str, why: str) -> None:
    one, = Conversation(index()).say(text, SENT).findings
    assert (one.right, why in (one.reason or "")) == (None, True)


@pytest.mark.parametrize(("text", "told"), [
    ("一但闻到臭鸡蛋味，先关阀门，再开窗户，不要开关电灯。但应为旦。", ("但", "旦")),
    ("如今湾边的老柳树还剩七颗，每棵都挂着编号的小牌。颗应该是棵", ("颗", "棵")),
])  # fmt: skip
def test_one_character_of_a_sentence_copied_before_it_is_found_there(text: str, told: tuple[str, str]) -> None:
    one, = Conversation(index()).say(text, SENT).findings
    assert ((one.wrong, one.right), one.place is not None or one.located is Located.SEVERAL) == (told, True)


@pytest.mark.parametrize(("text", "told"), [
    ("梧桐里5版不亦乐呼😡应该是不亦乐乎😄", ("不亦乐呼", "不亦乐乎")),
    ("梧桐里5版左引号不亦乐呼右引号应为左引号不亦乐乎右引号换行", ("不亦乐呼", "不亦乐乎")),
    ("柳湾8版鉅惠的鉅是繁体字，应该用巨", ("鉅", "巨")),
    ("柳湾2版上面画圈的是坐立不按", ("坐立不按", None)), ("照片发了两遍，画红圈的是坐立不按", ("坐立不按", None)),
    ("柳湾2版错的是坐立不按", ("坐立不按", None)),
])  # fmt: skip
def test_ornaments_and_spoken_marks_are_no_words_and_what_is_circled_is_wrong(text: str, told: tuple[str, str | None]) -> None:
    assert said(text) == [told]


def test_ten_thousands_are_said_as_they_are_printed() -> None:
    assert in_ten_thousands("三千四百五十万元") == "3450万元"


@pytest.mark.parametrize(("text", "told"), [
    ("梧桐里8版中缝十一月十五日应该是十一月十六日因为十五日是星期天", ("十一月十五日", "十一月十六日")),
    ("柳湾7版团员四十二人应该是四十三人", ("四十二人", "四十三人")),
])  # fmt: skip
def test_a_number_that_is_read_aloud_is_found_in_figures(text: str, told: tuple[str, str]) -> None:
    one, = Conversation(index()).say(text, SENT).findings
    assert ((one.wrong, one.right), one.located) == (told, Located.FOUND)


@pytest.mark.parametrize("text", [
    "梧桐里8版每班二十五人，学费一学期六十元，我算了一下六十元也可以", "柳湾3版收入10800元，我算下来是10800元",
])  # fmt: skip
def test_nothing_is_corrected_to_itself_or_to_a_word_of_speech(text: str) -> None:
    assert all(one.right is None or (one.right != one.wrong and "也" not in one.right)
               for one in Conversation(index()).say(text, SENT).findings)
