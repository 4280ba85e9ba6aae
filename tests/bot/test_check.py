"""`python -m bot check`: every finding says what is wrong and what to do; the exit code tells the worst."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot import audit, jobs
from bot.audit import OPERATOR
from bot.backups.making import JOB as BACKUP
from bot.checkup import key_copies, machine, stored
from bot.checkup.findings import Finding, Level
from bot.claiming import keys
from bot.cli import main
from bot.settings import Settings, load_settings, parse_settings
from models.audit import JobRun
from models.enums import JobOutcome, MessageFate, OutgoingState, RightState
from models.outgoing import CallRight, OutgoingMessage
from models.session import reading, writing
from tests.support.databases import Databases
from tests.support.rows import NOW, message_row, reader_rows
from tests.support.settings import config_file, raw_settings


def run(config: Path, *args: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["--config", str(config), "check", *args])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def bad(findings: Iterator[Finding]) -> dict[str, str]:
    """What is not fine, by area."""
    return {one.area: f"{one.level.name} {one.sentence}" for one in findings if one.level is not Level.FINE}


def seen(session: Session, now: datetime = NOW) -> dict[str, str]:
    session.flush()
    return bad(stored.look(session, now=now, every_seconds=15))


@pytest.fixture
def well(session: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A database of which nothing is to be said: the scheduler was just through, a backup is of tonight."""
    monkeypatch.setattr(stored, "databases_clock", lambda _: None)  # the test's clock stands
    session.add_all([done(jobs.TURN, {"failed": []}), done(BACKUP, {"bytes": 1, "files": 0, "missing": 0})])
    session.flush()
    return session


def done(name: str, result: dict[str, Any], at: datetime = NOW, outcome: JobOutcome = JobOutcome.DONE) -> JobRun:
    return JobRun(name=name, started_at=at, finished_at=at, outcome=outcome, result=result)


def test_all_is_well(well: Session) -> None:
    found = list(stored.look(well, now=NOW, every_seconds=15))
    assert {one.level for one in found} == {Level.FINE}
    assert [one.area for one in found] == ["clock", "jobs", "outbox", "backup"]
    assert found[0].sentence == "it is 2026-11-10 09:00:00 in Shanghai by this machine."


def turn(at: datetime, failed: list[str] | None = None) -> Callable[[Session], None]:
    def change(session: Session) -> None:
        row = session.query(JobRun).filter_by(name=jobs.TURN).one()
        row.finished_at, row.result = at, {"failed": failed or []}
    return change


def message(**changes: Any) -> Callable[[Session], None]:
    return lambda session: session.add_all([*reader_rows(), message_row(**changes)])


def notice(**changes: Any) -> Callable[[Session], None]:
    values = {"reader_id": 1, "kind": "outcome", "idempotency_key": "k", "text": "x", "state": OutgoingState.QUEUED,
              "not_before": NOW, "created_at": NOW} | changes
    return lambda session: session.add_all([*reader_rows(), OutgoingMessage(**values)])


def right(**changes: Any) -> Callable[[Session], None]:
    values = {"account": "main", "call": "customer", "errcode": 48001, "since": NOW, "failures": 3} | changes
    return lambda session: session.add(CallRight(**values))


