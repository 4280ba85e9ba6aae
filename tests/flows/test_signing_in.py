"""Signing in, in a real browser at a desk and on a phone: the second step, spare codes, mail, looks, papers, being alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, select

from bot.clock import FrozenClock
from bot.mail import Mailer
from bot.members import password_resets
from bot.settings import Settings, parse_settings
from models.enums import Role
from models.session import reading, writing
from models.staff import SecondFactor, Staff
from tests.support import factories
from tests.support.console import Windows, fits, press, served, sign_in, type_at_the_cursor
from tests.support.factories import ELSEWHERE, HEADLINE, NOW
from tests.support.relay import relay
from tests.support.settings import OUTSIDE, mailing, raw_settings
from tests.support.staff import PASSWORD, PASSWORD_HASH, code, second_factor
from web import create_app

pytestmark = [pytest.mark.browser, pytest.mark.long]
NEW = "a longer new password"


@dataclass(frozen=True)
class House:
    """`wang` is a chief without a telephone, `admin` has one, `jia` is the only editor; east and west are reports."""

    address: str
    engine: Engine
    clock: FrozenClock
    settings: Settings
    east: int
    west: int

    def has_factor(self, login: str) -> bool:
        with reading(self.engine) as session:
            return session.scalar(select(SecondFactor.confirmed_at).join(Staff, Staff.id == SecondFactor.staff_id)
                                  .where(Staff.login == login)) is not None


@pytest.fixture
def house(tmp_path: Path, database_url: str, engine: Engine) -> Iterator[House]:
    settings = parse_settings(mailing(raw_settings(tmp_path, database_url)), base=tmp_path, source="test")
    clock = FrozenClock(NOW)
    with writing(engine) as session:
        people = {login: Staff(login=login, display_name=name, password_hash=PASSWORD_HASH, role=role, created_at=NOW,
                               email=f"{login}@example.org")
                  for login, name, role in (("wang", "王主编", Role.CHIEF), ("admin", "管理员", Role.ADMIN),
                                            ("jia", "编辑甲", Role.EDITOR))}
        session.add_all(people.values())
        session.flush()
        session.add(second_factor(people["admin"].id, secret_key=settings.server.secret_key, now=NOW))
        factories.build(session, editor_id=people["jia"].id)
        east, west = factories.report(session, HEADLINE), factories.report(session, ELSEWHERE)
    with served(create_app(settings, clock=clock, engine=engine)) as address:
        yield House(address, engine, clock, settings, east, west)


def with_password(page: Page, house: House, login: str, password: str = PASSWORD) -> None:
    """By the keyboard alone: the first field has the focus."""
    page.goto(f"{house.address}/sign-in")
    type_at_the_cursor(page, "login", login)
    press(page, "Tab")
    type_at_the_cursor(page, "password", password)
    press(page, "Enter")


def admin_at_the_editor(admin: Page, house: House) -> None:
    """Both steps, and on to the page of the only editor."""
    with_password(admin, house, "admin")
    expect(admin.locator("h1")).to_have_text("填手机上的验证码")
    type_at_the_cursor(admin, "code", code(house.clock.now()))
    press(admin, "Enter")
    admin.wait_for_url(lambda url: "sign-in" not in url)
    admin.goto(f"{house.address}/staff")
    fits(admin)
    admin.get_by_role("link", name="编辑甲").click()


def test_a_chief_sets_up_his_telephone_and_needs_it_from_then_on(windows: Windows, house: House) -> None:
    page = windows.new()
    with_password(page, house, "wang")
    expect(page.locator("h1")).to_have_text("设置两步验证")
    expect(page.locator(".factor-code svg")).to_be_visible()
    square = page.locator(".factor-code svg").bounding_box()
    assert square is not None
    assert min(square["width"], square["height"]) >= 150  # what a telephone can read
    fits(page)
    page.goto(f"{house.address}/queue")  # there is no way round it
    expect(page.locator("h1")).to_have_text("设置两步验证")
    page.fill("#code", "12 34")
    press(page, "Enter")
    expect(page.get_by_text("这个码不对")).to_be_visible()
    page.get_by_text("扫不了，手工填").click()
    secret = page.locator(".factor-secret").inner_text()
    page.fill("#code", code(house.clock.now(), secret=secret))
    press(page, "Enter")
    expect(page.locator("h1")).to_have_text("设好了，请收好恢复码")
    spare = page.locator(".recovery-codes code").all_inner_texts()
    assert len(set(spare)) == 10
    fits(page)
    page.get_by_role("link", name="收好了").click()
    expect(page.locator("h1")).to_have_text("待评")
    assert house.has_factor("wang")

    house.clock.advance(minutes=2)
    other = windows.new()
    with_password(other, house, "wang")
    expect(other.locator("h1")).to_have_text("填手机上的验证码")
    type_at_the_cursor(other, "code", "000000" if code(house.clock.now(), secret=secret) != "000000" else "000001")
    press(other, "Enter")
    expect(other.get_by_text("这个码不对，或者刚刚用过")).to_be_visible()
    other.fill("#code", code(house.clock.now(), secret=secret))
    press(other, "Enter")
    expect(other.locator("h1")).to_have_text("待评")

    third = windows.new()
    with_password(third, house, "wang")
    third.get_by_role("link", name="手机不在身边，用恢复码").click()
    third.fill("#code", spare[4])
    press(third, "Enter")
    expect(third.locator("h1")).to_have_text("待评")
    third.goto(f"{house.address}/account")
    expect(third.get_by_text("恢复码还剩 9 个")).to_be_visible()
    expect(third.locator("#browsers li")).to_have_count(3)
    third.get_by_role("button", name="退出别处的全部登录").click()
    expect(third.locator("#browsers li")).to_have_count(1)
    for gone in (page, other):
        gone.goto(f"{house.address}/queue")
        expect(gone.locator("h1")).to_have_text("登录编辑台")


def test_what_is_typed_as_a_password_can_be_looked_at(windows: Windows, house: House) -> None:
    page = windows.new()
    page.goto(f"{house.address}/sign-in")
    typed = page.locator("[name=password]")
    page.fill("[name=login]", "jia")
    typed.fill(PASSWORD)
    page.get_by_role("button", name="看看填的：密码").click()
    expect(typed).to_have_attribute("type", "text")
    expect(typed).to_have_value(PASSWORD)
    fits(page)
    page.get_by_role("button", name="遮住：密码").press("Enter")
    expect(typed).to_have_attribute("type", "password")
    page.get_by_role("button", name="看看填的：密码").click()
    typed.press("Enter")
    expect(page.locator("h1")).to_have_text("待评")


def test_a_forgotten_password_is_set_anew_by_mail_and_nobody_learns_which_login_exists(windows: Windows, house: House) -> None:
    page = windows.new()
    said = []
    for login in ("nobody", "jia"):
        page.goto(f"{house.address}/sign-in")
        page.get_by_role("link", name="忘了密码").click()
        expect(page.locator("h1")).to_have_text("忘了密码")
        page.fill("#login", login)
        press(page, "Enter")
        said.append(page.get_by_role("status").inner_text())
    assert said[0] == said[1]
    with relay() as kept:
        mailer = Mailer.from_settings(house.settings.mail.model_copy(update={"port": kept.port}), OUTSIDE)
        assert mailer is not None
        password_resets.send_waiting(house.engine, mailer, house.clock.now, secret_key=house.settings.server.secret_key)
        assert kept.recipients == [["jia@example.org"]]
        way = str(kept.mails[0].get_content()).split(OUTSIDE)[1].split()[0]
    page.goto(house.address + way)
    expect(page.locator("h1")).to_have_text("填一个新密码")
    fits(page)
    page.fill("#password", NEW)
    expect(page.locator(".password-meter [role=status]")).to_have_text("密码强度：很好")
    page.fill("#again", NEW)
    press(page, "Enter")
    expect(page.locator("h1")).to_have_text("登录编辑台")
    with_password(page, house, "jia")
    expect(page.get_by_role("alert")).to_contain_text("登录名或密码不对")
    with_password(page, house, "jia", NEW)
    expect(page.locator("h1")).to_have_text("待评")
    page.wait_for_load_state()
    page.goto(house.address + way)
    expect(page.locator("h1")).to_have_text("链接已经失效")


def test_an_admin_sets_a_password_anew_and_ends_what_is_open(windows: Windows, house: House) -> None:
    jia, admin = windows.new(), windows.new()
    sign_in(jia, house.address, "jia")
    admin_at_the_editor(admin, house)
    expect(admin.locator("h1")).to_have_text("编辑甲")
    fits(admin)
    admin.on("dialog", lambda asked: asked.accept())
    admin.get_by_role("button", name="重设密码").click()
    expect(admin.locator("h1")).to_have_text("编辑甲的初始密码")
    drawn = admin.locator(".initial-password").inner_text()
    fits(admin)  # waits for the script that points the history elsewhere
    admin.reload()  # neither asks nor makes another
    expect(admin.get_by_text("现在没有登录。")).to_be_visible()
    jia.goto(f"{house.address}/queue")
    expect(jia.locator("h1")).to_have_text("登录编辑台")
    with_password(jia, house, "jia", drawn)
    expect(jia.locator("h1")).to_have_text("设一个自己的密码")
    jia.fill("#password", NEW)
    jia.fill("#again", NEW)
    press(jia, "Enter")
    expect(jia.locator("h1")).to_have_text("待评")


def accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


def test_a_new_member_signs_in_with_what_was_shown_and_chooses_his_own(windows: Windows, house: House) -> None:
    admin, page = windows.new(), windows.new()
    admin_at_the_editor(admin, house)
    admin.goto(f"{house.address}/staff/add")
    admin.fill("#display_name", "编辑乙")
    admin.fill("#login", "yi")
    admin.select_option("#role", "editor")
    admin.get_by_role("button", name="加上").click()
    expect(admin.locator("h1")).to_have_text("编辑乙的初始密码")
    expect(admin.get_by_text("当面告诉他，七天内有效")).to_be_visible()
    fits(admin)
    accessible(admin)
    groups = admin.locator(".initial-password code").all_inner_texts()
    assert len(groups) == 5
    assert admin.evaluate("parseFloat(getComputedStyle(document.querySelector('.initial-password code')).fontSize)") >= 24
    admin.reload()
    expect(admin.locator("h1")).to_have_text("编辑乙")
    assert groups[0] + groups[1] not in admin.content().replace(" ", "")

    with_password(page, house, "yi", " ".join(groups).upper())  # as it was read out
    expect(page.locator("h1")).to_have_text("设一个自己的密码")
    fits(page)
    accessible(page)
    page.goto(f"{house.address}/queue")  # there is no way round it
    expect(page.locator("h1")).to_have_text("设一个自己的密码")
    said, bar = page.locator(".password-meter [role=status]"), page.locator("meter")
    expect(bar).to_be_hidden()
    for typed, word, level in (("short", "太短", 1), ("password1234", "容易猜到", 2), ("".join(groups), "这是初始密码", 1),
                               (NEW, "很好", 4)):
        page.fill("#password", typed)
        expect(said).to_have_text(f"密码强度：{word}")
        expect(bar).to_be_visible()
        assert bar.evaluate("one => one.value") == level
    fits(page)
    accessible(page)
    page.fill("#password", "")
    expect(bar).to_be_hidden()
    page.fill("#password", "".join(groups))
    page.fill("#again", "".join(groups))
    press(page, "Enter")
    expect(page.get_by_role("alert")).to_contain_text("还是初始密码")
    page.fill("#password", NEW)
    page.fill("#again", NEW)
    press(page, "Enter")
    expect(page.locator("h1")).to_have_text("待评")
    page.goto(f"{house.address}/account")
    expect(page.locator("main")).to_contain_text("编辑乙")


def test_without_scripts_the_refusal_says_what_a_good_password_is(windows: Windows, house: House) -> None:
    page = windows.new(java_script_enabled=False)
    with_password_and_button(page, house, "jia")
    page.goto(f"{house.address}/account")
    expect(page.locator(".password-meter")).to_be_hidden()
    page.fill("#current", PASSWORD)
    page.fill("#password", "password1234")
    page.fill("#again", "password1234")
    page.get_by_role("button", name="换密码").click()
    expect(page.get_by_role("alert")).to_contain_text("几个不相干的词连起来")


def with_password_and_button(page: Page, house: House, login: str) -> None:
    """Where nothing but the browser itself helps."""
    page.goto(f"{house.address}/sign-in")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.locator("h1")).to_have_text("待评")


def test_looks_are_chosen_by_one_press_and_follow_to_the_next_browser(windows: Windows, house: House) -> None:
    page = windows.new()
    sign_in(page, house.address, "jia")
    paper = "getComputedStyle(document.body).backgroundColor"
    light, letters = page.evaluate(paper), page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    page.locator(".person > summary").click()
    page.get_by_role("button", name="深色").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="大字").click()
    expect(page.locator("html")).to_have_attribute("data-size", "large")
    assert page.evaluate(paper) != light
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 1.2 * letters
    other = windows.new()
    sign_in(other, house.address, "jia")
    for address in ("/queue", f"/reports/{house.east}", "/desk/", "/account", "/practice"):
        other.goto(house.address + address)
        expect(other.locator("html")).to_have_attribute("data-size", "large")
        expect(other.locator("html")).to_have_attribute("data-theme", "dark")
        fits(other)
    other.goto(f"{house.address}/account")
    other.uncheck("#keys_on")
    other.get_by_role("button", name="记下").first.click()
    other.goto(f"{house.address}/reports/{house.east}")
    press(other, "a")
    expect(other.locator("#verdict-accepted")).not_to_be_checked()


def test_papers_are_given_to_one_member_and_the_rest_is_closed_to_him(windows: Windows, house: House) -> None:
    admin, jia = windows.new(), windows.new()
    admin_at_the_editor(admin, house)
    admin.check("#which-some")
    admin.get_by_label("社区晨报·西城：编辑", exact=True).check()
    admin.locator("#papers button[type=submit]").click()
    expect(admin.get_by_label("社区晨报·西城：编辑", exact=True)).to_be_checked()
    sign_in(jia, house.address, "jia")
    jia.goto(f"{house.address}/queue?view=all")
    expect(jia.locator("[data-row]")).to_have_count(1)
    expect(jia.locator("[data-row] a").first).to_have_text(str(house.west))
    jia.goto(f"{house.address}/reports/{house.east}")
    expect(jia.locator("main")).to_contain_text("不归您管")


def test_whoever_works_alone_sees_a_queue_and_a_report_and_nothing_of_a_team(windows: Windows, house: House) -> None:
    with writing(house.engine) as session:
        session.scalars(select(Staff).where(Staff.login == "wang")).one().active = False
    page = windows.new()
    sign_in(page, house.address, "jia")
    expect(page.locator("nav.places > a:visible")).to_have_text(["待评", "来信", "排名", "轮次", "报纸"])
    expect(page.locator("[data-together-list]")).to_have_count(0)
    assert "提到我的" not in page.content()
    page.goto(f"{house.address}/reports/{house.east}")
    for word in ("我来评", "分派", "在看", "独立"):
        assert word not in page.locator("main").inner_text(), word
    with writing(house.engine) as session:
        session.scalars(select(Staff).where(Staff.login == "wang")).one().active = True
    page.reload()
    expect(page.locator("[data-together-line]")).to_contain_text("您在评")
