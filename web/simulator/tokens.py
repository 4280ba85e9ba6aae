"""Access tokens as the platform gives them out: two kinds, each with its overlap. No HTTP, no clock."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from web.simulator import limits


class TokenKind(StrEnum):
    """cgi-bin/token, where each call voids the former one, and cgi-bin/stable_token, which repeats it."""

    PLAIN = "plain"
    STABLE = "stable"


class TokenState(IntEnum):
    """The errcode that a call with the token gets."""

    VALID = 0
    UNKNOWN = 40001
    EXPIRED = 42001


@dataclass(frozen=True, slots=True)
class Token:
    """A token of one account."""

    account: str
    kind: TokenKind
    value: str
    ends_at: datetime
    issued_at: datetime


class TokenDesk:
    """Gives out and checks tokens."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._current: dict[tuple[str, TokenKind], Token] = {}
        self._given: dict[str, Token] = {}

    def issue(self, account: str, *, now: datetime) -> Token:
        """cgi-bin/token: always a new one."""
        with self._lock:
            return self._renew(account, TokenKind.PLAIN, now)

    def issue_stable(
        self, account: str, *, force: bool, now: datetime, count_forced: Callable[[], None] = lambda: None
    ) -> Token:
        """cgi-bin/stable_token: the same one until its last 5 minutes, unless a refresh is forced.

        `count_forced` is called before a forced refresh is carried out; it raises where there were too many.
        """
        with self._lock:
            token = self._current.get((account, TokenKind.STABLE))
            if token is None or token.ends_at - now <= limits.TOKEN_OVERLAP:
                return self._renew(account, TokenKind.STABLE, now)
            if force and now - token.issued_at >= limits.FORCED_REFRESH_GAP:
                count_forced()
                self._given.pop(token.value, None)  # a forced refresh voids the former at once
                return self._renew(account, TokenKind.STABLE, now)
            return token

    def void(self, account: str) -> None:
        """All of the account's tokens are invalid from now on (40001): as when its secret was reset."""
        with self._lock:
            self._given = {value: token for value, token in self._given.items() if token.account != account}
            self._current = {key: token for key, token in self._current.items() if key[0] != account}

    def check(self, value: str, *, now: datetime) -> tuple[TokenState, str]:
        """(state, the account's name or "")."""
        with self._lock:
            token = self._given.get(value)
        if token is None:
            return TokenState.UNKNOWN, ""
        return TokenState.VALID if now < token.ends_at else TokenState.EXPIRED, token.account

    def _renew(self, account: str, kind: TokenKind, now: datetime) -> Token:
        former = self._current.get((account, kind))
        if former is not None and former.value in self._given:
            ends_at = min(former.ends_at, now + limits.TOKEN_OVERLAP)
            self._given[former.value] = Token(account, kind, former.value, ends_at, former.issued_at)
        token = Token(account, kind, secrets.token_urlsafe(96), now + limits.TOKEN_LIFE, now)
        self._current[(account, kind)] = self._given[token.value] = token
        return token
