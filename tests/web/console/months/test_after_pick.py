"""评出以后: grades after the pick, the pick made anew, further prizes, prizes that move on, corrections by two persons."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from bot.audit import SCHEDULER, by_staff
from bot.clock import FrozenClock
from bot.contest import rounds
from bot.contest.after_pick import amends, moving_on
from bot.contest.phases import local_day
from bot.contest.record.checking import verify
from bot.judging.grading import GradeInput, grade
from models.appeals import Appeal
from models.contests import Award
from models.enums import AwardOrigin, Prize, PrizeState, Role, Verdict
from models.messages import Message
from models.reports import Report
from models.round_changes import RoundCorrection
from models.session import reading, writing
from models.staff import Staff
from models.work_enums import AppealState
from tests.support import factories
from tests.support.databases import Databases
from tests.support.factories import DISCOUNT, HEADLINE, NICKNAME, NOW, VOLUNTEERS, House
from tests.support.housed import Housed, housed

Sign = Callable[[Role], FlaskClient]
TEXTS = (HEADLINE, VOLUNTEERS, DISCOUNT)


def reported(engine: Engine, house: House, *, refused: int | None = None) -> list[int]:
    """Three readers with an error each, one after the other; that of number `refused` is turned down."""
    numbers = []
    with writing(engine) as session:
        for n, text in enumerate(TEXTS):
            number = factories.report(session, text, at=NOW + timedelta(minutes=n))
            numbers.append(number)
            if n == refused:
                grade(session, number, GradeInput(Verdict.NOT_AN_ERROR, reason="词典里两种写法都有。"),
                      actor=by_staff(house.editor_id), now=NOW, expected_version=factories.version_of(session, number))
            else:
                factories.accept(session, number, house)
    return numbers


@dataclass(frozen=True, slots=True)
class Three(Housed):
    """The three reports' numbers."""

    numbers: list[int]


def of_three_one_refused(engine: Engine) -> Three:
    made = housed(engine)
    numbers = reported(engine, made.house, refused=0)
    with writing(engine) as session:
        return Three(made.staff, made.house, factories.picked(session, made.house), numbers)


def of_three_released(engine: Engine) -> Three:
    made = housed(engine)
    numbers = reported(engine, made.house)
    with writing(engine) as session:
        now = factories.picked(session, made.house)
        rounds.release_round(session, made.house.round_id, actor=by_staff(made.staff[Role.CHIEF]), now=now)
    return Three(made.staff, made.house, now, numbers)


@pytest.fixture
def begun(request: pytest.FixtureRequest, databases: Databases) -> tuple[str, Housed]:
    """Played once, for each test here a copy of its own."""
    wanted = {"released": of_three_released, "picked": of_three_one_refused}
    return databases.begun(next((play for name, play in wanted.items() if name in request.fixturenames), housed))


@pytest.fixture
def picked(begun: tuple[str, Three], clock: FrozenClock) -> list[int]:
    """The numbers of a picked round; the first report was turned down."""
    clock.moment = begun[1].now + timedelta(hours=1)
    return list(begun[1].numbers)


@pytest.fixture
def released(picked: list[int]) -> list[int]:
    return picked


def regrade(browser: FlaskClient, engine: Engine, number: int, why: str = "") -> str:
    with reading(engine) as session:
        version = factories.version_of(session, number)
    return browser.post(f"/reports/{number}/grade", data={
        "expected_version": version, "verdict": "accepted", "row_code": "N-05", "doubling": "none", "place_mark": "y",
        "correction_mark": "y", "reason_mark": "y", "why": why}, follow_redirects=True).text


def appealed(engine: Engine, number: int, clock: FrozenClock, *, against: int) -> None:
    with writing(engine) as session:
        report = session.get_one(Report, number)
        message = Message(account="main", dedupe_key=f"appeal-{number}", reader_id=report.reader_id, msg_type="text",
                          content="申诉 1 请看原图", fields={}, create_time=int(clock.now().timestamp()),
                          received_at=clock.now(), counts_at=clock.now(), fate="read")
        session.add(message)
        session.flush()
        session.add(Appeal(report_id=number, message_id=message.id, decided_by_id=against, verdict=Verdict.NOT_AN_ERROR,
                           state=AppealState.OPEN, made_at=clock.now(), due_on=clock.now().date()))


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]+)"', page)
    assert found is not None
    return found[1]


def corrections(engine: Engine) -> list[RoundCorrection]:
    with reading(engine) as session:
        return list(session.scalars(select(RoundCorrection).order_by(RoundCorrection.id)))


