"""The menu below the chat: the platform's rules for one, and its buttons as the phone shows them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from web.simulator import limits
from web.simulator.errcodes import Failure

# What the rest of a button must hold, by type.
_NEEDS = {
    "click": "key",
    "view": "url",
    "scancode_push": "key",
    "scancode_waitmsg": "key",
    "pic_sysphoto": "key",
    "pic_photo_or_album": "key",
    "pic_weixin": "key",
    "location_select": "key",
    "media_id": "media_id",
    "article_id": "article_id",
    "article_view_limited": "article_id",
    "miniprogram": "pagepath",
}


@dataclass(frozen=True, slots=True)
class MenuButton:
    """One button below the chat: its words, the EventKey of its event, and the button's type."""

    title: str
    key: str
    kind: str = "click"


# As long as the bot has published none: the words that our own bot understands.
STANDARD = (MenuButton("我要纠错", "report"), MenuButton("我的纠错", "mine"), MenuButton("活动规则", "rules"))


def check(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The buttons of menu/create. Failure with the platform's errcode for the first thing wrong."""
    buttons = content.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= limits.MENU_BUTTONS:
        raise Failure(40016)
    for one in buttons:
        _check_button(one, limits.MENU_NAME_BYTES, 40018)
        inner = one.get("sub_button")
        if not inner:
            _check_deed(one)
            continue
        if not isinstance(inner, list) or len(inner) > limits.MENU_SUB_BUTTONS:
            raise Failure(40023)
        for each in inner:
            _check_button(each, limits.MENU_SUB_NAME_BYTES, 40025)
            _check_deed(each)
    return buttons


def _check_button(one: object, most_bytes: int, errcode: int) -> None:
    name = one.get("name") if isinstance(one, dict) else None
    if not isinstance(name, str) or not 1 <= len(name.encode("utf-8")) <= most_bytes:
        raise Failure(errcode)


def _check_deed(one: dict[str, Any]) -> None:
    needed = _NEEDS.get(str(one.get("type")))
    if needed is None:
        raise Failure(40017)
    value = one.get(needed)
    if not isinstance(value, str) or not value:
        raise Failure(40020 if needed == "url" else 40019)
    if needed == "key" and len(value.encode("utf-8")) > limits.MENU_KEY_BYTES:
        raise Failure(40019)


def shown(buttons: list[dict[str, Any]]) -> tuple[MenuButton, ...]:
    """All that can be pressed, in order; those of the second level beside the others."""
    return tuple(_flat(buttons))


def _flat(buttons: list[dict[str, Any]]) -> Iterator[MenuButton]:
    for one in buttons:
        if one.get("sub_button"):
            yield from _flat(one["sub_button"])
        else:
            kind = str(one["type"])
            yield MenuButton(str(one["name"]), str(one.get(_NEEDS[kind], "")), kind)
