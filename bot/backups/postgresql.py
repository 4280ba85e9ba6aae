"""A PostgreSQL database dumped while others write, the dump counted, and put into its place. Knows no archive.

PostgreSQL's own programs do the work: pg_dump and pg_restore, from PATH or the folder that the configuration names.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import URL, Engine, create_engine, text
from sqlalchemy.pool import NullPool

from bot import clock
from bot.backups.archive import Facts
from bot.errors import BadInput, NotAllowed

ASIDE = "before_restore_"
_PUBLIC = ("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' "
           "AND table_type = 'BASE TABLE' ORDER BY table_name")
_COPY = re.compile(rb'COPY public\.(?:"([^"]+)"|([a-z_0-9]+)) \(([^)]*)\) FROM stdin;\n')
NOT_COPIED = ("--no-owner", "--no-privileges", "--no-comments")


class Programs:
    """`folder`: where they lie; None: on the PATH. BadInput, with what to do, where one cannot be used."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def find(self, name: str) -> str:
        where = None if self._folder is None else str(self._folder)
        found = shutil.which(name, path=where)
        if found is None:
            place = f"in {self._folder}" if self._folder else "on this machine"
            raise BadInput(f"There is no {name} {place}. Install PostgreSQL's client programs (postgresql-client), or set "
                           "postgresql_programs below [backup] to the folder that holds them.")
        return found

    def version(self, name: str) -> int:
        """18 for 18.1."""
        said = self.call(name, "--version")
        match = re.search(r"\b(\d+)(?:\.|devel|beta|rc)", said)
        if match is None:
            raise BadInput(f"{name} does not tell its version: {said.strip()!r}")
        return int(match[1])

    def call(self, name: str, *arguments: str) -> str:
        """What it printed; BadInput with its last sentence where it failed."""
        done = subprocess.run([self.find(name), *arguments], stdin=subprocess.DEVNULL, capture_output=True,  # noqa: S603
                              text=True, errors="replace", check=False)
        if done.returncode:
            raise BadInput(f"{name} failed: {_last_line(done.stderr)}")
        return done.stdout

    @contextmanager
    def output(self, name: str, *arguments: str) -> Iterator[IO[bytes]]:
        """What it prints, as it comes; BadInput at the end where it failed."""
        with subprocess.Popen([self.find(name), *arguments], stdin=subprocess.DEVNULL,  # noqa: S603
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            yield process.stdout
            said = process.stderr.read().decode(errors="replace")
        if process.returncode:
            raise BadInput(f"{name} failed: {_last_line(said)}")


def _last_line(said: str) -> str:
    return (said.strip().splitlines() or ["it said nothing"])[-1]


@contextmanager
def conninfo(url: URL, folder: Path) -> Iterator[str]:
    """How the programs reach the database; the password stands in a file that only we read, in no list of processes."""
    from psycopg.conninfo import make_conninfo  # 8 MB, which a server with SQLite does without

    parts = {key: value for key, value in url.query.items() if isinstance(value, str)}
    named = {"host": url.host, "port": url.port, "user": url.username, "dbname": url.database} | parts
    secret = folder / "passfile"
    if url.password is not None:
        secret.touch(mode=0o600)
        escaped = str(url.password).replace("\\", "\\\\").replace(":", "\\:")
        secret.write_text(f"*:*:*:*:{escaped}\n", encoding="utf-8")
        named["passfile"] = str(secret)
    try:
        yield make_conninfo("", **{key: value for key, value in named.items() if value is not None})
    finally:
        secret.unlink(missing_ok=True)


def copy(engine: Engine, programs: Programs, target: Path) -> Facts:
    """Dumps the database and counts its rows in the very same snapshot; what was counted."""
    refuse_older(_server(engine), programs, "pg_dump")
    frozen = engine.execution_options(isolation_level="REPEATABLE READ")
    with frozen.connect() as connection, conninfo(engine.url, target.parent) as reach:
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        programs.call("pg_dump", f"--dbname={reach}", f"--snapshot={snapshot}", "--format=custom", *NOT_COPIED,
                      f"--exclude-schema={ASIDE}*", f"--file={target}")
        tables = {name: connection.execute(text(f'SELECT count(*) FROM public."{name}"')).scalar_one()  # noqa: S608
                  for name in connection.scalars(text(_PUBLIC)).all()}
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        chain = connection.execute(text("SELECT chain_number, id, chain FROM audit_entry WHERE chain_number IS NOT NULL "
                                        "ORDER BY chain_number DESC LIMIT 1")).first()
    return Facts("postgresql", revision, tables, None if chain is None else (chain[0], chain[1], chain[2]))


def _server(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000


def refuse_older(server: int, programs: Programs, name: str) -> None:
    """BadInput where the program is of an earlier version than the server, which it would refuse to dump."""
    if programs.version(name) < server:
        raise BadInput(f"{name} is of version {programs.version(name)}, the server of {server}: install "
                       f"postgresql-client-{server}, or set postgresql_programs below [backup] to the folder that holds it.")


def look(path: Path, programs: Programs) -> Facts:
    """What the dump holds, read to its end without a server: rows by table, the revision, the audit trail's end."""
    tables: dict[str, int] = {}
    revision, chain = "", None
    with programs.output("pg_restore", "--data-only", "--file=-", str(path)) as lines:
        for line in lines:
            match = _COPY.fullmatch(line)
            if match is None:
                continue
            table = (match[1] or match[2]).decode()
            columns = [name.strip(' "') for name in match[3].decode().split(",")]
            tables[table] = 0
            for row in _rows(lines):
                tables[table] += 1
                if table == "alembic_version":
                    revision = row.decode().strip()
                elif table == "audit_entry":
                    chain = _later(chain, dict(zip(columns, row.rstrip(b"\n").split(b"\t"), strict=True)))
    if not revision:
        raise BadInput("The database in this backup is damaged, or is none of this program.")
    return Facts("postgresql", revision, tables, chain)


def _rows(lines: IO[bytes]) -> Iterator[bytes]:
    for line in lines:
        if line == b"\\.\n":
            return
        yield line


def _later(chain: tuple[int, int, str] | None, row: dict[str, bytes]) -> tuple[int, int, str] | None:
    if row["chain_number"] == b"\\N":
        return chain
    number = int(row["chain_number"])
    return chain if chain is not None and chain[0] > number else (number, int(row["id"]), row["chain"].decode())


LOOKS, BETWEEN_SECONDS = 20, 0.1


def refuse_in_use(url: URL) -> None:
    """NotAllowed while anybody else is connected. Who has just left is still listed for a moment: looked at again."""
    with _admin(url).connect() as connection:
        for look in range(LOOKS):
            others = connection.execute(text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND backend_type = 'client backend'")).scalar_one()
            if not others:
                return
            if look < LOOKS - 1:
                clock.pause(BETWEEN_SECONDS)
    raise NotAllowed(f"{others} others are connected to the database. Stop the web application and the scheduler first.")


def _admin(url: URL) -> Engine:
    return create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)


@contextmanager
def room(url: URL, *, now: datetime) -> Iterator[str | None]:
    """An empty schema to restore into; what was there stays in a schema of the name given, and comes back on an error."""
    aside = f"{ASIDE}{now:%Y%m%d_%H%M%S}"
    engine = _admin(url)
    with engine.connect() as connection:
        if not connection.scalars(text(_PUBLIC)).all():
            yield None
            return
        connection.execute(text(f"ALTER SCHEMA public RENAME TO {aside}"))
        with ExitStack() as undo:
            undo.callback(lambda: connection.execute(text(f"ALTER SCHEMA {aside} RENAME TO public")))
            connection.execute(text("CREATE SCHEMA public"))
            undo.callback(lambda: connection.execute(text("DROP SCHEMA public CASCADE")))
            yield aside
            undo.pop_all()


def drop(url: URL, schema: str) -> None:
    """Deletes what `room` put aside."""
    with _admin(url).connect() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))


def put_back(url: URL, dump: Path, programs: Programs) -> None:
    """All of the dump in one transaction, or nothing."""
    with conninfo(url, dump.parent) as reach:
        programs.call("pg_restore", f"--dbname={reach}", "--single-transaction", "--exit-on-error", *NOT_COPIED, str(dump))
