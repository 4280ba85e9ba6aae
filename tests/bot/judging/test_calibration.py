"""Calibration: which archived reports are proposed, grading them unseen, the gate before the list."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from bot.audit import by_staff
from bot.errors import BadInput, NotAllowed, NotFound
from bot.judging import calibration
from bot.judging.grading import GradeInput
from models.contests import Round
from models.enums import Doubling, RoundState, Verdict
from models.queries import calibration as reads
from models.reports import Report
from models.session import writing
from tests.support import factories, learning
from tests.support.databases import Databases
from tests.support.factories import NOW, House

ACCEPTED = GradeInput(Verdict.ACCEPTED, row_code="N-05", marks=(True, True, True))
NAMED = ("东城版3版《垃圾箱房换新颜》，“值首”应为“值守”。我叫季小满，电话13812345678", "accepted", "N-05")


def play(engine: Engine) -> House:
    with writing(engine) as session:
        found = factories.build(session)
        learning.switched(session, found, calibrates=True)
        return found


def with_archive(engine: Engine) -> House:
    found = play(engine)
    with writing(engine) as session:
        learning.archive(session, found, (*learning.SAID, NAMED))
    return found


@pytest.fixture
def begun(request: pytest.FixtureRequest, databases: Databases) -> tuple[str, House]:
    """Played once, for each test here a copy of its own."""
    return databases.begun(with_archive if "numbers" in request.fixturenames else play)


@pytest.fixture
def house(begun: tuple[str, House]) -> House:
    return begun[1]


@pytest.fixture
def numbers(house: House, session: Session) -> list[int]:
    """Of the archived round."""
    return list(session.scalars(select(Report.id).order_by(Report.id)))


def prepared(session: Session, house: House, numbers: list[int]) -> list[int]:
    """The items of a set of the first five."""
    calibration.prepare(session, house.round_id, numbers[:5], actor=by_staff(house.editor_id), now=NOW)
    return [item.id for item in reads.items(session, house.round_id)]


def act(house: House) -> dict[str, Any]:
    return {"actor": by_staff(house.editor_id), "now": NOW}


def test_proposed_are_settled_reports_of_differing_verdicts_that_name_nobody(
    session: Session, house: House, numbers: list[int]
) -> None:
    found = calibration.propose(session, house.contest_id)
    assert {one.number for one in found.reports} == set(numbers[:-1])
    verdicts = [one.verdict for one in found.reports[: found.chosen]]
    assert len(set(verdicts)) == len(verdicts) == 6


def test_reports_of_a_round_that_runs_are_not_proposed(session: Session, house: House) -> None:
    factories.accept(session, factories.report(session, learning.SAID[0][0]), house)
    assert calibration.propose(session, house.contest_id).reports == ()


@pytest.mark.sampled
@pytest.mark.parametrize("pick", [slice(0, 4), slice(3, 8), slice(0, 0)])
def test_set_has_five_to_eight_archived_reports_without_names(
    session: Session, house: House, numbers: list[int], pick: slice
) -> None:
    with pytest.raises(BadInput):
        calibration.prepare(session, house.round_id, numbers[pick], **act(house))


def test_unknown_report_is_refused_by_number(session: Session, house: House, numbers: list[int]) -> None:
    with pytest.raises(BadInput, match="99999"):
        calibration.prepare(session, house.round_id, [*numbers[:4], 99999], **act(house))


def test_contest_that_does_not_calibrate_has_no_set(session: Session, house: House, numbers: list[int]) -> None:
    learning.switched(session, house, calibrates=False)
    with pytest.raises(NotAllowed):
        prepared(session, house, numbers)
    assert reads.gate(session, house.editor_id) is None


def test_gate_closes_with_the_set_and_opens_with_the_last_grade(
    session: Session, house: House, numbers: list[int]
) -> None:
    assert reads.gate(session, house.editor_id) is None
    items = prepared(session, house, numbers)
    for done, item in enumerate(items):
        assert reads.gate(session, house.editor_id) == reads.Gate(house.round_id, "2026-11", 5, done)
        calibration.grade(session, item, ACCEPTED, **act(house))
    assert reads.gate(session, house.editor_id) is None


def test_gate_of_one_is_not_that_of_another(session: Session, house: House, numbers: list[int]) -> None:
    other = learning.more_editors(session, 1)[0]
    for item in prepared(session, house, numbers):
        calibration.grade(session, item, ACCEPTED, **act(house))
    gate = reads.gate(session, other)
    assert gate is not None
    assert gate.done == 0


def test_skipped_member_goes_on(session: Session, house: House, numbers: list[int]) -> None:
    prepared(session, house, numbers)
    for _ in range(2):
        calibration.skip(session, house.round_id, house.editor_id, **act(house))
    assert reads.gate(session, house.editor_id) is None
    with pytest.raises(NotFound):
        calibration.skip(session, 999, house.editor_id, **act(house))


def test_first_grade_stands_and_the_report_is_untouched(session: Session, house: House, numbers: list[int]) -> None:
    item = prepared(session, house, numbers)[0]
    before = session.get_one(Report, numbers[0]).version
    calibration.grade(session, item, GradeInput(Verdict.NOT_AN_ERROR, reason=" 没错 "), **act(house))
    with pytest.raises(NotAllowed):
        calibration.grade(session, item, ACCEPTED, **act(house))
    kept = reads.grades(session, house.round_id)[item, house.editor_id]
    assert (kept.verdict, kept.row_code, kept.reason_text) == (Verdict.NOT_AN_ERROR, None, "没错")
    session.expire_all()
    assert session.get_one(Report, numbers[0]).version == before


@pytest.mark.sampled
@pytest.mark.parametrize("given", [
    GradeInput(Verdict.ACCEPTED), GradeInput(Verdict.ACCEPTED, row_code="N-01"),
    GradeInput(Verdict.ACCEPTED, row_code="N-10", doubling=Doubling.HEADLINE),
])  # fmt: skip
def test_half_a_grade_is_refused(session: Session, house: House, numbers: list[int], given: GradeInput) -> None:
    item = prepared(session, house, numbers)[0]
    with pytest.raises(BadInput):
        calibration.grade(session, item, given, **act(house))


def test_set_is_made_anew_until_somebody_has_graded(session: Session, house: House, numbers: list[int]) -> None:
    prepared(session, house, numbers)
    calibration.prepare(session, house.round_id, numbers[1:6], **act(house))
    items = reads.items(session, house.round_id)
    assert [item.report_id for item in items] == numbers[1:6]
    calibration.grade(session, items[0].id, ACCEPTED, **act(house))
    with pytest.raises(NotAllowed):
        prepared(session, house, numbers)


def test_picked_round_is_calibrated_no_more(session: Session, house: House, numbers: list[int]) -> None:
    item = prepared(session, house, numbers)[0]
    session.execute(update(Round).where(Round.id == house.round_id).values(
        state=RoundState.PICKED, closed_at=NOW, picked_at=NOW, result={}))
    session.expire_all()
    with pytest.raises(NotAllowed):
        calibration.grade(session, item, ACCEPTED, **act(house))
    assert reads.gate(session, house.editor_id) is None
    assert not {one.number for one in calibration.propose(session, house.contest_id).reports} & set(numbers[:5])
