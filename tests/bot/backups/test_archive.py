"""The file of a backup: read again whole, or refused with what is wrong."""

from __future__ import annotations

import hashlib
import io
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.backups import archive
from bot.backups.archive import Entry, Facts, Manifest, Writer
from bot.errors import BadInput

FACTS = Facts("sqlite", "0032", {"message": 3, "report": 1}, (2, 7, "c" * 64))
PHOTO = b"a photo" * 1000
NAME = f"media/{hashlib.sha256(PHOTO).hexdigest()}"
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def whole(database: bytes = b"rows" * 10_000) -> tuple[bytes, Manifest]:
    target = io.BytesIO()
    with Writer(target) as writer:
        writer.add_bytes("database.sqlite", database)
        writer.add_bytes(NAME, PHOTO)
        manifest = Manifest(NOW, FACTS, tuple(writer.files), ("pages/" + "0" * 64,), ("a note",))
        writer.finish(manifest)
    return target.getvalue(), manifest


def read(data: bytes) -> tuple[Manifest, dict[str, bytes]]:
    taken: dict[str, bytes] = {}
    manifest = archive.read(io.BytesIO(data), lambda name, pieces: taken.update({name: b"".join(pieces)}))
    return manifest, taken


def test_what_was_written_is_read_again() -> None:
    data, manifest = whole()
    assert read(data) == (manifest, {"database.sqlite": b"rows" * 10_000, NAME: PHOTO})
    assert manifest.files[1] == Entry(NAME, 7000, NAME[6:])


def test_manifest_holds_the_sha256_of_each_file_for_any_other_program() -> None:
    data, _ = whole()
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        text = tar.extractfile("manifest.json").read().decode()  # type: ignore[union-attr]
        for name in ("database.sqlite", NAME):
            assert hashlib.sha256(tar.extractfile(name).read()).hexdigest() in text  # type: ignore[union-attr]


def test_a_file_that_nobody_takes_is_compared_all_the_same() -> None:
    data, manifest = whole()
    assert archive.read(io.BytesIO(data), lambda name, pieces: None) == manifest
    at = data.index(b"rows")
    with pytest.raises(BadInput, match=r"database\.sqlite is not what was put into it"):
        archive.read(io.BytesIO(data[:at] + b"R" + data[at + 1:]), lambda name, pieces: None)


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.9])
def test_backup_cut_off_is_refused(part: float) -> None:
    data, _ = whole()
    with pytest.raises(BadInput, match="cut off"):
        read(data[:int(len(data) * part)])


def packed(*members: tuple[str, bytes]) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as tar:
        for name, data in members:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return target.getvalue()


@pytest.mark.parametrize("name", ["../database.sqlite", "/etc/passwd", "media/x", "media/" + "A" * 64, "claim-keys",
                                  "database.sqlite/", "pages/../../x"])
def test_strange_members_are_refused(name: str) -> None:
    with pytest.raises(BadInput, match="something that is not of it"):
        read(packed((name, b"x")))


def test_links_are_refused() -> None:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as tar:
        link = tarfile.TarInfo("database.sqlite")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(BadInput, match="something that is not of it"):
        read(target.getvalue())


@pytest.mark.parametrize(("manifest", "said"), [
    (b"{", "manifest of this backup cannot be read"), (b"[]", "cannot be read"),
    (b'{"format": 1}', "cannot be read"), (b'{"format": 2}', "use a newer program"),
])
def test_strange_manifests_are_refused(manifest: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read(packed(("database.sqlite", b""), ("manifest.json", manifest)))


def test_a_file_under_a_name_that_is_not_its_own_is_refused() -> None:
    wrong = "media/" + "0" * 64
    files = (Entry("database.sqlite", 1, hashlib.sha256(b"x").hexdigest()), Entry(wrong, 1, hashlib.sha256(b"y").hexdigest()))
    data = packed(("database.sqlite", b"x"), (wrong, b"y"), ("manifest.json", Manifest(NOW, FACTS, files).dump()))
    with pytest.raises(BadInput, match="is not the file of that name"):
        read(data)


def test_more_or_fewer_files_than_the_manifest_names_are_refused() -> None:
    entry = Entry("database.sqlite", 1, hashlib.sha256(b"x").hexdigest())
    for files, named in (([("database.sqlite", b"x"), (NAME, PHOTO)], (entry,)),
                         ([("database.sqlite", b"x")], (entry, Entry(NAME, len(PHOTO), NAME[6:]))), ([], ())):
        with pytest.raises(BadInput, match="its manifest names"):
            read(packed(*files, ("manifest.json", Manifest(NOW, FACTS, named).dump())))


def test_files_are_read_from_the_disk_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "database.sqlite"
    path.write_bytes(b"0123456789" * 300_000)
    target = io.BytesIO()
    with Writer(target) as writer:
        writer.add_file("database.sqlite", path)
        writer.finish(Manifest(NOW, FACTS, tuple(writer.files)))
    sizes: list[int] = []
    archive.read(io.BytesIO(target.getvalue()), lambda name, pieces: sizes.extend(map(len, pieces)))
    assert (sum(sizes), max(sizes)) == (3_000_000, archive.PIECE)


@pytest.mark.parametrize("kind", ['"mysql"', '["sqlite"]', "null"])
def test_manifest_of_a_database_that_nobody_knows_is_one_sentence(kind: str) -> None:
    manifest = ('{"format":1,"made_at":"2026-01-01T00:00:00+00:00","database":%s,"revision":"1","tables":{},"audit_chain":null,'
                '"files":[],"missing":[],"notes":[]}')
    for data in ((manifest % kind).encode(), b"[" * 200_000):
        with pytest.raises(BadInput, match="manifest of this backup cannot be read"):
            read(packed(("manifest.json", data)))


def test_few_bytes_that_say_they_are_many_are_not_unpacked() -> None:
    """A sparse member of tar: what is not in the file is zeros, as many as it says."""
    target, size = io.BytesIO(), 2**50
    info = tarfile.TarInfo("GNUSparseFile.0/database.sqlite")
    info.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "database.sqlite",
                        "GNU.sparse.realsize": str(size)}
    where = f"1\n{size}\n0\n".encode().ljust(512, b"\0")
    info.size = len(where)
    with tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as tar:
        tar.addfile(info, io.BytesIO(where))
    with pytest.raises(BadInput, match="something that is not of it"):
        archive.read(io.BytesIO(target.getvalue()), lambda name, _: pytest.fail(f"{name} would be unpacked"))
