"""看看谁会变: a grade or a kind changed after the close is looked at first, then applied with a reason; before it, at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot.audit import SCHEDULER, by_staff
from bot.clock import FrozenClock
from bot.contest import rounds
from bot.contest.after_pick.rescoring import difference
from bot.contest.standing import compute
from bot.judging import grading, reviews
from bot.judging.grading import GradeInput
from models.audit import AuditEntry
from models.contests import Round
from models.enums import Role, Verdict
from models.grades import Grade
from models.reports import Erratum, Report
from models.rescoring import Rescoring
from models.session import reading, writing
from models.staff import Staff
from tests.support import factories
from tests.support.factories import DISCOUNT, HEADLINE, VOLUNTEERS, House

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
NAME = re.compile(r"读者 #[A-Z]\d{3}")


@pytest.fixture
def numbers(engine: Engine, house: House) -> list[int]:
    """Two reports of two readers, each accepted at 1.000; the first reader is ahead for he came earlier."""
    with writing(engine) as session:
        found = [factories.report(session, text, at=factories.NOW + timedelta(minutes=at))
                 for at, text in enumerate((HEADLINE, VOLUNTEERS))]
        for number in found:
            factories.accept(session, number, house)
    return found


@pytest.fixture
def closed(engine: Engine, house: House, numbers: list[int], clock: FrozenClock) -> House:
    with writing(engine) as session:
        clock.moment = factories.closed(session, house)
    return house


@pytest.fixture
def grader(closed: House, browser: Callable[[Role], FlaskClient]) -> FlaskClient:
    return browser(Role.EDITOR)


def grade(engine: Engine, number: int, **changes: str) -> dict[str, str]:
    """The form of the report's page: 采纳, 1 wrong character, all marks."""
    with reading(engine) as session:
        version = factories.version_of(session, number)
    fields = {"expected_version": str(version), "verdict": "accepted", "row_code": "N-05", "doubling": "none",
              "place_mark": "y", "correction_mark": "y", "reason_mark": "y", "reason": ""} | changes
    return {name: value for name, value in fields.items() if value != "-"}


def again(page: str, reason: str = "核对原报，理由没有写") -> dict[str, str]:
    """What the button of the look sends: everything of before, what was seen, and a reason."""
    fields = {name: unescape(value) for name, value in HIDDEN.findall(page) if name != "csrf_token"}
    return fields | {"look_reason": reason}


def marks(engine: Engine, number: int) -> tuple[bool, bool, bool]:
    with reading(engine) as session:
        row = session.get_one(Report, number)
        return row.place_mark, row.correction_mark, row.reason_mark


def test_before_the_close_a_changed_grade_is_saved_at_once(
        engine: Engine, house: House, numbers: list[int], editor: FlaskClient) -> None:
    answer = editor.post(f"/reports/{numbers[0]}/grade", data=grade(engine, numbers[0], reason_mark="-"))
    assert answer.status_code == 302
    assert marks(engine, numbers[0]) == (True, True, False)
    with reading(engine) as session:
        assert session.scalars(select(Rescoring)).all() == []


def test_after_the_close_it_is_shown_first_and_saved_with_a_reason(
        engine: Engine, closed: House, numbers: list[int], grader: FlaskClient) -> None:
    address = f"/reports/{numbers[0]}/grade"
    look = grader.post(address, data=grade(engine, numbers[0], reason_mark="-"))
    assert look.status_code == 200
    assert "看看谁会变" in look.text
    assert "最佳啄木鸟" in look.text
    assert len(set(NAME.findall(look.text))) == 2
    assert factories.NICKNAME not in look.text
    assert marks(engine, numbers[0]) == (True, True, True)
    with reading(engine) as session:
        before = compute(session.connection(), closed.round_id)
    assert grader.post(address, data=again(look.text)).status_code == 302
    assert marks(engine, numbers[0]) == (True, True, False)
    with reading(engine) as session:
        made = difference(before, compute(session.connection(), closed.round_id))
        kept = session.scalars(select(Rescoring)).one()
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "rescore")).one()
        assert session.scalars(select(Grade).where(Grade.report_id == numbers[0])).all()[0].reason_mark  # the old one stays
    assert made.digest(closed.round_id, numbers[0], None) == again(look.text)["look_seen"]
    assert (kept.reason, kept.report_id, kept.moved, kept.crossing) == ("核对原报，理由没有写", numbers[0], 2, 2)
    assert entry.details == {"moved": 2, "crossing": 2}


def test_without_a_reason_nothing_is_saved(
        engine: Engine, closed: House, numbers: list[int], grader: FlaskClient) -> None:
    address = f"/reports/{numbers[0]}/grade"
    look = grader.post(address, data=grade(engine, numbers[0], reason_mark="-"))
    for reason in ("", "  ", "长" * 301):
        answer = grader.post(address, data=again(look.text, reason))
        assert answer.status_code == 400
        assert "name=\"look_seen\"" in answer.text
    assert marks(engine, numbers[0]) == (True, True, True)


