"""这个月一页纸: the same facts as the letter, for chiefs, before and after the release."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from bot.audit import by_staff
from bot.clock import FrozenClock
from bot.contest import rounds
from bot.house import ledger
from bot.publishing import release_words, round_month
from models.contests import Award
from models.enums import Role
from models.readers import Reader
from models.records import RoundRecord
from models.session import reading, writing
from tests.support import factories
from tests.support.factories import MONTH, NICKNAME, House
from tests.web.conftest import Browser

HOSTILE = "<img src=x onerror=alert(1)>\u202e夜猫"
Counter = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def address(house: House) -> str:
    return f"/rounds/{house.round_id}/month"


def test_a_released_round_on_one_page(engine: Engine, released: House, address: str, chief: FlaskClient) -> None:
    page = chief.get(address).text
    with reading(engine) as session:
        digest = session.scalars(select(RoundRecord.digest)).one()
        names = session.scalars(select(Award.printed_name)).all()
        found = round_month.gather(session, released.round_id)
    assert found is not None
    assert all(f"<bdi>{name}</bdi>" in page for name in names)
    for words in (digest, "社区晨报·东城", "目前查到", "合格线是万分之 3", *release_words.counts(found),
                  *release_words.debts(found), release_words.following(found)):
        assert words in page, words
    assert "还没有人来领：2 份" in page
    assert factories.OPENID not in page


def test_its_rate_is_that_of_the_ledger(engine: Engine, released: House) -> None:
    with reading(engine) as session:
        found = round_month.gather(session, released.round_id)
        whole = ledger.together(ledger.of_months(session, first=MONTH, last=MONTH))
    assert found is not None
    assert found.total == whole
    assert found.total.points_milli
    # Of 社区晨报·西城 nothing is imported and nothing was found.
    assert [(one.paper, one.errata) for one in found.papers][:1] == [("社区晨报·东城", 2)]


def test_before_the_release_it_names_nobody(picked: House, address: str, chief: FlaskClient) -> None:
    page = chief.get(address).text
    assert "名单还没有发布" in page
    assert NICKNAME not in page


def test_before_the_pick_it_has_its_numbers(house: House, address: str, chief: FlaskClient) -> None:
    page = chief.get(address)
    assert page.status_code == 200
    assert "<li>名单还没有发布</li>" in page.text


@pytest.mark.sampled
@pytest.mark.parametrize(("role", "status"), [
    (Role.CHIEF, 200), (Role.ADMIN, 200), (Role.EDITOR, 403), (Role.PRIZES, 403),
])  # fmt: skip
def test_it_is_for_chiefs(released: House, address: str, browser: Browser, role: Role, status: int) -> None:
    assert browser(role).get(address).status_code == status
    assert (f'href="{address}"' in browser(role).get(f"/rounds/{released.round_id}").text) == (status == 200)


def test_there_is_no_page_of_no_round(chief: FlaskClient) -> None:
    assert chief.get("/rounds/999999/month").status_code == 404


def test_a_name_that_is_markup_stays_a_name(
    engine: Engine, picked: House, address: str, chief: FlaskClient, clock: FrozenClock, staff: dict[Role, int]
) -> None:
    with writing(engine) as session:
        session.execute(update(Reader).values(printed_name=HOSTILE))
        rounds.release_round(session, picked.round_id, actor=by_staff(staff[Role.CHIEF]), now=clock.now())
    page = chief.get(address).text
    assert "<img src=x" not in page
    assert "<bdi>&lt;img src=x onerror=alert(1)&gt;夜猫</bdi>" in page


def test_its_queries(released: House, address: str, chief: FlaskClient, count_queries: Counter) -> None:
    chief.get(address)
    with count_queries() as sent:
        chief.get(address)
    assert sum(not one.startswith("BEGIN") for one in sent) <= 12
