"""A member's address for mail: asked for where mail leaves, told on when it changes, in no way where none does."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot.clock import FrozenClock
from bot.members import sign_in
from bot.outbox import calls
from bot.settings import parse_settings
from models.enums import OutgoingState, Role
from models.outgoing import OutgoingCall
from models.session import reading, writing
from models.staff import Staff
from models.work_enums import CallTarget
from tests.support.settings import mailing, raw_settings
from tests.support.staff import BROWSER, PASSWORD
from tests.web.conftest import Browser
from web import create_app

FIELD = 'name="email"'


def signed_in(engine: Engine, clock: FrozenClock, member: int, folder: Path, url: str) -> FlaskClient:
    """In a console that sends mail."""
    app = create_app(parse_settings(mailing(raw_settings(folder, url)), base=folder, source="test"), clock=clock, engine=engine)
    app.config["WTF_CSRF_ENABLED"] = False
    with writing(engine) as session:
        token = sign_in.start_session(session, session.get_one(Staff, member), BROWSER, now=clock.now())
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = BROWSER
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    return client


@pytest.fixture
def admin(engine: Engine, clock: FrozenClock, staff: dict[Role, int], tmp_path: Path, database_url: str) -> FlaskClient:
    return signed_in(engine, clock, staff[Role.ADMIN], tmp_path, database_url)


@pytest.fixture
def editor(engine: Engine, clock: FrozenClock, staff: dict[Role, int], tmp_path: Path, database_url: str) -> FlaskClient:
    return signed_in(engine, clock, staff[Role.EDITOR], tmp_path, database_url)


def addresses(engine: Engine) -> dict[str, str | None]:
    with reading(engine) as session:
        return {one.login: one.email for one in session.scalars(select(Staff))}


def waiting(engine: Engine) -> list[str | None]:
    with reading(engine) as session:
        return list(session.scalars(select(OutgoingCall.address).order_by(OutgoingCall.id)))


def test_where_no_mail_leaves_nobody_is_asked_for_an_address(browser: Browser, staff: dict[Role, int]) -> None:
    admin = browser(Role.ADMIN)
    for page in ("/staff/add", f"/staff/{staff[Role.EDITOR]}", "/account"):
        text = admin.get(page).text
        assert FIELD not in text
        assert "邮箱" not in text


def test_address_from_the_days_when_mail_left_can_be_taken_away(browser: Browser, engine: Engine, staff: dict[Role, int]) -> None:
    with writing(engine) as session:
        session.get_one(Staff, staff[Role.EDITOR]).email = "jia@example.org"
    editor = browser(Role.EDITOR)
    page = editor.get("/account").text
    assert "本系统现在不发信" in page
    assert FIELD in browser(Role.ADMIN).get(f"/staff/{staff[Role.EDITOR]}").text
    editor.post("/account/email", data={"email": "", "current": PASSWORD})
    assert addresses(engine)["editor"] is None
    assert FIELD not in editor.get("/account").text


def test_newcomer_may_get_one_at_once(admin: FlaskClient, engine: Engine) -> None:
    form = {"display_name": "编辑乙", "login": "yi", "role": "editor"}
    assert FIELD in admin.get("/staff/add").text
    refused = admin.post("/staff/add", data=form | {"email": "a@example.org\r\nBcc: all@example.org"})
    assert (refused.status_code, "邮箱地址写得不对" in refused.text) == (400, True)
    assert "yi" not in addresses(engine)
    admin.post("/staff/add", data=form | {"email": " yi@example.org "})
    admin.post("/staff/add", data=form | {"login": "bing", "email": ""})
    assert (addresses(engine)["yi"], addresses(engine)["bing"]) == ("yi@example.org", None)
    assert waiting(engine) == []


def test_changes_in_the_console_wait_for_the_next_turn_of_the_jobs(
    admin: FlaskClient, editor: FlaskClient, engine: Engine, staff: dict[Role, int]
) -> None:
    """No request opens the relay: its port is nobody's."""
    here = f"/staff/{staff[Role.EDITOR]}"
    editor.post("/account/email", data={"email": "jia@example.org", "current": PASSWORD})
    assert waiting(engine) == []
    admin.post(f"{here}/email", data={"email": "other@example.org"})
    admin.post(f"{here}/role", data={"role": "chief", "expected": "editor"})
    admin.post(f"{here}/password")
    assert waiting(engine) == ["jia@example.org", "other@example.org", "other@example.org"]


def test_switched_off_account_keeps_no_address(admin: FlaskClient, engine: Engine, staff: dict[Role, int]) -> None:
    here = f"/staff/{staff[Role.EDITOR]}"
    admin.post(f"{here}/email", data={"email": "jia@example.org"})
    assert "登记的邮箱也删掉" in admin.get(here).text
    admin.post(f"{here}/deactivate")
    assert addresses(engine)["editor"] is None
    assert FIELD not in admin.get(here).text


def test_letter_that_is_not_taken_is_shown_to_admins_with_whose_address_it_is(admin: FlaskClient, engine: Engine) -> None:
    with writing(engine) as session:
        session.add(OutgoingCall(
            target=CallTarget.MEMBER, address="jia@example.org", idempotency_key="k", kind="sign_in.changed",
            body={"title": "", "text": "里面的话"}, state=OutgoingState.FAILED, tries=1, last_error=calls.REFUSED,
            not_before=session.get_one(Staff, 1).created_at, created_at=session.get_one(Staff, 1).created_at))
    page = admin.get("/operations/").text
    for words in ("帐号有改动的信", "jia@example.org", "邮件服务器不收这个地址"):
        assert words in page
    assert "里面的话" not in page
