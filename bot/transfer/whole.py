"""Everything of a SQLite database brought into an empty PostgreSQL (or any other) one, compared row by row, in one
transaction. The old database is left as it is. The caller stopped web application and scheduler."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, delete, func, select
from sqlalchemy.orm import Session

from bot import audit, database
from bot.audit import OPERATOR
from bot.backups import sqlite
from bot.errors import BadInput, DatabaseProblem, ImportProblem, NotAllowed
from bot.recording import audit_chain
from bot.transfer import inserting
from bot.transfer.exporting import SHOWN_EVERY, Progress
from bot.transfer.inserting import ITS_OWN
from bot.transfer.order import Row, key_of, parents_first, tables
from bot.transfer.values import Unfit, encode, fit
from models.session import make_engine, writing

MOST_PROBLEMS = 20
NOTHING = "Nothing was moved."
AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Moved:
    tables: int
    rows: int
    audit_end: int | None


def move(file: Path, engine: Engine, *, now: datetime, progress: Progress | None = None) -> Moved:
    """Brings all rows of the SQLite file into `engine`'s database, which is made or empty.

    NotAllowed where somebody has the file open or the database holds data; DatabaseProblem where the file is of another
    revision; ImportProblem with table and key of each row that would not fit, before anything is written.
    """
    if not file.is_file():
        raise BadInput(f"{file}: there is no such file.")
    if engine.dialect.name == "sqlite" and sqlite.place(engine.url).absolute() == file.absolute():
        raise BadInput(f"The configuration still names {file}: let database_url name the new database first.")
    sqlite.refuse_in_use(file)
    sqlite.look(file)
    source = make_engine(f"sqlite:///{file}")
    try:
        _refuse_other_revision(source, file)
        database.upgrade(engine)
        # A write transaction: nobody changes the old database while it is read.
        with source.begin() as old, writing(engine) as session:
            return _move(old, session, now, progress)
    finally:
        source.dispose()


def _refuse_other_revision(source: Engine, file: Path) -> None:
    current, head = database.revision(source)
    if current != head:
        raise DatabaseProblem(f"{file} is at revision {current}, this program at {head}. {NOTHING} Let database_url name the "
                              "file once more, run: python -m bot db upgrade, and change it again.")


def _move(old: Connection, session: Session, now: datetime, progress: Progress | None) -> Moved:
    new = session.connection()
    full = inserting.full_table(new)
    if full is not None:
        raise NotAllowed(f"The database that the configuration names is not empty: table {full} holds rows. {NOTHING}")
    total = sum(old.scalar(select(func.count()).select_from(table)) or 0 for table in tables())
    step = _counter(3 * total, progress)
    _refuse_unfit(old, step)
    for name in ITS_OWN:
        new.execute(delete(next(table for table in tables() if table.name == name)))
    for table in tables():
        _copy(old, new, table, step)
    inserting.go_on(new, inserting.last_numbers(old))
    for table in tables():
        if _sum(old, table, lambda: None) != _sum(new, table, step):
            raise BadInput(f"Table {table.name} does not hold the same afterwards. {NOTHING} The old database is as it was.")
    broken, end = audit_chain.verify(session), audit_chain.head(session)
    if broken is not None:
        raise BadInput(f"The audit trail was changed before: {broken}. {NOTHING} Run: python -m bot audit verify")
    audit.record(session, actor=OPERATOR, verb="move_database", object_kind="database", object_id=None, now=now,
                 details={"rows": total})
    return Moved(len(tables()), total, None if end is None else end[0])


def _counter(of: int, progress: Progress | None) -> Callable[[], None]:
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if progress is not None and (done % SHOWN_EVERY == 0 or done == of):
            progress(done, of)

    return step


def _rows(db: Connection, table: Table) -> Iterator[Row]:
    query = select(table).order_by(*table.primary_key).execution_options(yield_per=AT_ONCE)
    return (dict(row) for row in db.execute(query).mappings())


def _refuse_unfit(old: Connection, step: Callable[[], None]) -> None:
    """SQLite keeps to no length, and to no size of numbers; PostgreSQL does."""
    problems: list[str] = []
    for table in tables():
        for row in _rows(old, table):
            step()
            try:
                for column in table.columns:
                    fit(column, row[column.name])
            except Unfit as problem:
                problems.append(f"{table.name} {'/'.join(map(str, key_of(table, row)))}: {problem}")
            if len(problems) >= MOST_PROBLEMS:
                raise ImportProblem([*problems, f"and perhaps more. {NOTHING}"])
    if problems:
        raise ImportProblem([*problems, f"{NOTHING} Change these rows in the old database first (console, or by SQL)."])


def _copy(old: Connection, new: Connection, table: Table, step: Callable[[], None]) -> None:
    try:
        for several in inserting.insert_rows(new, table, parents_first(table, _rows(old, table))):
            for _ in range(several):
                step()
    except inserting.Refused as problem:
        raise BadInput(f"{problem}. {NOTHING}") from None


def _sum(db: Connection, table: Table, step: Callable[[], None]) -> tuple[int, int]:
    """(rows, the sum of their SHA-256): the same in whatever order a database gives them."""
    rows = total = 0
    for row in _rows(db, table):
        text = json.dumps({name: encode(value) for name, value in row.items()}, sort_keys=True)
        total += int.from_bytes(hashlib.sha256(text.encode("ascii")).digest(), "big")
        rows += 1
        step()
    return rows, total
