"""网页授权 with snsapi_base: where a reader's browser is sent, and who came back with a code. Asks the reader nothing.

Not wechatpy's WeChatOAuth: its hosts are fixed, its calls end when the platform likes, and the made-up openid of a snapshot
page is a person to it. The platform compares the address word for word: the order of what is asked is its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from bot.wechat.client import Answer
from bot.wechat.codes import Action, advise

LONGEST_CODE = 512
_STATE = re.compile(r"[0-9A-Za-z]{1,128}", re.ASCII)
_OPENID = re.compile(r"[0-9A-Za-z_-]{6,64}", re.ASCII)
_CODE = re.compile(rf"[!-~]{{1,{LONGEST_CODE}}}", re.ASCII)
SPENT = frozenset({40029, 40163, 42003, 41008})
"""The code is none, was used before, has ended, is missing."""


class Came(StrEnum):
    """What came of a code."""

    FOLLOWER = "follower"  # an openid of this account; whether he follows it the platform does not say
    SNAPSHOT = "snapshot"  # a page shown in a frame, with an openid that is nobody's
    AGAIN = "again"  # the code leads nowhere: another one will
    SILENCE = "silence"  # the platform did not answer, or too slowly, or is too busy
    REFUSED = "refused"  # the account may not ask, or not from here: somebody must mend it


@dataclass(frozen=True, slots=True)
class Visitor:
    """`openid` only of a FOLLOWER; `errcode` is for the log."""

    came: Came
    openid: str = ""
    errcode: int | None = None


def address(base: str, app_id: str, back: str, state: str) -> str:
    """Where the browser inside WeChat is sent; it returns to `back` with `code` and the same `state` (letters, digits)."""
    if _STATE.fullmatch(state) is None:
        raise ValueError("state: 1 to 128 letters and digits")
    asked = urlencode((("appid", app_id), ("redirect_uri", back), ("response_type", "code"), ("scope", "snsapi_base"),
                       ("state", state)))
    return f"{base.rstrip('/')}/connect/oauth2/authorize?{asked}#wechat_redirect"


def is_code(text: str) -> bool:
    """Whether it is worth a call."""
    return _CODE.fullmatch(text) is not None


def visitor(answer: Answer) -> Visitor:
    """Who the answer to `Client.exchange` says it is. Nothing but a whole answer makes anybody a follower."""
    if answer.errcode is None:
        return Visitor(Came.SILENCE)
    if answer.errcode != 0:
        return Visitor(_refusal(answer.errcode), errcode=answer.errcode)
    if answer.content.get("is_snapshotuser"):
        return Visitor(Came.SNAPSHOT)
    openid = answer.content.get("openid")
    if not isinstance(openid, str) or _OPENID.fullmatch(openid) is None:
        return Visitor(Came.SILENCE)
    return Visitor(Came.FOLLOWER, openid)


def _refusal(errcode: int) -> Came:
    if errcode in SPENT:
        return Came.AGAIN
    return Came.SILENCE if advise(errcode).action is Action.BACK_OFF else Came.REFUSED
