"""qrcode/create: what is asked, and which answers hold a code that can be printed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bot.wechat import qrcodes
from bot.wechat.client import Answer
from bot.wechat.qrcodes import Code

URL = "http://weixin.qq.com/q/kZgfwMTm72WWPkovabbI"
MADE = {"ticket": "gQH47joAAAAAAAAAASxodHRw", "url": URL}


class Caller:
    def __init__(self, answer: Answer) -> None:
        self.answer, self.asked = answer, []  # type: tuple[Answer, list[Any]]

    def call(self, method: str, path: str, *, query: Mapping[str, str] | None = None,
             body: Mapping[str, Any] | None = None) -> Answer:
        self.asked.append((method, path, query, body))
        return self.answer


def test_a_permanent_code_is_asked_for_by_its_scene() -> None:
    caller = Caller(Answer(0, "", content=MADE))
    answer = qrcodes.create_permanent(caller, "paper-7")
    assert qrcodes.code_in(answer) == Code(MADE["ticket"], URL)
    assert caller.asked == [("POST", "cgi-bin/qrcode/create", None, {
        "action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "paper-7"}}})]


@pytest.mark.parametrize("answer", [
    Answer(48001, "api unauthorized", content=MADE), Answer(None, "ReadTimeout"), Answer(0, ""),
    Answer(0, "", content=MADE | {"url": ""}), Answer(0, "", content=MADE | {"url": "javascript:alert(1)"}),
    Answer(0, "", content=MADE | {"url": URL + "x" * 300}), Answer(0, "", content=MADE | {"ticket": None}),
    Answer(0, "", content=MADE | {"ticket": "t" * 301}), Answer(0, "", content=MADE | {"url": 5}),
])
def test_answer_without_a_code_to_print_gives_none(answer: Answer) -> None:
    assert qrcodes.code_in(answer) is None
