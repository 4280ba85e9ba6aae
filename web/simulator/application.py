"""Puts the stand-in together: platform, API, pages, headers. Starts no server."""

from __future__ import annotations

import logging
from pathlib import Path

from flask import Flask, Response

from bot.clock import SystemClock
from bot.settings import Settings, load_settings
from web.simulator import accounts_file, demo_clock, limits
from web.simulator.api import api
from web.simulator.browser import browser
from web.simulator.files import files
from web.simulator.platform import Platform
from web.simulator.steering import steering
from web.simulator.values import accounts_of, demo_openid
from web.simulator.views import pages

KNOWN_READERS = 4
LOCAL_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


def build(
    settings: Settings,
    *,
    console: str,
    port: int,
    platform: Platform | None = None,
    ask_deadline: demo_clock.AskDeadline | None = None,
) -> Flask:
    """`platform` and `ask_deadline` may be given ready-made, for tests."""
    platform = platform or make_platform(settings, console=console, port=port)
    return assemble(platform, console=console, ask_deadline=ask_deadline)


def assemble(platform: Platform, *, console: str = "", ask_deadline: demo_clock.AskDeadline | None = None) -> Flask:
    """The application around a platform; without a console where the bot is somebody else's."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = limits.TRANSCRIPT_BYTES
    # Only as this machine: a page elsewhere must not reach the stand-in under a name of its own.
    app.config["TRUSTED_HOSTS"] = LOCAL_HOSTS
    app.extensions["platform"] = platform
    app.extensions["console"] = console
    app.extensions["ask_deadline"] = ask_deadline or demo_clock.deadline_asker(console)
    for blueprint in (api, browser, files, pages, steering):
        app.register_blueprint(blueprint)
    app.after_request(_headers)
    # Its debug lines hold whole addresses, openids too.
    logging.getLogger("urllib3").setLevel(logging.WARNING)
    return app


def make_platform(settings: Settings, *, console: str, port: int) -> Platform:
    """The platform for the configured accounts; in the demo with a menu, and readers who have a history."""
    platform = Platform(
        accounts_of(settings),
        clock=settings.clock(),
        webhook_base=console,
        picture_base=f"http://127.0.0.1:{port}",
    )
    if settings.demo.enabled:
        from bot.demo.material import people
        from bot.dialogue import menu

        platform.menus |= {name: menu.body()["button"] for name in platform.accounts}
        first = next(iter(settings.accounts))
        for one in people()["readers"][:KNOWN_READERS]:
            openid = demo_openid(first, one["id"])
            platform.store.add_reader(platform.account(first), one["nickname"], following=True, openid=openid)
    return platform


def make_for_others(accounts: Path, *, port: int) -> Platform:
    """The platform for any bot: accounts and webhooks from their own file."""
    return Platform(
        accounts_file.read(accounts),
        clock=SystemClock(),
        webhook_base="",
        picture_base=f"http://127.0.0.1:{port}",
    )


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("Cache-Control", "no-store")
    return response


class Loader:
    """Builds the application in the server's worker process; it travels there, so it holds plain values only."""

    def __init__(self, config: Path | None, console: str, port: int, accounts: Path | None = None) -> None:
        self._config = config
        self._console = console.rstrip("/")
        self._port = port
        self._accounts = accounts

    def __call__(self, _target: str) -> Flask:
        if self._accounts is not None:
            return assemble(make_for_others(self._accounts, port=self._port))
        return build(load_settings(self._config), console=self._console, port=self._port)
