"""What two systems compare to know that a contest stands the same in both. Reads; writes nothing."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlalchemy import Connection, select

from bot.contest import standing
from bot.transfer.values import encode
from models.contests import Contest, Round
from models.records import RoundRecord


def digests(db: Connection, contest_id: int) -> dict[str, str]:
    """By month: SHA-256 over everybody's standing as worked out now, ties settled, and whom a pick would choose."""
    rounds = db.execute(select(Round.id, Round.month).where(Round.contest_id == contest_id).order_by(Round.month))
    return {row.month: _digest(db, row.id) for row in rounds.all()}


def _digest(db: Connection, round_id: int) -> str:
    found = standing.compute(db, round_id)
    chosen = found.select()
    value = [[[encode(one) for one in person] for person in found.standings], list(chosen.best), sorted(chosen.excellent),
             sorted(found.excluded.items()), [[number, one.total_milli] for number, one in sorted(found.scores.items())]]
    return hashlib.sha256(json.dumps(value, separators=(",", ":")).encode()).hexdigest()


def records(db: Connection, contest_id: int) -> list[list[Any]]:
    """[month, version, SHA-256] of every record, the oldest first."""
    query = (select(Round.month, RoundRecord.version, RoundRecord.sha256).join(Round, Round.id == RoundRecord.round_id)
             .where(Round.contest_id == contest_id).order_by(Round.month, RoundRecord.version))
    return [list(row) for row in db.execute(query)]


def contest_named(db: Connection, name: str) -> int | None:
    return db.scalar(select(Contest.id).where(Contest.name == name))
