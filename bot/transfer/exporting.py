"""A contest written into an archive while everything runs. Changes nothing but that the audit trail says so.

All of it is read in one snapshot; the files, which are named by their bytes, after the rows that name them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, func, select
from sqlalchemy.orm import Session

from bot import audit, database
from bot.audit import OPERATOR
from bot.backups import making
from bot.errors import BadInput, NotFound
from bot.media.store import Missing, Store
from bot.recording import audit_chain
from bot.settings import Settings
from bot.transfer import archive, belonging, inserting, nameless, standings
from bot.transfer.archive import Manifest, Writer
from bot.transfer.belonging import Chosen
from bot.transfer.order import Row, key_of, parents_first, tables
from bot.transfer.values import encode
from models.claims import ClaimContact
from models.contests import Contest
from models.enums import AttachmentState
from models.session import DEFERRED, writing

NOT_CARRIED = {"staff": frozenset({"password_hash", "initial_until", "email", "active"})}
"""Columns that stay behind: nobody signs in elsewhere by what is in an archive."""
SEVERAL = 5000
SHOWN_EVERY = 500
Progress = Callable[[int, int], None]
"""(done, of how many): rows and files."""


@dataclass(frozen=True, slots=True)
class Exported:
    path: Path
    size: int
    manifest: Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What one export works with; `step` counts one row or file."""

    db: Connection
    contest_id: int
    chosen: Chosen
    stores: dict[str, Store]
    now: datetime
    personal_data: bool
    step: Callable[[], None]


def export(engine: Engine, settings: Settings, contest: str, path: Path, *, personal_data: bool, now: datetime,
           progress: Progress | None = None) -> Exported:
    """Writes the archive and gives it its name when it is whole. NotFound, BadInput with a sentence."""
    if path.exists():
        raise BadInput(f"{path} is there already: give another name.")
    draft = path.with_name(f".{path.name}.partial")
    try:
        with _snapshot(engine) as db:
            contest_id = standings.contest_named(db, contest)
            if contest_id is None:
                raise NotFound(f"There is no contest {contest}. There are: {', '.join(db.scalars(select(Contest.name)))}")
            manifest = _write(draft, _prepared(db, contest_id, settings, now, personal_data, progress), contest)
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    with writing(engine) as session:
        audit.record(session, actor=OPERATOR, verb="export_contest", object_kind="contest", object_id=contest_id, now=now,
                     details={"rows": manifest.rows, "personal_data": personal_data})
    return Exported(path, path.stat().st_size, manifest)


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    """One moment of the database; nobody waits for it."""
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else DEFERRED
    with engine.execution_options(**options).connect() as db, db.begin():
        yield db


def _prepared(db: Connection, contest_id: int, settings: Settings, now: datetime, personal_data: bool,
              progress: Progress | None) -> _Work:
    chosen = belonging.choose(db, contest_id)
    if not personal_data:
        for name in nameless.LEFT_OUT:
            chosen.keys[name] = set()
    of, done = sum(map(len, chosen.keys.values())), 0

    def step() -> None:
        nonlocal done
        done += 1
        if progress is not None and (done % SHOWN_EVERY == 0 or done >= of):
            progress(min(done, of), of)

    return _Work(db=db, contest_id=contest_id, chosen=chosen, stores=making.stores(settings), now=now,
                 personal_data=personal_data, step=step)


def _write(path: Path, work: _Work, contest: str) -> Manifest:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        writer = Writer(file)
        for table in tables():
            if table.name not in belonging.LEFT_OUT:
                writer.add_table(table.name, _lines(work, table))
        missing = list(_add_files(writer, work))
        manifest = _manifest(work, contest, writer, missing)
        writer.finish(manifest)
        file.flush()
        os.fsync(file.fileno())
    return manifest


def _lines(work: _Work, table: Table) -> Iterator[bytes]:
    left = NOT_CARRIED.get(table.name, frozenset())
    for row in _rows(work, table):
        yield archive.line({name: encode(value) for name, value in row.items() if name not in left})
        work.step()


def _rows(work: _Work, table: Table) -> Iterator[Row]:
    keys = work.chosen.keys[table.name]
    if not keys:
        return
    query = select(table).order_by(*table.primary_key).execution_options(yield_per=SEVERAL)
    found = (dict(row) for row in work.db.execute(query).mappings())
    mine = (work.chosen.cut(table, row) for row in found if key_of(table, row) in keys)
    for row in parents_first(table, mine):
        yield row if work.personal_data else nameless.without_names(table.name, row, work.now)


def _add_files(writer: Writer, work: _Work) -> Iterator[str]:
    """Adds what rows of the archive name; gives what the storage has no more."""
    for kind, names in (("media", _media(work)), ("pages", _pages(work))):
        for name in sorted(names):
            try:
                writer.add_file(f"{kind}/{name}", work.stores[kind].get(name))
            except Missing:
                yield f"{kind}/{name}"


def _media(work: _Work) -> set[str]:
    """Readers' photos and voices: none where personal data stay behind."""
    table = next(table for table in tables() if table.name == "attachment")
    kept = [row for row in _rows(work, table) if row["state"] == AttachmentState.KEPT]
    return {name for row in kept for name in (row["digest"], row["original_digest"]) if name}


def _pages(work: _Work) -> set[str]:
    table = next(table for table in tables() if table.name == "page_geometry")
    return {row["picture"] for row in _rows(work, table) if row["picture"]}


def _manifest(work: _Work, contest: str, writer: Writer, missing: list[str]) -> Manifest:
    with Session(work.db, autoflush=False) as session:
        broken, end = audit_chain.verify(session), audit_chain.head(session)
    if broken is not None:
        raise BadInput(f"The audit trail was changed, so that the archive could not be checked: {broken}. "
                       "Run: python -m bot audit verify")
    return Manifest(
        made_at=work.now.astimezone(UTC).isoformat(timespec="seconds"), revision=_revision(work.db), contest=contest,
        personal_data=work.personal_data, tables=writer.tables, files=writer.files, missing=missing,
        last_numbers=inserting.last_numbers(work.db), audit_end=None if end is None else list(end),
        records=standings.records(work.db, work.contest_id), standings=standings.digests(work.db, work.contest_id),
        sealed_contacts=_sealed(work))


def _revision(db: Connection) -> str:
    current, _ = database.revision(db.engine)
    return current or ""


def _sealed(work: _Work) -> dict[str, int]:
    if not work.personal_data:
        return {}
    awards = {key[0] for key in work.chosen.keys["claim_contact"]}
    found = work.db.execute(select(ClaimContact.key_id, func.count()).where(ClaimContact.award_id.in_(awards))
                            .group_by(ClaimContact.key_id).order_by(ClaimContact.key_id))
    return {row[0]: row[1] for row in found}
