"""What the browser and the log get when something goes wrong."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg.errors import DeadlockDetected
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.errors import BadInput, ImportProblem, NotAllowed, NotFound, SettingsError, Stale
from models.enums import Role
from tests.support.staff import PASSWORD
from tests.web.conftest import Browser
from web.access import PUBLIC


@pytest.fixture
def failing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """`/fail` raises whatever app.config["PROBLEM"] holds."""

    def fail() -> str:
        raise app.config["PROBLEM"]

    app.add_url_rule("/fail", "fail", fail)
    monkeypatch.setattr("web.access.PUBLIC", PUBLIC | {"fail"})
    return app


@pytest.mark.parametrize(
    ("problem", "status", "sentence"),
    [
        (BadInput("请写上版面。"), 400, "请写上版面。"),
        (NotAllowed("这一轮已经公布。"), 403, "这一轮已经公布。"),
        (NotFound("没有这条纠错。"), 404, "没有这条纠错。"),
        (Stale("编辑甲刚改过。"), 409, "编辑甲刚改过。"),
        (IntegrityError("INSERT secret", {}, Exception("secret")), 409, "有人先改过了"),
        (ImportProblem(["甲.json：第 3 行", "乙.json：第 9 行"]), 400, "乙.json：第 9 行"),
        (OperationalError("UPDATE secret", {}, DeadlockDetected("secret")), 409, "有人先改过了"),
        (OperationalError("UPDATE secret", {}, Exception("disk I/O error")), 500, "出了点问题"),
        (SettingsError("secret place"), 500, "出了点问题"),
        (RuntimeError("SELECT secret"), 500, "出了点问题"),
    ],
)
def test_problem_becomes_a_kind_page(failing: Flask, problem: Exception, status: int, sentence: str) -> None:
    failing.config["PROBLEM"] = problem
    answer = failing.test_client().get("/fail")
    page = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert sentence in page
    assert "secret" not in page
    assert "Traceback" not in page


def test_log_of_an_unforeseen_error_has_its_kind_and_place_but_not_its_words(
    failing: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    failing.config["PROBLEM"] = RuntimeError("a reader's own words")
    with caplog.at_level(logging.ERROR):
        page = failing.test_client().get("/fail").get_data(as_text=True)
    assert "RuntimeError" in caplog.text
    assert "in fail" in caplog.text
    assert "a reader's own words" not in caplog.text
    number = page.split("<code>")[1].split("</code>")[0]
    assert f"error {number} at fail" in caplog.text


@pytest.mark.slow
@pytest.mark.parametrize(("address", "data"), [
    ("/staff/add", {"display_name": "新来的", "login": "xin", "role": "editor"}),
    ("/practice/1", {"verdict": "accepted", "row_code": "N-05", "doubling": "none"}),
    ("/account/switch", {"theme": "dark"}),
])  # fmt: skip
def test_what_is_sent_several_times_at_once_is_no_error_of_ours(
    browser: Browser, address: str, data: dict[str, str]
) -> None:
    clients, start = [browser(Role.ADMIN) for _ in range(6)], Barrier(6)

    def send(client: FlaskClient) -> int:
        start.wait(timeout=20)
        return client.post(address, data=data).status_code

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(send, clients)) <= {200, 302, 400, 403, 409}


def test_wrong_method_is_told_in_chinese(client: FlaskClient) -> None:
    answer = client.get("/sign-out")
    assert answer.status_code == 405
    assert "这样打不开" in answer.get_data(as_text=True)


def test_refusals_are_in_the_log_by_number_and_without_a_word_that_was_typed(
    app: Flask, client: FlaskClient, browser: Browser, staff: dict[Role, int], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(5):
            client.post("/sign-in", data={"login": "typed by mistake", "password": "guessed"})
        client.post("/sign-in", data={"login": "typed by mistake", "password": "guessed"})
        half = client.post("/sign-in", data={"login": "chief", "password": PASSWORD}).location
        client.post(half, data={"code": "000000"})
        browser(Role.EDITOR).get("/staff?q=季小满")
        app.config["WTF_CSRF_ENABLED"] = True
        browser(Role.PRIZES).post("/sign-out", data={"text": "季小满"})
    assert [record.getMessage() for record in caplog.records] == [
        *["refused a sign-in from '127.0.0.1': wrong login or password"] * 5,
        "refused a sign-in from '127.0.0.1': locked",
        f"refused a sign-in from '127.0.0.1': wrong code, staff {staff[Role.CHIEF]}",
        f"refused GET at staff.index to staff {staff[Role.EDITOR]}: no right",
        f"refused POST at auth.sign_out to staff {staff[Role.PRIZES]}: a form without its token"]


def test_sentence_is_escaped(failing: Flask) -> None:
    failing.config["PROBLEM"] = BadInput("<script>alert(1)</script>")
    assert "<script>alert" not in failing.test_client().get("/fail").get_data(as_text=True)


LETTER = "老师傅您好，这件事我们查过了，下个月的报上会更正。"
OURS = {"Origin": "http://localhost", "Referer": "http://localhost/desk/60?view=open"}


@pytest.mark.parametrize("token_asked", [True, False])
def test_words_of_a_letter_come_back_where_the_sign_in_has_ended(app: Flask, client: FlaskClient, token_asked: bool) -> None:
    app.config["WTF_CSRF_ENABLED"] = token_asked
    answer = client.post("/desk/60/answer", data={"words": f"{LETTER}<b>", "csrf_token": "old"}, headers=OURS)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert f"{LETTER}&lt;b&gt;" in page
    assert "/sign-in?next=/desk/60?view%3Dopen" in page.replace("%2F", "/").replace("%3F", "?")


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://strange.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_words_that_a_strange_page_sends_are_never_shown_under_our_name(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.post("/desk/60/answer", data={"words": LETTER}, headers=headers)
    assert (answer.status_code, LETTER in answer.get_data(as_text=True)) == (302, False)


@pytest.mark.parametrize("before", ["http://[", "http://localhost\uff0f/desk", "http://localhost:x/", "//[", "desk"])
def test_words_come_back_without_a_way_back_where_no_address_says_it(client: FlaskClient, before: str) -> None:
    answer = client.post("/desk/60/answer", data={"words": LETTER}, headers=OURS | {"Referer": before})
    assert (answer.status_code, LETTER in answer.get_data(as_text=True)) == (400, True)


def test_a_password_is_never_handed_back(client: FlaskClient) -> None:
    answer = client.post("/desk/60/answer", data={"password": LETTER, "new_password": LETTER}, headers=OURS)
    assert LETTER not in answer.get_data(as_text=True)
