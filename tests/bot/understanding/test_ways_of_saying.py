"""What readers say to correct a word, said of many words: each way is read for nearly all of them.

A way of saying is `p` (柳湾2版), `w` (the printed words) and `r` (those it should be) in a sentence. Most come from nobody's
letter: whatever people may write next month is in their neighbourhood.
"""

from __future__ import annotations

import pytest

from bot.understanding.words.normalise import loose_key
from tests.support.demo_talk import pairs
from tests.support.figures import same_correction

SLIPS = [
    ("柳湾2版", "坐立不按", "坐立不安"), ("柳湾2版", "一小勺白塘", "一小勺白糖"), ("柳湾头版", "优慧", "优惠"),
    ("柳湾3版", "公共帐户", "公共账户"),
    ("柳湾6版", "跌到", "跌倒"), ("柳湾6版", "一但闻到", "一旦闻到"), ("柳湾3版", "结余3540元", "结余3450元"),
    ("柳湾2版", "95平米", "95平方米"),
    ("梧桐里1版", "再接再励", "再接再厉"), ("梧桐里3版", "过时不侯", "过时不候"), ("梧桐里5版", "不亦乐呼", "不亦乐乎"),
    ("梧桐里4版", "身分证", "身份证"), ("梧桐里7版", "圈仝", "圈套"),
]
MOST_UNREAD, MOST_SHARE = 3, 0.04
"""So many of these may be missed in one way of saying, and in all: two words of two characters are alike by chance."""
WAYS = """
{p}{w}应该是{r}
{p}有个错字{w}应该写{r}
{p}把{r}写成{w}了
{r}写成了{w} {p}
{p}{w}{r}
{p} {w} {r}
{p}{w}不对{r}才对
{p}那个{w}错了是{r}
{p}{w}写错了吧{r}
{p}的{w}，{r}
{p}{w}，应{r}
{p}，{w}，宜改{r}
{p}“{w}”，{r}吧
{p}“{w}”改“{r}”
{p}“{w}”是“{r}”之误
{p}“{w}”错，“{r}”对
{p}“{w}”，正确写法{r}
{p}“{w}”要写成{r}才行
{p}“{w}”恐怕得写“{r}”
{p}该写{r}的地方写了{w}
{p}明明是{r}，你们印{w}
{p}我们都写{r}，报上写{w}
{p}{w}这个词错了，{r}
{p}{w}这几个字不对，要写{r}
{p}{r}打成{w}
{p}应该是{r}怎么成了{w}
{p}不是{w}是{r}
{p}是{r}不是{w}
{p}{w}有误更正为{r}
{p}{w}（{r}）
{p}{w}→{r}
{p}{w}/{r}
{p} 错：{w} 正：{r}
错字：{w} 改正：{r} 版面：{p}
{p}看到{w}三个字我愣了一下，这不是{r}嘛
{p}{w}？{r}！
{p}{w}，查了字典是{r}
{p}那个{w}呀，我孙子说老师教的是{r}
{p}印的{w}，我觉得{r}更对
{p}文章里{w}，按理说{r}
帮我看看{p}{w}是不是{r}
{p}{w}会不会是{r}写错了
{p}{w}，是{r}哦
{p}{w}其实应为{r}呀
{p}{w}疑为{r}
{p}{w}当为{r}
{p}{w}似应作{r}
{p}{w}要不要改成{r}
{p}{w}建议用{r}
{p}{w}改{r}比较好
你好编辑我是老读者{p}有个地方{w}我想应该是{r}对不对
喂那个{p}上面写的是{w}吧这个写错了应该是{r}
{p}报上{w}，{r}
你们{p}把{r}印成了{w}，笑死
{p}“{w}”应该是“{r}”，你们看看
{p}{w}是不是印错了？应该{r}
{p}{w}——{r}
{p} {w}=>{r}
{p}{w}，错，{r}，对
{p}{w}❌{r}✅
{p}×{w} √{r}
{p}原文：{w}。应为：{r}。
{p}【错】{w}【正】{r}
{p}“{w}”一词有误，宜作“{r}”
{p}“{w}”中有错字，正确的是“{r}”
{p}“{w}”，通常写作“{r}”
{p}“{w}”似为“{r}”之误
{p}文中“{w}”当系“{r}”之讹
{p}“{w}”有错别字，是“{r}”
{p}请将“{w}”更正为“{r}”
{p}我认为“{w}”用错了，用“{r}”合适
{p}{w} 写错了 {r}
{p}{w}这不对吧？不是{r}吗
{p}{w}？不应该是{r}吗
{p}难道不是{r}吗，写{w}
{p}{r}的，怎么写{w}
{p}咋把{r}写成{w}了呢
啊？{p}{w}？{r}吧
{p}那个{w}啊其实是{r}
{p}{w}我觉得有问题，应当是{r}
我查了一下，{p}{w}应该是{r}才对
{p}{w}错了哦，正确是{r}
{p}{w}错了，正确答案{r}
{p}报纸上写的{w}，书上写的是{r}
{p}{w}的正确写法是{r}
{p}正确的应该是{r}，不是{w}
{p}{r}才对，不是{w}
{p}{r}不是{w}
{p}{w}不是{r}吗
{p}{w}要改，改{r}
{p}{w}改成{r}好一些
{p}{w}应改{r}
{p}{w}误，应作{r}
{p}误：{w} 正：{r}
{p}{w}印错了，{r}
{p}{w}，编辑同志，应该是{r}
{p}{w}→应为{r}
{p}改一下：{w}改{r}
小学生都知道是{r}，你们{p}写{w}
{p}词典里只有{r}，没有{w}
只听说过{r}，没听说过{w}，{p}
{p}{w}？没这个词，{r}
{p}“{w}”应“{r}”
{p}“{w}”？“{r}”！
{p}"{w}"应为"{r}"
{p}「{w}」應為「{r}」
{p}'{w}'改'{r}'
{p}（{w}）应为（{r}）
{p}{w}：{r}
{p}{w}，{r}，请改正
{p}{w}，老师教的是{r}呀
{p} {w} 应该为 {r}
{p}《{w}》应为《{r}》
{p}，{w}，这里应该写{r}，不应该写{w}
{p}有一处：{w}。我的意见：{r}。
{p}：{w}（应为{r}）
{p}{w}(正确:{r})
{p}有个词用错了，是{w}，要用{r}
{p}里头那个{w}，别扭，{r}顺
{p}{w}，同音字，{r}
{p}{w}，别字，应{r}
{p}{w}，写白字了，{r}
{p}{w}写了白字，{r}的
{p}看错还是印错？{w}，{r}吧？
""".strip().split("\n")

