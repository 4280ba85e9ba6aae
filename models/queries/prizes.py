"""Named reads of claims for the prize role. Nothing sealed is selected, and of a reader only his printed name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.claims import ClaimContact, ClaimTerm, PrizeClaim, PrizeReceipt
from models.contests import Award, Contest, Declaration, Round
from models.enums import Prize, PrizeState, Relation
from models.staff import Staff
from models.work_enums import ClaimWay, ContactKind, LapseReason, Receiving


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """What stands beside a prize in the list."""

    until: datetime | None
    receiving: Receiving | None
    lapsed_because: LapseReason | None


@dataclass(frozen=True, slots=True)
class PrizeView:
    """One prize with its claim, and what was signed. `kinds`: what contact is kept, the code word left out."""

    id: int
    month: str
    contest_id: int
    prize: Prize
    printed_name: str | None
    state: PrizeState
    state_at: datetime
    relation: Relation | None
    until: datetime | None
    lapsed_because: LapseReason | None
    way: ClaimWay | None
    receiving: Receiving | None
    claimed_at: datetime | None
    entered_by: str | None
    guardian_agreed_at: datetime | None
    contact_deleted_at: datetime | None
    vacated: bool
    rule_set_id: int
    note: str | None
    price_fen: int | None
    kinds: tuple[ContactKind, ...] = ()


def claim_rows(session: Session, awards: Collection[int]) -> dict[int, ClaimRow]:
    """By award. One query."""
    found = session.execute(
        select(Award.id, ClaimTerm.until, PrizeClaim.receiving, ClaimTerm.lapsed_because)
        .outerjoin(ClaimTerm, ClaimTerm.award_id == Award.id).outerjoin(PrizeClaim, PrizeClaim.award_id == Award.id)
        .where(Award.id.in_(awards)))
    return {row.id: ClaimRow(row.until, row.receiving, row.lapsed_because) for row in found}


def load(session: Session, award_id: int) -> PrizeView | None:
    row = session.execute(
        select(Award.id, Round.month, Round.contest_id, Award.prize, Award.printed_name, Award.state, Award.state_at,
               Declaration.relation, ClaimTerm.until, ClaimTerm.lapsed_because, PrizeClaim.way, PrizeClaim.receiving,
               PrizeClaim.claimed_at, Staff.display_name, PrizeClaim.guardian_agreed_at, PrizeClaim.contact_deleted_at,
               Award.vacated_at.is_not(None), Round.rule_set_id, PrizeReceipt.note, PrizeReceipt.price_fen)
        .join(Round, Round.id == Award.round_id).join(Contest, Contest.id == Round.contest_id)
        .outerjoin(Declaration, Declaration.award_id == Award.id).outerjoin(ClaimTerm, ClaimTerm.award_id == Award.id)
        .outerjoin(PrizeClaim, PrizeClaim.award_id == Award.id).outerjoin(Staff, Staff.id == PrizeClaim.staff_id)
        .outerjoin(PrizeReceipt, PrizeReceipt.award_id == Award.id)
        .where(Award.id == award_id, Round.released_at.is_not(None))).first()
    if row is None:
        return None
    kinds = session.scalars(select(ClaimContact.kind).where(
        ClaimContact.award_id == award_id, ClaimContact.kind != ContactKind.CODE_WORD)).all()
    order = list(ContactKind)
    return PrizeView(*tuple(row), kinds=tuple(sorted(kinds, key=order.index)))  # type: ignore[misc]


def sealed_without(session: Session, key_ids: Collection[str]) -> int:
    """How much that winners gave none of these keys opens."""
    return session.scalar(select(func.count()).select_from(ClaimContact).where(ClaimContact.key_id.not_in(key_ids))) or 0
