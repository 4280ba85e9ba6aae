"""Every route has a rule, every role gets what the rule says, strangers get the sign-in page."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.enums import Role
from tests.web.conftest import Browser
from web.access import CHIEFS, DEPUTIES, PUBLIC, RULES, may

# Answered by the protocol itself, or a file server: covered by their own tests.
NOT_PAGES = frozenset({"static", "bootstrap.static"})


def routes(app: Flask) -> list[tuple[str, str, str]]:
    """(endpoint, method, address) of every route, with 1 for each number in the address."""
    adapter = app.url_map.bind("localhost")
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint in NOT_PAGES or rule.endpoint.startswith("webhook."):
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            values = dict.fromkeys(rule.arguments, 1)
            found.append((rule.endpoint, method, adapter.build(rule.endpoint, values, method)))
    return found


def test_every_route_has_a_rule(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints - PUBLIC - RULES.keys() == set()


def test_no_rule_without_a_role_and_none_for_a_public_route() -> None:
    assert [endpoint for endpoint, roles in RULES.items() if not roles] == []
    assert RULES.keys() & PUBLIC == set()


def test_what_a_deputy_may_is_what_chiefs_may_and_changes_no_pick() -> None:
    assert {role for endpoint in DEPUTIES for role in RULES[endpoint]} == CHIEFS
    assert DEPUTIES & {"rounds.pick", "rounds.unsuitable", "rule_changes.change", "changes.pick_again"} == set()


def test_route_without_a_rule_is_closed_to_everybody(app: Flask, browser: Browser) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    for role in Role:
        assert browser(role).get("/forgotten").status_code == 403


def test_strangers_are_sent_to_sign_in(app: Flask, client: FlaskClient) -> None:
    answers = {
        (endpoint, method): client.open(address, method=method).location
        for endpoint, method, address in routes(app)
        if endpoint not in PUBLIC
    }
    assert answers
    assert {key: place for key, place in answers.items() if not (place or "").startswith("/sign-in")} == {}


@pytest.mark.parametrize("role", [
    pytest.param(role, marks=() if role is Role.EDITOR else pytest.mark.slow) for role in Role])
def test_role_is_let_in_or_refused_as_the_table_says(app: Flask, browser: Browser, role: Role) -> None:
    wrong, member = {}, browser(role)
    for endpoint, method, address in routes(app):
        if endpoint in PUBLIC:
            continue
        answer = member.open(address, method=method)
        if (answer.location or "").startswith("/sign-in"):  # another route has signed him out
            member = browser(role)
            answer = member.open(address, method=method)
        status = answer.status_code
        refused_by_table = status == 403
        if refused_by_table is may(role, endpoint) or status >= 500:
            wrong[endpoint, method] = status
    assert wrong == {}


def test_unknown_address_is_not_found_for_strangers_and_staff(client: FlaskClient, browser: Browser) -> None:
    assert client.get("/no-such-page").status_code == 404
    assert browser(Role.EDITOR).get("/no-such-page").status_code == 404


def test_navigation_shows_only_what_the_role_may_open(browser: Browser) -> None:
    def nav(role: Role) -> str:
        page = browser(role).get("/account").get_data(as_text=True)
        return page.split("<nav", 1)[1].split("</nav>", 1)[0]

    assert "人员" in nav(Role.CHIEF)
    assert "人员" not in nav(Role.EDITOR)
    assert "报纸" in nav(Role.EDITOR)
    assert "报纸" not in nav(Role.PRIZES)


def test_home_leads_to_the_first_page_of_the_role(browser: Browser) -> None:
    for role in Role:
        client = browser(role)
        place = client.get("/").location
        assert client.get(place).status_code == 200