CHARACTERS = [
    ("柳湾2版", "坐立不按", "按照", "安全"), ("柳湾2版", "一小勺白塘", "池塘", "糖果"), ("柳湾头版", "优慧", "智慧", "实惠"),
    ("柳湾3版", "公共帐户", "帐篷", "账本"), ("柳湾6版", "跌到", "到达", "倒下"), ("柳湾6版", "一但闻到", "但是", "元旦"),
    ("梧桐里1版", "再接再励", "鼓励", "厉害"), ("梧桐里3版", "过时不侯", "王侯", "时候"),
    ("梧桐里5版", "不亦乐呼", "呼吸", "在乎"),
    ("梧桐里4版", "身分证", "分开", "份子"),
]
"""Printed words, a word that holds the wrong character, and one that holds the right one."""
WAYS_OF_A_CHARACTER = """
{p}{w}那个{a}错了应该是{wb}的{b}
{p}{w}的{a}字写错了，{wb}的{b}
{p}{w}，{a}是{wa}的{a}，应该是{wb}的{b}
{p}{w}，{a}应为{b}
{p}“{w}”的“{a}”应为“{b}”
{p}“{w}”，“{a}”应改“{b}”
{p}“{w}”中的{a}字错，应是{b}
{p}{w}里的{a}要改成{b}
{p}{r}的{b}写成了{wa}的{a}
{p}{r}的{b}错写成{a}了
{p}把{b}写成{a}了，{w}
{p}{w}，不是{wa}的{a}，是{wb}的{b}
{p}{w}{wa}的{a}写错了 {wb}的{b}
{p}“{w}”，{wb}的{b}
{p}“{w}”别字，“{b}”才对
{p}“{w}”，{a}→{b}
{p}{w}（{a}→{b}）
{p}{w} {a}改{b}
{p}“{w}”之“{a}”当作“{b}”
{p}“{r}”的“{b}”字错印成“{a}”
{p}{w}，{b}字错成{a}字
{p}“{w}”：{a}误，{b}正
{p}{w}中，“{a}”是“{b}”之误
{p}那个{w}，孙女说是{wb}的{b}
{p}{w}的{a}是不是{b}啊
{p}{w}，这个{a}不对，{wb}的{b}
{p}“{w}”有个错字，{a}应该是{b}
{p}{w}，{a}字用错，用{b}
{p}{w}，应该用{wb}的{b}
{p}{w}应该是{wb}的那个{b}
{p}{w}写的是{wa}的{a}，应该写{wb}的{b}
{p}{w}，{wa}的{a}不对，{wb}的{b}对
“{a}”应为“{b}”：{p}“{w}”
{p}“{w}”（“{a}”应为“{b}”）
{p}“{w}”“{a}”错，“{b}”对
{p}“{w}”一词，“{a}”系“{b}”之误
{p}{w}，{a}错，{b}对
""".strip().split("\n")

