"""The client against a small platform of our own over real HTTP: tokens, refusals, silence, broken answers."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import Engine, delete, select

from bot.clock import FrozenClock
from bot.settings import Settings
from bot.wechat import tokens
from bot.wechat.client import Answer, Client, Fetched
from bot.wechat.profiles import Call
from bot.wechat.tokens import SharedTokens
from bot.wiring import clients, outbox_accounts
from models.outgoing import AccessToken, TokenLease
from models.session import reading, writing
from tests.support.tokens import OwnToken
from tests.support.town import at_once

NOW = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[3]


class Platform:
    """Answers `stable_token` and `message/custom/send`; `replies` are used up, the last one stays."""

    def __init__(self) -> None:
        self.token_calls: list[dict[str, Any]] = []
        self.sends: list[tuple[str, dict[str, Any]]] = []
        self.token_replies: list[Any] = [{"access_token": "T{n}", "expires_in": 7200}]
        self.replies: list[Any] = [{"errcode": 0, "errmsg": "ok"}]
        self.exchanges: list[dict[str, list[str]]] = []
        self.visitors: list[Any] = [{"openid": "o1", "scope": "snsapi_base"}]
        self.release = threading.Event()
        platform = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.do_POST()

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "null")
                url = urlsplit(self.path)
                reply = platform.answer(url.path, parse_qs(url.query), body)
                if reply == "silence":
                    platform.release.wait(timeout=10)
                    self.close_connection = True
                    return
                status, text = reply if isinstance(reply, tuple) else (200, json.dumps(reply))
                self.send_response(status)
                if text == "elsewhere":
                    self.send_header("Location", platform.url)
                if text == "cut":
                    self.send_header("Content-Length", "100")
                self.end_headers()
                self.wfile.write(('{"errcode": 0' if text == "cut" else text).encode())

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
        if path.endswith("/sns/oauth2/access_token"):
            self.exchanges.append(query)
            return self._next(self.visitors)
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
    return Client("wx1", "secret1", tokens=store or OwnToken(), base=url, connect_seconds=2.0, read_seconds=read_seconds)


def test_text_is_sent_with_the_stable_token(platform: Platform) -> None:
    assert client(platform.url).send_text("o1", "您的第1条：采纳") == Answer(0, "")
    assert platform.token_calls == [{"grant_type": "client_credential", "appid": "wx1", "secret": "secret1",
                                     "force_refresh": False}]
    assert platform.sends == [("T1", {"touser": "o1", "msgtype": "text", "text": {"content": "您的第1条：采纳"}})]


def test_kept_token_is_used_again(platform: Platform) -> None:
    store = OwnToken()
    for _ in range(2):
        client(platform.url, store).send_text("o1", "话")
    assert (len(platform.token_calls), [token for token, _ in platform.sends]) == (1, ["T1", "T1"])


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
def test_refused_token_is_renewed_once(platform: Platform, errcode: int) -> None:
    platform.replies = [{"errcode": errcode, "errmsg": "invalid"}, {"errcode": 0}]
    assert client(platform.url, OwnToken("old")).send_text("o1", "话") == Answer(0, "")
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
    "reply", [(200, "<html>登录</html>"), (200, ""), (200, "[]"), (200, "{}"), (502, "Bad Gateway"), (500, "{}"),
              (200, '{"msg": "welcome to the hotel"}'), (200, '{"errcode": "0"}'), (200, '{"errcode": null}'),
              (200, "cut"), (302, "elsewhere"), (200, "x" * (1 << 20) + "x")]
)
def test_answer_that_is_none_of_the_platforms_is_uncertain(platform: Platform, reply: tuple[int, str]) -> None:
    platform.replies = [reply]
    answer = client(platform.url).send_text("o1", "话")
    assert (answer.errcode, answer.never_left) == (None, False)
    assert answer.error
    assert len(platform.sends) == 1


def test_silence_after_the_message_was_sent_is_uncertain(platform: Platform) -> None:
    platform.replies = ["silence"]
    answer = client(platform.url, OwnToken("T"), read_seconds=0.2).send_text("o1", "话")
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
    answer = client(f"http://127.0.0.1:{port}", OwnToken(token)).send_text("o1", "话")
    assert (answer.errcode, answer.never_left) == (None, True)


def test_answer_that_trickles_is_given_up(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = count(0.0, 10.0)  # every look at the clock is ten seconds after the last
    monkeypatch.setattr("bot.wechat.client.clock.monotonic", lambda: next(moments))
    answer = client(platform.url, OwnToken("T")).send_text("o1", "话")
    assert (answer.errcode, answer.never_left) == (None, False)


def test_what_is_asked_for_may_come_without_a_code(platform: Platform) -> None:
    platform.replies = [{"total_count": 3}]
    answer = client(platform.url).call("GET", "cgi-bin/draft/count")
    assert (answer, answer.content) == (Answer(0, ""), {"total_count": 3})


def test_words_go_out_as_raw_utf8(platform: Platform) -> None:
    client(platform.url).send_text("o1", "第3版“己经”😀")
    assert platform.sends[0][1]["text"]["content"] == "第3版“己经”😀"


def test_no_error_holds_the_token(platform: Platform) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    answer = client(f"http://127.0.0.1:{port}", OwnToken("secretToken")).send_text("o1", "话")
    assert "secretToken" not in answer.error


# the token in the database


def keep(engine: Engine, account: str, token: str, expires_at: datetime) -> None:
    with writing(engine) as session:
        session.execute(delete(AccessToken).where(AccessToken.account == account))
        session.add(AccessToken(account=account, token=token, expires_at=expires_at))


def wired(settings: Settings, platform: Platform) -> Settings:
    return settings.model_copy(update={"wechat": settings.wechat.model_copy(update={"api_base": platform.url})})


def test_token_is_shared_between_two_processes(platform: Platform, engine: Engine, settings: Settings) -> None:
    clock = FrozenClock(NOW)
    for _ in range(2):
        assert clients(wired(settings, platform), engine, clock)["main"].send_text("o1", "话") == Answer(0, "")
    assert len(platform.token_calls) == 1
    clock.advance(seconds=7200 - 300)
    clients(wired(settings, platform), engine, clock)["main"].send_text("o1", "话")
    assert [token for token, _ in platform.sends] == ["T1", "T1", "T2"]


ONE_SEND = """
import sys
from bot.clock import FrozenClock
from bot.wechat.client import Client
from bot.wechat.tokens import SharedTokens
from models.session import make_engine
from datetime import datetime

