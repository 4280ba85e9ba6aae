"""Every command where something is wrong with the place it works on: one sentence that says what to do, exit code 1, and
nothing done by halves."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, make_url, text

from bot import database
from bot.claiming import keys
from bot.cli import main
from bot.commands import root
from bot.errors import SettingsError
from bot.settings import load_settings
from tests.support.settings import config_file

CREATE = ("contests", "create", "纠错", "--account", "main", "--paper", "社区晨报·柳湾", "--publication-day", "10",
          "--deadline-day", "1")
WRITING = [CREATE, ("claims", "rotate-key"), ("staff", "add", "a", "--name", "甲", "--role", "editor", "--initial"),
           ("job", "make_rounds"), ("check", "--key-copied")]
READING = [("rounds", "list"), ("audit", "verify"), ("claims", "keys"), ("restored", "--dry-run"), ("readers", "erasures"),
           ("accounts", "publish-menu", "main", "--dry-run"), ("record", "export", "纠错", "2026-11")]
EVERY = [*WRITING, *READING, ("job", "all"), ("contests", "export", "纠错", "out.zip"), ("backup", "out.backup"), ("scheduler",)]


def ran(config: Path, *args: str) -> tuple[int, str]:
    result: Result = CliRunner().invoke(main, ["--config", str(config), *args])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def place(folder: Path, url: str = "") -> Path:
    """A configuration with a key for what winners give; its database is made by whoever asks."""
    config = config_file(folder, url)
    config.write_text(config.read_text("utf-8") + '[claims]\nkeys = "claim-keys"\n', encoding="utf-8")
    keys.add_key(folder / "claim-keys")
    return config


def file_of(config: Path) -> Path:
    return load_settings(config).server.data_dir / "woodpecker.db"


def damage(config: Path) -> None:
    file_of(config).write_bytes(b"no database at all " * 500)


def tear(config: Path) -> None:
    whole = file_of(config).read_bytes()
    file_of(config).write_bytes(whole[: len(whole) // 2])


def age(config: Path) -> None:
    number(config, "0099")


def number(config: Path, revision: str) -> None:
    with closing(sqlite3.connect(file_of(config))) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        connection.commit()


@pytest.mark.parametrize(("harm", "said"), [
    (lambda config: file_of(config).unlink(), "There is no database at"),
    (lambda config: file_of(config).write_bytes(b""), "The database is empty"),
    (damage, "file is not a database. The file is damaged"),
    (tear, "restore a backup (docs/backup.md)"),
    (age, "a newer program's; this one knows"),
    (lambda config: number(config, "0041"), "Run: python -m bot db upgrade"),
], ids=["missing", "empty", "no database", "torn", "newer", "older"])
def test_every_command_says_what_is_wrong_with_the_file(
    tmp_path: Path, harm: Callable[[Path], None], said: str
) -> None:
    config = place(tmp_path)
    assert ran(config, "db", "upgrade")[0] == 0
    harm(config)
    there = file_of(config).exists()
    for args in EVERY:
        code, told = ran(config, *args)
        assert (code, said in told, told.count("\n")) == (1, True, 1), (args, told)
    code, told = ran(config, "check")
    assert (code, said in told) == (2, True)
    assert file_of(config).exists() is there, "an empty file would look like a database that lost everything"


@pytest.mark.parametrize("args", [("db", "upgrade"), ("db", "move", "--from", "old.db")])
def test_newer_database_is_not_brought_to_anything(
    tmp_path: Path, args: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old").mkdir()
    old = place(tmp_path / "old")
    config = place(tmp_path)
    for each in (old, config):
        assert ran(each, "db", "upgrade")[0] == 0
    file_of(old).rename(tmp_path / "old.db")
    age(config)
    code, told = ran(config, *args)
    assert (code, "at revision 0099, a newer program's" in told, "Install the newer program again" in told) == (1, True, True)


@pytest.mark.parametrize(("name", "said"), [("nosuch", "does not exist. Make it first"), ("ro", "the server only reads")])
def test_server_that_cannot_be_written_is_one_sentence(tmp_path: Path, database_url: str, name: str, said: str) -> None:
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        pytest.skip("of a server")
    if name == "nosuch":
        url = url.set(database=name)
    else:
        owner = create_engine(url, isolation_level="AUTOCOMMIT")
        with owner.connect() as connection:
            connection.execute(text(f'ALTER DATABASE "{url.database}" SET default_transaction_read_only = on'))
        owner.dispose()
    config = place(tmp_path, url.render_as_string(hide_password=False))
    for args in (CREATE, ("staff", "add", "a", "--name", "甲", "--role", "editor", "--initial"), ("check", "--key-copied")):
        code, told = ran(config, *args)
        assert (code, said.lower() in told.lower()) == (1, True), (args, told)


def test_program_that_is_not_allowed_says_so(tmp_path: Path, database_url: str) -> None:
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        pytest.skip("of a server")
    role = f"limited_{os.getpid()}"
    owner = create_engine(url, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text(f'CREATE ROLE "{role}" LOGIN'))
    try:
        config = place(tmp_path, url.set(username=role).render_as_string(hide_password=False))
        code, told = ran(config, "rounds", "list")
        assert (code, "permission denied" in told, "must own the database" in told) == (1, True, True)
    finally:
        with owner.connect() as connection:
            connection.execute(text(f'DROP ROLE "{role}"'))
        owner.dispose()


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place whose database another program keeps locked."""
    config = place(tmp_path)
    assert ran(config, "db", "upgrade")[0] == 0
    monkeypatch.setattr("bot.wiring.make_engine", lambda url, **_: database.make_engine(url, busy_seconds=0.05))
    with closing(sqlite3.connect(file_of(config), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield config


def test_locked_database_is_one_sentence_and_no_key_is_made(held: Path) -> None:
    before = (held.parent / "claim-keys").read_bytes()
    for args in WRITING:
        code, told = ran(held, *args)
        assert (code, "is locked. Another program holds it" in told) == (1, True), (args, told)
    assert (held.parent / "claim-keys").read_bytes() == before


def test_jobs_that_fail_are_told_by_the_exit_code(held: Path) -> None:
    code, told = ran(held, "job", "all")
    assert (code, "make_rounds: failed: The database cannot be used: database is locked" in told) == (1, True)
    assert "close_rounds: nothing to do" in told


def test_place_that_cannot_be_opened_is_not_said_to_be_in_use(tmp_path: Path) -> None:
    config = place(tmp_path)
    assert ran(config, "db", "upgrade")[0] == 0
    assert ran(config, "backup", str(tmp_path / "b.backup"))[0] == 0
    file_of(config).unlink()
    file_of(config).mkdir()
    code, told = ran(config, "restore", str(tmp_path / "b.backup"))
    assert (code, "cannot be opened for writing" in told, "another process" in told) == (1, True, False)


def test_mark_that_cannot_be_read_is_asked_about(tmp_path: Path) -> None:
    """Not a traceback at every delivery: as with a backup that was brought back, an operator looks."""
    config = place(tmp_path)
    assert ran(config, "db", "upgrade")[0] == 0
    assert ran(config, "job", "all")[0] == 0
    (mark,) = (tmp_path / "data" / "outside").glob("*/mark.json")
    mark.write_bytes(b"")
    for args in (CREATE, ("job", "make_rounds")):
        code, told = ran(config, *args)
        assert (code, "Nothing is taken or sent until you have run: python -m bot restored" in told) == (1, True)
    assert "WRONG  restored: The database is older than what has left the house" in ran(config, "check")[1]
    assert ran(config, "restored")[0] == 0
    assert ran(config, *CREATE)[0] == 0


def test_root_makes_nothing_where_the_data_are_the_services(tmp_path: Path) -> None:
    config, folder = tmp_path / "config.toml", tmp_path / "data"
    root.refuse(folder, config, us=root.ROOT)  # nothing there yet
    folder.mkdir()
    if os.geteuid() == root.ROOT:
        root.refuse(folder, config, us=root.ROOT)
        os.chown(folder, 65534, 65534)
    owner = folder.stat().st_uid
    root.refuse(folder, config, us=owner)
    with pytest.raises(SettingsError, match=r"would be closed to the service\. Run it as .*: runuser -u "):
        root.refuse(folder, config, us=root.ROOT)


def test_command_of_root_is_refused_before_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = place(tmp_path)
    (tmp_path / "data").mkdir()
    if os.geteuid() == root.ROOT:
        os.chown(tmp_path / "data", 65534, 65534)
    monkeypatch.setattr("bot.cli.os.geteuid", lambda: root.ROOT)
    for args in (("db", "upgrade"), CREATE, ("restore", str(config)), ("job", "all")):
        code, told = ran(config, *args)
        assert (code, "and this is root" in told) == (1, True), (args, told)
    assert "WRONG  configuration: " in ran(config, "check")[1]
    assert list((tmp_path / "data").iterdir()) == []
