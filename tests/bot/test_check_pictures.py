"""`check` and the place that machines share for pictures: it is tried, within a bound, and nothing is left there."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import fsspec  # type: ignore[import-untyped,unused-ignore]
import pytest

from bot.checkup import shared_room
from bot.checkup.findings import Finding, Level
from bot.clock import monotonic
from bot.media.store import Room
from bot.settings import Settings, parse_settings
from tests.support.bucket import KEY, SECRET, Bucket, bucket
from tests.support.rows import NOW
from tests.support.settings import raw_settings

WELL = [Finding(Level.FINE, "pictures", "The place in [media] storage can be listed, written, read and deleted from.")]


def settings_of(folder: Path, **media: Any) -> Settings:
    return parse_settings(raw_settings(folder) | {"media": media}, base=folder, source="test")


def looked(settings: Settings, seconds: float = 30.0) -> list[Finding]:
    return list(shared_room.look(settings, now=NOW, seconds=seconds))


@pytest.fixture
def memory(tmp_path: Path) -> str:
    return f"memory://{tmp_path.name}/folder"


def lying(address: str) -> list[str]:
    return sorted(str(path).rsplit("/", 1)[-1] for path in fsspec.filesystem("memory").find(address.removeprefix("memory:/")))


def test_pictures_in_the_data_folder_are_no_place_of_their_own(tmp_path: Path) -> None:
    assert looked(settings_of(tmp_path)) == []


def test_address_that_cannot_be_used_is_said_by_the_configuration_alone(tmp_path: Path) -> None:
    assert looked(settings_of(tmp_path, storage="s4://bucket/folder")) == []


def test_place_that_is_well_holds_what_it_held(tmp_path: Path, memory: str) -> None:
    fsspec.filesystem("memory").pipe_file(f"{memory.removeprefix('memory:/')}/ab/abcd", b"picture")
    assert looked(settings_of(tmp_path, storage=memory)) == WELL
    assert lying(memory) == ["abcd"]


def test_what_a_look_that_was_cut_off_left_is_deleted_and_one_that_runs_is_not_disturbed(tmp_path: Path, memory: str) -> None:
    files, root = fsspec.filesystem("memory"), memory.removeprefix("memory:/")
    old, running, strange = ("check-20261109T220000-0123abcd", f"check-{NOW - timedelta(minutes=1):%Y%m%dT%H%M%S}-0123abcd",
                             "check-list.txt")
    for name in (old, running, strange):
        files.pipe_file(f"{root}/{name}", b"x")
    assert looked(settings_of(tmp_path, storage=memory)) == WELL
    assert lying(memory) == sorted([running, strange])


class Refusing:
    """A place that refuses one kind of act."""

    def __init__(self, act: str, problem: Exception) -> None:
        self.held: dict[str, bytes] = {}
        self._act, self._problem = act, problem

    def _do(self, act: str) -> None:
        if act == self._act:
            raise self._problem

    def ls(self, _root: str, *, detail: bool) -> list[str]:
        self._do("ls")
        return list(self.held)

    def pipe_file(self, path: str, data: bytes) -> None:
        self._do("pipe_file")
        self.held[path] = data

    def cat_file(self, path: str) -> bytes:
        self._do("cat_file")
        return self.held[path] if self._act != "other bytes" else b"other"

    def rm_file(self, path: str) -> None:
        self._do("rm_file")
        if self.held.pop(path, None) is None:
            raise FileNotFoundError(path)


KEYS = "Look at storage_key and storage_secret, and at what they may do there: list, read, write and delete."
SERVICE = "Look at storage_endpoint, the network and the service there."


@pytest.mark.parametrize(("act", "problem", "said"), [
    ("ls", PermissionError("Access Denied"), f"listed (Access Denied). {KEYS}"),
    ("rm_file", PermissionError("Access Denied."), f"deleted from (Access Denied). {KEYS}"),
    ("pipe_file", FileNotFoundError("No such bucket"), "written (No such bucket). Make the bucket or the folder"),
    ("pipe_file", OSError(28, "full"), f"written ([Errno 28] full). {SERVICE}"),
    ("cat_file", PermissionError("Forbidden"), f"read (Forbidden). {KEYS}"),
    ("other bytes", ValueError(), f"read (it gives other bytes than were written). {SERVICE}"),
    ("ls", RuntimeError(), f"listed (RuntimeError). {SERVICE}"),
], ids=range(7))
def test_what_a_place_refuses_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str, problem: Exception, said: str
) -> None:
    place = Refusing(act, problem)
    monkeypatch.setattr(Room, "open", lambda _: (place, "bucket/folder"))
    (found,) = looked(settings_of(tmp_path, storage="s3://bucket/folder"))
    assert found.level is Level.WRONG
    assert found.sentence.startswith(f"No photo can be kept: the place in [media] storage cannot be {said}")
    assert place.held == {}


def test_words_of_another_kind_of_place_may_hold_a_password_and_are_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Room, "open", lambda _: (Refusing("ls", OSError("no route to ftp://user:hush@host")), "folder"))
    (found,) = looked(settings_of(tmp_path, storage="ftp://user:hush@host/folder"))
    assert ("cannot be listed (OSError)." in found.sentence, "hush" in found.sentence) == (True, False)


def test_folder_that_is_not_mounted_is_named(tmp_path: Path) -> None:
    (found,) = looked(settings_of(tmp_path, storage=str(tmp_path / "share")))
    assert "cannot be written (FileNotFoundError). Make the bucket or the folder first (or mount it)" in found.sentence
    assert not (tmp_path / "share").exists()


@pytest.mark.slow
def test_service_that_answers_nobody_is_given_up_in_time(tmp_path: Path) -> None:
    """It takes the connection, and the request, and says no word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings = settings_of(tmp_path, storage="s3://bucket/folder", storage_key=KEY, storage_secret=SECRET,
                               storage_endpoint=f"http://127.0.0.1:{server.getsockname()[1]}")
        began = monotonic()
        (found,) = looked(settings, 1.0)
        assert monotonic() - began < 5
    assert "did not answer for 1 seconds when it was to be listed. Look at storage_endpoint" in found.sentence
    assert all(thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread())


@pytest.fixture(scope="module")
def service() -> Iterator[Bucket]:
    with bucket() as made:
        yield made


@pytest.mark.slow
def test_a_bucket_is_tried_and_left_as_it_was(tmp_path: Path, service: Bucket) -> None:
    assert looked(settings_of(tmp_path, **service.media)) == WELL
    service.files.pipe_file(f"{service.address}/ab/abcd", b"picture")
    assert looked(settings_of(tmp_path, **service.media)) == WELL
    assert service.names() == ["ab/abcd"]
    (missing,) = looked(settings_of(tmp_path, **service.media | {"storage": "s3://nowhere/newsroom"}))
    assert "cannot be written (The specified bucket does not exist). Make the bucket" in missing.sentence


@pytest.mark.slow
def test_service_that_does_not_run_is_named(tmp_path: Path, service: Bucket) -> None:
    (found,) = looked(settings_of(tmp_path, **service.media | {"storage_endpoint": "http://127.0.0.1:9"}))
    assert 'cannot be listed (Could not connect to the endpoint URL: "http://127.0.0.1:9/' in found.sentence
    assert SECRET not in found.sentence
