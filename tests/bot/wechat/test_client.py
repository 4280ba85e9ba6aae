"""The client against a small platform of our own over real HTTP: tokens, refusals, silence, broken answers."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import Engine

from bot.clock import FrozenClock
from bot.settings import Settings
from bot.wechat import tokens
from bot.wechat.client import Answer, Client
from bot.wiring import senders
from tests.support.town import at_once

NOW = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)


class Memory:
    """A token store in memory."""

    def __init__(self, token: str | None = None) -> None:
        self.token = token

    def load(self) -> str | None:
        return self.token

    def keep(self, token: str, lives_seconds: int) -> None:
        self.token = token

    def drop(self, token: str) -> None:
        if self.token == token:
            self.token = None


class Platform:
    """Answers `stable_token` and `message/custom/send`; `replies` are used up, the last one stays."""

    def __init__(self) -> None:
        self.token_calls: list[dict[str, Any]] = []
        self.sends: list[tuple[str, dict[str, Any]]] = []
        self.token_replies: list[Any] = [{"access_token": "T{n}", "expires_in": 7200}]
        self.replies: list[Any] = [{"errcode": 0, "errmsg": "ok"}]
        self.release = threading.Event()
        platform = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                url = urlsplit(self.path)
                reply = platform.answer(url.path, parse_qs(url.query), body)
                if reply == "silence":
                    platform.release.wait(timeout=10)
                    self.close_connection = True
                    return
                status, text = reply if isinstance(reply, tuple) else (200, json.dumps(reply))
                self.send_response(status)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def answer(self, path: str, query: dict[str, list[str]], body: dict[str, Any]) -> Any:
        if path.endswith("/stable_token"):
            self.token_calls.append(body)
            reply = self._next(self.token_replies)
            if isinstance(reply, dict) and "access_token" in reply:
                return reply | {"access_token": reply["access_token"].format(n=len(self.token_calls))}
            return reply
        self.sends.append((query["access_token"][0], body))
        return self._next(self.replies)

    @staticmethod
    def _next(replies: list[Any]) -> Any:
        return replies.pop(0) if len(replies) > 1 else replies[0]

    def close(self) -> None:
        self.release.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(timeout=10)


@pytest.fixture
def platform() -> Iterator[Platform]:
    platform = Platform()
    yield platform
    platform.close()


def client(url: str, store: Any = None, read_seconds: float = 5.0) -> Client:
    return Client("wx1", "secret1", store=store or Memory(), base=url, connect_seconds=2.0, read_seconds=read_seconds)


def test_text_is_sent_with_the_stable_token(platform: Platform) -> None:
    assert client(platform.url).send_text("o1", "您的第1条：采纳") == Answer(0, "")
    assert platform.token_calls == [{"grant_type": "client_credential", "appid": "wx1", "secret": "secret1"}]
    assert platform.sends == [("T1", {"touser": "o1", "msgtype": "text", "text": {"content": "您的第1条：采纳"}})]


def test_kept_token_is_used_again(platform: Platform) -> None:
    store = Memory()
    for _ in range(2):
        client(platform.url, store).send_text("o1", "话")
    assert (len(platform.token_calls), [token for token, _ in platform.sends]) == (1, ["T1", "T1"])


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
def test_refused_token_is_renewed_once(platform: Platform, errcode: int) -> None:
    platform.replies = [{"errcode": errcode, "errmsg": "invalid"}, {"errcode": 0}]
    assert client(platform.url, Memory("old")).send_text("o1", "话") == Answer(0, "")
    assert [token for token, _ in platform.sends] == ["old", "T1"]


def test_token_refused_for_ever_ends_after_two_tokens_and_two_sends(platform: Platform) -> None:
    platform.replies = [{"errcode": 40001, "errmsg": "invalid credential"}]
    assert client(platform.url).send_text("o1", "话") == Answer(40001, "invalid credential")
    assert (len(platform.token_calls), len(platform.sends)) == (2, 2)


@pytest.mark.parametrize("errcode", [45015, 45009, 48001, 43004])
def test_code_of_the_platform_is_handed_on_without_another_try(platform: Platform, errcode: int) -> None:
    platform.replies = [{"errcode": errcode, "errmsg": "no rid: 1-2"}]
    assert client(platform.url).send_text("o1", "话") == Answer(errcode, "no rid: 1-2")
    assert len(platform.sends) == 1


@pytest.mark.parametrize(
    "reply", [(200, "<html>登录</html>"), (200, ""), (200, "[]"), (200, "{}"), (502, "Bad Gateway"), (500, "{}")]
)
def test_answer_that_is_none_of_the_platforms_is_uncertain(platform: Platform, reply: tuple[int, str]) -> None:
    platform.replies = [reply]
    answer = client(platform.url).send_text("o1", "话")
    assert (answer.errcode, answer.never_left) == (None, False)
    assert answer.error
    assert len(platform.sends) == 1


def test_silence_after_the_message_was_sent_is_uncertain(platform: Platform) -> None:
    platform.replies = ["silence"]
    answer = client(platform.url, Memory("T"), read_seconds=0.2).send_text("o1", "话")
    assert (answer.errcode, answer.never_left) == (None, False)


@pytest.mark.parametrize("reply", [(502, "Bad Gateway"), (200, "<html>"), (200, "[1]"), "silence"])
def test_without_a_token_the_message_never_left(platform: Platform, reply: Any) -> None:
    platform.token_replies = [reply]
    answer = client(platform.url, read_seconds=0.2).send_text("o1", "话")
    assert (answer.errcode, answer.never_left, platform.sends) == (None, True, [])


def test_refused_secret_is_the_platforms_answer(platform: Platform) -> None:
    platform.token_replies = [{"errcode": 40125, "errmsg": "invalid appsecret"}]
    assert client(platform.url).send_text("o1", "话") == Answer(40125, "invalid appsecret")


@pytest.mark.parametrize("token", [None, "T"])
def test_refused_connection_means_that_the_message_never_left(token: str | None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    answer = client(f"http://127.0.0.1:{port}", Memory(token)).send_text("o1", "话")
    assert (answer.errcode, answer.never_left) == (None, True)


# the token in the database


def test_token_is_shared_between_two_processes(platform: Platform, engine: Engine, settings: Settings) -> None:
    wired = settings.model_copy(update={"wechat": settings.wechat.model_copy(update={"api_base": platform.url})})
    clock = FrozenClock(NOW)
    for _ in range(2):
        assert senders(wired, engine, clock)["main"].send_text("o1", "话") == Answer(0, "")
    assert len(platform.token_calls) == 1
    clock.advance(seconds=7200 - 300)
    senders(wired, engine, clock)["main"].send_text("o1", "话")
    assert [token for token, _ in platform.sends] == ["T1", "T1", "T2"]


def test_only_verified_accounts_with_a_secret_may_send(engine: Engine, settings: Settings) -> None:
    assert sorted(senders(settings, engine, FrozenClock(NOW))) == ["main", "service"]


def test_token_is_kept_until_five_minutes_before_its_end(engine: Engine) -> None:
    tokens.keep(engine, "main", "T1", NOW + timedelta(seconds=301))
    assert tokens.load(engine, "main", now=NOW) == "T1"
    assert tokens.load(engine, "main", now=NOW + timedelta(seconds=1)) is None
    assert tokens.load(engine, "other", now=NOW) is None


def test_refused_token_is_dropped_but_not_its_successor(engine: Engine) -> None:
    tokens.keep(engine, "main", "T1", NOW + timedelta(hours=2))
    tokens.keep(engine, "main", "T2", NOW + timedelta(hours=2))
    tokens.drop(engine, "main", "T1")
    assert tokens.load(engine, "main", now=NOW) == "T2"
    tokens.drop(engine, "main", "T2")
    assert tokens.load(engine, "main", now=NOW) is None


def test_two_processes_may_keep_a_token_at_once(engine: Engine) -> None:
    results = at_once(engine, [lambda session, n=n: tokens.keep(engine, "main", f"T{n}", NOW + timedelta(hours=2))
                               for n in range(2)])
    assert results == [None, None]
    assert tokens.load(engine, "main", now=NOW) in ("T0", "T1")
