"""Template and subscription messages: the body of the call. Values in, values out; knows no account and no row.

A keyword's name says what it takes (thing1, time2 …): type and length are the platform's rules for template
parameters (模板消息, 订阅通知 参数限制); more would be refused as 47003.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.clock import SHANGHAI

TEMPLATE_PATH, SUBSCRIPTION_PATH = "cgi-bin/message/template/send", "cgi-bin/message/subscribe/bizsend"
LONGEST = {
    "thing": 20, "short_thing": 5, "phrase": 5, "name": 10, "character_string": 32, "number": 32, "letter": 32,
    "symbol": 5, "const": 20,
}
"""Characters, by the keyword's type."""
LONGEST_OTHER = 200
DATES = {"time": "%Y-%m-%d %H:%M", "date": "%Y-%m-%d"}
_TYPE = re.compile(r"[a-z_]+")
_RESULT = re.compile(r"^结果：(.+?)。?$", re.MULTILINE)

Value = Literal["kind", "text", "result", "number", "time", "account"]


@dataclass(frozen=True, slots=True)
class Template:
    """A template as configured: which of our values each of its keywords takes."""

    template_id: str
    subscription: bool
    page: str
    fields: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice can say of itself. `number`: the report's, if it is about one.

    A keyword takes few characters: `result` is the verdict alone, where the text is about one, else the kind.
    """

    kind: str
    text: str
    number: int | None
    at: datetime
    account: str

    @property
    def result(self) -> str:
        found = _RESULT.search(self.text)
        return found.group(1) if found else self.kind


def path(template: Template) -> str:
    return SUBSCRIPTION_PATH if template.subscription else TEMPLATE_PATH


def body(template: Template, notice: Notice, *, openid: str, message_id: str) -> dict[str, Any]:
    """The call's body. `message_id`: the same for a message sent again; the platform sends it once in 10 minutes."""
    content: dict[str, Any] = {
        "touser": openid, "template_id": template.template_id,
        "data": {keyword: {"value": _value(keyword, value, notice)} for keyword, value in template.fields.items()},
    }
    if template.page:
        content["page" if template.subscription else "url"] = template.page
    if not template.subscription:
        content["client_msg_id"] = message_id
    return content


def _value(keyword: str, value: Value, notice: Notice) -> str:
    found = _TYPE.match(keyword)
    kind = found.group() if found else ""
    if value == "time":
        return notice.at.astimezone(SHANGHAI).strftime(DATES.get(kind, DATES["time"]))
    words = {"kind": notice.kind, "text": notice.text, "result": notice.result, "account": notice.account,
             "number": "" if notice.number is None else str(notice.number)}[value]
    line, longest = " ".join(words.split()), LONGEST.get(kind, LONGEST_OTHER)
    return (line if len(line) <= longest else line[: longest - 1] + "…") or "无"
