"""The screens 人员 and 我的帐号."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, inspect, select

from bot.clock import FrozenClock
from models.audit import AuditEntry
from models.enums import Role
from models.session import reading
from models.staff import Staff
from tests.support.staff import PASSWORD, drawn_password
from tests.web.conftest import Browser

NEW = {"display_name": "编辑乙", "login": "yi", "role": "editor"}


def text(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def get(engine: Engine, number: int) -> Staff:
    with reading(engine) as session:
        return session.get_one(Staff, number)


def signs_in(app: Flask, login: str, password: str) -> bool:
    return app.test_client().post("/sign-in", data={"login": login, "password": password}).status_code == 302


def test_new_member_is_given_a_drawn_password_once(app: Flask, browser: Browser, engine: Engine, clock: FrozenClock) -> None:
    admin = browser(Role.ADMIN)
    answer = admin.post("/staff/add", data=NEW)
    password = drawn_password(answer.text)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "七天内有效" in answer.text
    page = text(admin, "/staff")
    assert "编辑乙" in page
    assert "还没登录过" in page
    with reading(engine) as session:
        member = session.scalars(select(Staff).where(Staff.login == "yi")).one()
        assert member.initial_until == clock.now() + timedelta(days=7)
    assert "还是初始的" in text(admin, f"/staff/{member.id}")
    assert signs_in(app, "yi", password)


def test_initial_password_is_kept_nowhere_in_clear(
    browser: Browser, staff: dict[Role, int], engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    admin = browser(Role.ADMIN)
    with caplog.at_level(logging.DEBUG):
        answers = [admin.post("/staff/add", data=NEW), admin.post(f"/staff/{staff[Role.EDITOR]}/password")]
    said = "\n".join(f"{answer.headers} {answer.location}" for answer in answers) + caplog.text
    for later in ("/staff", "/staff/add", f"/staff/{staff[Role.EDITOR]}", "/audit"):
        said += text(admin, later)
    with engine.connect() as db:
        for table in inspect(engine).get_table_names():
            said += "\n".join(map(str, db.exec_driver_sql(f'SELECT * FROM "{table}"')))
    for answer in answers:
        password = drawn_password(answer.text)
        assert password not in said
        assert all(" ".join(re.findall("....", password)[at : at + 2]) not in said for at in range(4))


def test_page_sent_again_makes_no_second_member(browser: Browser, engine: Engine) -> None:
    admin = browser(Role.ADMIN)
    admin.post("/staff/add", data=NEW)
    again = admin.post("/staff/add", data=NEW)
    assert again.status_code == 400
    assert "已经有人用了" in again.text
    with reading(engine) as session:
        assert len(session.scalars(select(Staff.id).where(Staff.login == "yi")).all()) == 1


def test_page_says_no_name_as_html(browser: Browser) -> None:
    answer = browser(Role.ADMIN).post("/staff/add", data=NEW | {"display_name": "<b>乙</b>"})
    assert "&lt;b&gt;乙" in answer.text
    assert "<b>乙" not in answer.text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [({"login": "chief"}, "已经有人用了"), ({"login": "a b"}, "不能有空格")],
)
def test_what_is_wrong_with_a_new_member_is_said_beside_the_form(
    browser: Browser, change: dict[str, str], sentence: str
) -> None:
    answer = browser(Role.ADMIN).post("/staff/add", data=NEW | change)
    assert answer.status_code == 400
    page = answer.get_data(as_text=True)
    assert sentence in page
    assert 'value="编辑乙"' in page


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
    editor = browser(Role.EDITOR)
    password = drawn_password(browser(Role.ADMIN).post(f"/staff/{staff[Role.EDITOR]}/password").text)
    assert editor.get("/queue").location == "/sign-in?next=/queue"
    assert not signs_in(app, "editor", PASSWORD)
    assert signs_in(app, "editor", password)


def test_nobody_resets_his_own_without_the_present_one(app: Flask, browser: Browser, staff: dict[Role, int]) -> None:
    admin, number = browser(Role.ADMIN), staff[Role.ADMIN]
    refused = admin.post(f"/staff/{number}/password")
    assert refused.status_code == 403
    assert "我的帐号" in refused.text
    assert "重设密码</button>" not in text(admin, f"/staff/{number}")
    assert signs_in(app, "admin", PASSWORD)


def test_entry_says_who_let_whom_in(browser: Browser, staff: dict[Role, int], engine: Engine) -> None:
    browser(Role.ADMIN).post(f"/staff/{staff[Role.EDITOR]}/password")
    with reading(engine) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "set_password")).one()
    assert (entry.staff_id, entry.object_id, entry.details) == (staff[Role.ADMIN], staff[Role.EDITOR], {})


@pytest.mark.slow
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


@pytest.mark.slow
def test_guesses_at_the_own_password_are_counted(browser: Browser) -> None:
    editor = browser(Role.EDITOR)
    for _ in range(5):
        editor.post("/account", data=OWN | {"current": "not this one"})
    assert "试得太多了" in editor.post("/account", data=OWN).get_data(as_text=True)
