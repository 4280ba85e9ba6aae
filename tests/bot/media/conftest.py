"""A contest with its papers, readers who write, and sources that give what a test tells them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot import jobs
from bot.audit import SCHEDULER
from bot.catalogue.library import Library
from bot.clock import FrozenClock
from bot.media.collecting import Sources
from bot.media.fetching import Limits
from bot.media.store import Store
from bot.outbox.delivery import Delivery
from bot.settings import Settings
from bot.wechat.media import Given
from bot.work import Work
from models.attachments import Attachment
from tests.support.world import ACCOUNT, rows


@dataclass
class FakeApi:
    """media/get: answers by media id; what is not known has expired (40007)."""

    files: dict[str, Given] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def get(self, media_id: str, *, most_bytes: int, seconds: float) -> Given:
        self.asked.append(media_id)
        return self.files.get(media_id, Given(None, 40007))


@dataclass
class Desk:
    """The jobs of media on the test's database. `lines`: what the machine reads on any photo."""

    engine: Engine
    settings: Settings
    store: Store
    api: FakeApi = field(default_factory=FakeApi)
    apis: dict[str, Any] = field(default_factory=dict)
    hosts: tuple[str, ...] = ()
    lines: list[str] | None = None
    pixels: int = 40_000_000
    library: Library = field(default_factory=Library)

    def work(self, now: datetime) -> Work:
        clock = FrozenClock(now)
        sources = Sources(self.store, self.apis, self.hosts, Limits(1024 * 1024, 2.0, 5.0), self.pixels)
        lines = self.lines
        return Work(self.engine, self.settings, clock, self.library, Delivery({}, clock.now), SCHEDULER, sources=sources,
                    read_lines=None if lines is None else lambda _: lines)

    def fetch(self, now: datetime) -> dict[str, Any]:
        return jobs.run("fetch_media", self.work(now))

    def read(self, now: datetime) -> dict[str, Any]:
        return jobs.run("read_photos", self.work(now))

    def attachments(self) -> list[Any]:
        return rows(self.engine, Attachment)


@pytest.fixture
def desk(engine: Engine, settings: Settings, tmp_path: Path) -> Desk:
    """An account with the media right."""
    made = Desk(engine, settings, Store(str(tmp_path / "media")))
    made.apis[ACCOUNT] = made.api
    return made
