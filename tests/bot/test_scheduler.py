"""The scheduler's process: catches up at once, and stops cleanly even while it does."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bot import jobs, scheduler
from bot.settings import Settings
from bot.work import Work
from models.audit import JobRun
from models.enums import JobOutcome
from models.session import reading
from tests.support.work import work_of


def test_signal_during_the_first_run_ends_the_process_after_that_run(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    handlers: dict[int, Callable[[int, Any], None]] = {}
    runs: list[Work] = []

    def run_all(work: Work) -> dict[str, Any]:
        runs.append(work)
        handlers[signal.SIGTERM](signal.SIGTERM, None)
        return {"deliver": {}, "seal_audit": "it failed"}

    monkeypatch.setattr(signal, "signal", handlers.__setitem__)
    monkeypatch.setattr(scheduler.jobs, "run_all", run_all)
    work = work_of(engine, settings)
    scheduler.serve(work)
    scheduler.turn(work)
    with reading(engine) as session:
        (row,) = session.scalars(select(JobRun)).all()
        assert (row.name, row.outcome, row.result) == (jobs.TURN, JobOutcome.DONE, {"failed": ["seal_audit"]})
    assert (runs[1:], sorted(handlers)) == ([work], sorted([signal.SIGTERM, signal.SIGINT]))
