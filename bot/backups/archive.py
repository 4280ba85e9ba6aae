"""The file of a backup: a tar whose last member is the manifest with the SHA-256 of all others. Knows no database."""

from __future__ import annotations

import hashlib
import json
import re
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Self

from bot.errors import BadInput

FORMAT = 1
MANIFEST = "manifest.json"
DATABASES = {"sqlite": "database.sqlite", "postgresql": "database.pgdump"}
STORES = ("media", "pages")
PIECE = 1024 * 1024
MOST_MANIFEST = 1024**3
_NAME = re.compile(r"database\.(?:sqlite|pgdump)|(?:media|pages)/[0-9a-f]{64}|manifest\.json", re.ASCII)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a database held: rows by table, and (number, id, link) of the newest sealed entry of the audit trail."""

    kind: str
    revision: str
    tables: dict[str, int]
    chain: tuple[int, int, str] | None

    @property
    def rows(self) -> int:
        return sum(self.tables.values())


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`missing`: files that the database named and the storage did not have, or had only damaged."""

    made_at: datetime
    facts: Facts
    files: tuple[Entry, ...]
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def database(self) -> str:
        return DATABASES[self.facts.kind]

    def dump(self) -> bytes:
        facts = self.facts
        value = {"format": FORMAT, "made_at": self.made_at.isoformat(), "database": facts.kind,
                 "revision": facts.revision, "tables": facts.tables, "audit_chain": facts.chain,
                 "files": [[one.name, one.size, one.sha256] for one in self.files],
                 "missing": list(self.missing), "notes": list(self.notes)}
        return json.dumps(value, ensure_ascii=False, indent=0).encode()


def _manifest(data: bytes) -> Manifest:
    try:
        raw: dict[str, Any] = json.loads(data)
        if raw["format"] != FORMAT:
            raise BadInput(f"This backup has format {raw['format']!r}, this program reads {FORMAT}: use a newer program.")
        if raw["database"] not in DATABASES:
            raise KeyError
        chain = raw["audit_chain"]
        facts = Facts(raw["database"], raw["revision"], dict(raw["tables"]), chain and (chain[0], chain[1], chain[2]))
        files = tuple(Entry(name, size, digest) for name, size, digest in raw["files"])
        return Manifest(datetime.fromisoformat(raw["made_at"]), facts, files, tuple(raw["missing"]), tuple(raw["notes"]))
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        raise BadInput("The manifest of this backup cannot be read.") from None


class Writer:
    """Puts members into `target` as they come; nothing is held whole but what is given whole. Use it in a `with`."""

    def __init__(self, target: Any) -> None:  # only write() is asked of it
        self._target = target
        self._given_up = False
        self.files: list[Entry] = []
        stream: Any = self  # tarfile asks a stream for write() alone
        self._tar = tarfile.open(fileobj=stream, mode="w|", bufsize=PIECE, format=tarfile.PAX_FORMAT)  # noqa: SIM115

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self._given_up = True  # closing writes what still waits: nowhere, where the backup broke off
        self._tar.close()

    def write(self, data: bytes) -> int:
        """What the tar consists of; for `tarfile` only."""
        if not self._given_up:
            self._target.write(data)
        return len(data)

    def add_bytes(self, name: str, data: bytes) -> None:
        self._add(name, BytesIO(data), len(data), hashlib.sha256(data).hexdigest())

    def add_file(self, name: str, path: Path) -> None:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            self._add(name, file, path.stat().st_size, digest)

    def finish(self, manifest: Manifest) -> None:
        data = manifest.dump()
        self._tar.addfile(_member(MANIFEST, len(data)), BytesIO(data))
        self._tar.close()

    def _add(self, name: str, source: IO[bytes], size: int, digest: str) -> None:
        self._tar.addfile(_member(name, size), source)
        self.files.append(Entry(name, size, digest))


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


Take = Callable[[str, Iterator[bytes]], None]
"""Is given each member's name and its bytes in pieces; need not read them."""


def read(source: Any, take: Take) -> Manifest:
    """Reads the whole file once and compares every byte with the manifest. BadInput where anything differs.

    What `take` was given counts only when this has returned.
    """
    found: list[Entry] = []
    data: bytes | None = None
    try:
        with tarfile.open(fileobj=source, mode="r|", bufsize=PIECE) as tar:
            for member in tar:
                # Of a sparse one a few bytes would become as many as it says.
                ours = member.isreg() and not member.issparse() and _NAME.fullmatch(member.name)
                file = tar.extractfile(member) if ours else None
                if file is None or data is not None:
                    raise BadInput("This backup holds something that is not of it.")
                if member.name == MANIFEST:
                    data = file.read(min(member.size, MOST_MANIFEST))
                else:
                    found.append(_taken(member.name, file, take))
    except (tarfile.TarError, EOFError):
        raise BadInput("This is no backup of this program, or it was cut off.") from None
    if data is None:
        raise BadInput("This backup was cut off: its manifest is missing.")
    return _compared(_manifest(data), found)


def _taken(name: str, file: IO[bytes], take: Take) -> Entry:
    digest, size = hashlib.sha256(), 0

    def pieces() -> Iterator[bytes]:
        nonlocal size
        while piece := file.read(PIECE):
            digest.update(piece)
            size += len(piece)
            yield piece

    several = pieces()
    take(name, several)
    for _ in several:
        pass
    return Entry(name, size, digest.hexdigest())


def _compared(manifest: Manifest, found: list[Entry]) -> Manifest:
    for entry, expected in zip(found, manifest.files, strict=False):
        if entry != expected:
            raise BadInput(f"This backup is damaged: {expected.name} is not what was put into it.")
        if "/" in entry.name and entry.name.split("/")[1] != entry.sha256:
            raise BadInput(f"This backup is damaged: {entry.name} is not the file of that name.")
    if len(found) != len(manifest.files) or manifest.database not in {one.name for one in found}:
        raise BadInput(f"This backup is damaged: it holds {len(found)} files, its manifest names {len(manifest.files)}.")
    return manifest
