"""The files themselves, named by the SHA-256 of their bytes. Knows no rows.

A folder on this machine by default; several machines share one through any address that fsspec knows
(s3://bucket/folder with the extra `s3`). Writing the same bytes twice does no harm.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from bot.errors import SettingsError

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Missing(Exception):
    """The file is not there, or is not what its name says."""


@dataclass(frozen=True, slots=True)
class Room:
    """Where files lie: a folder's path or an address of fsspec, with what it needs to get in (`options`, secrets)."""

    address: str
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def below(self, name: str) -> Self:
        return type(self)(f"{self.address.rstrip('/')}/{name}", self.options)

    def open(self) -> tuple[Any, str]:
        """fsspec's files and the root there. SettingsError where the kind of address is not known here."""
        import fsspec  # type: ignore[import-untyped]

        try:
            files, root = fsspec.core.url_to_fs(self.address, **self.options)
        except (ImportError, ValueError) as problem:
            # Only the kind: the rest may hold a password.
            kind = self.address.partition("://")[0] if "://" in self.address else "a path"
            raise SettingsError(f"media.storage: {kind}: cannot be used here ({problem})") from None
        return files, str(root)


class Store:
    """The files of a room, or of a folder by its path. SettingsError where its address cannot be used."""

    def __init__(self, place: Room | str) -> None:
        self._files, self._root = (Room(place) if isinstance(place, str) else place).open()

    def put(self, data: bytes) -> str:
        """Keeps the bytes; their name."""
        digest = hashlib.sha256(data).hexdigest()
        path = self._path(digest)
        self._files.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
        draft = f"{path}.{secrets.token_hex(4)}"
        self._files.pipe_file(draft, data)
        self._files.mv(draft, path)
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes; Missing where they are gone or were changed."""
        try:
            data: bytes = self._files.cat_file(self._path(digest))
        except OSError:
            raise Missing(digest) from None
        if hashlib.sha256(data).hexdigest() != digest:
            raise Missing(digest)
        return data

    def names(self) -> Iterator[str]:
        """Every file there is, in their order; a folder at a time, so that not all are held at once."""
        for number in range(256):
            prefix = f"{number:02x}"
            folder = f"{self._root.rstrip('/')}/{prefix}"
            self._files.invalidate_cache(folder)  # another process may have written since
            found = self._files.ls(folder, detail=False) if self._files.exists(folder) else []
            names = (str(path).rstrip("/").rsplit("/", 1)[-1] for path in found)
            yield from sorted(name for name in names if _DIGEST.fullmatch(name) and name.startswith(prefix))

    def drop(self, digest: str) -> None:
        """Deletes the file if it is there."""
        path = self._path(digest)
        if self._files.exists(path):
            self._files.rm_file(path)

    def _path(self, digest: str) -> str:
        if not _DIGEST.fullmatch(digest):
            raise ValueError("not a digest")
        return f"{self._root.rstrip('/')}/{digest[:2]}/{digest}"


def local_folder(data_dir: Path) -> str:
    """Where files are kept unless settings say otherwise."""
    return str(data_dir / "media")
