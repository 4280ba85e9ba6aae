"""Backup, destroy, restore, verify: one command each, on both databases; what is not whole is never called a backup."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import delete, func, make_url, select, text, update

from bot import audit, clock
from bot.audit import OPERATOR
from bot.backups import checking, postgresql, restoring, sealing, sqlite
from bot.backups.archive import DATABASES, Manifest, Writer
from bot.backups.making import JOB
from bot.database import downgrade, revision
from bot.errors import BadInput
from models.audit import AuditEntry, JobRun
from models.enums import JobOutcome
from models.messages import Message
from models.papers import Paper
from models.readers import Reader
from models.session import reading, writing
from tests.support.backed_up import NOW, ORIGINAL, PICTURE, VOICE, Newsroom, furnished, newsroom
from tests.support.databases import client_programs
from tests.support.world import Chat

SAID = "柳湾3版食堂那篇，“优慧”应为“优惠”"


@pytest.fixture
def room(tmp_path: Path, database_url: str) -> Newsroom:
    return furnished(tmp_path / "machine", database_url)


@pytest.fixture
def other(tmp_path: Path, empty_database_url: str) -> Newsroom:
    """An empty machine."""
    return newsroom(tmp_path / "other", empty_database_url)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_backup_destroy_restore_verify(room: Newsroom, other: Newsroom, tmp_path: Path) -> None:
    before, path = room.content(), tmp_path / "one.backup"
    made = room.run("backup", path)
    assert (made.exit_code, "written and read again" in made.output, "3 files" in made.output) == (0, True, True)
    room.burn()
    assert other.run("backup", "verify", path).exit_code == 0
    restored = other.run("restore", path)
    assert (restored.exit_code, restored.output.splitlines()[0].startswith("Restored. Of 2")) == (0, True)
    assert other.content() == before
    assert other.files() == {"media": sorted([sha256(VOICE), sha256(ORIGINAL)]), "pages": [sha256(PICTURE)]}
    assert other.stores["media"].get(sha256(VOICE)) == VOICE
    assert other.run("audit", "verify").exit_code == 0
    with other.engine() as engine, reading(engine) as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert last is not None
        assert (last.verb, last.actor_kind, list(last.details)) == ("restore_backup", "operator", ["made_at"])


@pytest.mark.slow
def test_restored_place_is_backed_up_and_restored_again(room: Newsroom, other: Newsroom, tmp_path: Path) -> None:
    before = room.content()
    assert room.run("backup", tmp_path / "1").exit_code == 0
    assert other.run("restore", tmp_path / "1").exit_code == 0
    assert other.run("backup", tmp_path / "2").exit_code == 0
    assert other.run("restore", "--replace", tmp_path / "2").exit_code == 0
    assert other.run("backup", tmp_path / "3").exit_code == 0
    assert other.content() == before


@pytest.mark.slow
def test_numbers_go_on_where_they_were(room: Newsroom, other: Newsroom, tmp_path: Path) -> None:
    """Also after the newest rows are gone: a number given away once is never given again."""
    with room.engine() as engine, writing(engine) as session:
        audit.record(session, actor=OPERATOR, verb="publish_menu", object_kind="account", object_id=None, now=NOW)
        session.flush()
        last = session.scalars(select(func.max(AuditEntry.id))).one()
        session.execute(delete(AuditEntry).where(AuditEntry.id == last))
    assert room.run("backup", tmp_path / "b").exit_code == 0
    assert other.run("restore", tmp_path / "b").exit_code == 0
    with other.engine() as engine, reading(engine) as session:
        assert session.scalars(select(func.max(AuditEntry.id))).one() == last + 1  # the entry of the restoring


@pytest.mark.slow
def test_everybody_writes_while_the_backup_is_made(room: Newsroom, other: Newsroom, tmp_path: Path) -> None:
    stop, said = threading.Event(), []

    def write(name: str) -> None:
        with room.engine() as mine:
            chat = Chat(mine)
            chat.sent = 1000 * int(name[-1])
            while not stop.is_set():
                chat.say(name, SAID)
                said.append(name)
            chat.close()

    with room.engine() as engine:
        with reading(engine) as session:
            before = session.scalar(select(func.count()).select_from(Message))
        writers = [threading.Thread(target=write, args=(f"oWriter{n}",)) for n in (1, 2)]
        for one in writers:
            one.start()
        try:
            results = [room.run("backup", tmp_path / f"{n}") for n in range(3)]
        finally:
            stop.set()
            for one in writers:
                one.join()
        with reading(engine) as session:
            after = session.scalar(select(func.count()).select_from(Message))
    assert [one.exit_code for one in results] == [0, 0, 0], [one.output for one in results]
    assert after == before + len(said)  # type: ignore[operator]
    assert len(said) > 10
    assert other.run("restore", tmp_path / "2").exit_code == 0
    with other.engine() as engine, reading(engine) as session:
        kept = session.scalar(select(func.count()).select_from(Message))
        assert before < kept <= after  # type: ignore[operator]


@pytest.mark.slow
def test_sealed_backup_opens_with_its_key_only(room: Newsroom, other: Newsroom, tmp_path: Path) -> None:
    key, wrong, path = tmp_path / "key", tmp_path / "wrong", tmp_path / "sealed"
    for one in (key, wrong):
        assert room.run("backup", "make-key", one).exit_code == 0
    assert room.run("backup", "--key", key, path).exit_code == 0
    raw = path.read_bytes()
    assert not any(word in raw for word in (VOICE[:40], b"oReader1", "优慧".encode(), b"manifest.json"))
    assert other.run("backup", "verify", path).output == (
        f"{path}: this backup is sealed: name the file of its key with --key.\n")
    assert "is sealed with the key" in other.run("restore", path, "--key", wrong).output
    assert other.run("backup", "verify", "--key", key, path).exit_code == 0
    before = room.content()
    assert other.run("restore", path, "--key", key).exit_code == 0
    assert other.content() == before


@pytest.mark.slow
def test_no_key_and_no_configuration_goes_in(tmp_path: Path, database_url: str) -> None:
    room = furnished(tmp_path / "machine", database_url, '[claims]\nkeys = "data/media/claim-keys"\n')
    assert room.run("claims", "make-key").exit_code == 0
    secret = (room.folder / "data/media/claim-keys").read_text("ascii").split()[1]
    assert room.run("backup", tmp_path / "b").exit_code == 0
    raw = (tmp_path / "b").read_bytes()
    assert not any(word in raw for word in (secret.encode(), b"claim-keys", b"only-for-tests-0123", b"mainTestToken"))


@pytest.mark.slow
def test_place_that_holds_data_is_refused_and_kept_aside(room: Newsroom, tmp_path: Path) -> None:
    assert room.run("backup", tmp_path / "b").exit_code == 0
    with room.engine() as engine, writing(engine) as session:
        session.add(Paper(name="新的一份报"))
    before = room.content()
    refused = room.run("restore", tmp_path / "b")
    assert (refused.exit_code, refused.output.startswith("This place holds data already; nothing was restored.")) == (1, True)
    assert room.content() == before
    done = room.run("restore", "--replace", tmp_path / "b")
    assert (done.exit_code, "kept as" in done.output) == (0, True)
    assert "新的一份报" not in str(room.content()["paper"])
    aside = done.output.split("kept as ")[1].split(";")[0]
    if room.served:
        with room.engine() as engine, reading(engine) as session:
            assert session.scalar(text(f"SELECT count(*) FROM {aside}.paper WHERE name = '新的一份报'")) == 1
    else:
        with closing(sqlite3.connect(aside)) as kept:
            assert kept.execute("SELECT count(*) FROM paper WHERE name = '新的一份报'").fetchone() == (1,)


@pytest.mark.slow
def test_restore_that_fails_at_the_end_leaves_what_was_there(
    room: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert room.run("backup", tmp_path / "b").exit_code == 0
    before = room.content()

    def fail(*_: object) -> None:
        raise BadInput("It breaks off here.")

    monkeypatch.setattr(restoring, "_finish", fail)
    result = room.run("restore", "--replace", tmp_path / "b")
    assert (result.exit_code, result.output) == (1, "It breaks off here.\n")
    assert room.content() == before
    assert not (room.folder / "data/.restore").exists()


@pytest.mark.slow
def test_a_place_just_upgraded_is_empty(room: Newsroom, other: Newsroom, tmp_path: Path) -> None:
    before = room.content()
    assert room.run("backup", tmp_path / "b").exit_code == 0
    assert other.run("db", "upgrade").exit_code == 0
    done = other.run("restore", tmp_path / "b")
    assert (done.exit_code, "kept as" in done.output, other.content() == before) == (0, False, True)
    assert list((other.folder / "data").glob("*before*")) == []


@pytest.mark.slow
def test_nothing_is_restored_while_somebody_uses_the_place(
    room: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "pause", lambda seconds: None)
    assert room.run("backup", tmp_path / "b").exit_code == 0
    with room.engine() as engine, reading(engine) as session:
        session.scalar(select(func.count()).select_from(Reader))
        session.rollback()
        refused = room.run("restore", "--replace", tmp_path / "b")
    assert (refused.exit_code, "Stop the web application and the scheduler first." in refused.output) == (1, True)


@pytest.mark.slow
def test_who_has_just_left_is_no_reason_to_refuse(room: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL lists a connection for a moment after it was closed."""
    assert room.run("backup", tmp_path / "b").exit_code == 0
    with room.engine() as engine:
        leaving = engine.connect() if room.served else None
        if leaving is not None:
            leaving.exec_driver_sql("SELECT 1")
            monkeypatch.setattr(clock, "pause", lambda seconds: (leaving.close(), engine.dispose()))
        done = room.run("restore", "--replace", tmp_path / "b")
    assert (done.exit_code, "kept as" in done.output) == (0, True)


