"""The bot and the stand-in for WeChat on one standing clock: real pushes, real API over HTTP, jobs run by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from bot import jobs, wiring
from bot.clock import FrozenClock
from bot.settings import Settings, parse_settings
from tests.support.settings import raw_settings
from tests.support.stand_in import served
from web import create_app
from web.simulator.platform import Platform
from web.simulator.values import CallRecord, Reader, accounts_of
from web.simulator.webhook import Answer


@dataclass
class Newsroom:
    """Readers write to `platform`; the newsroom's jobs answer over its API."""

    engine: Engine
    settings: Settings
    clock: FrozenClock
    platform: Platform

    def reader(self, account: str = "main") -> Reader:
        """The first reader of an account."""
        return self.platform.store.readers(account)[0]

    def run(self, job: str) -> dict[str, Any]:
        return jobs.run(job, wiring.work(self.settings, self.engine, self.clock))

    def run_all(self) -> None:
        """What the scheduler does in one round of all jobs; a job that fails fails the test."""
        failed = {name: result for name, result in jobs.run_all(wiring.work(self.settings, self.engine, self.clock)).items()
                  if isinstance(result, str)}  # fmt: skip
        assert failed == {}

    def calls(self) -> list[CallRecord]:
        return self.platform.store.calls()


@contextmanager
def open_newsroom(
    engine: Engine, database_url: str, clock: FrozenClock, folder: Path,
    accounts: Mapping[str, Mapping[str, Any]] | None = None,
) -> Iterator[Newsroom]:
    """`accounts`: changes to the accounts of `raw_settings`, by name."""
    raw = raw_settings(folder, database_url)
    for name, changes in (accounts or {}).items():
        raw["accounts"][name] |= changes
    doors: list[Callable[[str, Mapping[str, str], bytes], Answer]] = []
    platform = Platform(
        accounts_of(parse_settings(raw, base=folder, source="tests")), clock=clock, webhook_base="", picture_base="",
        run=lambda work: work(), wait=lambda _: None, measure=lambda: 0.0,
        post=lambda url, query, body, *, cut_seconds: doors[0](url, query, body),
    )
    with served(platform) as address:
        raw |= {"wechat": {"api_base": address}, "media": {"picture_hosts": [address.removeprefix("http://")]}}
        settings = parse_settings(raw, base=folder, source="tests")
        app = create_app(settings, clock=clock, engine=engine)
        client = app.test_client()

        def deliver(url: str, query: Mapping[str, str], body: bytes) -> Answer:
            answer = client.post(url, query_string=dict(query), data=body)
            return Answer(answer.status_code, answer.get_data())

        doors.append(deliver)
        yield Newsroom(engine, settings, clock, platform)
        app.extensions["woodpecker-door"].intake.close()
