"""The scheduler's process: runs every job again and again. Any number of them may run at once."""

from __future__ import annotations

import logging
import signal
import threading
from types import FrameType

from apscheduler.schedulers.blocking import BlockingScheduler  # type: ignore[import-untyped]
from apscheduler.triggers.interval import IntervalTrigger  # type: ignore[import-untyped]
from sqlalchemy.exc import SQLAlchemyError

from bot import jobs
from bot.work import Work

log = logging.getLogger(__name__)


def serve(work: Work) -> None:
    """Runs until SIGTERM or SIGINT, finishing the job under way."""
    scheduler = BlockingScheduler(timezone="UTC")
    # One job that runs all in their order: closing must come before picking, and never twice at a time.
    scheduler.add_job(turn, IntervalTrigger(seconds=work.settings.scheduler.every_seconds), [work],
                      id="all", max_instances=1, coalesce=True, misfire_grace_time=None)

    stopped = threading.Event()

    def stop(signum: int, _frame: FrameType | None) -> None:
        log.info("stopping on signal %d", signum)
        stopped.set()
        if scheduler.running:
            scheduler.shutdown(wait=False)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    turn(work)  # what fell due while nobody ran is caught up at once
    if not stopped.is_set():
        scheduler.start()


def turn(work: Work) -> None:
    """Every job once, and a sign of life; a database that cannot take it now gets it with the next turn."""
    started_at = work.clock.now()
    results = jobs.run_all(work)
    try:
        jobs.note_turn(work, started_at, results)
    except SQLAlchemyError as problem:
        log.warning("no sign of life could be left: %s", type(problem).__name__)
