"""How readers over sixty say it: what is wrong without a right form, what shall go, a page in full figures, other papers."""

from __future__ import annotations

import pytest

from bot.understanding.values import Intent, Located
from tests.support.demo_talk import talk as said


def standing(*turns: str) -> list[tuple[str | None, str | None]]:
    return [(one.wrong, one.right) for one in said(*turns).standing()]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("五言律诗有八句，梧桐里5版那首春晓写成五言律诗了", ("五言律诗", None)),
        ("公众号名字写成江城社区发步了", ("江城社区发步", None)),
        ("公众号的名字印成了江城社区发步，恐怕是江城社区发布吧", ("江城社区发步", "江城社区发布")),
    ],
)
def test_what_is_said_before_the_verb_is_no_right_form_if_it_is_not_like_the_wrong(
    text: str, told: tuple[str, str | None],
) -> None:
    assert standing(text) == [told]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("柳湾六板防跌到的到字错了是摔倒的倒", ("到", "倒", "防跌到")),
        ("梧桐里五版 张择瑞的瑞错了 是端正的端", ("瑞", "端", "张择瑞")),
        ("柳湾1版优慧的慧错了，应该是惠", ("慧", "惠", "优慧")),
    ],
)
def test_a_character_that_is_wrong_and_the_one_that_is_meant(text: str, told: tuple[str, str, str]) -> None:
    assert [(one.wrong, one.right, one.context) for one in said(text).standing()] == [told]


def test_words_that_are_all_wrong_are_without_all() -> None:
    assert standing("帐户都错了，应该是账户，三版有三个地方") == [("帐户", "账户")]


@pytest.mark.parametrize(("words", "page"), [("柳湾版叁版", "03"), ("柳湾第陸版", "06"), ("柳湾版第贰版", "02")])
def test_a_page_in_full_figures_is_one(words: str, page: str) -> None:
    assert [one.page for one in said(f"{words}有个错字").standing()] == [page]


@pytest.mark.parametrize(
    ("words", "right"),
    [("把通过删掉就行", "这个办法，使赵婆婆再也没有吃错过药"), ("删掉“使”", "通过这个办法，赵婆婆再也没有吃错过药"),
     ("多了一个通过", "这个办法，使赵婆婆再也没有吃错过药")],
)  # fmt: skip
def test_what_shall_go_from_the_words_on_record_takes_no_report_back(words: str, right: str) -> None:
    wrong = "通过这个办法，使赵婆婆再也没有吃错过药"
    assert standing(f"柳湾3版“{wrong}”没有主语", words) == [(wrong, right)]


@pytest.mark.parametrize("words", ["把这条删掉", "删掉第1条", "删掉吧", "把它去掉"])
def test_who_deletes_a_report_does(words: str) -> None:
    assert standing("柳湾2版“白塘”应为“白糖”", words) == []


def test_a_deadline_in_print_is_no_issue() -> None:
    found = said("你们截止日期印的12月1日，公众号名字写成江城社区发步了").standing()
    assert [(one.issue_label, one.located) for one in found] == [(None, Located.FOUND)]


def test_what_stands_the_wrong_way_round_is_an_error() -> None:
    assert said("柳湾5版图表里40和30反了").intents == [Intent.REPORT]


@pytest.mark.parametrize("paper", ["新民晚报", "解放日报", "文汇报"])
def test_another_newspaper_is_kept_as_it_was_named(paper: str) -> None:
    found = said(f"我看的是{paper}，第2版“帐户”应为“账户”").standing()
    assert [(one.paper_text, one.paper_id) for one in found] == [(paper, None)]


@pytest.mark.parametrize(
    ("text", "name"),
    [("不要登真名了，用凤凰阿姨", "凤凰阿姨"), ("我叫卢小凤但不要登", ""), ("署名用真名卢小凤", "卢小凤"), ("署名真名", "真名"),
     ("署名 真心", "真心")],
)  # fmt: skip
def test_a_name_for_print_is_the_one_he_wants(text: str, name: str) -> None:
    assert said(text).name == name


@pytest.mark.parametrize(
    ("turns", "told"),
    [
        (("梧桐里8版报名电话6000—073少一位数", "可能是6000—0073吧"), [("报名电话6000—073", "6000—0073")]),
        (("柳湾六版 走路好 3·5公里 点错了", "应该是小数点"), [("3·5公里", "3.5公里")]),
        (("柳湾2版3处：①坐立不按→坐立不安②白塘→白糖③3、4天→三四天",),
         [("坐立不按", "坐立不安"), ("白塘", "白糖"), ("3、4天", "三四天")]),
    ],
)
def test_a_right_form_is_what_shall_be_printed(turns: tuple[str, ...], told: list[tuple[str, str]]) -> None:
    assert standing(*turns) == told


def test_a_wish_for_the_work_is_a_courtesy() -> None:
    assert said("谢谢小编，祝工作顺利！").intents == [Intent.GREETING]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("柳湾第二版错别字：白塘(糖) 坐立不按(安)", [("白塘", "白糖"), ("坐立不按", "坐立不安")]),
        ("坐立不按（坐立不安）", [("坐立不按", "坐立不安")]),
        ("柳湾1版优慧（惠）", [("优慧", "优惠")]),
        ("社区食堂（柳湾路）几点开", []),
    ],
)
def test_the_right_form_in_a_parenthesis_behind_printed_words(text: str, told: list[tuple[str, str]]) -> None:
    assert standing(text) == told
