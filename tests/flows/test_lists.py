"""The list in a real browser, on a desk and on a phone: keys, choosing, acts on many, undo, saved filters, place kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, select

from bot.clock import FrozenClock
from bot.settings import Settings
from models.enums import ReportState
from models.reports import Report
from models.session import reading, writing
from models.staff import Staff, StaffPreference
from tests.support import factories
from tests.support.console import fits, press, served, sign_in, two_editors
from tests.support.factories import NOW
from web import create_app

pytestmark = pytest.mark.browser
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
MANY = 60


@dataclass(frozen=True)
class Desk:
    """The running console with MANY open reports, the oldest first."""

    address: str
    engine: Engine
    numbers: list[int]

    def states(self, count: int) -> list[ReportState]:
        with reading(self.engine) as session:
            query = select(Report.state).where(Report.id.in_(self.numbers[:count])).order_by(Report.id)
            return list(session.scalars(query))


@pytest.fixture
def desk(settings: Settings, engine: Engine) -> Iterator[Desk]:
    with writing(engine) as session:
        factories.build(session, editor_id=two_editors(session)[0])
        one = factories.reader(session)
        numbers = [factories.report(session, f"西城版5版，“错字第{n}处啊”应为“对字第{n}处啊”", reader_id=one,
                                    at=NOW - timedelta(hours=MANY - n)) for n in range(MANY)]
    with served(create_app(settings, clock=FrozenClock(NOW), engine=engine)) as address:
        yield Desk(address, engine, numbers)


@pytest.fixture(params=[pytest.param(WIDE, id="1440"), pytest.param(PHONE, id="390")])
def page(request: pytest.FixtureRequest, chromium: Browser, desk: Desk) -> Iterator[Page]:
    context = chromium.new_context(viewport=request.param, locale="zh-CN", has_touch=request.param is PHONE)
    context.set_default_timeout(20_000)
    shown = context.new_page()
    sign_in(shown, desk.address, "jia")
    yield shown
    context.close()


def row(page: Page) -> str | None:
    """The number of the row that has the focus, as text."""
    return page.evaluate("document.activeElement.closest('[data-row]')?.dataset.number ?? null")


def picked(page: Page) -> int:
    return page.locator("[data-pick]:checked").count()


def test_keys_move_choose_open_and_come_back_to_the_same_row(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.address}/queue")
    page.click("a[rel=next]")
    page.wait_for_url("**after=**", wait_until="load")
    press(page, "j")
    press(page, "j")
    press(page, "j")
    press(page, "k")
    assert row(page) == str(desk.numbers[51])
    press(page, "x")
    assert picked(page) == 1
    press(page, "j")
    press(page, "x")
    assert picked(page) == 2
    press(page, "x")
    assert picked(page) == 1
    place = page.url
    press(page, "Enter")
    expect(page.locator("h1")).to_contain_text(f"编号 {desk.numbers[52]}")
    press(page, "u")
    expect(page.locator(f"#r{desk.numbers[52]} .row-link")).to_be_focused()
    expect(page.locator(f"#r{desk.numbers[52]}")).to_be_in_viewport()
    assert page.url.split("#")[0] == place


def test_keys_are_dead_while_typing_composing_and_with_modifiers(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.address}/queue")
    press(page, "/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("jxk?")
    expect(page.locator("#q")).to_have_value("jxk?")
    assert page.locator("dialog").count() == 0
    page.locator(".row-link").first.focus()
    before = page.url
    for composing in ("{key: 'x', bubbles: true, isComposing: true}", "{key: 'x', bubbles: true, keyCode: 229}",
                      "{key: 'x', bubbles: true, ctrlKey: true}", "{key: 'x', bubbles: true, metaKey: true}",
                      "{key: 'x', bubbles: true, altKey: true}"):
        page.evaluate(f"document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {composing}))")
    assert picked(page) == 0
    assert page.url == before
    page.evaluate("document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'x', bubbles: true}))")
    assert picked(page) == 1


def test_keys_that_were_switched_off_do_nothing(page: Page, desk: Desk) -> None:
    with writing(desk.engine) as session:
        member = session.scalars(select(Staff.id).where(Staff.login == "jia")).one()
        session.merge(StaffPreference(staff_id=member, keys_off=True))
    page.goto(f"{desk.address}/queue")
    press(page, "j")
    press(page, "?")
    assert row(page) is None
    assert page.locator("dialog").count() == 0
    expect(page.locator("[data-show-keys]")).to_be_hidden()


def test_list_of_keys_opens_closes_and_gives_the_focus_back(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.address}/queue")
    press(page, "j")
    press(page, "?")
    for words in ("下一条", "选中这一条", "查找", "打开这一条", "复制编号"):
        expect(page.locator("dialog")).to_contain_text(words)
    press(page, "x")
    assert picked(page) == 0
    press(page, "Escape")
    expect(page.locator("dialog")).to_have_count(0)
    assert row(page) == str(desk.numbers[0])
    page.goto(f"{desk.address}/reports/{desk.numbers[0]}")
    press(page, "?")
    for words in ("下一条", "采纳", "回到列表", "保存"):
        expect(page.locator("dialog")).to_contain_text(words)


def test_a_deciding_key_in_the_list_opens_the_report_with_it_and_saves_nothing(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.address}/queue")
    press(page, "j")
    press(page, "a")
    expect(page.locator("h1")).to_contain_text(f"编号 {desk.numbers[0]}")
    expect(page.locator("#verdict-accepted")).to_be_checked()
    assert "#" not in page.url
    assert desk.states(1) == [ReportState.FILED]


def test_many_are_chosen_looked_at_done_and_undone(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.address}/queue")
    boxes = page.locator("[data-pick]")
    expect(page.locator("[data-bulk-bar]")).to_be_hidden()
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    expect(page.locator("[data-picked-words]")).to_have_text("选了 4 条")
    boxes.nth(2).click()
    expect(page.locator("[data-picked-words]")).to_have_text("选了 3 条")
    page.click("[data-bulk-bar] button[value=refuse]")
    expect(page.locator(".bulk-sum")).to_contain_text("会办 3 条")
    assert desk.states(5) == [ReportState.FILED] * 5
    page.select_option("#canned", index=1)
    assert page.input_value("#text")
    press(page, "Control+Enter")
    expect(page.locator(".bulk-sum")).to_contain_text("办了 3 条")
    assert desk.states(5) == [ReportState.FILED, ReportState.DECIDED, ReportState.FILED, ReportState.DECIDED, ReportState.DECIDED]
    press(page, "u")
    expect(page.locator(".undo-bar")).to_contain_text("3 条一起不采纳")
    press(page, "z")
    expect(page.locator(".bulk-sum")).to_contain_text("撤销了 3 条")
    assert desk.states(5) == [ReportState.FILED] * 5


def test_all_that_match_are_done_while_a_bar_moves(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.address}/queue")
    page.locator("[data-pick]").first.click()
    page.check("[data-pick-all]")
    expect(page.locator("[data-picked-words]")).to_have_text("这一列的全部")
    page.click("[data-bulk-bar] button[value=note]")
    page.fill("#text", "一起看看")
    page.click("main form[data-send] button[type=submit]")
    expect(page.locator(".bulk-sum")).to_contain_text(f"办了 {MANY} 条", timeout=60_000)


def test_filter_is_saved_used_and_deleted(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.address}/queue")
    page.click(".more-filters summary")
    page.select_option("#age", "1")
    page.click(".filter-fields button[type=submit]")
    expect(page).to_have_url(re.compile("age=1"))
    expect(page.locator("[data-row]")).to_have_count(37)
    page.click(".keep-filter summary")
    page.fill("#filter-name", "等久了的")
    page.click(".keep-filter button[type=submit]")
    page.goto(f"{desk.address}/queue")
    page.click("text=等久了的")
    expect(page.locator(".kept-tabs [aria-current]")).to_have_text("等久了的")
    expect(page.locator("[data-row]")).to_have_count(37)
    page.click(".kept-edit")
    page.click("text=删掉")
    expect(page.locator(".undo-bar")).to_be_visible()
    press(page, "z")
    expect(page.locator(".kept-list")).to_contain_text("等久了的")


def test_decisions_are_undone_one_after_the_other(page: Page, desk: Desk) -> None:
    for number in desk.numbers[:2]:
        page.goto(f"{desk.address}/reports/{number}")
        press(page, "r")
        expect(page.locator("#verdict-not_an_error")).to_be_checked()
        page.fill("#reason", "核对过原文，报上没有印错。")
        page.locator("#reason").press("Control+Enter")
        page.wait_for_url(lambda url, number=number: f"/reports/{number}" not in url)
    assert desk.states(2) == [ReportState.DECIDED] * 2
    page.goto(f"{desk.address}/queue")
    press(page, "z")
    expect(page.locator("main")).to_contain_text(f"编号 {desk.numbers[1]} 的决定已撤销")
    press(page, "z")
    expect(page.locator("main")).to_contain_text(f"编号 {desk.numbers[0]} 的决定已撤销")
    assert desk.states(2) == [ReportState.FILED] * 2
    expect(page.locator(".undo-bar")).to_have_count(0)


def test_a_telephone_leads_from_the_top_of_a_report_to_its_verdict(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.address}/reports/{desk.numbers[0]}")
    jump, verdict = page.get_by_role("link", name="去评分"), page.locator("label[for=verdict-accepted]")
    if page.viewport_size == PHONE:
        expect(verdict).not_to_be_in_viewport()
        jump.click()
    else:
        expect(jump).to_be_hidden()
    expect(verdict).to_be_in_viewport()


def test_nothing_is_wider_than_the_screen(page: Page, desk: Desk) -> None:
    for address in ("/queue", "/queue?age=1&page=5", "/queue?view=appeals", "/queue/filters", "/queue/bulk"):
        page.goto(desk.address + address)
        fits(page)
