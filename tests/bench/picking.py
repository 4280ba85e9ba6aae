"""The process that `make bench-round` measures: closes and picks one round, prints what it took as JSON.

Imports what the scheduler has and no more: what is imported counts as memory.
"""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import datetime, timedelta
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import Engine, update

from bot.audit import SCHEDULER
from bot.contest import rounds
from bot.contest.record.checking import verify
from bot.recording import records
from models.contests import Round
from models.reviews import Review
from models.session import make_engine, writing
from models.work_enums import OPEN_REVIEWS, ReviewResult, ReviewState
from tests.bench.processor import most_megabytes, server_time

HASHES = 500_000
MOST_TRIES = 20


class _Watch:
    """Processor time of this process and of the database's, and the clock."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._start = self._now()

    def _now(self) -> tuple[float, float]:
        return process_time() + (server_time(self._engine) or 0.0) / 1000, perf_counter()

    def read(self) -> tuple[float, float]:
        (work, clock), (began, ticked) = self._now(), self._start
        return work - began, clock - ticked


def _measured(engine: Engine, round_id: int, closes_at: datetime) -> dict[str, Any]:
    """`seconds`: close and the pick that succeeds; `seek`: the try before, which asks for second grades."""
    watch = _Watch(engine)
    with writing(engine) as session:
        assert rounds.close_round(session, round_id, actor=SCHEDULER, now=closes_at)
    close, seek = watch.read(), 0.0
    for _ in range(MOST_TRIES):
        watch = _Watch(engine)
        with writing(engine) as session:
            picked = rounds.pick_round(session, round_id, actor=SCHEDULER, now=closes_at + timedelta(minutes=15))
        pick = watch.read()
        if picked:
            break
        seek = max(seek, pick[0])
        _agree(engine)
    megabytes, yard = most_megabytes(), _yard()
    with writing(engine) as session:
        row = records.versions(session, round_id)[0]
        assert session.get_one(Round, round_id).picked_at is not None
        assert verify(records.body(row)).whole
        digest = row.digest
    return {"close": close[0], "seek": seek, "pick": pick[0], "seconds": close[0] + pick[0], "clock": close[1] + pick[1],
            "megabytes": megabytes, "yard": yard, "digest": digest}


def _agree(engine: Engine) -> None:
    """As if a second editor had said the same everywhere."""
    with writing(engine) as session:
        session.execute(update(Review).where(Review.state.in_(OPEN_REVIEWS)).values(
            state=ReviewState.SETTLED, result=ReviewResult.AGREED, result_grade_id=Review.first_grade_id,
            closed_at=Review.opened_at))


def _yard() -> float:
    began, found = process_time(), {}
    for number in range(HASHES):
        found[number % 50_000] = hashlib.sha256(f"[{number},{number}]".encode()).hexdigest()
    return process_time() - began


if __name__ == "__main__":
    print(json.dumps(_measured(make_engine(sys.argv[1]), int(sys.argv[2]), datetime.fromisoformat(sys.argv[3]))))
