"""The console behind a real socket of this machine, for stories in a real browser, and signing in there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from models.enums import Role
from models.staff import Staff
from tests.support.factories import NOW
from tests.support.hosts import in_a_thread
from tests.support.staff import PASSWORD, PASSWORD_HASH

DESK, PHONE = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}
WAIT = 20_000
"""Milliseconds that a browser waits on a machine where other tests run beside."""


@dataclass
class Windows:
    """Opens browsers that share nothing, at a desk or on a phone."""

    chromium: Browser
    phone: bool
    opened: list[BrowserContext] = field(default_factory=list)

    def new(self, **wanted: Any) -> Page:
        """`wanted`: of the browser's context, in place of what is usual."""
        usual = {"viewport": PHONE if self.phone else DESK, "has_touch": self.phone, "is_mobile": self.phone,
                 "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
        context = self.chromium.new_context(**usual | wanted)
        context.set_default_timeout(WAIT)
        self.opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda problem: pytest.fail(str(problem)))
        return page

    def close(self) -> None:
        for context in self.opened:
            context.close()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application's address while the block runs."""
    with in_a_thread(make_server("127.0.0.1", 0, app, threaded=True)) as address:
        yield address


def sign_in(page: Page, address: str, login: str) -> None:
    """Through the form, as the member of tests/web/conftest.py with this login."""
    page.goto(f"{address}/sign-in")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "sign-in" not in url)


def two_editors(session: Session) -> list[int]:
    """编辑甲 and 编辑乙, who sign in as jia and yi; their ids."""
    members = [Staff(login=login, display_name=name, password_hash=PASSWORD_HASH, role=Role.EDITOR, created_at=NOW)
               for login, name in (("jia", "编辑甲"), ("yi", "编辑乙"))]
    session.add_all(members)
    session.flush()
    return [one.id for one in members]


def press(page: Page, key: str) -> None:
    """A key once the page is there whole: words are seen before a page's scripts listen, and a test is quicker than a hand."""
    page.wait_for_load_state()
    page.keyboard.press(key)


def type_at_the_cursor(page: Page, name: str, text: str) -> None:
    """Types without a click, as at a page that has put the cursor into its field `name` by itself.

    A browser does so with its first drawing, after the words are there and the page counts as loaded.
    """
    expect(page.locator(f"[name={name}]")).to_be_focused()
    page.keyboard.type(text)


def fits(page: Page) -> None:
    """Nothing sticks out to the right. Asked of the root, once it is there: right after a click the next page may be empty."""
    page.wait_for_load_state()
    assert page.locator("html").evaluate("root => root.scrollWidth <= window.innerWidth"), page.url
