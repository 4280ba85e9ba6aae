"""The application on the test's database, members of staff, and browsers that are signed in as them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from bot import sign_in
from bot.clock import FrozenClock
from bot.second_factor import REQUIRED
from bot.settings import Settings
from models.enums import Role
from models.session import writing
from models.staff import Staff
from tests.support.staff import BROWSER, PASSWORD_HASH, second_factor
from web import create_app

Browser = Callable[[Role], FlaskClient]


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
def staff(engine: Engine, clock: FrozenClock, settings: Settings) -> dict[Role, int]:
    """One member in each role: login is the role's value, the password tests.support.staff.PASSWORD.

    Those who must have a second factor have one; `tests.support.staff.code(clock.now())` is what it shows.
    """
    with writing(engine) as session:
        members = [
            Staff(login=role.value, display_name=f"测试{role.value}", password_hash=PASSWORD_HASH, role=role,
                  created_at=clock.now())
            for role in Role
        ]
        session.add_all(members)
        session.flush()
        session.add_all([second_factor(member.id, secret_key=settings.server.secret_key, now=clock.now())
                         for member in members if member.role in REQUIRED])
        return {member.role: member.id for member in members}


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
