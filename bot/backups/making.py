"""A backup made while everything runs: a copy of the database, the files, the manifest; then all of it read again.

Order: first the database, then the files, so that what a row of the copy names is there. The files are named by their
SHA-256. Neither the configuration nor any key goes in.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.backups import checking, postgresql, sqlite
from bot.backups.archive import DATABASES, Facts, Manifest, Writer
from bot.backups.sealing import Key, Sealing
from bot.catalogue import drawing
from bot.errors import BadInput, WoodpeckerError
from bot.media import sources
from bot.media.store import Missing, Store
from bot.recording import audit_chain
from bot.settings import Settings
from models.attachments import Attachment
from models.audit import JobRun
from models.enums import AttachmentState, JobOutcome
from models.papers import PageGeometry
from models.session import reading, writing

JOB = "backup"
"""The name under which a backup leaves its row among those of the jobs."""
PATTERN = "woodpecker-*.backup"


@dataclass(frozen=True, slots=True)
class Made:
    path: Path
    size: int
    manifest: Manifest


def file_for(target: Path, *, now: datetime) -> Path:
    """The file itself; in a folder a name that sorts by time. BadInput where it is there already."""
    path = target / f"woodpecker-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.backup" if target.is_dir() else target
    if path.exists():
        raise BadInput(f"{path} is there already: give another name, or a folder.")
    if not path.parent.is_dir():
        raise BadInput(f"There is no folder {path.parent}.")
    return path


def stores(settings: Settings) -> dict[str, Store]:
    """Where files lie, under the names they have in a backup."""
    return {"media": sources.store(settings), "pages": drawing.page_store(settings)}


def make(engine: Engine, settings: Settings, path: Path, *, key: Key | None, now: datetime) -> Made:
    """Writes the file, reads it again to its end, and only then gives it its name. BadInput where it would be none."""
    try:
        # Where the database's own secrets lie anyway, not beside the backup.
        with checking.workroom(settings.server.data_dir, "backup") as room:
            made = _make(engine, settings, path, key, room, now)
    except (WoodpeckerError, OSError, sqlite3.Error) as problem:
        _leave_row(engine, now, JobOutcome.FAILED, {"error": type(problem).__name__})
        if isinstance(problem, sqlite3.Error):
            raise BadInput(f"The database cannot be copied: {problem}") from None
        raise
    _leave_row(engine, now, JobOutcome.DONE, {
        "bytes": made.size, "files": len(made.manifest.files) - 1, "missing": len(made.manifest.missing)})
    return made


def _leave_row(engine: Engine, now: datetime, outcome: JobOutcome, result: dict[str, object]) -> None:
    with writing(engine) as session:
        session.add(JobRun(name=JOB, started_at=now, finished_at=now, outcome=outcome, result=result))


def _make(engine: Engine, settings: Settings, path: Path, key: Key | None, room: Path, now: datetime) -> Made:
    kind = engine.dialect.name
    copied = room / DATABASES[kind]
    programs = postgresql.Programs(settings.backup.postgresql_programs)
    facts = postgresql.copy(engine, programs, copied) if kind == "postgresql" else _sqlite(engine, copied)
    draft = path.with_name(f".{path.name}.partial")
    try:
        with _private(draft) as file:
            manifest = _write(file, engine, settings, copied, facts, key, now)
        # What was written, read from the disk: a backup that was never opened is none.
        copied.unlink()
        checking.check(draft, room=room, key=key, programs=programs)
        draft.rename(path)
        _sync(path.parent)
    finally:
        draft.unlink(missing_ok=True)
    return Made(path, path.stat().st_size, manifest)


def _sqlite(engine: Engine, target: Path) -> Facts:
    sqlite.copy(engine.url, target)
    return sqlite.look(target)


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    """A new file for nobody else, on the disk when it is closed. One that a killed backup left is written anew."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(file: BinaryIO, engine: Engine, settings: Settings, copied: Path, facts: Facts, key: Key | None,
           now: datetime) -> Manifest:
    target = file if key is None else Sealing(file, key)
    with reading(engine) as session:
        broken = audit_chain.verify(session)
    notes = () if broken is None else (f"The audit trail was changed before this backup: {broken}",)
    with Writer(target) as writer:
        writer.add_file(copied.name, copied)
        missing = [name for kind, store in stores(settings).items() for name in _add_files(writer, engine, kind, store)]
        manifest = Manifest(now, facts, tuple(writer.files), tuple(missing), notes)
        writer.finish(manifest)
    if isinstance(target, Sealing):
        target.close()
    return manifest


def _add_files(writer: Writer, engine: Engine, kind: str, store: Store) -> list[str]:
    """Adds every file of a store; the names of those that rows name and that are gone or damaged."""
    done: set[bytes] = set()
    damaged = []
    for name in store.names():
        with contextlib.suppress(Missing):  # gone meanwhile, or damaged: told below where a row names it
            writer.add_bytes(f"{kind}/{name}", store.get(name))
            done.add(bytes.fromhex(name))
    with reading(engine) as session:
        named = [name for name in _named(session, kind) if bytes.fromhex(name) not in done]
    for name in named:
        try:
            writer.add_bytes(f"{kind}/{name}", store.get(name))  # came since the names were read
        except Missing:
            damaged.append(f"{kind}/{name}")
    return damaged


def _named(session: Session, kind: str) -> set[str]:
    """The files that rows name now."""
    if kind == "pages":
        return {name for name in session.scalars(select(PageGeometry.picture).distinct()) if name}
    kept = Attachment.state == AttachmentState.KEPT
    both = [session.scalars(select(column).where(kept).distinct()) for column in (Attachment.digest, Attachment.original_digest)]
    return {name for names in both for name in names if name}


def drop_old(folder: Path, keep: int) -> list[Path]:
    """Deletes all but the newest `keep` backups that were named by time in this folder; which."""
    old = sorted(folder.glob(PATTERN), reverse=True)[keep:]
    for path in old:
        path.unlink()
    return old
