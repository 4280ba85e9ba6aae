"""A site of the test's own: its folder, its database, its processes; all gone at the end. And a browser a module."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine

from tests.support.browser import browser
from tests.support.console import WAIT, Windows
from tests.support.site import Site
from tests.support.world import at


@pytest.fixture
def site(tmp_path: Path, database_url: str, engine: Engine) -> Iterator[Site]:
    """Stands at 2026-11-10 09:00 in Shanghai; nothing runs yet."""
    site = Site(tmp_path / "site", database_url)
    site.stand_at(at("11-10 09:00"))
    yield site
    site.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=WAIT)
    with browser() as opened:
        yield opened


@pytest.fixture(params=["desk", "phone"])
def windows(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Windows]:
    """The story is played at a desk and on a phone."""
    with closing(Windows(chromium, phone=request.param == "phone")) as made:
        yield made


@pytest.fixture
def desks(chromium: Browser) -> Iterator[Windows]:
    """For stories whose size is their own matter: at a desk unless they ask otherwise."""
    with closing(Windows(chromium, phone=False)) as made:
        yield made
