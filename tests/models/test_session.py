"""How writers of one SQLite file wait for each other."""

import sqlite3
import threading
import time

import pytest
from sqlalchemy.exc import OperationalError

from models import session
from models.session import make_engine


@pytest.fixture
def file(tmp_path):
    return tmp_path / "one.db"


def _engine(file, busy_seconds):
    return make_engine(f"sqlite:///{file}", busy_seconds=busy_seconds)


def test_a_writer_begins_as_soon_as_the_other_is_done(file, monkeypatch):
    pauses = []
    engine = _engine(file, 5.0)
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("PRAGMA journal_mode=WAL")
    other.execute("BEGIN IMMEDIATE")

    def pause(seconds):
        pauses.append(seconds)
        if len(pauses) == 3:
            other.execute("COMMIT")

    monkeypatch.setattr(session.time, "sleep", pause)
    with engine.begin() as db:
        db.exec_driver_sql("CREATE TABLE one (n)")

    assert pauses == [session.PAUSE_SECONDS] * 3
    other.close()
    engine.dispose()


def test_a_writer_gives_up_in_time_and_waits_as_before_afterwards(file):
    engine = _engine(file, 0.05)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("PRAGMA journal_mode=WAL")
    other.execute("BEGIN IMMEDIATE")

    began = time.monotonic()
    with pytest.raises(OperationalError, match="locked"), engine.begin():
        pass

    assert 0.05 <= time.monotonic() - began < 1
    with engine.connect().execution_options(sqlite_begin="DEFERRED") as db:
        assert db.exec_driver_sql("PRAGMA busy_timeout").scalar() == 50
    other.close()
    engine.dispose()


def test_what_is_no_busy_file_is_not_tried_again(file, monkeypatch):
    engine = _engine(file, 5.0)
    with engine.begin() as db:
        db.exec_driver_sql("CREATE TABLE one (n)")
    pauses = []
    monkeypatch.setattr(session.time, "sleep", pauses.append)
    with engine.connect() as db:
        db.connection.driver_connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="within a transaction"):
            db.begin()

    assert pauses == []
    engine.dispose()


def test_two_writers_wait_for_each_other_and_lose_nothing(file):
    engine = _engine(file, 10.0)
    with engine.begin() as db:
        db.exec_driver_sql("CREATE TABLE one (n)")

    def write():
        for _ in range(50):
            with engine.begin() as db:
                count = db.exec_driver_sql("SELECT count(*) FROM one").scalar()
                db.exec_driver_sql(f"INSERT INTO one VALUES ({count})")

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with engine.connect() as db:
        assert [row.n for row in db.exec_driver_sql("SELECT n FROM one ORDER BY n")] == list(range(200))
    engine.dispose()


def test_server_whose_machine_is_gone_is_given_up_before_every_thread_waits(database_url):
    """TCP itself would wait a quarter of an hour for each: measured with a server cut off its network, 8 s instead."""
    if not database_url.startswith("postgresql"):
        pytest.skip("of a server")
    for busy_seconds, given_up in ((1.0, "5000"), (15.0, "15000")):
        engine = make_engine(database_url, busy_seconds=busy_seconds)
        with engine.connect() as db:
            known = db.connection.driver_connection.info.get_parameters()
        engine.dispose()
        assert {key: known.get(key) for key in ("tcp_user_timeout", "keepalives_idle")} == {
            "tcp_user_timeout": given_up, "keepalives_idle": "10"}
