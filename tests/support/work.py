"""The work of the jobs in tests: a frozen clock and no channel to readers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine

from bot.audit import SCHEDULER
from bot.catalogue.library import Library
from bot.clock import FrozenClock
from bot.outbox.delivery import Delivery
from bot.settings import Settings
from bot.work import Work
from tests.support.town import MORNING


def work_of(engine: Engine, settings: Settings, now: datetime = MORNING) -> Work:
    clock = FrozenClock(now)
    return Work(engine, settings, clock, Library(), Delivery({}, clock.now), SCHEDULER)
