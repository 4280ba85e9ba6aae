"""Citations that no mark sets apart: titles in running speech, days that are argued about, 同版, a parenthesis behind all."""

from __future__ import annotations

import pytest

from bot.understanding.cited.topics import find_topics
from tests.support.demo_talk import index, talk


def cited(text: str) -> list[tuple[str | None, str | None, str | None]]:
    """(issue stated, page stated, title of the article up to the first space) of each report."""
    numbers = [index().entry_of(one.article_id) for one in talk(text).standing()]
    titles = [None if n is None else index().entries[n].article.title.split()[0] for n in numbers]
    return [(one.issue_label, one.page, title) for one, title in zip(talk(text).standing(), titles, strict=True)]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("第三版弄堂里的乘凉夜从头到尾写得好就是“自已”应为“自己”", None),
        ("柳湾七版老裁缝的免费钉扣摊开头第二段好像写的是“一但”吧应为“一旦”", "老裁缝的免费钉扣摊"),
        ("梧桐里六版高血压能不能停药从头看到尾就一处“一但”应为“一旦”", "高血压能不能停药"),
        ("柳湾2版亲子书屋搬了新家我看了两遍“95平米”应为“95平方米”", "亲子书屋搬了新家"),
        ("梧桐里七版楼道里的乒乓球桌看着真好不过“一但”应为“一旦”", "楼道里的乒乓球桌"),
        ("社区食唐重新开张应为社区食堂重新开张", None),
    ],
)
def test_a_title_with_which_a_clause_begins(text: str, title: str | None) -> None:
    assert [one for *_, one in cited(text)] == [title]


@pytest.mark.parametrize(
    ("text", "issue"),
    [
        ("11月16日是星期一，“星期日”应为“星期一”", None),
        ("11月16号那天明明是星期一，“星期日”应为“星期一”", None),
        ("我查了日历，11月16日（星期一），“星期日”应为“星期一”", None),
        ("11月16日起停水，“星期日”应为“星期一”", None),
        ("11月20日以前报名，“星期日”应为“星期一”", None),
        ("11.5那期，“星期日”应为“星期一”", "2026-11-05"),
        ("11月5日那期，“星期日”应为“星期一”", "2026-11-05"),
        ("11月5日那天的报纸，“星期日”应为“星期一”", "2026-11-05"),
        ("最近这期，“星期日”应为“星期一”", "2026-11"),
        ("11月5日的报，“星期日”应为“星期一”", "2026-11-05"),
        ("11月5日星期四的报纸上，“星期日”应为“星期一”", "2026-11-05"),
        ("11月5日，柳湾版，“星期日”应为“星期一”", "2026-11-05"),
        ("11月5日头版“优慧”应为“优惠”", "2026-11-05"),
        ("2026年11月，“优慧”应为“优惠”", "2026-11"),
    ],
)
def test_a_day_that_is_argued_about_is_no_issue(text: str, issue: str | None) -> None:
    assert [one for one, *_ in cited(text)] == [issue]


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("“优慧”应为“优惠”，“柳弯”应为“柳湾”（柳湾，第1版）", ["01", "01"]),
        ("① “优慧”应为“优惠” ② “柳弯”应为“柳湾” （柳湾头版）", ["01", "01"]),
        ("“优慧”应为“优惠”（柳湾1版），“一但”应为“一旦”（柳湾6版）", ["01", "06"]),
        ("柳湾1版“优慧”应为“优惠”，“一但”应为“一旦”（柳湾6版）", ["01", "06"]),
    ],
)
def test_a_parenthesis_that_ends_the_message_is_of_all_errors(text: str, pages: list[str]) -> None:
    assert [page for _, page, _ in cited(text)] == pages


def test_the_same_page_is_not_the_same_article() -> None:
    first, second = cited("柳湾头版社区食堂那篇“优慧”应为“优惠”。同版图片说明“老周”应为“老邹”")
    assert (first[2], second) == ("社区食唐重新开张", (None, "01", None))


@pytest.mark.parametrize("word", ["讲座", "讲堂"])
def test_a_word_of_speech_within_a_title_is_no_speech(word: str) -> None:
    assert [topic.words for topic in find_topics(f"{word}，错", 0, len(word))] == [word]