def test_chief_regrades_with_a_reason_looks_at_who_moves_and_picks_again(
    engine: Engine, house: House, picked: list[int], browser: Sign, clock: FrozenClock
) -> None:
    chief, address = browser(Role.CHIEF), f"/rounds/{house.round_id}"
    assert "评出以后没有什么变化" in chief.get(f"{address}/changes/").text
    assert "要改请写一句为什么" in chief.get(f"/reports/{picked[0]}").text
    assert "要改请写一句为什么" in regrade(chief, engine, picked[0])
    assert "名单要不要变" in regrade(chief, engine, picked[0], "查了原版，确是差错")
    assert "要先重新评出，才能发布" in chief.get(address).text
    refused = chief.post(f"{address}/release", data={"confirm": "发布"})
    assert (refused.status_code, "重新评出" in refused.text) == (403, True)
    page = chief.get(f"{address}/changes/").text
    rows = re.findall(r"<strong>([^<]+)</strong></td>\s*<td[^>]*>([^<]+)</td>\s*<td[^>]*>([^<]+)</td>", page)
    assert [(before, after) for _, before, after in rows] == [("没有奖", "最佳啄木鸟"), ("最佳啄木鸟", "优秀啄木鸟")]
    assert chief.post(f"{address}/changes/pick-again", data={"seen": seen(page)}).status_code == 400
    data = {"seen": seen(page), "again_reason": "二审改判"}
    assert "已经重新评出" in chief.post(f"{address}/changes/pick-again", data=data, follow_redirects=True).text
    assert chief.post(f"{address}/changes/pick-again", data=data).status_code == 403
    page = chief.get(f"{address}/changes/").text
    assert ("第 2 版" in page, "理由：二审改判" in page) == (True, True)
    for version in (1, 2):
        body = chief.get(f"{address}/changes/record/{version}.json").data
        found = verify(body)
        assert (found.differences, found.version) == ((), version)
        assert json.loads(body)
    assert chief.post(f"{address}/release", data={"confirm": "发布"}).status_code == 302
    with reading(engine) as session:
        assert [one.prize for one in session.scalars(select(Award).order_by(Award.place))] == [
            Prize.BEST, Prize.EXCELLENT, Prize.EXCELLENT]


def test_editors_grade_after_the_pick_only_where_a_reader_appealed(
    engine: Engine, house: House, picked: list[int], browser: Sign, clock: FrozenClock, staff: dict[Role, int]
) -> None:
    editor = browser(Role.EDITOR)
    assert "评分不能再改" in editor.get(f"/reports/{picked[0]}").text
    assert "读者申诉" in regrade(editor, engine, picked[0], "应当采纳")
    with writing(engine) as session:
        other = factories.staff(session, "other", Role.EDITOR)
    appealed(engine, picked[0], clock, against=other)
    assert "名单已经评出。这里改了评分" in editor.get(f"/reports/{picked[0]}").text
    assert "名单要不要变" in regrade(editor, engine, picked[0])
    page = editor.get(f"/rounds/{house.round_id}/changes/").text
    assert "新进 1 位" in page
    assert NICKNAME not in page
    assert "请主编来重新评出" in page
    assert "申诉 1 条：改判 1，维持 0，待答复 0" in editor.get(f"/rounds/{house.round_id}").text


def test_upheld_appeal_after_the_release_is_a_further_prize(
    engine: Engine, house: House, browser: Sign, clock: FrozenClock, staff: dict[Role, int]
) -> None:
    numbers = reported(engine, house, refused=0)
    with writing(engine) as session:
        clock.moment = factories.picked(session, house)
        rounds.release_round(session, house.round_id, actor=by_staff(staff[Role.CHIEF]), now=clock.now())
        other = factories.staff(session, "other", Role.EDITOR)
    clock.moment += timedelta(hours=1)
    appealed(engine, numbers[0], clock, against=other)
    assert "补奖的更正" in regrade(browser(Role.EDITOR), engine, numbers[0])
    chief, address = browser(Role.CHIEF), f"/rounds/{house.round_id}/changes/"
    page = chief.get(address).text
    assert "经读者申诉复核，11月增加一位最佳“啄木鸟”" in page
    change = corrections(engine)[0].id
    assert chief.post(f"{address}{change}/release", data={"seen": "0000"}).status_code == 409
    assert chief.post(f"{address}{change}/release", data={"seen": seen(page)}).status_code == 302
    with reading(engine) as session:
        assert session.scalars(select(Award.origin).order_by(Award.place)).all() == [
            AwardOrigin.PICKED, AwardOrigin.PICKED, AwardOrigin.FURTHER]


def test_lapsed_prize_moves_on_and_its_correction_is_printed(
    engine: Engine, house: House, released: list[int], browser: Sign, clock: FrozenClock
) -> None:
    with writing(engine) as session:
        best = session.scalars(select(Award).where(Award.prize == Prize.BEST)).one()
        best.state, best.state_at = PrizeState.LAPSED, clock.now()
        session.flush()
        assert [amends.move_prizes_on(session, one, actor=SCHEDULER, now=clock.now()) for one in moving_on.due(session)] == [True]
    chief, address = browser(Role.CHIEF), f"/rounds/{house.round_id}/changes/"
    assert "有 1 则名单更正等着定" in chief.get(f"/rounds/{house.round_id}").text
    page = chief.get(address).text
    change = corrections(engine)[0].id
    assert "没有符合条件的读者递补" in page
    assert chief.post(f"{address}{change}/release", data={"seen": seen(page)}).status_code == 302
    assert "递补" in chief.get(f"/rounds/{house.round_id}").text
    day = local_day(clock.now()).isoformat()
    assert "已经登出来" in chief.post(f"{address}{change}/printed", data={"printed_on": day}, follow_redirects=True).text
    assert chief.post(f"{address}{change}/printed", data={"printed_on": day}).status_code == 403
    assert chief.post(f"{address}{change}/withdraw", data={"withdraw_reason": "晚了"}).status_code == 403


