"""The request to the webhook over real HTTP, and a whole delivery through it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.clock import FrozenClock
from tests.support.stand_in import NOW, make_account
from web.simulator import webhook
from web.simulator.platform import Platform
from web.simulator.webhook import Answer, NoAnswer


class Server(ThreadingHTTPServer):
    """Answers by the path: /status/CODE, /silent, /elsewhere (a redirect), /wechat/demo (the bot's reply)."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[str] = []
        self.done = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        path = urlsplit(self.path)
        self.server.requests.append(path.path)
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if path.path == "/silent":
            self.server.done.wait(10)
            return
        if path.path == "/wechat/demo":
            self._answer(200, self._reply(parse_qs(path.query), content))
        elif path.path == "/elsewhere":
            self._answer(302, b"", Location="/status/200")
        else:
            self._answer(int(path.path.rpartition("/")[2]), content)

    def _reply(self, query: dict[str, list[str]], content: bytes) -> bytes:
        from bot.wechat.protocol import Gate

        gate = Gate(make_account().keys)
        delivery = gate.receive(query, content, now=NOW)
        return gate.answer(delivery, f"听到了：{delivery.message.content}", now=NOW)

    def _answer(self, status: int, content: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - the name is the base class's
        """Nothing: the tests look at `requests`."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.done.set()
        running.shutdown()
        thread.join()


@pytest.mark.parametrize("status", [200, 403, 500])
def test_status_and_body_come_back(server: Server, status: int) -> None:
    answer = webhook.post(f"{server.address}/status/{status}", {"a": "1"}, "字".encode(), cut_seconds=5)

    assert answer == Answer(status, "字".encode())


def test_redirect_is_not_followed(server: Server) -> None:
    assert webhook.post(f"{server.address}/elsewhere", {}, b"x", cut_seconds=5) == Answer(302, b"")
    assert server.requests == ["/elsewhere"]


def test_silence_is_cut(server: Server) -> None:
    with pytest.raises(NoAnswer):
        webhook.post(f"{server.address}/silent", {}, b"x", cut_seconds=0.05)


def test_nobody_there_is_no_answer() -> None:
    with Server() as gone:
        address = gone.address
    with pytest.raises(NoAnswer):
        webhook.post(f"{address}/status/200", {}, b"x", cut_seconds=1)


def test_proxy_of_the_environment_is_not_used(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")

    assert webhook.post(f"{server.address}/status/200", {}, b"x", cut_seconds=5).status == 200


def test_whole_delivery_runs_beside_the_caller_and_ends_in_the_chat(server: Server) -> None:
    ended = threading.Event()

    def in_a_thread(work: object) -> None:
        assert callable(work)
        threading.Thread(target=lambda: (work(), ended.set())).start()

    platform = Platform(
        [make_account()],
        clock=FrozenClock(NOW),
        webhook_base=server.address,
        picture_base="http://127.0.0.1:8001",
        run=in_a_thread,
    )
    reader = platform.store.readers("demo")[0]

    platform.send_text(reader, "第3版😀")

    assert ended.wait(10)
    assert [entry.text for entry in platform.chat(reader)] == ["第3版😀", "听到了：第3版😀"]


def test_what_is_due_later_is_done_without_being_asked() -> None:
    done = threading.Event()
    platform = Platform(
        [make_account()], clock=FrozenClock(NOW), webhook_base="http://bot.invalid", picture_base="http://127.0.0.1:8001"
    )

    platform.later(timedelta(0), done.set)

    assert done.wait(10)
    platform.stop()
