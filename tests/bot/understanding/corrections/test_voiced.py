"""Corrections spoken without a mark, as voice input writes them: delimited by print."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.understanding.read import read
from bot.understanding.values import Located, Waiting
from bot.understanding.words.numerals import in_figures, in_words, value
from bot.understanding.words.sounds import same_sound, sound_share
from tests.support.demo_talk import talk
from tests.support.papers import INDEX

SENT = datetime(2026, 6, 20, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "wrong", "right"),
    [
        ("柳湾那个食堂的文章八五折优惠的惠打成智慧的慧了", "八五折优慧", "八五折优惠"),
        ("口袋公园那篇建成开放写成建成开方了", "建成开方", "建成开放"),
        ("梧桐里纳凉点那篇轮流值班的流写成留了", "轮留值班", "轮流值班"),
        ("梧桐里纳凉点及时发现写成即使发现了", "即使发现", "及时发现"),
        ("红霞新村的居民是一致同意不是一至同意", "一至同意", "一致同意"),
        ("不是一至同意是一致同意", "一至同意", "一致同意"),
        ("宠物须拴绳入园的拴写错了", "宠物须栓绳入园", "宠物须拴绳入园"),
        ("参与居民达三千余人你们写3千余人", "3千余人", "三千余人"),
        ("晚上20点应该是晚上八点啊", "晚上20点", "晚上八点"),
        ("可同时容纳80人就坐应该是座位的座", "可同时容纳80人就坐", "可同时容纳80人就座"),
        ("高兴地的说多了一个的字", "高兴地的说", "高兴地说"),
        ("大家都愿意自觉的分类应该用土也地", "都愿意自觉的", "都愿意自觉地"),
        ("自觉的分类应该是地", "自觉的分类", "自觉地分类"),
        ("电梯那篇印的是已完工24台我去数了明明是34台呀", "24台", "34台"),
        ("口袋公园写的是1200平方公里我走走也就半小时其实是1200平方米", "1200平方公里", "1200平方米"),
    ],
)
def test_speech_is_delimited_by_print(text: str, wrong: str, right: str) -> None:
    reading = read(text, sent_at=SENT, index=INDEX, waiting=Waiting())
    found = [(f.wrong, f.right) for f in reading.findings if f.located is not Located.NOT_FOUND]
    assert found == [(wrong, right)]


@pytest.mark.parametrize(
    ("words", "number"),
    [("九", 9), ("十二", 12), ("二十", 20), ("一百零五", 105), ("三千五百四十", 3540), ("三千四百五", 3450),
     ("一万零八百", 10_800), ("两千", 2000), ("二零一八", 2018), ("二〇二六", 2026), ("十万", 100_000), ("", None),
     ("九个", None), ("一" * 12, None)],
)  # fmt: skip
def test_number_words_have_a_value(words: str, number: int | None) -> None:
    assert value(words) == number


@pytest.mark.parametrize(
    "number",
    [0, 1, 9, 10, 11, 19, 20, 42, 100, 105, 110, 342, 1000, 1001, 1010, 1100, 3540, 10_000, 10_800, 99_999],
)
def test_figures_said_in_words_come_back(number: int) -> None:
    assert value(in_words(str(number))) == number


def test_only_the_numbers_of_a_text_change() -> None:
    assert (in_figures("共九个小时"), in_words("9月初9")) == ("共9个小时", "九月初九")


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("象", "像", True),
        ("颗", "棵", True),
        ("是", "四", True),
        ("平", "拼", True),
        ("好", "坏", False),
        ("a", "b", False),
    ],
)
def test_characters_that_sound_alike(one: str, other: str, alike: bool) -> None:
    assert same_sound(one, other) is alike


def test_words_sound_alike_by_position() -> None:
    assert (sound_share("即使", "及时"), sound_share("责倍", "责备"), sound_share("好", "好的")) == (
        100.0,
        100.0,
        0.0,
    )


@pytest.mark.parametrize(("text", "told"), [
    ("梧桐里6版一但闻到臭鸡蛋味，旦字写成但字了", ("一但闻到臭鸡", "一旦闻到臭鸡")),
    ("梧桐里6版一但，旦写成但", ("一但", "一旦")),
    ("坐立不安的安写成按了", ("坐立不按", "坐立不安")),
])  # fmt: skip
def test_a_character_for_another_is_sought_in_the_word_said_before_and_holds_no_mark(text: str, told: tuple[str, str]) -> None:
    assert [(one.wrong, one.right) for one in talk(text).standing()] == [told]
