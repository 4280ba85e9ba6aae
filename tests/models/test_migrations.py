"""The migrations give the schema that the models describe, from nothing and back again."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, select, text

from bot.database import MIGRATIONS, check, downgrade, revision, upgrade
from bot.errors import DatabaseProblem
from models.base import Base
from models.enums import Bar, Measure, Role
from models.measures import ReaderMeasure
from models.reports import FIRST_REPORT_NUMBER, Report
from models.session import make_engine, reading, writing
from models.staff import Staff
from models.tables import metadata
from tests.support.databases import Databases, plain_engine
from tests.support.rows import NOW, contest_rows, reader_rows, report_rows

CHECKS_OF_POSTGRESQL = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE contype IN ('c', 'f', 'u', 'p') AND connamespace = 'public'::regnamespace
"""
INDEXES_OF_POSTGRESQL = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
OBJECTS_OF_SQLITE = "SELECT tbl_name, name, sql FROM sqlite_master WHERE sql IS NOT NULL"


def _schema(engine: Engine) -> set[tuple[str, ...]]:
    """Every table, constraint and index as the database itself writes it, without spacing and order."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            rows = [
                (table, name, " ".join(sorted(_parts(sql))))
                for table, name, sql in connection.execute(text(OBJECTS_OF_SQLITE))
            ]
        else:
            rows = [tuple(row) for row in connection.execute(text(CHECKS_OF_POSTGRESQL))]
            rows += [tuple(row) for row in connection.execute(text(INDEXES_OF_POSTGRESQL))]
    return {row for row in rows if row[0] != "alembic_version"}


def _parts(sql: str) -> list[str]:
    """The lines of a CREATE statement; SQLAlchemy orders the constraints of a table freely."""
    return [re.sub(r"[\s\"]+|,\s*$", " ", line).strip() for line in sql.splitlines() if line.strip()]


def test_upgrade_from_empty_reaches_the_head(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    engine = make_engine(empty_database_url)
    current, head = revision(engine)
    assert current == head
    check(engine)
    assert set(inspect(engine).get_table_names()) == set(metadata.tables) | {"alembic_version"}
    engine.dispose()


def test_head_is_the_one_that_alembic_finds(engine: Engine) -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    assert revision(engine)[1] == script.get_current_head()


@pytest.mark.slow
def test_upgrade_of_an_engine_a_second_time_changes_nothing(engine: Engine) -> None:
    before = _schema(engine)
    upgrade(engine)
    assert _schema(engine) == before


def test_migrated_schema_equals_the_metadata(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_migrated_constraints_are_word_for_word_those_of_the_models(
    engine: Engine, empty_database_url: str
) -> None:
    created = make_engine(empty_database_url)
    Base.metadata.create_all(created)
    assert _schema(engine) == _schema(created)
    created.dispose()


@pytest.mark.slow
def test_downgrade_to_base_leaves_nothing_and_up_again_gives_the_same(engine: Engine) -> None:
    before = _schema(engine)
    downgrade(engine, to="base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    upgrade(engine)
    assert _schema(engine) == before


def test_first_report_number_cannot_be_taken_for_a_readers_own_count(engine: Engine) -> None:
    with writing(engine) as session:
        session.add_all(rows := report_rows(2))
        session.flush()
        numbers = [row.id for row in rows if isinstance(row, Report)]
    assert numbers == [FIRST_REPORT_NUMBER, FIRST_REPORT_NUMBER + 1]


@pytest.mark.slow
def test_first_report_number_starts_there_again_after_down_and_up(engine: Engine) -> None:
    downgrade(engine, to="base")
    upgrade(engine)
    with writing(engine) as session:
        session.add_all(rows := report_rows(1))
        session.flush()
        assert [row.id for row in rows if isinstance(row, Report)] == [FIRST_REPORT_NUMBER]


def test_catalogue_version_has_its_one_row(engine: Engine) -> None:
    with reading(engine) as session:
        assert session.execute(text("SELECT id, version FROM catalogue_version")).all() == [(1, 0)]


@pytest.mark.slow
def test_processes_that_start_at_once_do_not_collide(empty_database_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, [empty_database_url] * 4))
    engine = make_engine(empty_database_url)
    check(engine)
    with reading(engine) as session:
        assert session.execute(text("SELECT count(*) FROM catalogue_version")).scalar_one() == 1
    engine.dispose()


@pytest.mark.slow
def test_new_sqlite_file_is_for_nobody_else_and_one_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "data" / "woodpecker.db"
    upgrade(f"sqlite:///{file}")
    assert [path.name for path in file.parent.glob("*.db*") if path.suffix != ".upgrade" and path.stat().st_mode & 0o077] == []
    file.chmod(0o640)
    upgrade(f"sqlite:///{file}")
    assert oct(file.stat().st_mode & 0o777) == "0o640"


def test_check_names_the_command_for_an_empty_database(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    assert revision(engine)[0] is None
    with pytest.raises(DatabaseProblem, match=r"is empty, .* python -m bot db upgrade"):
        check(engine)
    engine.dispose()


@pytest.mark.slow
def test_database_of_a_newer_program_is_left_alone(engine: Engine, database_url: str) -> None:
    with writing(engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'ffff'"))
    before = _schema(engine)
    with pytest.raises(DatabaseProblem, match="ffff"):
        upgrade(database_url)
    assert _schema(engine) == before


@pytest.mark.slow
def test_foreign_keys_are_kept_after_an_upgrade(engine: Engine) -> None:
    upgrade(engine)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


def test_times_come_back_aware_in_utc(engine: Engine) -> None:
    moment = datetime(2026, 11, 10, 1, 2, 3, 456789, tzinfo=UTC)
    with writing(engine) as session:
        session.add_all(rows := report_rows(1, now=moment))
        session.flush()
        number = next(row.id for row in rows if isinstance(row, Report))
    with reading(engine) as session:
        assert session.get_one(Report, number).sent_at == moment


@pytest.mark.slow
def test_two_fresh_databases_share_nothing(databases: Databases, database_url: str) -> None:
    other_url = databases.fresh()
    first, second = make_engine(database_url), make_engine(other_url)
    with writing(first) as session:
        session.execute(text("UPDATE catalogue_version SET version = 7"))
    with reading(second) as session:
        assert session.execute(text("SELECT version FROM catalogue_version")).scalar_one() == 0
    first.dispose()
    second.dispose()
    databases.drop(other_url)
    assert plain_engine(database_url).dialect.name == first.dialect.name


@pytest.mark.slow
def test_entries_sealed_before_they_were_numbered_keep_their_order_and_the_chain_goes_on(engine: Engine) -> None:
    downgrade(engine, to="0023")
    with engine.begin() as connection:
        for number, chain in ((5, "a" * 64), (7, "b" * 64), (8, None)):
            connection.execute(text(
                "INSERT INTO audit_entry (id, at, actor_kind, verb, object_kind, details, chain)"
                " VALUES (:id, '2026-11-10 01:00:00', 'scheduler', 'close_round', 'round', '{}', :chain)"),
                {"id": number, "chain": chain})
    upgrade(engine)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT id, chain_number FROM audit_entry ORDER BY id")).all()
    assert found == [(5, 1), (7, 2), (8, None)]


@pytest.mark.slow
def test_bars_that_stood_before_they_had_a_history_get_their_last_reason_and_doer(engine: Engine) -> None:
    with writing(engine) as session:  # by today's tables, which have columns more
        session.add_all([*contest_rows(), *reader_rows(1), *reader_rows(2)])
    downgrade(engine, to="0033")
    with writing(engine) as session:
        session.execute(text("UPDATE person SET bar = 'blocked', bar_reason = '刷分' WHERE id = 1"))
        for at, who in (("09:00:00", 1), ("10:00:00", 1), ("11:00:00", 2)):  # the second was let in again
            session.execute(text(
                "INSERT INTO audit_entry (at, actor_kind, staff_id, verb, object_kind, object_id, details)"
                f" VALUES ('2026-11-10 {at}+00:00', 'staff', 1, 'bar_person', 'reader', {who}, '{{}}')"))
    upgrade(engine)
    with reading(engine) as session:
        [one] = session.scalars(select(ReaderMeasure)).all()
    assert (one.reader_id, one.kind, one.bar, one.reason, one.made_by_id) == (1, Measure.BAR, Bar.BLOCKED, "刷分", 1)
    assert (one.made_at.hour, one.until_at, one.ended_at) == (10, None, None)


@pytest.mark.slow
def test_months_released_before_the_upgrade_count_as_sent_to_those_who_lead(engine: Engine) -> None:
    """Whoever upgrades is not to find a year of months in his post."""
    with writing(engine) as session:
        rows = contest_rows()
        session.add_all(rows)
        session.flush()
        session.execute(text("UPDATE round SET state = 'released', closed_at = closes_at, picked_at = closes_at,"
                             " result = '{}', released_at = closes_at"))
        session.add_all([Staff(id=n, login=f"new {role}", display_name="x", password_hash="x", role=role, created_at=NOW)
                         for n, role in enumerate(Role, 2)])
    downgrade(engine, to="0028")
    upgrade(engine)
    with engine.connect() as connection:
        found = connection.execute(text(
            "SELECT reminder.moment, reminder.state, staff.login FROM reminder JOIN staff ON staff.id = reminder.staff_id"
            " ORDER BY staff.login")).all()
    assert found == [("month", "console", "new admin"), ("month", "console", "new chief")]
