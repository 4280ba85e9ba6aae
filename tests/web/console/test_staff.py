"""The screens 人员 and 我的帐号."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from models.enums import Role
from models.session import reading
from models.staff import Staff
from tests.support.staff import PASSWORD
from tests.web.conftest import Browser

NEW = {"display_name": "编辑乙", "login": "yi", "role": "editor", "password": "a long password"}


def text(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def get(engine: Engine, number: int) -> Staff:
    with reading(engine) as session:
        return session.get_one(Staff, number)


def signs_in(app: Flask, login: str, password: str) -> bool:
    return app.test_client().post("/sign-in", data={"login": login, "password": password}).status_code == 302


def test_admin_adds_a_member_who_can_sign_in(app: Flask, browser: Browser) -> None:
    admin = browser(Role.ADMIN)
    assert admin.post("/staff/add", data=NEW).location == "/staff"
    page = text(admin, "/staff")
    assert "编辑乙" in page
    assert "还没登录过" in page
    assert signs_in(app, "yi", "a long password")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [({"password": "short"}, "密码至少要 12 位"), ({"login": "chief"}, "已经有人用了"), ({"login": "a b"}, "不能有空格")],
)
def test_what_is_wrong_with_a_new_member_is_said_beside_the_form(
    browser: Browser, change: dict[str, str], sentence: str
) -> None:
    answer = browser(Role.ADMIN).post("/staff/add", data=NEW | change)
    assert answer.status_code == 400
    page = answer.get_data(as_text=True)
    assert sentence in page
    assert 'value="编辑乙"' in page
    assert NEW["password"] not in page


def test_chief_sees_members_but_no_button(browser: Browser, staff: dict[Role, int]) -> None:
    chief = browser(Role.CHIEF)
    assert "新增人员" not in text(chief, "/staff")
    page = text(chief, f"/staff/{staff[Role.EDITOR]}")
    assert "停用这个帐号" not in page
    assert "重设密码" not in page


def test_admin_changes_a_role(browser: Browser, staff: dict[Role, int], engine: Engine) -> None:
    admin, number = browser(Role.ADMIN), staff[Role.EDITOR]
    admin.post(f"/staff/{number}/role", data={"role": "chief", "expected": "editor"})
    assert get(engine, number).role is Role.CHIEF
    stale = admin.post(f"/staff/{number}/role", data={"role": "prizes", "expected": "editor"})
    assert stale.status_code == 409
    assert get(engine, number).role is Role.CHIEF


def test_new_role_counts_at_the_next_click(browser: Browser, staff: dict[Role, int]) -> None:
    editor, admin = browser(Role.EDITOR), browser(Role.ADMIN)
    assert editor.get("/audit").status_code == 403
    admin.post(f"/staff/{staff[Role.EDITOR]}/role", data={"role": "chief", "expected": "editor"})
    assert editor.get("/audit").location == "/account/second-factor"  # no longer forbidden, but first the telephone


def test_admin_resets_a_password(app: Flask, browser: Browser, staff: dict[Role, int]) -> None:
    admin, number = browser(Role.ADMIN), staff[Role.EDITOR]
    assert admin.post(f"/staff/{number}/password", data={"password": "short"}).status_code == 400
    admin.post(f"/staff/{number}/password", data={"password": "quite another one"})
    assert not signs_in(app, "editor", PASSWORD)
    assert signs_in(app, "editor", "quite another one")


def test_admin_deactivates_and_brings_back(app: Flask, browser: Browser, staff: dict[Role, int]) -> None:
    admin, number = browser(Role.ADMIN), staff[Role.EDITOR]
    admin.post(f"/staff/{number}/deactivate")
    assert "已停用" in text(admin, f"/staff/{number}")
    assert not signs_in(app, "editor", PASSWORD)
    admin.post(f"/staff/{number}/activate")
    assert signs_in(app, "editor", PASSWORD)


def test_last_admin_is_told_why_he_stays(browser: Browser, staff: dict[Role, int]) -> None:
    answer = browser(Role.ADMIN).post(f"/staff/{staff[Role.ADMIN]}/deactivate")
    assert answer.status_code == 403
    assert "最后一位在用的管理员" in answer.get_data(as_text=True)


def test_unknown_member_is_not_found(browser: Browser) -> None:
    assert browser(Role.ADMIN).get("/staff/999").status_code == 404


OWN = {"current": PASSWORD, "password": "my very own one", "again": "my very own one"}


def test_everybody_changes_his_own_password_and_signs_in_again(app: Flask, browser: Browser) -> None:
    prizes = browser(Role.PRIZES)
    assert prizes.post("/account", data=OWN).location == "/sign-in"
    assert prizes.get("/account").status_code == 302
    assert signs_in(app, "prizes", "my very own one")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"current": "not this one"}, "现在的密码不对"),
        ({"again": "something else"}, "两次填的新密码不一样"),
        ({"password": "short", "again": "short"}, "密码至少要 12 位"),
    ],
)
def test_own_password_stays_when_something_is_wrong(
    app: Flask, browser: Browser, change: dict[str, str], sentence: str
) -> None:
    answer = browser(Role.EDITOR).post("/account", data=OWN | change)
    assert answer.status_code == 400
    assert sentence in answer.get_data(as_text=True)
    assert signs_in(app, "editor", PASSWORD)


def test_guesses_at_the_own_password_are_counted(browser: Browser) -> None:
    editor = browser(Role.EDITOR)
    for _ in range(5):
        editor.post("/account", data=OWN | {"current": "not this one"})
    assert "试得太多了" in editor.post("/account", data=OWN).get_data(as_text=True)
