"""荣誉证书 at the desk: one for a winner, all of a round, after the release and for nobody who has no prize."""

from __future__ import annotations

from collections.abc import Callable

import pypdfium2
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, update

from bot.audit import by_staff
from bot.clock import FrozenClock
from bot.contest import rounds
from models.contests import Award, Round
from models.enums import NameState, Role
from models.readers import Reader
from models.session import reading, writing
from tests.support.factories import House

Sign = Callable[[Role], FlaskClient]


@pytest.fixture
def awards(engine: Engine, picked: House) -> list[int]:
    """The best and a souvenir of a picked round, not released yet."""
    with reading(engine) as session:
        return [one.id for one in session.get_one(Round, picked.round_id).awards]


def release(engine: Engine, house: House, clock: FrozenClock, chief: int) -> None:
    with writing(engine) as session:
        rounds.release_round(session, house.round_id, actor=by_staff(chief), now=clock.now())


@pytest.fixture
def desk(
    engine: Engine, house: House, clock: FrozenClock, staff: dict[Role, int], awards: list[int], browser: Sign
) -> FlaskClient:
    release(engine, house, clock, staff[Role.CHIEF])
    return browser(Role.PRIZES)


def rename(engine: Engine, award_id: int, name: str) -> None:
    with writing(engine) as session:
        session.execute(update(Award).where(Award.id == award_id).values(printed_name=name))


def pages(content: bytes) -> list[str]:
    """The words of each page without white space."""
    return ["".join(page.get_textpage().get_text_bounded().split()) for page in pypdfium2.PdfDocument(content)]


def test_one_winner_has_a_sheet_with_his_printed_name(desk: FlaskClient, engine: Engine, awards: list[int]) -> None:
    rename(engine, awards[0], "早起鸟")
    answer = desk.get(f"/prizes/{awards[0]}/certificate.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    [sheet] = pages(answer.data)
    assert "早起鸟" in sheet
    assert "最佳“啄木鸟”" in sheet
    assert "2026年11月“啄木鸟”" in sheet
    assert f'href="/prizes/{awards[0]}/certificate.pdf"' in desk.get(f"/prizes/{awards[0]}").text


@pytest.mark.slow
def test_all_of_a_round_come_in_one_file_the_best_first(
    desk: FlaskClient, engine: Engine, awards: list[int], house: House
) -> None:
    rename(engine, awards[0], "早起鸟")
    rename(engine, awards[1], "微信读者 02")
    first, second = pages(desk.get(f"/prizes/rounds/{house.round_id}/certificates.pdf").data)
    assert ("早起鸟" in first, "最佳" in first) == (True, True)
    assert ("微信读者02" in second, "优秀" in second) == (True, True)
    assert f'href="/prizes/rounds/{house.round_id}/certificates.pdf"' in desk.get("/prizes/").text


@pytest.mark.slow
def test_a_winner_without_a_name_gets_the_placeholder_as_printed(
    engine: Engine, house: House, clock: FrozenClock, staff: dict[Role, int], awards: list[int], browser: Sign
) -> None:
    with writing(engine) as session:
        session.execute(update(Reader).values(name_state=NameState.DECLINED, printed_name=None))
    release(engine, house, clock, staff[Role.CHIEF])
    with reading(engine) as session:
        printed = session.get_one(Award, awards[0]).printed_name
    assert printed is not None
    assert printed.startswith("微信读者")
    assert printed in pages(browser(Role.PRIZES).get(f"/prizes/{awards[0]}/certificate.pdf").data)[0]


@pytest.mark.slow
def test_nobody_has_one_before_the_release(browser: Sign, awards: list[int], house: House) -> None:
    chief = browser(Role.CHIEF)
    for address in (f"/prizes/{awards[0]}/certificate.pdf", f"/prizes/rounds/{house.round_id}/certificates.pdf"):
        answer = chief.get(address)
        assert answer.status_code == 403
        assert "名单发布后才" in answer.text
    assert [chief.get(f"/prizes/{way}").status_code for way in ("99/certificate.pdf", "rounds/99/certificates.pdf")] == [404, 404]


@pytest.mark.slow
def test_who_lost_his_prize_has_none(desk: FlaskClient, awards: list[int], house: House) -> None:
    desk.post(f"/prizes/{awards[0]}/hand-over", data={"relation": "staff"})
    assert desk.get(f"/prizes/{awards[0]}/certificate.pdf").status_code == 403
    assert "荣誉证书" not in desk.get(f"/prizes/{awards[0]}").text
    assert len(pages(desk.get(f"/prizes/rounds/{house.round_id}/certificates.pdf").data)) == 1
    desk.post(f"/prizes/{awards[1]}/let-go", data={"reason": "not_wanted"})
    assert desk.get(f"/prizes/rounds/{house.round_id}/certificates.pdf").status_code == 404
    assert "荣誉证书" not in desk.get("/prizes/").text


@pytest.mark.slow
def test_characters_to_be_filled_in_by_hand_are_said(desk: FlaskClient, engine: Engine, awards: list[int]) -> None:
    assert "请手写补上" not in desk.get("/prizes/").text
    rename(engine, awards[0], "鸟🐦<b>")
    for address in ("/prizes/", f"/prizes/{awards[0]}"):
        assert "字库里没有“🐦”" in desk.get(address).text
    assert "鸟□<b>" in pages(desk.get(f"/prizes/{awards[0]}/certificate.pdf").data)[0]