def backup(at: datetime, outcome: JobOutcome = JobOutcome.DONE, missing: int = 0) -> Callable[[Session], None]:
    return lambda session: session.add(done(BACKUP, {"missing": missing}, at, outcome))


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(("change", "area", "said"), [
    (turn(NOW - HOUR), "jobs", "WRONG The scheduler was last through at 2026-11-10 08:00:00: start it again"),
    (turn(NOW, ["deliver"]), "jobs", "WRONG The job deliver fails (0 times in a day): run python -m bot job deliver"),
    (message(fate=MessageFate.UNREAD, received_at=NOW - 2 * HOUR), "jobs", "WARNING 1 messages have waited over an hour"),
    (notice(not_before=NOW - 2 * HOUR), "outbox", "WARNING 1 notices should have left over an hour ago"),
    (notice(state=OutgoingState.UNCERTAIN), "outbox", "WARNING 1 notices may have been sent or not"),
    (notice(state=OutgoingState.SENDING, claimed_at=NOW - HOUR), "outbox", "WARNING 1 notices are half sent"),
    (right(state=RightState.REFUSED), "account main", "WARNING WeChat refuses customer since 2026-11-10 09:00:00 (48001)"),
    (right(state=RightState.RESTING, until=NOW + HOUR), "account main", "WARNING customer rests until 2026-11-10 10:00:00"),
    (backup(NOW, JobOutcome.FAILED), "backup", "WRONG The backup of 2026-11-10 09:00:00 failed"),
    (backup(NOW - 3 * DAY), "backup", "WARNING The last backup is of 2026-11-07 09:00:00"),
    (backup(NOW, missing=2), "backup", "WARNING The last backup lacks 2 files"),
    (lambda session: audit.record(session, actor=OPERATOR, verb="publish_menu", object_kind="account", object_id=None,
                                  now=NOW + DAY), "clock",
     "WRONG it is 2026-11-10 09:00:00 in Shanghai by this machine, and 2026-11-11 09:00:00 by the newest entry"),
], ids=range(12))
def test_each_trouble_is_named_with_what_to_do(well: Session, change: Callable[[Session], None], area: str, said: str) -> None:
    change(well)
    found = seen(well)
    assert list(found) == [area]
    assert found[area].startswith(said)


@pytest.mark.parametrize("change", [
    notice(not_before=NOW - 2 * HOUR, expires_at=NOW - HOUR), notice(state=OutgoingState.SENDING, claimed_at=NOW),
    right(state=RightState.RESTING, until=NOW - HOUR), right(state=RightState.GRANTED), message(fate=MessageFate.UNREAD),
    turn(NOW - timedelta(minutes=2)),
], ids=range(6))
def test_what_mends_itself_is_not_named(well: Session, change: Callable[[Session], None]) -> None:
    change(well)
    assert seen(well) == {}


def test_scheduler_that_never_ran_and_backup_never_made(session: Session) -> None:
    found = seen(session)
    assert found["jobs"].startswith("WRONG No scheduler has ever run: start one")
    assert found["backup"].startswith("WARNING No backup was ever made")


@pytest.mark.parametrize(("off", "said"), [
    (timedelta(minutes=10), "half of the last messages came minutes late by it"),
    (timedelta(minutes=-2), "half of the last messages came before they were sent by it"),
    (timedelta(seconds=40), None), (timedelta(seconds=-10), None),
])
def test_clock_is_compared_with_the_platforms(well: Session, off: timedelta, said: str | None) -> None:
    well.add_all(reader_rows())
    for n in range(1, stored.LOOKED_AT + 1):  # a third came again and again, as after an outage
        late = timedelta(hours=5) if n % 3 == 0 else timedelta(seconds=1)
        well.add(message_row(n, received_at=NOW, create_time=int((NOW - off - late).timestamp())))
    found = seen(well)
    assert (list(found), said is None or said in found.get("clock", "")) == (["clock"] if said else [], True)


def test_databases_clock_is_compared_where_it_has_one(session: Session) -> None:
    served = session.connection().dialect.name == "postgresql"
    assert ("by the database's" in seen(session, NOW + timedelta(days=4000)).get("clock", "")) is served
    theirs = stored.databases_clock(session)
    assert (theirs is not None) is served
    assert "clock" not in seen(session, theirs or NOW)


def sealed(session: Session, key_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_copies.rotation, "used", lambda _: {key_id: 3})


