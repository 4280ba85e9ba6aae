"""The first sign-in with an initial password: the page for an own one before anything else, and the password's end."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from bot.clock import FrozenClock
from models.enums import Role
from models.session import reading, writing
from models.staff import SignInAttempt, Staff
from tests.support.staff import code, drawn_password
from tests.web.conftest import Browser

NEW = {"display_name": "编辑乙", "login": "yi", "role": "editor"}
OWN_ONE = "three bowls of noodles"


def text(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.text


def signs_in(app: Flask, login: str, password: str) -> bool:
    return app.test_client().post("/sign-in", data={"login": login, "password": password}).status_code == 302


def own(client: FlaskClient, password: str = OWN_ONE) -> TestResponse:
    return client.post("/account/first-password", data={"password": password, "again": password})


@pytest.fixture
def newcomer(app: Flask, browser: Browser) -> tuple[FlaskClient, str]:
    """Signed in with what the admin was shown."""
    password = drawn_password(browser(Role.ADMIN).post("/staff/add", data=NEW).text)
    client = app.test_client()
    assert client.post("/sign-in", data={"login": "yi", "password": password}).location == "/"
    return client, password


@pytest.mark.sampled
@pytest.mark.parametrize("typed", ["{}", " {} ", "{upper}", "{groups}", "{hyphens}"])
def test_initial_password_is_taken_in_whatever_groups_and_case(app: Flask, browser: Browser, typed: str) -> None:
    password = drawn_password(browser(Role.ADMIN).post("/staff/add", data=NEW).text)
    groups = re.findall("....", password)
    given = typed.format(password, upper=password.upper(), groups=" ".join(groups), hyphens="-".join(groups))
    assert signs_in(app, "yi", given)
    assert not signs_in(app, "yi", given.strip()[:-1])


def test_own_password_is_taken_as_it_is_typed_only(app: Flask, newcomer: tuple[FlaskClient, str]) -> None:
    client, _ = newcomer
    drawn = "abcdefgh23456789wxyz"
    assert own(client, drawn.upper()).location == "/"
    assert signs_in(app, "yi", drawn.upper())
    assert not signs_in(app, "yi", drawn)


@pytest.mark.sampled
@pytest.mark.parametrize("address", ["/", "/queue", "/account", "/account/second-factor", "/mentions/names?q=a"])
def test_newcomer_is_led_to_a_password_of_his_own(newcomer: tuple[FlaskClient, str], address: str) -> None:
    assert newcomer[0].get(address).location == "/account/first-password"


def test_newcomer_does_nothing_before(newcomer: tuple[FlaskClient, str], engine: Engine) -> None:
    client, _ = newcomer
    for address in ("/account/preferences", "/account", "/account/email", "/reports/10001/grade", "/reports/10001/here"):
        assert client.post(address, data={"theme": "dark"}).location == "/account/first-password"
    assert client.post("/sign-out").location == "/sign-in"


def test_newcomer_goes_on_with_his_own(app: Flask, newcomer: tuple[FlaskClient, str], engine: Engine) -> None:
    client, initial = newcomer
    with client.session_transaction() as cookie:
        before = cookie["_user_id"]
    page = text(client, "/account/first-password")
    assert "编辑乙，欢迎" in page
    assert own(client).location == "/"
    assert client.get("/").location == "/queue"
    assert client.get("/account/first-password").location == "/account"
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != before
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie["_user_id"] = before
    assert thief.get("/queue").location == "/sign-in?next=/queue"
    assert not signs_in(app, "yi", initial)
    assert signs_in(app, "yi", OWN_ONE)
    with reading(engine) as session:
        assert session.scalars(select(Staff).where(Staff.login == "yi")).one().initial_until is None


@pytest.mark.sampled
@pytest.mark.parametrize(("password", "again", "sentence"), [
    ("short", "short", "密码至少要 12 位"), ("password1234", "password1234", "太容易猜到"),
    (OWN_ONE, "another one here", "两次填的新密码不一样"), ("", "", "请填新密码"),
])  # fmt: skip
def test_newcomer_is_told_what_is_wrong_with_his_own(
    newcomer: tuple[FlaskClient, str], password: str, again: str, sentence: str
) -> None:
    client, _ = newcomer
    answer = client.post("/account/first-password", data={"password": password, "again": again})
    assert sentence in answer.text
    assert password in ("", "short") or f'value="{password}"' not in answer.text
    assert client.get("/queue").location == "/account/first-password"


@pytest.mark.parametrize("upper", [False, True])
def test_initial_password_does_not_become_his_own(newcomer: tuple[FlaskClient, str], upper: bool) -> None:
    client, initial = newcomer
    answer = own(client, "-".join(re.findall("....", initial)).upper() if upper else initial)
    assert answer.status_code == 400
    assert "还是初始密码" in answer.text
    assert client.get("/queue").location == "/account/first-password"


def test_chief_sets_his_password_before_his_telephone(app: Flask, browser: Browser) -> None:
    password = drawn_password(browser(Role.ADMIN).post("/staff/add", data=NEW | {"role": "chief"}).text)
    client = app.test_client()
    client.post("/sign-in", data={"login": "yi", "password": password})
    assert client.get("/account/second-factor").location == "/account/first-password"
    own(client)
    assert client.get("/audit").location == "/account/second-factor"


@pytest.mark.slow
def test_member_with_a_telephone_is_asked_its_code_first(
    app: Flask, browser: Browser, staff: dict[Role, int], clock: FrozenClock
) -> None:
    password = drawn_password(browser(Role.ADMIN).post(f"/staff/{staff[Role.CHIEF]}/password").text)
    client = app.test_client()
    assert client.post("/sign-in", data={"login": "chief", "password": password}).location == "/sign-in/code"
    assert client.get("/account/first-password").status_code == 302
    client.post("/sign-in/code", data={"code": code(clock.now())})
    assert "重设密码" not in text(client, "/account/first-password")
    assert own(client).location == "/"
    assert client.get("/audit").status_code == 200


def test_initial_password_ends_after_seven_days_and_says_so_to_its_holder_alone(
    app: Flask, browser: Browser, clock: FrozenClock, engine: Engine
) -> None:
    password = drawn_password(browser(Role.ADMIN).post("/staff/add", data=NEW).text)
    clock.advance(days=7)
    client = app.test_client()
    right = client.post("/sign-in", data={"login": "yi", "password": password})
    wrong = client.post("/sign-in", data={"login": "yi", "password": password[:-1]})
    nobody = client.post("/sign-in", data={"login": "nobody", "password": password})
    assert (right.status_code, wrong.status_code, nobody.status_code) == (200, 200, 200)
    assert "请找管理员要一个新的" in right.text
    assert "登录名或密码不对" in wrong.text
    assert re.sub(r'value="[^"]*"', "", wrong.text) == re.sub(r'value="[^"]*"', "", nobody.text)
    with client.session_transaction() as cookie:
        assert "_user_id" not in cookie
    with reading(engine) as session:
        assert session.scalars(select(SignInAttempt.login).order_by(SignInAttempt.id)).all() == ["yi", "yi", "nobody"]


def test_initial_password_is_good_to_the_last_second(app: Flask, browser: Browser, clock: FrozenClock) -> None:
    password = drawn_password(browser(Role.ADMIN).post("/staff/add", data=NEW).text)
    clock.advance(days=7, seconds=-1)
    assert signs_in(app, "yi", password)


def test_page_left_open_past_the_end_changes_nothing(
    newcomer: tuple[FlaskClient, str], engine: Engine, clock: FrozenClock
) -> None:
    client, _ = newcomer
    with writing(engine) as session:
        session.scalars(select(Staff).where(Staff.login == "yi")).one().initial_until = clock.now()
    answer = own(client)
    assert answer.status_code == 403
    assert "请找管理员要一个新的" in answer.text


@pytest.mark.slow
def test_new_initial_password_lets_in_again(app: Flask, browser: Browser, clock: FrozenClock, engine: Engine) -> None:
    admin = browser(Role.ADMIN)
    admin.post("/staff/add", data=NEW)
    clock.advance(days=8)
    with reading(engine) as session:
        number = session.scalars(select(Staff.id).where(Staff.login == "yi")).one()
    admin = browser(Role.ADMIN)
    assert "要重设才能登录" in text(admin, f"/staff/{number}")
    assert signs_in(app, "yi", drawn_password(admin.post(f"/staff/{number}/password").text))
