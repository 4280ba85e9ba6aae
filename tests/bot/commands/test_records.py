"""`record export`, `record verify` and `audit verify`: what they print and how they end; verify knows no database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from bot.audit import SCHEDULER
from bot.cli import main
from bot.contest import rounds
from bot.contest.record.canonical import printed_digest, sha256
from bot.jobs import JOBS
from bot.recording import records
from bot.recording.record_signing import sign_waiting
from bot.settings import Settings, load_settings
from bot.work import Work
from models.audit import AuditEntry, JobRun
from models.records import RoundRecord
from models.session import reading, writing
from tests.support.records import file_of, setting, small_record, tampered
from tests.support.settings import config_file
from tests.support.town import Town, at
from tests.support.work import work_of

ROOT = Path(__file__).resolve().parents[3]
SMALL = file_of(small_record())
DIGEST = printed_digest(sha256(SMALL))
NOW = at("2023-06-03 10:00")
KEY, OTHER_KEY = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))


def private_pem(path: Path, key: Ed25519PrivateKey = KEY) -> Path:
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


def public_pem(path: Path, key: Ed25519PrivateKey = KEY) -> Path:
    path.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return path


def run(*args: object) -> Result:
    result = CliRunner().invoke(main, [str(one) for one in args])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "2023-05.json"
    path.write_bytes(SMALL)
    return path


# verify


def test_whole_record_names_the_winners_and_the_digest(file: Path) -> None:
    result = run("record", "verify", file)
    assert (result.exit_code, result.output.splitlines()) == (0, [
        "啄木鸟 2023-05 第 1 版，纠错 8 条",
        "重算一致。最佳：10001；优秀：10002、10004（各人以本轮最早一条的编号表示）",
        f"SHA-256 {sha256(SMALL)}", f"校验码 {DIGEST}（请和报上印的比对）"])


def test_changed_record_is_told_where_it_differs(file: Path) -> None:
    file.write_bytes(tampered(SMALL, setting("reports", 3, "marks", [1, 1, 1])))
    result = run("record", "verify", file)
    assert result.exit_code == 1
    assert {"reports[3]：内容和它的校验码不符", "reports[3].marks：评分 4 写的是 [1, 1, 0]，这里是 [1, 1, 1]"} <= set(
        result.output.splitlines())
    assert "重算一致" not in result.output


@pytest.mark.parametrize(("content", "code"), [
    (SMALL, 0), (SMALL[:-1], 1), (SMALL[:99], 1), (b"", 2), (b"Dear editor", 2), (b"{}", 2), (b"[]", 2),
    (SMALL.replace(b'"format":1', b'"format":2'), 2),
], ids=range(8))
def test_exit_codes(file: Path, content: bytes, code: int) -> None:
    file.write_bytes(content)
    assert run("record", "verify", file).exit_code == code


def test_file_that_cannot_be_opened_is_one_sentence(tmp_path: Path) -> None:
    result = run("record", "verify", tmp_path / "none.json")
    assert (result.exit_code, result.output) == (2, f"{tmp_path / 'none.json'}: No such file or directory\n")
    assert run("record", "verify", tmp_path).exit_code == 2


@pytest.mark.parametrize(("typed", "code"), [(DIGEST, 0), (DIGEST.lower().replace("-", " "), 0), ("0000-0000-0000-0000", 1)])
def test_digest_as_printed_is_compared(file: Path, typed: str, code: int) -> None:
    result = run("record", "verify", file, "--digest", typed)
    assert (result.exit_code, "报上印的是 0000" in result.output) == (code, code == 1)


def test_signature_beside_the_file_is_checked_with_the_public_key(file: Path, tmp_path: Path) -> None:
    signature = tmp_path / "2023-05.json.sig"
    signature.write_bytes(KEY.sign(SMALL))
    right, wrong = public_pem(tmp_path / "a.pem"), public_pem(tmp_path / "b.pem", OTHER_KEY)
    assert run("record", "verify", file, "--public-key", right).exit_code == 0
    assert run("record", "verify", file, "--public-key", wrong).exit_code == 1
    elsewhere = signature.rename(tmp_path / "elsewhere")
    assert run("record", "verify", file, "--public-key", right).exit_code == 2
    assert run("record", "verify", file, "--public-key", right, "--signature", elsewhere).exit_code == 0


@pytest.mark.parametrize("content", [b"", b"not a key", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_public_key_that_is_none_is_one_sentence(file: Path, tmp_path: Path, content: bytes) -> None:
    (key := tmp_path / "key.pem").write_bytes(content)
    result = run("record", "verify", file, "--public-key", key)
    assert (result.exit_code, result.output) == (2, f"{key}: not a public key in PEM\n")


@pytest.mark.parametrize(("content", "code"), [(SMALL, 0), (SMALL[:-1] + b" ", 1)], ids=["whole", "damaged"])
def test_a_fresh_process_without_configuration_or_database_verifies(file: Path, content: bytes, code: int) -> None:
    file.write_bytes(content)
    bare = {key: value for key, value in os.environ.items() if not key.startswith("WOODPECKER_")} | {
        "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, "-m", "bot", "record", "verify", file.name], cwd=file.parent, env=bare,
                          capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr.decode(), "校验码" in done.stdout.decode()) == (code, "", True)
    assert sorted(path.name for path in file.parent.iterdir()) == [file.name]


# export, from a round that was picked


@pytest.fixture
def picked(engine: Engine) -> RoundRecord:
    with Session(engine, expire_on_commit=False) as session:
        town = Town.founded(session)
        for n, name in enumerate("甲乙", 1):
            town.grade(town.file(name, town.said(n)).report_id)
        rounds.close_round(session, town.round().id, actor=SCHEDULER, now=town.round().closes_at)
        assert rounds.pick_round(session, town.round().id, actor=SCHEDULER, now=at("2023-06-02 00:15"))
        session.commit()
        row = session.scalars(select(RoundRecord)).one()
        assert row.parts  # read here: the tests have no session for it
        return row


@pytest.fixture
def command(tmp_path: Path, database_url: str) -> Callable[..., Result]:
    config = config_file(tmp_path, database_url)
    return lambda *args: run("--config", config, *args)


def test_exported_record_is_the_file_that_was_kept_and_verifies(
    command: Callable[..., Result], picked: RoundRecord, tmp_path: Path
) -> None:
    result = command("record", "export", "啄木鸟", "2023-05")
    assert (result.exit_code, result.stdout_bytes) == (0, records.body(picked))
    assert result.stderr == f"第 1 版，印出的校验码 {picked.digest}\n"
    (path := tmp_path / "file").write_bytes(result.stdout_bytes)
    assert run("record", "verify", path, "--digest", picked.digest).exit_code == 0


def test_export_of_what_is_not_there_is_one_sentence(command: Callable[..., Result], picked: RoundRecord) -> None:
    assert picked.version == 1
    export = ("record", "export", "啄木鸟")
    results = [command(*export, "2023-06"), command(*export, "2023-05", "--version", "2")]
    assert [(one.exit_code, one.output) for one in results] == [
        (1, "没有 啄木鸟 2023-06 的评选记录。\n"), (1, "没有 啄木鸟 2023-05 的评选记录第 2 版。\n")]


def test_signature_is_exported_where_there_is_one(
    command: Callable[..., Result], picked: RoundRecord, engine: Engine, tmp_path: Path
) -> None:
    out = tmp_path / "file.sig"
    refused = command("record", "export", "啄木鸟", "2023-05", "--signature", out)
    assert (refused.exit_code, out.exists()) == (2, False)
    assert sign_waiting(engine, private_pem(tmp_path / "key.pem"), now=NOW) == {"signed": 1}
    assert command("record", "export", "啄木鸟", "2023-05", "--signature", out).exit_code == 0
    (path := tmp_path / "file").write_bytes(records.body(picked))
    assert run("record", "verify", path, "--public-key", public_pem(tmp_path / "pub.pem")).exit_code == 0


# the job that signs


def test_without_a_key_nothing_is_signed_and_nothing_is_said(engine: Engine, picked: RoundRecord, settings: Settings) -> None:
    assert JOBS["sign_records"](work_of(engine, settings), NOW) == {}
    with reading(engine) as session:
        assert [one.id for one in records.unsigned(session)] == [picked.id]


@pytest.mark.slow
def test_lost_key_is_told_once_and_stops_nothing(engine: Engine, picked: RoundRecord, tmp_path: Path) -> None:
    def told() -> list[object]:
        work = work_of(engine, load_settings(config))
        return [_ran(work), _ran(work)]

    config = config_file(tmp_path, engine.url.render_as_string(hide_password=False))
    config.write_text(config.read_text(encoding="utf-8") + '[records]\nsigning_key = "key.pem"\n', encoding="utf-8")
    assert told() == [{"unsigned": 1}, {}]
    private_pem(tmp_path / "key.pem")
    assert told() == [{"signed": 1}, {}]
    with reading(engine) as session:
        row = session.get_one(RoundRecord, picked.id)
        body = records.body(picked)
        assert (row.sha256, records.body(row), row.signature) == (picked.sha256, body, KEY.sign(body))


def _ran(work: Work) -> object:
    """The job as the scheduler runs it, with its row."""
    from bot.jobs import run as run_job

    return run_job("sign_records", work)


@pytest.mark.slow
def test_key_of_another_kind_is_not_used(engine: Engine, picked: RoundRecord, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    assert sign_waiting(engine, path, now=NOW) == {"unsigned": 1}
    with reading(engine) as session:
        assert (session.get_one(RoundRecord, picked.id).signature, session.scalars(select(JobRun)).all()) == (None, [])


# the audit trail


@pytest.mark.slow
def test_audit_verify_names_the_entry_that_was_changed(
    command: Callable[..., Result], picked: RoundRecord, engine: Engine
) -> None:
    assert picked.chain_number is None
    assert command("audit", "verify").output.startswith("操作记录 0 条，链完好；还有 ")
    command("job", "seal_audit")
    whole = command("audit", "verify")
    assert (whole.exit_code, whole.output.endswith("条，链完好。\n")) == (0, True)
    with writing(engine) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "pick_round")).one()
        session.execute(update(AuditEntry).where(AuditEntry.id == entry.id).values(details={"winners": 3}))
    broken = command("audit", "verify")
    assert (broken.exit_code, broken.output) == (
        1, f"操作记录链第 {entry.chain_number} 条（记录 {entry.id}）：内容改过，或前面改过\n")
