"""Several machines: PostgreSQL, two web nodes, two schedulers, photos in a bucket that all share.

While readers write and all through the night of the deadline a node is killed, the database is stopped, a scheduler stands
still while the clock goes on, clocks jump. Each machine has its own configuration, data folder, journal and clock.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import random
import signal
import tomllib
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from PIL import Image
from sqlalchemy import update

from bot.clock import monotonic, pause
from models.attachments import Attachment
from models.enums import MessageFate
from models.messages import Message
from models.session import writing
from tests.chaos import nights
from tests.chaos.checker import check
from tests.chaos.disks import _restart, answers
from tests.chaos.findings import Findings
from tests.chaos.load import Load
from tests.chaos.nursery import Nursery
from tests.chaos.place import ChaosSite, Place, opened, still
from tests.chaos.tables import rows_of
from tests.chaos.told import Told
from tests.support.bucket import BUCKET, Bucket, bucket
from tests.support.databases import PostgresqlDatabases, postgresql_server
from tests.support.hosts import picture_host
from tests.support.site import kill
from tests.support.world import at

PHOTOS = 8
MINUTE = 60.0
MOST_SECONDS = 90


class Machine(ChaosSite):
    """One machine: its web node and its scheduler, each in a group of its own."""

    workers = 1
    web: Any = None
    jobs: Any = None

    def up(self) -> None:
        self.web = self.start_web()
        self.jobs = self.start_scheduler()

    def run_jobs(self) -> None:
        """As systemd does (Restart=always): a scheduler that could not start without the database is started again."""
        if self.jobs.poll() is not None:
            self.jobs = self.start_scheduler()

    def fall(self) -> None:
        """Its power fails."""
        for child in (self.web, self.jobs):
            kill(child)


class Machines:
    """All of them behind one address, as nginx gives each delivery to the next."""

    def __init__(self, place: Place, folder: Path, nursery: Nursery, shared: Bucket, server: Path) -> None:
        self.place, self.server = place, server
        raw = tomllib.loads(place.site.config.read_text(encoding="utf-8"))
        self.all = [Machine(folder / name, place.url) for name in ("one", "two")]
        for one in self.all:
            one.nursery = nursery
            one.set(accounts=raw["accounts"], wechat=raw["wechat"], media=raw["media"] | shared.media)
        self._turn = itertools.cycle(self.all)
        place.site._request = lambda *asked: next(self._turn)._request(*asked)  # type: ignore[method-assign]

    def stand_at(self, moment: datetime) -> None:
        for one in (*self.all, self.place.site):
            one.stand_at(moment)

    def go_on(self, seconds: float) -> None:
        self.stand_at(self.place.site.now_after(seconds))

    def up(self) -> None:
        for one in self.all:
            one.up()

    def close(self) -> None:
        for one in self.all:
            one.close()
            one.processes.clear()
        still(self.place)

    def keep_up(self) -> None:
        for one in self.all:
            one.run_jobs()

    # What happens to them

    def node_killed(self, which: int) -> None:
        self.all[which].fall()
        pause(0.5)
        self.all[which].up()

    def database_restarted(self, which: int) -> None:
        _restart(self.server, ("immediate", "fast")[which], 1.0)

    def scheduler_paused(self, which: int) -> None:
        """It stands still for a minute, by every clock, and then goes on as if nothing had been."""
        self.keep_up()
        jobs = self.all[which].jobs
        os.killpg(jobs.pid, signal.SIGSTOP)
        pause(1.0)
        self.go_on(MINUTE)
        pause(1.0)
        os.killpg(jobs.pid, signal.SIGCONT)

    def clock_wrong(self, which: int) -> None:
        """One machine's clock is a minute off for a while, the other's is right."""
        one = self.all[which]
        one.stand_at(one.now_after((-MINUTE, MINUTE)[which]))
        pause(1.0)
        one.stand_at(self.place.site.now())

    @property
    def faults(self) -> dict[str, Callable[[int], None]]:
        return {"machine killed": self.node_killed, "database restarted": self.database_restarted,
                "scheduler paused for a minute": self.scheduler_paused, "one clock a minute off": self.clock_wrong}


def several(folder: Path, nursery: Nursery, seed: int, size: int) -> Told:
    """`size` faults of each kind by day, and one of each in the night of the deadline."""
    told, chance = Told(), random.Random(seed)
    digests = _photos(folder / "photos")
    with postgresql_server() as url, bucket() as shared, picture_host(folder / "photos") as address:
        server = Path(str(url.query["host"]))
        _restart(server, "fast", 0.0)  # with commits that wait for their log, as in earnest
        databases = PostgresqlDatabases(url, "machines")
        database = databases.fresh()
        databases.close()  # its own connection would not outlive the server's restarts
        with opened(folder, nursery, url=database, readers=nights.READERS) as place:
            hosts = place.site.settings.media.picture_hosts
            place.site.set(media={"picture_hosts": [*hosts, address.removeprefix("http://")]})
            machines = Machines(place, folder, nursery, shared, server)
            machines.stand_at(at("11-30 18:00"))
            try:
                _by_day(machines, seed, size, chance, address, told)
                _by_night(machines, chance, told.done)
            finally:
                machines.close()
            told.findings.add(check(place.url, place.ledger))
            rows = rows_of(place.url)("SELECT digest FROM attachment WHERE state = 'kept'")
            look_at_photos(told.findings, {row["digest"] for row in rows}, shared, number=len(digests))
            left = [path for one in machines.all for path in (one.folder / "media").rglob("*") if path.is_file()]
            told.findings.disagreements += [f"a photo on a machine of its own: {path}" for path in left]
    return told


def _by_day(machines: Machines, seed: int, size: int, chance: random.Random, address: str, told: Told) -> None:
    place = machines.place
    machines.up()
    load = Load(place, seed, between=0.1)
    for number in range(PHOTOS):
        load.given(900_000 + number, {
            "FromUserName": place.openids[number % len(place.openids)], "MsgType": "image", "PicUrl": f"{address}/{number}.jpg",
            "CreateTime": str(int(place.site.now().timestamp())), "MsgId": str(7_000_000 + number)})
    acts = [name for name in machines.faults for _ in range(size)]
    chance.shuffle(acts)
    with load.running():
        answers(place, 10)
        for turn, name in enumerate(acts):
            load.send(900_000 + turn % PHOTOS)
            machines.faults[name](chance.randrange(2))
            told.done[f"by day: {name}"] += 1
            answers(place, 5)
        answers(place, 10)
    for number in range(PHOTOS):
        load.send(900_000 + number)
    load.finish()
    _until(machines, "SELECT id FROM attachment WHERE state NOT IN ('kept')", "every photo is kept")


def _by_night(machines: Machines, chance: random.Random, done: Counter[str]) -> None:
    """Close, pick, release and sending by two schedulers; one fault in each of them."""
    place = machines.place
    _nothing_left_open(place)
    nights._grade(place, chance)
    machines.stand_at(nights.FALLS_DUE)
    faults = list(machines.faults.items())
    chance.shuffle(faults)
    for phase, (name, act) in zip(nights.PHASES, faults, strict=True):
        _reached(machines, phase)
        if phase == "sending":
            machines.go_on(nights.LATER)
        act(chance.randrange(2))
        done[f"{phase}: {name}"] += 1
    _reached(machines, "")
    machines.go_on(nights.LATER)
    _until(machines, "SELECT id FROM outgoing_message WHERE state = 'queued' AND last_error IS NULL", "everything has left")
    machines.go_on(900)
    _until(machines, "SELECT id FROM outgoing_message WHERE state = 'sending'", "what hangs goes to a person")
    _until(machines, "SELECT id FROM audit_entry WHERE chain IS NULL", "the chain is sealed")


def _nothing_left_open(place: Place) -> None:
    """Somebody looked at every letter and photo."""
    with writing(place.engine) as session:
        session.execute(update(Message).where(Message.fate == MessageFate.DESK).values(
            fate=MessageFate.DESK_CLOSED, closed_at=at("11-30 18:30"), close_reason="已看"))
        session.execute(update(Attachment).values(looked_at=at("11-30 18:30")))


def _reached(machines: Machines, phase: str) -> None:
    """Waits until the night has come so far, or further; "": until it is over."""
    earlier = nights.PHASES[:nights.PHASES.index(phase)] if phase else nights.PHASES
    end = monotonic() + MOST_SECONDS
    while True:
        with contextlib.suppress(psycopg.OperationalError):  # it is down for a moment
            if nights.phase_of(machines.place.url) not in earlier:
                return
        assert monotonic() < end, f"not within {MOST_SECONDS} s: {phase or 'the end'}"
        machines.keep_up()
        pause(0.02)


def _until(machines: Machines, query: str, what: str) -> None:
    """Until no row is found; clocks go on, so that what was put off is tried again."""
    end = monotonic() + MOST_SECONDS
    while rows_of(machines.place.url)(query):
        assert monotonic() < end, f"not within {MOST_SECONDS} s: {what}"
        pause(0.5)
        machines.keep_up()
        machines.go_on(30)


def _photos(folder: Path) -> list[str]:
    """Writes the photos that readers send; the SHA-256 of each."""
    folder.mkdir(parents=True)
    digests = []
    for number in range(PHOTOS):
        path = folder / f"{number}.jpg"
        Image.new("RGB", (300 + number, 200), (number * 25, 60, 90)).save(path, "JPEG")
        digests.append(hashlib.sha256(path.read_bytes()).hexdigest())
    return digests


def look_at_photos(found: Findings, kept: set[str], shared: Bucket, *, number: int) -> None:
    """Every photo that was sent lies in the bucket once, under the SHA-256 of its bytes."""
    if len(kept) != number:
        found.lost.append(f"{number} photos were sent, {len(kept)} are kept")
    names = [name for name in shared.names() if not name.startswith(("pages/", "imports/"))]
    for digest in sorted(kept):
        name = f"{digest[:2]}/{digest}"
        if name not in names or hashlib.sha256(shared.files.cat_file(f"{BUCKET}/{name}")).hexdigest() != digest:
            found.lost.append(f"the file of photo {digest}")
    found.counts["photos in the bucket"] += len(kept)
    # A scheduler that was killed in the middle of a copy leaves its draft, with a dot in its name; nobody reads it.
    if others := [name for name in names if "." not in name and name.partition("/")[2] not in kept]:
        found.disagreements.append(f"files in the bucket that no photo names: {others}")
