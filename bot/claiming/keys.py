"""The keys that seal what winners give, in a file outside the database; sealing and opening. Reads no row.

One line a key: its id and 32 bytes in base64. The first seals, the others only open. The file is read each time it is
needed: a key that comes or goes needs no restart.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import NotAllowed
from models.work_enums import ContactKind

NONCE_BYTES = 12
"""As NIST SP 800-38D wants it for AES-GCM; drawn at random for each text."""
KEY_BYTES = 32
MOST_BYTES = 100_000
_ID = re.compile(r"[0-9a-z]{4,16}")


class NoKey(NotAllowed):
    """What a claim gives can be neither sealed nor opened now; `str()` tells staff why."""


@dataclass(frozen=True, slots=True)
class Sealed:
    key_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Keys:
    """Newest first. Each text is bound to its prize and kind: no row can be passed off as another."""

    by_id: dict[str, bytes]

    @property
    def newest(self) -> str:
        return next(iter(self.by_id))

    def seal(self, award_id: int, kind: ContactKind, text: str) -> Sealed:
        nonce = secrets.token_bytes(NONCE_BYTES)
        closed = AESGCM(self.by_id[self.newest]).encrypt(nonce, text.encode(), _bound(award_id, kind))
        return Sealed(self.newest, base64.urlsafe_b64encode(nonce + closed).decode("ascii"))

    def open(self, award_id: int, kind: ContactKind, key_id: str, sealed: str) -> str:
        """The text; NoKey where its key is gone or is another one."""
        key = self.by_id.get(key_id)
        if key is None:
            raise NoKey(f"打不开：封它的钥匙（编号 {key_id}）不在钥匙文件里。请管理员找回这把钥匙。")
        try:
            raw = base64.urlsafe_b64decode(sealed)
            return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound(award_id, kind)).decode()
        except (InvalidTag, ValueError):
            raise NoKey(f"打不开：编号 {key_id} 的钥匙不是当初那一把，或者存的内容被改过。请找管理员。") from None


def _bound(award_id: int, kind: ContactKind) -> bytes:
    return f"woodpecker claim {award_id} {kind.value}".encode()


def load(path: Path | None) -> Keys:
    """The keys of this file. NoKey, with what an operator does about it, where there is none to use."""
    if path is None:
        raise NoKey("还没有设领奖信息的钥匙：请管理员在配置的 [claims] 里设 keys。")
    try:
        with path.open("rb") as file:
            text = file.read(MOST_BYTES).decode("ascii")
    except FileNotFoundError:
        raise NoKey("领奖信息的钥匙文件不见了。请管理员放回去，或用 python -m bot claims make-key 做一个。") from None
    except (OSError, UnicodeDecodeError):
        raise NoKey("领奖信息的钥匙文件读不出来。请找管理员。") from None
    found = dict(map(_read_line, filter(_holds_key, text.splitlines())))
    if not found:
        raise NoKey("领奖信息的钥匙文件是空的。请管理员用 python -m bot claims make-key 做一把。")
    return Keys(found)


def _holds_key(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _read_line(line: str) -> tuple[str, bytes]:
    parts = line.split()
    try:
        key = base64.urlsafe_b64decode(parts[1]) if len(parts) == 2 else b""
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES or not _ID.fullmatch(parts[0]):
        raise NoKey("领奖信息的钥匙文件里有一行不是钥匙。请找管理员。")
    return parts[0], key


def add_key(path: Path) -> str:
    """Puts a new key first in the file, which is made where there is none; its id. OSError as it comes."""
    before = path.read_text(encoding="ascii") if path.exists() else ""
    key_id = secrets.token_hex(4)
    key = base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")
    draft = path.with_name(path.name + ".new")
    draft.touch(mode=0o600)  # a secret: for nobody else on this machine
    draft.write_text(f"{key_id} {key}\n{before}", encoding="ascii")
    draft.replace(path)
    return key_id
