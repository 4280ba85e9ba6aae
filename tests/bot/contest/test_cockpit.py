"""Who has what, and how a round went day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.contest import cockpit
from bot.contest.cockpit import Day, by_day, common, shares
from models.enums import ReportState, Role
from models.papers import PaperGrader
from models.queries.cockpit import Heap, Member
from models.reports import Report
from models.staff import PaperRole, Staff
from models.working import Assignment, Claim
from tests.support import factories
from tests.support.factories import DISCOUNT, ELSEWHERE, HEADLINE, NOW, VOLUNTEERS, House

EAST, WEST = 1, 2


def member(number: int, *papers: int, only: set[int] | None = None) -> Member:
    return Member(number, f"编辑{number}", None, frozenset(papers), frozenset(only) if only else None)


def owed(members: list[Member], heaps: list[Heap]) -> list[tuple[int, int, int, int]]:
    return [(one.assigned, one.own, one.common, one.owed) for one in shares(members, heaps)]


@pytest.mark.parametrize(("members", "heaps", "expected", "nobodys"), [
    ([member(1)], [Heap("waiting", None, EAST, 4)], [(0, 0, 4, 4)], 4),
    ([member(1), member(2)], [Heap("waiting", 1, EAST, 3), Heap("waiting", None, EAST, 4)], [(3, 0, 4, 7), (0, 0, 4, 4)], 4),
    ([member(1, EAST), member(2)], [Heap("waiting", None, EAST, 4), Heap("waiting", None, WEST, 2)],
     [(0, 4, 2, 6), (0, 0, 2, 2)], 2),
    ([member(1, EAST), member(2, EAST)], [Heap("waiting", None, EAST, 4)], [(0, 4, 0, 4), (0, 4, 0, 4)], 0),
    ([member(1)], [Heap("waiting", 9, EAST, 4)], [(0, 0, 4, 4)], 4),  # given to somebody who has left
    ([member(1, only={WEST}), member(2)], [Heap("waiting", None, EAST, 4), Heap("waiting", None, None, 1)],
     [(0, 0, 1, 1), (0, 0, 5, 5)], 5),
    ([member(1), member(2)], [Heap("second", 1, None, 2), Heap("claimed", 2, None, 1)], [(0, 0, 0, 2), (0, 0, 0, 0)], 0),
])  # fmt: skip
def test_what_waits_falls_to_whom_it_is_given(
    members: list[Member], heaps: list[Heap], expected: list[tuple[int, int, int, int]], nobodys: int
) -> None:
    assert owed(members, heaps) == expected
    assert common(members, heaps) == nobodys


def test_days_without_anything_stand_between_the_others() -> None:
    first = date(2026, 11, 8)
    found = by_day({first: 3}, {first + timedelta(days=2): 1}, today=first + timedelta(days=3))
    assert found == (
        Day(first, 3, 0, 3),
        Day(date(2026, 11, 9), 0, 0, 3),
        Day(date(2026, 11, 10), 0, 1, 2),
        Day(date(2026, 11, 11), 0, 0, 2),
    )
    assert by_day({}, {}, today=first) == ()
    assert len(by_day({first: 1}, {}, today=first + timedelta(days=99))) == cockpit.PLOTTED_DAYS


@pytest.fixture
def house(session: Session) -> House:
    return factories.build(session)


def test_a_round_is_gathered_from_what_is_stored(session: Session, house: House) -> None:
    other = factories.staff(session, "other", Role.EDITOR)
    first, second, third = (factories.report(session, text) for text in (HEADLINE, DISCOUNT, VOLUNTEERS))
    factories.report(session, ELSEWHERE)
    factories.accept(session, third, house)
    session.add(Assignment(report_id=first, staff_id=other, assigned_at=NOW, assigned_by_id=house.editor_id))
    session.add(Claim(report_id=second, staff_id=other, claimed_at=NOW, held_until=NOW + timedelta(minutes=5)))
    session.add(PaperGrader(paper_id=house.paper_id, staff_id=house.editor_id))
    session.flush()
    found = cockpit.gather(session, house.round_id, now=NOW)
    assert found is not None
    editor, helper = found.shares
    assert (editor.assigned, editor.claimed, editor.own, editor.common, editor.today) == (0, 0, 1, 1, 1)
    assert (helper.assigned, helper.claimed, helper.own, helper.common, helper.today) == (1, 1, 0, 1, 0)
    assert (found.waiting, found.common, found.aim.key) == (3, 1, "grading")
    assert {one.kind.value: one.count for one in found.blockers} == {"ungraded": 3}
    assert found.days[-1] == Day(date(2026, 11, 10), 4, 1, 3)
    assert (found.pace.decided, found.pace.came) == (1, 4)


def test_late_and_withdrawn_reports_are_left_out(session: Session, house: House) -> None:
    late, gone, _ = (factories.report(session, text) for text in (HEADLINE, DISCOUNT, VOLUNTEERS))
    session.get_one(Report, late).late = True
    withdrawn = session.get_one(Report, gone)
    withdrawn.state, withdrawn.withdrawn_at = ReportState.WITHDRAWN, NOW
    session.flush()
    found = cockpit.gather(session, house.round_id, now=NOW)
    assert found is not None
    assert (found.waiting, found.days[-1].came) == (1, 1)


def test_somebody_with_roles_on_papers_owes_those_only(session: Session, house: House) -> None:
    limited = factories.staff(session, "west", Role.EDITOR)
    session.add(PaperRole(staff_id=limited, paper_id=house.other_paper_id, role=Role.EDITOR))
    factories.report(session, HEADLINE)
    session.flush()
    found = cockpit.gather(session, house.round_id, now=NOW)
    assert found is not None
    assert [one.owed for one in found.shares] == [1, 0]


def test_there_is_no_cockpit_without_a_round(session: Session, house: House) -> None:
    assert cockpit.gather(session, 99, now=NOW) is None


def test_after_the_pick_nothing_blocks(session: Session, house: House) -> None:
    factories.accept(session, factories.report(session, HEADLINE), house)
    moment = factories.picked(session, house)
    found = cockpit.gather(session, house.round_id, now=moment)
    assert found is not None
    assert (found.blockers, found.waiting, found.aim.key) == ([], 0, "grading")


def test_admins_grade_where_there_is_no_editor(session: Session, house: House) -> None:
    session.get_one(Staff, house.editor_id).active = False
    admin = factories.staff(session, "admin", Role.ADMIN)
    factories.report(session, HEADLINE)
    found = cockpit.gather(session, house.round_id, now=NOW)
    assert found is not None
    assert [(one.member.id, one.owed) for one in found.shares] == [(admin, 1)]
