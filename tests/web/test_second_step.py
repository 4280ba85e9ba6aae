"""The second step of a sign-in, as a browser sees it: the code, recovery codes, the set-up that is required."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, select
from werkzeug.test import TestResponse

from bot.audit import OPERATOR
from bot.clock import FrozenClock
from bot.members import second_factor
from bot.members import staff as accounts
from bot.settings import Settings, parse_settings
from models.audit import AuditEntry
from models.enums import Role
from models.session import reading, writing
from models.staff import RecoveryCode, SecondFactor, SignInAttempt, StaffSession
from tests.support.settings import raw_settings
from tests.support.staff import PASSWORD, SECRET, code
from tests.web.conftest import Browser
from web import create_app

WRONG = "这个码不对，或者刚刚用过"


def password(client: FlaskClient, login: str = "chief", password: str = PASSWORD, query: str = "") -> TestResponse:
    return client.post(f"/sign-in{query}", data={"login": login, "password": password})


def step(client: FlaskClient, typed: str, query: str = "") -> TestResponse:
    return client.post(f"/sign-in/code{query}", data={"code": typed})


@pytest.fixture
def waiting(client: FlaskClient, staff: dict[Role, int]) -> FlaskClient:
    """The chief's password was right; the code is to come."""
    assert password(client).location == "/sign-in/code"
    return client


def wrong_code(clock: FrozenClock) -> str:
    right = {code(clock.now(), steps=steps) for steps in (-1, 0, 1)}
    return next(one for one in ("000000", "111111", "222222", "333333") if one not in right)


def test_password_alone_opens_nothing(waiting: FlaskClient) -> None:
    assert waiting.get("/audit").location == "/sign-in?next=/audit"
    assert waiting.get("/").location == "/sign-in"


def test_half_a_sign_in_is_no_session_in_any_cookie(waiting: FlaskClient, app: Flask) -> None:
    with waiting.session_transaction() as cookie:
        token = cookie["waiting"]
        assert "_user_id" not in cookie
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie["_user_id"] = token
    assert thief.get("/audit").status_code == 302


def test_right_code_opens_the_console(waiting: FlaskClient, clock: FrozenClock) -> None:
    assert step(waiting, code(clock.now())).location == "/"
    assert waiting.get("/audit").status_code == 200


def test_page_of_the_code_has_the_phones_keyboard_and_offers_the_code(waiting: FlaskClient) -> None:
    page = waiting.get("/sign-in/code").get_data(as_text=True)
    field = re.search(r"<input[^>]*name=\"code\"[^>]*>", page)
    assert field is not None
    assert 'inputmode="numeric"' in field[0]
    assert 'autocomplete="one-time-code"' in field[0]


def test_wrong_code_is_said_and_not_shown_again(waiting: FlaskClient, clock: FrozenClock) -> None:
    page = step(waiting, wrong_code(clock)).get_data(as_text=True)
    assert WRONG in page
    assert wrong_code(clock) not in page


def test_code_overheard_is_worth_nothing_a_second_time(
    waiting: FlaskClient, app: Flask, clock: FrozenClock
) -> None:
    typed = code(clock.now())
    step(waiting, typed)
    thief = app.test_client()
    password(thief)
    assert WRONG in step(thief, typed).get_data(as_text=True)


def test_five_wrong_codes_lock_and_the_password_frees_nobody(
    waiting: FlaskClient, app: Flask, clock: FrozenClock
) -> None:
    for _ in range(4):
        step(waiting, wrong_code(clock))
    assert password(waiting).status_code == 302  # a right password in between does not begin the count anew
    step(waiting, wrong_code(clock))
    locked = step(waiting, code(clock.now()))
    assert locked.status_code == 429
    assert "09:15 以后再试" in locked.get_data(as_text=True)
    assert password(app.test_client()).status_code == 429
    clock.advance(minutes=15)
    password(waiting)
    assert step(waiting, code(clock.now())).status_code == 302


