"""The meter beside a new password: says what the rule will say, to whom it concerns, and keeps nothing."""

from __future__ import annotations

import logging
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, update

from bot.clock import FrozenClock
from bot.errors import BadInput
from bot.members import staff as accounts
from bot.settings import Settings
from models.enums import Role
from models.session import writing
from models.staff import StaffSession
from tests.support.staff import drawn_password
from tests.web.conftest import Browser
from tests.web.test_forgotten import desk, link, mailing
from web.password_meter import A_MINUTE, SHOWN

__all__ = ["desk", "mailing"]

OWN = "/account/password-strength"
TYPED = (
    "", "short", "elevenchars", "editor", "editoreditoreditor", "password1234", "123456789012", "qwertyuiop12", "aaaaaaaaaaaa",
    "P@ssw0rd2026", "woodpecker2026", "啄木鸟" * 4, "woniuwoniuwoniu", "iloveyou2026!", "20261122221100", "correct horse",
    "correct horse battery", "three bowls of noodles", "银杏树下三碗阳春面要加辣", "x7#Kq\u3000🪶 ü9 Ωw", "tr0ub4dor&3xyz",
    "mypassword!!",
    "abcdefghijklmnop", "zxcvbnmasdfghjkl", "ewqeqwewqewqewq", "jklfdsa90210xyz",
    "shanghai20080808", "Summer2026Summer", "x" * 129,
    "a long password", "my very own one", "<b>=cmd|' /C calc'!A0</b>", "\u202eabcdefghijkl",
)


def test_it_never_praises_what_is_refused_and_never_blames_what_is_taken(browser: Browser) -> None:
    editor = browser(Role.EDITOR)
    seen = set()
    assert len(TYPED) <= A_MINUTE
    for typed in TYPED:
        answer = editor.post(OWN, data={"password": typed})
        assert answer.status_code == 200, typed
        said = answer.get_json()
        seen.add(said["level"])
        try:
            accounts.check_password_rule("editor", typed)
            taken = True
        except BadInput:
            taken = False
        assert taken == (said["level"] >= 3) == (said["word"] in ("还行", "很好")), typed
    assert seen == {1, 2, 3, 4}


def test_every_strength_has_its_word_and_side() -> None:
    assert {strength for strength, (level, _) in SHOWN.items() if level < 3} == set(accounts.REFUSALS)
    assert SHOWN.keys() == set(accounts.Strength)


def test_answer_to_a_session_that_has_ended_takes_no_cookie_away(browser: Browser, engine: Engine, clock: FrozenClock) -> None:
    """While a password is changed the meter may still be asked: its answer came later and signed the browser out."""
    editor = browser(Role.EDITOR)
    with writing(engine) as session:
        session.execute(update(StaffSession).values(ended_at=clock.now()))
    answer = editor.post(OWN, data={"password": "short"})
    assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (302, [])
    assert editor.get("/queue").headers.getlist("Set-Cookie") != []


def test_own_login_is_known(browser: Browser) -> None:
    assert browser(Role.EDITOR).post(OWN, data={"password": "EDITOR"}).get_json()["word"] == "太短"
    assert accounts.strength("a long login name", "A long login name") is accounts.Strength.THE_LOGIN


def test_strangers_are_told_nothing(client: FlaskClient, staff: dict[Role, int]) -> None:
    assert client.post(OWN, data={"password": "correct horse battery"}).location == "/sign-in"
    assert client.get(OWN).status_code == 405
    assert client.post("/sign-in/reset/nobodys/strength", data={"password": "correct horse battery"}).status_code == 404


def test_holder_of_a_link_is_told_while_it_is_good(
    desk: Flask, mailing: Settings, engine: Engine, clock: FrozenClock
) -> None:
    way, client = link(desk, mailing, engine, clock, "editor"), desk.test_client()
    page = client.get(way).text
    assert f'data-meter="{way}/strength"' in page
    assert client.post(f"{way}/strength", data={"password": "correct horse battery"}).get_json() == {"level": 4, "word": "很好"}
    assert client.post(f"{way}/strength", data={"password": "password1234"}).get_json()["word"] == "容易猜到"
    clock.advance(minutes=31)
    assert client.post(f"{way}/strength", data={"password": "correct horse battery"}).status_code == 404


def test_initial_password_is_named_in_whatever_groups(app: Flask, browser: Browser) -> None:
    new = {"display_name": "乙", "login": "yi", "role": "editor"}
    drawn = drawn_password(browser(Role.ADMIN).post("/staff/add", data=new).text)
    client = app.test_client()
    client.post("/sign-in", data={"login": "yi", "password": drawn})
    for typed in (drawn, "-".join(re.findall("....", drawn)).upper()):
        assert client.post(OWN, data={"password": typed}).get_json() == {"level": 1, "word": "这是初始密码"}
    assert client.post(OWN, data={"password": drawn[::-1]}).get_json()["word"] == "很好"


def test_who_asks_too_often_is_told_nothing_for_a_minute(browser: Browser, clock: FrozenClock) -> None:
    editor, prizes = browser(Role.EDITOR), browser(Role.PRIZES)
    answers = [editor.post(OWN, data={"password": "short"}).status_code for _ in range(A_MINUTE + 1)]
    assert answers == [200] * A_MINUTE + [429]
    assert prizes.post(OWN, data={"password": "short"}).status_code == 200
    clock.advance(minutes=1)
    assert editor.post(OWN, data={"password": "short"}).status_code == 200


def test_other_sites_ask_nothing(app: Flask, browser: Browser) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert browser(Role.EDITOR).post(OWN, data={"password": "correct horse battery"}).status_code == 400


def test_nothing_is_kept_or_logged(browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = browser(Role.EDITOR).post(OWN, data={"password": "three bowls of noodles"})
    assert "noodles" not in caplog.text + str(answer.headers)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["/account"])
def test_meter_stands_hidden_until_its_script_is_there(browser: Browser, address: str) -> None:
    page = browser(Role.EDITOR).get(address).text
    box = re.search(r'<div class="password-meter"[^>]*>', page)
    assert box is not None
    assert f'data-meter="{OWN}"' in box[0]
    assert 'data-least="12"' in box[0]
    assert box[0].endswith(" hidden>")
    assert "console-meter.js" in page
