"""Named reads of what another program is told: what became public, or closed, since a moment. Ids, dates and digests only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.contests import Contest, Round
from models.enums import RoundState
from models.queries.round_changes import OUT
from models.records import RoundRecord
from models.round_changes import RoundCorrection


@dataclass(frozen=True, slots=True)
class OfRound:
    """Something that happened to a round. `more`: what tells it from others of its kind."""

    id: str
    at: datetime
    contest_id: int
    contest: str
    month: str
    more: dict[str, Any]


def closed(session: Session, since: datetime) -> list[OfRound]:
    rows = session.execute(_rounds(Round.id, Round.closed_at).where(Round.closed_at >= since))
    return [OfRound(str(row[0]), row[1], row[2], row[3], row[4], {}) for row in rows]


def released(session: Session, since: datetime) -> list[OfRound]:
    rows = session.execute(_rounds(Round.id, Round.released_at).where(Round.released_at >= since))
    return [OfRound(str(row[0]), row[1], row[2], row[3], row[4], {}) for row in rows]


def corrections(session: Session, since: datetime) -> list[OfRound]:
    """Of released lists, as the public page tells them."""
    rows = session.execute(_rounds(RoundCorrection.id, RoundCorrection.released_at)
                           .join(RoundCorrection, RoundCorrection.round_id == Round.id)
                           .where(RoundCorrection.state.in_(OUT), RoundCorrection.released_at >= since))
    return [OfRound(str(row[0]), row[1], row[2], row[3], row[4], {}) for row in rows]


def records(session: Session, since: datetime) -> list[OfRound]:
    """Versions of records that anybody may read: of released rounds."""
    rows = session.execute(
        _rounds(Round.id, Round.released_at, RoundRecord.made_at, RoundRecord.version, RoundRecord.digest, RoundRecord.sha256)
        .join(RoundRecord, RoundRecord.round_id == Round.id)
        .where(Round.state == RoundState.RELEASED, or_(Round.released_at >= since, RoundRecord.made_at >= since)))
    return [OfRound(f"{row[0]}_{row[3]}", max(row[1], row[2]), row[6], row[7], row[8],
                    {"version": row[3], "digest": row[4], "sha256": row[5]}) for row in rows]


def _rounds(*columns: Any) -> Any:
    return (select(*columns, Round.contest_id, Contest.name, Round.month).select_from(Round)
            .join(Contest, Contest.id == Round.contest_id))
