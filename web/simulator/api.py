"""The API's door: what the bot calls at api.weixin.qq.com in life. Method, token, right, cap, then the handler.

Fault switches stand before it (refusals) and behind it (answers that come late, broken or not at all).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, current_app, json, request
from werkzeug.exceptions import RequestEntityTooLarge

from web.simulator import api_account, api_articles, api_media, api_messages, caps, limits, oauth_codes
from web.simulator.calls import Binary, Call, Content, File, Route, json_of
from web.simulator.errcodes import Failure, body_of
from web.simulator.faults import Fault, FaultKind
from web.simulator.platform import Platform
from web.simulator.profiles import Right, may
from web.simulator.tokens import Token, TokenState
from web.simulator.transcript import LineKind
from web.simulator.values import Account

api = Blueprint("api", __name__)

TOKEN, STABLE = "token", "stable_token"
EXCHANGE = "sns/oauth2/access_token"
# Everything stands under /cgi-bin/ but this one.
ELSEWHERE = {"wxaapi/newtmpl/gettemplate": Route("GET", Right.NOTICE, lambda _call: {"errcode": 0, "data": []})}
ROUTES: dict[str, Route] = {
    **api_messages.ROUTES,
    **api_media.ROUTES,
    **api_account.ROUTES,
    **api_articles.ROUTES,
    **ELSEWHERE,
}
NAMES = (TOKEN, STABLE, EXCHANGE, *ROUTES)
"""Every path that a fault switch may name."""
GARBAGE = b"<html><head><title>502</title></head>\xff\xfe not what was asked for"
DOWN = b"<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>"


class Cut(ConnectionError):
    """Breaks the connection in the middle of an answer: the server ends it when this is raised."""


@api.route("/cgi-bin/<path:path>", methods=["GET", "POST"])
def call(path: str) -> Response:
    return _call(path)


@api.get("/wxaapi/newtmpl/gettemplate")
def templates() -> Response:
    return _call("wxaapi/newtmpl/gettemplate")


@api.get("/sns/oauth2/access_token")
def exchange() -> Response:
    return _call(EXCHANGE)


def _call(path: str) -> Response:
    platform = _platform()
    fault = platform.faults.take(path)
    owner, answer = "", None
    try:
        if fault is None or fault.kind.carried_out:
            owner, answer = _carry_out(platform, path)
        elif fault.kind is FaultKind.ERRCODE:
            raise Failure(fault.errcode)
    except Failure as problem:
        answer = body_of(problem.errcode)
    except RequestEntityTooLarge:
        answer = body_of(45001)
    _note(platform, owner, path, answer, fault)
    return _response(platform, answer, fault)


def _carry_out(platform: Platform, path: str) -> tuple[str, Content | Binary]:
    """(the account's name, the answer). An errcode is an answer too, once it is known whose call it is."""
    if path in (TOKEN, STABLE):
        return _token(platform, path)
    if path == EXCHANGE:
        return _exchange(platform)
    route = ROUTES.get(path)
    if route is None:
        raise Failure(40066)
    if request.method != route.method:
        raise Failure(43001 if route.method == "GET" else 43002)
    account = _authorised(platform)
    try:
        if not may(account.profile, route.right):
            raise Failure(48001)
        now = platform.book_now()
        if path != caps.CLEAR:
            platform.caps.take(account.name, path, account.profile, now=now)
        files = _files()
        made = Call(platform, account, request.args, b"" if files else request.get_data(), files, now)
        return account.name, route.handler(made)
    except Failure as problem:
        return account.name, body_of(problem.errcode)


def _files() -> dict[str, File]:
    """What was uploaded; the parser's temporary files are closed at once."""
    files = {}
    for name, one in request.files.items():
        with one.stream:
            files[name] = File(one.filename or "", one.read())
    return files


def _token(platform: Platform, path: str) -> tuple[str, Content]:
    if request.method != ("GET" if path == TOKEN else "POST"):
        raise Failure(43001 if path == TOKEN else 43002)
    values: Any = request.args if path == TOKEN else json_of(request.get_data())
    account = _account_of(platform, values.get("appid"), values.get("secret"), values.get("grant_type"))
    try:
        return account.name, _give_token(platform, account, path, force=values.get("force_refresh") is True)
    except Failure as problem:
        return account.name, body_of(problem.errcode)


def _exchange(platform: Platform) -> tuple[str, Content]:
    """Who opened a page (网页授权): needs the secret and a code, no token."""
    values = request.args
    account = _account_of(platform, values.get("appid"), values.get("secret"), values.get("grant_type"),
                          wanted="authorization_code")
    try:
        if not may(account.profile, Right.OAUTH):
            raise Failure(48001)
        opened = platform.codes.take(account.name, values.get("code", ""), now=platform.book_now())
        return account.name, oauth_codes.content(opened)
    except Failure as problem:
        return account.name, body_of(problem.errcode)


def _give_token(platform: Platform, account: Account, path: str, *, force: bool) -> Content:
    now = platform.book_now()
    if path == STABLE:
        platform.caps.take_minute(account.name, limits.STABLE_A_MINUTE, now=now)
    platform.caps.take(account.name, path, account.profile, now=now)
    if path == TOKEN:
        given = platform.tokens.issue(account.name, now=now)
    else:
        given = platform.tokens.issue_stable(
            account.name, force=force, now=now,
            count_forced=lambda: platform.caps.take(account.name, caps.FORCED, account.profile, now=now),
        )  # fmt: skip
    return _token_content(given, int((given.ends_at - now).total_seconds()))


def _token_content(given: Token, left: int) -> Content:
    return {"access_token": given.value, "expires_in": left}


def _authorised(platform: Platform) -> Account:
    value = request.args.get("access_token", "")
    if not value:
        raise Failure(41001)
    state, name = platform.tokens.check(value, now=platform.book_now())
    if state is not TokenState.VALID:
        raise Failure(int(state))
    return platform.account(name)


def _account_of(platform: Platform, app_id: object, secret: object, grant_type: object, *,
                wanted: str = "client_credential") -> Account:
    if grant_type != wanted:
        raise Failure(40002)
    account = next((one for one in platform.accounts.values() if one.keys.app_id == app_id), None)
    if account is None:
        raise Failure(40013)
    if account.app_secret is None or not isinstance(secret, str):
        raise Failure(40125)
    if not secrets.compare_digest(secret.encode("utf-8"), account.app_secret.encode("utf-8")):
        raise Failure(40125)
    return account


def _note(platform: Platform, owner: str, path: str, answer: Content | Binary | None, fault: Fault | None) -> None:
    errcode = answer.get("errcode", 0) if isinstance(answer, dict) else None
    name = fault.kind.value if fault else ""
    now = platform.clock.now()
    platform.store.note_call(owner, path, errcode, name, now=now)
    platform.transcript.add(LineKind.CALL, now=now, account=owner, path=path, errcode=errcode, fault=name)


def _response(platform: Platform, answer: Content | Binary | None, fault: Fault | None) -> Response:
    if fault is not None and fault.kind is FaultKind.DOWN:
        return Response(DOWN, status=503, mimetype="text/html")
    if fault is not None and fault.kind is FaultKind.GARBAGE:
        return Response(GARBAGE, mimetype="text/html")
    if fault is not None and fault.kind is FaultKind.SLOW:
        platform.wait(fault.seconds)
    response = _plain(answer)
    return _cut(response) if fault is not None and fault.kind is FaultKind.CUT else response


def _plain(answer: Content | Binary | None) -> Response:
    if isinstance(answer, Binary):
        response = Response(answer.data, mimetype=answer.mime)
        response.headers["Content-Disposition"] = f'attachment; filename="{answer.name}"'
        return response
    return Response(json.dumps(answer, ensure_ascii=False), mimetype="application/json")


def _cut(whole: Response) -> Response:
    """Half of the body under the length of the whole, then the end of the connection."""
    data = whole.get_data()

    def half() -> Iterator[bytes]:
        yield data[: len(data) // 2]
        raise Cut("cut on purpose")

    response = Response(half(), mimetype=whole.mimetype)
    response.headers["Content-Length"] = str(len(data))
    return response


def _platform() -> Platform:
    platform: Platform = current_app.extensions["platform"]
    return platform
