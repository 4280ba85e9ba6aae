"""Every page that readers open, on the narrowest phone, without a script: whole at twice the text size, clean for axe, small,
cheap, in the reader's language. New families of pages add their rows below."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine, event, select

from bot.clock import FrozenClock
from bot.personal import copy_links
from bot.settings import Settings
from models.contests import Award
from models.enums import PrizeState
from models.session import writing
from tests.support import claims, own_pages
from tests.support.console import fits, served
from tests.support.open_pages import JUNE, NEVER, SELF, TOLD_BY_HIM, Played, play, print_correction
from web import create_app

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long]

NARROW = {"width": 360, "height": 740}
MOST_BYTES, MOST_STATEMENTS = 50 * 1024, 12
PICTURES = os.environ.get("WOODPECKER_PICTURES")
"""A folder for pictures of every page, where somebody wants to look."""
OPEN = {
    "home": "/c/{c}/", "rules": "/c/{c}/rules", "winners": "/c/{c}/winners", "hall": "/c/{c}/hall", "errata": "/c/{c}/errata",
    "errata-issue": "/c/{c}/errata/{may}", "errata-refused": "/c/{c}/errata/{may}/refused",
    "errata-running": "/c/{c}/errata/{june}", "record": "/records/{c}/2023-05", "nothing": "/c/{c}/nothing",
    "privacy": "/mine/",
}
OWN = {
    "own": "/my/{me}/", "own-report": "/my/{me}/1", "own-report-open": "/my/{me}/4", "own-change": "/my/{me}/4/change/wrong",
    "own-standing": "/my/{me}/standing", "own-hall": "/my/{me}/hall", "own-satisfied": "/my/{me}/satisfied/1",
    "own-satisfied-early": "/my/{me}/satisfied/4", "own-forged": "/my/{me}0/", "copy": "/mine/{copy}",
    "claim": "/my/{me}/claim/{claim}", "claim-old": "/claim/1-0", "claim-nothing": "/my/{me}/claim/9999",
    "own-privacy": "/my/{me}/privacy", "own-delete": "/my/{me}/privacy/delete",
}
ENGLISH = re.compile(r"[A-Za-z]{3,}")


@dataclass
class Site:
    app: Flask
    engine: Engine
    address: str
    keys: dict[str, Any]

    def path(self, name: str) -> str:
        return {**OPEN, **OWN}[name].format(**self.keys)


@pytest.fixture
def site(settings: Settings, engine: Engine, clock: FrozenClock, tmp_path: Path) -> Iterator[Site]:
    clock.moment = JUNE
    played = play(engine)
    settings = own_pages.with_pages(claims.claiming(settings, tmp_path))
    print_correction(engine, settings, played)
    app = create_app(settings, clock=clock, engine=engine)
    with served(app) as address:
        yield Site(app, engine, address, _keys(engine, settings, clock, played))


def _keys(engine: Engine, settings: Settings, clock: FrozenClock, played: Played) -> dict[str, Any]:
    him, secret = played.town.reader("甲"), settings.server.secret_key
    with writing(engine) as session:
        copy = copy_links.new(session.connection(), him, now=clock.now())
        award = session.scalars(select(Award.id).where(Award.reader_id == him, Award.state == PrizeState.TO_BE_CLAIMED)).one()
    assert copy is not None
    return {"c": played.contest_id, "may": played.may, "june": played.june, "me": own_pages.token(settings, him, now=clock.now()),
            "copy": copy_links.token(copy, secret), "claim": award}


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport=NARROW, has_touch=True, is_mobile=True, locale="zh-CN", java_script_enabled=False)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def eyes(chromium: Browser) -> Iterator[Page]:
    """The same phone with scripts, for axe is one: it looks at what the server sent, and the pages have none of their own."""
    context = chromium.new_context(viewport=NARROW, has_touch=True, is_mobile=True, locale="zh-CN", reduced_motion="reduce")
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", [*OPEN, *OWN])
def test_page_is_whole_on_a_narrow_phone(site: Site, phone: Page, eyes: Page, name: str) -> None:
    address = site.address + site.path(name)
    phone.goto(address)
    assert phone.locator("h1").count() == 1
    assert phone.locator("h1").is_visible()
    if PICTURES:
        phone.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
    eyes.goto(address)
    assert eyes.locator("script").count() == 0
    fits(eyes)
    found: Any = Axe().run(eyes, options={"runOnly": ["wcag2a", "wcag2aa", "best-practice"]})
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found.response["violations"]] == []
    assert _smallest(eyes) >= 17
    assert _untouchable(eyes) == []
    eyes.evaluate("document.documentElement.style.fontSize = '225%'")  # twice what the sheet says
    fits(eyes)
    assert _cut_off(eyes) == []
    if PICTURES:
        eyes.screenshot(path=Path(PICTURES) / f"{name}-large.png", full_page=True)


def _smallest(page: Page) -> float:
    """Pixels of the smallest letters that stand on the page."""
    return float(page.evaluate("""() => {
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        let least = 99;
        while (walker.nextNode()) {
            const held = walker.currentNode.parentElement;
            if (!walker.currentNode.data.trim() || held.closest('.unseen')) continue;
            least = Math.min(least, parseFloat(getComputedStyle(held).fontSize));
        }
        return least;
    }"""))


def _cut_off(page: Page) -> list[str]:
    """What holds more than it shows."""
    found: list[str] = page.evaluate("""() => [...document.querySelectorAll('main *')].filter(one =>
        !one.closest('.unseen') && getComputedStyle(one).overflow !== 'visible' && one.tagName !== 'TEXTAREA'
        && one.tagName !== 'INPUT' && one.scrollWidth > one.clientWidth + 1).map(one => one.outerHTML.slice(0, 80))""")
    return found


def _untouchable(page: Page) -> list[str]:
    """Buttons and rows that a thumb misses: under 40 pixels high. Links within a sentence are as high as its line."""
    found: list[str] = page.evaluate("""() => [...document.querySelectorAll(
        'main button, main a.cell, main summary, main .paging a')]
        .filter(one => one.getClientRects().length && one.getBoundingClientRect().height < 40)
        .map(one => one.outerHTML.slice(0, 80))""")
    return found


@pytest.mark.parametrize("name", [*OPEN, *OWN])
def test_page_is_small_cheap_and_plain(site: Site, name: str) -> None:
    client, statements = site.app.test_client(), list[str]()

    def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.lstrip()[:6].upper() in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH X"):
            statements.append(statement)

    event.listen(site.engine, "before_cursor_execute", note)
    try:
        answer = client.get(site.path(name))
    finally:
        event.remove(site.engine, "before_cursor_execute", note)
    assert len(statements) <= MOST_STATEMENTS, "\n\n".join(statements)
    sheets = re.findall(r'(?:href|src)="(/static/[^"]+)"', answer.text)
    size = len(answer.data) + sum(len(client.get(one.replace("&amp;", "&")).data) for one in set(sheets))
    assert size <= MOST_BYTES, size
    assert ("<script" in answer.text, "style=" in answer.text, "Set-Cookie" in answer.headers) == (False, False, False)
    body = re.sub(r"<code.*?</code>|<[^>]+>|&\w+;", " ", answer.text.split("<body>")[1], flags=re.DOTALL)
    assert set(ENGLISH.findall(body)) <= {"script", "alert"}  # a reader's name, said as it is


@pytest.mark.parametrize("name", [*OPEN, *OWN])
def test_no_page_shows_what_nobody_chose_to_show(site: Site, name: str) -> None:
    """What he told us himself is his to read, on the pages that are his alone."""
    text = site.app.test_client().get(site.path(name)).text
    assert [one for one in NEVER if one in text and not (name in OWN and one in TOLD_BY_HIM)] == []


def test_what_he_told_us_stands_on_his_own_page(site: Site) -> None:
    assert SELF in site.app.test_client().get(f"{site.path('own')}3").text
