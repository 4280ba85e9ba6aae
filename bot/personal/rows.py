"""The rows that lead to given readers, by `models.personal`. Reads only; knows no rule of what may happen to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from models.contests import Award
from models.leads import LeadReader
from models.links import ReaderTie
from models.messages import Message
from models.outgoing import OutgoingMessage
from models.personal import READERS, Key
from models.readers import Reader
from models.reports import Report
from models.tables import metadata

AT_ONCE = 500
Ids = Mapping[Key, Sequence[int]]


def ids_of(db: Connection, reader_ids: Collection[int]) -> Ids:
    """Every number that leads to these readers."""
    readers = sorted(set(reader_ids))
    messages = _some(db, Message.id, Message.reader_id, readers)
    return {
        Key.READER: readers,
        Key.PERSON: sorted({*_some(db, Reader.person_id, Reader.id, readers),
                            *_some(db, ReaderTie.own_person_id, ReaderTie.reader_id, readers)}),
        Key.MESSAGE: messages,
        Key.REPORT: _some(db, Report.id, Report.reader_id, readers),
        Key.AWARD: _some(db, Award.id, Award.reader_id, readers),
        Key.OUTGOING: _some(db, OutgoingMessage.id, OutgoingMessage.reader_id, readers),
        Key.LEAD: _some(db, LeadReader.lead_id, LeadReader.reader_id, readers),
    }


def _some(db: Connection, wanted: Any, by: Any, readers: Sequence[int]) -> list[int]:
    return sorted({one for some in in_parts(readers) for one in db.scalars(select(wanted).where(by.in_(some)))})


def in_parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """So many at a time as a statement takes."""
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start:start + AT_ONCE]


def table_of(name: str) -> Table:
    return metadata.tables[name]


def rows(db: Connection, name: str, ids: Ids, columns: Iterable[str]) -> list[Row[Any]]:
    """Each row of a table of `READERS` that leads to them, once, in the order of its key; the key's columns first."""
    table, holding = table_of(name), READERS[name]
    keys = [column.name for column in table.primary_key]
    wanted = [table.c[column] for column in dict.fromkeys([*keys, *columns])]
    found: dict[tuple[Any, ...], Row[Any]] = {}
    for by, key in holding.via:
        for some in in_parts(ids[key]):
            found |= {tuple(row[: len(keys)]): row for row in db.execute(select(*wanted).where(table.c[by].in_(some)))}
    return [found[key] for key in sorted(found)]
