"""Codes of 网页授权: given to the browser of whoever opens a page, exchanged once by the bot. No HTTP, no clock."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from web.simulator import limits
from web.simulator.errcodes import Failure


@dataclass(frozen=True, slots=True)
class Opened:
    """Whose browser a code was given to. `snapshot`: shown in a frame, with an openid that is nobody's."""

    account: str
    openid: str
    snapshot: bool
    at: datetime


class OAuthCodes:
    """Gives out codes and takes each back once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._given: dict[str, Opened] = {}
        self._used: set[str] = set()

    def give(self, account: str, openid: str, *, snapshot: bool, now: datetime) -> str:
        code = secrets.token_hex(16)
        if snapshot:
            openid = f"o{secrets.token_urlsafe(32)[:27]}"
        with self._lock:
            if len(self._given) >= limits.OAUTH_CODES_KEPT:
                self._given.clear()
                self._used.clear()
            self._given[code] = Opened(account, openid, snapshot, now)
        return code

    def take(self, account: str, code: str, *, now: datetime) -> Opened:
        """Failure 40163 for a code that was used, 40029 for any other that leads nowhere."""
        with self._lock:
            opened = self._given.get(code)
            if opened is None or opened.account != account or now - opened.at >= limits.OAUTH_CODE_LIFE:
                raise Failure(40029)
            if code in self._used:
                raise Failure(40163)
            self._used.add(code)
        return opened


LIFE = timedelta(hours=2)
"""Of the token that comes with the openid; nobody here calls anything with it."""


def content(opened: Opened) -> dict[str, object]:
    """What the exchange answers."""
    found: dict[str, object] = {
        "access_token": secrets.token_urlsafe(64), "expires_in": int(LIFE.total_seconds()),
        "refresh_token": secrets.token_urlsafe(64), "openid": opened.openid, "scope": "snsapi_base"}
    return found | {"is_snapshotuser": 1} if opened.snapshot else found
