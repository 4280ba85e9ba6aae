"""Reports given to a member of the team, or laid aside until a moment. One report a verb; writes, never commits."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.clock import SHANGHAI
from bot.errors import BadInput, NotAllowed
from bot.teamwork.claims import check_work
from models.contests import Round
from models.queries.team import EDITING
from models.reports import Report
from models.session import upsert
from models.staff import Staff
from models.working import Assignment, Snooze

MORNING = time(9)
LONGEST = timedelta(days=92)


class Rest(StrEnum):
    """The ready-made ends of a rest."""

    TOMORROW = "tomorrow"
    THREE_DAYS = "three_days"
    MONDAY = "monday"


def rest_until(rest: Rest, now: datetime) -> datetime:
    """Nine in the morning in Shanghai, tomorrow, in three days or on the next Monday."""
    today = now.astimezone(SHANGHAI).date()
    days = {Rest.TOMORROW: 1, Rest.THREE_DAYS: 3, Rest.MONDAY: 7 - today.weekday()}[rest]
    return morning(today + timedelta(days=days))


def morning(day: date) -> datetime:
    """Nine in the morning of a day in Shanghai, in UTC."""
    return datetime.combine(day, MORNING, SHANGHAI).astimezone(UTC)


def assign(session: Session, report_id: int, staff_id: int | None, *, actor: Actor, now: datetime) -> None:
    """Gives a report to a member of the team; None: to nobody in particular. NotAllowed where nothing is left to
    decide, BadInput for somebody who does not grade."""
    db = session.connection()
    check_work(db, report_id, staff_id)
    before = db.scalar(select(Assignment.staff_id).where(Assignment.report_id == report_id))
    if before == staff_id:
        return
    if staff_id is None:
        db.execute(delete(Assignment).where(Assignment.report_id == report_id))
    else:
        check_member(session, staff_id)
        session.execute(upsert(session, Assignment, {"report_id": report_id}, {
            "staff_id": staff_id, "assigned_at": now, "assigned_by_id": actor.staff_id}))
    audit.record(session, actor=actor, verb="assign_report", object_kind="report", object_id=report_id, now=now,
                 details={"was": before, "to": staff_id})


def check_member(session: Session, staff_id: int) -> None:
    """BadInput unless this is an editor or chief at work."""
    if session.scalar(select(Staff.id).where(Staff.id == staff_id, Staff.active.is_(True),
                                             Staff.role.in_(EDITING))) is None:
        raise BadInput("请选一位在用的编辑或主编。")


def snooze(session: Session, report_id: int, until: datetime, *, actor: Actor, now: datetime,
           anyway: bool = False) -> None:
    """Lays an open report aside until a moment. BadInput for one that has passed, lies too far off, or lies beyond the
    end of its round's grading unless `anyway`."""
    db = session.connection()
    check_work(db, report_id)
    if not now < until <= now + LONGEST:
        raise BadInput("请选明天以后、三个月以内的一天。")
    row = db.execute(select(Round.grading_until, Report.late).join(Round, Round.id == Report.round_id)
                     .where(Report.id == report_id)).first()
    if row is not None and not row.late and until > row.grading_until and not anyway:
        end = row.grading_until.astimezone(SHANGHAI)
        raise BadInput(f"这一轮 {end.month}月{end.day}日 {end:%H:%M} 前要评完，搁置到那以后就晚了。"
                       "请选早一些，或者勾上“过了期限也搁置”。")
    session.execute(upsert(session, Snooze, {"report_id": report_id}, {
        "until": until, "snoozed_at": now, "snoozed_by_id": actor.staff_id}))
    audit.record(session, actor=actor, verb="snooze_report", object_kind="report", object_id=report_id, now=now,
                 details={"until": until.astimezone(SHANGHAI).strftime("%m-%d %H:%M")})


def wake(session: Session, report_id: int, *, actor: Actor, now: datetime) -> None:
    """Ends a rest before its time. NotAllowed where there is none."""
    found = session.execute(delete(Snooze).where(Snooze.report_id == report_id).returning(Snooze.report_id)).first()
    if found is None:
        raise NotAllowed("这条没有搁置。")
    audit.record(session, actor=actor, verb="wake_report", object_kind="report", object_id=report_id, now=now)
