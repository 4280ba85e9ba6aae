"""A database looked at from outside, by plain SQL on SQLite or PostgreSQL. Knows no model and nothing of the bot."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import Any, Protocol

Row = dict[str, Any]


class Rows(Protocol):
    def __call__(self, sql: str) -> list[Row]:
        """Every row of a SELECT without parameters."""
        ...


def rows_of(url: str) -> Rows:
    """`sqlite:///path` or `postgresql+psycopg://…`; a connection of its own for each question."""
    if url.startswith("sqlite:///"):
        return lambda sql: _sqlite(url.removeprefix("sqlite:///"), sql)
    return lambda sql: _postgresql(url.replace("+psycopg", "", 1), sql)


def _sqlite(path: str, sql: str) -> list[Row]:
    with closing(sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=20)) as db:
        found = db.execute(sql)
        names = [one[0] for one in found.description]
        return [dict(zip(names, row, strict=True)) for row in found]


def _postgresql(url: str, sql: str) -> list[Row]:
    import psycopg

    with psycopg.connect(url) as db:
        found = db.execute(sql)  # type: ignore[call-overload]
        names = [one.name for one in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found]


def moment(value: str | datetime) -> datetime:
    """A stored time as an aware one: SQLite keeps text without a zone."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value.astimezone(UTC)


def parsed(value: Any) -> Any:
    """A JSON column: SQLite keeps text."""
    return json.loads(value) if isinstance(value, str) else value