def test_code_is_awaited_ten_minutes(waiting: FlaskClient, clock: FrozenClock) -> None:
    clock.advance(minutes=9, seconds=59)
    assert waiting.get("/sign-in/code").status_code == 200
    clock.advance(seconds=1)
    assert step(waiting, code(clock.now())).location == "/sign-in"
    assert "登录已经过期" in waiting.get("/sign-in").get_data(as_text=True)


def test_half_a_sign_in_is_worth_nothing_in_another_browser(waiting: FlaskClient, clock: FrozenClock) -> None:
    answer = waiting.post("/sign-in/code", data={"code": code(clock.now())}, headers={"User-Agent": "stolen"})
    assert answer.location == "/sign-in"


def test_new_password_ends_a_sign_in_that_is_half_done(
    waiting: FlaskClient, engine: Engine, clock: FrozenClock, staff: dict[Role, int]
) -> None:
    with writing(engine) as session:
        accounts.set_password(session, staff[Role.CHIEF], "another long one", actor=OPERATOR, now=clock.now())
    assert step(waiting, code(clock.now())).location == "/sign-in"


def test_code_page_without_a_password_before_leads_back(client: FlaskClient, staff: dict[Role, int]) -> None:
    assert client.get("/sign-in/code").location == "/sign-in"
    assert step(client, "123456").location == "/sign-in"


def test_session_after_the_code_has_a_new_token(waiting: FlaskClient, clock: FrozenClock, engine: Engine) -> None:
    with waiting.session_transaction() as cookie:
        before = cookie["waiting"]
    step(waiting, code(clock.now()))
    with waiting.session_transaction() as cookie:
        assert cookie["_user_id"] != before
        assert "waiting" not in cookie
    with reading(engine) as session:
        ended = session.execute(select(StaffSession.code_until, StaffSession.ended_at).order_by(StaffSession.id)).all()
    assert [(one.code_until is not None, one.ended_at is not None) for one in ended] == [(True, True), (False, False)]


def test_member_without_a_telephone_is_not_asked(client: FlaskClient, staff: dict[Role, int]) -> None:
    assert password(client, "editor").location == "/"
    assert client.get("/account").status_code == 200


def recovery_codes(engine: Engine, settings: Settings, clock: FrozenClock, staff_id: int) -> list[str]:
    with writing(engine) as session:
        return second_factor.new_codes(session, staff_id, secret_key=settings.server.secret_key, now=clock.now())


def test_recovery_code_signs_in_once(
    waiting: FlaskClient, app: Flask, engine: Engine, settings: Settings, clock: FrozenClock, staff: dict[Role, int]
) -> None:
    spare = recovery_codes(engine, settings, clock, staff[Role.CHIEF])[3]
    assert "恢复码" in waiting.get("/sign-in/code?way=recovery").get_data(as_text=True)
    assert step(waiting, spare.lower(), "?way=recovery&next=/audit").location == "/audit"
    again = app.test_client()
    password(again)
    assert "已经用过" in step(again, spare, "?way=recovery").get_data(as_text=True)
    assert step(again, spare).status_code == 200  # nor in the field for the telephone's code


def test_one_members_recovery_code_is_not_anothers(
    waiting: FlaskClient, engine: Engine, settings: Settings, clock: FrozenClock, staff: dict[Role, int]
) -> None:
    spare = recovery_codes(engine, settings, clock, staff[Role.ADMIN])[0]
    assert step(waiting, spare, "?way=recovery").status_code == 200


def test_next_page_goes_through_both_steps(client: FlaskClient, staff: dict[Role, int], clock: FrozenClock) -> None:
    asked = password(client, query="?next=/audit")
    assert asked.location == "/sign-in/code?next=/audit"
    assert 'href="/sign-in/code?way=recovery&amp;next=/audit"' in client.get(asked.location).get_data(as_text=True)
    assert step(client, code(clock.now()), "?next=/audit").location == "/audit"


def test_next_page_elsewhere_is_ignored_in_both_steps(client: FlaskClient, staff: dict[Role, int], clock: FrozenClock) -> None:
    assert password(client, query="?next=https://evil.example").location == "/sign-in/code"
    assert "evil" not in client.get("/sign-in/code?next=//evil.example").get_data(as_text=True)
    assert step(client, code(clock.now()), "?next=//evil.example").location == "/"


