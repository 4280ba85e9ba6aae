"""Signing in with a telephone, recovery, sessions, a forgotten password and the look of it all, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, delete, select

from bot.clock import FrozenClock
from bot.mail import Mailer
from bot.members import password_resets
from bot.settings import Settings, parse_settings
from models.enums import Role
from models.session import writing
from models.staff import SecondFactor, Staff
from tests.support.browser import browser as chromium
from tests.support.console import fits, served, type_at_the_cursor
from tests.support.relay import relay
from tests.support.settings import OUTSIDE, mailing, raw_settings
from tests.support.staff import PASSWORD, code
from web import create_app

pytestmark = pytest.mark.browser
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """With mail, so that a forgotten password can be mended; no request opens the port."""
    return parse_settings(mailing(raw_settings(tmp_path, database_url)), base=tmp_path, source="test settings")


@pytest.fixture
def address(settings: Settings, engine: Engine, clock: FrozenClock, staff: dict[Role, int]) -> Iterator[str]:
    app: Flask = create_app(settings, clock=clock, engine=engine)
    with served(app) as found:
        yield found


@pytest.fixture(scope="module")
def opened() -> Iterator[Chromium]:
    with chromium() as found:
        yield found


@pytest.fixture(params=SIZES)
def page(request: pytest.FixtureRequest, opened: Chromium, address: str) -> Iterator[Page]:
    """Closed before the server is: a page still fetches its scripts when a test has seen enough."""
    width, height = SIZES[request.param]
    context = opened.new_context(viewport={"width": width, "height": height}, locale="zh-CN", color_scheme="light")
    found = context.new_page()
    problems: list[str] = []
    found.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    found.on("pageerror", lambda problem: problems.append(str(problem)))
    yield found
    context.close()
    assert [one for one in problems if "status of 4" not in one] == []


def give_password(page: Page, address: str, login: str = "chief") -> None:
    page.goto(f"{address}/sign-in")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", PASSWORD)
    fits(page)
    page.keyboard.press("Enter")


def give_code(page: Page, typed: str) -> None:
    expect(page.locator("h1")).to_have_text("填手机上的验证码")
    fits(page)
    type_at_the_cursor(page, "code", typed)
    page.keyboard.press("Enter")


def test_chief_signs_in_with_the_telephone_by_keys_alone(page: Page, address: str, clock: FrozenClock) -> None:
    give_password(page, address)
    give_code(page, "123")
    expect(page.locator("[role=alert]")).to_contain_text("这个码不对")
    page.fill("input[name=code]", code(clock.now()))
    page.keyboard.press("Enter")
    expect(page.locator("details.person summary")).to_contain_text("测试chief")


def test_first_sign_in_of_a_chief_sets_up_the_telephone(
    page: Page, address: str, engine: Engine, clock: FrozenClock
) -> None:
    with writing(engine) as session:
        session.execute(delete(SecondFactor))
    give_password(page, address)
    expect(page.locator("h1")).to_have_text("设置两步验证")
    expect(page.locator(".factor-code svg")).to_be_visible()
    page.click("summary")
    fits(page)
    secret = page.locator(".factor-secret").inner_text()
    page.fill("input[name=code]", code(clock.now(), secret=secret))
    page.click("button:has-text('设好了')")
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    expect(page.locator("button:has-text('打印')")).to_be_visible()
    fits(page)
    spare = page.locator(".recovery-codes code").nth(4).inner_text()
    page.click("text=收好了")
    page.goto(f"{address}/account")
    expect(page.locator("#factor")).to_contain_text("还剩 10 个")

    page.context.clear_cookies()
    give_password(page, address)
    page.click("text=用恢复码")
    fits(page)
    page.fill("input[name=code]", spare)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.goto(f"{address}/account")
    expect(page.locator("#factor")).to_contain_text("还剩 9 个")


def test_browsers_are_listed_and_ended(page: Page, address: str, opened: Chromium) -> None:
    elsewhere = opened.new_context(user_agent="Mozilla/5.0 (iPhone) Mobile/15E148 MicroMessenger/8.0").new_page()
    give_password(elsewhere, address, "editor")
    elsewhere.wait_for_url(lambda url: "sign-in" not in url)
    give_password(page, address, "editor")
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.goto(f"{address}/account")
    expect(page.locator(".browsers li")).to_have_count(2)
    fits(page)
    page.click(".browsers li:has-text('手机 · 微信') button")
    expect(page.locator(".browsers li")).to_have_count(1)
    expect(page.locator(".browsers")).to_contain_text("就是这里")
    elsewhere.goto(f"{address}/account")
    expect(elsewhere.locator("h1")).to_have_text("登录编辑台")
    elsewhere.context.close()


def test_forgotten_password_is_mended_by_mail(
    page: Page, address: str, engine: Engine, clock: FrozenClock, settings: Settings
) -> None:
    with writing(engine) as session:
        session.scalars(select(Staff).where(Staff.login == "editor")).one().email = "jia@example.org"
    page.goto(f"{address}/sign-in")
    page.click("text=忘了密码")
    fits(page)
    page.fill("input[name=login]", "editor")
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]").last).to_contain_text("几分钟内就到")
    with relay() as kept:
        mailer = Mailer.from_settings(settings.mail.model_copy(update={"port": kept.port}), OUTSIDE)
        assert mailer is not None
        password_resets.send_waiting(engine, mailer, clock.now, secret_key=settings.server.secret_key)
        link = kept.mails[0].get_content().split(OUTSIDE)[1].split()[0]
    page.goto(address + link)
    fits(page)
    page.fill("input[name=password]", "a brand new one")
    page.fill("input[name=again]", "a brand new one")
    page.keyboard.press("Enter")
    expect(page.locator(".flashes")).to_contain_text("请用新密码登录")
    page.fill("input[name=login]", "editor")
    page.fill("input[name=password]", "a brand new one")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


def look(page: Page) -> tuple[str | None, float, str | None]:
    """(theme shown, the root's size in pixels, the keys' switch)."""
    found: Any = page.evaluate("""() => [document.documentElement.dataset.bsTheme,
        parseFloat(getComputedStyle(document.documentElement).fontSize), document.body.dataset.keys || null]""")
    return tuple(found)  # type: ignore[return-value]


def test_preferences_change_the_whole_console_and_stay(page: Page, address: str) -> None:
    give_password(page, address, "editor")
    page.wait_for_url(lambda url: "sign-in" not in url)
    assert look(page) == ("light", 16, None)
    page.goto(f"{address}/account")
    page.check("#look label:has-text('深色')")
    page.check("label:has-text('大字')")
    page.uncheck("label:has-text('用快捷键')")
    page.click("#look button[type=submit]")
    expect(page.locator(".flashes")).to_contain_text("已记下")
    assert look(page) == ("dark", 20, "off")
    for place in ("/account", "/search", "/queue", "/papers"):
        page.goto(address + place)
        assert look(page) == ("dark", 20, "off")
        fits(page)


def test_menu_switches_at_once_and_what_is_typed_stays(page: Page, address: str) -> None:
    give_password(page, address, "editor")
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.goto(f"{address}/account")
    page.fill("input[name=code]", "7KP")
    page.click("details.person summary")
    page.click(".switches button:has-text('深色')")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.click(".switches button:has-text('大字')")
    expect(page.locator("html")).to_have_attribute("data-size", "large")
    assert page.input_value("input[name=code]") == "7KP"
    fits(page)
    page.reload()
    assert look(page) == ("dark", 20, None)


def test_look_follows_the_system_again(page: Page, address: str) -> None:
    give_password(page, address, "editor")
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.click("details.person summary")
    page.click(".switches button:has-text('深色')")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.click(".switches button:has-text('跟随系统')")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_two_steps_work_without_scripts(opened: Chromium, address: str, clock: FrozenClock) -> None:
    context = opened.new_context(java_script_enabled=False)
    page = context.new_page()
    give_password(page, address)
    page.fill("input[name=code]", code(clock.now()))
    page.keyboard.press("Enter")
    page.click("details.person summary")
    page.click(".switches button:has-text('深色')")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    context.close()
