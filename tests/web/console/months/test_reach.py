"""谁会收到通知: before a list is released; for those who release it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from bot.clock import FrozenClock
from bot.personal import privacy
from models.contests import Award
from models.enums import OutgoingState, PrizeState, Role
from models.outgoing import OutgoingMessage
from models.readers import Reader
from models.reports import Report
from models.session import writing
from tests.support import factories
from tests.support.factories import NICKNAME, OPENID, House
from tests.web.conftest import Browser

HOSTILE = "<script>1</script>\u202e夜猫"
Counter = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def address(house: House) -> str:
    return f"/rounds/{house.round_id}/reach"


def test_the_chief_sees_whom_it_reaches_and_whom_not(
    engine: Engine, picked: House, address: str, chief: FlaskClient, clock: FrozenClock
) -> None:
    with writing(engine) as session:
        first, second = session.scalars(select(Report.reader_id).order_by(Report.id)).all()
        session.execute(update(Reader).where(Reader.id == first).values(printed_name=HOSTILE))
        factories.message(session, first, "谢谢", at=clock.now() - timedelta(hours=1))
        privacy.unfollowed(session.connection(), second, digest="d" * 64, now=clock.now())
    page = chief.get(address).text
    assert "2 位获奖读者里有" in page
    assert "<bdi>&lt;script&gt;1&lt;/script&gt;夜猫</bdi>" in page
    assert "<script>1" not in page
    assert "联系不上 1 位" in page
    assert "已取消关注" in page
    assert OPENID not in page
    assert f'href="{address}"' in chief.get(f"/rounds/{picked.round_id}").text


@pytest.mark.parametrize(("role", "status"), [
    (Role.CHIEF, 200), (Role.ADMIN, 200), (Role.EDITOR, 403), (Role.PRIZES, 403),
])  # fmt: skip
def test_it_is_for_those_who_release(picked: House, address: str, browser: Browser, role: Role, status: int) -> None:
    answer = browser(role).get(address)
    assert answer.status_code == status
    assert (NICKNAME in answer.text) == (status == 200)


def test_before_the_pick_the_round_says_what_there_is(
    house: House, address: str, chief: FlaskClient
) -> None:
    assert chief.get(address).location == f"/rounds/{house.round_id}"
    assert chief.get("/rounds/999999/reach").status_code == 404


def test_after_the_release_it_says_who_knows(
    engine: Engine, released: House, address: str, chief: FlaskClient, browser: Browser
) -> None:
    with writing(engine) as session:
        first, _ = session.scalars(select(OutgoingMessage).where(OutgoingMessage.kind == "award")
                                        .order_by(OutgoingMessage.id)).all()
        first.state, first.sent_at = OutgoingState.SENT, first.created_at
    page = chief.get(address).text
    assert "2 位获奖读者里有 1 位已经知道" in page
    assert "如果现在发布" not in page
    assert f'href="{address}">看通知' in chief.get(f"/rounds/{released.round_id}").text
    assert browser(Role.EDITOR).get(address).status_code == 403
    with writing(engine) as session:
        session.execute(update(Award).values(state=PrizeState.CLAIMED))
    assert "2 位获奖读者里有 2 位已经知道" in chief.get(address).text


def test_its_queries(picked: House, address: str, chief: FlaskClient, count_queries: Counter) -> None:
    chief.get(address)
    with count_queries() as sent:
        chief.get(address)
    assert sum(not one.startswith("BEGIN") for one in sent) <= 12
