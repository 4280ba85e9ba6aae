"""The demo goes into the database that the configuration names, wherever that is, and into none that holds something."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from bot import database
from bot.audit import OPERATOR
from bot.demo import seed
from bot.members import staff
from bot.settings import Settings, parse_settings
from models.audit import AuditEntry
from models.contests import Award, Round
from models.enums import Role
from models.reports import Report
from models.session import make_engine, reading, writing
from models.staff import Staff
from tests.support.factories import NOW
from tests.support.settings import raw_settings


def settings_in(folder: Path, url: str) -> Settings:
    return parse_settings(raw_settings(folder, url), base=folder, source="test settings")


def one_member(engine: Engine, _settings: Settings, **_more: Any) -> list[tuple[str, str, str]]:
    """In the place of the whole demo, which takes its time."""
    with writing(engine) as session:
        staff.add_staff(session, login="jia", display_name="编辑甲", password="long enough 1", role=Role.EDITOR, actor=OPERATOR,
                        now=NOW)
    return [("jia", "编辑甲", "long enough 1")]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seed, "fill", one_member)


def logins(url: str) -> list[str]:
    engine = make_engine(url)
    try:
        with reading(engine) as session:
            return list(session.scalars(select(Staff.login).order_by(Staff.id)))
    finally:
        engine.dispose()


@pytest.mark.slow
def test_the_database_named_is_filled_once_and_no_other(small: None, tmp_path: Path, empty_database_url: str) -> None:
    settings = settings_in(tmp_path / "data", empty_database_url)
    assert seed.seed(settings) is True
    assert logins(empty_database_url) == ["jia"]
    assert {one.name for one in (tmp_path / "data").iterdir()} == {seed.ACCOUNTS_FILE}
    (tmp_path / "data" / seed.ACCOUNTS_FILE).unlink()
    assert seed.seed(settings) is False
    assert logins(empty_database_url) == ["jia"]
    assert list((tmp_path / "data").iterdir()) == []


def test_database_that_holds_something_is_left_alone(small: None, tmp_path: Path, database_url: str) -> None:
    engine = make_engine(database_url)
    with writing(engine) as session:
        session.add(Staff(login="own", display_name="自己的", password_hash="x", role=Role.ADMIN, created_at=NOW))
    engine.dispose()
    assert seed.seed(settings_in(tmp_path / "data", database_url)) is False
    assert logins(database_url) == ["own"]
    assert not (tmp_path / "data").exists()


@pytest.mark.slow
def test_interrupted_seeding_leaves_the_database_empty(
    monkeypatch: pytest.MonkeyPatch, small: None, tmp_path: Path, empty_database_url: str
) -> None:
    def interrupted(*_given: object, **_more: object) -> None:
        raise KeyboardInterrupt

    settings = settings_in(tmp_path / "data", empty_database_url)
    with monkeypatch.context() as patched:
        patched.setattr(seed, "fill", interrupted)
        with pytest.raises(KeyboardInterrupt):
            seed.seed(settings)
    assert seed.seed(settings) is True
    assert logins(empty_database_url) == ["jia"]


@pytest.mark.slow
def test_whole_demo_stands_in_the_database_named(tmp_path: Path, empty_database_url: str) -> None:
    settings = settings_in(tmp_path, empty_database_url)
    assert seed.seed(settings) is True
    engine = make_engine(empty_database_url)
    with reading(engine) as session:
        database.check(engine)
        assert session.scalar(select(func.count(Award.id))) == 11
        assert session.scalar(select(func.count(Round.id))) >= 2  # type: ignore[operator]
        assert session.scalar(select(func.max(Report.id))) > 10_050  # type: ignore[operator]
        known = [line.split("\t")[0] for line in (tmp_path / seed.ACCOUNTS_FILE).read_text("utf-8").splitlines()]
        assert known == list(session.scalars(select(Staff.login).order_by(Staff.id)))
        assert session.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.verb == "release_round")) == 1
    engine.dispose()
