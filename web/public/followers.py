"""Whether the one who opens a reader's page is that reader, where the account can tell (网页授权). Reads cookies, no row.

An own page of such an account shows nothing to anybody but its reader, whatever link he holds. Where the platform does not
answer, the page stays shut too: a link alone would otherwise open everything to whoever waits for such an hour, and all that
stands on the pages is told in the chat as well. In a browser outside WeChat nobody can be told apart: it is told where to go.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from urllib.parse import quote

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from bot.settings import AccountSettings
from bot.wechat import oauth
from bot.wechat.profiles import Call, profile
from web import key_pages
from web.deps import deps
from web.public import proofs

log = logging.getLogger(__name__)

IN_WECHAT = "MicroMessenger"
"""In the name that WeChat's own browser gives, on telephones and desktops."""
SHUT = "打不开"
OTHER = "这一页只有读者本人能打开。要看您自己的，请在公众号里回“我的”两个字。"
OUTSIDE = "这一页要在微信里打开：请回到公众号的对话，再点一次链接；没有链接，就回“我的”两个字。"
AGAIN = "这一页放得太久了，什么也没有动。请回到公众号的对话，再点一次链接。"


def tells(account: str) -> AccountSettings | None:
    """The account, where its readers' browsers can be told apart."""
    found = deps().settings.accounts.get(account)
    if found is None or not found.oauth or not deps().settings.server.public_url:
        return None
    granted = profile(found.kind, verified=found.verified, has_secret=bool(found.app_secret))
    return found if granted.may(Call.OAUTH) else None


def stranger(account: str, openid: str) -> ResponseReturnValue | None:
    """None for the reader himself, and where his account cannot tell; else he is sent to show who he is, or kept out."""
    if tells(account) is None:
        return None
    known = proofs.proof()
    if known is not None and known.account == account:
        if not hmac.compare_digest(known.digest, proofs.digest(account, openid)):
            return refused("another follower", OTHER, 403)
        if proofs.is_fresh(known) or request.method not in ("GET", "HEAD"):
            return None
    if request.method not in ("GET", "HEAD"):
        return refused("a form from nobody known", AGAIN, 403)
    return send_off(account, here())


def send_off(account: str, target: str) -> ResponseReturnValue:
    """To the platform, which sends him back without asking him anything; then on to `target`, a path of ours."""
    found = tells(account)
    assert found is not None
    if not in_wechat():
        return refused("outside WeChat", OUTSIDE, 403)
    if len(target) > proofs.LONGEST_TARGET:
        return refused("too long", OUTSIDE, 404)
    nonce = secrets.token_hex(16)
    back = deps().settings.server.public_url + url_for("follower_sign_in.back")
    answer = redirect(oauth.address(deps().settings.wechat.oauth_base, found.app_id, back, nonce))
    proofs.keep_errand(answer, nonce, account, target)
    return answer


def here() -> str:
    """The page that was asked for, as a path of ours that may stand in a header."""
    query = request.query_string.decode("ascii", "ignore")
    return quote(request.path) + (f"?{query}" if query else "")


def in_wechat() -> bool:
    """The demo is looked at in any browser."""
    return deps().settings.demo.enabled or IN_WECHAT in request.user_agent.string


def refused(why: str, sentence: str, status: int) -> tuple[str, int]:
    """The kind page. `why` is for the log: a word, nothing of the address or of anybody."""
    log.warning("an own page stays shut at %s: %s", request.endpoint, why)
    return key_pages.end(SHUT, sentence), status