@pytest.mark.sampled
@pytest.mark.parametrize("harm", ["cut", "changed", "empty", "other"])
def test_damaged_backup_changes_nothing(room: Newsroom, other: Newsroom, tmp_path: Path, harm: str) -> None:
    path = tmp_path / "b"
    assert room.run("backup", path).exit_code == 0
    raw = path.read_bytes()
    middle = len(raw) // 2
    path.write_bytes({"cut": raw[:middle], "changed": raw[:middle] + bytes([raw[middle] ^ 1]) + raw[middle + 1:],
                      "empty": b"", "other": b"PK\3\4" + bytes(5000)}[harm])
    for command in (("backup", "verify"), ("restore",)):
        result = other.run(*command, path)
        assert (result.exit_code, result.output.count("\n"), "backup" in result.output) == (1, 1, True)
    assert other.files() == {"media": [], "pages": []}
    assert other.run("rounds", "list").exit_code == 1


@pytest.mark.slow
def test_files_lost_before_are_named_and_told_by_the_exit_code(room: Newsroom, other: Newsroom, tmp_path: Path) -> None:
    lost, damaged = sha256(VOICE), sha256(PICTURE)
    room.stores["media"].drop(lost)
    (room.folder / "data/pages" / damaged[:2] / damaged).write_bytes(b"something else")
    made = room.run("backup", tmp_path / "b")
    assert made.exit_code == 3
    assert [line.split(":")[0] for line in made.output.splitlines()[1:]] == [f"media/{lost}", f"pages/{damaged}"]
    assert room.run("backup", "verify", tmp_path / "b").exit_code == 3
    assert other.run("restore", tmp_path / "b").exit_code == 3
    assert other.files() == {"media": [sha256(ORIGINAL)], "pages": []}


