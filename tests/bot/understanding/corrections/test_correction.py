"""What is wrong and what should stand there, in the forms that readers use."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.understanding.read import read
from bot.understanding.values import Intent, Waiting
from tests.support.papers import EMPTY_INDEX, INDEX

SENT = datetime.fromisoformat("2026-07-20T10:00:00+08:00")

PAIRS = [
    ("“优慧”应为“优惠”", "优慧", "优惠"),
    ("“优慧”应该是“优惠”吧", "优慧", "优惠"),
    ("“优慧”改为“优惠”", "优慧", "优惠"),
    ("“优慧”改“优惠”", "优慧", "优惠"),
    ("“优慧”→“优惠”", "优慧", "优惠"),
    ("优慧→优惠", "优慧", "优惠"),
    ("优慧应为优惠", "优慧", "优惠"),
    ("优慧是不是优惠啊", "优慧", "优惠"),
    ("“优惠”误为“优慧”", "优慧", "优惠"),
    ("把“优惠”印成了“优慧”", "优慧", "优惠"),
    ("“优慧”是“优惠”之误", "优慧", "优惠"),
    ("应为“优惠”，而不是“优慧”", "优慧", "优惠"),
    ("不是“优慧”，应该是“优惠”", "优慧", "优惠"),
    ("“优慧”有误。上面刚写过优待证，应为“优惠”。", "优慧", "优惠"),
    ("“八五折优慧”，“优慧”应为“优惠”", "优慧", "优惠"),
    ("错处：优慧\n改正：优惠", "优慧", "优惠"),
    ("原文：优慧；应为：优惠", "优慧", "优惠"),
    ("八五折优慧，慧字错了，应是惠", "慧", "惠"),
    ("“轮留值班”的“留”写错了，应该是“轮流”的“流”", "留", "流"),
    ("“高兴地的说”多了一个“的”", "的", ""),
    ("“高兴地的说”，“的”字应去掉", "的", ""),
    ("“通过努力，使分类有了提高”，删去“使”", "使", ""),
    ("“口袋公园”前面漏了“这座”", "口袋公园", "这座口袋公园"),
    ("“市民公园”，“市民”后面少了“文化”二字", "市民公园", "市民文化公园"),
    ("“增强责任感使命感”中间少顿号，应为“增强责任感、使命感”", "增强责任感使命感", "增强责任感、使命感"),
    ("“甲乙丙丁”少“戊”字，应该是“甲乙戊丙丁”", "甲乙丙丁", "甲乙戊丙丁"),
    ("“最后一公里”没加引号", "最后一公里", "“最后一公里”"),
    ("“热闹，开心，自在，”", "热闹，开心，自在，", None),
    ("“真好，开心”，逗号应为句号", "真好，开心", "真好。开心"),
    ("“甲乙”、“丙丁”之间的顿号多余", "“甲乙”、“丙丁”", "“甲乙”“丙丁”"),
    ("“折叠梯、等工具”，“等”前面的顿号应删", "折叠梯、等工具", "折叠梯等工具"),
    ("“折叠梯、等工具”，“折叠梯”后面的顿号请拿掉", "折叠梯、等工具", "折叠梯等工具"),
    ("“锤子、钳子、等工具”，“等”字之前那个顿号不要", "锤子、钳子、等工具", "锤子、钳子等工具"),
    ("“真好，。”两个标点叠在一块儿，那个逗号请拿掉", "真好，。", "真好。"),
    ("“真好，。”把逗号去了吧", "真好，。", "真好。"),
    ("“真好，。”逗号该划掉", "真好，。", "真好。"),
    ("“真好，。”逗号不需要", "真好，。", "真好。"),
    ("“优慧”不对吧", "优慧", None),
    ("请问“优慧”这样写对吗？", "优慧", None),
    ("“应为第二版”应为“应为第三版”", "应为第二版", "应为第三版"),
    ("「優慧」應為「優惠」", "優慧", "優惠"),
    ("＂优慧＂应为＂优惠＂", "优慧", "优惠"),
]


@pytest.mark.parametrize("index", [INDEX, EMPTY_INDEX], ids=["imported", "nothing imported"])
@pytest.mark.parametrize(("text", "wrong", "right"), PAIRS)
def test_one_correction(text: str, wrong: str, right: str | None, index: object) -> None:
    reading = read(text, sent_at=SENT, index=index, waiting=Waiting())  # type: ignore[arg-type]
    assert reading.intent is Intent.REPORT
    assert [(f.wrong, f.right) for f in reading.findings] == [(wrong, right)]


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("柳湾5月：①“优慧”应为“优惠”；②“地的说”应为“地说”；③“就坐”应为“就座”",
         [("优慧", "优惠"), ("地的说", "地说"), ("就坐", "就座")]),
        ("1. 优慧→优惠\n2. 就坐→就座", [("优慧", "优惠"), ("就坐", "就座")]),
        ("一是“优慧”应是“优惠”，二是“就坐”应是“就座”", [("优慧", "优惠"), ("就坐", "就座")]),
        ("“优慧”应为“优惠”，“就坐”应为“就座”", [("优慧", "优惠"), ("就坐", "就座")]),
        ("“优慧”应为“优惠”。还有一处，“高兴地的说”多了“的”", [("优慧", "优惠"), ("的", "")]),
        ("1、“优慧”写错 2、“就坐”不规范", [("优慧", None), ("就坐", None)]),
    ],
)  # fmt: skip
def test_several_corrections(text: str, pairs: list[tuple[str, str | None]]) -> None:
    reading = read(text, sent_at=SENT, index=INDEX, waiting=Waiting())
    assert [(f.wrong, f.right) for f in reading.findings] == pairs


def test_unquoted_words_are_delimited_by_print() -> None:
    text = "编辑同志你好我看了梧桐里社区晨报三版纳凉点今起开放那篇里面写做到即使发现这个不通应该是做到及时发现"
    finding = read(text, sent_at=SENT, index=INDEX, waiting=Waiting()).findings[0]
    assert (finding.wrong, finding.right, finding.page) == ("做到即使发现", "做到及时发现", "03")


def test_one_citation_governs_several_errors_and_a_second_takes_over() -> None:
    text = "柳湾5月头版“优慧”应为“优惠”；“就坐”应为“就座”；第2版“自觉的分类”应为“自觉地分类”"
    reading = read(text, sent_at=SENT, index=INDEX, waiting=Waiting())
    assert [f.page for f in reading.findings] == ["01", "01", "02"]
    assert {f.issue_label for f in reading.findings} == {"2026-05"}


def test_words_are_given_back_as_typed_without_what_nobody_sees() -> None:
    finding = read("“優\u200b慧”应为“优惠”", sent_at=SENT, index=INDEX, waiting=Waiting()).findings[0]
    assert finding.wrong == "優慧"


def test_three_hundred_errors_are_counted_not_read() -> None:
    text = "".join(f"“错{i}甲”应为“对{i}甲”；" for i in range(300))
    reading = read(text, sent_at=SENT, index=INDEX, waiting=Waiting())
    assert (len(reading.findings), reading.truncated) == (20, True)
