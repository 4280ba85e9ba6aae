"""The files of an import between upload and import: a folder for each, beside the media. Knows no rows, reads no content.

On this machine by default, or at any address that fsspec knows, so that what one machine took another can read.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from typing import BinaryIO

from bot.media.rooms import beside
from bot.media.store import Missing, Room, Store
from bot.settings import Settings

KEPT = timedelta(days=1)
"""So long an import may be looked at before it is dropped."""
CHUNK = 1024 * 1024
_TOKEN = re.compile(r"(\d{1,12})-[0-9a-f]{32}", re.ASCII)
_RESULT = re.compile(r"[0-9a-f]{64}", re.ASCII)


def address(settings: Settings) -> Room:
    """Where the folders lie."""
    return beside(settings, "imports")


def new_token(*, now: datetime) -> str:
    """A name that nobody guesses, with the moment in it by which a folder without a row is known to be old."""
    return f"{int(now.timestamp())}-{secrets.token_hex(16)}"


class Folder:
    """One import's folder. ValueError for what is no token; SettingsError where the address cannot be used."""

    def __init__(self, base: Room, token: str) -> None:
        if not _TOKEN.fullmatch(token):
            raise ValueError("not a token")
        self._room = base.below(token)
        self._files, self._root = self._room.open()

    def put(self, number: int, source: BinaryIO) -> int:
        """Copies a file piece by piece, never whole in memory; its size in bytes."""
        self._files.makedirs(self._root, exist_ok=True)
        size = 0
        with self._files.open(self._path(f"{number}"), "wb") as target:
            while piece := source.read(CHUNK):
                size += len(piece)
                target.write(piece)
        return size

    def get(self, number: int) -> bytes:
        """Missing where it is gone."""
        return self._read(f"{number}")

    def put_result(self, data: bytes) -> str:
        """Keeps what was read off the files; its name, by which nothing else can be taken for it."""
        name = hashlib.sha256(data).hexdigest()
        self._files.makedirs(self._root, exist_ok=True)
        self._files.pipe_file(self._path(f"result-{name}"), data)
        return name

    def result(self, name: str) -> bytes:
        """Missing where it is gone or was changed."""
        if not _RESULT.fullmatch(name):
            raise Missing(name)
        data = self._read(f"result-{name}")
        if hashlib.sha256(data).hexdigest() != name:
            raise Missing(name)
        return data

    def results(self) -> list[str]:
        """The names of what was read."""
        if not self._files.exists(self._root):
            return []
        names = [str(path).rsplit("/", 1)[-1] for path in self._files.ls(self._root, detail=False)]
        return [name.removeprefix("result-") for name in names if name.startswith("result-")]

    def pictures(self) -> Store:
        """Where the pages' pictures wait."""
        return Store(self._room.below("pictures"))

    def thumbnails(self) -> Store:
        return Store(self._room.below("thumbnails"))

    def drop(self) -> None:
        """Deletes all of it; nothing to do where it is gone."""
        if self._files.exists(self._root):
            self._files.rm(self._root, recursive=True)

    def _read(self, name: str) -> bytes:
        try:
            data: bytes = self._files.cat_file(self._path(name))
        except OSError:
            raise Missing(name) from None
        return data

    def _path(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"


def old_tokens(base: Room, *, now: datetime) -> list[str]:
    """Folders from more than a day ago, whether a row knows them or not."""
    files, root = base.open()
    if not files.exists(root):
        return []
    names = [str(path).rstrip("/").rsplit("/", 1)[-1] for path in files.ls(root, detail=False)]
    return [name for name in names
            if (match := _TOKEN.fullmatch(name)) and int(match[1]) < (now - KEPT).timestamp()]  # fmt: skip
