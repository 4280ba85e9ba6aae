"""读者: chiefs link, part and bar readers by made-up names; nobody else sees the page, nothing on it names anybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from models.enums import Bar, Role
from models.links import ReaderLink
from models.readers import Person, Reader
from models.reports import Report
from models.session import reading, writing
from tests.support import factories
from tests.support.factories import HEADLINE, NICKNAME, VOLUNTEERS, House

WHY = "读者来电，报出了两边的编号"


@pytest.fixture
def two(engine: Engine, house: House) -> tuple[int, int]:
    """The numbers of two reports by two readers."""
    with writing(engine) as session:
        return factories.report(session, HEADLINE), factories.report(session, VOLUNTEERS)


def reader_of(engine: Engine, number: int) -> int:
    with reading(engine) as session:
        return session.get_one(Report, number).reader_id


def persons(engine: Engine) -> list[int]:
    with reading(engine) as session:
        return list(session.scalars(select(Reader.person_id).order_by(Reader.id)))


@pytest.fixture
def address(engine: Engine, two: tuple[int, int]) -> str:
    return f"/readers/{reader_of(engine, two[0])}"


def test_reader_is_found_by_any_report_of_his(chief: FlaskClient, two: tuple[int, int], address: str) -> None:
    assert chief.post("/readers/", data={"number": str(two[0])}).location == address
    wrong = chief.post("/readers/", data={"number": "99999"})
    assert wrong.status_code == 400
    assert "没有这个编号" in wrong.text
    assert chief.post("/readers/", data={}).status_code == 400


def test_reader_is_found_by_a_letter(engine: Engine, chief: FlaskClient, two: tuple[int, int], address: str) -> None:
    with reading(engine) as session:
        message_id = session.get_one(Report, two[0]).message_id
    assert chief.post("/readers/", data={"message": str(message_id)}).location == address


def test_page_names_nobody(engine: Engine, chief: FlaskClient, two: tuple[int, int], address: str) -> None:
    page = chief.get(address).text
    with reading(engine) as session:
        openids = session.scalars(select(Reader.openid)).all()
    assert "读者 #" in page
    assert NICKNAME not in page
    assert [openid for openid in openids if openid and openid in page] == []
    assert str(two[0]) not in page


def test_chief_links_with_a_reason_and_parts_again(
    engine: Engine, chief: FlaskClient, two: tuple[int, int], address: str
) -> None:
    assert len(set(persons(engine))) == 2
    page = chief.post(f"{address}/link", data={"number": str(two[1]), "reason": WHY}, follow_redirects=True).text
    assert "两边的纠错合在一起算" in page
    assert WHY in page
    assert len(set(persons(engine))) == 1
    with reading(engine) as session:
        link_id = session.scalars(select(ReaderLink.id)).one()
    page = chief.post(f"{address}/unlink/{link_id}", data={"reason": "弄错了"}, follow_redirects=True).text
    assert "弄错了" in page
    assert len(set(persons(engine))) == 2


@pytest.mark.parametrize(("data", "sentence"), [
    ({"number": "", "reason": WHY}, "请填另一位"),
    ({"number": "99999", "reason": WHY}, "没有编号"),
    ({"number": "OTHER", "reason": ""}, "请写一句理由"),
    ({"number": "OWN", "reason": WHY}, "同一位读者"),
])
def test_link_that_cannot_be_made_says_why(
    engine: Engine, chief: FlaskClient, two: tuple[int, int], address: str, data: dict[str, str], sentence: str
) -> None:
    number = {"OWN": str(two[0]), "OTHER": str(two[1])}.get(data["number"], data["number"])
    answer = chief.post(f"{address}/link", data=data | {"number": number})
    assert answer.status_code in (400, 404)
    assert sentence in answer.text
    assert len(set(persons(engine))) == 2


def test_chief_bars_and_lets_in_again(engine: Engine, chief: FlaskClient, address: str) -> None:
    page = chief.post(f"{address}/bar", data={"kind": "relative", "reason": "编辑的爱人"}, follow_redirects=True).text
    assert "不参加：工作人员亲属" in page
    with reading(engine) as session:
        assert Bar.RELATIVE in session.scalars(select(Person.bar)).all()
    page = chief.post(f"{address}/unbar", data={"reason": "说错了"}, follow_redirects=True).text
    assert "已恢复参加评奖" in page
    assert chief.post(f"{address}/unbar", data={"reason": ""}).status_code == 400
    assert chief.post(f"{address}/bar", data={"kind": "relative", "reason": ""}).status_code == 400


def test_unknown_reader_is_not_found(chief: FlaskClient, house: House) -> None:
    assert chief.get("/readers/4711").status_code == 404


@pytest.mark.parametrize("role", [Role.EDITOR, Role.PRIZES])
def test_editors_who_grade_never_see_it(browser: Callable[[Role], FlaskClient], address: str, role: Role) -> None:
    assert browser(role).get(address).status_code == 403
    assert browser(role).post(f"{address}/bar", data={"kind": "blocked", "reason": "x"}).status_code == 403
