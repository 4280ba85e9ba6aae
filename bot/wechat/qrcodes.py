"""The permanent parametric QR code of one scene (qrcode/create): what it shows when it is scanned says which it was.

An account has 100 000 permanent codes; one that is asked for again does no harm, for both say the same. Source: the platform's
page on parametric QR codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.wechat.client import Answer

LONGEST = 300
"""Characters of a ticket and of an address that are kept; the platform's are about 100 and 50."""


class Caller(Protocol):
    """An account's calls out; see `bot.wechat.client.Client`."""

    def call(self, method: str, path: str, *, query: Mapping[str, str] | None = None,
             body: Mapping[str, Any] | None = None) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Code:
    """`ticket`: the platform's name for it. `url`: what the printed squares say."""

    ticket: str
    url: str


def create_permanent(caller: Caller, scene: str) -> Answer:
    """`scene`: 1 to 64 characters. See `code_in` for what came of it."""
    return caller.call("POST", "cgi-bin/qrcode/create", body={
        "action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": scene}}})


def code_in(answer: Answer) -> Code | None:
    """None where the answer holds no code that can be printed."""
    ticket, url = answer.content.get("ticket"), answer.content.get("url")
    if answer.errcode != 0 or not isinstance(ticket, str) or not isinstance(url, str):
        return None
    kept = 0 < len(ticket) <= LONGEST and url.startswith(("http://", "https://")) and len(url) <= LONGEST
    return Code(ticket, url) if kept else None
