"""What stands around every page of the console: the numbers of the navigation and the rounds whose standing is frozen.

One read for all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, String, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from models.contests import Round
from models.enums import RoundState
from models.queries import desk, notes, notices


@dataclass(frozen=True, slots=True)
class FrozenRound:
    """A round that is closed and not released yet."""

    id: int
    month: str
    picked: bool


@dataclass(frozen=True, slots=True)
class Around:
    """`numbers`: by the endpoint of the place, what waits there for whoever is signed in."""

    numbers: dict[str, int]
    frozen: tuple[FrozenRound, ...]


def around(session: Session, staff_id: int, *, now: datetime) -> Around:
    """Letters not opened, mentions not read, messages and calls to be decided; frozen rounds, the oldest first."""
    *counts, frozen = session.execute(
        select(desk.unseen_count(staff_id), notes.unread_of(staff_id), notices.deciding(), _frozen(now))).one()
    numbers = dict(zip(("desk.index", "notes.index", "notices.index"), (int(one or 0) for one in counts), strict=True))
    found = (one.split(" ") for one in (frozen or "").split(",") if one)
    return Around(numbers, tuple(sorted(
        (FrozenRound(int(number), month, state == RoundState.PICKED) for number, month, state in found),
        key=lambda one: (one.month, one.id))))


def _frozen(now: datetime) -> ScalarSelect[str]:
    """"id month state" of each, with commas between. As in bot/contest/public.py, what no job has closed yet is one too."""
    one = cast(Round.id, String) + " " + Round.month + " " + cast(Round.state, String)
    return select(func.aggregate_strings(one, ",")).where(or_(
        Round.state.in_((RoundState.CLOSED, RoundState.PICKED)),
        and_(Round.state == RoundState.OPEN, Round.closes_at <= now, Round.grading_until > now))).scalar_subquery()