def test_code_without_the_forms_token_is_refused(waiting: FlaskClient, app: Flask, clock: FrozenClock) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert step(waiting, code(clock.now())).status_code == 400


# The set-up


@pytest.fixture
def bare(browser: Browser, engine: Engine, staff: dict[Role, int]) -> FlaskClient:
    """A chief who has no second factor yet."""
    with writing(engine) as session:
        session.execute(delete(SecondFactor))
    return browser(Role.CHIEF)


def set_up(client: FlaskClient, clock: FrozenClock, **changes: str) -> TestResponse:
    page = client.get("/account/second-factor").get_data(as_text=True)
    secret = re.search(r'factor-secret">([A-Z2-7 ]+)<', page)
    sealed = re.search(r'name="sealed"[^>]*value="([^"]+)"', page)
    assert secret is not None
    assert sealed is not None
    data = {"sealed": sealed[1], "code": code(clock.now(), secret=secret[1])}
    return client.post("/account/second-factor", data=data | changes)


@pytest.mark.sampled
@pytest.mark.parametrize("address", ["/", "/audit", "/queue", "/account", "/rounds/", "/account/second-factor/codes"])
def test_chief_without_one_is_led_to_set_it_up(bare: FlaskClient, address: str) -> None:
    assert bare.get(address).location == "/account/second-factor"


def test_nothing_is_done_by_a_chief_without_one(bare: FlaskClient) -> None:
    assert bare.post("/account/preferences", data={"theme": "dark"}).location == "/account/second-factor"
    assert bare.post("/rounds/1/pick").location == "/account/second-factor"


def test_chief_without_one_may_leave(bare: FlaskClient) -> None:
    assert bare.post("/sign-out").location == "/sign-in"


def test_set_up_shows_ten_codes_once_and_opens_the_console(
    bare: FlaskClient, clock: FrozenClock, engine: Engine, staff: dict[Role, int]
) -> None:
    page = set_up(bare, clock).get_data(as_text=True)
    codes = re.findall(r"<code>([2-9A-Z]{5}-[2-9A-Z]{5})</code>", page)
    assert len(set(codes)) == 10
    assert bare.get("/audit").status_code == 200
    with reading(engine) as session:
        assert len(session.scalars(select(RecoveryCode.id)).all()) == 10
        assert session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id.desc())).first() == "set_up_factor"
    assert codes[0] not in bare.get("/account").get_data(as_text=True)


def test_wrong_code_keeps_the_same_picture(bare: FlaskClient, clock: FrozenClock) -> None:
    first = set_up(bare, clock, code="12345")
    page = first.get_data(as_text=True)
    assert first.status_code == 400
    assert "这个码不对" in page
    secret = re.search(r'factor-secret">([A-Z2-7 ]+)<', page)
    sealed = re.search(r'name="sealed"[^>]*value="([^"]+)"', page)
    assert secret is not None
    assert sealed is not None
    done = bare.post("/account/second-factor", data={"sealed": sealed[1], "code": code(clock.now(), secret=secret[1])})
    assert "请收好恢复码" in done.get_data(as_text=True)


def test_page_holds_no_script_and_no_style_of_its_own(bare: FlaskClient) -> None:
    page = bare.get("/account/second-factor").get_data(as_text=True)
    assert " style=" not in page
    assert "<svg" in page


def test_new_telephone_needs_the_password(browser: Browser, clock: FrozenClock, engine: Engine, staff: dict[Role, int]) -> None:
    chief = browser(Role.CHIEF)
    assert "现在的密码不对" in set_up(chief, clock).get_data(as_text=True)
    assert set_up(chief, clock, password="not this one").status_code == 400
    assert "请收好恢复码" in set_up(chief, clock, password=PASSWORD).get_data(as_text=True)
    with reading(engine) as session:
        key = clock.now()
        assert session.get_one(SecondFactor, staff[Role.CHIEF]).confirmed_at == key
        assert len(session.scalars(select(SignInAttempt.id)).all()) == 2  # both wrong tries were counted


