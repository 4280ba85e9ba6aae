"""Browsers that signed in before: wrong passwords typed in one are counted apart, so that strangers who guess at a login
from elsewhere do not keep its holder out (OWASP, "Slow down online guessing attacks with device cookies").

The cookie says only that this browser once signed in with a login; it opens nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from flask import after_this_request, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from bot.members.staff import normal_login
from web.deps import deps

LASTS = timedelta(days=180)
MOST_LOGINS = 5
"""Of one browser: the one that signed in longest ago is forgotten first."""


def known_as(login: str) -> str | None:
    """What this browser's wrong passwords for the login are counted by; None: it has not signed in with it."""
    number = _numbers().get(_of(login))
    return None if number is None else "~" + hashlib.sha256(f"{number} {normal_login(login)}".encode()).hexdigest()[:32]


def keep(login: str) -> None:
    """This browser has signed in with the login: its answer says so to it."""
    name = _of(login)
    before = _numbers()
    numbers = {name: before.pop(name, None) or secrets.token_urlsafe(12)} | before
    value = _signer().dumps(dict(list(numbers.items())[:MOST_LOGINS]))

    @after_this_request
    def _set(response: Response) -> Response:
        response.set_cookie(_cookie(), value, max_age=LASTS, secure=deps().settings.server.secure_cookies, httponly=True,
                            samesite="Lax")
        return response


def _cookie() -> str:
    """Its name; like the session's, bound to this host where it is sent over https only."""
    return "__Host-woodpecker-known" if deps().settings.server.secure_cookies else "woodpecker-known"


def _numbers() -> dict[str, str]:
    try:
        found = _signer().loads(request.cookies.get(_cookie(), ""), max_age=int(LASTS.total_seconds()))
    except BadSignature:
        return {}
    return dict(found)


def _of(login: str) -> str:
    """Without the login itself: the cookie lies on a computer that others use too."""
    return hashlib.sha256(normal_login(login).encode()).hexdigest()[:12]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(deps().settings.server.secret_key, salt="browsers that signed in")
