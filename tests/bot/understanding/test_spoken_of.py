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
        ("楼下大树那封信：“喝不水”应为“喝不到水”", "读者来信：请给我家楼下的树留一点水", "喝不水"),
        ("“圈仝”应为“圈套”，骗年卡的", "代办年卡变诈骗", "圈仝"),
        ("《清明上河图》那篇“张择瑞”应为“张择端”", "名画赏读：一幅长卷里的热闹", "张择瑞"),
        ("小猫的故事里“上来上”应为“上来”", "走投无路的小猫住进了门卫室", "上来上"),
        ("猫那篇，“救了上来上”应为“救了上来”", "走投无路的小猫住进了门卫室", "救了上来上"),
        ("一塌糊涂！“95平米”！！！亲子书屋那个！！“95平方米”才对", "亲子书屋搬了新家", "95平米"),
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
        ("《电梯装好了》与《通知：停水检修》两篇，前者“公共帐户”应为“公共账户”，后者“9个小时”应为“7个小时”",
         ["电梯装好了", "通知：停水检修"]),
        ("见《通知：停水检修》“9个小时”应为“7个小时”，“95平米”应为“95平方米”，《亲子书屋搬了新家》",
         ["通知：停水检修", "亲子书屋搬了新家"]),
        ("1.“2十年”应为“二十年”（搪瓷杯）2.“责倍”应为“责备”（算盘）3.“自已”应为“自己”（乘凉夜）",
         ["读者来稿：一只搪瓷杯", "读者来稿：父亲的算盘", "读者来稿：弄堂里的乘凉夜"]),
        ("2十年→二十年 搪瓷杯\n责倍→责备 算盘\n自已→自己 乘凉",
         ["读者来稿：一只搪瓷杯", "读者来稿：父亲的算盘", "读者来稿：弄堂里的乘凉夜"]),
        ("柳湾3版：电梯那篇“公共帐户”应为“公共账户”；诈骗提醒“帐户异常”应为“账户异常”", ["电梯装好了", None]),
        ("《社区食唐重新开张》“优慧”应为“优惠”，阳春面，“3、4天”应为“三四天”", ["社区食唐重新开张", "一碗阳春面"]),
    ],
)  # fmt: skip
def test_each_clause_has_the_article_it_speaks_of(text: str, of_each: list[str]) -> None:
    assert titles(text) == of_each


@pytest.mark.parametrize(
    "text",
    ["电梯坏了，“帐户”应为“账户”", "我家电梯坏了，看报时见“帐户”应为“账户”", "医生说“帐户”应为“账户”，老伴的电梯卡也是",
     "老人们说，“帐户”应为“账户”", "我家里人说，“帐户”应为“账户”",
     "我走路的时候想，“一但”应为“一旦”",
     "“帐户”应为“账户”，请给个说法", "今天看报，“的”应为“地”"],
)  # fmt: skip
def test_what_only_sounds_like_an_article_is_none(text: str) -> None:
    assert (titles(text), found(text)) == ([None], [None])


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("导读里防跌倒“P06”应为“P07”", ("导读", "P06", 2)),
        ("导读里老裁缝的免费钉扣摊“P06”应为“P07”", ("导读", "P06", 3)),
        ("导读里一只厨余桶，“P03”应为“P04”", None),
        ("两张照片的说明有误。柳湾头版的，“老周”应为“老邹”", ("", "老周", 0)),
        ("照片说明有误。柳湾1版“阀芯”应为“阀蕊”；梧桐里4版“大黑板”应为“小黑板”", ("", "阀芯", 0)),
        ("看了照片说明。柳湾头版“机修厂”应为“汽修厂”", ("楼道里的“老法师”又上岗了", "机修厂", 1)),
    ],
)
def test_of_several_places_what_is_said_beside_tells_one(text: str, place: tuple[str, str, int] | None) -> None:
    one = talk(text).standing()[0]
    number = index().entry_of(one.place.article_id) if one.place else None
    told = None if one.place is None or number is None else (
        index().entries[number].article.title, index().printed_at(one.place), one.place.paragraph)  # fmt: skip
    assert told == place


@pytest.mark.parametrize(
    ("text", "page"),
    [("梧桐里《文化》版的“不亦乐呼”应为“不亦乐乎”", "05"), ("柳湾的“健康”版，“一但”应为“一旦”", "06"),
     ("邻里“住收”应为“住手”", "07"), ("绿色菜园那篇“PH值”应为“pH值”", "03"), ("广角老钟那篇，“全神贯注的”应为“全神贯注地”", "08"),
     ("文化上的“不亦乐呼”应为“不亦乐乎”", "05"), ("邻里之间“住收”应为“住手”", None), ("我们邻里说“住收”应为“住手”", None)],
)  # fmt: skip
def test_a_page_by_its_name_alone(text: str, page: str | None) -> None:
    assert [one.page for one in talk(text).standing()] == [page]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("大件投放垃圾的通知，“过时不侯”应为“过时不候”", "通知：大件垃圾集中投放"),
        ("乘凉弄堂那篇，“自已”应为“自己”", "读者来稿：弄堂里的乘凉夜"),
        ("招募失智老人互助小组的通知有毛病", "通知：失智老人家属互助小组招募"),
        ("修鞋老钟匠那篇写岔了", "读者来稿：修鞋匠老钟"),
        ("煤球炉的稿子有毛病，自己找", "读者来稿：我家的那只煤球炉"),
        ("防跌那篇数据有出入", "老人防跌到"),
        ("食堂那篇写得真好", None),
        ("家里人那篇有点问题想请教", None),
    ],
)
def test_a_title_whose_words_are_said_in_another_order_and_a_word_of_an_error(text: str, title: str | None) -> None:
    assert titles(text) == ([title] if title else [])


def test_an_article_of_an_earlier_error_gives_way_to_print_and_the_next_error_s_words_are_no_reason() -> None:
    text = "柳湾3版：电梯那篇“公共帐户”应为“公共账户”；诈骗提醒“帐户异常”应为“账户异常”"
    assert (found(text), [one.reason for one in talk(text).standing()]) == (["公共帐户", "帐户异常"], [None, None])


@pytest.mark.parametrize(
    ("text", "title"),
    [("报缝里的“认领取”应为“领取”", "中缝：便民信息"), ("天头上“COMUNITY”应为“COMMUNITY”", "报头"),
     ("柳湾刊头“COMUNITY”应为“COMMUNITY”", "报头"), ("柳湾目录里“防跌倒”与标题不一致", "导读")],
)  # fmt: skip
def test_parts_of_the_paper_by_other_names(text: str, title: str) -> None:
    assert titles(text) == [title]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("“居民”应为“市民”，楼道里的乒乓球桌那篇", "居民"), ("《楼道里的乒乓球桌》“居民”应为“市民”", "居民"),
     ("“居民”应为“市民”", None)],
)  # fmt: skip
def test_a_word_that_stands_everywhere_is_found_in_the_article_cited(text: str, wrong: str | None) -> None:
    assert found(text) == [wrong]


def test_a_word_of_the_reader_s_that_stands_in_a_title_too_is_no_article() -> None:
    assert titles("“优慧”应为“优惠”\n以上是柳湾1版，下面是3版\n“帐户异常”应为“账户异常”") == [None, None]
