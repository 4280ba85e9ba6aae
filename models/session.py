"""Engines and session scopes. A scope opens one transaction and commits it once; it knows no table."""

from __future__ import annotations

import math
import sqlite3
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Table, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry

DEFERRED = {"sqlite_begin": "DEFERRED"}
GONE_SECONDS = 5.0
"""After so long without a sign of its machine a server is given up, as the platform gives up us."""
PAUSE_SECONDS = 0.00005
"""Between two tries to begin writing, where another process does."""


def make_engine(url: str, *, busy_seconds: float = 15.0, reads_wait: bool = True, **options: Any) -> Engine:
    """An engine for SQLite or PostgreSQL with the durability that intake promises.

    `busy_seconds`: how long a statement waits for another writer before it fails. `reads_wait`: False where whoever
    reads tries again by himself; on SQLite a read waits only while a database is recovered or closed, and to wait for
    that too takes two statements more in each transaction.
    """
    parsed = make_url(url)
    options.setdefault("hide_parameters", True)  # else an error's text quotes what readers wrote
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(url, busy_seconds, options, reads_wait=reads_wait)
    options.setdefault("pool_pre_ping", True)
    arguments = {
        # Compiling a statement takes longer than any of ours runs.
        "options": f"-c lock_timeout={int(busy_seconds * 1000)} -c timezone=UTC -c jit=off -c random_page_cost=1.1",
        "connect_timeout": max(2, math.ceil(busy_seconds)),  # seconds; libpq takes less than 2 for 2
        # A server whose machine is gone says no word: TCP itself would wait a quarter of an hour, and a thread with it.
        "tcp_user_timeout": math.ceil(max(GONE_SECONDS, busy_seconds) * 1000), "keepalives_idle": 10,
        "keepalives_interval": 5, "keepalives_count": 3,
    }
    from models.watched import connecting  # with the driver, which nobody needs who has an SQLite file

    return create_engine(parsed, creator=connecting(parsed, arguments, max(GONE_SECONDS, busy_seconds)), **options)


def _sqlite_engine(url: str, busy_seconds: float, options: dict[str, Any], *, reads_wait: bool) -> Engine:
    reads_seconds = busy_seconds if reads_wait else 0
    engine = create_engine(url, connect_args={"timeout": busy_seconds, "check_same_thread": False}, **options)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, see _begin
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"PRAGMA busy_timeout={int(reads_seconds * 1000)}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # IMMEDIATE: a transaction that reads first and writes later would otherwise fail with
        # "database is locked" at once instead of waiting.
        mode = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
        if mode == "IMMEDIATE":
            _begin_writing(connection, busy_seconds, reads_seconds)
        else:
            connection.exec_driver_sql(f"BEGIN {mode}")

    return engine


def _begin_writing(connection: Connection, busy_seconds: float, reads_seconds: float) -> None:
    """Begins as soon as another writer is done. SQLite itself would wait longer after every try, up to 100 ms, while
    a transaction of ours takes less than one."""
    driver: Any = connection.connection.driver_connection
    if reads_seconds:
        driver.execute("PRAGMA busy_timeout=0")
    try:
        if not _began(driver, time.monotonic() + busy_seconds):
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # once more, so that the failure is told as any other
    finally:
        if reads_seconds:
            driver.execute(f"PRAGMA busy_timeout={int(reads_seconds * 1000)}")


def _began(driver: sqlite3.Connection, until: float) -> bool:
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                return False
        else:
            return True
        time.sleep(PAUSE_SECONDS)


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One session, one transaction, one commit; rolled back when the block raises."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session for reads: takes no write lock; nothing is committed."""
    with Session(engine.execution_options(**DEFERRED), autoflush=False) as session:
        yield session


def lock_for_writing(session: Session | Connection, key: int) -> None:
    """Serialises writers of one subject until the commit. SQLite has one writer at a time anyway."""
    connection = session.connection() if isinstance(session, Session) else session
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


_PARTS = text("SELECT pg_advisory_xact_lock_shared(:whole) UNION ALL "
              "SELECT pg_advisory_xact_lock(CAST(:whole AS int), part) FROM unnest(CAST(:parts AS int[])) AS part")


def lock_parts(db: Connection, whole: int, *parts: str) -> None:
    """Serialises writers of the same parts of a subject until the commit, and none of its other parts. Whoever locks
    the whole of it (`lock_for_writing`) waits for all of them, and they for him.

    Two names may come to one number: then one waits for the other for nothing.
    """
    if db.dialect.name == "postgresql":
        numbers = sorted({zlib.crc32(part.encode()) - (1 << 31) for part in parts})  # in one order, so that nobody crosses
        db.execute(_PARTS, {"whole": whole, "parts": numbers})


def insert_new(db: Connection, table: Table, values: dict[str, Any]) -> int | None:
    """Inserts a row and gives its id; None when a unique key says that it is there already."""
    insert = postgresql.insert if db.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(**values).on_conflict_do_nothing().returning(table.c.id)
    found = db.execute(statement).scalar()
    return None if found is None else int(found)


def insert_new_row(db: Connection, model: type[DeclarativeBase], values: dict[str, Any]) -> bool:
    """Inserts a row whose key is no number of its own; False when its key is there already."""
    insert = postgresql.insert if db.dialect.name == "postgresql" else sqlite.insert
    key = next(iter(model.__table__.primary_key))
    # An INSERT's rowcount is not kept on PostgreSQL; what it returns is.
    return db.execute(insert(model).values(**values).on_conflict_do_nothing().returning(key)).first() is not None


def upsert(
    session: Session, model: type[DeclarativeBase], key: dict[str, Any], values: dict[str, Any], *,
    where: ColumnElement[bool] | None = None,
) -> postgresql.Insert | sqlite.Insert:
    """INSERT of a row, or UPDATE of the one that has its key, there only where `where` is true. In one statement."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return insert(model).values(**key, **values).on_conflict_do_update(index_elements=list(key), set_=values, where=where)
