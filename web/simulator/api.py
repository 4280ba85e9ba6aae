"""The API side: what the bot calls at api.weixin.qq.com in life. Tokens, customer messages, errcodes."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, json, request

from bot.errors import NotFound
from web.simulator import limits
from web.simulator.platform import Platform
from web.simulator.quota import Verdict
from web.simulator.tokens import Token, TokenState
from web.simulator.values import Account, Kind

api = Blueprint("api", __name__, url_prefix="/cgi-bin")

MESSAGES = {
    0: "ok",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40008: "invalid message type",
    40013: "invalid appid",
    40033: "invalid charset",
    40125: "invalid appsecret",
    41001: "access_token missing",
    42001: "access_token expired",
    43004: "require subscribe",
    45002: "content size out of limit",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    47001: "data format error",
    48001: "api unauthorized",
}


class Failure(Exception):
    """An errcode as the answer."""

    def __init__(self, errcode: int) -> None:
        super().__init__(errcode)
        self.errcode = errcode


def _platform() -> Platform:
    platform: Platform = current_app.extensions["platform"]
    return platform


def _answer(content: dict[str, Any]) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), mimetype="application/json")


@api.errorhandler(Failure)
def failed(problem: Failure) -> Response:
    """HTTP 200 with an errcode, as the platform answers; each errmsg carries a request id."""
    code = problem.errcode
    return _answer({"errcode": code, "errmsg": f"{MESSAGES[code]} rid: {secrets.token_hex(8)}"})


@api.post("/stable_token")
def stable_token() -> Response:
    content = _json_body()
    account = _account_of(content.get("appid"), content.get("secret"), content.get("grant_type"))
    platform = _platform()
    force = content.get("force_refresh") is True
    now = platform.clock.now()
    return _token_answer(platform.tokens.issue_stable(account.name, force=force, now=now), now)


@api.get("/token")
def token() -> Response:
    values = request.args
    account = _account_of(values.get("appid"), values.get("secret"), values.get("grant_type"))
    platform = _platform()
    now = platform.clock.now()
    return _token_answer(platform.tokens.issue(account.name, now=now), now)


@api.post("/message/custom/send")
def custom_send() -> Response:
    """Text only: pictures and articles need media, which this stand-in does not keep for the bot."""
    account = _authorised()
    if not account.verified:
        raise Failure(48001)
    content = _json_body()
    openid, text = content.get("touser"), _text_of(content)
    if not isinstance(openid, str):
        raise Failure(40003)
    _send(account, openid, text)
    return _answer({"errcode": 0, "errmsg": "ok"})


def _send(account: Account, openid: str, text: str) -> None:
    platform = _platform()
    try:
        following = platform.store.reader(account.name, openid).following
    except NotFound:
        raise Failure(40003) from None
    if not following:
        raise Failure(43004)
    verdict = platform.customer_message(account.name, openid, Kind.TEXT, text)
    if verdict is not Verdict.ALLOWED:
        raise Failure(int(verdict))


def _text_of(content: dict[str, Any]) -> str:
    if content.get("msgtype") != "text":
        raise Failure(40008)
    inner = content.get("text")
    text = inner.get("content") if isinstance(inner, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise Failure(47001)
    if len(text.encode("utf-8")) > limits.TEXT_BYTES:
        raise Failure(45002)
    return text


def _authorised() -> Account:
    value = request.args.get("access_token", "")
    if not value:
        raise Failure(41001)
    platform = _platform()
    state, name = platform.tokens.check(value, now=platform.clock.now())
    if state is not TokenState.VALID:
        raise Failure(int(state))
    return platform.account(name)


def _account_of(app_id: object, secret: object, grant_type: object) -> Account:
    if grant_type != "client_credential":
        raise Failure(40002)
    account = next((one for one in _platform().accounts.values() if one.keys.app_id == app_id), None)
    if account is None:
        raise Failure(40013)
    if account.app_secret is None or not isinstance(secret, str):
        raise Failure(40125)
    if not secrets.compare_digest(secret.encode("utf-8"), account.app_secret.encode("utf-8")):
        raise Failure(40125)
    return account


def _json_body() -> dict[str, Any]:
    """The body's object. The platform refuses \\uXXXX escapes, which many senders make (40033)."""
    raw = request.get_data()
    try:
        content = json.loads(raw.decode("utf-8"))
    except ValueError:
        raise Failure(47001) from None
    if not isinstance(content, dict):
        raise Failure(47001)
    if b"\\u" in raw.replace(b"\\\\", b""):
        raise Failure(40033)
    return content


def _token_answer(given: Token, now: datetime) -> Response:
    left = int((given.ends_at - now).total_seconds())
    return _answer({"access_token": given.value, "expires_in": left})
