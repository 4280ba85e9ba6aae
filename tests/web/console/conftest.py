"""Browsers of those who work at a running contest, and counting of queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from models.enums import Role
from tests.support.factories import House

Counter = Callable[[], "contextmanager[list[str]]"]


@pytest.fixture
def editor(browser: Callable[[Role], FlaskClient], house: House) -> FlaskClient:
    return browser(Role.EDITOR)


@pytest.fixture
def chief(browser: Callable[[Role], FlaskClient], house: House) -> FlaskClient:
    return browser(Role.CHIEF)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements sent while the block runs."""
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def count_queries(engine: Engine) -> Callable[[], object]:
    return lambda: counted(engine)
