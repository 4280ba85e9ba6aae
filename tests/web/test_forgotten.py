"""忘了密码, as a browser sees it: the same answer for everybody, and a link that works once."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select
from werkzeug.test import TestResponse

from bot.clock import FrozenClock
from bot.mail import Mailer
from bot.members import password_resets
from bot.settings import Settings, parse_settings
from models.enums import Role
from models.session import writing
from models.staff import Staff
from tests.support.relay import Relay, relay
from tests.support.settings import OUTSIDE, raw_settings
from tests.support.settings import mailing as with_mail
from tests.support.staff import PASSWORD, code
from tests.web.conftest import Browser
from web import create_app

NEW = {"password": "a brand new one", "again": "a brand new one"}


@pytest.fixture
def mailing(tmp_path: Path, database_url: str) -> Settings:
    """The settings of a console that sends mail; the port is nobody's, for no request opens it."""
    return parse_settings(with_mail(raw_settings(tmp_path, database_url)), base=tmp_path, source="test")


@pytest.fixture
def desk(mailing: Settings, engine: Engine, clock: FrozenClock, staff: dict[Role, int]) -> Flask:
    app = create_app(mailing, clock=clock, engine=engine)
    app.config["WTF_CSRF_ENABLED"] = False
    with writing(engine) as session:
        for member in session.scalars(select(Staff).where(Staff.role.in_((Role.CHIEF, Role.EDITOR)))):
            member.email = f"{member.login}@example.org"
    return app


def ask(client: FlaskClient, login: str, address: str = "192.0.2.1") -> TestResponse:
    return client.post("/sign-in/forgotten", data={"login": login}, environ_base={"REMOTE_ADDR": address})


def link(desk: Flask, mailing: Settings, engine: Engine, clock: FrozenClock, login: str) -> str:
    """What the mail of this member leads to."""
    ask(desk.test_client(), login)
    with relay() as kept:
        sent = _send(kept, mailing, engine, clock)
        assert sent == {"sent": 1}
        return str(kept.mails[0].get_content().split(OUTSIDE)[1].split()[0])


def _send(kept: Relay, mailing: Settings, engine: Engine, clock: FrozenClock) -> dict[str, int]:
    mailer = Mailer.from_settings(mailing.mail.model_copy(update={"port": kept.port}), mailing.server.public_url)
    assert mailer is not None
    return password_resets.send_waiting(engine, mailer, clock.now, secret_key=mailing.server.secret_key)


def test_without_mail_the_page_says_whom_to_ask(client: FlaskClient, staff: dict[Role, int], engine: Engine) -> None:
    assert 'href="/sign-in/forgotten"' in client.get("/sign-in").get_data(as_text=True)
    assert "请找管理员重设" in client.get("/sign-in/forgotten").get_data(as_text=True)
    assert "请找管理员重设" in ask(client, "chief").get_data(as_text=True)
    with writing(engine) as session:
        assert session.scalars(select(password_resets.ResetRequest.id)).all() == []


def told(answer: TestResponse) -> dict[str, str]:
    """The headers but the request's own number."""
    return {name: value for name, value in answer.headers.items() if name != "X-Request-Id"}


@pytest.mark.sampled
@pytest.mark.parametrize("login", ["chief", "prizes", "nobody", " ＣＨＩＥＦ ", "x" * 200, "a'; DROP TABLE staff; --"])
def test_answer_is_the_same_to_the_byte_for_every_login(desk: Flask, login: str) -> None:
    expected = ask(desk.test_client(), "chief")
    answer = ask(desk.test_client(), login)
    assert (answer.status_code, answer.data) == (expected.status_code, expected.data)
    assert "几分钟内就到" in answer.get_data(as_text=True)
    assert told(answer) == told(expected)


def test_the_same_work_is_done_for_every_login(desk: Flask, engine: Engine) -> None:
    def statements(login: str) -> list[str]:
        sent: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
            sent.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            ask(desk.test_client(), login)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return sent

    assert statements("chief") == statements("nobody") == statements("prizes")


