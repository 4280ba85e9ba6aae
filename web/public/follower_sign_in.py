"""The silent sign-in of a reader (网页授权): the address without a key that the menu leads to, and where the platform sends
his browser back to.

Nothing is asked of him and nothing of ours is changed. The browser that comes back must be the one that was sent: it holds
the errand whose number the platform gives back. It goes on only to a path that stood in that errand.
"""

from __future__ import annotations

import hmac
import logging

from flask import Blueprint, Flask, current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from bot import wiring
from bot.chat import chat_links
from bot.chat.chat_links import LIVES
from bot.wechat import oauth
from bot.wechat.oauth import Came, Visitor
from models.readers import Reader
from models.session import reading
from web import key_pages
from web.auth import safe_next
from web.deps import deps, now
from web.public import followers, proofs
from web.public.proofs import Errand
from web.public_pace import Pace
from web.visitor import address

log = logging.getLogger(__name__)
blueprint = Blueprint("follower_sign_in", __name__, url_prefix="/my")

A_MINUTE = 60
"""Calls to the platform that one address may cause; a carrier's customers share one."""
ASK = "您的页面从公众号里打开：回“我的”两个字，会给您一个链接。"
ONCE_MORE = "没有认出您来。请回到公众号的对话，再点一次。"
SNAPSHOT = "现在看到的是快照，认不出您来。请点页面下方的“使用完整服务”，或者回到公众号的对话，再点一次。"
SILENT = "微信这会儿没有回应，请过几分钟再点一次。急的话，在公众号里直接说也一样。"
UNKNOWN = "这里还没有您的内容。请先关注公众号，发一条消息，再点一次。"
SAID = {Came.SNAPSHOT: (SNAPSHOT, 403), Came.AGAIN: (ONCE_MORE, 403), Came.SILENCE: (SILENT, 503), Came.REFUSED: (SILENT, 503)}


def register(app: Flask) -> None:
    app.extensions["follower_sign_in"] = Pace(A_MINUTE)
    app.register_blueprint(blueprint)


@blueprint.get("/")
def enter() -> Response:
    """`at`: the account in whose menu this stands; where one account only can tell its readers, it need not say."""
    return key_pages.opened(_enter)


@blueprint.get("/back")
def back() -> Response:
    return key_pages.opened(_back)


def fresh(reader_id: int) -> str:
    """A key to his pages, as if it was told now; for whoever was proved to be that reader."""
    return chat_links.token(reader_id, now() + LIVES, deps().settings.server.secret_key)


def _enter() -> ResponseReturnValue:
    telling = [name for name in deps().settings.accounts if followers.tells(name)]
    account = request.args.get("at") or (telling[0] if len(telling) == 1 else "")
    if account not in telling:
        return followers.refused("no account that can tell", ASK, 404)
    known = proofs.proof()
    if known is None or known.account != account or not proofs.is_fresh(known):
        return followers.send_off(account, url_for(".enter", at=account))
    with reading(deps().engine) as session:
        openid = session.scalar(select(Reader.openid).where(
            Reader.id == known.reader_id, Reader.account == account, Reader.erased_at.is_(None)))
    if openid is None or not hmac.compare_digest(known.digest, proofs.digest(account, openid)):
        return _forgotten(followers.refused("its reader has gone", UNKNOWN, 410), proofs.PROOF)
    return redirect(f"{chat_links.OWN}{fresh(known.reader_id)}/")


def _back() -> ResponseReturnValue:
    errand = proofs.errand()
    if errand is None or not hmac.compare_digest(errand.nonce.encode(), request.args.get("state", "").encode()):
        return followers.refused("nobody here sent this browser", ONCE_MORE, 403)
    return _forgotten(_arrived(errand, request.args.get("code", "")), proofs.ERRAND)


def _arrived(errand: Errand, code: str) -> ResponseReturnValue:
    target = safe_next(errand.target)
    if followers.tells(errand.account) is None or target is None or not target.startswith(chat_links.OWN):
        return followers.refused("an errand to nowhere", ONCE_MORE, 403)
    if not oauth.is_code(code):
        return followers.refused("no code", ONCE_MORE, 403)
    pace: Pace = current_app.extensions["follower_sign_in"]
    if not pace.admits(address(), now=now()):
        raise TooManyRequests
    found = _asked(errand.account, code)
    if found.came is not Came.FOLLOWER:
        return followers.refused(f"{found.came} {found.errcode or ''}".strip(), *SAID[found.came])
    with reading(deps().engine) as session:
        reader_id = session.scalar(select(Reader.id).where(
            Reader.account == errand.account, Reader.openid == found.openid, Reader.erased_at.is_(None)))
    if reader_id is None:
        return followers.refused("no reader of ours", UNKNOWN, 404)
    answer = redirect(target)
    proofs.keep_proof(answer, errand.account, reader_id, found.openid)
    return answer


def _asked(account: str, code: str) -> Visitor:
    """Who the platform says it is; no transaction stays open meanwhile."""
    client = wiring.clients(deps().settings, deps().engine, deps().clock)[account]
    found = oauth.visitor(client.exchange(code))
    if found.came is Came.REFUSED:
        log.error("account %s may not ask who opened a page: errcode %s", account, found.errcode)
    return found


def _forgotten(answer: ResponseReturnValue, cookie: str) -> Response:
    response = make_response(answer)
    proofs.drop(response, cookie)
    return response
