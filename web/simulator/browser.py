"""The browser inside WeChat: a reader taps a link, and the platform tells the page silently who he is (网页授权, snsapi_base).

Whose phone it is a cookie of ours says, set when the link is tapped; in any other browser there is none, and the platform's
page says so, as in life.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from bot.errors import BadInput
from web.simulator import asked
from web.simulator.profiles import Right, may

browser = Blueprint("browser", __name__)

PHONE = "phone"
"""The cookie: account, openid, and whether pages are shown in a frame (快照页)."""
ASKED = ("appid", "redirect_uri", "response_type", "scope", "state")
"""The platform compares the address with this order; another one opens nothing."""
OUTSIDE = "请在微信客户端打开链接"


@browser.get("/open")
def open_link() -> AnyResponse:
    """The reader taps a link: in his chat, in the menu, or one that somebody passed on to him. `snapshot`: 快照页."""
    content = dict(request.args)
    reader, url = asked.reader(content), asked.words(content, "url")
    if urlsplit(url).scheme not in ("http", "https"):
        raise BadInput("手机只打开 http 和 https 的链接。")
    answer = redirect(url)
    frame = "1" if request.args.get("snapshot") else ""
    answer.set_cookie(PHONE, f"{reader.account} {reader.openid} {frame}", path="/connect/", httponly=True, samesite="Lax")
    return answer


@browser.get("/connect/oauth2/authorize")
def authorize() -> AnyResponse:
    platform = asked.platform()
    given = parse_qsl(request.query_string.decode("ascii", "replace"))
    values = dict(given)
    account = next((one for one in platform.accounts.values() if one.keys.app_id == values.get("appid")), None)
    if account is None:
        return _said("AppID 参数错误，错误码：10013")
    if tuple(name for name, _ in given) != ASKED or values["response_type"] != "code":
        return _said("参数错误，错误码：10001")
    if values["scope"] != "snsapi_base" or not may(account.profile, Right.OAUTH):
        return _said("Scope 参数错误或没有 Scope 权限，错误码：10005")
    if not (values["state"].isascii() and values["state"].isalnum() and len(values["state"]) <= 128):
        return _said("state 参数错误")
    owner, openid, frame = [*request.cookies.get(PHONE, "").split(" "), "", ""][:3]
    if owner != account.name:
        return _said(OUTSIDE)
    reader = platform.store.reader(owner, openid)
    code = platform.codes.give(owner, reader.openid, snapshot=bool(frame), now=platform.book_now())
    return redirect(_with(values["redirect_uri"], code=code, state=values["state"]))


def _with(address: str, **more: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https"):
        raise BadInput("redirect_uri 参数错误，错误码：10003")
    return urlunsplit(parts._replace(query=urlencode([*parse_qsl(parts.query), *more.items()])))


def _said(words: str) -> Response:
    return Response(f"<!doctype html><meta charset=utf-8><title>微信</title><p>{words}</p>", mimetype="text/html")