def test_what_somebody_changed_meanwhile_is_shown_anew_and_nothing_is_saved(
        engine: Engine, closed: House, numbers: list[int], grader: FlaskClient, clock: FrozenClock) -> None:
    address = f"/reports/{numbers[0]}/grade"
    look = grader.post(address, data=grade(engine, numbers[0], reason_mark="-"))
    with writing(engine) as session:
        factories.accept(session, numbers[1], closed, marks=(False, False, False), now=clock.now())
    stale = grader.post(address, data=again(look.text))
    assert stale.status_code == 409
    assert "您看过以后又有了改动" in stale.text
    assert marks(engine, numbers[0]) == (True, True, True)
    assert grader.post(address, data=again(stale.text)).status_code == 302
    assert marks(engine, numbers[0]) == (True, True, False)


@pytest.mark.slow
def test_a_report_changed_meanwhile_is_refused_as_ever(
        engine: Engine, closed: House, numbers: list[int], grader: FlaskClient) -> None:
    look = grader.post(f"/reports/{numbers[0]}/grade", data=grade(engine, numbers[0], reason_mark="-"))
    with writing(engine) as session:
        session.get_one(Report, numbers[0]).version += 1
    answer = grader.post(f"/reports/{numbers[0]}/grade", data=again(look.text))
    assert answer.status_code == 409
    assert "look_seen" not in answer.text


@pytest.mark.slow
def test_a_first_decision_after_the_close_and_taking_it_back_at_once_stay_quick(
        engine: Engine, house: House, numbers: list[int], clock: FrozenClock, browser: Callable[[Role], FlaskClient]) -> None:
    with writing(engine) as session:
        late = factories.report(session, DISCOUNT)
        clock.moment = factories.closed(session, house)
    grader = browser(Role.EDITOR)
    assert grader.post(f"/reports/{late}/grade", data=grade(engine, late)).status_code == 302
    with reading(engine) as session:
        version = factories.version_of(session, late)
    assert grader.post(f"/reports/{late}/undo", data={"expected_version": version}).status_code == 302
    assert grader.post(f"/reports/{late}/grade", data=grade(engine, late)).status_code == 302


@pytest.mark.slow
def test_taking_back_what_was_decided_before_the_close_is_looked_at(
        engine: Engine, closed: House, numbers: list[int], grader: FlaskClient) -> None:
    with reading(engine) as session:
        version = factories.version_of(session, numbers[0])
    look = grader.post(f"/reports/{numbers[0]}/undo", data={"expected_version": version})
    assert (look.status_code, "看看谁会变" in look.text) == (200, True)
    assert grader.post(f"/reports/{numbers[0]}/undo", data=again(look.text)).status_code == 302
    with reading(engine) as session:
        assert session.get_one(Report, numbers[0]).verdict is None


@pytest.mark.slow
def test_another_kind_of_a_shared_erratum_is_looked_at_even_for_a_first_decision(
        engine: Engine, house: House, numbers: list[int], clock: FrozenClock, browser: Callable[[Role], FlaskClient]) -> None:
    with writing(engine) as session:
        second = factories.report(session, HEADLINE, at=factories.NOW + timedelta(minutes=9))
        clock.moment = factories.closed(session, house)
    grader = browser(Role.EDITOR)
    look = grader.post(f"/reports/{second}/grade", data=grade(engine, second, row_code="N-06"))
    assert (look.status_code, "看看谁会变" in look.text) == (200, True)
    assert "2.000 分" in look.text
    assert grader.post(f"/reports/{second}/grade", data=again(look.text)).status_code == 302
    with reading(engine) as session:
        erratum = session.get_one(Erratum, session.get_one(Report, numbers[0]).erratum_id)
        assert (erratum.row_code, erratum.points_milli) == ("N-06", 2000)


@pytest.mark.slow
def test_joining_two_errors_after_the_close_is_looked_at_where_somebody_moves(
        engine: Engine, closed: House, numbers: list[int], grader: FlaskClient) -> None:
    with reading(engine) as session:
        version = factories.version_of(session, numbers[1])
    sent = {"expected_version": str(version), "other": str(numbers[0])}
    look = grader.post(f"/reports/{numbers[1]}/join", data=sent)
    assert (look.status_code, "看看谁会变" in look.text) == (200, True)
    assert grader.post(f"/reports/{numbers[1]}/join", data=again(look.text)).status_code == 302
    with reading(engine) as session:
        one, other = (session.get_one(Report, number).erratum_id for number in numbers)
    assert one == other


@pytest.mark.slow
def test_after_the_pick_it_is_refused_as_ever(
        engine: Engine, closed: House, numbers: list[int], grader: FlaskClient, clock: FrozenClock) -> None:
    look = grader.post(f"/reports/{numbers[0]}/grade", data=grade(engine, numbers[0], reason_mark="-"))
    with writing(engine) as session:
        assert rounds.pick_round(session, closed.round_id, actor=SCHEDULER, now=clock.now())
    answer = grader.post(f"/reports/{numbers[0]}/grade", data=again(look.text))
    assert answer.status_code == 403
    assert "已经评出名单" in answer.text


