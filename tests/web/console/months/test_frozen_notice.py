"""While a round is closed and not released, every page says so."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from bot.clock import FrozenClock
from models.contests import Round
from models.enums import Role, RoundState
from models.session import reading, writing
from tests.support import factories
from tests.support.factories import House
from tests.web.conftest import Browser

PAGES = ("/", "/desk/", "/standings/", "/rounds/", "/papers", "/papers/calendar", "/statistics", "/settings", "/account",
         "/search", "/audit", "/practice", "/readers", "/staff", "/notices/")
GRADING = "2026年11月这一轮已截止，正在评分"
PICKED = "2026年11月这一轮已截止，名单评出了，还没公布"
Counter = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def closed(engine: Engine, house: House, clock: FrozenClock) -> House:
    with writing(engine) as session:
        clock.moment = factories.closed(session, house)
    return house


def pages(client: FlaskClient) -> list[str]:
    """Those of the addresses that show a page."""
    found = [client.get(address, follow_redirects=True) for address in PAGES]
    return [one.text for one in found if one.status_code == 200]


def test_an_open_round_is_no_matter(house: House, chief: FlaskClient) -> None:
    assert all("data-frozen" not in page for page in pages(chief))


@pytest.mark.sampled
@pytest.mark.parametrize("role", [Role.CHIEF, Role.EDITOR, Role.PRIZES])
def test_every_page_says_that_grading_goes_on(closed: House, browser: Browser, role: Role) -> None:
    found = pages(browser(role))
    assert found
    assert all(GRADING in page and page.count("data-frozen") == 1 for page in found)


@pytest.mark.slow
def test_chief_sees_it_on_many_pages(closed: House, browser: Browser) -> None:
    assert len(pages(browser(Role.CHIEF))) >= 10


def test_it_is_said_from_the_deadline_on_though_no_job_has_run(
    engine: Engine, house: House, browser: Browser, clock: FrozenClock
) -> None:
    with reading(engine) as session:
        closes_at = session.get_one(Round, house.round_id).closes_at
    clock.moment = closes_at - timedelta(seconds=1)
    assert "data-frozen" not in browser(Role.CHIEF).get("/rounds/").text
    clock.moment = closes_at
    assert GRADING in browser(Role.CHIEF).get("/rounds/").text


@pytest.mark.slow
def test_after_the_pick_other_words_and_after_the_release_none(
    engine: Engine, picked: House, browser: Browser, clock: FrozenClock
) -> None:
    chief = browser(Role.CHIEF)
    assert all(PICKED in page for page in pages(chief))
    chief.post(f"/rounds/{picked.round_id}/release", data={"confirm": "发布"})
    with reading(engine) as session:
        assert session.get_one(Round, picked.round_id).state is RoundState.RELEASED
    assert all("data-frozen" not in page for page in pages(chief))


def test_it_costs_no_query(
    engine: Engine, house: House, browser: Browser, clock: FrozenClock, count_queries: Counter
) -> None:
    def asked() -> int:
        member = browser(Role.CHIEF)
        member.get("/rounds/")
        with count_queries() as sent:
            member.get("/rounds/")
        return len(sent)

    before = asked()
    with writing(engine) as session:
        clock.moment = factories.closed(session, house)
    assert asked() == before


def test_who_is_not_signed_in_sees_nothing_of_it(closed: House, client: FlaskClient) -> None:
    assert "data-frozen" not in client.get("/rounds/", follow_redirects=True).text
