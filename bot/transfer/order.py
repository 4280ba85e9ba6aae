"""In which order rows are written, so that whatever a row points at stands there before it. Writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Column, Table

from models.tables import metadata

Row = dict[str, Any]
Key = tuple[Any, ...]


def tables() -> list[Table]:
    """Every table, each behind those that it points at."""
    return list(metadata.sorted_tables)


def key_of(table: Table, row: Row) -> Key:
    return tuple(row[column.name] for column in table.primary_key)


def own_parent(table: Table) -> Column[Any] | None:
    """The column by which rows of a table point at others of the same table (an award at the one it came from)."""
    found = [key.parent for key in table.foreign_keys if key.column.table is table]
    assert len(found) <= 1, f"{table.name}: rows point at their own kind in {len(found)} ways"
    return found[0] if found else None


def parents_first(table: Table, rows: Iterable[Row]) -> Iterator[Row]:
    """The same rows, each behind the one of its own table that it points at. LookupError where that one is missing."""
    parent = own_parent(table)
    if parent is None:
        yield from rows
        return
    waiting: dict[Any, list[Row]] = defaultdict(list)
    written: set[Any] = set()
    for row in rows:
        above = row[parent.name]
        if above is not None and above not in written:
            waiting[above].append(row)
            continue
        ready = [row]
        while ready:
            one = ready.pop()
            yield one
            written.add(one["id"])
            ready += waiting.pop(one["id"], [])
    if waiting:
        raise LookupError(f"{table.name}: {parent.name} points at rows that are not there")
