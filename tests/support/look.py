"""Looking at screens in a real browser: signed in, at a size, light or dark; what axe and the eye would object to."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine

from bot.settings import Settings, load_settings
from models.session import make_engine
from tests.support.browser import Demo
from tests.support.screens import Address, addresses
from web import create_app


@dataclass(frozen=True, slots=True)
class Mode:
    """How a screen is looked at; `name` is the end of a picture's name."""

    name: str
    width: int
    height: int
    dark: bool

    @property
    def touch(self) -> bool:
        return self.width < 600


MODES = (
    Mode("desktop", 1440, 900, dark=False), Mode("desktop-dark", 1440, 900, dark=True),
    Mode("phone", 390, 844, dark=False), Mode("phone-dark", 390, 844, dark=True),
)  # fmt: skip
WIDTHS = tuple(mode for mode in MODES if not mode.dark)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
GRAVE = ("error", "warning")

ENGLISH = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z'-]{2,}(?![A-Za-z0-9])")
DIGEST = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}")
"""Of a record, as it is printed: no word."""
KNOWN = frozenset({
    "Enter", "Ctrl", "PDF", "Excel", "CSV", "XLSX", "JSON", "SVG", "PNG", "ZIP", "TXT", "Esc",
    "docx", "Chrome", "Safari", "Edge", "Firefox",
})
"""What editors call by these names too."""
OF_THE_DEMO = frozenset({"COMUNITY", "COMMUNITY", "Cofee", "Coffee", "Mwngz", "nde", "jia", "chief", "admin", "prizes",
                         "demo", "access", "token"})
"""Errors printed in the demo's papers, their corrections, sign-ins, its account and what the platform says of its calls."""
VISIBLE = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (parent.closest("kbd, code, script, style, [lang=en], blockquote, .letter, .own-words, .record-words")) continue;
    if (parent.checkVisibility && !parent.checkVisibility()) continue;
    found.push(walker.currentNode.textContent);
  }
  return found.join("\\n");
}"""
CLIPPED = """() => [...document.querySelectorAll("button, .btn, .badge, th, label, h1, h2")]
  .filter(one => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0
    && getComputedStyle(one).overflowX !== "visible" && !one.classList.contains("visually-hidden"))
  .map(one => one.innerText.trim().slice(0, 30))"""

VIOLATIONS = "() => axe.run({resultTypes: ['violations']}).then(found => found.violations)"
"""All of axe's rules; what passed stays in the browser."""


def of_demo(demo: Demo, folder: Path) -> list[Address]:
    """The addresses of every screen of a running demo whose data lie in `folder`."""
    settings = load_settings(folder / "data" / "demo.toml", {})
    engine = make_engine(settings.database_url)
    try:
        return of_database(settings, engine)
    finally:
        engine.dispose()


def of_database(settings: Settings, engine: Engine) -> list[Address]:
    app: Flask = create_app(settings, engine=engine)
    with engine.connect() as db:
        return addresses(app, db)


@contextmanager
def opened(browser: Browser, mode: Mode, state: Any = None) -> Iterator[Page]:
    """A page of a window of this kind; `state`: the cookies of somebody signed in."""
    context = browser.new_context(
        viewport={"width": mode.width, "height": mode.height}, locale="zh-CN", has_touch=mode.touch,
        color_scheme="dark" if mode.dark else "light", storage_state=state, reduced_motion="reduce",
    )  # fmt: skip
    context.set_default_timeout(30_000)
    try:
        yield context.new_page()
    finally:
        context.close()


def sign_in(browser: Browser, console: str, login: str, password: str) -> Any:
    """The cookies of a browser in which this member has signed in by the form."""
    with opened(browser, MODES[0]) as page:
        page.goto(console)
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", password)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda address: "sign-in" not in address)
        return page.context.storage_state()


def problems(page: Page, screens: Iterable[Address], console: str) -> list[str]:
    """Opens screens in a window beside `page`, looks at each in the light and in the dark, and says what is wrong: status,
    script errors, width, clipped words, English, axe. Every other screen is dark when it comes."""
    found = []
    beside = page.context.new_page()
    beside.add_init_script(Axe().axe_script)
    for screen, first in zip(screens, itertools.cycle(SCHEMES), strict=False):
        said: list[str] = []
        listeners: dict[Any, Any] = {
            "console": lambda one, said=said: said.append(f"console: {one.text}") if one.type in GRAVE else None,
            "pageerror": lambda one, said=said: said.append(f"script: {one}"),
        }
        for event, listener in listeners.items():
            beside.on(event, listener)
        beside.emulate_media(color_scheme=first)
        answer = beside.goto(console + screen.path)
        beside.wait_for_load_state("load")
        said += [] if answer is not None and answer.status == 200 else [f"status {answer and answer.status}"]
        for scheme in sorted(SCHEMES, key=first.__ne__):
            beside.emulate_media(color_scheme=scheme)
            said += [f"{scheme}: {one}" for one in _seen(beside)]
        for event, listener in listeners.items():
            beside.remove_listener(event, listener)
        found += [f"{screen.name}: {one}" for one in said]
    beside.close()
    return found


def _seen(page: Page) -> list[str]:
    width, shown = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    found = [f"{width} wide in a window of {shown}"] if width > shown else []
    found += [f"clipped: {one}" for one in page.evaluate(CLIPPED)]
    words = {one for one in ENGLISH.findall(DIGEST.sub("", str(page.evaluate(VISIBLE)))) if one not in KNOWN | OF_THE_DEMO}
    found += [f"English: {', '.join(sorted(words))}"] if words else []
    for rule in page.evaluate(VIOLATIONS):
        targets = "; ".join(str(node["target"][0]) for node in rule["nodes"][:3])
        found.append(f"axe {rule['id']}: {rule['help']} at {targets}")
    return found
