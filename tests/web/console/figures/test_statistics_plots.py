"""The plots of 统计 in a real browser: each theme and width gets its own picture, and nothing is refused."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import ConsoleMessage, Page, Response, ViewportSize
from sqlalchemy import Engine

from models.enums import Role
from models.session import writing
from tests.support import factories
from tests.support.browser import browser
from tests.support.console import fits, served, sign_in
from tests.support.factories import House

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WAIT = 30_000
DESK, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
ALL_DRAWN = "() => [...document.images].every(one => one.complete && one.naturalWidth > 0)"
PLOTS = "() => [...document.querySelectorAll('picture img')].map(one => one.currentSrc)"
STRETCHED = """() => [...document.querySelectorAll('picture img')].filter(
  one => Math.abs(one.clientWidth / one.clientHeight - one.naturalWidth / one.naturalHeight) > 0.05).length"""


@pytest.fixture
def graded(engine: Engine, house: House) -> None:
    with writing(engine) as session:
        for _ in range(6):
            factories.accept(session, factories.report(session, factories.DISCOUNT), house)
        factories.report(session, factories.ELSEWHERE)


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.mark.usefixtures("graded")
@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_plot_is_drawn_for_the_screen_and_theme(
    app: Flask, staff: dict[Role, int], screen: ViewportSize, theme: str, complaints: list[str]
) -> None:
    with served(app) as address, browser() as opened:
        page = opened.new_context(viewport=screen, color_scheme="dark" if theme == "dark" else "light").new_page()
        page.set_default_timeout(WAIT)
        page.on("console", lambda said: complaints.append(said.text) if _bad(said) else None)
        page.on("response", lambda got: complaints.append(got.url) if _refused(got) else None)
        sign_in(page, address, Role.EDITOR)
        for part in ("received", "errata", "rate", "graded"):
            page.goto(f"{address}/statistics?part={part}")
            for address_ in _drawn(page):
                assert ("theme=dark" in address_) is (theme == "dark")
                assert ("narrow=1" in address_) is (screen == PHONE)
            fits(page)
            assert page.evaluate(STRETCHED) == 0
        page.goto(f"{address}/statistics/days.svg")  # opened by itself it still has its style
        assert page.evaluate("() => getComputedStyle(document.querySelector('.axis.x text')).fontSize") == "13px"
    assert complaints == []


def _drawn(page: Page) -> list[str]:
    """Scrolls down to the last plot; the addresses that the browser chose, all of them loaded."""
    for plot in page.locator("picture img").all():
        plot.scroll_into_view_if_needed()
    page.wait_for_function(ALL_DRAWN)
    found: list[str] = page.evaluate(PLOTS)
    assert found
    return found


def _bad(said: ConsoleMessage) -> bool:
    return said.type in {"error", "warning"}


def _refused(got: Response) -> bool:
    return got.status >= 400
