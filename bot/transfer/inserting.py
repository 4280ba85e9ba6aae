"""Rows written into an empty database as they are, keys included, and numbers that go on behind them. Never commits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from sqlalchemy import Connection, Table, func, insert, null, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.types import JSON

from bot.transfer.order import Row, tables

ITS_OWN = ("catalogue_version", "installation")
"""Tables in which the migrations themselves write a row."""
BATCH = 500


class Refused(Exception):
    """The database would not take a row. `number`: which of the table's rows, from 1; `why`: the rule, without values."""

    def __init__(self, table: str, number: int, why: str) -> None:
        super().__init__(f"{table}, row {number}: {why}")
        self.table, self.number, self.why = table, number, why


def full_table(db: Connection) -> str | None:
    """A table that holds a row which the migrations did not write; None: the database is empty."""
    for table in tables():
        if table.name not in ITS_OWN and db.execute(select(1).select_from(table).limit(1)).first() is not None:
            return table.name
    return None


def insert_rows(db: Connection, table: Table, rows: Iterable[Row]) -> Iterator[int]:
    """Writes the rows; after each batch how many it was. Refused where a constraint of the database says no."""
    done, several = 0, iter(rows)
    while batch := [_as_stored(table, row) for row in islice(several, BATCH)]:
        try:
            with db.begin_nested():
                db.execute(insert(table), batch)
        except DatabaseError:
            _find_refused(db, table, batch, done)
            raise
        done += len(batch)
        yield len(batch)


def _as_stored(table: Table, row: Row) -> Row:
    # None in a JSON column is the word null, unless the row has no value there.
    empty = {column.name: null() for column in table.columns
             if isinstance(column.type, JSON) and column.nullable and row[column.name] is None}
    return row | empty if empty else row


def _find_refused(db: Connection, table: Table, batch: list[Row], before: int) -> None:
    for number, row in enumerate(batch, before + 1):
        try:
            with db.begin_nested():
                db.execute(insert(table), row)
        except DatabaseError as problem:
            raise Refused(table.name, number, _rule(problem)) from None


def _rule(problem: DatabaseError) -> str:
    """Which rule said no. PostgreSQL names it apart; of SQLite's sentence, which quotes no value, all is kept."""
    diagnosis = getattr(problem.orig, "diag", None)
    if diagnosis is None:
        return str(problem.orig)
    return str(diagnosis.constraint_name or diagnosis.message_primary)


def _counted(table: Table) -> bool:
    """Whether the database gives out this table's ids, and never one again."""
    return bool(table.dialect_options["sqlite"]["autoincrement"])


def last_numbers(db: Connection) -> dict[str, int]:
    """The last number given out, of the tables whose numbers are never given out again."""
    names = [table.name for table in tables() if _counted(table)]
    if db.dialect.name == "sqlite":
        return {row.name: row.seq for row in db.execute(text("SELECT name, seq FROM sqlite_sequence ORDER BY name"))
                if row.name in names}
    # Before its first use a sequence says the number that comes next.
    return {name: db.scalar(text(f"SELECT last_value - (NOT is_called)::int FROM {_sequence(db, name)}"))  # noqa: S608
            for name in sorted(names)}


def go_on(db: Connection, last: dict[str, int]) -> None:
    """No id that is in a table, and none up to `last`, is given out any more."""
    for table in tables():
        if "id" not in table.c or not (table.c.id.autoincrement and table.c.id.primary_key):
            continue
        highest = max(db.scalar(select(func.max(table.c.id))) or 0, last.get(table.name, 0))
        if db.dialect.name == "postgresql" and highest and (sequence := _sequence(db, table.name)):
            db.execute(text("SELECT setval(CAST(:sequence AS regclass), :last)"), {"sequence": sequence, "last": highest})
        elif db.dialect.name == "sqlite" and _counted(table) and highest:
            _go_on_sqlite(db, table.name, highest)


def _go_on_sqlite(db: Connection, name: str, highest: int) -> None:
    done = db.execute(text("UPDATE sqlite_sequence SET seq = MAX(seq, :last) WHERE name = :name"),
                      {"last": highest, "name": name})
    if not done.rowcount:
        db.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), {"last": highest, "name": name})


def _sequence(db: Connection, name: str) -> str | None:
    found: str | None = db.scalar(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": name})
    return found