@pytest.mark.parametrize(
    ("text", "page"),
    [("柳湾首页“优慧”应为“优惠”", "01"), ("柳湾第1页“优慧”应为“优惠”", "01"), ("柳湾最后一页“认领取”应为“认领”", "08"),
     ("柳湾第八页“认领取”应为“认领”", "08"), ("词典第八页写着，“优慧”应为“优惠”", None)],
)  # fmt: skip
def test_pages_are_leaves_too(text: str, page: str | None) -> None:
    assert [one for _, one, _ in cited(text)] == [page]


@pytest.mark.parametrize("where", ["照片底下写的", "照片下方", "配图下边那行", "图片旁边"])
def test_words_below_a_picture_are_its_caption(where: str) -> None:
    [one] = talk(f"柳湾{where}“老周”应为“老邹”").standing()
    number = index().entry_of(one.place.article_id) if one.place else None
    assert number is not None
    assert index().entries[number].is_caption


def conversation(*turns: str) -> list[tuple[str | None, str | None, str | None, str | None]]:
    """(page, title, wrong, right) of each report of a conversation."""
    standing = talk(*turns).standing()
    numbers = [index().entry_of(one.article_id) for one in standing]
    titles = [None if n is None else index().entries[n].article.title.split()[0] for n in numbers]
    return [(one.page, title, one.wrong, one.right) for one, title in zip(standing, titles, strict=True)]


@pytest.mark.parametrize(
    "turns",
    [
        ("社区晨报柳湾 七版 钉扣摊", "“一但”应为“一旦”"),
        ("社区晨报柳湾 七版", "钉扣摊那个", "“一但”应为“一旦”"),
        ("我要纠错", "柳湾七版", "老裁缝那个", "“一但”应为“一旦”"),
    ],
)
def test_an_article_named_by_a_word_of_its_title_beside_edition_and_page(turns: tuple[str, ...]) -> None:
    assert conversation(*turns) == [("07", "老裁缝的免费钉扣摊", "一但", "一旦")]


@pytest.mark.parametrize("turns", [("柳湾头版", "谢谢"), ("柳湾 谢谢",), ("柳湾七版", "你好")])
def test_a_courtesy_beside_a_page_names_no_article(turns: tuple[str, ...]) -> None:
    assert [title for _, title, *_ in conversation(*turns)] == [None]


def test_the_place_told_with_the_right_form_of_a_later_turn_is_kept() -> None:
    assert conversation("有个词写错：优慧", "是优惠。柳湾要闻版上的") == [("01", None, "优慧", "优惠")]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("庞师傅裁缝那篇，“一但”应为“一旦”", "老裁缝的免费钉扣摊"),
        ("彭阿姨的太阳能灯那篇，“一但”应为“一旦”", "小广场装了太阳能灯"),
        ("乒乓球桌老邵那篇，“一但”应为“一旦”", "楼道里的乒乓球桌"),
        ("庞师傅电梯那篇，“一但”应为“一旦”", None),
    ],
)
def test_one_half_of_the_name_in_the_title_and_the_other_in_the_text(text: str, title: str | None) -> None:
    assert [one for *_, one in cited(text)] == [title]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("那篇讲老裁缝的，“一但”应为“一旦”", "老裁缝的免费钉扣摊"),
        ("有一篇写煤球炉的文章，“一但”应为“一旦”", "读者来稿：我家的那只煤球炉"),
        ("“一但”应为“一旦”，就是那篇说乒乓球桌的", "楼道里的乒乓球桌"),
        ("一篇介绍亲子书屋的报道里“一但”应为“一旦”", "亲子书屋搬了新家"),
        ("“六十岁以上打八折”那条新闻，“优慧”应为“优惠”", "社区食唐重新开张"),
        ("那篇讲社区的，“一但”应为“一旦”", None),
        ("那篇讲月亮的，“一但”应为“一旦”", None),
    ],
)
def test_an_article_by_what_it_tells_of(text: str, title: str | None) -> None:
    assert [one for *_, one in cited(text)] == [title]
