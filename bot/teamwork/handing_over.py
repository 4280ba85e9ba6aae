"""All that somebody who leaves has in hand goes to somebody else, in one act. Writes; never commits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import CompoundSelect, delete, select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.catalogue import papers
from bot.errors import BadInput, NotAllowed, NotFound
from bot.teamwork import assignments, claims
from models.contests import Round
from models.papers import Paper, PaperGrader
from models.reports import Report
from models.staff import Staff
from models.working import Assignment, Claim, Snooze


@dataclass(frozen=True, slots=True)
class InHand:
    """Numbers of the reports that still wait for a decision, each once: given to him, being graded, laid aside.

    `papers`: (id, name) of those whose reports he is to grade.
    """

    assigned: tuple[int, ...] = ()
    claimed: tuple[int, ...] = ()
    snoozed: tuple[int, ...] = ()
    papers: tuple[tuple[int, str], ...] = ()

    @property
    def reports(self) -> tuple[int, ...]:
        return tuple(sorted({*self.assigned, *self.claimed, *self.snoozed}))

    def __bool__(self) -> bool:
        return bool(self.reports or self.papers)


def in_hand(session: Session, staff_id: int, *, now: datetime) -> InHand:
    """What a hand-over would move. One query for reports, one for papers."""
    rows = session.execute(
        select(Report.id, Report.state, Report.late, Round.state.label("round_state"),
               Assignment.staff_id.label("assigned"), Claim.staff_id.label("claimed"),
               Snooze.snoozed_by_id.label("snoozed"))
        .outerjoin(Round, Round.id == Report.round_id)
        .outerjoin(Assignment, (Assignment.report_id == Report.id) & (Assignment.staff_id == staff_id))
        .outerjoin(Claim, (Claim.report_id == Report.id) & (Claim.staff_id == staff_id) & (Claim.held_until > now))
        .outerjoin(Snooze, (Snooze.report_id == Report.id) & (Snooze.snoozed_by_id == staff_id) & (Snooze.until > now))
        .where(Report.id.in_(_touched(staff_id))).order_by(Report.id)
    ).all()
    work = [row for row in rows if claims.is_work(row.state, row.round_state, row.late)]
    own = session.execute(select(Paper.id, Paper.name).join(PaperGrader, PaperGrader.paper_id == Paper.id)
                          .where(PaperGrader.staff_id == staff_id).order_by(Paper.id))
    return InHand(
        assigned=tuple(row.id for row in work if row.assigned), claimed=tuple(row.id for row in work if row.claimed),
        snoozed=tuple(row.id for row in work if row.snoozed), papers=tuple((row.id, row.name) for row in own))


def _touched(staff_id: int) -> CompoundSelect[int]:
    """The few reports that bear his name, by the indexes of three small tables."""
    return (select(Assignment.report_id).where(Assignment.staff_id == staff_id)
            .union(select(Claim.report_id).where(Claim.staff_id == staff_id),
                   select(Snooze.report_id).where(Snooze.snoozed_by_id == staff_id)))


def hand_over(session: Session, staff_id: int, to: int | None, *, actor: Actor, now: datetime) -> InHand:
    """Moves everything in hand to `to`; None: to everybody, given to nobody in particular. What was moved.

    A rest that he had begun goes on; who waits at its end is the new one. NotAllowed where nothing is in hand.
    """
    if session.get(Staff, staff_id) is None:
        raise NotFound("没有这个人。")
    if to == staff_id:
        raise BadInput("请选另一位。")
    if to is not None:
        assignments.check_member(session, to)
    moved = in_hand(session, staff_id, now=now)
    if not moved:
        raise NotAllowed("他手上没有要交接的。")
    for number in moved.reports:
        if to is not None or number in moved.assigned:
            assignments.assign(session, number, to, actor=actor, now=now)
    session.execute(delete(Claim).where(Claim.staff_id == staff_id))
    session.execute(update(Snooze).where(Snooze.snoozed_by_id == staff_id, Snooze.report_id.in_(moved.snoozed))
                    .values(snoozed_by_id=to or actor.staff_id))
    for paper_id, _ in moved.papers:
        _hand_paper(session, paper_id, staff_id, to, actor=actor, now=now)
    audit.record(session, actor=actor, verb="hand_over_work", object_kind="staff", object_id=staff_id, now=now,
                 details={"to": to, "reports": len(moved.reports), "papers": len(moved.papers)})
    return moved


def _hand_paper(session: Session, paper_id: int, staff_id: int, to: int | None, *, actor: Actor, now: datetime) -> None:
    settings = papers.settings_of(session, paper_id)
    graders = settings.graders - {staff_id} | ({to} if to is not None else set())
    version = session.scalars(select(Paper.version).where(Paper.id == paper_id)).one()
    papers.edit_paper(session, paper_id, replace(settings, graders=graders), expected_version=version, actor=actor,
                      now=now)
