"""What stands around every page of the console: the numbers of the navigation and the rounds that are over and not released.

One read for all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, reduce
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from models.base import UtcDateTime
from models.contests import Round
from models.enums import RoundState
from models.queries import desk, notes, notices


@dataclass(frozen=True, slots=True)
class FrozenRound:
    """A round that is over and not released yet. `frozen`: nobody is told his place meanwhile."""

    id: int
    month: str
    picked: bool
    contest_id: int
    print_by: date
    frozen: bool


@dataclass(frozen=True, slots=True)
class Around:
    """`numbers`: by the endpoint of the place, what waits there for whoever is signed in; `over`: rounds, see there."""

    numbers: dict[str, int]
    over: tuple[FrozenRound, ...]

    @property
    def frozen(self) -> tuple[FrozenRound, ...]:
        return tuple(one for one in self.over if one.frozen)


def around(session: Session, staff_id: int, *, now: datetime) -> Around:
    """Letters not opened, mentions not read, messages and calls to be decided; rounds that are over, the oldest first."""
    *counts, over = session.execute(_around(), {"staff_id": staff_id, "now": now}).one()
    numbers = dict(zip(("desk.index", "notes.index", "notices.index"), (int(one or 0) for one in counts), strict=True))
    found = (_round(*one.split(" ")) for one in (over or "").split(",") if one)
    return Around(numbers, tuple(sorted(found, key=lambda one: (one.month, one.id))))


@cache  # every page asks for it
def _around() -> Select[*tuple[Any, ...]]:
    staff_id, now = bindparam("staff_id", type_=Integer), bindparam("now", type_=UtcDateTime)
    return select(desk.unseen_count(staff_id, now=now), notes.unread_of(staff_id), notices.deciding(), _over(now))


def _round(number: str, month: str, state: str, contest: str, print_by: str, late: str) -> FrozenRound:
    return FrozenRound(int(number), month, state == RoundState.PICKED, int(contest), date.fromisoformat(print_by),
                       frozen=state != RoundState.OPEN or not int(late))


def _over(now: ColumnElement[datetime]) -> ScalarSelect[str]:
    """"id month state contest print_by late" of each, with commas between. `late`: its grading is over too.

    As in bot/contest/public.py, what no job has closed yet is frozen too, until then.
    """
    late = case((Round.grading_until <= now, "1"), else_="0")
    parts = (cast(Round.id, String), Round.month, cast(Round.state, String), cast(Round.contest_id, String),
             cast(Round.print_by, String), late)
    one = reduce(lambda line, part: line + " " + part, parts)
    return select(func.aggregate_strings(one, ",")).where(or_(
        Round.state.in_((RoundState.CLOSED, RoundState.PICKED)),
        and_(Round.state == RoundState.OPEN, Round.closes_at <= now))).scalar_subquery()
