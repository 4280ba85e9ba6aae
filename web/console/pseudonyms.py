"""A made-up name for each person of a round, so that editors can speak of a standing without knowing anybody."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # without I and O, which look like 1 and 0


def pseudonyms(person_ids: Iterable[int], *, round_id: int, secret: str) -> Mapping[int, str]:
    """“读者 #A17…” by person id: the same in one round whatever else changes, another in the next.

    From a keyed digest of our own numbers, so that nobody without the key gets from one to the other.
    """
    return _of_all(tuple(sorted(set(person_ids))), round_id, secret)


@lru_cache(maxsize=8)  # the same round is looked at again and again; some thousand names each
def _of_all(person_ids: tuple[int, ...], round_id: int, secret: str) -> Mapping[int, str]:
    names: dict[int, str] = {}
    taken: set[str] = set()
    key = secret.encode()
    for person_id in person_ids:
        mac = hmac.digest(key, f"standing\n{round_id}\n{person_id}".encode(), "sha256")
        number = int.from_bytes(mac[:8], "big")
        name, rest = _name(number), number
        while name in taken:
            rest = rest // 7 + 1
            name = f"{_name(rest)}{LETTERS[rest % len(LETTERS)]}"
        taken.add(name)
        names[person_id] = name
    return MappingProxyType(names)


def _name(number: int) -> str:
    letter, digits = LETTERS[number % len(LETTERS)], (number // len(LETTERS)) % 1000
    return f"读者 #{letter}{digits:03d}"
