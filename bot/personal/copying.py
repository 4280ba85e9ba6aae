"""The copy of what is held about one person: gathered by `models.personal`, written as one file. Reads; never commits.

What others wrote among themselves about a report (notes, second opinions, leads) may name other people and is counted
only; grades of rounds that are not released are told with the release, as to everybody.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import IO, Any

from sqlalchemy import Connection, Row, select

from bot.claiming.keys import Keys, NoKey
from bot.media.store import Missing, Store
from bot.personal.rows import Ids, ids_of, in_parts, rows
from models.attachments import Attachment
from models.contests import Round
from models.enums import AttachmentKind, AttachmentState, RoundState
from models.papers import Paper
from models.personal import READERS, Key
from models.reports import Report
from models.work_enums import ContactKind

AMONG_STAFF = ("note", "lead", "review", "rescoring")
"""Counted, not copied: see the module."""
TOLD_LATER = ("grade",)
"""Of reports whose round is released, or that were late, only."""
UNREADABLE = "（存着，现在打不开）"
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "audio/mpeg": "mp3"}
FOLDERS = {AttachmentKind.PICTURE: "照片", AttachmentKind.VOICE: "语音"}


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of thing: what the columns are called, in Chinese and in the database, and the rows, oldest first."""

    table: str
    title: str
    columns: tuple[str, ...]
    words: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class File:
    """A photo or a voice: where it stands in the copy, under which name the store has it."""

    path: str
    digest: str
    is_picture: bool
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Copy:
    made_at: datetime
    accounts: int
    parts: tuple[Part, ...]
    files: tuple[File, ...]
    among_staff: int
    told_later: int


def gather(db: Connection, reader_ids: Collection[int], *, keys: Keys | None, now: datetime) -> Copy:
    """All that is held about these readers, who are one person. `keys` None: what is sealed stays so."""
    ids = ids_of(db, reader_ids)
    told = dict(ids) | {Key.REPORT: _told(db, ids[Key.REPORT])}
    parts = []
    for name, held in READERS.items():
        if name in AMONG_STAFF:
            continue
        found = rows(db, name, told if name in TOLD_LATER else ids, [*held.columns, *_extra(name)])
        if found:
            parts.append(Part(name, held.title, tuple(held.columns), tuple(words for _, words in held.columns.values()),
                              tuple(tuple(_value(db, name, column, row, keys) for column in held.columns) for row in found)))
    return Copy(
        now, len(ids[Key.READER]), tuple(parts), tuple(_files(db, ids)),
        sum(len(rows(db, name, ids, ())) for name in AMONG_STAFF),
        sum(len(rows(db, name, ids, ())) - len(rows(db, name, told, ())) for name in TOLD_LATER))


def _told(db: Connection, reports: Collection[int]) -> list[int]:
    """Of these the reports whose grading is no secret any more."""
    found: list[int] = []
    for some in in_parts(sorted(reports)):
        found += db.scalars(select(Report.id).outerjoin(Round, Round.id == Report.round_id).where(
            Report.id.in_(some), (Round.state == RoundState.RELEASED) | Report.late.is_(True)))
    return sorted(found)


def _extra(name: str) -> tuple[str, ...]:
    return ("key_id",) if name == "claim_contact" else ()


def _value(db: Connection, name: str, column: str, row: Row[Any], keys: Keys | None) -> Any:
    value = getattr(row, column)
    if (name, column) == ("claim_contact", "sealed"):
        return _opened(row, keys)
    if (name, column) == ("held_paper", "paper_id"):
        return db.scalar(select(Paper.name).where(Paper.id == value))
    return value


def _opened(row: Row[Any], keys: Keys | None) -> str:
    try:
        return keys.open(row.award_id, ContactKind(row.kind), row.key_id, row.sealed) if keys else UNREADABLE
    except NoKey:
        return UNREADABLE


def _files(db: Connection, ids: Ids) -> Iterator[File]:
    for some in in_parts(ids[Key.READER]):
        for row in db.execute(select(Attachment.__table__).where(
                Attachment.reader_id.in_(some), Attachment.state == AttachmentState.KEPT).order_by(Attachment.id)):
            path = f"{FOLDERS[row.kind]}/{row.id}"
            yield File(f"{path}.{ENDINGS.get(row.content_type or '', 'bin')}", row.digest,
                       row.kind is AttachmentKind.PICTURE, row.received_at)
            if row.original_digest:
                yield File(f"{path}.amr", row.original_digest, is_picture=False, received_at=row.received_at)


def as_json(copy: Copy) -> bytes:
    """The same for programs: names of tables and columns as in docs/privacy.md, times in UTC."""
    return json.dumps({
        "made_at": copy.made_at, "accounts": copy.accounts, "notes_among_staff": copy.among_staff,
        "told_after_release": copy.told_later, "files": [one.path for one in copy.files],
        "held": [{"table": part.table, "title": part.title, "columns": dict(zip(part.columns, part.words, strict=True)),
                  "rows": [dict(zip(part.columns, row, strict=True)) for row in part.rows]} for part in copy.parts],
    }, ensure_ascii=False, indent=1, default=_plain).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else str(value)


def write(copy: Copy, pages: Mapping[str, str | bytes], store: Store, out: IO[bytes]) -> int:
    """One ZIP: `pages` by their names, the JSON, the photos and voices; how many files the store lacked."""
    missing = 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in pages.items():
            packed.writestr(name, text)
        packed.writestr("数据.json", as_json(copy))
        for one in copy.files:
            try:
                data = store.get(one.digest)
            except Missing:
                missing += 1
                continue
            packed.writestr(zipfile.ZipInfo(one.path), data)  # packed already: pictures and sounds
    return missing
