"""Calls out to the platform for one account: wechatpy's client with its traps fenced off.

The traps: it retries without limit when a token is refused, keeps the token in process memory, and has no
timeout of its own (wechatpy 1.8.18). Here a refused token is renewed once, tokens come from `TokenStore`,
and every call has both timeouts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Protocol, cast

import requests
from wechatpy import WeChatClient  # type: ignore[import-untyped]
from wechatpy.exceptions import WeChatClientException  # type: ignore[import-untyped]

from bot.wechat.codes import Action, advise


class TokenStore(Protocol):
    """Where the account's token is kept for all processes."""

    def load(self) -> str | None: ...

    def keep(self, token: str, lives_seconds: int) -> None: ...

    def drop(self, token: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call. `errcode` 0: done. None: nobody knows (`sent` may have happened)."""

    errcode: int | None
    error: str
    never_left: bool = False  # the call did not reach the platform: it may be made again


class _Client(WeChatClient):  # type: ignore[misc]
    def __init__(self, app_id: str, secret: str, store: TokenStore, base: str, timeout: tuple[float, float]) -> None:
        self.API_BASE_URL = base.rstrip("/") + "/cgi-bin/"
        self._store, self._timeouts = store, timeout
        super().__init__(app_id, secret, timeout=timeout, auto_retry=False)

    @property
    def access_token(self) -> str:
        token = self._store.load()
        if token is None:
            token = self.fetch_access_token()
        return token

    def fetch_access_token(self) -> str:
        """POST stable_token: the same token for every caller until its last five minutes."""
        answer = self._http.post(
            self.API_BASE_URL + "stable_token",
            data=json.dumps({"grant_type": "client_credential", "appid": self.appid, "secret": self.secret}),
            timeout=self._timeouts, allow_redirects=False,
        )
        answer.raise_for_status()
        fields: dict[str, Any] = answer.json()
        if not isinstance(fields, dict):
            raise ValueError("not a JSON object")
        if "access_token" not in fields:
            raise WeChatClientException(int(fields.get("errcode", -1)), str(fields.get("errmsg", "")), client=self)
        self._store.keep(fields["access_token"], int(fields.get("expires_in", 7200)))
        return cast(str, fields["access_token"])


class Client:
    """The calls the bot needs. Never raises for what the platform or the network does."""

    def __init__(self, app_id: str, secret: str, *, store: TokenStore, base: str, connect_seconds: float,
                 read_seconds: float) -> None:
        self._store = store
        self._client = _Client(app_id, secret, store, base, (connect_seconds, read_seconds))

    def send_text(self, openid: str, text: str) -> Answer:
        """One customer message. A refused token is renewed and the call made once more; never oftener."""
        answer = self._send(openid, text)
        if answer.errcode is not None and advise(answer.errcode).action is Action.REFRESH_TOKEN:
            token = self._store.load()
            if token is not None:
                self._store.drop(token)
            return self._send(openid, text)
        return answer

    def _send(self, openid: str, text: str) -> Answer:
        try:
            token_ready = self._client.access_token
        except (requests.RequestException, ValueError, WeChatClientException) as problem:
            return _no_token(problem)
        try:
            assert token_ready
            given = self._client.message.send_text(openid, text)
        except WeChatClientException as problem:
            return _refusal(problem)
        except requests.ConnectTimeout:
            return Answer(None, "connect timeout", never_left=True)
        except requests.ConnectionError as problem:
            return Answer(None, type(problem).__name__, never_left=_refused(problem))
        except (requests.RequestException, ValueError, KeyError) as problem:
            return Answer(None, type(problem).__name__)
        if not isinstance(given, dict) or given.get("errcode") != 0:
            # wechatpy hands on what is no JSON as if it were an answer.
            return Answer(None, "no answer of the platform")
        return Answer(0, "")


def _refusal(problem: WeChatClientException) -> Answer:
    """What the platform said; an HTTP error (wechatpy: errcode None) says nothing of what became of the message."""
    if problem.errcode is None:
        status = problem.response.status_code if problem.response is not None else "?"
        return Answer(None, f"HTTP {status}")
    return Answer(int(problem.errcode), str(problem.errmsg)[:500])


def _no_token(problem: Exception) -> Answer:
    if isinstance(problem, WeChatClientException) and problem.errcode is not None:
        return Answer(int(problem.errcode), str(problem.errmsg)[:500])
    return Answer(None, f"no token: {type(problem).__name__}", never_left=True)


def _refused(problem: requests.ConnectionError) -> bool:
    """A connection that was never made; one that broke later may have carried the message."""
    return "NewConnectionError" in repr(problem)
