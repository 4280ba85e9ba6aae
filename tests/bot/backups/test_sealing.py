"""Streams sealed piece by piece: what was written comes back, and nothing else does."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.backups import sealing
from bot.backups.sealing import MAGIC, PIECE, TAG, Key, Opening, Sealing
from bot.errors import BadInput

KEY = Key("0a1b2c3d", bytes(range(32)))
HEADER = len(MAGIC) + 8 + 32


def sealed(data: bytes, key: Key = KEY) -> bytes:
    target = BytesIO()
    sealing_file = Sealing(target, key)
    for start in range(0, len(data), 300_001):
        sealing_file.write(data[start:start + 300_001])
    sealing_file.close()
    return target.getvalue()


def opened(data: bytes, key: Key = KEY, step: int = 77_777) -> bytes:
    source = Opening(BytesIO(data), key)
    return b"".join(iter(lambda: source.read(step), b""))


@pytest.mark.sampled
@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 5])
def test_what_was_sealed_comes_back(size: int) -> None:
    data = bytes(n % 251 for n in range(size))
    closed = sealed(data)
    assert (opened(closed), len(closed)) == (data, HEADER + size + TAG * max(1, -(-size // PIECE)))


def test_nothing_of_the_text_and_no_two_alike() -> None:
    one, other = sealed(b"a secret " * 1000), sealed(b"a secret " * 1000)
    assert b"secret" not in one
    assert one[HEADER:] != other[HEADER:]


DATA = bytes(n % 253 for n in range(2 * PIECE + 100))
CLOSED = sealed(DATA)
FIRST, SECOND, LAST = (CLOSED[HEADER + n * (PIECE + TAG):][:PIECE + TAG] for n in range(3))


@pytest.mark.parametrize("changed", [
    CLOSED[:HEADER] + FIRST + SECOND,  # the last piece cut off
    CLOSED[:HEADER] + FIRST,
    CLOSED[:HEADER],
    CLOSED[:-1],
    CLOSED[:HEADER] + SECOND + FIRST + LAST,  # in another order
    CLOSED[:HEADER] + FIRST + LAST,  # one left out
    CLOSED + LAST,  # one too many
    CLOSED[:HEADER] + FIRST + FIRST + SECOND + LAST,
    sealed(DATA)[:HEADER] + CLOSED[HEADER:],  # another file's beginning
], ids=range(9))
def test_pieces_cut_off_moved_or_doubled_are_noticed(changed: bytes) -> None:
    with pytest.raises(BadInput):
        opened(changed)


@given(some.integers(0, 399), some.integers(1, 255))
def test_any_byte_changed_is_noticed(place: int, by: int) -> None:
    closed = bytearray(sealed(bytes(400)))
    closed[place] ^= by
    with pytest.raises(BadInput):
        opened(bytes(closed))


def test_another_key_is_named_or_refused() -> None:
    with pytest.raises(BadInput, match=r"the key '0a1b2c3d'; the key given is 'ffffffff'"):
        opened(CLOSED, Key("ffffffff", KEY.secret))
    with pytest.raises(BadInput, match="the key is another one"):
        opened(CLOSED, Key(KEY.id, bytes(32)))


def test_key_lies_in_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "key"
    made = sealing.make_key(path)
    assert (sealing.load_key(path), path.stat().st_mode & 0o777) == (made, 0o600)
    with pytest.raises(FileExistsError):
        sealing.make_key(path)


@pytest.mark.parametrize("text", ["", "0a1b2c3d", "0a1b2c3d " + "A" * 44, "0a1b2c3d " + "=" * 44, "\xff\xfe", "x" * 5000])
def test_file_without_a_key_is_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(BadInput, match="this is no key for backups"):
        sealing.load_key(path)
