"""What a page's request asks for, checked: its JSON, words, numbers, the reader. Answers nothing itself."""

from __future__ import annotations

from typing import Any

from flask import current_app, request

from bot.errors import BadInput
from web.simulator.platform import Platform
from web.simulator.values import Account, Reader

UNREADABLE = "请求的格式不对。"


def platform() -> Platform:
    found: Platform = current_app.extensions["platform"]
    return found


def content() -> dict[str, Any]:
    value = request.get_json(silent=True)
    if not isinstance(value, dict):
        raise BadInput(UNREADABLE)
    return value


def words(given: dict[str, Any], name: str) -> str:
    """A text; "" where there is none."""
    value = given.get(name, "")
    if not isinstance(value, str):
        raise BadInput(UNREADABLE)
    return value


def number(given: dict[str, Any], name: str, *, default: float | None = None) -> float:
    value = given.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadInput(UNREADABLE)
    return value


def whole(given: dict[str, Any], name: str, *, default: int | None = None) -> int:
    value = given.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadInput(UNREADABLE)
    return value


def account(given: dict[str, Any]) -> Account:
    return platform().account(words(given, "account"))


def reader(given: dict[str, Any]) -> Reader:
    """By `reader`, an openid, in `account`."""
    return platform().store.reader(account(given).name, words(given, "reader"))
