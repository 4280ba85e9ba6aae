"""An article spoken of by a few of its words, told by where the words of the error stand; one for each clause."""

from __future__ import annotations

import pytest

from tests.support.demo_talk import index, talk


def titles(text: str) -> list[str | None]:
    """Of each report the title of its article up to the first space, as far as it is known."""
    numbers = [index().entry_of(one.article_id) for one in talk(text).standing()]
    return [None if n is None else index().entries[n].article.title.split()[0] for n in numbers]


def found(text: str) -> list[str | None]:
    """Of each report the printed words at its place."""
    return [index().printed_at(one.place) if one.place else None for one in talk(text).standing()]


@pytest.mark.parametrize(
    ("text", "title", "wrong"),
    [
        ("“优慧”应为“优惠”。——社区食堂", "社区食唐重新开张", "优慧"),
        ("“优慧”应为“优惠”（社区食堂）", "社区食唐重新开张", "优慧"),
        ("“帐户”应为“账户”，电梯装好那篇", "电梯装好了", "帐户"),
        ("煤球炉的回忆，“白塘”应为“白糖”", "读者来稿：我家的那只煤球炉", "白塘"),
        ("走失鹦鹉那件事，“不按”应为“不安”", "一只走失的鹦鹉", "不按"),
        ("上门量血压的医生，“10几”应为“十几”", "上门量血压", "10几"),
        ("通知停水检修的，“储水”应为“蓄水”", "通知：停水检修", "储水"),
        ("“储水”应为“蓄水”，停水检修的通知", "通知：停水检修", "储水"),
        ("老法师修水管的文章里“柳弯”应为“柳湾”", "楼道里的“老法师”又上岗了", "柳弯"),
        ("漂流书屋的事，“50岁”应为“五十岁”", None, None),
    ],
)
def test_words_too_short_to_place_are_placed_in_the_one_article_spoken_of(
    text: str, title: str | None, wrong: str | None,
) -> None:
    assert (titles(text), found(text)) == ([title], [wrong])


@pytest.mark.parametrize(
    ("text", "of_each"),
    [
        ("食堂文中“优慧”应为“优惠”；电梯文中“公共帐户”应为“公共账户”；停水通知中“储水”应为“蓄水”",
         ["社区食唐重新开张", "电梯装好了", "通知：停水检修"]),
        ("柳湾3版：电梯那篇，“公共帐户”应为“公共账户”；医保账户的，“个人帐户”应为“个人账户”",
         ["电梯装好了", "医保账户里的钱"]),
        ("《社区食唐重新开张》“优慧”应为“优惠”，阳春面，“3、4天”应为“三四天”", ["社区食唐重新开张", "一碗阳春面"]),
    ],
)  # fmt: skip
def test_each_clause_has_the_article_it_speaks_of(text: str, of_each: list[str]) -> None:
    assert titles(text) == of_each


@pytest.mark.parametrize(
    "text",
    ["老人们说，“帐户”应为“账户”", "我家里人说，“帐户”应为“账户”", "我走路的时候想，“一但”应为“一旦”",
     "“帐户”应为“账户”，请给个说法", "今天看报，“的”应为“地”"],
)  # fmt: skip
def test_what_only_sounds_like_an_article_is_none(text: str) -> None:
    assert (titles(text), found(text)) == ([None], [None])