def test_contact_key_asks_until_a_copy_was_confirmed(well: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "claim-keys"
    assert "No key is set" in bad(key_copies.look(well, None))["contact key"]
    first = keys.add_key(path)
    asked = bad(key_copies.look(well, path))["contact key"]
    assert asked.startswith(f"WARNING {path} is in no backup and no copy of key {first} was confirmed: without it the telephone")
    key_copies.confirm(well, first, actor=OPERATOR, now=NOW)
    well.flush()
    assert bad(key_copies.look(well, path)) == {}
    (said,) = key_copies.look(well, path)
    assert said.sentence == f"A copy of key {first} was confirmed at 2026-11-10 09:00:00."
    second = keys.add_key(path)
    assert f"no copy of key {second} was confirmed" in bad(key_copies.look(well, path))["contact key"]
    sealed(well, "feedbeef", monkeypatch)
    found = [one.sentence for one in key_copies.look(well, path) if one.level is Level.WRONG]
    assert [one.replace(key_copies.LOST, "…") for one in found] == [
        f"The key feedbeef is missing from {path} and 3 contacts are sealed with it: put it back; …."]
    path.unlink()
    assert "3 of them are sealed; without it the telephone" in bad(key_copies.look(well, path))["contact key"]


def test_confirming_keeps_day_and_id_and_never_the_key(tmp_path: Path, databases: Databases) -> None:
    url = databases.fresh()
    config = config_file(tmp_path, url)
    config.write_text(config.read_text("utf-8") + '[claims]\nkeys = "claim-keys"\n', encoding="utf-8")
    assert run(config, "--key-copied")[0] == 1
    key_id = keys.add_key(tmp_path / "claim-keys")
    code, said = run(config, "--key-copied")
    secret = (tmp_path / "claim-keys").read_text("ascii").split()[1]
    assert (code, f"a copy of key {key_id} lies in a second place" in said, secret in said) == (0, True, False)
    assert f"A copy of key {key_id} was confirmed at" in run(config)[1]
    databases.drop(url)


def settings_with(tmp_path: Path, **changes: dict[str, Any]) -> Settings:
    raw = raw_settings(tmp_path)
    for section, values in changes.items():
        raw[section] = raw.get(section, {}) | values
    return parse_settings(raw, base=tmp_path, source="test")


def test_disk_folder_and_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, config = settings_with(tmp_path), tmp_path / "config.toml"
    config.touch(mode=0o600)

    def free(size: int) -> str | None:
        monkeypatch.setattr("bot.checkup.machine.shutil.disk_usage", lambda _: type("Usage", (), {"free": size}))
        return bad(machine.look(settings, config)).get("disk")

    assert (free(3_000_000_000), str(free(1_000_000_000))[:7], str(free(100_000_000))[:5]) == (None, "WARNING", "WRONG")
    config.chmod(0o644)
    assert bad(machine.look(settings, config))["secrets"] == (
        f"WARNING {config} can be read by others on this machine: chmod 600 {config}")
    # As docs/deploy.md has it: the file is root's, and the group that runs us reads it.
    config.chmod(0o640)
    assert bad(machine.look(settings, config))["secrets"].endswith(f": chmod 600 {config}")
    monkeypatch.setattr("bot.checkup.machine.os.geteuid", lambda: config.stat().st_uid + 1)
    assert "secrets" not in bad(machine.look(settings, config))
    config.chmod(0o644)
    group = os.getegid()
    assert bad(machine.look(settings, config))["secrets"].endswith(f": chgrp {group} {config} && chmod 640 {config}")
    gone = settings_with(tmp_path, server={"data_dir": str(tmp_path / "none")})
    assert bad(machine.look(gone, config))["disk"].startswith(f"WRONG {tmp_path / 'none'} is not there: python -m bot db upgrade")


def test_place_for_pictures_that_this_machine_cannot_reach(tmp_path: Path) -> None:
    """Else the first photo says so, in the log of a job."""
    config = tmp_path / "config.toml"
    assert "pictures" not in bad(machine.look(settings_with(tmp_path), config))
    strange = settings_with(tmp_path, media={"storage": "s4://bucket/folder"})
    said = bad(machine.look(strange, config))["pictures"]
    assert said.startswith("WRONG No photo can be kept: media.storage: s4: cannot be used here")


def test_what_accounts_and_configuration_lack(tmp_path: Path) -> None:
    settings = settings_with(tmp_path, server={"secure_cookies": False})
    accounts = dict(settings.accounts)
    accounts["main"] = accounts["main"].model_copy(update={"app_secret": None})
    found = [one.sentence for one in machine.look(settings.model_copy(update={"accounts": accounts}), tmp_path / "c")
             if one.level is not Level.FINE]
    for words in ("It has no app_secret", "It takes messages in the open", "It has no template for notices",
                  "Sign-ins travel without https", "No mail leaves", "Winners have no page"):
        assert any(words in sentence for sentence in found), words


def test_exit_code_tells_the_worst(tmp_path: Path, databases: Databases) -> None:
    url = databases.fresh()
    config = config_file(tmp_path, url)
    (tmp_path / "data").mkdir()
    code, said = run(config)
    assert (code, "WRONG  jobs: No scheduler has ever run" in said, "ok     database: " in said) == (2, True, True)
    from models.session import make_engine

    engine = make_engine(load_settings(config).database_url)
    now = load_settings(config).clock().now()
    with writing(engine) as session:
        session.add_all([done(jobs.TURN, {"failed": []}, now), done(BACKUP, {}, now)])
    engine.dispose()
    code, said = run(config, "--quiet")
    assert (code, "WRONG" in said, "\nok " in said, "look   configuration: No mail leaves" in said) == (1, False, False, True)
    databases.drop(url)


def test_wrong_configuration_missing_schema_and_missing_database_are_findings(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    assert run(config) == (2, f"WRONG  configuration: {config}: no such file. Copy config.example.toml there and fill it in.\n")
    config_file(tmp_path, "")
    code, said = run(config)
    assert (code, "WRONG  disk: " in said, "WRONG  database: " in said) == (2, True, True)
    (tmp_path / "data").mkdir()
    code, said = run(config)
    assert (code, "made by: python -m bot db upgrade" in said) == (2, True)
    assert list((tmp_path / "data").iterdir()) == [], "a look makes no database"


def test_configuration_alone_is_told_by_the_exit_code(tmp_path: Path) -> None:
    """Before the server starts: its database may not be there yet."""
    config = config_file(tmp_path, "")
    assert run(config, "--configuration") == (0, f"ok     configuration: {config} can be read.\n")
    assert run(config, "--configuration", "--quiet") == (0, "")
    config.write_text(config.read_text("utf-8").replace("secret_key", "secret_kee"), encoding="utf-8")
    code, said = run(config, "--configuration")
    assert (code, "server.secret_kee: unknown key" in said) == (2, True)


def test_nothing_is_called_without_being_asked(
    tmp_path: Path, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = databases.fresh()
    config = config_file(tmp_path, url)
    text = config.read_text("utf-8").replace("[accounts.main]", '[accounts.main]\napp_secret = "mainTestSecret"')
    config.write_text(text, encoding="utf-8")
    asked: list[str] = []

    def try_all(_client: object, _engine: object, name: str, _account: object, *, now: datetime) -> list[tuple[str, str, str]]:
        asked.append(name)
        return [("客服消息", "不能用", "账号被封")]

    monkeypatch.setattr("bot.commands.check.accounts.try_all", try_all)
    run(config)
    assert asked == []
    assert "look   account main: WeChat answers: 客服消息不能用（账号被封）. See" in run(config, "--online")[1]
    assert asked == ["main"]
    databases.drop(url)


def test_sign_of_life_is_one_row(engine: Engine, settings: Settings) -> None:
    from tests.support.work import work_of

    work = work_of(engine, settings)
    for n in range(3):
        jobs.note_turn(work, NOW + n * HOUR, {"deliver": {}})
    with reading(engine) as session:
        (row,) = session.query(JobRun).all()
        assert (row.name, row.started_at) == (jobs.TURN, NOW + 2 * HOUR)
