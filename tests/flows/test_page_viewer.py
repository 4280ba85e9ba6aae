"""The whole page looked at closely in a real browser: zoom, tiles, keys, other reports' marks, articles; and no script."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from bot.catalogue.library import Library
from bot.clock import FrozenClock
from bot.settings import parse_settings
from models.enums import Role
from models.papers import Article
from models.papers import Page as PageRow
from models.session import make_engine, writing
from models.staff import Staff
from tests.support import factories, print_shop
from tests.support.console import DESK, PHONE, Windows, fits, press, served, sign_in
from tests.support.databases import Databases
from tests.support.factories import NOW
from tests.support.newsprint import NO_FONT, cannot_typeset
from tests.support.press import printed
from tests.support.settings import raw_settings
from tests.support.slips import slips
from tests.support.staff import PASSWORD_HASH
from web import create_app

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.skipif(cannot_typeset(), reason=NO_FONT)]

SCALE = """() => { const sheet = document.querySelector("dialog .viewer-sheet"); return sheet.getBoundingClientRect().width; }"""
MIDDLE = """() => {
  const box = document.querySelector("dialog .viewer-scroll").getBoundingClientRect();
  const mark = document.querySelector("dialog .own-mark .mark").getBoundingClientRect();
  return [Math.abs(mark.left + mark.width / 2 - box.left - box.width / 2) / box.width,
          Math.abs(mark.top + mark.height / 2 - box.top - box.height / 2) / box.height];
}"""
TILES = """() => { const tiles = [...document.querySelectorAll(".viewer-tiles img")];
  return tiles.length > 0 && tiles.every(one => one.complete && one.naturalWidth > 0) ? tiles.length : 0; }"""


@dataclass
class Desk:
    address: str
    first: int
    second: int
    pages: dict[str, int]
    article: tuple[int, str]


@pytest.fixture(scope="module")
def desk(sqlite_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """社区晨报·柳湾 with two reports on its second page, and the console up."""
    folder: Path = tmp_path_factory.mktemp("viewer")
    url = sqlite_databases.fresh()
    settings, engine = parse_settings(raw_settings(folder, url), base=folder, source="test"), make_engine(url)
    paper = printed()[0]
    one, other = [slip for slip in slips(paper) if slip.page == "02"][:2]
    with writing(engine) as session:
        session.add(Staff(login="desk", display_name="编辑甲", password_hash=PASSWORD_HASH, role=Role.EDITOR, created_at=NOW))
        print_shop.bring(session, settings, 0, now=NOW, contest=True)
    with writing(engine) as session:
        first, second = (factories.report(session, print_shop.quoting(paper, slip), library=Library()) for slip in (one, other))
        pages = {page.number: page.id for page in session.scalars(select(PageRow))}
        article = session.scalars(select(Article).where(Article.title == other.title)).one()
        named = (article.id, article.title)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with served(create_app(settings, clock=FrozenClock(NOW), engine=engine)) as address:
        yield Desk(address, first, second, pages, named)
    engine.dispose()


Opener = Callable[..., Page]


@pytest.fixture
def signed_in(desk: Desk, desks: Windows) -> Opener:
    """Opens a page of the console, signed in; keyword arguments are those of the browser's context."""

    def at(path: str, **wanted: Any) -> Page:
        page = desks.new(**wanted)
        sign_in(page, desk.address, "desk")
        page.goto(f"{desk.address}{path}")
        return page

    return at


def opened(page: Page) -> Page:
    page.click("[data-open-page]")
    expect(page.locator("dialog[open]")).to_be_visible()
    return page


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_whole_page_opens_at_the_mark_and_is_sharp_there(desk: Desk, signed_in: Opener, viewport: dict[str, int]) -> None:
    page = opened(signed_in(f"/reports/{desk.first}", viewport=viewport))
    across, down = page.evaluate(MIDDLE)
    assert across < 0.5
    assert down < 0.5
    page.wait_for_function(TILES)
    box = page.locator("dialog .own-mark .mark").first.bounding_box()
    assert box is not None
    assert box["height"] >= 16
    shown = page.locator("dialog").bounding_box()
    assert shown is not None
    assert shown["width"] <= viewport["width"]
    assert viewport is DESK or shown["height"] >= viewport["height"] - 1
    fits(page)


