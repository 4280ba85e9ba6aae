"""The menu below the chat: its buttons, and what a press on each asks for. Pure; knows no network and no account.

The platform takes three buttons and five below each of them (自定义菜单创建接口); names are cut on small phones
beyond four Chinese characters above and eight below.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.understanding.values import Intent

MOST_BUTTONS, MOST_BELOW = 3, 5
LONGEST_NAME, LONGEST_BELOW = 4, 8

PRESSES: Mapping[str, Intent] = {
    "report": Intent.HELP, "mine": Intent.STATUS, "rules": Intent.RULES, "winners": Intent.WINNERS,
    "deadline": Intent.DEADLINE, "standing": Intent.STANDING, "hall": Intent.HALL, "errata": Intent.ERRATA,
    "privacy": Intent.PRIVACY,
}
"""EventKey of a press → what it asks for, like the word itself."""

OWN = "mine"


@dataclass(frozen=True, slots=True)
class Button:
    """A press sends `key`, or opens `url`; one with buttons below only opens them and has neither."""

    name: str
    key: str = ""
    below: tuple[Button, ...] = ()
    url: str = ""


MENU = (
    Button("参加活动", below=(Button("怎么纠错", "report"), Button("活动规则", "rules"), Button("截止时间", "deadline"),
                            Button("个人信息", "privacy"))),
    Button("我的纠错", "mine"),
    Button("公布栏", below=(Button("获奖名单", "winners"), Button("我的排行", "standing"), Button("差错日历", "errata"),
                         Button("光荣榜", "hall"))),
)


def of(own_pages: str = "") -> tuple[Button, ...]:
    """The menu of one account. `own_pages`: the address at which it knows a reader without a link, where it does; his
    button opens it then."""
    if not own_pages:
        return MENU
    return tuple(Button(one.name, url=own_pages) if one.key == OWN else one for one in MENU)


def body(menu: Sequence[Button] = MENU) -> dict[str, Any]:
    """What menu/create takes."""
    return {"button": [_entry(one) for one in menu]}


def _entry(one: Button) -> dict[str, Any]:
    if one.below:
        return {"name": one.name, "sub_button": [_entry(inner) for inner in one.below]}
    if one.url:
        return {"type": "view", "name": one.name, "url": one.url}
    return {"type": "click", "name": one.name, "key": one.key}


def stands(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The buttons in an answer of menu/get, in the form of `body`; none where it holds no menu."""
    menu = answer.get("menu")
    buttons = menu.get("button") if isinstance(menu, dict) else None
    return [_plain(one) for one in buttons if isinstance(one, dict)] if isinstance(buttons, list) else []


def _plain(one: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is empty: the platform gives every button a list of those below."""
    kept = {name: value for name, value in one.items() if value not in ("", [], None)}
    below = kept.get("sub_button")
    return kept | {"sub_button": [_plain(inner) for inner in below if isinstance(inner, dict)]} if below else kept


def lines(buttons: Sequence[Mapping[str, Any]]) -> list[str]:
    """One line a button, those below set in, each with what a press does."""
    found = []
    for one in buttons:
        below = one.get("sub_button") or ()
        found.append(str(one.get("name", "")) if below else _line(one))
        found += [f"  {_line(inner)}" for inner in below]
    return found


def _line(one: Mapping[str, Any]) -> str:
    deed = next((str(one[name]) for name in ("url", "key", "media_id", "article_id", "pagepath") if one.get(name)), "")
    return f"{one.get('name', '')}（{deed}）"