def test_secret_of_another_members_page_is_not_taken(bare: FlaskClient, settings: Settings, clock: FrozenClock) -> None:
    foreign = second_factor.seal(999, SECRET, secret_key=settings.server.secret_key, now=clock.now())
    refused = bare.post("/account/second-factor", data={"sealed": foreign, "code": code(clock.now())})
    assert refused.status_code == 403
    assert bare.get("/audit").location == "/account/second-factor"


def test_chief_cannot_switch_it_off(browser: Browser, engine: Engine, staff: dict[Role, int]) -> None:
    chief = browser(Role.CHIEF)
    refused = chief.post("/account/second-factor/off", data={"password": PASSWORD})
    assert refused.status_code == 403
    assert "不能关掉" in refused.get_data(as_text=True)
    assert "关掉</a>" not in chief.get("/account").get_data(as_text=True)


@pytest.mark.slow
def test_editor_switches_it_on_and_off(browser: Browser, clock: FrozenClock, engine: Engine, staff: dict[Role, int]) -> None:
    editor = browser(Role.EDITOR)
    assert "现在设置" in editor.get("/account").get_data(as_text=True)
    assert "请收好恢复码" in set_up(editor, clock).get_data(as_text=True)
    assert "还剩 10 个" in editor.get("/account").get_data(as_text=True)
    assert editor.post("/account/second-factor/off", data={"password": "wrong"}).status_code == 400
    assert editor.post("/account/second-factor/off", data={"password": PASSWORD}).location == "/account"
    with reading(engine) as session:
        assert session.get(SecondFactor, staff[Role.EDITOR]) is None


def test_new_recovery_codes_need_the_password(browser: Browser) -> None:
    chief = browser(Role.CHIEF)
    assert chief.post("/account/second-factor/codes", data={"password": "wrong"}).status_code == 400
    page = chief.post("/account/second-factor/codes", data={"password": PASSWORD}).get_data(as_text=True)
    assert len(re.findall(r"<code>[2-9A-Z]{5}-[2-9A-Z]{5}</code>", page)) == 10


def test_admin_resets_a_lost_telephone(
    browser: Browser, app: Flask, engine: Engine, staff: dict[Role, int]
) -> None:
    chief, admin = browser(Role.CHIEF), browser(Role.ADMIN)
    admin.post(f"/staff/{staff[Role.CHIEF]}/second-factor/reset")
    assert chief.get("/audit").location == "/sign-in?next=/audit"
    fresh = app.test_client()
    assert password(fresh).location == "/"
    assert fresh.get("/audit").location == "/account/second-factor"
    with reading(engine) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "reset_factor")).one()
    assert (entry.staff_id, entry.object_id) == (staff[Role.ADMIN], staff[Role.CHIEF])


@pytest.mark.parametrize("role", [Role.EDITOR, Role.CHIEF, Role.PRIZES])
def test_nobody_else_resets_one(browser: Browser, engine: Engine, staff: dict[Role, int], role: Role) -> None:
    assert browser(role).post(f"/staff/{staff[Role.CHIEF]}/second-factor/reset").status_code == 403
    with reading(engine) as session:
        assert session.get(SecondFactor, staff[Role.CHIEF]) is not None


# The demo


@pytest.fixture
def demo(tmp_path: Path, database_url: str, clock: FrozenClock, engine: Engine, staff: dict[Role, int]) -> FlaskClient:
    raw = raw_settings(tmp_path, database_url) | {"demo": {"enabled": True}}
    app = create_app(parse_settings(raw, base=tmp_path, source="test"), clock=clock, engine=engine)
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


@pytest.mark.slow
def test_demo_asks_for_the_password_alone_and_says_so(demo: FlaskClient, engine: Engine) -> None:
    assert "登录不用两步验证" in demo.get("/sign-in").get_data(as_text=True)
    assert password(demo).location == "/"
    assert demo.get("/audit").status_code == 200
    assert demo.get("/account/second-factor").location == "/account"
    page = demo.get("/account").get_data(as_text=True)
    assert "演示里不用两步验证" in page
    assert "换一部手机" not in page


def test_demo_leads_no_chief_to_a_set_up(demo: FlaskClient, engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(delete(SecondFactor))
    password(demo)
    assert demo.get("/audit").status_code == 200
