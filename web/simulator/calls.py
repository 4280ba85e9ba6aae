"""One call of the API as a value, and the answers a handler may give. Knows no Flask."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.errors import NotFound
from web.simulator.errcodes import Failure
from web.simulator.profiles import Right
from web.simulator.values import Account, Reader

if TYPE_CHECKING:
    from web.simulator.platform import Platform

Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class File:
    """One uploaded file."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Binary:
    """An answer that is no JSON."""

    mime: str
    data: bytes
    name: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A call with a valid token. `now` is the clock of windows, caps and tokens."""

    platform: Platform
    account: Account
    query: Mapping[str, str]
    body: bytes
    files: Mapping[str, File]
    now: datetime

    def json(self) -> Content:
        return json_of(self.body)

    def follower(self, openid: object) -> Reader:
        """Failure 40003 for a stranger, 43004 for one who does not follow."""
        if not isinstance(openid, str):
            raise Failure(40003)
        try:
            reader = self.platform.store.reader(self.account.name, openid)
        except NotFound:
            raise Failure(40003) from None
        if not reader.following:
            raise Failure(43004)
        return reader


Handler = Callable[[Call], "Content | Binary"]


@dataclass(frozen=True, slots=True)
class Route:
    """How a path is called, what the account must be granted for it, and who answers."""

    method: str
    right: Right
    handler: Handler = field(compare=False)


DONE: Content = {"errcode": 0, "errmsg": "ok"}


def json_of(raw: bytes) -> Content:
    """The body's object. The platform refuses \\uXXXX escapes, which many senders make (40033)."""
    try:
        content = json.loads(raw.decode("utf-8"))
    except ValueError:
        raise Failure(47001) from None
    if not isinstance(content, dict):
        raise Failure(47001)
    if b"\\u" in raw.replace(b"\\\\", b""):
        raise Failure(40033)
    return content


def text_in(content: Content, name: str, *, errcode: int = 47001) -> str:
    """A text that is there and not empty."""
    value = content.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Failure(errcode)
    return value


def object_in(content: Content, name: str, *, errcode: int = 47001) -> Content:
    value = content.get(name)
    if not isinstance(value, dict):
        raise Failure(errcode)
    return value
