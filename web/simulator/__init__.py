"""A stand-in for WeChat for trying and testing: its own application, never mounted beside the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from bot.settings import Settings

DEFAULT_CONSOLE = "http://127.0.0.1:8000"


def create_app(settings: Settings, *, console: str = DEFAULT_CONSOLE, port: int | None = None) -> Flask:
    """`console`: where webhook and console answer; `port`: where this application is served."""
    from web.simulator.application import build  # late: importing the package must stay light

    return build(settings, console=console.rstrip("/"), port=port or settings.demo.simulator_port)
