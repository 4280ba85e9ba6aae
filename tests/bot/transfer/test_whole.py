"""Everything from SQLite to PostgreSQL: the same rows, numbers that go on, an application that starts; or nothing at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, insert, make_url, select, text, update

from bot import database
from bot.backups import sqlite
from bot.demo import seed
from bot.outside import journal
from bot.recording import audit_chain
from bot.transfer import exporting, importing, inserting, whole
from bot.wiring import main_engine
from models.base import Base
from models.messages import Message
from models.outside import Installation
from models.readers import Person
from models.reports import Report
from models.session import reading, writing
from tests.support.backed_up import NOW, Newsroom, furnished, newsroom
from tests.support.carried import content, opened, settings_for, standing_of
from tests.support.databases import Databases, SqliteDatabases
from tests.support.world import Chat
from web import create_app

SAID = "柳湾3版食堂那篇，“优慧”应为“优惠”"


@pytest.fixture
def old(tmp_path: Path, sqlite_databases: Databases) -> Newsroom:
    return furnished(tmp_path / "machine", sqlite_databases.fresh())


@pytest.fixture
def new(old: Newsroom, empty_database_url: str) -> Newsroom:
    """The same machine with the other database in its configuration."""
    return newsroom(old.folder, empty_database_url)


def file_of(room: Newsroom) -> Path:
    return Path(str(make_url(room.url).database))


def test_moved_by_one_command_every_row_is_there_and_the_old_file_as_it_was(old: Newsroom, new: Newsroom) -> None:
    before = old_content(old)
    bytes_before = file_of(old).read_bytes()
    done = new.run("db", "move", "--from", file_of(old))
    rows = sum(map(len, before.values()))
    assert (done.exit_code, done.output.splitlines()[0].partition(";")[0]) == (
        0, f"Moved: {rows} rows of {len(Base.metadata.tables)} tables, each compared")
    with new.engine() as engine:
        assert content(engine, leave=()) == before
        with reading(engine) as session:
            assert audit_chain.verify(session) is None
    assert new.run("audit", "verify").exit_code == 0
    with opened(old.url) as engine:
        assert content(engine, leave=()) == before
    assert len(file_of(old).read_bytes()) == len(bytes_before)


def old_content(room: Newsroom) -> dict[str, list[dict[str, object]]]:
    with opened(room.url) as engine:
        return content(engine, leave=())


@pytest.mark.slow
def test_numbers_go_on_and_intake_takes_the_next_message(old: Newsroom, new: Newsroom) -> None:
    """Also behind a number that was given out and is gone."""
    with opened(old.url) as engine, writing(engine) as session:
        last_report, last_message = (session.scalar(select(func.max(table.id))) for table in (Report, Message))
        session.execute(text("UPDATE sqlite_sequence SET seq = seq + 5 WHERE name = 'report'"))
        persons = session.scalar(select(func.max(Person.id)))
    assert new.run("db", "move", "--from", file_of(old)).exit_code == 0
    with new.engine() as engine:
        chat = Chat(engine)
        chat.sent = 500
        assert "收到" in chat.say("oNewcomer", SAID)
        chat.close()
        with reading(engine) as session:
            newest = [session.scalar(select(func.max(table.id))) for table in (Report, Message, Person)]
    assert newest == [last_report + 6, last_message + 1, persons + 1]  # type: ignore[operator]


@pytest.mark.slow
def test_it_is_the_same_installation_to_the_journal(old: Newsroom, new: Newsroom) -> None:
    engine = main_engine(settings_for(old.folder / "data", old.url))
    journal.keep_up(engine)
    engine.dispose()
    assert new.run("db", "move", "--from", file_of(old)).exit_code == 0
    moved = main_engine(settings_for(old.folder / "data", new.url))
    with reading(moved) as session, opened(old.url) as was, reading(was) as before:
        assert session.scalars(select(Installation.token)).all() == before.scalars(select(Installation.token)).all()
        assert not journal.is_behind(session.connection())
    moved.dispose()


@pytest.mark.slow
def test_database_that_is_not_empty_is_left_alone(old: Newsroom, new: Newsroom) -> None:
    database.upgrade(new.url)
    with new.engine() as engine, writing(engine) as session:
        session.add(Person(created_at=NOW))
    done = new.run("db", "move", "--from", file_of(old))
    assert (done.exit_code, done.output) == (1, (
        "The database that the configuration names is not empty: table person holds rows. Nothing was moved.\n"))


@pytest.mark.slow
def test_configuration_that_still_names_the_old_file_is_told(old: Newsroom) -> None:
    done = old.run("db", "move", "--from", file_of(old))
    assert (done.exit_code, "still names" in done.output, "let database_url name the new database first." in done.output) == (
        1, True, True)


@pytest.mark.slow
def test_file_that_somebody_has_open_is_refused(old: Newsroom, new: Newsroom) -> None:
    with opened(old.url) as engine, reading(engine) as session:
        session.scalar(select(func.count()).select_from(Report))
        done = new.run("db", "move", "--from", file_of(old))
    assert (done.exit_code, "Stop the web application and the scheduler first." in done.output) == (1, True)


@pytest.mark.slow
def test_file_of_an_older_revision_and_a_file_that_is_none_are_refused(old: Newsroom, new: Newsroom, tmp_path: Path) -> None:
    database.downgrade(old.url, to="-1")
    done = new.run("db", "move", "--from", file_of(old))
    assert (done.exit_code, "run: python -m bot db upgrade, and change it again." in done.output) == (1, True)
    (tmp_path / "text").write_text("啄木鸟" * 1000, encoding="utf-8")
    done = new.run("db", "move", "--from", tmp_path / "text")
    assert (done.exit_code, len(done.output.splitlines())) == (1, 1)


@pytest.mark.slow
def test_rows_that_would_not_fit_are_named_before_anything_is_written(old: Newsroom, new: Newsroom) -> None:
    with opened(old.url) as engine, writing(engine) as session:
        number = session.scalars(select(Report.id)).first()
        session.execute(update(Report).where(Report.id == number).values(issue_label="2026-11-10 and more"))
        session.execute(update(Message).where(Message.id == 2).values(content="a\0b"))
    done = new.run("db", "move", "--from", file_of(old))
    assert (done.exit_code, done.output.splitlines()) == (1, [
        "message 2: content: a character that PostgreSQL cannot keep (NUL, or half of a pair)",
        f"report {number}: issue_label: 19 characters, at most 10 fit",
        "Nothing was moved. Change these rows in the old database first (console, or by SQL)."])
    with new.engine() as engine, reading(engine) as session:
        assert inserting.full_table(session.connection()) is None


@pytest.mark.slow
def test_what_breaks_in_the_middle_leaves_nothing(old: Newsroom, new: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    sums = whole._sum
    monkeypatch.setattr(whole, "_sum", lambda db, table, step: (sums(db, table, step)[0], id(db)))
    done = new.run("db", "move", "--from", file_of(old))
    assert (done.exit_code, "does not hold the same afterwards. Nothing was moved." in done.output) == (1, True)
    with new.engine() as engine, reading(engine) as session:
        assert inserting.full_table(session.connection()) is None
    monkeypatch.undo()
    assert new.run("db", "move", "--from", file_of(old)).exit_code == 0


@pytest.mark.slow
def test_rows_that_point_at_later_ones_of_their_own_table_are_moved(old: Newsroom, new: Newsroom) -> None:
    erratum = Base.metadata.tables["erratum"]
    with opened(old.url) as engine, writing(engine) as session:
        first = session.execute(select(erratum)).mappings().first()
        assert first is not None
        for number, same in ((901, 902), (902, None), (900, 901)):
            session.execute(insert(erratum).values(**dict(first) | {"id": number, "same_as_id": None}))
            if same is not None:
                session.execute(text("PRAGMA defer_foreign_keys=ON"))
                session.execute(update(erratum).where(erratum.c.id == number).values(same_as_id=same))
    assert new.run("db", "move", "--from", file_of(old)).exit_code == 0
    with new.engine() as engine, reading(engine) as session:
        assert session.execute(select(erratum.c.id, erratum.c.same_as_id).where(erratum.c.id >= 900).order_by(erratum.c.id)
                               ).all() == [(900, 901), (901, 902), (902, None)]


# The demo, with everything that the product can leave in a database


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, sqlite_databases: SqliteDatabases) -> Iterator[Newsroom]:
    folder = tmp_path_factory.mktemp("demo")
    filled = newsroom(folder, sqlite_databases.fresh())
    with filled.engine() as engine:
        seed.fill(engine, filled.settings, now=NOW)
        with writing(engine) as session:
            while audit_chain.seal(session):
                pass
    # The filling's intake keeps its connection: of the copy nobody has one.
    sqlite.copy(make_url(filled.url), folder / "demo.db")
    yield newsroom(folder, f"sqlite:///{folder / 'demo.db'}")
    shutil.rmtree(folder)


@pytest.mark.slow
def test_demo_moves_and_its_application_runs_on_the_other_database(demo: Newsroom, empty_database_url: str) -> None:
    before = old_content(demo)
    moved = newsroom(demo.folder, empty_database_url)
    done = moved.run("db", "move", "--from", file_of(demo))
    assert done.exit_code == 0, done.output
    with moved.engine() as engine, opened(demo.url) as was:
        assert content(engine, leave=()) == before
        with reading(engine) as session, reading(was) as other:
            assert standing_of(session, seed.CONTEST) == standing_of(other, seed.CONTEST)
            assert audit_chain.verify(session) is None
    done = moved.run("job", "index_search")
    assert (done.exit_code, done.output.startswith("index_search: {'read':")) == (0, True), done.output
    with moved.engine() as engine:
        app = create_app(moved.settings, engine=engine)
        for address in ("/readyz", "/healthz", "/sign-in"):
            assert app.test_client().get(address).status_code == 200
    newsroom(demo.folder, demo.url)


@pytest.mark.slow
def test_contest_of_the_demo_in_an_archive_stands_the_same_elsewhere(
    demo: Newsroom, databases: Databases, tmp_path: Path
) -> None:
    url = databases.fresh()
    for personal in (True, False):
        path = tmp_path / f"{personal}.zip"
        target = databases.fresh()
        with opened(demo.url) as engine, opened(target) as other:
            made = exporting.export(engine, demo.settings, seed.CONTEST, path, personal_data=personal, now=NOW)
            importing.import_(other, settings_for(tmp_path / f"new {personal}", target), path, now=NOW)
            with reading(engine) as session, reading(other) as after:
                assert standing_of(session, seed.CONTEST) == standing_of(after, seed.CONTEST)
                assert audit_chain.head(session) == audit_chain.head(after)
            assert (made.manifest.missing, len(made.manifest.records)) == ([], 1)
        databases.drop(target)
    databases.drop(url)
