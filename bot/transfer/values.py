"""One value of a column: as JSON and back, and whether the strictest of our databases takes it. Reads no database."""

from __future__ import annotations

import base64
import binascii
import json
import math
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Enum, Float, Integer, LargeBinary, String

from models.base import UtcDateTime

SMALL, LARGE = 2**31, 2**63
SHOWN = 40


class Unfit(Exception):
    """The value cannot stand in that column; `str()` says why, without quoting it."""


def encode(value: Any) -> Any:
    """A stored value as JSON has it: times and days as ISO 8601, bytes as base64, states by their value."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value.value if isinstance(value, StrEnum) else value


def decode(column: Column[Any], value: Any) -> Any:
    """What `encode` made, as the column takes it. Unfit where it is something else."""
    if value is None or isinstance(column.type, JSON):
        return fit(column, value)
    try:
        return fit(column, _decoded(column, value))
    except (ValueError, TypeError, binascii.Error):
        raise Unfit(f"{column.name}: {_expected(column)} is expected") from None


def _decoded(column: Column[Any], value: Any) -> Any:
    kind = column.type
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value, validate=True)
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return kind.enum_class(value)
    return float(value) if isinstance(kind, Float) and type(value) is int else value


def fit(column: Column[Any], value: Any) -> Any:
    """The value itself, where PostgreSQL would take it too; Unfit where it would not (SQLite keeps to no length)."""
    if value is None:
        if not column.nullable:
            raise Unfit(f"{column.name}: a value is missing")
    elif isinstance(column.type, JSON):
        _fit_json(column, value)
    elif type(value) not in _types(column):
        raise Unfit(f"{column.name}: {_expected(column)} is expected")
    elif isinstance(value, str) and not isinstance(column.type, Enum):
        _fit_text(column, value)
    elif isinstance(column.type, Integer) and not -_bound(column) <= value < _bound(column):
        raise Unfit(f"{column.name}: the number is too large")
    elif isinstance(value, datetime) and value.utcoffset() != UTC.utcoffset(None):
        raise Unfit(f"{column.name}: the time does not say that it is UTC")
    elif isinstance(value, float) and not math.isfinite(value):
        raise Unfit(f"{column.name}: no number")
    return value


def _fit_text(column: Column[Any], value: str) -> None:
    most = column.type.length if isinstance(column.type, String) else None
    if most is not None and len(value) > most:
        raise Unfit(f"{column.name}: {len(value)} characters, at most {most} fit")
    if "\0" in value or not _writable(value):
        raise Unfit(f"{column.name}: a character that PostgreSQL cannot keep (NUL, or half of a pair)")


def _fit_json(column: Column[Any], value: Any) -> None:
    try:
        json.dumps(value, allow_nan=False)
    except (ValueError, TypeError):
        raise Unfit(f"{column.name}: what JSON cannot hold") from None


def _writable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _bound(column: Column[Any]) -> int:
    return LARGE if isinstance(column.type, BigInteger) else SMALL


def _types(column: Column[Any]) -> tuple[type, ...]:
    kind = column.type
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return (kind.enum_class,)
    for known, types in _PYTHON:
        if isinstance(kind, known):
            return types
    raise LookupError(f"{column}: no rule for {kind!r}")


_PYTHON: tuple[tuple[type, tuple[type, ...]], ...] = (
    (UtcDateTime, (datetime,)), (Date, (date,)), (Boolean, (bool,)), (Integer, (int,)), (Float, (float,)),
    (LargeBinary, (bytes,)), (String, (str,)),
)
_NAMES = {datetime: "a time in UTC", date: "a day", bool: "true or false", int: "a whole number", float: "a number",
          bytes: "base64", str: "text"}


def _expected(column: Column[Any]) -> str:
    kind = column.type
    if isinstance(kind, Enum):
        words = ", ".join(kind.enums)
        return f"one of {words}" if len(words) <= SHOWN else f"one of {len(kind.enums)} words"
    return _NAMES[_types(column)[0]]