@pytest.mark.slow
def test_changed_audit_trail_is_told(room: Newsroom, tmp_path: Path) -> None:
    with room.engine() as engine, writing(engine) as session:
        session.execute(update(AuditEntry).where(AuditEntry.chain_number == 2).values(verb="escalate"))
    made = room.run("backup", tmp_path / "b")
    assert (made.exit_code, "The audit trail was changed before this backup" in made.output) == (3, True)


@pytest.mark.slow
def test_a_backup_never_writes_over_another(room: Newsroom, tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"precious")
    assert room.run("backup", tmp_path / "b").exit_code == 1
    assert (tmp_path / "b").read_bytes() == b"precious"
    assert room.run("backup", tmp_path / "none" / "b").exit_code == 1


@pytest.mark.slow
def test_in_a_folder_backups_are_named_by_time_and_only_the_newest_kept(room: Newsroom, tmp_path: Path) -> None:
    folder = tmp_path / "nightly"
    folder.mkdir()
    for name in ("woodpecker-20250101T000000Z.backup", "woodpecker-20250102T000000Z.backup", "photos.backup"):
        (folder / name).write_bytes(b"x")
    assert room.run("backup", folder, "--keep", 2).exit_code == 0
    names = sorted(path.name for path in folder.iterdir())
    assert (names[:2], len(names)) == (["photos.backup", "woodpecker-20250102T000000Z.backup"], 3)
    assert (folder / names[2]).stat().st_mode & 0o777 == 0o600
    assert room.run("backup", tmp_path / "file", "--keep", 2).exit_code == 2


@pytest.mark.slow
def test_what_a_killed_backup_left_goes_with_the_next(room: Newsroom, tmp_path: Path) -> None:
    (room.folder / "data/.backup").mkdir()
    (room.folder / "data/.backup/database.sqlite").write_bytes(b"half")
    (tmp_path / ".b.partial").write_bytes(b"half")
    assert room.run("backup", tmp_path / "b").exit_code == 0
    assert not (room.folder / "data/.backup").exists()
    assert sorted(path.name for path in tmp_path.glob("*b*") if path.is_file()) == ["b"]


