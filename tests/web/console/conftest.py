"""A running contest in the test's database, and counting of queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from bot.audit import by_staff
from bot.clock import FrozenClock
from bot.contest import rounds
from models.enums import Role
from models.session import writing
from tests.support import factories
from tests.support.factories import HEADLINE, VOLUNTEERS, House

Counter = Callable[[], "contextmanager[list[str]]"]


@pytest.fixture
def house(engine: Engine, staff: dict[Role, int]) -> House:
    with writing(engine) as session:
        return factories.build(session, editor_id=staff[Role.EDITOR])


@pytest.fixture
def editor(browser: Callable[[Role], FlaskClient], house: House) -> FlaskClient:
    return browser(Role.EDITOR)


@pytest.fixture
def chief(browser: Callable[[Role], FlaskClient], house: House) -> FlaskClient:
    return browser(Role.CHIEF)


@pytest.fixture
def picked(engine: Engine, house: House, clock: FrozenClock) -> House:
    """The round picked, with two winners; the clock stands at that moment."""
    with writing(engine) as session:
        for text in (HEADLINE, VOLUNTEERS):
            factories.accept(session, factories.report(session, text), house)
        clock.moment = factories.picked(session, house)
    return house


@pytest.fixture
def released(engine: Engine, picked: House, clock: FrozenClock, staff: dict[Role, int]) -> House:
    with writing(engine) as session:
        rounds.release_round(session, picked.round_id, actor=by_staff(staff[Role.CHIEF]), now=clock.now())
    return picked


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
