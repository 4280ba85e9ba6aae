"""A SQLite database copied while others write, looked into, and put into its place. Knows no archive."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL

from bot.backups.archive import Facts
from bot.errors import BadInput, NotAllowed

BUSY_SECONDS = 15.0
SHOWN = 3


def place(url: URL) -> Path:
    """The file of this database. BadInput for one that lies in memory."""
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise BadInput("This database lies in no file: there is nothing to back up or restore.")
    return Path(url.database)


def copy(url: URL, target: Path) -> None:
    """One consistent copy without the remains of deleted rows; writers go on meanwhile. sqlite3.Error as it comes."""
    source = f"file:{quote(str(place(url).absolute()))}?mode=ro"
    with closing(sqlite3.connect(source, uri=True, timeout=BUSY_SECONDS)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    # Immutable: nothing is written beside it, not even by a database that was left in WAL mode.
    with closing(sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1", uri=True)) as connection:
        yield connection


def look(path: Path) -> Facts:
    """What the file holds, after SQLite's own check of every page and key. BadInput where it is damaged."""
    try:
        with _opened(path) as connection:
            said = [row[0] for row in connection.execute(f"PRAGMA integrity_check({SHOWN})")]
            if said != ["ok"]:
                raise BadInput(f"The database is damaged: {'; '.join(map(str, said))}")
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
            if broken is not None:
                raise BadInput(f"The database is damaged: table {broken[0]} points at rows that do not exist.")
            names = [row[0] for row in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")]
            return Facts("sqlite", connection.execute("SELECT version_num FROM alembic_version").fetchone()[0],
                         {name: _count(connection, name) for name in names}, _chain(connection))
    except (sqlite3.Error, TypeError) as problem:
        raise BadInput(f"The database is damaged, or is none of this program: {problem}") from None


def _count(connection: sqlite3.Connection, table: str) -> int:
    quoted = table.replace('"', '""')
    return int(connection.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()[0])  # noqa: S608 - a name of the schema


def _chain(connection: sqlite3.Connection) -> tuple[int, int, str] | None:
    row = connection.execute("SELECT chain_number, id, chain FROM audit_entry WHERE chain_number IS NOT NULL "
                             "ORDER BY chain_number DESC LIMIT 1").fetchone()
    return None if row is None else (row[0], row[1], row[2])


def refuse_in_use(path: Path) -> None:
    """NotAllowed while any other process has the database open. Afterwards all of it lies in the one file."""
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path, timeout=0)) as connection:
            # Whoever has it open in WAL mode, even idle, forbids this; and nothing is left in the -wal file.
            mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite3.OperationalError as problem:
        if problem.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise BadInput(f"{path} cannot be opened for writing: {problem}. May the user who runs this write it and its "
                           "folder?") from None
        mode = "wal"
    except sqlite3.DatabaseError:
        return  # damaged: that is why it is replaced
    if mode != "delete":
        raise NotAllowed(f"{path}: another process has the database open. Stop the web application and the scheduler first.")


def put_in_place(draft: Path, path: Path, *, now: datetime) -> Path | None:
    """Moves `draft` where the database belongs; where one was, it stays beside it under the name that is given back."""
    aside = path.with_name(f"{path.name}.before-restore-{now:%Y%m%dT%H%M%S}") if path.exists() else None
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if aside is not None and part.exists():
            part.replace(aside.with_name(aside.name + suffix))
    draft.replace(path)
    return aside
