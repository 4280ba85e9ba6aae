"""Security headers, caching and cookie names."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from bot.clock import FrozenClock
from bot.settings import Settings, parse_settings
from models.enums import Role
from tests.support.settings import raw_settings
from tests.web.conftest import Browser
from tests.web.test_access import routes
from web import create_app
from web.headers import LARGEST_FORM, PICTURE_POLICY


@pytest.mark.parametrize("address", ["/sign-in", "/audit", "/no-such-page", "/healthz", "/account"])
def test_every_page_is_guarded_by_headers(browser: Browser, address: str) -> None:
    headers = browser(Role.CHIEF).get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_pages_hold_nothing_inline_and_load_nothing_from_elsewhere(browser: Browser) -> None:
    page = browser(Role.CHIEF).get("/audit").get_data(as_text=True)
    assert re.findall(r"<script(?![^>]*\ssrc=)", page) == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=", page) == []
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page) == []


SAFE = {"console/account/second_factor.html", "console/rounds/record.html", "console/papers/code.html",
        "console/announcement.html"}
"""Three QR codes that we draw, and the article, whose names are escaped where it is made (bot/wechat/article.py)."""


def test_no_template_holds_what_the_policy_forbids_or_leaves_a_word_unescaped() -> None:
    """Every screen, also those that no test opens. What scripts put together is made of the same pieces."""
    inline = re.compile(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:|<base\b", re.IGNORECASE)
    raw = re.compile(r"\|\s*safe\b|autoescape\s+false", re.IGNORECASE)
    texts = {path.relative_to("web/templates").as_posix(): path.read_text(encoding="utf-8")
             for path in Path("web/templates").rglob("*.html")}
    assert len(texts) > 100
    assert {name: found[0] for name, text in texts.items() if (found := inline.search(re.sub(r"{%.*?%}", "", text)))} == {}
    assert {name: len(raw.findall(text)) for name, text in texts.items() if raw.search(text)} == dict.fromkeys(SAFE, 1)


def test_answers_of_every_route_are_guarded_alike(app: Flask, client: FlaskClient) -> None:
    answers = {address: client.get(address).headers for _, method, address in routes(app) if method == "GET"}
    policies = {headers["Content-Security-Policy"] for headers in answers.values()}
    assert len(answers) > 90
    assert [policy for policy in policies if "script-src" in policy or ("unsafe" in policy and policy != PICTURE_POLICY)] == []
    assert {headers["X-Frame-Options"] for headers in answers.values()} == {"DENY"}
    assert {headers["X-Content-Type-Options"] for headers in answers.values()} == {"nosniff"}
    assert [address for address, headers in answers.items() if "charset" not in headers["Content-Type"]] == []
    named = {name for headers in answers.values() for name, _ in headers}
    assert named & {"Access-Control-Allow-Origin", "Server", "X-Powered-By"} == set()


def test_files_are_kept_by_browsers_and_change_address_with_their_content(client: FlaskClient) -> None:
    page = client.get("/sign-in").get_data(as_text=True)
    found = re.search(r'href="(/static/console\.css\?v=[0-9a-f]{12})"', page)
    assert found is not None
    with client.get(found[1]) as answer:
        assert answer.status_code == 200
        assert "max-age=2592000" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("file", ["css/bootstrap.min.css", "js/bootstrap.min.js"])
def test_bootstrap_is_served_from_here(client: FlaskClient, file: str) -> None:
    with client.get(f"/bootstrap/static/{file}") as answer:
        assert answer.status_code == 200


def test_over_https_the_cookie_is_secure_and_bound_to_the_host(
    tmp_path: Path, database_url: str, clock: FrozenClock, engine: Engine
) -> None:
    raw = raw_settings(tmp_path, database_url)
    raw["server"]["secure_cookies"] = True
    app = create_app(parse_settings(raw, base=tmp_path, source="test"), clock=clock, engine=engine)
    answer = app.test_client().get("/sign-in", base_url="https://desk.example")
    assert answer.headers["Set-Cookie"].startswith("__Host-woodpecker=")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_body_over_the_limit_is_refused(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"login": "x" * 300_000, "password": "y"})
    assert answer.status_code == 413
    assert "内容太大" in answer.get_data(as_text=True)


def test_body_over_the_limit_is_refused_by_the_webhook_without_a_page(client: FlaskClient) -> None:
    answer = client.post("/wechat/main", data=b"x" * 300_000, content_type="text/xml")
    assert (answer.status_code, answer.get_data()) == (403, b"")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("host", ["a" * 64, f"{'a' * 300}.example", "a..example"])
@pytest.mark.parametrize("path", ["/sign-in", "/c/1/", "/my/x/", "/queue", "/no-such-page"])
def test_a_host_that_no_name_can_be_is_refused_plainly(client: FlaskClient, path: str, host: str) -> None:
    answer = client.get(path, headers={"Host": host})
    assert (answer.status_code, host in answer.text, answer.headers["Cache-Control"]) == (400, False, "no-store")


@pytest.mark.parametrize("path", ["/c/1", "/c//1/", "/c/1//hall", "/my//back", "/my/%2f%2fother.example/", "/records//1/2023-05",
                                  "/sign-in//reset/x"])
def test_an_address_with_a_slash_too_many_leads_to_no_host_that_the_asker_named(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Host": "other.example"})
    assert answer.status_code == 308
    location = answer.headers["Location"]
    assert (location[0], location[1] != "/", "//other" not in location) == ("/", True, True)


@pytest.mark.parametrize("path", ["/c/1?" + "%41" * 2_500, "/queue?q=" + "a" * 6_000, "/c/" + "a" * 6_000 + "/../"])
def test_no_answer_leads_as_far_as_its_asker_likes(client: FlaskClient, path: str) -> None:
    """A proxy takes a few thousand bytes of headers; more looks to it like a machine that is down."""
    headers = client.get(path).headers
    assert len(str(headers)) < 3_500


def test_the_link_to_a_new_password_is_told_to_no_log_of_files_and_its_form_still_says_its_host(client: FlaskClient) -> None:
    for path in ("/sign-in/reset/AAAA.BBBB", "/sign-in/reset/A/B"):
        assert client.get(path).headers["Referrer-Policy"] == "strict-origin"


@pytest.mark.parametrize("path", ["/sign-in", "/nothing", "/papers/import"])
@pytest.mark.parametrize("proxies", [0, 1])
def test_behind_a_proxy_a_body_that_nobody_wanted_is_read_away(
    settings: Settings, clock: FrozenClock, engine: Engine, path: str, proxies: int
) -> None:
    server = settings.server.model_copy(update={"trusted_proxies": proxies})
    app = create_app(settings.model_copy(update={"server": server}), clock=clock, engine=engine)
    app.config["WTF_CSRF_ENABLED"] = False
    body = io.BytesIO(b"a" * (LARGEST_FORM * 3))
    answer = app.test_client().post(path, input_stream=body, content_type="application/x-www-form-urlencoded",
                                    content_length=LARGEST_FORM * 3)
    assert answer.status_code == 413
    assert (body.read() == b"") is bool(proxies)