def test_page_is_zoomed_by_buttons_keys_and_wheel_and_closed_by_escape(desk: Desk, signed_in: Opener) -> None:
    page = opened(signed_in(f"/reports/{desk.first}"))
    before = page.evaluate(SCALE)
    page.click("dialog [data-zoom=in]")
    nearer = page.evaluate(SCALE)
    assert nearer > before * 1.2
    page.locator("dialog .viewer-scroll").focus()
    press(page, "-")
    assert abs(page.evaluate(SCALE) - before) < 2
    press(page, "0")
    whole = page.locator("dialog .viewer-sheet").bounding_box()
    box = page.locator("dialog .viewer-scroll").bounding_box()
    assert whole is not None
    assert box is not None
    assert whole["height"] <= box["height"] + 1
    page.mouse.move(700, 500)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    page.wait_for_function(f"() => ({SCALE})() > {whole['width']} * 1.3")
    press(page, "a")  # grades below: not while the page is over it
    press(page, "Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert page.locator("input[name=verdict]:checked").count() == 0
    press(page, "v")
    expect(page.locator("dialog[open]")).to_be_visible()


def test_paper_is_moved_with_the_mouse(desk: Desk, signed_in: Opener) -> None:
    page = opened(signed_in(f"/reports/{desk.first}"))
    for _ in range(3):
        page.click("dialog [data-zoom=in]")
    at = "document.querySelector('dialog .viewer-scroll').scrollTop"
    before = page.evaluate(at)
    page.mouse.move(600, 700)
    page.mouse.down()
    page.mouse.move(600, 600, steps=4)
    page.mouse.up()
    assert page.evaluate(at) == before + 100


def test_marks_of_other_reports_are_switched_on_lead_there_and_stay_on(desk: Desk, signed_in: Opener) -> None:
    page = signed_in(f"/reports/{desk.first}")
    assert page.locator(".other-mark").count() == 0
    opened(page)
    page.check("dialog [data-other-marks]")
    mark = page.locator(f"dialog a.other-mark[href='/reports/{desk.second}']")
    expect(mark).to_have_count(1)
    expect(mark.locator("text")).to_have_text(str(desk.second))
    press(page, "Escape")
    page.reload()
    assert page.is_checked("main .part-print > * [data-other-marks]")
    opened(page)
    expect(mark).to_have_count(1)
    page.click("dialog [data-zoom=fit]")
    mark.locator("rect").first.click()
    page.wait_for_url(f"**/reports/{desk.second}")
    assert page.is_checked("main .part-print > * [data-other-marks]")


def test_browser_without_storage_works_all_the_same(desk: Desk, signed_in: Opener) -> None:
    page = signed_in(f"/reports/{desk.first}")
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('no'); }})")
    page.reload()
    opened(page)
    page.check("dialog [data-other-marks]")
    expect(page.locator("dialog a.other-mark")).to_have_count(1)


def test_article_is_chosen_on_the_picture_and_found_on_it(desk: Desk, signed_in: Opener) -> None:
    page = signed_in(f"/papers/pages/{desk.pages['02']}")
    number, title = desk.article
    area = page.locator(f"[data-area='{number}']")
    box = area.locator("rect").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 3, box["y"] + 3)
    article = page.locator(f"#article-{number}")
    expect(article).to_be_in_viewport()
    assert "is-chosen" in (article.get_attribute("class") or "")
    expect(article).to_contain_text(title)
    before = page.locator(".viewer-sheet").bounding_box()
    article.locator("[data-find-area]").click()
    after = page.locator(".viewer-sheet").bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] > before["width"]
    expect(area.locator("rect").first).to_be_in_viewport()
    page.uncheck("[data-show-marks]")
    expect(page.locator(".other-mark").first).to_be_hidden()


def test_search_leads_to_its_article_and_a_report_to_its_mark(desk: Desk, signed_in: Opener) -> None:
    page = signed_in(f"/papers/pages/{desk.pages['02']}#article-{desk.article[0]}")
    expect(page.locator(f"#article-{desk.article[0]}")).to_be_in_viewport()
    page = signed_in(f"/papers/pages/{desk.pages['02']}?report={desk.first}&zoom=2")
    expect(page.locator(".other-mark.is-meant .mark").first).to_be_in_viewport()


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_without_scripts_the_page_is_a_picture_to_be_scrolled(desk: Desk, signed_in: Opener, viewport: dict[str, int]) -> None:
    page = signed_in(f"/reports/{desk.first}", viewport=viewport, java_script_enabled=False)
    expect(page.locator("[data-needs-script]").first).to_be_hidden()
    page.click("[data-open-page]")
    page.wait_for_url(f"**/papers/pages/{desk.pages['02']}?report={desk.first}&zoom=2")
    sheet, box = page.locator(".viewer-sheet").bounding_box(), page.locator(".viewer-scroll").bounding_box()
    assert sheet is not None
    assert box is not None
    assert abs(sheet["width"] - 2 * box["width"]) < 40
    page.locator(f"a.other-mark[data-number='{desk.second}'] rect").first.click()
    page.wait_for_url(f"**/reports/{desk.second}")


def test_picture_that_cannot_be_fetched_is_said_so(desk: Desk, signed_in: Opener) -> None:
    page = signed_in(f"/reports/{desk.first}")
    page.route("**/picture?**", lambda route: route.abort())
    page.route("**/tiles/**", lambda route: route.abort())
    opened(page)
    expect(page.locator("dialog [data-failed]")).to_be_visible()
