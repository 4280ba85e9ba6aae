"""Explicit commands, however they are spaced and punctuated."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.commands import parse
from bot.understanding.values import Amendment, Field, Intent, Reading


@pytest.mark.parametrize(
    ("text", "targets", "amendment"),
    [
        ("改 版面 03", (), Amendment(Field.PAGE, "03")),
        ("改版面03", (), Amendment(Field.PAGE, "03")),
        ("改　版面　０３。", (), Amendment(Field.PAGE, "０３")),
        ("改 2 文章 口袋公园迎来首批游客", (2,), Amendment(Field.ARTICLE, "口袋公园迎来首批游客")),
        ("修改第2条的应为：优惠", (2,), Amendment(Field.RIGHT, "优惠")),
        ("改 应为 “优惠”", (), Amendment(Field.RIGHT, "优惠")),
        ("改 日期 7月10日", (), Amendment(Field.ISSUE, "7月10日")),
        ("改 报纸 梧桐里", (), Amendment(Field.PAPER, "梧桐里")),
        ("改 理由 词典上没有这个词", (), Amendment(Field.REASON, "词典上没有这个词")),
    ],
)
def test_change(text: str, targets: tuple[int, ...], amendment: Amendment) -> None:
    reading = parse(text)
    assert reading is not None
    assert (reading.intent, reading.targets, reading.amendments) == (Intent.SUPPLEMENT, targets, (amendment,))


@pytest.mark.parametrize(
    ("text", "targets"),
    [("撤回 2", (2,)), ("撤回2", (2,)), ("撤回第2条", (2,)), ("撤回第二条。", (2,)), ("撤回 1、3", (1, 3)),
     ("撤销", ()), ("撤回刚才那条", ()), ("删除 2", (2,))],
)  # fmt: skip
def test_withdraw(text: str, targets: tuple[int, ...]) -> None:
    reading = parse(text)
    assert reading is not None
    assert (reading.intent, reading.targets) == (Intent.WITHDRAW, targets)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("我的", Intent.STATUS), ("我的纠错", Intent.STATUS), ("规则", Intent.RULES), ("截止？", Intent.DEADLINE),
        ("获奖", Intent.WINNERS), ("获奖名单", Intent.WINNERS), ("帮助", Intent.HELP), ("?", Intent.HELP),
        ("？", Intent.HELP), ("ＨＥＬＰ", Intent.HELP), (" 截止 ", Intent.DEADLINE), ("删除我的信息", Intent.ERASE),
        ("把我的信息都删了", Intent.ERASE), ("请删除我的个人信息。", Intent.ERASE),
    ],
)  # fmt: skip
def test_single_words(text: str, intent: Intent) -> None:
    reading = parse(text)
    assert reading is not None
    assert reading.intent is intent


@pytest.mark.parametrize(
    ("text", "name"),
    [("署名 早起鸟", "早起鸟"), ("署名早起鸟", "早起鸟"), ("署名：“早起鸟”", "早起鸟"), ("登报用早起鸟", "早起鸟"),
     ("署名改为 早起鸟吧", "早起鸟"), ("不登名字", ""), ("不署名", ""), ("匿名", ""), ("不要登我的名字", "")],
)  # fmt: skip
def test_name(text: str, name: str) -> None:
    reading = parse(text)
    assert reading is not None
    assert (reading.intent, reading.name) == (Intent.NAME, name)


@pytest.mark.parametrize(
    "text",
    ["", "你好", "改“优慧”为“优惠”", "“优慧”应为“优惠”", "撤回了一条消息的截图怎么发", "我的报纸没送到", "署名可以不写吗",
     "改标题“文明城市”应为“文明城区”", "截止6月底应为截至6月底", "规则第三条写错了"],
)  # fmt: skip
def test_other_messages_are_no_commands(text: str) -> None:
    assert parse(text) is None


def test_withdrawing_needs_something_to_withdraw() -> None:
    assert parse("撤回 2", has_reports=False) is None


@given(st.text(max_size=60))
def test_any_text_is_taken(text: str) -> None:
    parse(text)


@pytest.mark.parametrize("text", [
    "导出我的信息", "请导出我的全部信息", "我想下载我的个人资料", "你们存了我哪些信息", "这里有我的什么资料？", "我的个人信息",
])
def test_a_copy_is_asked_for(text: str) -> None:
    assert parse(text) == Reading(Intent.COPY)


@pytest.mark.parametrize("text", ["确认删除第3版的错字", "3版“导出我的信息”应为“导出我的讯息”", "我的信息不对", "删除 4831"])
def test_other_words_are_no_wish_about_personal_data(text: str) -> None:
    reading = parse(text)
    assert reading is None or reading.intent not in (Intent.COPY, Intent.ERASE)


@pytest.mark.parametrize("text", [f"第1{' ' * 195}x", f"十{chr(10) * 196}消", f"满意{' ' * 197}x", f"1条{' 　' * 98}满"])
def test_blanks_around_a_rating_hold_up_nobody(text: str) -> None:
    begins = time.thread_time()
    assert parse(text) is None
    assert time.thread_time() - begins < 0.05  # 0.1 to 0.5 s when each blank was tried against each other


@pytest.mark.parametrize("text", ["第 3 条   很满意", "满意   第 3 条", "对  第3条   结果  满意"])
def test_a_rating_may_hold_blanks(text: str) -> None:
    assert parse(text) == Reading(Intent.SATISFIED, targets=(3,))
