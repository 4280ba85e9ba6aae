"""No page is forgotten: every GET route is a screen that is looked at, or is known to be none."""

from __future__ import annotations

from flask import Flask

from tests.support.screens import NOT_SCREENS, SCREENS


def test_every_page_is_looked_at(app: Flask) -> None:
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())}
    known = {screen.endpoint for screen in SCREENS}
    assert sorted(routes - known - NOT_SCREENS.keys()) == []


def test_no_screen_without_its_route(app: Flask) -> None:
    assert sorted({screen.endpoint for screen in SCREENS} - set(app.view_functions)) == []


def test_no_two_screens_of_one_name() -> None:
    names = [screen.name for screen in SCREENS]
    assert sorted(names) == sorted(set(names))
