"""The scheduler's process: runs every job again and again. Any number of them may run at once."""

from __future__ import annotations

import logging
import signal
import threading
from types import FrameType

from apscheduler.schedulers.blocking import BlockingScheduler  # type: ignore[import-untyped]
from apscheduler.triggers.interval import IntervalTrigger  # type: ignore[import-untyped]

from bot import jobs
from bot.work import Work

log = logging.getLogger(__name__)


def serve(work: Work) -> None:
    """Runs until SIGTERM or SIGINT, finishing the job under way."""
    scheduler = BlockingScheduler(timezone="UTC")
    # One job that runs all in their order: closing must come before picking, and never twice at a time.
    scheduler.add_job(jobs.run_all, IntervalTrigger(seconds=work.settings.scheduler.every_seconds), [work],
                      id="all", max_instances=1, coalesce=True, misfire_grace_time=None)

    stopped = threading.Event()

    def stop(signum: int, _frame: FrameType | None) -> None:
        log.info("stopping on signal %d", signum)
        stopped.set()
        if scheduler.running:
            scheduler.shutdown(wait=False)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    jobs.run_all(work)  # what fell due while nobody ran is caught up at once
    if not stopped.is_set():
        scheduler.start()
