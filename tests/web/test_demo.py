"""The demo's notice and its deadline."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from bot.clock import FrozenClock
from bot.settings import parse_settings
from models.session import writing
from tests.support.rows import contest_rows
from tests.support.settings import raw_settings
from web import create_app


@pytest.fixture
def demo(tmp_path: Path, database_url: str, clock: FrozenClock, engine: Engine) -> FlaskClient:
    raw = raw_settings(tmp_path, database_url) | {"demo": {"enabled": True}}
    settings = parse_settings(raw, base=tmp_path, source="test")
    return create_app(settings, clock=clock, engine=engine).test_client()


@pytest.mark.parametrize("address", ["/sign-in", "/no-such-page"])
def test_demo_says_so_on_every_page(demo: FlaskClient, address: str) -> None:
    assert "演示环境" in demo.get(address).get_data(as_text=True)


def test_real_desk_has_no_demo(client: FlaskClient) -> None:
    assert "演示环境" not in client.get("/sign-in").get_data(as_text=True)
    assert client.get("/demo/deadline").status_code == 404


def test_who_turned_the_clock_reads_why_he_must_sign_in_again(
    demo: FlaskClient, client: FlaskClient
) -> None:
    for browser, turned in ((demo, True), (client, False)):
        with browser.session_transaction() as cookie:
            cookie["_user_id"] = "token of a sign-in of last month"
        page = browser.get("/sign-in").get_data(as_text=True)
        assert ("登录已经过期，请重新登录。" in page, "拨过演示的时间" in page) == (True, turned)


def test_deadline_is_the_earliest_close_of_an_open_round(
    demo: FlaskClient, engine: Engine, clock: FrozenClock
) -> None:
    closes_at = clock.now() + timedelta(days=3)
    with writing(engine) as session:
        session.add_all(contest_rows(closes_at))
    expected = {"closes_at": "2026-11-13T01:00:00+00:00", "now": "2026-11-10T01:00:00+00:00"}
    assert demo.get("/demo/deadline").get_json() == expected


def test_deadline_without_an_open_round_is_null(demo: FlaskClient) -> None:
    assert demo.get("/demo/deadline").get_json()["closes_at"] is None
