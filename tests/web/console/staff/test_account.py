"""我的帐号: a member of staff shows by a code which WeChat is his own; it wins nothing any more."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot.clock import FrozenClock
from bot.readers import link_codes
from models.enums import Bar, Role
from models.links import LinkTry
from models.readers import Person, Reader
from models.reports import Report
from models.session import reading, writing
from models.staff import Staff, StaffSession
from tests.support import factories
from tests.support.factories import HEADLINE, House
from tests.support.staff import PASSWORD
from tests.web.conftest import Browser


@pytest.fixture
def code(engine: Engine, house: House, clock: FrozenClock) -> str:
    """As 关联 in the chat gives it to a reader."""
    with writing(engine) as session:
        number = factories.report(session, HEADLINE)
        reader_id = session.get_one(Report, number).reader_id
        return link_codes.new_code(session.connection(), reader_id, now=clock.now())


def test_code_from_the_chat_links_the_own_wechat(
    engine: Engine, editor: FlaskClient, staff: dict[Role, int], code: str
) -> None:
    page = editor.post("/account/link", data={"code": code.lower()}, follow_redirects=True).text
    assert "已关联" in page
    assert "公众号“社区发布1”" in page
    with reading(engine) as session:
        member = session.get_one(Staff, staff[Role.EDITOR])
        assert session.get_one(Person, member.person_id).bar is Bar.STAFF
        assert session.scalars(select(Reader.person_id)).first() == member.person_id


@pytest.mark.sampled
@pytest.mark.parametrize(("typed", "sentence"), [("", "请填关联码"), ("12", "6位字母和数字"), ("222222", "不对，或者已经过期")])
def test_wrong_code_says_what_to_do(editor: FlaskClient, code: str, typed: str, sentence: str) -> None:
    answer = editor.post("/account/link", data={"code": typed})
    assert answer.status_code == 400
    assert sentence in answer.text


def test_guesses_are_kept_and_stopped(engine: Engine, editor: FlaskClient, code: str) -> None:
    for _ in range(link_codes.WRONG_TRIES):
        editor.post("/account/link", data={"code": "222222"})
    with reading(engine) as session:
        assert len(session.scalars(select(LinkTry.id)).all()) == link_codes.WRONG_TRIES
    answer = editor.post("/account/link", data={"code": code})
    assert answer.status_code == 403
    assert "一小时后再试" in answer.text


def test_everybody_is_asked_once_on_his_page(editor: FlaskClient, code: str) -> None:
    assert "在公众号里发“关联”" in editor.get("/account").text


# Signed-in browsers


def open_sessions(engine: Engine, staff_id: int) -> list[int]:
    with reading(engine) as session:
        return list(session.scalars(select(StaffSession.id).where(
            StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None)).order_by(StaffSession.id)))


def test_own_browsers_are_listed_with_the_present_one_marked(
    browser: Browser, app: Flask, clock: FrozenClock
) -> None:
    editor, phone = browser(Role.EDITOR), app.test_client()
    clock.advance(hours=1)
    phone.post("/sign-in", data={"login": "editor", "password": PASSWORD},
               headers={"User-Agent": "Mozilla/5.0 (iPhone) Mobile/15E148 MicroMessenger/8.0"})
    page = editor.get("/account").text
    assert page.count("就是这里") == 1
    assert "手机 · 微信" in page
    assert "11月10日 10:00登录" in page
    assert "iPhone" not in page


def test_one_browser_is_ended(browser: Browser, engine: Engine, staff: dict[Role, int]) -> None:
    here, there = browser(Role.EDITOR), browser(Role.EDITOR)
    _, other = open_sessions(engine, staff[Role.EDITOR])
    assert here.post(f"/account/sessions/{other}/end").location == "/account#browsers"
    assert there.get("/account").status_code == 302
    assert here.get("/account").status_code == 200


def test_all_other_browsers_are_ended(browser: Browser, engine: Engine, staff: dict[Role, int]) -> None:
    here, there, yonder = browser(Role.EDITOR), browser(Role.EDITOR), browser(Role.EDITOR)
    assert "别处的2个登录都已退出" in here.post("/account/sessions/end-others", follow_redirects=True).text
    assert [one.get("/account").status_code for one in (here, there, yonder)] == [200, 302, 302]


def test_nobody_ends_anothers_browser(browser: Browser, engine: Engine, staff: dict[Role, int]) -> None:
    editor, chief = browser(Role.EDITOR), browser(Role.CHIEF)
    (foreign,) = open_sessions(engine, staff[Role.CHIEF])
    editor.post(f"/account/sessions/{foreign}/end")
    assert chief.get("/account").status_code == 200
    assert chief.post(f"/staff/{staff[Role.EDITOR]}/sessions/end").status_code == 403


def test_admin_sees_and_ends_the_browsers_of_others(browser: Browser, engine: Engine, staff: dict[Role, int]) -> None:
    admin, editor, again = browser(Role.ADMIN), browser(Role.EDITOR), browser(Role.EDITOR)
    address = f"/staff/{staff[Role.EDITOR]}"
    assert admin.get(address).text.count("退出这一处") == 2
    first = open_sessions(engine, staff[Role.EDITOR])[0]
    admin.post(f"{address}/sessions/{first}/end")
    assert (editor.get("/account").status_code, again.get("/account").status_code) == (302, 200)
    admin.post(f"{address}/sessions/end")
    assert again.get("/account").status_code == 302
    assert "现在没有登录" in admin.get(address).text


# Mail


@pytest.mark.slow
def test_own_address_needs_the_password(browser: Browser, engine: Engine, staff: dict[Role, int]) -> None:
    editor = browser(Role.EDITOR)
    wrong = editor.post("/account/email", data={"email": "jia@example.org", "current": "wrong"})
    assert (wrong.status_code, "现在的密码不对" in wrong.text) == (400, True)
    bad = editor.post("/account/email", data={"email": "jia", "current": PASSWORD})
    assert (bad.status_code, "邮箱地址写得不对" in bad.text) == (400, True)
    editor.post("/account/email", data={"email": "jia@example.org", "current": PASSWORD})
    with reading(engine) as session:
        assert session.get_one(Staff, staff[Role.EDITOR]).email == "jia@example.org"


@pytest.mark.slow
def test_admin_sets_a_members_address(browser: Browser, staff: dict[Role, int]) -> None:
    admin, address = browser(Role.ADMIN), f"/staff/{staff[Role.EDITOR]}"
    assert admin.post(f"{address}/email", data={"email": "a b"}).status_code == 400
    admin.post(f"{address}/email", data={"email": "jia@example.org"})
    assert "jia@example.org" in admin.get(address).text
    assert "jia@example.org" not in browser(Role.CHIEF).get(address).text


# How it looks


def test_everything_is_as_it_comes_until_somebody_chooses(browser: Browser) -> None:
    page = browser(Role.EDITOR).get("/account").text
    assert "data-theme=" not in page
    assert "data-size=" not in page
    assert "data-keys=" not in page


@pytest.mark.slow
def test_preferences_are_on_every_page_of_the_member_alone(browser: Browser) -> None:
    editor = browser(Role.EDITOR)
    editor.post("/account/preferences", data={"theme": "dark", "large_type": "y", "stay_here": "y"})
    for address in ("/account", "/search", "/no-such-page"):
        page = editor.get(address).text
        assert '<html lang="zh-CN" data-theme="dark" data-size="large">' in page
        assert 'data-keys="off"' in page
    assert "data-theme" not in browser(Role.CHIEF).get("/account").text
    editor.post("/account/preferences", data={"theme": "system", "keys_on": "y"})
    page = editor.get("/account").text
    assert '<html lang="zh-CN">' in page
    assert "data-keys=" not in page


@pytest.mark.parametrize("theme", ["", "pink"])
def test_unknown_look_is_refused(browser: Browser, theme: str) -> None:
    assert browser(Role.EDITOR).post("/account/preferences", data={"theme": theme}).status_code == 400
    assert browser(Role.EDITOR).post("/account/switch", data={"theme": theme}).status_code == 400


@pytest.mark.slow
def test_switch_changes_one_thing_and_goes_back(browser: Browser) -> None:
    editor = browser(Role.EDITOR)
    assert editor.post("/account/switch", data={"large_type": "1", "next": "/search?q=a"}).location == "/search?q=a"
    assert editor.post("/account/switch", data={"theme": "light"}, headers={"X-Stay": "1"}).status_code == 204
    page = editor.get("/account").text
    assert 'data-theme="light" data-size="large"' in page
    assert editor.post("/account/switch", data={"large_type": "0", "next": "//evil.example"}).location == "/"
    assert "data-size=" not in editor.get("/account").text