def test_answer_stays_the_same_when_a_login_is_asked_for_too_often(desk: Flask) -> None:
    answers = {ask(desk.test_client(), "chief", f"192.0.2.{number}").data for number in range(6)}
    assert len(answers) == 1


def test_address_that_asks_too_often_is_stopped_kindly(desk: Flask) -> None:
    for number in range(password_resets.REQUESTS_OF_AN_ADDRESS):
        ask(desk.test_client(), f"guess{number}")
    locked = ask(desk.test_client(), "chief")
    assert locked.status_code == 429
    assert "以后再试" in locked.get_data(as_text=True)


def test_link_leads_to_a_new_password_and_signs_out_everywhere(
    desk: Flask, mailing: Settings, engine: Engine, clock: FrozenClock, browser: Browser
) -> None:
    editor, address = browser(Role.EDITOR), link(desk, mailing, engine, clock, "editor")
    client = desk.test_client()
    assert "填一个新密码" in client.get(address).get_data(as_text=True)
    assert client.post(address, data=NEW).location == "/sign-in"
    assert editor.get("/account").status_code == 302
    assert client.post("/sign-in", data={"login": "editor", "password": PASSWORD}).status_code == 200
    assert client.post("/sign-in", data={"login": "editor", "password": NEW["password"]}).status_code == 302


def test_link_looked_at_by_a_program_still_works(
    desk: Flask, mailing: Settings, engine: Engine, clock: FrozenClock
) -> None:
    address = link(desk, mailing, engine, clock, "editor")
    for _ in range(3):
        assert desk.test_client().get(address).status_code == 200
    assert desk.test_client().post(address, data=NEW).status_code == 302


def test_link_opens_no_session_and_the_code_is_still_asked(
    desk: Flask, mailing: Settings, engine: Engine, clock: FrozenClock
) -> None:
    client, address = desk.test_client(), link(desk, mailing, engine, clock, "chief")
    client.post(address, data=NEW)
    assert client.get("/audit").status_code == 302
    signed_in = client.post("/sign-in", data={"login": "chief", "password": NEW["password"]})
    assert signed_in.location == "/sign-in/code"
    assert client.post("/sign-in/code", data={"code": code(clock.now())}).location == "/"


def test_used_link_says_so(desk: Flask, mailing: Settings, engine: Engine, clock: FrozenClock) -> None:
    address = link(desk, mailing, engine, clock, "editor")
    desk.test_client().post(address, data=NEW)
    again = desk.test_client().post(address, data=NEW)
    assert again.status_code == 404
    assert "链接已经失效" in again.get_data(as_text=True)


@pytest.mark.parametrize("token", ["x", "x.y", "é", "..", "a" * 4000, "%00", "0" * 43 + "." + "0" * 32])
def test_made_up_link_says_the_same(desk: Flask, token: str) -> None:
    answer = desk.test_client().get(f"/sign-in/reset/{token}")
    assert answer.status_code in (400, 404)
    assert "login" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(("data", "sentence"), [
    ({"password": "short", "again": "short"}, "至少要"), ({"password": "one long one", "again": "another one"}, "不一样"),
    ({"password": "", "again": ""}, "请填新密码"),
])  # fmt: skip
def test_new_password_that_is_not_taken_spends_nothing(
    desk: Flask, mailing: Settings, engine: Engine, clock: FrozenClock, data: dict[str, str], sentence: str
) -> None:
    address = link(desk, mailing, engine, clock, "editor")
    assert sentence in desk.test_client().post(address, data=data).get_data(as_text=True)
    assert desk.test_client().post(address, data=NEW).status_code == 302


def test_forms_without_their_token_are_refused(
    desk: Flask, mailing: Settings, engine: Engine, clock: FrozenClock
) -> None:
    address = link(desk, mailing, engine, clock, "editor")
    desk.config["WTF_CSRF_ENABLED"] = True
    assert desk.test_client().post(address, data=NEW).status_code == 400
    assert ask(desk.test_client(), "editor").status_code == 400
