"""What the platform says of one follower: the unionid, where the account is bound to an open platform (user/info).

It gives no name and no portrait since 2021-12-27; the rest is not ours to know and not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from bot.wechat.client import Answer


class Caller(Protocol):
    """An account's calls out; see `bot.wechat.client.Client`."""

    def call(self, method: str, path: str, *, query: Mapping[str, str] | None = None,
             body: Mapping[str, Any] | None = None) -> Answer: ...


def user_info(caller: Caller, openid: str) -> Answer:
    return caller.call("GET", "cgi-bin/user/info", query={"openid": openid, "lang": "zh_CN"})


def unionid_in(answer: Answer) -> str | None:
    """None where he stopped following or the account is bound to nothing."""
    found = answer.content.get("unionid")
    return found if isinstance(found, str) and 0 < len(found) <= 80 else None
