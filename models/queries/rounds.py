"""Named reads of rounds, their awards and prizes. Printed names are read for the announcement and prizes only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from models.contests import Award, Contest, Declaration, Round
from models.enums import AwardOrigin, NameState, Prize, PrizeState, Relation, ReportState, RoundState
from models.leads import Lead
from models.queries.calendar import RULE, ContestRule
from models.readers import Reader
from models.reports import Report
from models.staff import Staff

OPEN_STATES = (ReportState.FILED, ReportState.HALF_TOLD, ReportState.NEEDS_MORE, ReportState.ESCALATED)


@dataclass(frozen=True, slots=True)
class RoundRow:
    """One round in the list. `open` counts reports that are not decided yet."""

    id: int
    contest: str
    month: str
    state: RoundState
    published_on: date
    deadline_on: date
    closes_at: datetime
    grading_until: datetime
    print_by: date
    reports: int
    open: int


@dataclass(frozen=True, slots=True)
class RoundView:
    """One round with its record."""

    id: int
    contest: str
    month: str
    state: RoundState
    published_on: date
    deadline_on: date
    deadline_reason: str | None
    closes_at: datetime
    grading_until: datetime
    print_by: date
    box_text: str | None
    closed_at: datetime | None
    seed: str | None
    picked_at: datetime | None
    pick_reason: str | None
    print_block: str | None
    article: str | None
    released_at: datetime | None
    released_by: str | None
    open_leads: int  # nobody has looked at them yet
    rule: ContestRule  # of its contest's calendar
    contest_id: int


@dataclass(frozen=True, slots=True)
class AwardView:
    """One award with the name that is, or would be, printed. For chiefs and the prize role."""

    id: int
    month: str
    contest: str
    prize: Prize
    place: int
    total_milli: int
    printed_name: str | None  # as released
    given_name: str | None  # as the reader has it now
    name_state: NameState
    name_reason: str | None
    state: PrizeState
    state_at: datetime
    relation: Relation | None  # what the winner declared at the claim
    origin: AwardOrigin
    vacated: bool  # his souvenir, which he left for the best prize
    round_id: int


def rounds(session: Session) -> tuple[RoundRow, ...]:
    """All rounds, the newest first. One query."""
    # Counted by themselves: so the index of rounds and states has all that is read of the reports.
    held = (select(Report.round_id, func.count().label("reports"),
                   func.count().filter(Report.state.in_(OPEN_STATES)).label("open"))
            .where(Report.round_id.is_not(None)).group_by(Report.round_id).subquery())
    found = session.execute(
        select(Round.id, Contest.name, Round.month, Round.state, Round.published_on, Round.deadline_on,
               Round.closes_at, Round.grading_until, Round.print_by, func.coalesce(held.c.reports, 0),
               func.coalesce(held.c.open, 0))
        .join(Contest, Contest.id == Round.contest_id).outerjoin(held, held.c.round_id == Round.id)
        .order_by(Round.month.desc(), Round.id)
    )
    return tuple(RoundRow(*row) for row in found)


def choices(session: Session) -> tuple[tuple[int, str, RoundState], ...]:
    """(id, month, state) of all rounds, the newest first."""
    found = session.execute(select(Round.id, Round.month, Round.state).order_by(Round.month.desc(), Round.id))
    return tuple((row.id, row.month, row.state) for row in found)


def current(session: Session, today: date) -> int | None:
    """The round that work is on: the oldest published one not picked yet, else the newest. `today`: in Shanghai."""
    working = session.scalar(select(Round.id).where(
        Round.state.in_((RoundState.OPEN, RoundState.CLOSED)), Round.published_on <= today)
        .order_by(Round.month, Round.id).limit(1))
    return working or session.scalar(select(Round.id).order_by(Round.month.desc(), Round.id).limit(1))


def load(session: Session, round_id: int) -> RoundView | None:
    leads = (select(func.count()).where(Lead.round_id == Round.id, Lead.closed_at.is_(None))
             .scalar_subquery().label("open_leads"))
    row = session.execute(
        select(Round.__table__, Contest.name, Staff.display_name, leads, *(one.label(f"rule_{one.key}") for one in RULE))
        .join(Contest, Contest.id == Round.contest_id)
        .outerjoin(Staff, Staff.id == Round.released_by_id).where(Round.id == round_id)
    ).first()
    if row is None:
        return None
    return RoundView(
        row.id, row.name, row.month, row.state, row.published_on, row.deadline_on, row.deadline_reason,
        row.closes_at, row.grading_until, row.print_by, row.box_text, row.closed_at, row.seed, row.picked_at,
        row.pick_reason, row.print_block, row.article, row.released_at, row.display_name,
        row.open_leads, ContestRule(*row[-len(RULE):]), row.contest_id)


def states(session: Session, round_id: int) -> dict[ReportState, int]:
    """How many reports of a round are in each state."""
    found = session.execute(select(Report.state, func.count()).where(Report.round_id == round_id)
                            .group_by(Report.state))
    return {state: many for state, many in found}  # noqa: C416 - rows are not plain tuples to mypy


def awards(session: Session, round_id: int) -> tuple[AwardView, ...]:
    """The awards of one round in order of places."""
    found = session.execute(_awards().where(Award.round_id == round_id).order_by(Award.place))
    return tuple(_award(row) for row in found)


PRIZE_MONTHS = 12


def prizes(session: Session, states: Collection[PrizeState], *, before: str | None = None) -> tuple[AwardView, ...]:
    """The awards of the newest twelve months released, or of the twelve before a month, and at first whatever older
    one is in one of `states`: the newest round first, the ten in no order of places. One query."""
    months = select(Round.month).where(Round.state == RoundState.RELEASED).distinct().order_by(Round.month.desc())
    shown = Round.month.in_((months if before is None else months.where(Round.month < before)).limit(PRIZE_MONTHS))
    found = session.execute(_awards().where(
        Round.state == RoundState.RELEASED, or_(shown, Award.state.in_(states)) if before is None else shown,
    ).order_by(Round.month.desc(), Round.id, Award.prize, Award.printed_name, Award.id))
    return tuple(_award(row) for row in found)


def prizes_beyond(session: Session, before: str | None) -> str | None:
    """The month that an older page of prizes ends before; None where there is none older."""
    months = select(Round.month).where(Round.state == RoundState.RELEASED).distinct().order_by(Round.month.desc())
    found = list(session.scalars((months if before is None else months.where(Round.month < before)).limit(PRIZE_MONTHS + 1)))
    return found[-2] if len(found) > PRIZE_MONTHS else None


def _awards() -> Any:
    return (
        select(Award.__table__, Round.month, Contest.name.label("contest"), Reader.printed_name.label("given"),
               Reader.name_state, Reader.name_reason, Declaration.relation)
        .join(Round, Round.id == Award.round_id).join(Contest, Contest.id == Round.contest_id)
        .join(Reader, Reader.id == Award.reader_id).outerjoin(Declaration, Declaration.award_id == Award.id)
    )


def _award(row: Row[Any]) -> AwardView:
    return AwardView(row.id, row.month, row.contest, row.prize, row.place, row.standing_milli, row.printed_name,
                     row.given, row.name_state, row.name_reason, row.state, row.state_at, row.relation, row.origin,
                     row.vacated_at is not None, row.round_id)
