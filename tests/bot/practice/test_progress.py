"""A member's way through the practice reports, kept in the database and apart from every real row."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.errors import BadInput, NotAllowed
from bot.practice import progress
from bot.practice.items import Answer, items
from models.audit import AuditEntry
from models.enums import Role, Verdict
from models.grades import Grade
from models.practice import PracticeRun
from models.reports import Report
from tests.support import factories
from tests.support.factories import HEADLINE, NOW

NO = Answer(Verdict.NOT_AN_ERROR)


@pytest.fixture
def member(session: Session) -> int:
    return factories.staff(session, "anna", Role.EDITOR)


def test_answers_are_kept_and_the_way_is_taken_up_where_it_was_left(session: Session, member: int) -> None:
    assert progress.progress(session, member) == progress.NOT_BEGUN
    for item in items()[:3]:
        progress.answer(session, member, item, item.answer, now=NOW)
    progress.answer(session, member, items()[6], NO, now=NOW)
    found = progress.progress(session, member)
    assert (found.number, found.done, found.next_position, found.finished, found.right) == (1, 4, 4, False, 3)
    assert found.answers[items()[6].code] == NO
    assert found.answers[items()[1].code] == items()[1].answer


def test_first_answer_stands(session: Session, member: int) -> None:
    item = items()[0]
    progress.answer(session, member, item, NO, now=NOW)
    with pytest.raises(NotAllowed):
        progress.answer(session, member, item, item.answer, now=NOW)
    assert progress.progress(session, member).answers[item.code] == NO


def test_accepting_needs_a_row(session: Session, member: int) -> None:
    with pytest.raises(BadInput):
        progress.answer(session, member, items()[0], Answer(Verdict.ACCEPTED), now=NOW)


def test_all_answered_is_finished_and_can_be_done_again(session: Session, member: int) -> None:
    for item in items():
        progress.answer(session, member, item, item.answer, now=NOW)
    found = progress.progress(session, member)
    assert (found.finished, found.next_position, found.right) == (True, None, 20)
    progress.again(session, member, now=NOW + timedelta(days=1))
    assert progress.progress(session, member) == progress.Progress(2, {}, finished=False)
    runs = session.scalars(select(PracticeRun).order_by(PracticeRun.number)).all()
    assert [run.finished_at for run in runs] == [NOW, None]


def test_beginning_again_before_the_first_answer_changes_nothing(session: Session, member: int) -> None:
    progress.again(session, member, now=NOW)
    progress.again(session, member, now=NOW)
    assert session.scalar(select(func.count()).select_from(PracticeRun)) == 1


def test_members_do_not_meet(session: Session, member: int) -> None:
    other = factories.staff(session, "bert", Role.EDITOR)
    progress.answer(session, member, items()[0], NO, now=NOW)
    assert progress.progress(session, other) == progress.NOT_BEGUN


def test_offered_until_something_was_begun_or_graded(session: Session) -> None:
    house = factories.build(session)
    other = factories.staff(session, "bert", Role.EDITOR)
    assert progress.offered(session, house.editor_id)
    factories.accept(session, factories.report(session, HEADLINE), house)
    assert not progress.offered(session, house.editor_id)
    assert progress.offered(session, other)
    progress.answer(session, other, items()[0], NO, now=NOW)
    assert not progress.offered(session, other)


def test_nothing_real_is_touched(session: Session, member: int) -> None:
    for item in items():
        progress.answer(session, member, item, item.answer, now=NOW)
    for kind in (Report, Grade, AuditEntry):
        assert session.scalar(select(func.count()).select_from(kind)) == 0
