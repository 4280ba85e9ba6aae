"""The stand-in on a standing clock, with its work done at once, and a webhook that answers as it is told."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.serving import make_server

from bot.clock import FrozenClock
from bot.settings import Settings, parse_settings
from bot.wechat.keys import AccountKeys, BodyFormat, Mode
from bot.wechat.protocol import Gate
from tests.support.hosts import in_a_thread
from tests.support.settings import raw_settings
from web.simulator.application import assemble
from web.simulator.platform import Platform
from web.simulator.profiles import profile_of
from web.simulator.values import Account, Reader
from web.simulator.webhook import Answer, NoAnswer

NOW = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
AES_KEY = "A" * 43


def make_account(
    name: str = "demo",
    *,
    mode: Mode = Mode.SAFE,
    body_format: BodyFormat = BodyFormat.XML,
    verified: bool = True,
    kind: str = "subscription",
) -> Account:
    """A verified subscription account in safe mode unless told otherwise; `kind` also "service" or "test"."""
    keys = AccountKeys(
        name=name,
        app_id=f"wx{name}00000000",
        original_id=f"gh_{name}",
        token="tokenOfTests",
        aes_key=AES_KEY,
        mode=mode,
        body_format=body_format,
    )
    return Account(title=f"账号{name}", keys=keys, app_secret=f"secret-of-{name}",
                   profile=profile_of(kind, verified=verified))  # fmt: skip


Reaction = Callable[["FakeWebhook", Any], Answer]


@dataclass
class FakeWebhook:
    """Opens each delivery by the real gate and reacts by the script; the last reaction goes on for ever."""

    account: Account
    clock: FrozenClock
    script: list[Reaction] = field(default_factory=lambda: [say("收到")])
    deliveries: list[Any] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)

    @property
    def gate(self) -> Gate:
        return Gate(self.account.keys)

    def __call__(self, url: str, query: Mapping[str, str], body: bytes, *, cut_seconds: float) -> Answer:
        assert cut_seconds == 5.0
        self.urls.append(url)
        delivery = self.gate.receive(
            {name: [value] for name, value in query.items()}, body, now=self.clock.now()
        )
        reaction = self.script[min(len(self.deliveries), len(self.script) - 1)]
        self.deliveries.append(delivery)
        return reaction(self, delivery)


def say(text: str | None) -> Reaction:
    """The bot's proper answer."""
    return lambda hook, delivery: Answer(200, hook.gate.answer(delivery, text, now=hook.clock.now()))


def status(code: int) -> Reaction:
    return lambda _hook, _delivery: Answer(code, b"")


def body(content: bytes) -> Reaction:
    """Something that the bot ought not to answer."""
    return lambda _hook, _delivery: Answer(200, content)


def silence(seconds: float = 5.0) -> Reaction:
    """No answer for so long: the request ends without one."""

    def react(hook: FakeWebhook, _delivery: Any) -> Answer:
        hook.clock.advance(seconds=seconds)
        raise NoAnswer("ReadTimeout")

    return react


@dataclass
class Scene:
    """One account, its platform, the webhook behind it and the first reader."""

    platform: Platform
    hook: FakeWebhook
    clock: FrozenClock
    reader: Reader
    pauses: list[float]

    def chat(self) -> list[tuple[str, str]]:
        return [(entry.side.value, entry.text) for entry in self.platform.chat(self.reader)]


def make_scene(account: Account | None = None, *script: Reaction) -> Scene:
    account = account or make_account()
    clock = FrozenClock(NOW)
    hook = FakeWebhook(account, clock)
    if script:
        hook.script = list(script)
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        clock.advance(seconds=seconds)

    platform = Platform(
        [account],
        clock=clock,
        webhook_base="http://bot.invalid",
        picture_base="http://127.0.0.1:8001",
        post=hook,
        run=lambda work: work(),
        wait=pause,
        measure=lambda: clock.now().timestamp(),
    )
    return Scene(platform, hook, clock, platform.store.readers(account.name)[0], pauses)


def make_settings() -> Settings:
    """A configuration for the application around a ready-made platform; its data folder is never touched."""
    return parse_settings(raw_settings(Path("unused")), base=Path("unused"), source="tests")


def api_of(scene: Scene) -> FlaskClient:
    """A test client of the whole stand-in around the scene's platform."""
    return assemble(scene.platform, console="http://bot.invalid").test_client()


def token_of(api: FlaskClient, account: Account) -> str:
    """A stable token of the account."""
    content = {"grant_type": "client_credential", "appid": account.keys.app_id, "secret": account.app_secret}
    return str(api.post("/cgi-bin/stable_token", json=content).get_json()["access_token"])


@dataclass
class Caller:
    """The bot's calls with a valid token: `post("menu/create", {…})`, `get("user/info", openid=…)`."""

    api: FlaskClient
    account: Account

    def post(self, path: str, content: Any = None, **query: str) -> Any:
        body = json.dumps(content or {}, ensure_ascii=False).encode("utf-8")
        return self.api.post(f"/cgi-bin/{path}", query_string=self._query(query), data=body).get_json()

    def get(self, path: str, **query: str) -> Any:
        return self.api.get(f"/cgi-bin/{path}", query_string=self._query(query)).get_json()

    def upload(self, path: str, data: bytes, **query: str) -> Any:
        form = {"media": (io.BytesIO(data), "file")}
        with self.api.post(f"/cgi-bin/{path}", query_string=self._query(query), data=form) as answer:
            answer.request.input_stream.close()  # a large one is a temporary file
            return answer.get_json()

    def _query(self, query: Mapping[str, str]) -> dict[str, str]:
        return {"access_token": token_of(self.api, self.account), **query}


def caller_of(scene: Scene) -> Caller:
    return Caller(api_of(scene), next(iter(scene.platform.accounts.values())))


@contextmanager
def served(platform: Platform) -> Iterator[str]:
    """The stand-in behind a real socket of this machine, for clients that speak HTTP; its address."""
    server = make_server("127.0.0.1", 0, assemble(platform), threaded=True)
    platform.picture_base = f"http://127.0.0.1:{server.server_port}"
    with in_a_thread(server):
        yield platform.picture_base
