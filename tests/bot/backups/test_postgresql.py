"""PostgreSQL's own programs: found or asked for in a sentence, of the right version, reached without a password in sight."""

from __future__ import annotations

from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import make_url

from bot.backups.postgresql import Programs, conninfo, refuse_older
from bot.errors import BadInput


def script(folder: Path, name: str, text: str) -> Programs:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o700)
    return Programs(folder)


def test_program_that_is_not_there_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=rf"There is no pg_dump in {tmp_path}\. Install .* postgresql_programs below \[backup\]"):
        Programs(tmp_path).find("pg_dump")


@pytest.mark.parametrize(("said", "version"), [
    ("pg_dump (PostgreSQL) 18.1", 18), ("pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", 15),
    ("pg_dump (PostgreSQL) 19beta1", 19), ("pg_dump (PostgreSQL) 20devel", 20),
])
def test_version_is_read(tmp_path: Path, said: str, version: int) -> None:
    assert script(tmp_path, "pg_dump", f"echo '{said}'").version("pg_dump") == version


def test_program_older_than_the_server_is_refused(tmp_path: Path) -> None:
    programs = script(tmp_path, "pg_dump", "echo 'pg_dump (PostgreSQL) 15.18'")
    for server in (14, 15):
        refuse_older(server, programs, "pg_dump")
    with pytest.raises(BadInput, match="pg_dump is of version 15, the server of 16: install postgresql-client-16"):
        refuse_older(16, programs, "pg_dump")


def test_program_that_fails_is_one_sentence(tmp_path: Path) -> None:
    programs = script(tmp_path, "pg_restore", "echo a line; echo no room >&2; exit 1")
    with pytest.raises(BadInput, match=r"^pg_restore failed: no room$"):
        programs.call("pg_restore")
    with pytest.raises(BadInput, match=r"^pg_restore failed: no room$"), programs.output("pg_restore") as lines:
        assert lines.read() == b"a line\n"


def test_password_stands_in_a_file_of_ours_and_only_while_it_is_needed(tmp_path: Path) -> None:
    url = make_url("postgresql+psycopg://desk:p%3Aa%5Css@db.example:5433/paper?sslmode=require")
    with conninfo(url, tmp_path) as reach:
        assert conninfo_to_dict(reach) == {
            "host": "db.example", "port": "5433", "user": "desk", "dbname": "paper", "sslmode": "require",
            "passfile": str(tmp_path / "passfile")}
        assert (tmp_path / "passfile").read_text("utf-8") == "*:*:*:*:p\\:a\\\\ss\n"
        assert (tmp_path / "passfile").stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == []


def test_server_without_a_password_is_reached_by_its_socket(tmp_path: Path) -> None:
    with conninfo(make_url("postgresql+psycopg://desk@/paper?host=/run/postgresql"), tmp_path) as reach:
        assert conninfo_to_dict(reach) == {"host": "/run/postgresql", "user": "desk", "dbname": "paper"}
