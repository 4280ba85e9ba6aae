"""A reader's phone: taps links as WeChat's own browser does, and is told apart by the stand-in (网页授权)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.clock import Clock
from bot.settings import Settings
from tests.support.stand_in import served
from web.simulator.application import assemble
from web.simulator.platform import Platform
from web.simulator.values import accounts_of

WECHAT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/116 Mobile Safari/537.36 MicroMessenger/8.0.49 NetType/WIFI"
OUTSIDE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/116 Mobile Safari/537.36"
MOST_REDIRECTS = 8


def telling(settings: Settings, *names: str) -> Settings:
    """`settings` whose accounts of these names are verified service accounts that tell who opens a page."""
    accounts = {name: one.model_copy(update={"kind": "service", "verified": True, "oauth": True}) if name in names else one
                for name, one in settings.accounts.items()}
    return settings.model_copy(update={"accounts": accounts})


@contextmanager
def stand_in(settings: Settings, clock: Clock) -> Iterator[tuple[Settings, Platform]]:
    """The platform behind these settings, over a real socket, and the settings that lead there."""
    platform = Platform(accounts_of(settings), clock=clock, webhook_base="http://bot.invalid", picture_base="http://127.0.0.1")
    with served(platform) as address:
        wechat = settings.wechat.model_copy(update={"api_base": address, "oauth_base": address})
        yield settings.model_copy(update={"wechat": wechat}), platform


@dataclass
class Phone:
    """One reader's: his cookies at our pages and at the platform's. `openid` of one the platform knows."""

    app: Flask
    platform: Platform
    account: str
    openid: str
    agent: str = WECHAT
    pages: FlaskClient = field(init=False)
    wechat: FlaskClient = field(init=False)
    seen: list[str] = field(default_factory=list)
    """Every address on the way, the last page's too."""

    def __post_init__(self) -> None:
        if not any(one.openid == self.openid for one in self.platform.store.readers(self.account)):
            self.platform.store.add_reader(self.platform.account(self.account), f"读者{self.openid[-6:]}", following=True,
                                           openid=self.openid)
        self.pages, self.wechat = self.app.test_client(), assemble(self.platform).test_client()
        self.pages.environ_base["HTTP_USER_AGENT"] = self.agent

    def tap(self, path: str, **more: str) -> TestResponse:
        """The page at the end of all redirects. `more`: how the link is opened, e.g. snapshot="1"."""
        self.wechat.get("/open", query_string={"account": self.account, "reader": self.openid, "url": "http://x.example/",
                                               **more})
        answer = self.pages.get(path)
        for _ in range(MOST_REDIRECTS):
            if answer.status_code not in (301, 302, 303, 307, 308):
                return answer
            answer = self.follow(answer)
        raise AssertionError(f"no end of redirects: {self.seen}")

    def follow(self, answer: TestResponse) -> TestResponse:
        """Where one redirect leads: to the platform, or back to us."""
        address = answer.headers["Location"]
        self.seen.append(address)
        parts = urlsplit(address)
        where = f"{parts.path}?{parts.query}" if parts.query else parts.path
        return (self.wechat if parts.path.startswith("/connect/") else self.pages).get(where)

    def send(self, path: str, data: Any) -> TestResponse:
        return self.pages.post(path, data=data)

    def cookies(self) -> dict[str, Any]:
        return {name: one for (_, _, name), one in self.pages._cookies.items()}
