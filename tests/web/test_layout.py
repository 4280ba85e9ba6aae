"""What stands around a page: where a role begins, and what lies at its thumb."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import web
from models.enums import Role
from tests.web.conftest import Browser


@pytest.mark.parametrize(("role", "place"), [
    (Role.PRIZES, "/prizes"), (Role.EDITOR, "/queue"), (Role.CHIEF, "/queue"), (Role.ADMIN, "/queue"),
])  # fmt: skip
def test_a_role_begins_where_its_work_lies(browser: Browser, role: Role, place: str) -> None:
    assert browser(role).get("/").location.rstrip("/") == place


def test_sentences_above_a_page_are_as_heavy_as_its_text() -> None:
    """The style sheets' own `lead` is light: our Chinese letters have no such weight, and its digits alone get thin."""
    templates = (Path(web.__file__).parent / "templates").rglob("*.html")
    assert [one.name for one in templates if re.search(r'class="(?:[^"]* )?lead[ "]', one.read_text(encoding="utf-8"))] == []


def test_who_hands_over_prizes_has_them_in_the_bar_and_not_only_in_a_menu(browser: Browser) -> None:
    page = browser(Role.PRIZES).get("/", follow_redirects=True).get_data(as_text=True)
    bar = re.search(r'<nav class="places".*?(?:<details|</nav>)', page, re.DOTALL)
    assert bar is not None
    assert re.findall(r">([一-鿿]{2,4})<", bar[0])[:2] == ["领奖", "轮次"]
