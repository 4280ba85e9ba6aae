"""A reader's small phone in a real browser, without scripts: what he sees there, looked at closely; what his chat told him."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.support.console import WAIT, fits
from tests.support.phone import WECHAT

SMALL = {"width": 360, "height": 740}
PICTURES = os.environ.get("WOODPECKER_PICTURES")
"""A folder for pictures of every step, where somebody wants to look."""
LARGEST_PAGE = 50_000


@contextmanager
def phone(chromium: Browser, agent: str = WECHAT, *, scripts: bool = False) -> Iterator[Page]:
    """`scripts`: only for tools that look at a page; what they put there is none of the page's own."""
    context = chromium.new_context(viewport=SMALL, has_touch=True, is_mobile=True, locale="zh-CN", user_agent=agent,
                                   reduced_motion="reduce", java_script_enabled=scripts)  # type: ignore[arg-type]
    context.set_default_timeout(WAIT)
    try:
        yield context.new_page()
    finally:
        context.close()


def looked_at(chromium: Browser, page: Page, name: str) -> None:
    """The page as it stands, once more where axe can run: light, no script, nothing sticks out, with twice the text neither."""
    html, url = page.content(), page.url.partition("#")[0]
    loaded: list[int] = []
    with phone(chromium, scripts=True) as look:
        look.route(url, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        look.on("response", lambda one: loaded.append(len(one.body())))
        look.goto(url)
        fits(look)
        assert (sum(loaded) < LARGEST_PAGE, look.locator("script").count()) == (True, 0)
        clean(look)
        picture(look, name)
        look.evaluate("document.documentElement.style.fontSize = '225%'")  # twice what the sheet says
        fits(look)
        picture(look, f"{name}-large")


def clean(page: Page) -> None:
    """Nothing that axe objects to."""
    found: Any = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]})
    assert [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]] == []


def picture(page: Page, name: str) -> None:
    """Where one is wanted."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def in_it(answer: str) -> tuple[str, str]:
    """The link and the digits of an answer in the chat."""
    code = re.search(r"四位数：(\d{4})", answer)
    assert code is not None, answer
    return link_in(answer), code[1]


def link_in(answer: str) -> str:
    """Its first link."""
    link = re.search(r"https?://\S+", answer)
    assert link is not None, answer
    return link[0]
