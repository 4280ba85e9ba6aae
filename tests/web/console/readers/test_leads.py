"""线索: a chief sees what was noticed, by made-up names, and closes it with a reason; nobody else sees the page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, select

from bot.readers import leads
from models.leads import Lead, LeadReader
from models.readers import Reader
from models.session import reading, writing
from models.work_enums import LeadKind, LeadOutcome
from tests.support import factories
from tests.support.factories import HEADLINE, NOW, House

LETTER = "请编辑部老师看一看，" + HEADLINE


@pytest.fixture
def lead(engine: Engine, house: House) -> int:
    """Two readers sent the same letter."""
    with writing(engine) as session:
        for minutes in (0, 90):
            factories.report(session, LETTER, at=NOW - timedelta(minutes=minutes))
        assert leads.seek(session, house.round_id, now=NOW) == 1
        found = session.scalar(select(Lead.id))
        assert found is not None
        return found


def state(engine: Engine) -> tuple[LeadOutcome | None, str | None]:
    with reading(engine) as session:
        row = session.scalars(select(Lead)).one()
        return row.outcome, row.reason


def test_what_was_noticed_is_listed_where_chiefs_look_for_readers(chief: FlaskClient, house: House, lead: int) -> None:
    assert "1 条没看过" in chief.get("/readers/").text
    assert "1 条线索没看过" in chief.get(f"/rounds/{house.round_id}").text
    listed = chief.get("/leads/").text
    assert "2位读者的来信一字不差，一样的有1封" in listed
    assert f"/leads/{lead}" in listed


def test_a_lead_shows_numbers_and_made_up_names_and_nobody(engine: Engine, chief: FlaskClient, lead: int) -> None:
    page = chief.get(f"/leads/{lead}").text
    with reading(engine) as session:
        readers = list(session.scalars(select(Reader)))
        about = list(session.scalars(select(LeadReader.reader_id)))
    assert page.count("读者 #") == 2
    for reader_id in about:
        assert f"/readers/{reader_id}" in page
    for one in readers:
        assert one.openid is None or one.openid not in page
        assert one.printed_name is None or one.printed_name not in page
    assert LETTER not in page


def test_it_is_closed_with_a_reason_and_taken_back(engine: Engine, chief: FlaskClient, lead: int) -> None:
    assert chief.post(f"/leads/{lead}/close", data={"outcome": "nothing", "reason": " "}).status_code == 400
    missing = chief.post(f"/leads/{lead}/close", data={"reason": "母女一起看报"})
    assert (missing.status_code, "请选一项" in missing.text, "母女一起看报" in missing.text) == (400, True, True)
    assert chief.post(f"/leads/{lead}/close", data={"outcome": "sideways", "reason": "母女"}).status_code == 400
    done = chief.post(f"/leads/{lead}/close", data={"outcome": "nothing", "reason": "母女一起看报"}, follow_redirects=True)
    assert "没有要看的线索" in done.text
    assert state(engine) == (LeadOutcome.NOTHING, "母女一起看报")
    again = chief.post(f"/leads/{lead}/close", data={"outcome": "acted", "reason": "又看一遍"})
    assert (again.status_code, "已经看过了" in again.text) == (403, True)
    assert "母女一起看报" in chief.get("/leads/?state=closed").text
    assert "看过线索" in chief.get("/audit").text
    chief.post(f"/leads/{lead}/reopen")
    assert state(engine) == (None, None)
    assert chief.post(f"/leads/{lead}/reopen").status_code == 403


def test_a_lead_that_is_gone_says_so(engine: Engine, chief: FlaskClient, lead: int) -> None:
    with writing(engine) as session:
        session.execute(delete(LeadReader))
        session.execute(delete(Lead))
    assert chief.get(f"/leads/{lead}").status_code == 404
    assert chief.post(f"/leads/{lead}/close", data={"outcome": "nothing", "reason": "看过"}).status_code == 404
    assert "没有要看的线索" in chief.get("/leads/").text
    assert "还没有看过的线索" in chief.get("/leads/?state=closed").text


def test_many_leads_come_in_pages(engine: Engine, chief: FlaskClient, house: House) -> None:
    with writing(engine) as session:
        session.add_all(Lead(round_id=house.round_id, kind=LeadKind.ONE_PAGE, key=f"{n:032d}", count=11, total=12, numbers=[],
                             found_at=NOW) for n in range(35))
    first = chief.get("/leads/").text
    assert (first.count("data-label=\"种类\""), "后 30 条" in first) == (30, True)
    with reading(engine) as session:
        thirtieth = session.scalars(select(Lead.id).order_by(Lead.id).offset(29)).first()
    rest = chief.get(f"/leads/?beyond={thirtieth}").text
    assert (rest.count("data-label=\"种类\""), "后 30 条" in rest, "回到开头" in rest) == (5, False, True)


@pytest.mark.slow
def test_editors_see_none_of_it(editor: FlaskClient, house: House, lead: int) -> None:
    assert editor.get("/leads/").status_code == 403
    assert editor.get(f"/leads/{lead}").status_code == 403
    assert editor.post(f"/leads/{lead}/close", data={"outcome": "nothing", "reason": "看过"}).status_code == 403
    assert "线索" not in editor.get(f"/rounds/{house.round_id}").text
