"""Declarative base, constraint names and column types. Knows no table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import DateTime, Dialect, Enum, Index, MetaData, TypeDecorator, text
from sqlalchemy.orm import DeclarativeBase

CONSTRAINT_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=CONSTRAINT_NAMES)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python on every database. A naive value is a mistake and raises ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else stored_utc(value)

    # On SQLite in one step: the two of a TypeDecorator take four times as long, for every moment in a message.

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        return _as_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        return _from_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"naive datetime: {value!r}")
    return value if value.tzinfo is UTC else value.astimezone(UTC)


@lru_cache(maxsize=64)  # one moment stands in most of what a message writes
def _as_text(value: datetime | None) -> str | None:
    """As SQLite keeps it: without a zone, so that text order is time order."""
    return None if value is None else _utc(value).isoformat(" ", "microseconds")[:26]


def _from_text(value: str | None) -> datetime | None:
    if value is None:
        return None
    found = datetime.fromisoformat(value)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def stored_utc(value: str | datetime) -> datetime:
    """A UtcDateTime read as it is stored (`type_coerce(column, String)`): SQLite gives text, PostgreSQL a datetime.

    For reads of a hundred thousand rows, where the column's own type takes longer than everything else.
    """
    if isinstance(value, str):
        return datetime.fromisoformat(f"{value}+00:00")
    return value.astimezone(UTC)


def index_where_set(table: str, column: str) -> Index:
    """An index of the rows that have a value in a column which few have: of the others none is written."""
    there = text(f"{column} IS NOT NULL")
    return Index(f"ix_{table}_{column}", column, sqlite_where=there, postgresql_where=there)


def stored_enum(kind: type[StrEnum], name: str) -> Enum:
    """A StrEnum stored by value as text, kept to its values by a CHECK constraint."""

    def values(members: Any) -> list[str]:
        return [member.value for member in members]

    return Enum(kind, name=name, native_enum=False, create_constraint=True, values_callable=values,
                length=32, validate_strings=True)