@pytest.mark.slow
def test_the_same_grade_with_other_words_needs_no_look(
        engine: Engine, closed: House, numbers: list[int], grader: FlaskClient) -> None:
    answer = grader.post(f"/reports/{numbers[0]}/grade", data=grade(engine, numbers[0], reason="谢谢您"))
    assert answer.status_code == 302


@pytest.mark.slow
def test_the_key_z_leads_to_the_look_as_well(
        engine: Engine, closed: House, numbers: list[int], grader: FlaskClient, clock: FrozenClock) -> None:
    look = grader.post(f"/reports/{numbers[0]}/grade", data=grade(engine, numbers[0], reason_mark="-"))
    grader.post(f"/reports/{numbers[0]}/grade", data=again(look.text))
    undone = grader.post("/undo", data={"number": str(numbers[0]), "kind": "report"})
    assert (undone.status_code, "看看谁会变" in undone.text) == (200, True)


@pytest.mark.slow
def test_the_chief_who_settles_a_disagreement_looks_first_where_somebody_moves(
        engine: Engine, closed: House, numbers: list[int], staff: dict[Role, int], clock: FrozenClock,
        browser: Callable[[Role], FlaskClient]) -> None:
    number = numbers[0]
    with writing(engine) as session:
        other = Staff(login="third", display_name="编辑丙", password_hash="x", role=Role.EDITOR, created_at=clock.now())
        session.add(other)
        session.flush()
        assert reviews.open_contender(session, number, actor=SCHEDULER, now=clock.now()) is not None
        grading.grade(session, number, GradeInput(Verdict.NOT_AN_ERROR, reason="招牌就是这样写的"), actor=by_staff(other.id),
                      now=clock.now(), expected_version=factories.version_of(session, number))
        session.get_one(Staff, staff[Role.EDITOR]).active = False
        grading.grade(session, number, GradeInput(Verdict.ACCEPTED, "N-18", marks=(True, True, True)),
                      actor=by_staff(staff[Role.CHIEF]), now=clock.now(), expected_version=factories.version_of(session, number))
        refusal = session.scalars(select(Grade.id).where(Grade.report_id == number, Grade.verdict == Verdict.NOT_AN_ERROR)).one()
    chief = browser(Role.CHIEF)
    with reading(engine) as session:
        version = factories.version_of(session, number)
    form = {"expected_version": str(version), "grade": str(refusal), "decide_reason": "门头照片就是这样"}
    look = chief.post(f"/reports/{number}/decide", data=form)
    assert (look.status_code, "看看谁会变" in look.text) == (200, True)
    assert "门头照片就是这样</textarea>" in look.text, "the reason that was given is proposed"
    assert marks(engine, number) == (True, True, True)
    assert chief.post(f"/reports/{number}/decide", data=again(look.text, "")).status_code == 400
    done = chief.post(f"/reports/{number}/decide", data=again(look.text, "门头照片就是这样"))
    assert done.status_code == 302
    with reading(engine) as session:
        assert session.get_one(Report, number).verdict is Verdict.NOT_AN_ERROR
        kept = session.scalars(select(Rescoring)).one()
    assert (kept.report_id, kept.reason) == (number, "门头照片就是这样")


@pytest.mark.slow
def test_the_difference_keeps_what_this_member_must_not_see(engine: Engine, closed: House, numbers: list[int],
                                                          staff: dict[Role, int], grader: FlaskClient,
                                                          clock: FrozenClock) -> None:
    """Of a report that he is to grade unseen nothing is told: neither its points nor that it has any."""
    with writing(engine) as session:
        session.add(Staff(login="third", display_name="编辑丙", password_hash="x", role=Role.EDITOR, created_at=clock.now()))
        session.flush()
        third = session.scalars(select(Staff.id).where(Staff.login == "third")).one()
        session.execute(Grade.__table__.update().where(Grade.report_id == numbers[1]).values(grader_id=third))
        assert reviews.open_contender(session, numbers[1], actor=by_staff(third), now=clock.now()) is not None
    look = grader.post(f"/reports/{numbers[0]}/grade", data=grade(engine, numbers[0], reason_mark="-"))
    assert look.status_code == 200
    assert len(set(NAME.findall(look.text))) == 1


@pytest.mark.slow
def test_rescoring_an_open_round_needs_no_look_and_verdicts_neither(
        engine: Engine, house: House, numbers: list[int], editor: FlaskClient) -> None:
    refused = editor.post(f"/reports/{numbers[0]}/grade", data=grade(engine, numbers[0], verdict="not_an_error",
                                                                     reason="原文不错"))
    assert refused.status_code == 302
    with reading(engine) as session:
        assert session.get_one(Report, numbers[0]).verdict is Verdict.NOT_AN_ERROR
        assert session.get_one(Round, house.round_id).closed_at is None
