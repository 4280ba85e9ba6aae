"""Named reads of the finance ledger: prizes of released rounds with what was signed. Of a reader only his printed name.

Nothing of a claim's contact is selected, nor who holds an account.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from models.claims import ClaimTerm, PrizeReceipt
from models.contests import Award, Contest, Declaration, Round, RuleSet
from models.enums import AwardOrigin, ChangeKind, Prize, PrizeState, Relation, RoundState
from models.round_changes import RoundCorrection
from models.work_enums import LapseReason

OWED = (PrizeState.TO_BE_CLAIMED, PrizeState.CLAIMED)


@dataclass(frozen=True, slots=True)
class AwardRow:
    """One prize. `state_at`: of one handed over, when that was entered. `not_entitled`: a correction after the release says
    that it was not his. `note`, `price_fen`: as in PrizeReceipt."""

    award_id: int
    round_id: int
    month: str
    contest: str
    rule_set_id: int
    prize: Prize
    origin: AwardOrigin
    printed_name: str | None
    state: PrizeState
    state_at: datetime
    vacated: bool
    lapsed_because: LapseReason | None
    relation: Relation | None
    not_entitled: bool
    note: str
    price_fen: int | None


@dataclass(frozen=True, slots=True)
class Counted:
    """What a sum needs of one prize handed over."""

    rule_set_id: int
    prize: Prize
    price_fen: int | None
    handed_at: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last hand-over, and the first and the last month of a released round. None: there is none."""

    first_handed_at: datetime | None
    last_handed_at: datetime | None
    first_month: str | None
    last_month: str | None


def handed_over(session: Session, first: datetime, end: datetime, *, limit: int | None = None, offset: int = 0,
                ) -> tuple[AwardRow, ...]:
    """Prizes handed over from `first` until before `end`, the newest first."""
    found = _rows().where(Award.state == PrizeState.HANDED_OVER, Award.state_at >= first, Award.state_at < end)
    return _read(session, found.order_by(Award.state_at.desc(), Award.id.desc()).limit(limit).offset(offset))


def counted(session: Session, first: datetime, end: datetime) -> tuple[Counted, ...]:
    """The same prizes for their sums, in the order of the hand-over."""
    found = session.execute(
        select(Round.rule_set_id, Award.prize, PrizeReceipt.price_fen, Award.state_at)
        .join(Round, Round.id == Award.round_id).outerjoin(PrizeReceipt, PrizeReceipt.award_id == Award.id)
        .where(Round.state == RoundState.RELEASED, Award.state == PrizeState.HANDED_OVER, Award.state_at >= first,
               Award.state_at < end).order_by(Award.state_at, Award.id))
    return tuple(Counted(*row) for row in found)


def owed(session: Session, *, limit: int | None = None, offset: int = 0) -> tuple[AwardRow, ...]:
    """Prizes that somebody may still claim or fetch, the oldest round first."""
    return _read(session, _rows().where(Award.state.in_(OWED)).order_by(*_BY_ROUND).limit(limit).offset(offset))


def not_given(session: Session, months: str, *, limit: int | None = None, offset: int = 0) -> tuple[AwardRow, ...]:
    """Prizes that nobody got under this name: lapsed, refused, changed for the best one; of rounds whose month begins so."""
    return _read(session, _rows().where(_not_given(months)).order_by(*_BY_ROUND).limit(limit).offset(offset))


def how_many(session: Session, months: str) -> tuple[int, int]:
    """(owed, not given in rounds whose month begins so). One query."""
    row = session.execute(
        select(func.count().filter(Award.state.in_(OWED)), func.count().filter(_not_given(months)))
        .select_from(Award).join(Round, Round.id == Award.round_id).where(Round.state == RoundState.RELEASED)).one()
    return row[0], row[1]


def span(session: Session) -> Span:
    handed = Award.state == PrizeState.HANDED_OVER
    row = session.execute(
        select(func.min(Award.state_at).filter(handed), func.max(Award.state_at).filter(handed), func.min(Round.month),
               func.max(Round.month))
        .select_from(Award).join(Round, Round.id == Award.round_id).where(Round.state == RoundState.RELEASED)).one()
    return Span(*row)


def rules_of(session: Session, rule_sets: Collection[int]) -> dict[int, str]:
    """By rule set: the numbers as stored."""
    found = session.execute(select(RuleSet.id, RuleSet.rules).where(RuleSet.id.in_(rule_sets)))
    return {row.id: row.rules for row in found}


_BY_ROUND = (Round.month, Round.id, Award.prize, Award.printed_name, Award.id)
"""The ten in no order of places."""


_NOT_ENTITLED = select(RoundCorrection.id).where(
    RoundCorrection.award_id == Award.id, RoundCorrection.kind == ChangeKind.NOT_ENTITLED,
    RoundCorrection.released_at.is_not(None)).exists()


def _not_given(months: str) -> Any:
    return and_(Award.state == PrizeState.LAPSED, Round.month.startswith(months, autoescape=True))


def _rows() -> Any:
    return (
        select(Award.id, Award.round_id, Round.month, Contest.name, Round.rule_set_id, Award.prize, Award.origin,
               Award.printed_name, Award.state, Award.state_at, Award.vacated_at.is_not(None), ClaimTerm.lapsed_because,
               Declaration.relation, _NOT_ENTITLED, func.coalesce(PrizeReceipt.note, ""), PrizeReceipt.price_fen)
        .join(Round, Round.id == Award.round_id).join(Contest, Contest.id == Round.contest_id)
        .outerjoin(ClaimTerm, ClaimTerm.award_id == Award.id).outerjoin(Declaration, Declaration.award_id == Award.id)
        .outerjoin(PrizeReceipt, PrizeReceipt.award_id == Award.id).where(Round.state == RoundState.RELEASED)
    )


def _read(session: Session, found: Any) -> tuple[AwardRow, ...]:
    return tuple(AwardRow(*row) for row in session.execute(found))
