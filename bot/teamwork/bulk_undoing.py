"""Taking an act on many reports back on one of them, by the kind of act. Writes; never commits.

Where somebody changed the report since, the verbs refuse and it stays as it is; so it does in a closed round where taking
it back would move somebody: that is looked at on the page of the report, one by one.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.errors import NotAllowed
from bot.judging import grading, rescored
from bot.judging.rescored import LookFirst
from bot.teamwork import assignments, notes
from models.enums import OutgoingState
from models.lists import BulkAct, BulkItem
from models.outgoing import OutgoingMessage
from models.reports import Erratum, Report
from models.work_enums import BulkVerb
from models.working import Assignment, Snooze

SOMEBODY_MOVES = "这一轮已经截止，撤销它会有人的名次变，请点开这一条撤销，先看看谁会变"
LEFT = (OutgoingState.SENDING, OutgoingState.SENT, OutgoingState.UNCERTAIN)
"""Where a message to a reader cannot be called back any more."""


def undo(session: Session, act: BulkAct, item: BulkItem, *, actor: Actor, now: datetime) -> str | None:
    """Takes it back; gives what the editor should know besides."""
    if act.verb is BulkVerb.ASSIGN:
        _unassign(session, act, item, actor=actor, now=now)
        return None
    if act.verb is BulkVerb.SNOOZE:
        _wake(session, act, item, actor=actor, now=now)
        return None
    if act.verb is BulkVerb.NOTE:
        notes.take_back(session, item.kept["note"], actor=actor, now=now)
        return None
    if act.verb is BulkVerb.NOT_SAME:
        _unsettle(session, item, actor=actor, now=now)
        return None
    assert item.after_version is not None
    try:
        rescored.undo(session, item.report_id, always=False, actor=actor, now=now, expected_version=item.after_version)
    except LookFirst:
        raise NotAllowed(SOMEBODY_MOVES) from None
    told = act.verb is not BulkVerb.ESCALATE and _has_left(session, item.report_id)
    return "通知读者的话已经发出，收不回来" if told else None


def _unassign(session: Session, act: BulkAct, item: BulkItem, *, actor: Actor, now: datetime) -> None:
    present = session.scalar(select(Assignment.staff_id).where(Assignment.report_id == item.report_id))
    if present != act.details["to"]:
        raise NotAllowed("后来又改派了")
    assignments.assign(session, item.report_id, item.kept["was"], actor=actor, now=now)


def _wake(session: Session, act: BulkAct, item: BulkItem, *, actor: Actor, now: datetime) -> None:
    """Awake again, or at rest as long as it was before."""
    until = datetime.fromisoformat(act.details["until"])
    if session.scalar(select(Snooze.until).where(Snooze.report_id == item.report_id)) != until:
        raise NotAllowed("后来又改过放到哪一天")
    was = datetime.fromisoformat(item.kept["was"]) if item.kept["was"] else None
    if was is not None and was > now:
        assignments.snooze(session, item.report_id, was, actor=actor, now=now, anyway=True)
    else:
        assignments.wake(session, item.report_id, actor=actor, now=now)


def _unsettle(session: Session, item: BulkItem, *, actor: Actor, now: datetime) -> None:
    """The likeness is open again."""
    assert item.after_version is not None
    db = session.connection()
    report = grading.opened(db, item.report_id, item.after_version)
    maybe = item.kept["maybe"]
    if session.scalar(select(Erratum.id).where(Erratum.id == maybe)) is None:
        raise NotAllowed("当时疑似的那一处已经没有了")
    db.execute(update(Report).where(Report.id == report.id).values(
        maybe_erratum_id=maybe, updated_at=now, version=report.version + 1))
    audit.record(session, actor=actor, verb="unsettle_maybe", object_kind="report", object_id=report.id, now=now,
                 details={"erratum": maybe})


def _has_left(session: Session, report_id: int) -> bool:
    state = session.scalar(select(OutgoingMessage.state).where(
        OutgoingMessage.report_id == report_id, OutgoingMessage.kind == "outcome")
        .order_by(OutgoingMessage.id.desc()).limit(1))
    return state in LEFT
