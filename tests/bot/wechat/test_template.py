"""Bodies of template and subscription messages: our values in the template's keywords, cut to what each takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.wechat import template
from bot.wechat.template import Notice, Template

NOTICE = Notice("获奖通知", "恭喜您获得2026年11月“最佳啄木鸟”，\n奖金100元，请到居委会领取。", 10001,
                datetime(2026, 11, 10, 1, 30, tzinfo=UTC), "社区发布")
PLAIN = Template("T1", subscription=False, page="", fields={"thing1": "kind"})


def test_template_message():
    assert template.path(PLAIN) == "cgi-bin/message/template/send"
    assert template.body(PLAIN, NOTICE, openid="o1", message_id="wp-7") == {
        "touser": "o1", "template_id": "T1", "client_msg_id": "wp-7", "data": {"thing1": {"value": "获奖通知"}}}


def test_subscription_message():
    wanted = Template("T2", subscription=True, page="pages/a", fields={"thing1": "kind"})
    assert template.path(wanted) == "cgi-bin/message/subscribe/bizsend"
    assert template.body(wanted, NOTICE, openid="o1", message_id="wp-7") == {
        "touser": "o1", "template_id": "T2", "page": "pages/a", "data": {"thing1": {"value": "获奖通知"}}}


def test_template_with_a_page_opens_it():
    body = template.body(replace(PLAIN, page="https://example.org/a"), NOTICE, openid="o1", message_id="m")
    assert body["url"] == "https://example.org/a"


@pytest.mark.parametrize(
    ("keyword", "value", "shown"),
    [
        ("thing1", "text", "恭喜您获得2026年11月“最佳啄木鸟…"),
        ("phrase2", "kind", "获奖通知"),
        ("phrase2", "text", "恭喜您获…"),
        ("character_string3", "number", "10001"),
        ("number4", "number", "10001"),
        ("time5", "time", "2026-11-10 09:30"),
        ("date6", "time", "2026-11-10"),
        ("thing7", "account", "社区发布"),
        ("phrase8", "result", "获奖通知"),
        ("keyword1", "text", "恭喜您获得2026年11月“最佳啄木鸟”， 奖金100元，请到居委会领取。"),
        ("1", "kind", "获奖通知"),
    ],
)
def test_each_keyword_takes_as_much_as_its_type_allows(keyword, value, shown):
    body = template.body(replace(PLAIN, fields={keyword: value}), NOTICE, openid="o1", message_id="m")
    assert body["data"] == {keyword: {"value": shown}}


@pytest.mark.parametrize(
    ("text", "shown"),
    [("您的第1条：03版“食唐”→“食堂”\n结果：采纳。", "采纳"), ("您的第1条：\n结果：不是差错。\n词典两种写法都收", "不是差错"),
     ("您的第1条，编辑想再问一句：结果：是哪一段？", "获奖通知")],
)
def test_result_is_the_verdict_alone(text, shown):
    assert replace(NOTICE, text=text).result == shown


def test_nothing_to_say_is_said_in_a_word():
    body = template.body(replace(PLAIN, fields={"number1": "number"}), replace(NOTICE, number=None), openid="o1",
                         message_id="m")
    assert body["data"] == {"number1": {"value": "无"}}
