"""A scripted editor decides thirty reports in a real browser, by keys at a desk and by touch on a phone; presses are counted."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, select

from bot.catalogue.library import Library
from bot.clock import FrozenClock
from bot.settings import Settings
from models.enums import ReportState, Role
from models.reports import Report
from models.session import reading, writing
from models.staff import Staff
from tests.support import factories, look, print_shop
from tests.support.browser import running_demo
from tests.support.console import PHONE, WAIT, Windows, fits, press, served, sign_in
from tests.support.factories import NOW
from tests.support.look import MODES
from tests.support.newsprint import NO_FONT, cannot_typeset
from tests.support.press import printed
from tests.support.slips import slips
from tests.support.staff import PASSWORD_HASH
from web import create_app

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.skipif(cannot_typeset(), reason=NO_FONT)]

LAPTOP = {"width": 1440, "height": 900}
MANY = 30
GONE = "old => !document.querySelector(`main [data-number='${old}']`) || !document.querySelector('#grade-form')"
TOPS = "[...document.querySelectorAll('.report-grid > * > section')].map(one => one.getBoundingClientRect().top)"


@dataclass
class Newsroom:
    address: str
    engine: Any
    numbers: list[int]


@pytest.fixture
def newsroom(settings: Settings, engine: Engine) -> Iterator[Newsroom]:
    """社区晨报·柳湾 with thirty open reports of its slips, each by another reader, and the console up."""
    paper = printed()[0]
    known = list(slips(paper))
    with writing(engine) as session:
        session.add(Staff(login="desk", display_name="编辑甲", password_hash=PASSWORD_HASH, role=Role.EDITOR, created_at=NOW))
        print_shop.bring(session, settings, 0, now=NOW, contest=True)
    library = Library()
    with writing(engine) as session:
        numbers = [factories.report(session, print_shop.quoting(paper, known[n % len(known)]), library=library)
                   for n in range(MANY)]
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with served(create_app(settings, clock=FrozenClock(NOW), engine=engine)) as address:
        yield Newsroom(address, engine, numbers)


@dataclass
class Editor:
    """Somebody at the keys, who counts what he presses."""

    page: Page
    presses: int = 0
    plain: int = 0
    chosen: list[str] = field(default_factory=list)

    def press(self, key: str) -> None:
        self.presses += 1
        press(self.page, key)


@pytest.fixture
def page(newsroom: Newsroom, desks: Windows) -> Page:
    """The first report, at a desk."""
    return at_first_report(newsroom, desks.new(viewport=LAPTOP))


def at_first_report(newsroom: Newsroom, page: Page) -> Page:
    sign_in(page, newsroom.address, "desk")
    page.goto(f"{newsroom.address}/reports/{newsroom.numbers[0]}")
    return page


def undecided(newsroom: Newsroom) -> int:
    with reading(newsroom.engine) as session:
        return len(session.scalars(select(Report.id).where(Report.state == ReportState.FILED)).all())


def decides_thirty(page: Page) -> Editor:
    """Thirty reports that open one after the other; where the kind is not known yet, a digit chooses it."""
    editor = Editor(page)
    for _ in range(MANY):
        if not page.locator("#grade-form").count():
            editor.page.keyboard.press("j")  # two grades differ: that is shown, and the next waits for a key
            expect(page.locator("#grade-form")).to_be_visible()
        number, before = page.locator("main [data-number]").first.get_attribute("data-number"), editor.presses
        plain = page.locator('input[name="row_code"]:checked').count() == 1
        assert page.locator("[data-submit]").evaluate("one => one.getBoundingClientRect().bottom <= innerHeight")
        editor.press("a")
        if not plain:
            editor.press("2")
        editor.press("Control+Enter")
        page.wait_for_function(GONE, arg=number)
        page.wait_for_load_state()
        editor.plain += plain
        assert editor.presses - before <= (2 if plain else 3)
    return editor


def test_thirty_reports_take_two_presses_each_where_nothing_is_to_be_chosen(newsroom: Newsroom, page: Page) -> None:
    assert decides_thirty(page).plain >= MANY // 2
    assert undecided(newsroom) == 0


def test_thirty_reports_of_the_demo_too(tmp_path: Path, chromium: Browser) -> None:
    with running_demo(tmp_path) as demo:
        state = look.sign_in(chromium, demo.console, "jia", demo.passwords["jia"])
        with look.opened(chromium, MODES[0], state) as page:
            page.set_default_timeout(WAIT)
            page.goto(f"{demo.console}/queue")
            count = page.locator(".view-tabs [aria-current] .count")
            waiting = int(count.inner_text())
            page.locator("tbody a").first.click()
            page.wait_for_load_state()
            assert decides_thirty(page).plain >= MANY // 2
            page.goto(f"{demo.console}/queue")
            expect(count).to_have_text(str(waiting - MANY))


def test_a_no_takes_its_reason_by_a_digit_and_typing_is_no_command(newsroom: Newsroom, page: Page) -> None:
    press(page, "r")
    expect(page.locator("#verdict-not_an_error")).to_be_checked()
    press(page, "2")
    expect(page.locator("#reason")).to_have_value("词典里就是这样写的。")
    expect(page.locator("[data-preview]")).to_contain_text("词典里就是这样写的。")
    page.locator("#reason").focus()
    page.keyboard.type("a1n")
    expect(page.locator("#verdict-not_an_error")).to_be_checked()
    expect(page.locator("#reason")).to_have_value("词典里就是这样写的。a1n")
    press(page, "Control+Enter")
    page.wait_for_url(lambda url: not url.endswith(f"/reports/{newsroom.numbers[0]}"))
    expect(page.locator(".leaving-bar")).to_contain_text("待发送")
    page.click(".leaving-bar button")
    expect(page.locator("#outcome")).to_contain_text("已撤回")


@pytest.mark.parametrize("field", ["#verdict-accepted", "input[name=row_code]:checked", "input[type=checkbox]:not(#stay)"])
def test_enter_alone_goes_to_the_button_that_decides_and_decides_nothing(newsroom: Newsroom, page: Page, field: str) -> None:
    here = page.url
    press(page, "a")
    page.locator(f"#grade-form {field}").first.focus()
    page.keyboard.down("Enter")
    page.keyboard.down("Enter")  # held: it comes again by itself
    page.keyboard.up("Enter")
    expect(page.locator("[data-submit]")).to_be_focused()
    assert (page.url, undecided(newsroom)) == (here, MANY)
    expect(page.locator("#verdict-accepted")).to_be_checked()
    page.keyboard.press("?")
    expect(page.locator(".key-dialog")).to_contain_text("再按一次才评定")
    page.keyboard.press("Escape")
    page.locator("[data-submit]").press("Enter")
    page.wait_for_url(lambda url: not url.endswith(f"/reports/{newsroom.numbers[0]}"))
    assert undecided(newsroom) == MANY - 1


def test_by_touch_on_a_phone_words_come_before_the_rubric_and_the_bar_is_at_hand(newsroom: Newsroom, desks: Windows) -> None:
    page = at_first_report(newsroom, desks.new(viewport=PHONE, has_touch=True))
    order = page.evaluate(TOPS)
    assert order == sorted(order)
    fits(page)
    page.locator('label[for="verdict-accepted"]').tap()
    page.locator("[data-submit]").tap()
    page.wait_for_url(lambda url: not url.endswith(f"/reports/{newsroom.numbers[0]}"))
    assert undecided(newsroom) == MANY - 1


def test_note_with_a_name_is_written_by_keys(newsroom: Newsroom, page: Page) -> None:
    press(page, "n")
    expect(page.locator("#note-text")).to_be_focused()
    page.keyboard.type("@编")
    expect(page.locator(".name-list li")).to_have_text(["编辑甲"])
    press(page, "Enter")
    expect(page.locator("#note-text")).to_have_value("@编辑甲 ")
    page.keyboard.type("请看")
    press(page, "Control+Enter")
    expect(page.locator(".event-note .event-line")).to_have_text("@编辑甲 请看")
    page.locator('label[for="history-reader"]').click()
    expect(page.locator(".event-note")).to_be_hidden()
