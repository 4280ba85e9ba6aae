"""Named reads around the release of a round: who would be told, what is overdue, what is left to do afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, or_, select
from sqlalchemy.orm import Session, joinedload

from models.appeals import Caller
from models.articles import RoundArticle
from models.cockpit import Reminder
from models.contests import Award, Contest, Round, RoundTick
from models.enums import ArticleState, OutgoingState, PrizeState, ReleaseStep, Role, RoundState
from models.outgoing import OutgoingMessage
from models.queries.deputies import may_deputise
from models.staff import Staff
from models.work_enums import ReminderMoment, ReminderState

IN_THE_ACCOUNT = (ArticleState.DRAFTED, ArticleState.WANTED, ArticleState.SUBMITTING, ArticleState.SUBMITTED,
                  ArticleState.PUBLISHED, ArticleState.BY_HAND)


@dataclass(frozen=True, slots=True)
class StepView:
    """One line of the list. `by_itself`: seen from the records, nobody need tick it; else by whom and when."""

    step: ReleaseStep
    done: bool
    by_itself: bool
    by: str | None = None
    at: datetime | None = None
    left: int = 0  # winners not told yet


def steps(session: Session, round_id: int) -> tuple[StepView, ...]:
    """All of them, in order."""
    untold = _untold(session, round_id)
    article = session.scalar(select(RoundArticle.state).where(RoundArticle.round_id == round_id))
    seen = {ReleaseStep.ARTICLE: article in IN_THE_ACCOUNT, ReleaseStep.WINNERS_TOLD: untold == 0}
    ticked = {row.step: (row.display_name, row.ticked_at) for row in session.execute(
        select(RoundTick.step, RoundTick.ticked_at, Staff.display_name)
        .outerjoin(Staff, Staff.id == RoundTick.staff_id).where(RoundTick.round_id == round_id))}
    return tuple(
        StepView(step, seen.get(step, False) or step in ticked, seen.get(step, False), *ticked.get(step, (None, None)),
                 left=untold if step is ReleaseStep.WINNERS_TOLD else 0)
        for step in ReleaseStep)


def _untold(session: Session, round_id: int) -> int:
    return session.scalar(select(func.count()).select_from(Award).where(Award.round_id == round_id, ~_knows())) or 0


def _knows() -> ColumnElement[bool]:
    """Of an award: its notice has reached the winner, or he has come for the prize, or it is over."""
    key = literal("award-").concat(cast(Award.id, String))  # see bot.contest.announcing.drafts.tell_winners
    reached = select(OutgoingMessage.id).where(
        OutgoingMessage.idempotency_key == key, OutgoingMessage.state == OutgoingState.SENT).correlate(Award).exists()
    return or_(Award.state != PrizeState.TO_BE_CLAIMED, reached)


@dataclass(frozen=True, slots=True)
class WinnerRow:
    """An award with its reader loaded. `label`: what staff call him who follows no account; `knows`: he has his notice, or
    came for the prize."""

    award: Award
    label: str | None
    knows: bool


def winners(session: Session, round_id: int) -> tuple[WinnerRow, ...]:
    """In order of places. One query."""
    rows = session.execute(
        select(Award, Caller.label, _knows()).outerjoin(Caller, Caller.reader_id == Award.reader_id)
        .options(joinedload(Award.reader)).where(Award.round_id == round_id).order_by(Award.place))
    return tuple(WinnerRow(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class Unreleased:
    """A round that is over and whose list is not out."""

    id: int
    month: str
    state: RoundState
    print_by: date
    deputy_id: int | None

    @property
    def picked(self) -> bool:
        return self.state is RoundState.PICKED


def unreleased(session: Session, *, first: date, last: date, now: datetime) -> tuple[Unreleased, ...]:
    """Those whose press day lies between these days, the nearest first."""
    over = or_(Round.state.in_((RoundState.CLOSED, RoundState.PICKED)),
               and_(Round.state == RoundState.OPEN, Round.closes_at <= now))
    rows = session.execute(
        select(Round.id, Round.month, Round.state, Round.print_by, Contest.deputy_id)
        .join(Contest, Contest.id == Round.contest_id)
        .where(over, Round.print_by.between(first, last)).order_by(Round.print_by, Round.id))
    return tuple(Unreleased(*row) for row in rows)


def months_to_send(session: Session) -> list[int]:
    """Released rounds of which nobody was sent the month, the oldest first."""
    sent = select(Reminder.round_id).where(Reminder.round_id == Round.id, Reminder.moment == ReminderMoment.MONTH)
    return list(session.scalars(select(Round.id).where(Round.state == RoundState.RELEASED, ~sent.exists())
                                .order_by(Round.released_at, Round.id)))


def months_to_repeat(session: Session, *, tried_before: datetime, released_after: datetime) -> list[tuple[int, int]]:
    """(round, member) of months that the relay did not take."""
    rows = session.execute(
        select(Reminder.round_id, Reminder.staff_id).join(Round, Round.id == Reminder.round_id)
        .join(Staff, Staff.id == Reminder.staff_id)
        .where(Reminder.moment == ReminderMoment.MONTH, Reminder.state == ReminderState.FAILED,
               Reminder.made_at <= tried_before, Round.released_at > released_after, Staff.active.is_(True),
               Staff.email.is_not(None)))
    return [(row.round_id, row.staff_id) for row in rows]


@dataclass(frozen=True, slots=True)
class Recipient:
    id: int
    name: str
    email: str | None


def chiefs(session: Session, *, deputy_id: int | None = None) -> tuple[Recipient, ...]:
    """Active chiefs, or the admins where there is none; and this deputy, while he may be one."""
    rows = session.execute(
        select(Staff.id, Staff.display_name, Staff.email, Staff.role).where(
            Staff.active.is_(True), or_(Staff.role.in_((Role.CHIEF, Role.ADMIN)), and_(Staff.id == deputy_id, may_deputise())))
        .order_by(Staff.id)).all()
    has_chief = any(row.role is Role.CHIEF for row in rows)
    return tuple(Recipient(row.id, row.display_name, row.email) for row in rows if row.role is not Role.ADMIN or not has_chief)
