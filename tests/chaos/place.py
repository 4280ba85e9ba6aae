"""An installation for chaos: a site whose processes come out of the nursery, and phones that note what they show."""

from __future__ import annotations

import logging
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from bot.clock import ShiftedClock
from bot.database import upgrade
from models.session import make_engine
from tests.chaos.ledger import Ledger
from tests.chaos.nursery import Nursery as Nursery
from tests.support.settings import raw_account
from tests.support.site import STARTS_WITHIN, Site, _toml, free_port, until
from tests.support.stand_in import served
from tests.support.world import LIUWAN, at, generated_issue, open_contest
from web.simulator.platform import Platform
from web.simulator.quota import Verdict
from web.simulator.values import Kind, accounts_of

ACCOUNT = "main"
ERRORS = 220
READERS = 40


class Phones(Platform):
    """The stand-in whose readers' phones are the ledger: what the platform took is noted before it answers."""

    ledger: Ledger

    def customer_message(self, account: str, openid: str, kind: Kind, text: str, *, media_key: str | None = None) -> Verdict:
        self.ledger.reached(openid, text)
        return Verdict.ALLOWED


class ChaosSite(Site):
    """`app`: what gunicorn serves; a broken build is another one. `scheduler`: what `python -m` starts."""

    nursery: Nursery
    app = "wsgi:app"
    scheduler: tuple[str, ...] = ("bot", "scheduler")
    workers = 2
    logs: Path | None = None

    def start(self, *command: str, log: str) -> Any:
        child = self.nursery.start(*command, config=self.config, log=(self.logs or self.folder) / f"{log}.log")
        self.processes.append(child)  # type: ignore[arg-type]
        return child

    def start_web(self, server: str = "gunicorn") -> Any:
        child = self.begin_web()
        until(lambda: self._lives(child, server) and self.healthy(), seconds=STARTS_WITHIN, what="the web answers")
        return child

    def begin_web(self) -> Any:
        """The same without waiting for it: its end, where it cannot start, is the caller's to see."""
        self.port = self.port or free_port()
        return self.start("gunicorn", "--workers", str(self.workers), "--preload", "--bind", f"127.0.0.1:{self.port}",
                          "--graceful-timeout", "2", "--worker-tmp-dir", "/dev/shm", self.app, log="gunicorn")

    def start_scheduler(self) -> Any:
        return self.start(*self.scheduler, log="scheduler")

    @cached_property
    def keys(self) -> Any:
        """They never change; the configuration is not read again for every delivery."""
        return super().keys

    def now_after(self, seconds: float) -> datetime:
        return self.now() + timedelta(seconds=seconds)

    def set(self, **sections: dict[str, Any]) -> None:
        """Changes sections of the configuration; processes started later read it."""
        raw = tomllib.loads(self.config.read_text(encoding="utf-8"))
        for name, values in sections.items():
            raw[name] = raw.get(name, {}) | values
        self.config.write_text(_toml(raw), encoding="utf-8")


@dataclass
class Place:
    """One installation under fire, and the world outside it."""

    site: ChaosSite
    ledger: Ledger
    phones: Phones
    engine: Engine
    openids: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.site.database_url


@contextmanager
def opened(folder: Path, nursery: Nursery, *, url: str | None = None, errors: int = ERRORS,
           readers: int = READERS, file: Path | None = None) -> Iterator[Place]:
    """A migrated database with an open contest of one paper, nothing running; 2026-11-10 09:00 in Shanghai.

    `file`: a SQLite database to begin with a copy of, instead of a new contest.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if url is not None and url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    if file is not None:
        shutil.copyfile(file, folder / "chaos.db")
    url = url or f"sqlite:///{folder / 'chaos.db'}"
    site = ChaosSite(folder, url)
    site.nursery = nursery
    site.set(accounts={ACCOUNT: raw_account(ACCOUNT, 1, verified=True, kind="service")})
    site.stand_at(at("11-10 09:00"))
    upgrade(url)
    ledger = Ledger()
    with ExitStack() as stack:
        engine = make_engine(url)
        stack.callback(engine.dispose)
        phones = Phones(accounts_of(site.settings), clock=ShiftedClock(folder / "clock.json"), webhook_base="",
                        picture_base="", run=lambda work: work(), wait=lambda _: None)
        phones.ledger = ledger
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        address = stack.enter_context(served(phones))
        site.set(wechat={"api_base": address, "connect_seconds": 1.0, "read_seconds": 3.0},
                 media={"picture_hosts": [address.removeprefix("http://")]})
        stack.callback(site.close)
        openids = [phones.store.add_reader(phones.account(ACCOUNT), f"读者{n}", following=True).openid
                   for n in range(readers)]
        if file is None:
            open_contest(engine, papers=(LIUWAN,), issues=(generated_issue(LIUWAN, "2026-11", errors),), first="2026-11")
            with engine.begin() as db:
                db.execute(text("UPDATE contest SET auto_announce = true"))
        yield Place(site, ledger, phones, engine, openids)


def still(place: Place) -> None:
    """Ends every process of the site: the checker looks at a database at rest."""
    place.site.close()
    place.site.processes.clear()
    place.engine.dispose()