engine, clock = make_engine(sys.argv[1]), FrozenClock(datetime.fromisoformat(sys.argv[3]))
tokens = SharedTokens(engine, "main", clock, call_seconds=20.0)
client = Client("wx1", "secret1", tokens=tokens, base=sys.argv[2], connect_seconds=5.0, read_seconds=5.0)
print("ready", flush=True)
sys.stdin.readline()
print(client.send_text("o1", "x").errcode)
"""


def test_eight_processes_with_an_expired_token_fetch_one(
    platform: Platform, engine: Engine, database_url: str
) -> None:
    keep(engine, "main", "old", NOW + timedelta(minutes=4))
    with ExitStack() as stack:
        started = [stack.enter_context(subprocess.Popen(
            [sys.executable, "-c", ONE_SEND, database_url, platform.url, NOW.isoformat()], text=True, cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )) for _ in range(8)]  # fmt: skip
        assert [process.stdout.readline() for process in started if process.stdout] == ["ready\n"] * 8
        for process in started:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        assert [process.communicate(timeout=60)[0] for process in started] == ["0\n"] * 8
    assert len(platform.token_calls) == 1
    assert [token for token, _ in platform.sends] == ["T1"] * 8


def test_api_that_always_says_40001_costs_two_tokens_and_two_sends(
    platform: Platform, engine: Engine, settings: Settings
) -> None:
    platform.replies = [{"errcode": 40001, "errmsg": "invalid credential"}]
    sender = clients(wired(settings, platform), engine, FrozenClock(NOW))["main"]
    assert sender.send_text("o1", "话") == Answer(40001, "invalid credential")
    assert (len(platform.token_calls), len(platform.sends)) == (2, 2)


def test_token_that_is_refused_and_given_again_is_asked_for_by_force_the_next_time(
    platform: Platform, engine: Engine, settings: Settings
) -> None:
    platform.token_replies = [{"access_token": "same", "expires_in": 7200}]
    platform.replies = [{"errcode": 40001, "errmsg": "invalid credential"}]
    sender = clients(wired(settings, platform), engine, FrozenClock(NOW))["main"]
    sender.send_text("o1", "话")
    assert (len(platform.token_calls), len(platform.sends)) == (2, 1)
    platform.token_replies, platform.replies = [{"access_token": "new", "expires_in": 7200}], [{"errcode": 0}]
    assert sender.send_text("o1", "话") == Answer(0, "")
    assert [call["force_refresh"] for call in platform.token_calls] == [False, False, True]
    with reading(engine) as session:
        assert session.scalar(select(TokenLease.force)) is False


def test_process_that_died_while_fetching_holds_nobody_up_for_long(engine: Engine) -> None:
    clock = FrozenClock(NOW)
    with writing(engine) as session:
        session.add(TokenLease(account="main", holder="dead", until=NOW + timedelta(seconds=20), force=False))
    fetched: list[bool] = []

    def fetch(force: bool) -> Fetched:
        fetched.append(force)
        return Fetched("T1", Answer(0, ""), 7200)

    shared = SharedTokens(engine, "main", clock, call_seconds=0.0, pause=lambda _: None)
    assert shared.renew(None, fetch).answer == Answer(None, "another process is fetching the token", never_left=True)
    waits = SharedTokens(engine, "main", clock, call_seconds=60.0, pause=lambda _: clock.advance(seconds=10) and None)
    assert (waits.renew(None, fetch).token, fetched) == ("T1", [False])
    assert tokens.load(engine, "main", now=clock.now()) == "T1"


def test_lease_is_given_back_where_fetching_fails(engine: Engine) -> None:
    shared = SharedTokens(engine, "main", FrozenClock(NOW), call_seconds=20.0)
    for _ in range(2):
        assert shared.renew(None, lambda _: Fetched(None, Answer(40164, "ip"))).answer == Answer(40164, "ip")


def test_what_accounts_may_send_follows_their_type(engine: Engine, settings: Settings) -> None:
    accounts = outbox_accounts(settings, clients(settings, engine, FrozenClock(NOW)))
    assert {name: sorted(account.profile({}).calls & {Call.CUSTOMER, Call.TEMPLATE, Call.MENU})
            for name, account in accounts.items()} == {
        "main": [Call.CUSTOMER, Call.MENU], "plain": [], "compat": [], "json": [],
        "service": [Call.CUSTOMER, Call.MENU, Call.TEMPLATE]}  # fmt: skip


def test_token_is_kept_until_five_minutes_before_its_end(engine: Engine) -> None:
    keep(engine, "main", "T1", NOW + timedelta(seconds=301))
    assert tokens.load(engine, "main", now=NOW) == "T1"
    assert tokens.load(engine, "main", now=NOW + timedelta(seconds=1)) is None
    assert tokens.load(engine, "other", now=NOW) is None


def test_refused_token_is_dropped_but_not_its_successor(engine: Engine) -> None:
    keep(engine, "main", "T1", NOW + timedelta(hours=2))
    keep(engine, "main", "T2", NOW + timedelta(hours=2))
    tokens.drop(engine, "main", "T1")
    assert tokens.load(engine, "main", now=NOW) == "T2"
    tokens.drop(engine, "main", "T2")
    assert tokens.load(engine, "main", now=NOW) is None


def test_threads_that_need_a_token_at_once_fetch_one(platform: Platform, engine: Engine, settings: Settings) -> None:
    senders = [clients(wired(settings, platform), engine, FrozenClock(NOW))["main"] for _ in range(4)]
    answers = at_once(engine, [lambda session, one=one: one.send_text("o1", "话") for one in senders])
    assert (answers, len(platform.token_calls)) == ([Answer(0, "")] * 4, 1)


def test_code_of_a_browser_is_exchanged_without_the_accounts_token(platform: Platform) -> None:
    answer = client(platform.url).exchange("061b2c")
    assert (answer.errcode, answer.content["openid"]) == (0, "o1")
    assert platform.exchanges == [{"appid": ["wx1"], "secret": ["secret1"], "code": ["061b2c"],
                                   "grant_type": ["authorization_code"]}]
    assert (platform.token_calls, platform.sends) == ([], [])


def test_exchange_ends_in_time_and_its_error_holds_no_secret(platform: Platform) -> None:
    platform.visitors = ["silence"]
    answers = [client(platform.url, read_seconds=0.3).exchange("061b2c"),
               client("http://127.0.0.1:1").exchange("061b2c")]
    assert [one.errcode for one in answers] == [None, None]
    assert not any(word in one.error for one in answers for word in ("secret1", "061b2c"))
