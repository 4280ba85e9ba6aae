"""The file of a contest: a zip with a manifest, rows as JSON lines by table, and files by their SHA-256. No database.

docs/contest-archive.md describes it. What is read is only believed as far as it was checked.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from bot.errors import BadInput

KIND, FORMAT = "woodpecker contest", 1
MANIFEST = "manifest.json"
MOST_MANIFEST, MOST_LINE, MOST_FILE = 16 * 1024**2, 64 * 1024**2, 1024**3
PIECE = 1024 * 1024
_FILE = re.compile(r"(?:media|pages)/[0-9a-f]{64}", re.ASCII)
EPOCH = (1980, 1, 1, 0, 0, 0)  # of zip: the same contest gives the same bytes


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table: how many, how many bytes, their SHA-256."""

    rows: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`last_numbers`: of report, message and audit entry, beyond which new ones go on. `missing`: files that rows name
    and the storage did not have. `standings`: SHA-256 by month. `sealed_contacts`: how many, by the id of their key."""

    made_at: str
    revision: str
    contest: str
    personal_data: bool
    tables: dict[str, Part]
    files: dict[str, int]
    missing: list[str]
    last_numbers: dict[str, int]
    audit_end: list[Any] | None
    records: list[list[Any]]
    standings: dict[str, str]
    sealed_contacts: dict[str, int]

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.tables.values())

    def dump(self) -> bytes:
        return json.dumps({"kind": KIND, "format": FORMAT} | asdict(self), ensure_ascii=False, indent=1).encode()


def _manifest(data: bytes) -> Manifest:
    try:
        raw = json.loads(data)
        if raw.pop("kind") != KIND:
            raise KeyError
        if (form := raw.pop("format")) != FORMAT:
            raise BadInput(f"This archive has format {form!r}, this program reads {FORMAT}: use a newer program.")
        raw["tables"] = {name: Part(**part) for name, part in raw["tables"].items()}
        found = Manifest(**raw)
        if not all(_FILE.fullmatch(name) and 0 <= size <= MOST_FILE for name, size in found.files.items()):
            raise KeyError
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadInput("This is no archive of a contest: its manifest cannot be read.") from None
    return found


def line(row: dict[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"


class Writer:
    """Writes the archive piece by piece; `manifest` comes last and makes it whole."""

    def __init__(self, target: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self.tables: dict[str, Part] = {}
        self.files: dict[str, int] = {}

    def add_table(self, name: str, lines: Iterable[bytes]) -> None:
        digest, rows, size = hashlib.sha256(), 0, 0
        with self._zip.open(_entry(f"tables/{name}.jsonl"), "w", force_zip64=True) as member:
            for one in lines:
                member.write(one)
                digest.update(one)
                rows, size = rows + 1, size + len(one)
        self.tables[name] = Part(rows, size, digest.hexdigest())

    def add_file(self, name: str, data: bytes) -> None:
        # Pictures and sounds are compressed already.
        self._zip.writestr(_entry(name), data, zipfile.ZIP_STORED)
        self.files[name] = len(data)

    def finish(self, manifest: Manifest) -> None:
        self._zip.writestr(_entry(MANIFEST), manifest.dump())
        self._zip.close()


def _entry(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
    return info


class Reader:
    """An archive opened. Nothing is unpacked to a path; whatever is read is compared with the manifest."""

    def __init__(self, opened: zipfile.ZipFile) -> None:
        self._zip = opened
        names = opened.namelist()
        if MANIFEST not in names or opened.getinfo(MANIFEST).file_size > MOST_MANIFEST:
            raise BadInput("This is no archive of a contest: it has no manifest, or was cut off.")
        self.manifest = _manifest(opened.read(MANIFEST))
        expected = {MANIFEST, *(f"tables/{name}.jsonl" for name in self.manifest.tables), *self.manifest.files}
        if len(names) != len(expected) or set(names) != expected:
            odd = sorted(set(names) ^ expected)
            raise BadInput("This archive is damaged: its manifest and what lies in it differ"
                           + (f" ({odd[0][:80]!r})." if odd else "."))

    def lines(self, table: str) -> Iterator[bytes]:
        """Every line of a table. BadInput at its end where bytes or rows are not those that the manifest names."""
        part, digest, rows, size = self.manifest.tables[table], hashlib.sha256(), 0, 0
        with self._zip.open(f"tables/{table}.jsonl") as member:
            while size <= part.size and (one := member.readline(MOST_LINE)):
                digest.update(one)
                rows, size = rows + 1, size + len(one)
                yield one
        if Part(rows, size, digest.hexdigest()) != part:
            raise BadInput(f"This archive is damaged: tables/{table}.jsonl is not what was put into it. "
                           "Fetch it again from where it was exported.")

    def file(self, name: str) -> bytes:
        """The bytes of a picture or a voice; BadInput where they are not those of its name."""
        size = self.manifest.files[name]
        with self._zip.open(name) as member:
            data = member.read(size + 1)
        if len(data) != size or hashlib.sha256(data).hexdigest() != name.partition("/")[2]:
            raise BadInput(f"This archive is damaged: {name} is not the file of that name. "
                           "Fetch it again from where it was exported.")
        return data


@contextmanager
def opened(path: Path) -> Iterator[Reader]:
    """BadInput, in one sentence, whatever is wrong with the file."""
    try:
        with zipfile.ZipFile(path) as found:
            yield Reader(found)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, zipfile.LargeZipFile) as problem:
        raise BadInput(f"{path}: this is no archive of a contest, or it is damaged ({problem}). "
                       "Fetch it again from where it was exported.") from None
