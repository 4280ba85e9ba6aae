"""Reads of calibration: whom it keeps from the list, what was given, who may set it up."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session

from models.contests import Contest, Round
from models.enums import RoundState
from models.practice import Calibration, CalibrationGrade, CalibrationItem, CalibrationSkip
from models.queries.team import EDITING
from models.staff import Staff

RUNNING = (RoundState.OPEN, RoundState.CLOSED)


@dataclass(frozen=True, slots=True)
class Gate:
    """What a member has still to grade before the work on a round: `done` of `count`."""

    round_id: int
    month: str
    count: int
    done: int


@dataclass(frozen=True, slots=True)
class RunningRound:
    """A round that can have a set, in a contest that calibrates. `count`: reports of its set, 0 for none."""

    round_id: int
    contest_id: int
    contest: str
    month: str
    count: int
    done: int
    skipped: bool


@dataclass(frozen=True, slots=True)
class Member:
    """An editor, how many of the set he graded, and whether a chief let him go on without it."""

    staff_id: int
    name: str
    done: int
    skipped: bool


def gate(session: Session, staff_id: int) -> Gate | None:
    """Of the earliest round that waits for him. One query."""
    return next((Gate(one.round_id, one.month, one.count, one.done) for one in running(session, staff_id)
                 if one.done < one.count and not one.skipped), None)


def running(session: Session, staff_id: int) -> list[RunningRound]:
    """Every round that is not picked, of contests that calibrate. Rounds without a set count where their paper is
    out or comes out next: the earliest of each contest. One query."""
    own = and_(CalibrationGrade.item_id == CalibrationItem.id, CalibrationGrade.staff_id == staff_id)
    skipped = exists(select(CalibrationSkip.staff_id).where(
        CalibrationSkip.round_id == Round.id, CalibrationSkip.staff_id == staff_id))
    rows = session.execute(
        select(Round.id, Contest.id.label("contest_id"), Contest.name, Round.month,
               func.count(CalibrationItem.id).label("items"), func.count(CalibrationGrade.item_id).label("done"),
               skipped.label("skipped"))
        .join(Contest, Contest.id == Round.contest_id)
        .outerjoin(CalibrationItem, CalibrationItem.round_id == Round.id).outerjoin(CalibrationGrade, own)
        .where(Contest.calibrates.is_(True), Round.state.in_(RUNNING))
        .group_by(Round.id, Contest.id, Contest.name, Round.month).order_by(Round.month, Round.id)
    ).all()
    first: set[int] = set()
    found = []
    for row in rows:
        if row.items or row.contest_id not in first:
            found.append(RunningRound(row.id, row.contest_id, row.name, row.month, row.items, row.done,
                                      bool(row.skipped)))
        first.add(row.contest_id)
    return found


def items(session: Session, round_id: int) -> list[CalibrationItem]:
    """In order."""
    return list(session.scalars(select(CalibrationItem).where(CalibrationItem.round_id == round_id)
                                .order_by(CalibrationItem.position)))


def grades(session: Session, round_id: int) -> dict[tuple[int, int], CalibrationGrade]:
    """Everybody's, by (item, member)."""
    found = session.scalars(select(CalibrationGrade).join(CalibrationItem, CalibrationItem.id == CalibrationGrade.item_id)
                            .where(CalibrationItem.round_id == round_id))
    return {(row.item_id, row.staff_id): row for row in found}


def members(session: Session, round_id: int) -> list[Member]:
    """Active editors and chiefs, with those who graded something and left."""
    done = (select(CalibrationGrade.staff_id, func.count().label("many"))
            .join(CalibrationItem, CalibrationItem.id == CalibrationGrade.item_id)
            .where(CalibrationItem.round_id == round_id).group_by(CalibrationGrade.staff_id).subquery())
    skipped = exists(select(CalibrationSkip.staff_id).where(
        CalibrationSkip.round_id == round_id, CalibrationSkip.staff_id == Staff.id))
    rows = session.execute(
        select(Staff.id, Staff.display_name, func.coalesce(done.c.many, 0).label("many"), skipped.label("skipped"))
        .outerjoin(done, done.c.staff_id == Staff.id)
        .where((Staff.active.is_(True) & Staff.role.in_(EDITING)) | done.c.many.is_not(None)).order_by(Staff.id))
    return [Member(row.id, row.display_name, row.many, bool(row.skipped)) for row in rows]


def made(session: Session, round_id: int) -> Calibration | None:
    return session.get(Calibration, round_id)
