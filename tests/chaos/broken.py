"""Builds that are broken on purpose, as applications for gunicorn: the checker has to name what they lose or double.

Nothing here touches the tree or asks the environment: the process that serves one of these patches itself.
"""

from __future__ import annotations

import secrets
import threading
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import Connection

from bot import intake, reading_jobs
from bot.intake import Answer, Arrival, Intake
from bot.settings import load_settings
from bot.understanding.values import Reading
from bot.wechat.messages import Incoming
from web import create_app

AFTER_SECONDS = 0.3
_dry = threading.local()


def late_commit() -> Flask:
    """Answers first and commits afterwards."""
    real_answer, real_commit = Intake.answer, Connection.commit

    def commit(self: Connection) -> None:
        if not getattr(_dry, "on", False):
            real_commit(self)

    def answer(self: Intake, account: str, incoming: Incoming, *, stale: bool, now: datetime) -> Answer:
        def later() -> None:
            real_answer(self, account, incoming, stale=stale, now=now)

        _dry.on = True
        try:
            given = real_answer(self, account, incoming, stale=stale, now=now)
        finally:
            _dry.on = False
        threading.Timer(AFTER_SECONDS, later).start()
        return given

    _patch(Connection, "commit", commit)
    _patch(Intake, "answer", answer)
    return create_app(load_settings())


def no_key() -> Flask:
    """Knows no delivery again: each resend has a key of its own."""
    real_done = Intake._done

    def done(self: Intake, arrival: Arrival, until: float) -> Answer:
        return real_done(self, arrival._replace(key=secrets.token_hex(32)), until)

    _patch(Intake, "_done", done)
    return create_app(load_settings())


def poisoned() -> Flask:
    """Reading breaks on two words: on one always, on the other only at the door."""
    _patch_reading("毒药", "毒气")
    return create_app(load_settings())


def _patch_reading(*words: str) -> None:
    real = intake.read  # the same one that the job reads again with

    def read(text: str, **more: Any) -> Reading:
        if any(word in text for word in words):
            raise RecursionError("a message that breaks whoever reads it")
        return real(text, **more)

    for module in (intake, reading_jobs):
        _patch(module, "read", read)


def _patch(owner: Any, name: str, by: Any) -> None:
    setattr(owner, name, by)


if __name__ == "__main__":  # `python -m tests.chaos.broken scheduler`
    _patch_reading("毒药")
    from bot.cli import main

    main(prog_name="bot")
