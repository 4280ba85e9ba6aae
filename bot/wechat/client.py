"""Calls out to the platform for one account. Never raises for what the platform or the network does.

Each call has a connection of its own (one kept alive may break under a message, and then nobody knows whether
it was sent), a time by which it ends, and no redirect. A refused token is renewed once and the call made once
more; never oftener. Error texts never hold the token, which stands in the address.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from bot import clock
from bot.wechat.codes import Action, advise

if TYPE_CHECKING:
    import requests

MAX_ANSWER_BYTES, PIECE = 1 << 20, 16 * 1024
NO_CONNECTION = ("NewConnectionError", "NameResolutionError", "CERTIFICATE_VERIFY_FAILED")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call. `errcode` 0: done. None: nobody knows (it may have been done)."""

    errcode: int | None
    error: str
    never_left: bool = False  # the call did not reach the platform: it may be made again
    content: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A token, or the answer that came instead of one. `lives_seconds` from now."""

    token: str | None
    answer: Answer
    lives_seconds: int = 0


class Tokens(Protocol):
    """Where the account's token is kept for all processes."""

    def load(self) -> str | None:
        """The token kept, if it still has some minutes to live."""

    def renew(self, refused: str | None, fetch: Callable[[bool], Fetched]) -> Fetched:
        """A token other than `refused`: fetched by `fetch(force)` here or in another process, once for all."""


class Client:
    """The calls the bot needs. `base`: the API's address; seconds: how long connecting and the answer may take."""

    def __init__(self, app_id: str, secret: str, *, tokens: Tokens, base: str, connect_seconds: float,
                 read_seconds: float) -> None:
        self._app_id, self._secret, self._tokens = app_id, secret, tokens
        self._base = base.rstrip("/") + "/"
        self._timeouts = (connect_seconds, read_seconds)

    def send_text(self, openid: str, text: str) -> Answer:
        """One customer message."""
        return _coded(self.call("POST", "cgi-bin/message/custom/send", body={
            "touser": openid, "msgtype": "text", "text": {"content": text}}))

    def send_menu(self, openid: str, head: str, items: Sequence[tuple[str, str]], tail: str) -> Answer:
        """One customer message with words to tap below it (msgmenu). `items`: id, words that a tap sends."""
        menu = {"head_content": head, "list": [{"id": key, "content": words} for key, words in items]}
        return _coded(self.call("POST", "cgi-bin/message/custom/send", body={
            "touser": openid, "msgtype": "msgmenu", "msgmenu": menu | ({"tail_content": tail} if tail else {})}))

    def send_notice(self, path: str, body: Mapping[str, Any]) -> Answer:
        """One template or subscription message, built by `bot.wechat.template`."""
        return _coded(self.call("POST", path, body=body))

    def probe(self) -> Answer:
        """Whether the platform answers: asks for the token, which changes nothing."""
        return self._fetch_token(force=False).answer

    def exchange(self, code: str) -> Answer:
        """Who opened a page (网页授权): the code that his browser brought, good once. Needs no token of the account."""
        return self._request("GET", "sns/oauth2/access_token", {
            "appid": self._app_id, "secret": self._secret, "code": code, "grant_type": "authorization_code"}, None)

    def call(self, method: str, path: str, *, query: Mapping[str, str] | None = None,
             body: Mapping[str, Any] | None = None) -> Answer:
        """Any call that answers in JSON."""
        return self.authorised(lambda token: self._request(
            method, path, {"access_token": token, **(query or {})}, body))

    def upload(self, path: str, *, query: Mapping[str, str], name: str, data: bytes, content_type: str) -> Answer:
        """One file, in the form field that the platform calls `media`."""
        return self.authorised(lambda token: self._request(
            "POST", path, {"access_token": token, **query}, None, files={"media": (name, data, content_type)}))

    def authorised(self, make: Callable[[str], Answer]) -> Answer:
        """Makes a call with the token; where that is refused, once more with a new one."""
        token = self._tokens.load()
        if token is None:
            given = self._tokens.renew(None, self._fetch_token)
            if given.token is None:
                return _not_made(given.answer)
            token = given.token
        answer = make(token)
        if answer.errcode is None or advise(answer.errcode).action is not Action.REFRESH_TOKEN:
            return answer
        given = self._tokens.renew(token, self._fetch_token)
        if given.token is None:
            return _not_made(given.answer)
        return answer if given.token == token else make(given.token)

    def _fetch_token(self, force: bool) -> Fetched:
        """POST stable_token: the same token for every caller until its last five minutes."""
        answer = self._request("POST", "cgi-bin/stable_token", {}, {
            "grant_type": "client_credential", "appid": self._app_id, "secret": self._secret,
            "force_refresh": force})
        token, lives = answer.content.get("access_token"), answer.content.get("expires_in")
        if answer.errcode != 0:
            return Fetched(None, answer)
        if not isinstance(token, str) or not token or not isinstance(lives, int):
            return Fetched(None, Answer(None, "no token: no answer of the platform"))
        return Fetched(token, answer, lives)

    def _request(self, method: str, path: str, query: Mapping[str, str], body: Mapping[str, Any] | None, *,
                 files: Mapping[str, tuple[str, bytes, str]] | None = None) -> Answer:
        import requests  # a web worker calls nobody, or seldom
        from urllib3.exceptions import HTTPError

        # The platform refuses \\u escapes (40033): raw UTF-8.
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        ends = clock.monotonic() + sum(self._timeouts)
        try:
            with requests.request(method, self._base + path, params=dict(query), data=data, files=files,
                                  timeout=self._timeouts, allow_redirects=False, stream=True,
                                  headers=None if files else {"Content-Type": "application/json"}) as response:
                if response.status_code != requests.codes.ok:
                    return Answer(None, f"HTTP {response.status_code}")
                return _read(_content(response, ends))
        except requests.RequestException as problem:
            return _broken(problem)
        except (HTTPError, OSError) as problem:  # while the answer was read
            return Answer(None, type(problem).__name__)


