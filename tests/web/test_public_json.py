"""The public pages as JSON: what the page says and no more, kept and paced like it, and not there unless switched on."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot.audit import by_staff
from bot.clock import FrozenClock
from bot.contest.after_pick import amends
from bot.setting_sections import IntegrationSettings
from bot.settings import Settings
from models.contests import Award
from models.session import writing
from tests.support.console import served
from tests.support.town import Town
from tests.web.test_public_records import EXTRA_OVER, address, begun, released, town
from web import create_app
from web.public_records import NOT_YET, PAGES_A_MINUTE

__all__ = ["begun", "released", "town"]  # fixtures of the pages' own tests


@pytest.fixture
def app(settings: Settings, clock: FrozenClock, engine: Engine) -> Flask:
    switched_on = settings.model_copy(update={"integration": IntegrationSettings(json_pages=True)})
    return create_app(switched_on, clock=clock, engine=engine)


def words(page: str) -> str:
    return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]+>", "", page)))


def test_json_says_what_the_page_says(released: Town, client: FlaskClient, engine: Engine) -> None:
    now = EXTRA_OVER + timedelta(hours=2)
    with writing(engine) as session:
        award = session.scalars(select(Award.id).order_by(Award.place)).first()
        assert award is not None
        change = amends.draft_name(session, award, "早起的鸟", "登错了", actor=by_staff(released.second), now=now)
        amends.release(session, change, amends.plan(session, change).seen, actor=by_staff(released.chief), now=now)
    page, told = words(client.get(address(released)).text), client.get(address(released, ".json")).json
    assert told is not None
    assert (told["contest_id"], told["month"], told["released_on"]) == (released.contest_id, "2023-05", "2023-06-02")
    assert (told["open"], told["open_reason"]) == (False, None)
    assert told["best"] == ["早起的鸟"]
    assert sorted(told["excellent"]) == ["<script>alert(1)</script>", "=1+1"]
    said = [told["contest"], told["account"], *told["best"], *told["excellent"], *told["how"], f"共收到{told['reports']}条",
            *(one["text"] for one in told["corrections"]), *(one[key] for one in told["record"] for key in ("digest", "sha256"))]
    assert len(said) > 10
    assert [one for one in said if re.sub(r"\s+", "", one) not in page] == []
    assert client.get(told["record"][0]["file"]).status_code == 200
    assert set(told) == {"contest_id", "contest", "account", "month", "released_on", "reports", "best", "excellent", "unlisted",
                         "how", "open", "open_reason", "appeals", "corrections", "record"}


def test_list_leads_to_both_forms_of_every_page(released: Town, client: FlaskClient) -> None:
    (one,) = client.get(f"/records/{released.contest_id}.json").json["rounds"]  # type: ignore[index]
    assert (one["month"], one["released_on"]) == ("2023-05", "2023-06-02")
    assert [client.get(one[form]).status_code for form in ("page", "json")] == [200, 200]


def test_what_has_no_page_has_no_json(town: Town, client: FlaskClient) -> None:
    for path in (address(town, ".json"), f"/records/{town.contest_id}.json", "/records/99.json", "/records/1/2023-13.json",
                 "/records/1/x.json"):
        answer = client.get(path)
        assert (answer.status_code, NOT_YET in answer.text) == (404, True), path


def test_nothing_is_there_unless_it_is_switched_on(
    released: Town, settings: Settings, clock: FrozenClock, engine: Engine
) -> None:
    client = create_app(settings, clock=clock, engine=engine).test_client()
    assert [client.get(path).status_code for path in (address(released), address(released, ".json"),
                                                      f"/records/{released.contest_id}.json")] == [200, 404, 404]


def test_answers_are_kept_and_asked_for_anew_over_http(released: Town, app: Flask) -> None:
    with served(app) as host:
        url = host + address(released, ".json")
        first = requests.get(url, timeout=10)
        again = requests.get(url, headers={"If-None-Match": first.headers["ETag"]}, timeout=10)
    assert first.headers["Content-Type"] == "application/json"
    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert {"Set-Cookie", "Vary", "Access-Control-Allow-Origin"} & set(first.headers) == set()
    assert (again.status_code, again.content) == (304, b"")
    assert first.text.isascii()  # a name that is HTML stays a name wherever the text ends up


def test_whoever_comes_too_often_waits_a_minute(released: Town, client: FlaskClient) -> None:
    path = address(released, ".json")
    assert {client.get(path).status_code for _ in range(PAGES_A_MINUTE)} == {200}
    assert client.get(f"/records/{released.contest_id}.json").status_code == 429
    assert client.get(address(released)).status_code == 200  # readers are not made to wait for programs
