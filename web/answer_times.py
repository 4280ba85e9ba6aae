"""How long deliveries take to be answered: counted in this process, added to the database now and then. Knows no page.

Every process counts for itself, and whoever asks for the metrics meets only one of them: so the counts of all are added up in
the database. A delivery itself writes nothing for it.
"""

from __future__ import annotations

import logging
import threading
from bisect import bisect_left
from collections import Counter

from sqlalchemy import Connection, Engine, update
from sqlalchemy.exc import SQLAlchemyError

from models.metrics import AnswerCount
from models.session import insert_new_row, writing

log = logging.getLogger(__name__)

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 5.0)
"""Seconds; the platform hangs up after five."""
BUCKETS = (*map(str, BOUNDS), "+Inf")
SUM, REFUSED, FAILED = "sum_microseconds", "refused", "failed"
EVERY_SECONDS = 15.0


class AnswerTimes:
    """`answered`, `refused` and `failed` cost a lock; a thread of its own, begun with the first of them, does the writing."""

    def __init__(self, engine: Engine, *, every_seconds: float = EVERY_SECONDS) -> None:
        self._engine, self._every = engine, every_seconds
        self._lock, self._ending = threading.Lock(), threading.Event()
        self._counts: Counter[str] = Counter()
        self._thread: threading.Thread | None = None

    def answered(self, seconds: float) -> None:
        self._add({BUCKETS[bisect_left(BOUNDS, seconds)]: 1, SUM: max(0, round(seconds * 1_000_000))})

    def refused(self) -> None:
        self._add({REFUSED: 1})

    def failed(self) -> None:
        self._add({FAILED: 1})

    def flush(self) -> None:
        """Adds what was counted to the database; what it does not take now is added the next time."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        if not counts:
            return
        try:
            with writing(self._engine) as session:
                for name, many in sorted(counts.items()):  # always in one order, so that no two wait for each other
                    _count(session.connection(), name, many)
        except SQLAlchemyError as problem:
            log.warning("answer times wait for the database: %s", type(problem).__name__)
            with self._lock:
                self._counts.update(counts)

    def close(self) -> None:
        """Ends the thread, and writes what is left."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join()
        self.flush()

    def _add(self, counts: dict[str, int]) -> None:
        with self._lock:
            self._counts.update(counts)
            if self._thread is None:  # not before: a server may fork its workers after it made the application
                self._thread = threading.Thread(target=self._serve, name="answer-times", daemon=True)
                self._thread.start()

    def _serve(self) -> None:
        while not self._ending.wait(self._every):
            self.flush()


def _count(db: Connection, name: str, many: int) -> None:
    if not insert_new_row(db, AnswerCount, {"name": name, "many": many}):
        db.execute(update(AnswerCount).where(AnswerCount.name == name).values(many=AnswerCount.many + many))
