"""Brings a database to the schema of this program and says where it stands. Knows no table.

Alembic is read where it is used: it brings eight megabytes, which a worker that never asks is not to hold.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

import models
from bot.errors import DatabaseProblem
from models.session import DEFERRED, make_engine

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(models.__file__).parent / "migrations"
UPGRADE_LOCK = 0x77705F7570  # "wp_up": any number that nobody else takes for an advisory lock
ADVICE = (
    ("unable to open", "Is its disk mounted, and may the user who runs this write to its folder?"),
    ("is locked", "Another program holds it: see which (lsof, fuser), and try again when it is done."),
    ("readonly", "The user who runs this may not write the file or its folder; or the disk was mounted for reading only."),
    ("is full", "Make room on its disk; nothing was changed."),
    ("No space left", "Make room on the server's disk; nothing was changed."),
    ("not a database", "The file is damaged or another program's: keep it aside and restore a backup (docs/backup.md)."),
    ("malformed", "The file is damaged: keep it aside and restore a backup (docs/backup.md)."),
    ("I/O error", "Look at its disk (dmesg); the file may be damaged."),
    ("resolve host", "Mend the host in database_url in [server]; in a password @ is written %40, / %2F and # %23."),
    ("does not exist", "Make it first (docs/deploy.md), or mend database_url in [server]."),
    ("authentication failed", "Mend user and password in database_url in [server]."),
    ("permission denied", "The user in database_url must own the database."),
    ("read-only transaction", "The server only reads: database_url must name the primary."),
)
"""What the drivers say → what to do."""
ADVICE_ELSE = "See whether it runs, and whether database_url in [server] is right."
LOCK_WAIT = "120s"  # how long a second process waits for the one that is upgrading


def upgrade(database: str | Engine, *, to: str = "head") -> bool:
    """Runs the missing migrations, all in one transaction; does nothing where none is missing. Whether there was no
    database, or an empty one: the caller says so, for it may be another one than was meant.

    Several processes may start at once: one works, the others wait and then find nothing to do.
    DatabaseProblem if the database was made by a newer program.
    """
    from alembic import command
    from alembic.util import CommandError

    with _engine(database) as engine, _alone(engine), _upgrading(engine) as connection:
        config = _config()
        config.attributes["connection"] = connection
        new = not inspect(connection).has_table("alembic_version")
        try:
            command.upgrade(config, to)
        except CommandError as problem:
            _refuse_newer(connection)
            raise DatabaseProblem(f"The database cannot be brought to revision {to}: {problem}") from None
    return new


def downgrade(database: str | Engine, *, to: str) -> None:
    """Takes migrations back to revision `to` ("base": all of them, with every row). For operators and tests."""
    from alembic import command

    with _engine(database) as engine, _alone(engine), _upgrading(engine) as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, to)


def revision(engine: Engine) -> tuple[str | None, str | None]:
    """(where the database stands, where this program wants it); None: an empty database. Without Alembic: every worker
    is asked for it (`/readyz`)."""
    with engine.execution_options(**DEFERRED).connect() as connection:
        there = inspect(connection).has_table("alembic_version")
        current = connection.scalar(text("SELECT version_num FROM alembic_version")) if there else None
    return current, _head()


@cache
def _head() -> str | None:
    """The newest migration: they follow one another by the number that their file begins with."""
    return max((file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py")), default=None)


def knows(revision: str) -> bool:
    """Whether this program can bring a database at that revision to its own."""
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    try:
        return ScriptDirectory.from_config(_config()).get_revision(revision) is not None
    except CommandError:
        return False


def check(engine: Engine) -> None:
    """DatabaseProblem unless the database stands where this program wants it. Makes no file where there is none."""
    _refuse_no_file(engine)
    current, head = revision(engine)
    if current == head:
        return
    if current is None:
        raise DatabaseProblem(f"The database is empty, this program needs revision {head}. Is it the right one (data_dir and "
                              "database_url in [server])? A new one is made ready by: python -m bot db upgrade")
    if head is not None and current > head:
        raise DatabaseProblem(_newer(current))
    raise DatabaseProblem(f"The database is at revision {current}, this program needs {head}. "
                          "Run: python -m bot db upgrade")


def _newer(current: str) -> str:
    return (f"The database is at revision {current}, a newer program's; this one knows {_head()}. "
            "Install the newer program again, or restore the backup made before it (docs/backup.md).")


def _refuse_newer(connection: Connection) -> None:
    current = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if current is not None and current > str(_head()):
        raise DatabaseProblem(_newer(current)) from None


def _refuse_no_file(engine: Engine) -> None:
    """SQLite would make an empty file, which looks like a database that lost everything."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:" or path.startswith("file:"):
        return
    if not Path(path).exists():
        raise DatabaseProblem(f"There is no database at {path}. Is its disk mounted, and data_dir in [server] right? "
                              "A new one is made by: python -m bot db upgrade")


def is_ours(problem: DBAPIError) -> bool:
    """Whether it is no trouble of the database's but a mistake of this program's; what the driver says may hold words then."""
    return isinstance(problem, (IntegrityError, DataError))


def trouble(problem: DBAPIError) -> str:
    """Why the database cannot be used, with what to do about it. The first line of what the driver says names no row."""
    said = (str(problem.orig).strip().splitlines() or [type(problem.orig).__name__])[0]
    do = next((advice for words, advice in ADVICE if words in said), ADVICE_ELSE)
    return f"The database cannot be used: {said.rstrip('.')}. {do}"


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    # Alembic reads % as the start of a substitution.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


@contextmanager
def _engine(database: str | Engine) -> Iterator[Engine]:
    if isinstance(database, Engine):
        yield database
        return
    engine = make_engine(database)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """SQLite: a file lock beside the database, held before it is opened for the first time.

    The switch to WAL on a new file does not wait for another process and would fail as "locked".
    """
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:" or path.startswith("file:"):
        yield
        return
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with Path(path + ".upgrade").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # freed when the file is closed, also by a crash
        if not Path(path).exists():
            Path(path).touch(0o600)  # nobody else on the machine reads letters; SQLite gives its -wal the same mode
        yield


@contextmanager
def _upgrading(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            with _foreign_keys_at_rest(connection), connection.begin():
                yield connection
                _refuse_broken_keys(connection)
        else:
            with connection.begin():
                connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
                yield connection


@contextmanager
def _foreign_keys_at_rest(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by copying it, which the foreign keys to it would forbid.

    The pragma has an effect only outside a transaction, so it goes to the driver's connection.
    """
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def _refuse_broken_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise DatabaseProblem(f"Not upgraded: table {broken[0]} would point at rows that do not exist.")