def _content(response: requests.Response, ends: float) -> bytes:
    """The body, small pieces at a time, so that one that trickles ends too. Empty where it is too long or slow."""
    content = bytearray()
    while piece := response.raw.read1(PIECE, decode_content=True):  # read(PIECE) would wait until so much is there
        content += piece
        if len(content) > MAX_ANSWER_BYTES or clock.monotonic() > ends:
            return b""
    return bytes(content)


def _read(content: bytes) -> Answer:
    try:
        fields = json.loads(content)
    except ValueError:
        return Answer(None, "no answer of the platform")
    if not isinstance(fields, dict):
        return Answer(None, "no answer of the platform")
    errcode = fields.get("errcode", 0 if fields else None)  # what is asked for comes without a code
    if not isinstance(errcode, int):
        return Answer(None, "no answer of the platform")
    return Answer(errcode, "" if errcode == 0 else str(fields.get("errmsg", ""))[:500], content=fields)


def _broken(problem: requests.RequestException) -> Answer:
    """What the network did. A connection that was never made carried nothing; one that broke later may have."""
    import requests

    if isinstance(problem, requests.ConnectTimeout):
        return Answer(None, "connect timeout", never_left=True)
    never = isinstance(problem, (requests.exceptions.ProxyError, requests.exceptions.InvalidURL,
                                 requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema))
    return Answer(None, type(problem).__name__,
                  never_left=never or any(word in repr(problem) for word in NO_CONNECTION))


def _coded(answer: Answer) -> Answer:
    """Only a code says that a message was taken; any other object may come from anybody on the way."""
    return answer if answer.errcode != 0 or "errcode" in answer.content else Answer(None, "no answer of the platform")


def _not_made(answer: Answer) -> Answer:
    """Without a token the call itself was not made, whatever became of the asking for one."""
    if answer.errcode is None:
        error = answer.error if answer.error.startswith("no token") else f"no token: {answer.error}"
        return Answer(None, error, never_left=True)
    return answer
