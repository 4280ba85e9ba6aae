"""A decision under appeal: who may write it, and how it answers the reader (RULES 19, 21). Writes; never commits.

Called where decisions are written; knows neither grading nor how an appeal comes in.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.dialogue import appeal_phrases
from bot.errors import NotAllowed
from models.appeals import Appeal
from models.enums import OutgoingState, ReportState
from models.outgoing import OutgoingMessage
from models.queries.team import EDITING
from models.reports import Report
from models.staff import Staff
from models.work_enums import AppealState

KIND = "appeal"
"""Of an answer in words, in the outbox."""
ALONE = "没有别的编辑，由原来评的人重新看"
DECIDER = "读者对这条的结论申诉了，要请另一位编辑来看，您原来评过。"


def check(db: Connection, report_id: int, *, actor: Actor) -> None:
    """NotAllowed where the one whose decision is under appeal would change it, unless nobody else is there."""
    appeal = open_of(db, report_id)
    if appeal is not None and appeal.decided_by_id == actor.staff_id and others(db, appeal.decided_by_id):
        raise NotAllowed(DECIDER)


def settle(session: Session, report_id: int, *, actor: Actor, now: datetime) -> None:
    """A decision was just written on a report under appeal: it answers the appeal. A question back does not."""
    db = session.connection()
    appeal = open_of(db, report_id)
    report = db.execute(select(Report.state, Report.verdict).where(Report.id == report_id)).one()
    if appeal is None or report.state is not ReportState.DECIDED or actor.staff_id is None:
        return
    state = AppealState.KEPT if report.verdict is appeal.verdict else AppealState.UPHELD
    close(session, appeal, state, same_person_reason=None, actor=actor, now=now)


def close(session: Session, appeal: Row[Any], state: AppealState, *, same_person_reason: str | None, actor: Actor,
          now: datetime) -> None:
    """The appeal is answered. NotAllowed where somebody else was quicker."""
    same = same_person_reason or (ALONE if actor.staff_id == appeal.decided_by_id else None)
    done = session.connection().execute(update(Appeal).where(
        Appeal.id == appeal.id, Appeal.state == AppealState.OPEN).values(
        state=state, answered_at=now, answered_by_id=actor.staff_id, same_person_reason=same))
    if done.rowcount != 1:
        raise NotAllowed("这条申诉刚刚有人答复了，请刷新看看。")
    audit.record(session, actor=actor, verb="answer_appeal", object_kind="report", object_id=appeal.report_id, now=now,
                 before=AppealState.OPEN, after=state, details={"same_person": same is not None})


def undone(session: Session, report_id: int, *, actor: Actor, now: datetime) -> None:
    """The decision that answered an appeal was taken back: the appeal is open again. An answer in words stays."""
    in_words = select(OutgoingMessage.id).where(
        OutgoingMessage.report_id == report_id, OutgoingMessage.kind == KIND,
        OutgoingMessage.state != OutgoingState.CALLED_BACK)
    done = session.connection().execute(update(Appeal).where(
        Appeal.report_id == report_id, Appeal.state != AppealState.OPEN, ~in_words.exists(),
    ).values(state=AppealState.OPEN, answered_at=None, answered_by_id=None, same_person_reason=None))
    if done.rowcount:
        audit.record(session, actor=actor, verb="reopen_appeal", object_kind="report", object_id=report_id, now=now,
                     after=AppealState.OPEN)


def open_of(db: Connection, report_id: int) -> Row[Any] | None:
    """The open appeal against a report."""
    return db.execute(select(Appeal.__table__).where(
        Appeal.report_id == report_id, Appeal.state == AppealState.OPEN)).first()


def of_report(db: Connection, report_id: int) -> Row[Any] | None:
    """The appeal against a report, whatever became of it."""
    return db.execute(select(Appeal.__table__).where(Appeal.report_id == report_id)).first()


def others(db: Connection, staff_id: int) -> bool:
    """Whether anybody else could look at what this member of staff decided."""
    return db.scalar(select(Staff.id).where(Staff.active.is_(True), Staff.role.in_(EDITING), Staff.id != staff_id)
                     .limit(1)) is not None


def heading(db: Connection, report_id: int, ordinal: int) -> str:
    """How the outcome begins that answers an appeal; empty where it answers none."""
    state = db.scalar(select(Appeal.state).where(Appeal.report_id == report_id))
    return appeal_phrases.answered(ordinal, upheld=state is AppealState.UPHELD) if state in (
        AppealState.UPHELD, AppealState.KEPT) else ""
