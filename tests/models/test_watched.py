"""A PostgreSQL that stands still holds nobody for ever; one that works long is waited for."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, text
from sqlalchemy.exc import OperationalError

from bot.clock import monotonic
from models import session, watched
from models.session import make_engine
from tests.support.databases import postgresql_server

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[URL]:
    with postgresql_server() as url:
        yield url


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "GONE_SECONDS", 0.3)
    monkeypatch.setattr(watched, "ASKED_SECONDS", 2)  # libpq takes no less


def processes_of(url: URL) -> list[int]:
    """The server's own process and all its children."""
    first = int(Path(f"{url.query['host']}/data/postmaster.pid").read_text(encoding="ascii").split()[0])
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(first)], capture_output=True, text=True, check=True).stdout
    return [first, *map(int, children.split())]


@contextmanager
def standing_still(url: URL) -> Iterator[None]:
    stopped = processes_of(url)
    try:
        for one in stopped:
            os.kill(one, signal.SIGSTOP)
        yield
    finally:
        for one in stopped:
            os.kill(one, signal.SIGCONT)


def address(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def test_server_that_stands_still_is_given_up_and_used_again_when_it_goes_on(server: URL) -> None:
    engine = make_engine(address(server), busy_seconds=0.3)
    with engine.connect() as db, engine.connect() as other:
        assert [one.scalar(text("SELECT 1")) for one in (db, other)] == [1, 1]
        with standing_still(server):
            began = monotonic()
            with pytest.raises(OperationalError, match="the server stands still: it answers nobody"):
                db.execute(text("SELECT 2"))
            assert 2 <= monotonic() - began < 10
    with engine.connect() as db:
        assert db.scalar(text("SELECT 3")) == 3
    engine.dispose()


def test_a_connection_of_the_pool_and_a_new_one_are_given_up_too(server: URL) -> None:
    engine = make_engine(address(server), busy_seconds=0.3)
    with engine.connect() as db:
        db.execute(text("SELECT 1"))
    with standing_still(server):
        began = monotonic()
        with pytest.raises(OperationalError), engine.connect():  # the one that lies there is asked first, then one is made
            pass
        assert monotonic() - began < 15
    engine.dispose()


def test_statement_that_takes_long_is_waited_for_and_gives_what_it_gives(server: URL) -> None:
    engine = make_engine(address(server), busy_seconds=0.3)
    with engine.connect() as db:
        assert db.execute(text("SELECT n, pg_sleep(0.5) FROM generate_series(1, 3) AS n")).scalars().all() == [1, 2, 3]
        rows = db.execution_options(stream_results=True, max_row_buffer=1).execute(
            text("SELECT n, pg_sleep(0.4) FROM generate_series(1, 3) AS n"))
        assert [row.n for row in rows] == [1, 2, 3]
    engine.dispose()


def test_server_that_takes_nobody_more_has_answered(server: URL, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = make_engine(address(server), busy_seconds=0.3)
    with engine.connect() as db:
        db.execute(text("SELECT 1"))
        real = watched.psycopg.connect
        monkeypatch.setattr(watched.psycopg, "connect", lambda *_, **more: real(f"host={server.query['host']} user=nobody"))
        assert db.scalar(text("SELECT 5 FROM pg_sleep(1)")) == 5
    engine.dispose()