@pytest.mark.slow
def test_wrong_name_needs_two_persons(
    engine: Engine, house: House, released: list[int], browser: Sign, clock: FrozenClock, staff: dict[Role, int]
) -> None:
    with reading(engine) as session:
        held = session.scalars(select(Award).order_by(Award.place)).first()
    assert held is not None
    address = f"/rounds/{house.round_id}/changes/"
    data = {"award_id": held.id, "right": "早起鸟", "reason": "录入时打错了"}
    editor, chief = browser(Role.EDITOR), browser(Role.CHIEF)
    assert editor.post(f"{address}name", data=data | {"reason": ""}).status_code == 400
    assert editor.post(f"{address}name", data=data).status_code == 302
    assert editor.post(f"{address}name", data=data).status_code == 403
    change = corrections(engine)[0].id
    assert editor.post(f"{address}{change}/release", data={"seen": ""}).status_code == 403
    page = chief.get(address).text
    assert "应为“早起鸟”" in page
    assert chief.post(f"{address}{change}/release", data={"seen": seen(page)}).status_code == 302
    assert "录入时打错了" in editor.get(f"/rounds/{house.round_id}").text
    with reading(engine) as session:
        assert session.get_one(Award, held.id).printed_name == "早起鸟"


@pytest.mark.slow
def test_chief_alone_says_why_and_another_chief_is_asked_where_there_is_one(
    engine: Engine, house: House, released: list[int], browser: Sign, clock: FrozenClock
) -> None:
    with reading(engine) as session:
        award_id = session.scalars(select(Award.id).order_by(Award.place)).first()
    chief, address = browser(Role.CHIEF), f"/rounds/{house.round_id}/changes/"
    assert chief.post(f"{address}not-entitled", data={"award_id": award_id, "reason": "查明是本报职工"}).status_code == 302
    page, change = chief.get(address).text, corrections(engine)[0].id
    assert "由您自己定的理由" in page
    assert chief.post(f"{address}{change}/release", data={"seen": seen(page)}).status_code == 400
    with writing(engine) as session:
        other = factories.staff(session, "other", Role.CHIEF)
    assert "请另一位主编看过再定" in chief.get(address).text
    with writing(engine) as session:
        session.execute(update(Staff).where(Staff.id == other).values(active=False))
    data = {"seen": seen(page), "own_reason": "只有我一位主编"}
    done = chief.post(f"{address}{change}/release", data=data, follow_redirects=True)
    assert "同一人，理由：只有我一位主编" in done.text


@pytest.mark.slow
def test_draft_can_be_withdrawn_with_a_reason(
    engine: Engine, house: House, released: list[int], browser: Sign, clock: FrozenClock
) -> None:
    with reading(engine) as session:
        award_id = session.scalars(select(Award.id).order_by(Award.place)).first()
    chief, address = browser(Role.CHIEF), f"/rounds/{house.round_id}/changes/"
    chief.post(f"{address}name", data={"award_id": award_id, "right": "早起鸟", "reason": "录错"})
    change = corrections(engine)[0].id
    assert chief.post(f"{address}{change}/withdraw", data={"withdraw_reason": ""}).status_code == 400
    done = chief.post(f"{address}{change}/withdraw", data={"withdraw_reason": "没有录错"}, follow_redirects=True)
    assert "名单没有变" in done.text


@pytest.mark.slow
def test_nothing_of_another_round_is_touched_and_an_open_round_has_no_such_page(
    engine: Engine, house: House, released: list[int], browser: Sign, clock: FrozenClock
) -> None:
    chief = browser(Role.CHIEF)
    with reading(engine) as session:
        award_id = session.scalars(select(Award.id)).first()
    other = house.round_id + 1
    assert chief.get(f"/rounds/{other}/changes/").status_code == 404
    assert chief.get("/rounds/999/changes/").status_code == 404
    data = {"award_id": award_id, "right": "甲", "reason": "错"}
    assert chief.post(f"/rounds/{other}/changes/name", data=data).status_code == 404
    assert chief.post(f"/rounds/{house.round_id}/changes/77/release", data={"seen": "0"}).status_code == 404
    assert chief.get(f"/rounds/{house.round_id}/changes/record/7.json").status_code == 404


@pytest.mark.sampled
@pytest.mark.parametrize("act", ["pick-again", "1/release", "1/printed", "1/withdraw"])
@pytest.mark.parametrize("role", [Role.EDITOR, Role.PRIZES])
def test_only_chiefs_let_go(house: House, browser: Sign, role: Role, act: str) -> None:
    assert browser(role).post(f"/rounds/{house.round_id}/changes/{act}").status_code == 403
