"""名次线: margins in plain words, what would have to change, second grades asked for only there; nobody is named."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot.audit import SCHEDULER
from bot.clock import FrozenClock
from bot.contest import rounds
from bot.contest.standing import compute
from models.enums import Role
from models.reviews import Review
from models.session import reading, writing
from models.work_enums import ReviewCause
from tests.support import factories
from tests.support.factories import HEADLINE, VOLUNTEERS, House
from web.console.pseudonyms import pseudonyms

TAGS = re.compile(r"<[^>]+>")
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@pytest.fixture
def numbers(engine: Engine, house: House) -> list[int]:
    """The first reader came earlier and has two marks, 0.900; the second has all three, 1.000."""
    with writing(engine) as session:
        found = [factories.report(session, text, at=factories.NOW + timedelta(minutes=at))
                 for at, text in enumerate((HEADLINE, VOLUNTEERS))]
        factories.accept(session, found[0], house, marks=(True, True, False))
        factories.accept(session, found[1], house)
    return found


@pytest.fixture
def closed(engine: Engine, house: House, numbers: list[int], clock: FrozenClock) -> House:
    with writing(engine) as session:
        clock.moment = factories.closed(session, house)
    return house


@pytest.fixture
def chief_then(closed: House, browser: Callable[[Role], FlaskClient]) -> FlaskClient:
    return browser(Role.CHIEF)


def words(page: str) -> str:
    return " ".join(unescape(TAGS.sub("", page)).split())


def names(engine: Engine, house: House, secret: str) -> tuple[list[str], list[str]]:
    """Made-up names of the best and the excellent."""
    with reading(engine) as session:
        held = compute(session.connection(), house.round_id)
    called = pseudonyms((one.person_id for one in held.standings), round_id=house.round_id, secret=secret)
    chosen = held.select()
    return [called[one] for one in chosen.best], [called[one] for one in chosen.excellent]


def test_margins_and_what_would_move_somebody_in_plain_words(
        engine: Engine, closed: House, numbers: list[int], chief_then: FlaskClient, settings: object) -> None:
    page = chief_then.get(f"/rounds/{closed.round_id}/lines")
    text = words(page.text)
    (best,), (excellent,) = names(engine, closed, settings.server.secret_key)  # type: ignore[attr-defined]
    assert f"第 1 名 {best} 1.000 分，第 2 名 {excellent} 0.900 分：差 0.100 分。" in text
    swapped = f"{excellent} 优秀啄木鸟 → 最佳啄木鸟，{best} 最佳啄木鸟 → 优秀啄木鸟。"
    assert f"若编号 {numbers[0]} 的“理由”一项改判为有：{swapped}" in text
    assert f"若编号 {numbers[1]} 的“位置”“改正”“理由”里任一项改判为没有：{excellent} 优秀啄木鸟 → 最佳啄木鸟" in text
    assert "评分出入能到线的纠错：2 条" in text
    assert "第 11 名" not in text
    assert factories.NICKNAME not in page.text
    assert factories.OPENID not in page.text


def test_the_flip_that_is_named_moves_exactly_those_when_it_is_made(
        engine: Engine, closed: House, numbers: list[int], chief_then: FlaskClient, browser: Callable[[Role], FlaskClient],
        settings: object) -> None:
    secret = settings.server.secret_key  # type: ignore[attr-defined]
    (best,), (excellent,) = names(engine, closed, secret)
    named = words(chief_then.get(f"/rounds/{closed.round_id}/lines").text)
    assert f"若编号 {numbers[0]} 的“理由”一项改判为有：{excellent} 优秀啄木鸟 → 最佳啄木鸟" in named
    editor, address = browser(Role.EDITOR), f"/reports/{numbers[0]}/grade"
    with reading(engine) as session:
        version = factories.version_of(session, numbers[0])
    look = editor.post(address, data={
        "expected_version": version, "verdict": "accepted", "row_code": "N-05", "doubling": "none", "place_mark": "y",
        "correction_mark": "y", "reason_mark": "y", "reason": ""})
    again = {name: unescape(value) for name, value in HIDDEN.findall(look.text) if name != "csrf_token"}
    assert editor.post(address, data=again | {"look_reason": "写了出处"}).status_code == 302
    assert names(engine, closed, secret) == ([excellent], [best])


def test_second_grades_are_asked_for_only_there_and_once(
        engine: Engine, closed: House, numbers: list[int], chief_then: FlaskClient) -> None:
    address = f"/rounds/{closed.round_id}/lines"
    assert "请第二位再看这几条" in chief_then.get(address).text
    done = chief_then.post(f"{address}/seek", follow_redirects=True)
    assert f"请了第二位再看 2 条：{numbers[0]}、{numbers[1]}。" in done.text
    with reading(engine) as session:
        assert [(one.report_id, one.cause) for one in session.scalars(select(Review).order_by(Review.report_id))] == [
            (number, ReviewCause.CONTENDER) for number in numbers]
    again = chief_then.post(f"{address}/seek", follow_redirects=True)
    assert "没有要再请人看的" in again.text


def test_what_this_member_is_to_grade_unseen_counts_as_undecided(closed: House, chief_then: FlaskClient) -> None:
    address = f"/rounds/{closed.round_id}/lines"
    chief_then.post(f"{address}/seek")
    page = chief_then.get(address).text
    assert "有 2 条等您独立再评" in page
    assert "若<a" not in page


@pytest.mark.slow
def test_an_open_round_is_shown_but_nobody_is_asked_yet(
        house: House, numbers: list[int], chief: FlaskClient) -> None:
    address = f"/rounds/{house.round_id}/lines"
    page = chief.get(address)
    assert (page.status_code, "差 <strong>0.100</strong>" in page.text) == (200, True)
    assert "请第二位再看这几条" not in page.text
    assert chief.post(f"{address}/seek").status_code == 403


@pytest.mark.slow
def test_with_one_editor_nobody_is_asked(
        engine: Engine, closed: House, staff: dict[Role, int], chief_then: FlaskClient) -> None:
    from models.staff import Staff

    with writing(engine) as session:
        for role, number in staff.items():
            session.get_one(Staff, number).active = role is Role.CHIEF
    address = f"/rounds/{closed.round_id}/lines"
    assert "请第二位再看这几条" not in chief_then.get(address).text
    assert chief_then.post(f"{address}/seek").status_code == 403


@pytest.mark.slow
def test_editors_do_not_see_it_and_a_picked_round_has_none(
        engine: Engine, closed: House, chief_then: FlaskClient, browser: Callable[[Role], FlaskClient],
        clock: FrozenClock) -> None:
    address = f"/rounds/{closed.round_id}/lines"
    assert browser(Role.EDITOR).get(address).status_code == 403
    with writing(engine) as session:
        assert rounds.pick_round(session, closed.round_id, actor=SCHEDULER, now=clock.now())
    assert "名次线不用再看" in chief_then.get(address).text
    assert chief_then.post(f"{address}/seek").status_code == 403
    assert chief_then.get("/rounds/99/lines").status_code == 404
    assert chief_then.post("/rounds/99/lines/seek").status_code == 404


def test_fewer_than_two_have_no_line(house: House, chief: FlaskClient) -> None:
    assert "还没有名次线" in chief.get(f"/rounds/{house.round_id}/lines").text


@pytest.mark.slow
def test_it_costs_twelve_queries_at_most(
        closed: House, chief_then: FlaskClient, count_queries: Callable[[], AbstractContextManager[list[str]]]) -> None:
    chief_then.get(f"/rounds/{closed.round_id}/lines")
    for address in ("lines", "rules"):
        with count_queries() as sent:
            chief_then.get(f"/rounds/{closed.round_id}/{address}")
        assert len([one for one in sent if not one.startswith(("BEGIN", "COMMIT"))]) <= 12
