"""A list that goes to press soon and is not released is said on every page, to those who can release it, at no query."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from bot.clock import FrozenClock
from bot.contest.phases import day_starts_at
from models.contests import Contest, Round
from models.enums import Role
from models.session import writing
from models.staff import Staff
from tests.support import factories
from tests.support.factories import House
from tests.web.conftest import Browser
from tests.web.console.months.test_frozen_notice import pages

PRESS = date(2026, 12, 20)
SAID = "11月的名单还没有发布，12月20日就要付印"
Counter = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def waiting(engine: Engine, picked: House, clock: FrozenClock) -> House:
    """Picked, and to be printed the day after tomorrow."""
    with writing(engine) as session:
        session.execute(update(Round).where(Round.id == picked.round_id).values(print_by=PRESS))
    clock.moment = days_before(2)
    return picked


def days_before(days: int) -> datetime:
    return day_starts_at(PRESS - timedelta(days=days))


@pytest.mark.parametrize("role", [Role.CHIEF, Role.ADMIN])
def test_every_page_says_so_to_those_who_release(waiting: House, browser: Browser, role: Role) -> None:
    found = pages(browser(role))
    assert len(found) >= 10
    assert all(SAID in page and page.count("data-overdue") == 1 for page in found)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.PRIZES])
def test_others_are_left_in_peace(waiting: House, browser: Browser, role: Role) -> None:
    assert all("data-overdue" not in page for page in pages(browser(role)))


def test_the_deputy_of_the_contest_sees_it(engine: Engine, waiting: House, browser: Browser) -> None:
    with writing(engine) as session:
        editor = session.scalars(select(Staff.id).where(Staff.role == Role.EDITOR)).one()
        session.execute(update(Contest).values(deputy_id=editor))
    found = pages(browser(Role.EDITOR))
    assert found
    assert all(SAID in page for page in found)


@pytest.mark.sampled
@pytest.mark.parametrize(("days", "said"), [
    (3, None), (2, SAID), (1, SAID), (0, "今天（12月20日）就要付印"), (-3, "12月20日的付印日已经过了"),
])  # fmt: skip
def test_from_two_days_before_until_it_is_released(
    waiting: House, browser: Browser, clock: FrozenClock, days: int, said: str | None
) -> None:
    clock.moment = days_before(days)
    page = browser(Role.CHIEF).get("/rounds/").text
    assert ("data-overdue" in page) == (said is not None)
    assert said is None or said in page


def test_after_the_release_it_is_gone(waiting: House, browser: Browser) -> None:
    chief = browser(Role.CHIEF)
    chief.post(f"/rounds/{waiting.round_id}/release", data={"confirm": "发布"})
    assert all("data-overdue" not in page for page in pages(chief))


def test_a_round_that_nobody_closed_is_said_too_and_is_not_called_frozen(
    engine: Engine, house: House, browser: Browser, clock: FrozenClock
) -> None:
    """The scheduler has stood still until the press day."""
    with writing(engine) as session:
        session.execute(update(Round).where(Round.id == house.round_id).values(print_by=PRESS))
    clock.moment = days_before(0)
    page = browser(Role.CHIEF).get("/rounds/").text
    assert "今天（12月20日）就要付印" in page
    assert "data-frozen" not in page


def test_a_round_that_is_open_is_no_matter(engine: Engine, house: House, browser: Browser, clock: FrozenClock) -> None:
    with writing(engine) as session:
        session.execute(update(Round).where(Round.id == house.round_id).values(
            closes_at=days_before(0), grading_until=days_before(0), print_by=PRESS))
    clock.moment = days_before(1)
    assert "data-overdue" not in browser(Role.CHIEF).get("/rounds/").text


@pytest.mark.slow
def test_it_costs_no_query(waiting: House, chief: FlaskClient, clock: FrozenClock, count_queries: Counter) -> None:
    def asked() -> int:
        chief.get("/rounds/")
        with count_queries() as sent:
            assert ("data-overdue" in chief.get("/rounds/").text) == (clock.moment >= days_before(2))
        return len(sent)

    with_it = asked()
    clock.moment = days_before(5)
    assert asked() == with_it


def test_who_is_not_signed_in_sees_nothing_of_it(waiting: House, client: FlaskClient) -> None:
    assert factories.NICKNAME not in client.get("/rounds/", follow_redirects=True).text
    assert "data-overdue" not in client.get("/rounds/", follow_redirects=True).text
