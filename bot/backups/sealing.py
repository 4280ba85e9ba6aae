"""A stream sealed piece by piece with a key from a file. Knows no backup.

AES-256-GCM over pieces of a megabyte, each numbered and the last one marked (the STREAM construction of Hoang,
Reyhanitabar, Rogaway and Vizár, 2015, as age uses it), under a key that HKDF derives anew for each file: no piece can
be changed, moved, left out or cut off unnoticed, and no nonce is used twice.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import BadInput

MAGIC = b"woodpecker-sealed-1\n"
PIECE = 1024 * 1024
TAG = 16
KEY_BYTES = 32
ID_LETTERS = 8
SALT_BYTES = 32
_LINE = re.compile(r"([0-9a-f]{8}) ([A-Za-z0-9_=-]{44})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Key:
    id: str
    secret: bytes


def make_key(path: Path) -> Key:
    """Writes a new key into a file that must not be there yet. OSError as it comes."""
    key = Key(secrets.token_hex(ID_LETTERS // 2), secrets.token_bytes(KEY_BYTES))
    path.touch(mode=0o600, exist_ok=False)  # a secret: for nobody else on this machine
    path.write_text(f"{key.id} {base64.urlsafe_b64encode(key.secret).decode('ascii')}\n", encoding="ascii")
    return key


def load_key(path: Path) -> Key:
    """BadInput where the file holds no key; OSError as it comes."""
    with path.open("rb") as file:
        text = file.read(1000).decode("ascii", "replace").strip()
    found = _LINE.fullmatch(text)
    try:
        secret = base64.urlsafe_b64decode(found[2]) if found else b""
    except (binascii.Error, ValueError):
        secret = b""
    if found is None or len(secret) != KEY_BYTES:
        raise BadInput(f"{path}: this is no key for backups. Make one with: python -m bot backup make-key FILE")
    return Key(found[1], secret)


def _cipher(key: Key, header: bytes) -> AESGCM:
    salt = header[-SALT_BYTES:]
    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt, header).derive(key.secret))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")


class Sealing:
    """A file to write into; `close` writes the last piece and leaves the target open."""

    def __init__(self, target: BinaryIO, key: Key) -> None:
        header = MAGIC + key.id.encode("ascii") + secrets.token_bytes(SALT_BYTES)
        target.write(header)
        self._target, self._cipher = target, _cipher(key, header)
        self._waiting, self._number = bytearray(), 0

    def write(self, data: bytes) -> int:
        self._waiting += data
        while len(self._waiting) > PIECE:  # the last piece is never empty but in an empty file
            self._seal(PIECE, last=False)
        return len(data)

    def close(self) -> None:
        self._seal(len(self._waiting), last=True)

    def _seal(self, size: int, *, last: bool) -> None:
        piece = bytes(self._waiting[:size])
        del self._waiting[:size]
        self._target.write(self._cipher.encrypt(_nonce(self._number, last=last), piece, None))
        self._number += 1


class Opening:
    """A file to read from. BadInput where the key is another one or anything was changed or cut off."""

    def __init__(self, source: BinaryIO, key: Key) -> None:
        header = source.read(len(MAGIC) + ID_LETTERS + SALT_BYTES)
        if not header.startswith(MAGIC) or len(header) != len(MAGIC) + ID_LETTERS + SALT_BYTES:
            raise BadInput("This file is not sealed with a key, or its beginning is missing.")
        key_id = header[len(MAGIC):-SALT_BYTES].decode("ascii", "replace")
        if key_id != key.id:
            raise BadInput(f"This backup is sealed with the key {key_id!r}; the key given is {key.id!r}.")
        self._source, self._cipher = source, _cipher(key, header)
        self._next, self._open = source.read(PIECE + TAG), bytearray()
        self._number, self._ended = 0, False

    def read(self, size: int) -> bytes:
        """At most `size` bytes; none at the end."""
        while len(self._open) < size and not self._ended:
            self._open_piece()
        found = bytes(self._open[:size])
        del self._open[:size]
        return found

    def _open_piece(self) -> None:
        piece, self._next = self._next, self._source.read(PIECE + TAG)
        self._ended = not self._next
        try:
            self._open += self._cipher.decrypt(_nonce(self._number, last=self._ended), piece, None)
        except (InvalidTag, ValueError):
            raise BadInput("This backup was changed or cut off, or the key is another one: it cannot be used.") from None
        self._number += 1
