"""Jobs that somebody wants run now, each in a thread of the console's process. Knows no screen.

A job may take minutes, and no request waits for one. What came of it stands in the row of its run.
"""

from __future__ import annotations

import threading

from sqlalchemy import Engine

from bot import jobs, logs, wiring
from bot.clock import Clock
from bot.settings import Settings
from bot.work import Work


class JobThreads:
    """The parts of the work are built when the first job is wanted: most processes never run one."""

    def __init__(self, settings: Settings, engine: Engine, clock: Clock) -> None:
        self._settings, self._engine, self._clock = settings, engine, clock
        self._lock = threading.Lock()
        self._work: Work | None = None
        self._threads: list[threading.Thread] = []

    def start(self, run_id: int, name: str) -> None:
        """Returns at once; `run_id` is the row that `jobs.begin_by_hand` made."""
        # A daemon: a job under way must not hold up the end of the process; its row then stays as it is.
        thread = threading.Thread(target=self._do, args=(run_id, name), name=f"job-{name}", daemon=True)
        with self._lock:
            self._threads = [one for one in self._threads if one.is_alive()] + [thread]
            thread.start()

    def wait(self) -> None:
        """Until none runs."""
        for thread in list(self._threads):
            thread.join()

    def _do(self, run_id: int, name: str) -> None:
        with self._lock:
            self._work = self._work or wiring.work(self._settings, self._engine, self._clock)
        with logs.named(name):
            jobs.finish_by_hand(run_id, name, self._work)
