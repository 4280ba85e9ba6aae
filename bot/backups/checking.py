"""A backup read from its first byte to its last, its database opened and counted. Writes only into the folder it is given."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.backups import archive, postgresql, sqlite
from bot.backups.archive import Facts, Manifest
from bot.backups.sealing import MAGIC, Key, Opening
from bot.errors import BadInput, NotAllowed


@contextmanager
def workroom(home: Path, name: str) -> Iterator[Path]:
    """A folder for the copy of a database, for one process at a time; what one that was killed left there goes first."""
    folder, waiting = home / f".{name}", home / f".{name}.lock"
    home.mkdir(parents=True, exist_ok=True)
    with waiting.open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # freed when the file is closed, also by a crash
        except BlockingIOError:
            raise NotAllowed(f"Another {name} is under way on this machine.") from None
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def opened(path: Path, key: Key | None) -> Iterator[Any]:
    """What lies in the file, unsealed where it is sealed. BadInput where a key is wanted and none given."""
    with path.open("rb") as file:
        sealed = file.read(len(MAGIC)) == MAGIC
        file.seek(0)
        if sealed and key is None:
            raise BadInput(f"{path}: this backup is sealed: name the file of its key with --key.")
        yield Opening(file, key) if sealed and key is not None else file


def check(path: Path, *, room: Path, key: Key | None, programs: postgresql.Programs) -> Manifest:
    """The manifest, when every file is what it was and the database holds what the manifest says; else BadInput.

    The database lies in `room` afterwards, under `manifest.database`.
    """
    def take(name: str, pieces: Iterator[bytes]) -> None:
        if "/" not in name:
            _write(room / name, pieces)

    with opened(path, key) as source:
        manifest = archive.read(source, take)
    facts = look(manifest.facts.kind, room / manifest.database, programs)
    if facts != manifest.facts:
        raise BadInput("This backup is damaged: its database does not hold what its manifest says "
                       f"({_first(facts, manifest.facts)}).")
    return manifest


def look(kind: str, path: Path, programs: postgresql.Programs) -> Facts:
    return postgresql.look(path, programs) if kind == "postgresql" else sqlite.look(path)


def _first(found: Facts, expected: Facts) -> str:
    """The first difference, in words without any row's content."""
    names = sorted({*found.tables, *expected.tables})
    table = next((name for name in names if found.tables.get(name) != expected.tables.get(name)), None)
    if table is not None:
        return f"table {table}: {found.tables.get(table)} rows, not {expected.tables.get(table)}"
    return f"revision {found.revision}, not {expected.revision}" if found.revision != expected.revision else "audit trail"


def _write(path: Path, pieces: Iterator[bytes]) -> None:
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())  # a restored database is this very file


def each_file(path: Path, key: Key | None, put: Callable[[str, str, bytes], None]) -> None:
    """Gives (store, name, bytes) of every file of readers and pages, one at a time."""
    def take(name: str, pieces: Iterator[bytes]) -> None:
        store, _, digest = name.partition("/")
        if digest:
            put(store, digest, b"".join(pieces))

    with opened(path, key) as source:
        archive.read(source, take)
