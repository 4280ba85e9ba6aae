"""Imports in the console without a process of their own: the files are read when the test says so."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.catalogue import reader
from bot.catalogue.reader import Order
from bot.catalogue.reading_apart import Outcome, Stage, Tell
from bot.catalogue.reading_loop import ReadingLoop
from models.enums import ImportStep
from web.deps import Deps


def read_here(order: Order, tell: Tell) -> Outcome | None:
    """Does in this process what the reader's does in its own."""
    said: list[dict[str, Any]] = []
    reader.answer(order, said.append)
    for one in said:
        if "step" in one and not tell(Stage(ImportStep(one["step"]), one["done"], one["all"])):
            return None
    last = said[-1]
    return Outcome(last.get("result"), tuple(last.get("problems", ())), bool(last.get("untold")))


class HeldLoop(ReadingLoop):
    """Waits for the test to call `run`."""

    def wake(self) -> None:
        return


def hold(app: Flask, read: Callable[[Order, Tell], Outcome | None] = read_here) -> HeldLoop:
    """Puts such a loop into the application."""
    known: Deps = app.extensions["woodpecker"]
    loop = HeldLoop(known.engine, known.settings, known.clock.now, read=read)
    app.extensions["woodpecker.imports"] = loop
    return loop


def drop_files(client: FlaskClient, *files: tuple[str, bytes], by_script: bool = False, **told: str) -> TestResponse:
    """Sends files (name, content) as the form does."""
    data = {"files": [(io.BytesIO(content), name) for name, content in files], **told}
    headers = {"Accept": "application/json"} if by_script else {}
    return client.post("/papers/import", data=data, content_type="multipart/form-data", headers=headers)
