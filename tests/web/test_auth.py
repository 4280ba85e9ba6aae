"""Signing in and out, as a browser sees it."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from werkzeug.test import TestResponse

from bot.audit import OPERATOR
from bot.clock import FrozenClock
from bot.members import staff as accounts
from models.audit import AuditEntry
from models.enums import Role
from models.session import reading, writing
from models.staff import SignInAttempt, StaffSession
from tests.support.staff import PASSWORD, code
from web.access import READERS
from web.auth import WRONG, safe_next


def sign_in(client: FlaskClient, login: str = "chief", password: str = PASSWORD) -> TestResponse:
    """Both steps, the second where it is asked; a code that was taken once is not taken again, so the next is tried."""
    answer = client.post("/sign-in", data={"login": login, "password": password})
    if not (answer.location or "").startswith("/sign-in/code"):
        return answer
    return second_step(client, answer.location)


def second_step(client: FlaskClient, address: str = "/sign-in/code") -> TestResponse:
    now = client.application.extensions["woodpecker"].clock.now()
    for steps in (-1, 0, 1):
        answer = client.post(address, data={"code": code(now, steps=steps)})
        if answer.status_code == 302:
            break
    return answer


def token_of(client: FlaskClient) -> str | None:
    with client.session_transaction() as cookie:
        return cookie.get("_user_id")


def test_right_password_opens_the_console(client: FlaskClient, staff: dict[Role, int]) -> None:
    answer = sign_in(client)
    assert (answer.status_code, answer.location) == (302, "/")
    page = client.get("/audit").get_data(as_text=True)
    assert "测试chief" in page
    assert "主编" in page


def test_login_is_taken_in_any_width_and_case(client: FlaskClient, staff: dict[Role, int]) -> None:
    assert sign_in(client, login=" ＣＨＩＥＦ ").status_code == 302


@pytest.mark.parametrize(("login", "password"), [("chief", "wrong password"), ("nobody", PASSWORD)])
def test_wrong_password_and_unknown_login_get_the_same_page(
    client: FlaskClient, staff: dict[Role, int], login: str, password: str
) -> None:
    page = sign_in(client, login, password)
    assert page.status_code == 200
    assert WRONG in page.get_data(as_text=True)
    assert token_of(client) is None


def test_failure_pages_differ_in_nothing_but_the_login(client: FlaskClient, staff: dict[Role, int]) -> None:
    def shape(login: str) -> str:
        return sign_in(client, login, "wrong password").get_data(as_text=True).replace(login, "LOGIN")

    assert shape("chief") == shape("nobody")


def test_deactivated_member_is_answered_like_a_stranger(
    client: FlaskClient, staff: dict[Role, int], engine: Engine, clock: FrozenClock
) -> None:
    with writing(engine) as session:
        accounts.deactivate(session, staff[Role.CHIEF], actor=OPERATOR, now=clock.now())
    assert WRONG in sign_in(client).get_data(as_text=True)


def test_deactivation_ends_a_session_under_way(
    client: FlaskClient, staff: dict[Role, int], engine: Engine, clock: FrozenClock
) -> None:
    sign_in(client)
    with writing(engine) as session:
        accounts.deactivate(session, staff[Role.CHIEF], actor=OPERATOR, now=clock.now())
    assert client.get("/audit").location == "/sign-in?next=/audit"


def test_new_password_ends_a_session_under_way(
    client: FlaskClient, staff: dict[Role, int], engine: Engine, clock: FrozenClock
) -> None:
    sign_in(client)
    with writing(engine) as session:
        accounts.set_password(session, staff[Role.CHIEF], "another long one", actor=OPERATOR, now=clock.now())
    assert client.get("/audit").status_code == 302


def test_whoever_signs_in_is_told_what_was_changed_about_his_sign_in_meanwhile(
    client: FlaskClient, staff: dict[Role, int], engine: Engine, clock: FrozenClock
) -> None:
    def told() -> str:
        sign_in(client, "editor", password)
        return client.get("/account").get_data(as_text=True)

    password = PASSWORD
    assert "上次登录以后" not in told()
    clock.advance(hours=1)
    password = "another long one"
    with writing(engine) as session:
        accounts.set_email(session, staff[Role.EDITOR], "thief@example.org", actor=OPERATOR, now=clock.now())
        accounts.set_email(session, staff[Role.CHIEF], "chief@example.org", actor=OPERATOR, now=clock.now())
        accounts.set_password(session, staff[Role.EDITOR], password, actor=OPERATOR, now=clock.now())
    page = told()
    assert "您上次登录以后：" in page
    assert re.search("10:00 改过邮箱，[^，。]*10:00 换过密码。如果不是您自己要改的", page)
    assert "上次登录以后" not in told()


def test_chief_is_told_too_and_only_after_the_code(
    client: FlaskClient, staff: dict[Role, int], engine: Engine, clock: FrozenClock
) -> None:
    sign_in(client)
    with writing(engine) as session:
        accounts.set_email(session, staff[Role.CHIEF], "thief@example.org", actor=OPERATOR, now=clock.now())
    clock.advance(minutes=5)
    half = client.post("/sign-in", data={"login": "chief", "password": PASSWORD}).location
    assert "改过邮箱" not in client.get(half).get_data(as_text=True)
    second_step(client, half)
    assert "改过邮箱" in client.get("/account").get_data(as_text=True)


def test_session_planted_before_sign_in_is_dropped(client: FlaskClient, staff: dict[Role, int]) -> None:
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["planted"] = "chosen by a thief", "yes"
    sign_in(client)
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != "chosen by a thief"
        assert "planted" not in cookie


def test_each_sign_in_gets_a_new_token_and_ends_the_one_before(
    client: FlaskClient, app: Flask, staff: dict[Role, int]
) -> None:
    sign_in(client)
    first = token_of(client)
    sign_in(client)
    assert token_of(client) != first
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie["_user_id"] = first
    assert thief.get("/audit").status_code == 302


def test_cookie_names_nobody_and_the_database_holds_no_token(
    client: FlaskClient, staff: dict[Role, int], engine: Engine
) -> None:
    sign_in(client)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
        assert len(token) >= 43
        assert "chief" not in str(dict(cookie))
    with reading(engine) as session:
        assert session.scalar(select(StaffSession.token_digest)) != token


def test_token_is_worth_nothing_in_another_browser(client: FlaskClient, staff: dict[Role, int]) -> None:
    sign_in(client)
    assert client.get("/audit", headers={"User-Agent": "stolen"}).status_code == 302


def test_session_ends_after_the_hours_set(
    client: FlaskClient, staff: dict[Role, int], clock: FrozenClock
) -> None:
    sign_in(client)
    clock.advance(hours=11, minutes=59)
    assert client.get("/audit").status_code == 200
    clock.advance(minutes=1)
    assert client.get("/audit").status_code == 302
    assert "登录已经过期" in client.get("/sign-in").get_data(as_text=True)


def test_sign_out_ends_the_session_on_the_server(client: FlaskClient, app: Flask, staff: dict[Role, int]) -> None:
    sign_in(client)
    token = token_of(client)
    answer = client.post("/sign-out")
    assert (answer.location, answer.headers["Clear-Site-Data"]) == ("/sign-in", '"storage"')
    assert token_of(client) is None
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie["_user_id"] = token
    assert thief.get("/audit").status_code == 302


def test_sign_out_is_not_a_link(client: FlaskClient, staff: dict[Role, int]) -> None:
    sign_in(client)
    assert client.get("/sign-out").status_code == 405
    assert client.get("/audit").status_code == 200


def test_five_failures_lock_the_login_kindly_for_fifteen_minutes(
    client: FlaskClient, staff: dict[Role, int], clock: FrozenClock
) -> None:
    for _ in range(5):
        assert sign_in(client, password="wrong password").status_code == 200
    locked = sign_in(client)
    assert locked.status_code == 429
    assert "试得太多了" in locked.get_data(as_text=True)
    assert "09:15 以后再试" in locked.get_data(as_text=True)
    clock.advance(minutes=14, seconds=59)
    assert sign_in(client).status_code == 429
    clock.advance(seconds=1)
    assert sign_in(client).status_code == 302


def test_a_stranger_who_guesses_keeps_nobody_out_of_a_browser_that_signed_in_before(
    client: FlaskClient, staff: dict[Role, int]
) -> None:
    sign_in(client)
    client.post("/sign-out")
    stranger = client.application.test_client()
    for _ in range(5):
        sign_in(stranger, password="wrong password")
    assert sign_in(stranger).status_code == 429

    assert sign_in(client).status_code == 302


def test_a_browser_that_signed_in_before_has_five_tries_of_its_own(
    client: FlaskClient, staff: dict[Role, int]
) -> None:
    sign_in(client)
    client.post("/sign-out")
    for _ in range(5):
        assert sign_in(client, password="wrong password").status_code == 200
    assert sign_in(client).status_code == 429

    assert sign_in(client.application.test_client()).status_code == 302


@pytest.mark.sampled
@pytest.mark.parametrize("cookie", ["", "forged", "eyJhIjoiYiJ9.aaaa.bbbb", "another login's"])
def test_only_this_logins_own_signature_is_known(
    client: FlaskClient, staff: dict[Role, int], cookie: str
) -> None:
    stranger = client.application.test_client()
    if cookie == "another login's":
        sign_in(stranger, "editor")
        stranger.post("/sign-out")
    else:
        stranger.set_cookie("woodpecker-known", cookie)
    for _ in range(5):
        sign_in(client.application.test_client(), password="wrong password")

    assert sign_in(stranger).status_code == 429


def test_the_browsers_cookie_names_nobody_and_no_script_reads_it(client: FlaskClient, staff: dict[Role, int]) -> None:
    [kept] = [value for value in sign_in(client).headers.getlist("Set-Cookie") if value.startswith("woodpecker-known=")]
    assert "HttpOnly" in kept
    assert "SameSite=Lax" in kept
    signed = kept.split("=", 1)[1].split(";")[0]
    assert "chief" not in urlsafe_b64decode(signed.split(".")[0] + "==").decode()


def test_unknown_login_is_locked_in_the_same_words(client: FlaskClient, staff: dict[Role, int]) -> None:
    def sixth(login: str) -> str:
        for _ in range(5):
            sign_in(client, login, "wrong password")
        return sign_in(client, login, "wrong password").get_data(as_text=True).replace(login, "LOGIN")

    assert sixth("nobody") == sixth("chief")


def test_failures_spread_over_more_than_the_window_do_not_lock(
    client: FlaskClient, staff: dict[Role, int], clock: FrozenClock
) -> None:
    for _ in range(8):
        sign_in(client, password="wrong password")
        clock.advance(minutes=4)
    assert sign_in(client).status_code == 302


def test_twenty_failures_of_an_address_lock_it_for_every_login(
    client: FlaskClient, staff: dict[Role, int]
) -> None:
    for number in range(20):
        sign_in(client, f"guess{number}", "wrong password")
    assert sign_in(client).status_code == 429
    elsewhere = client.post("/sign-in", data={"login": "chief", "password": PASSWORD},
                            environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 302


def test_success_clears_the_count_of_the_login(
    client: FlaskClient, staff: dict[Role, int], engine: Engine
) -> None:
    for _ in range(4):
        sign_in(client, password="wrong password")
    sign_in(client)
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 0


def test_sign_in_and_sign_out_are_in_the_audit_trail(
    client: FlaskClient, staff: dict[Role, int], engine: Engine
) -> None:
    sign_in(client)
    client.post("/sign-out")
    with reading(engine) as session:
        found = session.execute(select(AuditEntry.verb, AuditEntry.staff_id).order_by(AuditEntry.id)).all()
    assert [tuple(row) for row in found] == [("sign_in", staff[Role.CHIEF]), ("sign_out", staff[Role.CHIEF])]


def test_form_without_its_token_is_refused(client: FlaskClient, app: Flask, staff: dict[Role, int]) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    refused = sign_in(client)
    assert refused.status_code == 400
    assert "放得太久了" in refused.get_data(as_text=True)
    page = client.get("/sign-in").get_data(as_text=True)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    data = {"login": "chief", "password": PASSWORD, "csrf_token": found[1]}
    assert client.post("/sign-in", data=data).status_code == 302


def test_every_writing_route_of_the_console_is_refused_without_a_token(app: Flask, browser: object) -> None:
    """A delivery is signed, and so are the addresses of readers' pages, which know no session."""
    app.config["WTF_CSRF_ENABLED"] = True
    client = browser(Role.ADMIN)  # type: ignore[operator]
    adapter = app.url_map.bind("localhost")
    answers = {
        rule.endpoint: client.post(adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, 1), "POST")).status_code
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not rule.endpoint.startswith("webhook.") and not rule.rule.startswith(READERS)
    }
    assert "auth.sign_out" in answers
    assert answers == dict.fromkeys(answers, 400)


