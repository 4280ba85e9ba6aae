"""Reads of the comparison of finalists: who compares, who is done, what was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from models.practice import PairChoice, PairSeal
from models.queries.team import EDITING
from models.staff import Staff


@dataclass(frozen=True, slots=True)
class Chosen:
    """`better` None: equally good."""

    better: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Comparer:
    """An editor who is to compare. `sealed`: he is done, or is not waited for (`waived`)."""

    staff_id: int
    name: str
    sealed: bool
    waived: bool


def comparers(db: Session | Connection, round_id: int) -> list[Comparer]:
    """Active editors and chiefs, in a fixed order."""
    rows = db.execute(
        select(Staff.id, Staff.display_name, PairSeal.sealed_by_id)
        .outerjoin(PairSeal, (PairSeal.staff_id == Staff.id) & (PairSeal.round_id == round_id))
        .where(Staff.active.is_(True), Staff.role.in_(EDITING)).order_by(Staff.id))
    return [Comparer(row.id, row.display_name, row.sealed_by_id is not None,
                     row.sealed_by_id is not None and row.sealed_by_id != row.id) for row in rows]


def chosen(session: Session, round_id: int, staff_id: int) -> Mapping[tuple[int, int], Chosen]:
    """One editor's choices, by the pair in ascending order."""
    rows = session.scalars(select(PairChoice).where(PairChoice.round_id == round_id, PairChoice.staff_id == staff_id))
    return {(row.one_id, row.other_id): Chosen(row.better_id, row.chosen_at) for row in rows}


def seal(session: Session, round_id: int, staff_id: int) -> PairSeal | None:
    return session.get(PairSeal, (round_id, staff_id))