@pytest.mark.slow
def test_each_backup_leaves_a_row_of_what_it_did(room: Newsroom, tmp_path: Path) -> None:
    assert room.run("backup", tmp_path / "b").exit_code == 0
    with room.engine() as engine, reading(engine) as session:
        row = session.scalars(select(JobRun).where(JobRun.name == JOB)).one()
        assert row.outcome == JobOutcome.DONE
        assert row.result == {"bytes": (tmp_path / "b").stat().st_size, "files": 3, "missing": 0}


@pytest.mark.slow
def test_backup_that_cannot_be_written_leaves_nothing_but_a_failed_row(
    room: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: object, name: str, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bot.backups.archive.Writer.add_bytes", full)
    result = room.run("backup", tmp_path / "b")
    assert (result.exit_code, "No space left on device" in result.output) == (1, True)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []
    with room.engine() as engine, reading(engine) as session:
        assert session.scalars(select(JobRun.outcome).where(JobRun.name == JOB)).all() == [JobOutcome.FAILED]


@pytest.mark.slow
def test_what_was_written_wrongly_is_no_backup(room: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is read again from the disk before it gets its name."""
    whole = sealing.Sealing.write

    def lossy(self: sealing.Sealing, data: bytes) -> int:
        return whole(self, data.replace(VOICE[:16], VOICE[:15] + b"!", 1))

    monkeypatch.setattr("bot.backups.sealing.Sealing.write", lossy)
    assert room.run("backup", "make-key", tmp_path / "key").exit_code == 0
    result = room.run("backup", "--key", tmp_path / "key", tmp_path / "b")
    assert (result.exit_code, "is not what was put into it" in result.output) == (1, True)
    assert not (tmp_path / "b").exists()


@pytest.mark.slow
def test_photos_in_a_bucket_are_backed_up_and_restored_too(tmp_path: Path, database_url: str, empty_database_url: str) -> None:
    room = furnished(tmp_path / "machine", database_url, f'[media]\nstorage = "memory://{tmp_path.name}/here"\n')
    other = newsroom(tmp_path / "other", empty_database_url, f'[media]\nstorage = "memory://{tmp_path.name}/there"\n')
    assert room.run("backup", tmp_path / "b").exit_code == 0
    assert other.run("restore", tmp_path / "b").exit_code == 0
    assert other.files() == room.files() == {
        "media": sorted([sha256(VOICE), sha256(ORIGINAL)]), "pages": [sha256(PICTURE)]}


def packed(room: Newsroom, path: Path) -> None:
    """A backup as the program of that schema would have written it, whatever the schema is."""
    copied = path.with_name("copied")
    with room.engine() as engine:
        if room.served:
            facts = postgresql.copy(engine, postgresql.Programs(client_programs()), copied)
        else:
            sqlite.copy(engine.url, copied)
            facts = sqlite.look(copied)
    with path.open("wb") as file, Writer(file) as writer:
        writer.add_file(DATABASES[facts.kind], copied)
        writer.finish(Manifest(NOW, facts, tuple(writer.files)))


@pytest.mark.slow
def test_backup_of_an_older_release_is_brought_to_this_schema(room: Newsroom, other: Newsroom, tmp_path: Path) -> None:
    with room.engine() as engine, writing(engine) as session:
        session.execute(text("UPDATE reader SET answered = 0"))  # no older release counted
    before = room.content()
    with room.engine() as engine:
        head = revision(engine)[1]
        downgrade(engine, to="0031")
    packed(room, tmp_path / "b")
    assert "revision 0031" in other.run("backup", "verify", tmp_path / "b").output
    done = other.run("restore", tmp_path / "b")
    assert (done.exit_code, f"It was brought to this program's schema, revision {head}." in done.output) == (0, True)
    # A release that had no name for its database gets one when it is brought up.
    assert other.content() | {"installation": []} == before | {"installation": []}


@pytest.mark.slow
def test_backup_of_a_newer_release_is_refused(room: Newsroom, other: Newsroom, tmp_path: Path) -> None:
    with room.engine() as engine, writing(engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    packed(room, tmp_path / "b")
    refused = other.run("restore", tmp_path / "b")
    assert (refused.exit_code, "which this program does not know" in refused.output) == (1, True)


@pytest.mark.slow
def test_backup_of_the_other_kind_of_database_is_refused(room: Newsroom, tmp_path: Path) -> None:
    assert room.run("backup", tmp_path / "b").exit_code == 0
    other = newsroom(tmp_path / "other", "" if room.served else "postgresql+psycopg://nobody@localhost/nothing")
    kind = "postgresql" if room.served else "sqlite"
    manifest = checking.check(tmp_path / "b", room=tmp_path, key=None, programs=postgresql.Programs(client_programs()))
    with pytest.raises(BadInput, match=f"This backup is of {kind}"):
        restoring.refuse_strange(manifest, make_url(other.settings.database_url))
