"""Fixtures for every test: a fresh database of each kind, a session, a clock that stands, settings.

`--db sqlite|postgresql|both` chooses the databases (default: both). A test that asks for `engine`,
`session` or `database_url` runs once on each.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.clock import FrozenClock
from bot.settings import Settings, parse_settings
from models.session import make_engine
from tests.support import cheap_passwords, reuse, town
from tests.support.databases import Databases, PostgresqlDatabases, SqliteDatabases, postgresql_server
from tests.support.settings import raw_settings
from tests.support.world import Chat, open_contest

KINDS = {"sqlite": ["sqlite"], "postgresql": ["postgresql"], "both": ["sqlite", "postgresql"]}
STARTED_AT = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai


# The first text drawn reads all of Unicode, six seconds on a machine that others use; nor is any one example slow by
# the clock of such a machine: no fault of the test.
hypothesis.settings.register_profile("shared machine", deadline=None,
                                      suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.register_profile("while one edits", hypothesis.settings.get_profile("shared machine"), max_examples=30)
hypothesis.settings.load_profile("shared machine")
reuse.collector()
reuse.templates()
reuse.routes()
reuse.engines()
cheap_passwords.use()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=sorted(KINDS), default="both", help="databases to run the tests on")


def pytest_configure(config: pytest.Config) -> None:
    if "not slow" in config.getoption("markexpr"):
        hypothesis.settings.load_profile("while one edits")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        kinds = KINDS[metafunc.config.getoption("--db")]
        # What a browser shows, or a page says, is no matter of the database: the verbs beneath are tried on each.
        once = any(metafunc.definition.get_closest_marker(name) for name in ("browser", "one_database"))
        metafunc.parametrize("database_kind", kinds[:1] if once else kinds, scope="session")


SAMPLE = 2
"""So many cases of a table marked `sampled` stay in the fast suite."""


def pytest_itemcollected(item: pytest.Item) -> None:
    if item.get_closest_marker("sampled"):
        cases = item.callspec.indices.items() if isinstance(item, pytest.Function) else ()
        if max((n for name, n in cases if name != "database_kind"), default=0) >= SAMPLE:
            item.add_marker(pytest.mark.slow)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The order is random (pytest-randomly has shuffled before), but for `long`."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish(session: pytest.Session) -> None:
    reuse.kept()


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    return SqliteDatabases(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_databases() -> Iterator[Databases]:
    """One server for this process (under xdist: one a worker)."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgresql_server())
        except (OSError, subprocess.SubprocessError) as problem:
            if os.environ.get("CI") == "true":
                raise
            pytest.skip(f"no PostgreSQL server can be started here: {problem}")
        databases = PostgresqlDatabases(url, "test")
        yield databases
        databases.close()


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, database_kind: str) -> Databases:
    """Where fresh databases of the present kind come from; a test that needs two asks here."""
    found: Databases = request.getfixturevalue(f"{database_kind}_databases")
    return found


@pytest.fixture
def begun(request: pytest.FixtureRequest, databases: Databases) -> tuple[str, Any]:
    """A database in which something was played once for all tests, and what that gave: `contest` or a town, where a
    module says nothing else."""
    return databases.begun(open_contest if "contest" in request.fixturenames else town.founded)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """A migrated database of this test's own, without rows; or, where it asks for `begun`, as that left it."""
    url = request.getfixturevalue("begun")[0] if "begun" in request.fixturenames else databases.fresh()
    yield url
    databases.drop(url)


@pytest.fixture
def empty_database_url(databases: Databases) -> Iterator[str]:
    """A database of this test's own without a table."""
    url = databases.empty()
    yield url
    databases.drop(url)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = reuse.statements(make_engine(database_url, busy_seconds=5.0, query_cache_size=reuse.MOST_STATEMENTS))
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session that writes; the test commits, whatever it leaves open is rolled back."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def contest(begun: tuple[str, int]) -> int:
    """The open contest of tests.support.world, its id."""
    return begun[1]


@pytest.fixture
def chat(contest: int, engine: Engine) -> Iterator[Chat]:
    """Readers write about the papers of an open contest."""
    with closing(Chat(engine)) as chat:
        yield chat


@pytest.fixture
def clock() -> FrozenClock:
    """Stands at 2026-11-10 09:00 in Shanghai until the test moves it."""
    return FrozenClock(STARTED_AT)


@pytest.fixture
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Accounts main, plain, compat, json and service; on the test's database where it has one."""
    url = request.getfixturevalue("database_url") if "database_url" in request.fixturenames else ""
    return parse_settings(raw_settings(tmp_path, url), base=tmp_path, source="test settings")
