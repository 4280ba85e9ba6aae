"""Files by the SHA-256 of their bytes, in a folder or wherever fsspec reaches."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.media.store import Missing, Store

DIGEST = hashlib.sha256(b"picture").hexdigest()


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return Store(str(tmp_path / "media") if request.param == "folder" else f"memory://{tmp_path.name}/media")


def test_what_was_put_is_given_by_its_name(store: Store) -> None:
    assert store.put(b"picture") == DIGEST
    assert store.get(DIGEST) == b"picture"


def test_the_same_bytes_twice_are_one_file(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    assert store.put(b"picture") == store.put(b"picture")
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [DIGEST]


def test_what_was_dropped_is_missing(store: Store) -> None:
    store.put(b"picture")
    store.drop(DIGEST)
    store.drop(DIGEST)
    with pytest.raises(Missing):
        store.get(DIGEST)


def test_a_file_that_was_changed_is_missing(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    store.put(b"picture")
    (tmp_path / DIGEST[:2] / DIGEST).write_bytes(b"another")
    with pytest.raises(Missing):
        store.get(DIGEST)


@pytest.mark.parametrize("address", ["nothing://bucket/folder", "s3//x://y"])
def test_a_kind_of_storage_that_is_not_installed_is_said_without_the_address(address: str) -> None:
    with pytest.raises(SettingsError, match=r"media\.storage") as problem:
        Store(address.replace("bucket", "user:password@bucket"))
    assert "password" not in str(problem.value)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a" * 63, "A" * 64, f"{DIGEST}\n", f"{DIGEST[:-1]}/"])
def test_a_name_that_is_no_digest_reaches_no_file(store: Store, name: str) -> None:
    with pytest.raises(ValueError, match="digest"):
        store.get(name)
