"""The webhook and the console's screens, one register call each. Knows nothing of what they do."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from flask import Flask

MODULES = (
    "web.webhook",
    "web.console.queue",
    "web.console.report",
    "web.console.desk",
    "web.console.standings",
    "web.console.rounds",
    "web.console.prizes",
    "web.console.papers",
    "web.console.contests",
    "web.console.staff",
    "web.console.account",
    "web.console.audit",
)


def register(app: Flask) -> None:
    for name in MODULES:
        if find_spec(name) is not None:
            import_module(name).register(app)
