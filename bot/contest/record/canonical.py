"""Canonical JSON, hash chains and digests for the record of a round. Knows no contest, no database.

One value has exactly one text: UTF-8, keys sorted, no spaces, no floats. Times are ISO 8601 in UTC with a Z.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

START = "0" * 64
"""What the first link of a chain follows."""

# Crockford's base32: no I, L, O and U, so that what is printed can be read out and typed again.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TOO_DEEP = "括号套得太深，不是一份记录"
DIGEST_LENGTH, GROUP = 16, 4
CHECK_LENGTH = 16
_MISREAD = str.maketrans("ILO", "110")

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, check_circular=False,
                            separators=(",", ":"))


def encode(value: Any) -> str:
    """The one text of a value of lists, objects, texts, whole numbers, true, false and null."""
    return "".join(_PARTS(value, 0))


def _parts() -> Callable[[Any, int], Iterable[str]]:
    """The encoder's inner function, made once: JSONEncoder.encode makes it anew for each of thousands of rows."""
    make: Any = json.encoder.c_make_encoder  # type: ignore[attr-defined]
    one = _ENCODER
    if make is None:  # an interpreter without the accelerator
        return lambda value, _level: one.iterencode(value)
    inner: Callable[[Any, int], Iterable[str]] = make(
        None, one.default, json.encoder.encode_basestring, None, one.key_separator, one.item_separator, one.sort_keys,
        one.skipkeys, one.allow_nan)
    return inner


_PARTS = _parts()


class NotCanonical(ValueError):
    """A text that is no JSON, or JSON that a record never holds; `path` is where that is known."""

    def __init__(self, words: str, path: str = "文件") -> None:
        super().__init__(words)
        self.path = path


def decode(text: str) -> Any:
    """Reads JSON without floats and with every key once; NotCanonical says in Chinese what is wrong."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_float=_no_float, parse_constant=_no_float)
    except json.JSONDecodeError as problem:
        raise NotCanonical(f"不是完整的 JSON：第 {problem.pos + 1} 个字符处读不通") from None
    except RecursionError:
        raise NotCanonical(TOO_DEEP) from None
    except NotCanonical:
        raise
    except ValueError:
        raise NotCanonical("有一个数太长，不是一份记录") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise NotCanonical("这个键出现了两次", key)
            seen.add(key)
    return found


def _no_float(text: str) -> Any:
    raise NotCanonical(f"记录里只有整数，没有 {text[:20]}")


def sha256(data: str | bytes) -> str:
    """Hex SHA-256; a text as UTF-8."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def link(previous: str, row: str) -> str:
    """The link of one entry of a chain: SHA-256 of the previous link followed by the canonical text of the entry."""
    return hashlib.sha256((previous + row).encode()).hexdigest()


def row_check(row: str) -> str:
    """The first 16 letters of SHA-256 of a row: they only name the row that differs; what holds is the seal."""
    return hashlib.sha256(row.encode()).hexdigest()[:CHECK_LENGTH]


def with_check(row: str) -> str:
    """The text of a list with its check at its end."""
    return f'{row[:-1]},"{row_check(row)}"]'


def with_link(row: str, previous: str, own: str) -> str:
    """The text of a list with the link before it and its own at its end."""
    return f'{row[:-1]},"{previous}","{own}"]'


def printed_digest(sha: str) -> str:
    """16 letters for print, from the first 80 bits of a hex SHA-256: 7Q4M-0XKD-N2VA-H8TC."""
    bits = int(sha[: DIGEST_LENGTH * 5 // 4], 16)
    letters = "".join(ALPHABET[bits >> 5 * at & 31] for at in range(DIGEST_LENGTH - 1, -1, -1))
    return "-".join(letters[at : at + GROUP] for at in range(0, DIGEST_LENGTH, GROUP))


def as_printed(typed: str) -> str:
    """A digest as somebody typed it, in the form of print: 7q4m oxkd n2va h8tc is meant to be 7Q4M-0XKD-…"""
    letters = re.sub(r"[\s\-－—]", "", typed).upper().translate(_MISREAD)
    return "-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def time_text(value: datetime) -> str:
    """2026-11-10T01:00:00Z; microseconds only where there are some."""
    return f"{(value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat()[:-6]}Z"


def read_time(text: str) -> datetime | None:
    """The moment of a text that `time_text` wrote; None for any other."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return None
    return value if value.tzinfo is not None and time_text(value) == text else None
