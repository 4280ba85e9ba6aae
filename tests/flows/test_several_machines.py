"""A small round of `make chaos` on several machines; and the bucket that they share, through the product's own doors."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.catalogue import kept
from bot.catalogue.drawing import page_store
from bot.catalogue.kept import Folder
from bot.catalogue.reader import Order
from bot.media.rooms import beside
from bot.media.sources import store
from bot.media.store import Missing
from bot.settings import Settings, parse_settings
from tests.chaos import machines
from tests.chaos.findings import Findings
from tests.chaos.nursery import Nursery
from tests.support.backed_up import PICTURE, furnished, newsroom
from tests.support.bucket import BUCKET, SECRET, Bucket, bucket
from tests.support.databases import Databases
from tests.support.settings import raw_settings

pytestmark = [pytest.mark.slow, pytest.mark.one_database]
SEED = 20261122
NOW = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def service() -> Iterator[Bucket]:
    with bucket() as made:
        yield made


@pytest.fixture
def shared(service: Bucket) -> Bucket:
    """With nothing in it."""
    if service.names():
        service.files.rm(BUCKET, recursive=True)
    return service


def machine(folder: Path, shared: Bucket) -> Settings:
    raw = raw_settings(folder) | {"media": shared.media}
    return parse_settings(raw, base=folder, source="test settings")


def test_machines_fall_stand_still_and_lose_the_database_and_nothing_is_lost_or_done_twice(tmp_path: Path) -> None:
    with closing(Nursery()) as nursery:
        told = machines.several(tmp_path / "machines", nursery, SEED, 1)
    assert told.findings.named() == []
    assert sum(told.done.values()) == 8, "each fault once by day and once in the night"
    counts = told.findings.counts
    assert (counts["rounds picked"], counts["records"], counts["awards"], counts["photos in the bucket"]) == (1, 1, 11, 8)
    assert counts["deliveries acknowledged"] > 40
    assert counts["messages heard"] > 10


def test_what_one_machine_keeps_another_has(tmp_path: Path, shared: Bucket) -> None:
    one, two = machine(tmp_path / "one", shared), machine(tmp_path / "two", shared)
    photo, page = store(one).put(b"a photo"), page_store(one).put(b"a page")
    assert (store(two).get(photo), page_store(two).get(page)) == (b"a photo", b"a page")
    assert store(one).put(b"a photo") == photo
    assert list(store(two).names()) == [photo], "neither twice nor what belongs to the pages"
    with pytest.raises(Missing):
        store(two).get(page)
    store(two).drop(photo)
    with pytest.raises(Missing):
        store(one).get(photo)
    assert [*tmp_path.glob("*/media/*"), *tmp_path.glob("*/pages/*")] == []


def test_photo_changed_in_the_bucket_is_missing(tmp_path: Path, shared: Bucket) -> None:
    one = machine(tmp_path, shared)
    name = store(one).put(b"what it was")
    shared.files.pipe_file(f"{BUCKET}/{name[:2]}/{name}", b"something else")
    with pytest.raises(Missing):
        store(one).get(name)


def test_dropped_files_wait_in_the_bucket_for_whichever_machine_reads_them(tmp_path: Path, shared: Bucket) -> None:
    one, two = machine(tmp_path / "one", shared), machine(tmp_path / "two", shared)
    old = kept.new_token(now=NOW - timedelta(days=2))
    token = kept.new_token(now=NOW)
    for each in (old, token):
        Folder(kept.address(one), each).put(0, io.BytesIO(b"%PDF of a page" * 100))
    # As it is told to the process that reads: with the way in, through a pipe.
    order = Order.of(Order(kept.address(two), token, ["a.pdf"], None, None, None, [], []).line())
    folder = Folder(order.base, order.token)
    assert folder.get(0) == b"%PDF of a page" * 100
    name = folder.put_result(b"what was read")
    assert Folder(kept.address(one), token).results() == [name]
    assert kept.old_tokens(kept.address(one), now=NOW) == [old]
    for each in (old, token):
        Folder(kept.address(two), each).drop()
    assert kept.old_tokens(kept.address(one), now=NOW + timedelta(days=9)) == []


def test_backup_takes_the_bucket_along_and_restores_into_it(
    tmp_path: Path, shared: Bucket, sqlite_databases: Databases
) -> None:
    more = "[media]\n" + "".join(f'{name} = "{value}"\n' for name, value in shared.media.items())
    room = furnished(tmp_path / "room", sqlite_databases.fresh(), more)
    files = room.files()
    assert room.run("backup", tmp_path / "b").exit_code == 0
    for kind, names in files.items():
        for name in names:
            room.stores[kind].drop(name)
    other = newsroom(tmp_path / "other", sqlite_databases.empty(), more)
    assert other.run("restore", tmp_path / "b").exit_code == 0
    assert other.files() == files
    assert other.stores["pages"].get(files["pages"][0]) == PICTURE


def test_way_into_the_bucket_is_in_no_text(tmp_path: Path, shared: Bucket) -> None:
    settings = machine(tmp_path, shared)
    assert SECRET not in repr(settings) + repr(beside(settings, "imports"))


def test_checker_names_a_photo_that_is_gone_changed_or_nobodys(tmp_path: Path, shared: Bucket) -> None:
    """Whoever says "nothing lost" must be able to say the opposite."""
    files = store(machine(tmp_path, shared))
    whole, gone, changed, odd = (files.put(one) for one in (b"one", b"two", b"three", b"nobody's"))
    files.drop(gone)
    shared.files.pipe_file(f"{BUCKET}/{changed[:2]}/{changed}", b"something else")
    found = Findings()
    machines.look_at_photos(found, {whole, gone, changed}, shared, number=4)
    assert sorted(found.lost) == sorted([
        "4 photos were sent, 3 are kept", f"the file of photo {gone}", f"the file of photo {changed}"])
    assert found.disagreements == [f"files in the bucket that no photo names: {[f'{odd[:2]}/{odd}']}"]