def test_cookie_is_kept_from_scripts_and_other_sites(client: FlaskClient, staff: dict[Role, int]) -> None:
    cookie = sign_in(client).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (None, None), ("", None), ("/queue", "/queue"), ("/queue?state=filed&page=2", "/queue?state=filed&page=2"),
        ("//evil.example", None), ("/\\evil.example", None), ("https://evil.example/", None),
        ("javascript:alert(1)", None), ("queue", None), ("/\t/evil.example", None), ("/a\r\nb", None),
        ("//[", None), ("//\uff0f", None), ("//a\u2100", None), ("/[", "/["), ("/search?q=//[", "/search?q=//["),
    ],
)  # fmt: skip
def test_only_a_path_of_this_site_is_a_next_page(target: str | None, expected: str | None) -> None:
    assert safe_next(target) == expected


def test_after_signing_in_the_page_asked_for_opens(client: FlaskClient, staff: dict[Role, int]) -> None:
    asked = client.get("/audit?verb=sign_in")
    assert asked.location == "/sign-in?next=/audit?verb%3Dsign_in"
    asked = client.post(asked.location, data={"login": "chief", "password": PASSWORD})
    assert asked.location == "/sign-in/code?next=/audit?verb%3Dsign_in"
    assert second_step(client, asked.location).location == "/audit?verb=sign_in"


def test_next_page_elsewhere_is_ignored(client: FlaskClient, staff: dict[Role, int]) -> None:
    answer = client.post("/sign-in?next=//evil.example", data={"login": "chief", "password": PASSWORD})
    assert answer.location == "/sign-in/code"
    assert second_step(client, "/sign-in/code?next=//evil.example").location == "/"