NUMBERS = [
    ("柳湾3版", "3540元", "3450元"), ("柳湾2版", "95平米", "96平米"), ("梧桐里头版", "三十多封", "二十多封"),
    ("梧桐里4版", "十六句", "十五句"), ("柳湾6版", "七颗", "八颗"),
]
WAYS_OF_A_NUMBER = """
{p}{w}算错了，应该{r}
{p}{w}不对，我算是{r}
{p}{w}，实际{r}
{p}{w}，明明{r}
{p}怎么是{w}，是{r}
{p}写的{w}，应该{r}
{p}{w}？加起来是{r}
{p}算下来是{r}，不是{w}
{p}{r}才对，印成{w}了
{p}“{w}”算出来是{r}
{p}数字{w}有误，正确{r}
{p}的{w}和前面对不上，应为{r}
{p}{w}错，{r}
{p}{w}应该是{r}
{p}“{w}”应为“{r}”
{p}那个{w}写错了是{r}
{p}我数了只有{r}，报上说{w}
{p}是{r}写成{w}了
{p}{w}→{r}
{p}{w}不是{r}吗
{p}{w}错了吧{r}
{p}{w}改成{r}
{p}{w} 应 {r}
{p}{w}？{r}吧
{p}哪里是{w}，分明是{r}
{p}应该{r}，怎么印{w}
{p}{r}，不是{w}
{p}“{w}”不对，{r}
""".strip().split("\n")


def _is_read(way: str, place: str, wrong: str, right: str, **named: str) -> bool:
    told = pairs(way.format(p=place, w=wrong, r=right, **named))
    gold = {"wrong": wrong, "right": right}
    return len(told) == 1 and None not in told[0] and same_correction(gold, {"wrong": told[0][0], "right": told[0][1]})


@pytest.mark.parametrize("way", WAYS)
def test_a_way_of_saying_is_read_whatever_is_corrected(way: str) -> None:
    unread = [wrong for place, wrong, right in SLIPS if not _is_read(way, place, wrong, right)]
    assert len(unread) <= MOST_UNREAD, unread


def test_hardly_any_are_missed() -> None:
    unread = [(way, wrong) for way in WAYS for place, wrong, right in SLIPS if not _is_read(way, place, wrong, right)]
    assert len(unread) <= MOST_SHARE * len(WAYS) * len(SLIPS), unread


def test_the_words_are_printed_and_the_right_ones_differ() -> None:
    assert all(loose_key(wrong) != loose_key(right) for _, wrong, right in SLIPS)


@pytest.mark.parametrize("way", WAYS_OF_A_CHARACTER)
def test_a_character_is_read_whatever_it_is_and_however_it_is_named(way: str) -> None:
    rights = {wrong: right for _, wrong, right in SLIPS}
    unread = []
    for place, wrong, by, instead in CHARACTERS:
        one, other = next((x, y) for x, y in zip(wrong, rights[wrong], strict=True) if x != y)
        if not _is_read(way, place, wrong, rights[wrong], a=one, b=other, wa=by, wb=instead):
            unread.append(wrong)
    assert len(unread) <= MOST_UNREAD, unread


@pytest.mark.parametrize("way", WAYS_OF_A_NUMBER)
def test_a_number_is_read_whatever_it_counts(way: str) -> None:
    assert len([wrong for place, wrong, right in NUMBERS if not _is_read(way, place, wrong, right)]) <= 1
