"""Reports given to somebody, laid aside, and handed over when somebody leaves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.audit import by_staff
from bot.errors import BadInput, NotAllowed, NotFound
from bot.members import staff
from bot.teamwork import assignments, claims, handing_over
from bot.teamwork.assignments import Rest
from bot.teamwork.handing_over import InHand
from models.contests import Round
from models.enums import Role
from models.papers import PaperGrader
from models.queries import working
from models.reports import Report
from models.staff import Staff
from models.working import Snooze
from tests.support import factories
from tests.support.factories import DISCOUNT, HEADLINE, NOW, VOLUNTEERS
from tests.support.team import Team, log, make_team

TOMORROW = datetime(2026, 11, 11, 1, 0, tzinfo=UTC)


@pytest.fixture
def team(session: Session) -> Team:
    return make_team(session)


def given_to(session: Session, staff_id: int) -> list[int]:
    session.flush()
    return list(session.scalars(select(Report.id).where(working.assigned_to(staff_id)).order_by(Report.id)))


def resting(session: Session, now: datetime) -> list[int]:
    session.flush()
    return list(session.scalars(select(Report.id).where(working.snoozed(now)).order_by(Report.id)))


@pytest.mark.parametrize(
    ("rest", "now", "until"),
    [
        (Rest.TOMORROW, datetime(2026, 11, 10, 1, 0, tzinfo=UTC), TOMORROW),
        (Rest.TOMORROW, datetime(2026, 11, 10, 17, 0, tzinfo=UTC), datetime(2026, 11, 12, 1, 0, tzinfo=UTC)),
        (Rest.THREE_DAYS, datetime(2026, 11, 10, 1, 0, tzinfo=UTC), datetime(2026, 11, 13, 1, 0, tzinfo=UTC)),
        (Rest.MONDAY, datetime(2026, 11, 10, 1, 0, tzinfo=UTC), datetime(2026, 11, 16, 1, 0, tzinfo=UTC)),
        (Rest.MONDAY, datetime(2026, 11, 16, 0, 0, tzinfo=UTC), datetime(2026, 11, 23, 1, 0, tzinfo=UTC)),
        (Rest.MONDAY, datetime(2026, 11, 15, 0, 0, tzinfo=UTC), datetime(2026, 11, 16, 1, 0, tzinfo=UTC)),
    ],
)
def test_rests_end_at_nine_in_shanghai(rest: Rest, now: datetime, until: datetime) -> None:
    assert assignments.rest_until(rest, now) == until


def test_a_report_is_given_to_one_after_another_and_to_nobody(session: Session, team: Team) -> None:
    for to in (team.other, team.other, team.one, None, None):
        assignments.assign(session, team.number, to, actor=team.first, now=NOW)
    assert (given_to(session, team.one), given_to(session, team.other)) == ([], [])
    assert [details for _, _, _, details in log(session, "assign_report")] == [
        {"was": None, "to": team.other}, {"was": team.other, "to": team.one}, {"was": team.one, "to": None}]


def test_only_who_grades_is_given_anything(session: Session, team: Team) -> None:
    hander = factories.staff(session, "发奖", Role.PRIZES)
    gone = factories.staff(session, "已走", Role.EDITOR)
    session.execute(update(Staff).where(Staff.id == gone).values(active=False))
    for nobody in (hander, gone, 999_999):
        with pytest.raises(BadInput, match="在用的编辑或主编"):
            assignments.assign(session, team.number, nobody, actor=team.first, now=NOW)
    assert log(session, "assign_report") == []


def test_what_is_decided_is_neither_given_nor_laid_aside(session: Session, team: Team) -> None:
    factories.accept(session, team.number, team.house)
    with pytest.raises(NotAllowed):
        assignments.assign(session, team.number, team.other, actor=team.first, now=NOW)
    with pytest.raises(NotAllowed):
        assignments.snooze(session, team.number, TOMORROW, actor=team.first, now=NOW)
    with pytest.raises(NotFound):
        assignments.assign(session, 9, team.other, actor=team.first, now=NOW)


def test_a_report_rests_until_its_time(session: Session, team: Team) -> None:
    assignments.snooze(session, team.number, TOMORROW, actor=team.first, now=NOW)
    assert (resting(session, NOW), resting(session, TOMORROW)) == ([team.number], [])
    assert log(session, "snooze_report") == [("snooze_report", team.one, team.number, {"until": "11-11 09:00"})]


def test_whatever_happens_to_a_resting_report_wakes_it(session: Session, team: Team) -> None:
    assignments.snooze(session, team.number, TOMORROW, actor=team.first, now=NOW)
    session.execute(update(Report).where(Report.id == team.number).values(updated_at=NOW + timedelta(hours=1)))
    assert resting(session, NOW + timedelta(hours=2)) == []


def test_a_rest_is_ended_by_hand(session: Session, team: Team) -> None:
    assignments.snooze(session, team.number, TOMORROW, actor=team.first, now=NOW)
    assignments.wake(session, team.number, actor=team.second, now=NOW)
    assert (resting(session, NOW), len(log(session, "wake_report"))) == ([], 1)
    with pytest.raises(NotAllowed, match="没有搁置"):
        assignments.wake(session, team.number, actor=team.second, now=NOW)


def test_a_rest_beyond_the_end_of_grading_is_said_first(session: Session, team: Team) -> None:
    end = session.scalars(select(Round.grading_until).where(Round.id == team.house.round_id)).one()
    beyond = end + timedelta(days=1)
    with pytest.raises(BadInput, match="前要评完"):
        assignments.snooze(session, team.number, beyond, actor=team.first, now=NOW)
    assignments.snooze(session, team.number, end, actor=team.first, now=NOW)
    assignments.snooze(session, team.number, beyond, actor=team.first, now=NOW, anyway=True)
    assert session.scalars(select(Snooze.until)).all() == [beyond]


@pytest.mark.parametrize("until", [NOW, NOW - timedelta(days=1), assignments.morning(date(2027, 3, 1))])
def test_a_rest_ends_later_but_not_next_year(session: Session, team: Team, until: datetime) -> None:
    with pytest.raises(BadInput, match="三个月以内"):
        assignments.snooze(session, team.number, until, actor=team.first, now=NOW)


def test_all_that_somebody_has_in_hand_goes_to_another(session: Session, team: Team) -> None:
    second, third = (factories.report(session, text) for text in (DISCOUNT, VOLUNTEERS))
    done = factories.report(session, HEADLINE)
    chief = factories.staff(session, "主编", Role.CHIEF)
    for number in (team.number, done):
        assignments.assign(session, number, team.one, actor=by_staff(chief), now=NOW)
    factories.accept(session, done, team.house)
    claims.claim(session, second, actor=team.first, now=NOW)
    assignments.snooze(session, third, TOMORROW, actor=team.first, now=NOW)
    session.add(PaperGrader(paper_id=team.house.paper_id, staff_id=team.one))
    session.flush()
    has = InHand((team.number,), (second,), (third,), ((team.house.paper_id, "社区晨报·东城"),))
    assert handing_over.in_hand(session, team.one, now=NOW) == has
    assert handing_over.hand_over(session, team.one, team.other, actor=by_staff(chief), now=NOW) == has
    assert given_to(session, team.other) == [team.number, second, third]
    assert session.scalars(select(Snooze.snoozed_by_id)).all() == [team.other]
    assert session.scalars(select(PaperGrader.staff_id)).all() == [team.other]
    assert not handing_over.in_hand(session, team.one, now=NOW)
    assert log(session, "hand_over_work") == [
        ("hand_over_work", chief, team.one, {"to": team.other, "reports": 3, "papers": 1})]


def test_what_goes_to_everybody_is_given_to_nobody(session: Session, team: Team) -> None:
    assignments.assign(session, team.number, team.one, actor=team.first, now=NOW)
    session.add(PaperGrader(paper_id=team.house.paper_id, staff_id=team.one))
    session.flush()
    handing_over.hand_over(session, team.one, None, actor=team.second, now=NOW)
    assert (given_to(session, team.one), session.scalars(select(PaperGrader.staff_id)).all()) == ([], [])


def test_a_leaver_s_work_is_handed_over_after_he_was_deactivated(session: Session, team: Team) -> None:
    assignments.assign(session, team.number, team.one, actor=team.first, now=NOW)
    staff.deactivate(session, team.one, actor=team.second, now=NOW)
    handing_over.hand_over(session, team.one, team.other, actor=team.second, now=NOW)
    assert given_to(session, team.other) == [team.number]


def test_handing_over_refuses_what_makes_no_sense(session: Session, team: Team) -> None:
    with pytest.raises(NotAllowed, match="没有要交接的"):
        handing_over.hand_over(session, team.one, team.other, actor=team.second, now=NOW)
    with pytest.raises(BadInput, match="另一位"):
        handing_over.hand_over(session, team.one, team.one, actor=team.second, now=NOW)
    with pytest.raises(NotFound):
        handing_over.hand_over(session, 999_999, team.one, actor=team.second, now=NOW)
