"""The application on the test's database, members of staff, and browsers that are signed in as them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from bot.clock import FrozenClock
from bot.members import sign_in
from bot.settings import Settings
from models.enums import Role
from models.session import writing
from models.staff import Staff
from tests.support import claims, housed, town
from tests.support.databases import Databases
from tests.support.factories import House
from tests.support.housed import Housed
from tests.support.staff import BROWSER
from tests.support.world import open_contest
from web import create_app, headers

Browser = Callable[[Role], FlaskClient]
HOUSES = {"prizes": claims.won, "released": housed.released, "picked": housed.picked, "house": housed.housed,
          "contest": open_contest}
# The digests of the files that pages load, whichever application asks.
headers._digests = cache(headers._digests)


@pytest.fixture
def app(settings: Settings, clock: FrozenClock, engine: Engine) -> Flask:
    app = create_app(settings, clock=clock, engine=engine)
    app.config["WTF_CSRF_ENABLED"] = False  # tests/web/test_auth.py switches it on where it is the subject
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A stranger's browser."""
    return app.test_client()


@pytest.fixture
def begun(request: pytest.FixtureRequest, databases: Databases) -> tuple[str, Any]:
    """What a test's fixtures begin with, played once and copied: the house, with an open round, a picked one or a
    released one, or the contest of tests.support.world."""
    wanted = next((play for name, play in HOUSES.items() if name in request.fixturenames), None)
    return databases.begun(wanted or town.founded)


@pytest.fixture
def staff(request: pytest.FixtureRequest, engine: Engine, clock: FrozenClock, settings: Settings) -> dict[Role, int]:
    """One member in each role (tests.support.housed.members): those of the house where a test has one."""
    given = request.getfixturevalue("begun")[1] if "begun" in request.fixturenames else None
    if isinstance(given, Housed):
        return dict(given.staff)
    with writing(engine) as session:
        return housed.members(session, now=clock.now(), secret_key=settings.server.secret_key)


@pytest.fixture
def house(begun: tuple[str, Housed]) -> House:
    """A contest of two papers with an open round."""
    return begun[1].house


@pytest.fixture
def picked(begun: tuple[str, Housed], house: House, clock: FrozenClock) -> House:
    """The round picked, with two winners; the clock stands at that moment."""
    clock.moment = begun[1].now
    return house


@pytest.fixture
def prizes(begun: tuple[str, claims.Won], clock: FrozenClock) -> list[int]:
    """The prizes of a round that is released now, the best first, whose winners claim them on their page."""
    clock.moment = begun[1].now
    return list(begun[1].prizes)


@pytest.fixture
def released(picked: House) -> House:
    return picked


@pytest.fixture
def browser(app: Flask, engine: Engine, clock: FrozenClock, staff: dict[Role, int]) -> Browser:
    """`browser(Role.CHIEF)`: a browser in which that member is signed in."""

    def open_browser(role: Role) -> FlaskClient:
        with writing(engine) as session:
            member = session.get_one(Staff, staff[role])
            token = sign_in.start_session(session, member, BROWSER, now=clock.now())
        client = app.test_client()
        client.environ_base["HTTP_USER_AGENT"] = BROWSER
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
        return client

    return open_browser
