"""The demo's second editors: they give the opinions that are asked for, each the same as the first. By the editors' verbs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from bot.audit import OPERATOR, by_staff
from bot.filing import reports
from bot.judging import contenders, grading, reviews
from bot.judging.grading import GradeInput
from models.contests import Round
from models.enums import Role, RoundState
from models.grades import Grade
from models.queries import reviews as queries
from models.queries.team import EDITING
from models.reports import Report
from models.reviews import Review
from models.staff import Staff
from models.work_enums import OPEN_REVIEWS, ReviewState

MOST_TIMES = 5
"""Every settled report may bring another one near the cut lines; a handful of times is enough for the demo's two dozen."""
AGREED = "演示：第二位编辑也这样看。"


def settle(session: Session, *, now: datetime) -> int:
    """Settles every open second opinion of running rounds, those of contenders too; how many."""
    running = list(session.scalars(select(Round.id).where(Round.state.in_((RoundState.OPEN, RoundState.CLOSED)))))
    done = 0
    for _ in range(MOST_TIMES):
        for round_id in running:
            contenders.seek(session, round_id, actor=OPERATOR, now=now)
        waiting = session.execute(select(Review.__table__).join(Report, Report.id == Review.report_id).where(
            Report.round_id.in_(running), Review.state.in_(OPEN_REVIEWS)).order_by(Review.id)).all()
        if not waiting:
            break
        for held in waiting:
            _settle(session, held, now)
        done += len(waiting)
    return done


def _settle(session: Session, held: Row[Any], now: datetime) -> None:
    """As the first editor said; where nobody is left to ask, a chief says so."""
    first = session.get_one(Grade, held.first_grade_id)
    given = GradeInput(first.verdict, first.row_code, first.doubling,
                       (first.place_mark, first.correction_mark, first.reason_mark), first.original_id,
                       first.reason_text or "")
    who = somebody(session, held.report_id)
    version = reports.get(session.connection(), held.report_id).version
    if who is not None and held.state is not ReviewState.WAITING_CHIEF:
        grading.grade(session, held.report_id, given, actor=by_staff(who), now=now, expected_version=version)
        return
    chief = session.scalar(select(Staff.id).where(Staff.active.is_(True), Staff.role == Role.CHIEF).limit(1))
    if chief is not None and held.state is ReviewState.WAITING_CHIEF:
        reviews.decide(session, held.report_id, first.id, AGREED, actor=by_staff(chief), now=now, expected_version=version)


def somebody(session: Session, report_id: int) -> int | None:
    """An editor of the demo who has not graded this report and did not make its page."""
    return session.scalar(select(Staff.id).join(Report, Report.id == report_id).where(
        Staff.active.is_(True), Staff.role.in_(EDITING), ~queries.graded(Staff.id), ~queries.own_page(Staff.id),
        ~queries.took_back(Staff.id)).order_by(Staff.id).limit(1))
