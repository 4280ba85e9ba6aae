"""Databases as earlier releases left them: their schema by the migrations, their rows by plain SQL. See tests/data/releases."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Connection, MetaData, Table, text

from bot import database
from bot.transfer.order import parents_first
from models.session import make_engine

RELEASES = Path(__file__).parents[1] / "data" / "releases"
BY_MIGRATIONS = ("alembic_version", "catalogue_version", "sqlite_sequence")
Rows = dict[str, list[dict[str, Any]]]


def rows_of(revision: str) -> Rows:
    found: Rows = json.loads(gzip.decompress((RELEASES / f"{revision}.json.gz").read_bytes()))
    return found


def left(url: str, revision: str) -> Rows:
    """Makes the empty database what the release of that revision left; its rows."""
    database.upgrade(url, to=revision)
    rows, engine = rows_of(revision), make_engine(url)
    with engine.begin() as db:
        known = MetaData()
        known.reflect(db)
        for table in known.sorted_tables:
            if table.name in rows and table.name not in BY_MIGRATIONS:
                for row in parents_first(table, rows[table.name]):
                    _insert(db, table, row)
        db.execute(text("UPDATE catalogue_version SET version = :version"), rows["catalogue_version"][0])
        _count_on(db, known, {row["name"]: row["seq"] for row in rows["sqlite_sequence"]})
    engine.dispose()
    return rows


def _insert(db: Connection, table: Table, row: dict[str, Any]) -> None:
    names = ", ".join(f'"{name}"' for name in row)
    values = ", ".join(f":{name}" for name in row)
    db.execute(text(f'INSERT INTO "{table.name}" ({names}) VALUES ({values})'),
               {name: _value(table, name, value) for name, value in row.items()})


def _value(table: Table, name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return base64.b64decode(value["base64"])
    # SQLite keeps truth as 0 and 1.
    return bool(value) if isinstance(table.c[name].type, Boolean) and value is not None else value


def _count_on(db: Connection, known: MetaData, last: dict[str, int]) -> None:
    """Ids go on as they would have there."""
    if db.dialect.name == "sqlite":
        for name, number in last.items():
            db.execute(text("UPDATE sqlite_sequence SET seq = :number WHERE name = :name"), {"name": name, "number": number})
        return
    for table in known.sorted_tables:
        if "id" in table.c and db.scalar(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name}):
            highest = db.scalar(text(f'SELECT max(id) FROM "{table.name}"')) or 0
            if number := max(highest, last.get(table.name, 0)):
                db.execute(text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :number)"),
                           {"name": table.name, "number": number})
