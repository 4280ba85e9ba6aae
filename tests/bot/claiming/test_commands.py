"""`python -m bot claims`: the file of keys made once, a new key seals everything anew, a missing one is named first."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select

from bot.audit import SCHEDULER
from bot.claiming import claims, keys
from bot.claiming.terms import Terms
from bot.cli import main
from bot.clock import FrozenClock
from bot.settings import load_settings
from models.claims import ClaimContact
from models.enums import Role
from models.session import reading, writing
from models.work_enums import ClaimWay, ContactKind
from tests.support import factories
from tests.support.claims import SENT, released
from tests.support.settings import config_file


@pytest.fixture
def config(tmp_path: Path, database_url: str) -> Path:
    path = config_file(tmp_path, database_url)
    with path.open("a", encoding="utf-8") as file:
        file.write('[claims]\nkeys = "claim-keys"\nby_post = true\n')
    return path


def run(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(config), "claims", *arguments])


@pytest.fixture
def claimed(engine: Engine, config: Path, clock: FrozenClock) -> int:
    """A claim of four sealed things."""
    run(config, "make-key")
    settings = load_settings(config, {})
    with writing(engine) as session:
        house = factories.build(session)
        chief = factories.staff(session, "chief", Role.CHIEF)
    _, souvenir = released(engine, house, clock, chief, settings)
    with writing(engine) as session:
        claims.claim(session, souvenir, SENT, way=ClaimWay.PAGE, keys=keys.load(settings.claims.keys),
                     terms=Terms.of(settings), actor=SCHEDULER, now=clock.now())
    return souvenir


def test_file_is_made_once(config: Path) -> None:
    made = run(config, "make-key")
    assert made.exit_code == 0
    assert "away from the database's backups" in made.output
    before = (config.parent / "claim-keys").read_bytes()
    again = run(config, "make-key")
    assert (again.exit_code, "rotate-key" in again.output) == (2, True)
    assert (config.parent / "claim-keys").read_bytes() == before


def test_commands_say_what_to_set_first(tmp_path: Path, database_url: str) -> None:
    config = config_file(tmp_path, database_url)
    for command in ("make-key", "rotate-key", "keys"):
        result = run(config, command)
        assert (result.exit_code, "[claims]" in result.output) == (2, True)


def test_new_key_seals_everything_anew_and_the_old_one_stays_for_reading(
    engine: Engine, config: Path, claimed: int
) -> None:
    path = config.parent / "claim-keys"
    old = keys.load(path).newest
    result = run(config, "rotate-key")
    assert (result.exit_code, "4 sealed anew" in result.output) == (0, True)
    chain = keys.load(path)
    assert list(chain.by_id)[1:] == [old]
    with reading(engine) as session:
        rows = session.scalars(select(ClaimContact)).all()
        opened = claims.contact_of(session, claimed, chain)
    assert {row.key_id for row in rows} == {chain.newest}
    assert opened[ContactKind.ADDRESS] == "银杏小区3栋501室"
    listed = run(config, "keys").output.splitlines()
    assert listed == [f"{chain.newest}  4 sealed  (seals what comes)", f"{old}  0 sealed"]


def test_lost_key_is_named_before_a_new_one_is_made(config: Path, claimed: int) -> None:
    path = config.parent / "claim-keys"
    old = keys.load(path).newest
    path.unlink()
    run(config, "make-key")
    before = path.read_bytes()
    result = run(config, "rotate-key")
    assert (result.exit_code, f"编号 {old}" in result.output) == (1, True)
    assert path.read_bytes() == before
    assert f"{old}  4 sealed  MISSING" in run(config, "keys").output
