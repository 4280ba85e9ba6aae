"""Who grades a report just now: a soft claim of five minutes, taken on opening, taken over with a log entry.

Writes; never commits. Nothing here keeps anybody from saving: a claim only says who is at it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, false, or_, select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.contest import aim as aims
from bot.errors import NotAllowed, NotFound
from models.contests import Round
from models.enums import ReportState, RoundState
from models.queries.reviews import waits_for
from models.reports import Report
from models.session import upsert
from models.working import Claim

LENGTH = timedelta(minutes=5)
WORK = frozenset({ReportState.HALF_TOLD, ReportState.FILED, ReportState.NEEDS_MORE, ReportState.ESCALATED})
"""States in which a report waits for a decision."""


def is_work(state: ReportState, round_state: RoundState | None, late: bool, *, waits: bool = False) -> bool:
    """Whether a report still waits for somebody to decide it; `waits`: for the further opinion of the one who asks."""
    return (waits or state in WORK) and (late or round_state not in aims.SETTLED)


def check_work(db: Connection, report_id: int, staff_id: int | None = None) -> None:
    """NotFound, or NotAllowed where there is nothing left to decide, nor an opinion of `staff_id` to give."""
    waits = waits_for(staff_id) if staff_id is not None else false()
    row = db.execute(select(Report.state, Report.late, Round.state.label("round_state"), waits.label("waits"))
                     .outerjoin(Round, Round.id == Report.round_id).where(Report.id == report_id)).first()
    if row is None:
        raise NotFound(f"没有编号 {report_id}。")
    if not is_work(row.state, row.round_state, row.late, waits=bool(row.waits)):
        raise NotAllowed(f"编号 {report_id} 现在不用评。")


def take(session: Session, report_id: int, *, actor: Actor, now: datetime) -> bool:
    """Takes or prolongs the claim unless somebody else has it; whether the doer has it now. One statement."""
    assert actor.staff_id is not None, "only staff grade"
    statement = upsert(
        session, Claim, {"report_id": report_id},
        {"staff_id": actor.staff_id, "claimed_at": now, "held_until": now + LENGTH},
        where=or_(Claim.staff_id == actor.staff_id, Claim.held_until <= now))
    return session.execute(statement.returning(Claim.report_id)).first() is not None


def claim(session: Session, report_id: int, *, actor: Actor, now: datetime) -> None:
    """“我来评”. NotAllowed where somebody else is at it: that is for `steal`."""
    check_work(session.connection(), report_id, actor.staff_id)
    if not take(session, report_id, actor=actor, now=now):
        raise NotAllowed("别人正在评这条。要接过来，请按“接过来评”。")


def steal(session: Session, report_id: int, *, actor: Actor, now: datetime) -> int | None:
    """Takes the claim from whoever has it, with a log entry; his id, None where it was free."""
    db = session.connection()
    check_work(db, report_id, actor.staff_id)
    holder = db.scalar(select(Claim.staff_id).where(
        Claim.report_id == report_id, Claim.held_until > now, Claim.staff_id != actor.staff_id).with_for_update())
    if holder is None:
        claim(session, report_id, actor=actor, now=now)
        return None
    db.execute(update(Claim).where(Claim.report_id == report_id).values(
        staff_id=actor.staff_id, claimed_at=now, held_until=now + LENGTH))
    audit.record(session, actor=actor, verb="steal_claim", object_kind="report", object_id=report_id, now=now,
                 details={"holder": holder})
    return holder


def let_go(session: Session, report_id: int, *, actor: Actor) -> None:
    """Gives the doer's own claim back."""
    session.execute(delete(Claim).where(Claim.report_id == report_id, Claim.staff_id == actor.staff_id))
