"""`python -m bot readers`: an operator erases a person after being told what goes, and shows the proofs."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from bot.audit import SCHEDULER
from bot.cli import main
from bot.personal import erasing
from bot.personal.erasing import Way
from models.readers import Reader
from models.session import writing
from tests.support import factories
from tests.support.factories import HEADLINE, NICKNAME, NOW
from tests.support.one_person import where
from tests.support.settings import config_file
from tests.support.world import rows

NOBODY = "There is no reader {}, or he was erased before: python -m bot readers erasures shows who was.\n"


@pytest.fixture
def config(tmp_path: Path, engine: Engine, database_url: str) -> Path:
    with writing(engine) as session:
        factories.build(session)
        factories.report(session, HEADLINE)
    return config_file(tmp_path, database_url)


def run(config: Path, *arguments: str, said: str = "") -> Result:
    return CliRunner().invoke(main, ["--config", str(config), "readers", *arguments], input=said)


def test_a_person_is_erased_after_a_question(config: Path, engine: Engine) -> None:
    refused = run(config, "erase", "1", said="n\n")
    assert "He gives up: 0 prizes to be claimed, 0 claimed and not fetched, 1 reports" in refused.output
    assert where(engine, NICKNAME) != {}
    done = run(config, "erase", "1", said="y\n")
    assert done.exit_code == 0, done.output
    assert "Erased. accounts 1, messages 1, names 1" in done.output
    assert where(engine, NICKNAME) == {}
    assert [row.openid for row in rows(engine, Reader)] == [None]
    assert run(config, "erase", "1", "--yes").output == NOBODY.format(1)


def test_nobody_is_asked_about_a_reader_who_is_not_there(config: Path) -> None:
    nobody = run(config, "erase", "99", said="y\n")
    assert (nobody.exit_code, nobody.output) == (1, NOBODY.format(99))
    assert run(config, "erase", "1", "--yes").exit_code == 0
    before = run(config, "erase", "1", "--alone")
    assert (before.exit_code, before.output) == (1, NOBODY.format(1))


def test_the_proofs_are_listed_and_name_nobody(config: Path, engine: Engine) -> None:
    assert run(config, "erasures").output == "Nobody was erased yet.\n"
    with writing(engine) as session:
        erasing.erase(session.connection(), [1], way=Way.CHAT, actor=SCHEDULER, now=NOW)
    line = run(config, "erasures").output
    assert line.startswith(f"{NOW.isoformat()}  reader 1  chat  accounts 1, messages 1, names 1")
    assert NICKNAME not in line
