"""`replay --into`: past messages into the real database, tried first, never twice, on both databases."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from bot import conversations, replay
from bot.audit import OPERATOR
from bot.cli import main
from bot.contest import contests
from bot.intake import CannotStore, Intake
from models.audit import AuditEntry
from models.enums import ReportState
from models.messages import Message
from models.readers import Person, Reader
from models.reports import Erratum, Report
from models.session import reading
from tests.support.settings import raw_account
from tests.support.town import EARLY, MORNING, PAPER, Town, as_bytes, at, issue_file, word

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
CONFIG = """
[server]
data_dir = "{folder}"
database_url = "{url}"
secret_key = "only-for-tests-0123456789012345678901234567890123456789"
"""
TABLES = (Message, Reader, Person, Report, Erratum, AuditEntry)
Command = Callable[..., Result]


def turn(text: str, moment: str = "08:00", day: str = "2023-05-20") -> dict[str, str]:
    return {"sent_at": f"{day}T{moment}:00+08:00", "text": text}


def report(number: int, moment: str = "08:00") -> dict[str, str]:
    wrong, right = word(number)
    return turn(f"柳湾2023年5月02版，“{wrong}”应为“{right}”", moment)


TALKS: list[dict[str, Any]] = [
    {"id": "late", "turns": [report(7, "10:00")]},
    {"id": "early", "turns": [report(7, "09:00"), turn("谢谢", "09:05")]},
    {"id": "two", "turns": [report(1, "11:00"), report(2, "11:30")]},
    {"id": "vague", "turns": [turn("柳湾社区晨报2023年5月02版有个错字")]},
    {"id": "lamp", "turns": [turn("我家楼下的路灯坏了，什么时候来修")]},
]
FORESEEN = """\
late: messages 1, reports 1: 1 placed
early: messages 2, reports 1: 1 placed
two: messages 2, reports 2: 2 placed
"""


@pytest.fixture
def town(begun: tuple[str, Town], session: Session) -> Town:
    return begun[1].again(session)


@pytest.fixture
def config(tmp_path: Path, database_url: str) -> Path:
    path = tmp_path / "config.toml"
    account = "".join(f"{name} = {json.dumps(value)}\n" for name, value in raw_account("main", 1).items())
    path.write_text(CONFIG.format(folder=tmp_path, url=database_url) + "[accounts.main]\n" + account, encoding="utf-8")
    return path


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., str]:
    def write(*talks: dict[str, Any], more: str = "") -> str:
        path = tmp_path / "talks.jsonl"
        path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in talks) + more, encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def command(config: Path) -> Command:
    return lambda *args, answer=None: CliRunner().invoke(
        main, ["--config", str(config), "replay", "--into", *args], input=answer)


def outcome(result: Result) -> tuple[int, str]:
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def counts(engine: Engine) -> dict[str, int]:
    with reading(engine) as session:
        return {table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES}


def test_the_dry_run_says_what_would_come_in_and_writes_nothing(
    town: Town, engine: Engine, command: Command, file: Callable[..., str]
) -> None:
    before = counts(engine)
    code, text = outcome(command("--input", file(*TALKS), "--dry-run"))
    assert code == 0
    assert text.startswith(FORESEEN)
    assert text.splitlines()[3:] == [
        "vague: messages 1, reports 1: 1 half told",
        "lamp: messages 1, reports 0; 1 for a person",
        "Dry run: 7 new messages for main, 0 are in already.",
        "Nothing was written.",
    ]
    assert counts(engine) == before


@pytest.mark.parametrize("answer", ["n\n", "\n"])
def test_whoever_does_not_say_yes_writes_nothing(
    town: Town, engine: Engine, command: Command, file: Callable[..., str], answer: str
) -> None:
    before = counts(engine)
    code, text = outcome(command("--input", file(*TALKS), answer=answer))
    assert (code, text.splitlines()[-1]) == (0, "Nothing was written.")
    assert counts(engine) == before


def test_where_nobody_can_answer_nothing_is_written(
    town: Town, engine: Engine, command: Command, file: Callable[..., str]
) -> None:
    before = counts(engine)
    assert outcome(command("--input", file(*TALKS), answer=""))[0] == 1
    assert counts(engine) == before


def test_messages_come_in_at_their_own_moments(
    town: Town, engine: Engine, command: Command, file: Callable[..., str]
) -> None:
    code, text = outcome(command("--input", file(*TALKS), answer="y\n"))
    assert (code, text.splitlines()[-1]) == (0, "7 messages came in.")
    with reading(engine) as session:
        rows = session.execute(
            select(Reader.openid, Report.sent_at, Report.counts_at, Report.wrong, Report.state, Report.erratum_id)
            .join(Report, Report.reader_id == Reader.id).order_by(Report.id)).all()
        moments = list(session.scalars(select(Message.received_at).order_by(Message.id)))
    filed = [row for row in rows if row.state is ReportState.FILED]
    assert [(row.openid, row.counts_at, row.wrong) for row in filed] == [
        ("replay-early", at("2023-05-20 09:00"), word(7)[0]), ("replay-late", at("2023-05-20 10:00"), word(7)[0]),
        ("replay-two", at("2023-05-20 11:00"), word(1)[0]), ("replay-two", at("2023-05-20 11:30"), word(2)[0])]  # fmt: skip
    assert [row.sent_at for row in filed] == [row.counts_at for row in filed]
    assert filed[0].erratum_id == filed[1].erratum_id
    assert moments == sorted(moments)


def test_the_record_names_the_operator_and_how_many_came_in(
    town: Town, engine: Engine, command: Command, file: Callable[..., str]
) -> None:
    command("--input", file(*TALKS), "--yes")
    with reading(engine) as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (entry.verb, entry.actor_kind.value, entry.details) == ("bring_in_messages", "operator", {"messages": 7})


def test_a_second_run_brings_nothing_in_twice(
    town: Town, engine: Engine, command: Command, file: Callable[..., str]
) -> None:
    command("--input", file(*TALKS), "--yes")
    before = counts(engine)
    code, text = outcome(command("--input", file(*TALKS), "--yes"))
    assert code == 0
    assert text.splitlines()[1] == "early: messages 2 (2 in already), reports 1: 1 placed"
    assert text.splitlines()[-2:] == ["Dry run: 0 new messages for main, 7 are in already.", "Nothing was written."]
    assert counts(engine) == before


def test_a_conversation_that_has_grown_goes_on(
    town: Town, engine: Engine, command: Command, file: Callable[..., str]
) -> None:
    command("--input", file(*TALKS), "--yes")
    grown = {"id": "two", "turns": [*TALKS[2]["turns"], report(3, "12:00")]}
    code, text = outcome(command("--input", file(grown), "--yes"))
    assert (code, text.splitlines()) == (0, [
        "two: messages 3 (2 in already), reports 3: 3 placed",
        "Dry run: 1 new messages for main, 2 are in already.", "1 messages came in."])  # fmt: skip
    with reading(engine) as session:
        ordinals = session.scalars(select(Report.ordinal).join(Reader).where(Reader.openid == "replay-two"))
        assert sorted(ordinals) == [1, 2, 3]


def test_a_wrong_line_is_named_and_nothing_is_half_imported(
    town: Town, engine: Engine, command: Command, file: Callable[..., str]
) -> None:
    before = counts(engine)
    path = file(*TALKS, {"id": "x", "turns": [turn("你好", day="2090-01-01")]}, more="{\n")
    code, text = outcome(command("--input", path, "--yes"))
    assert code == 1
    assert text.splitlines()[0] == f"{path}: line 6: turn 1: sent_at '2090-01-01T08:00:00+08:00' lies in the future"
    assert text.splitlines()[1].startswith(f"{path}: line 7: not JSON: ")
    assert counts(engine) == before


def test_about_an_issue_whose_deadline_has_passed_a_report_is_late(
    town: Town, command: Command, file: Callable[..., str]
) -> None:
    after = report(4) | {"sent_at": "2023-06-02T08:00:00+08:00"}
    text = outcome(command("--input", file({"id": "a", "turns": [after]}), "--dry-run"))[1]
    assert text.splitlines()[0] == "a: messages 1, reports 1: 1 placed, 1 late"


def test_the_account_is_found_or_has_to_be_named(town: Town, command: Command, file: Callable[..., str],
                                                 config: Path, session: Session) -> None:
    path = file(*TALKS)
    assert outcome(command("--input", path, "--account", "other", "--yes")) == (
        1, "No contest runs on the account other; contests run on: main.\n")
    other = "".join(f"{name} = {json.dumps(value)}\n" for name, value in raw_account("compat", 2).items())
    config.write_text(config.read_text("utf-8") + "[accounts.compat]\n" + other, encoding="utf-8")
    town.bring(issue_file(edition="社区晨报·城东"))
    papers = [one for one in town.session.scalars(select(replay.Paper)) if one.name != PAPER]
    contests.create_contest(session, name="城东", account="compat", account_title="社区发布2",
                            paper_ids=[one.id for one in papers], publication_day=10, deadline_day=1, actor=OPERATOR,
                            now=EARLY)  # fmt: skip
    session.commit()
    assert outcome(command("--input", path, "--yes")) == (
        1, "Name the account with --account; contests run on: compat, main.\n")
    assert "for main" in outcome(command("--input", path, "--dry-run", "--account", "main"))[1]


def test_without_a_contest_it_says_so(session: Session, command: Command, file: Callable[..., str]) -> None:
    assert outcome(command("--input", file(*TALKS), "--yes")) == (
        1, "Name the account with --account; contests run on: none.\n")


def test_folder_of_papers_does_not_go_with_the_real_database(
    town: Town, command: Command, file: Callable[..., str], tmp_path: Path
) -> None:
    code, text = outcome(command("--input", file(*TALKS), "--papers", str(tmp_path)))
    assert (code, "leave out --papers and --output" in text) == (2, True)


def test_a_dry_run_is_one_of_bringing_in(file: Callable[..., str]) -> None:
    code, text = outcome(CliRunner().invoke(main, ["replay", "--input", file(*TALKS), "--dry-run"]))
    assert (code, "go with --into" in text) == (2, True)


def test_what_a_busy_database_left_out_comes_in_with_the_next_run(
    town: Town, engine: Engine, command: Command, file: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, take, taken = file(*TALKS), Intake.take, iter(range(100))

    def gives_up(self: Intake, *args: Any, **more: Any) -> str | None:
        if next(taken) == 7 + 3:  # after the dry run's seven
            raise CannotStore
        return take(self, *args, **more)

    monkeypatch.setattr(Intake, "take", gives_up)
    code, text = outcome(command("--input", path, "--yes"))
    said = "The database took no more: 3 messages came in, 4 are left. Run the same command again; nothing comes in twice."
    assert (code, text.splitlines()[-1]) == (1, said)
    monkeypatch.undo()
    assert outcome(command("--input", path, "--yes"))[1].splitlines()[-1] == "4 messages came in."
    assert counts(engine)["message"] == 7


def test_what_readers_said_before_is_no_ones_business_of_the_dry_run(
    town: Town, engine: Engine, tmp_path: Path, session: Session
) -> None:
    """The copy holds contest and papers, nobody's messages."""
    town.file("somebody", town.said(7), MORNING)
    session.commit()
    parsed = conversations.parse("talks", as_bytes(TALKS[0]).replace(b"\n", b""))
    foreseen = replay.foresee(engine, tmp_path, parsed, account="main", secret="s", progress=lambda _: None)
    assert [(one.reports, one.placed) for one in foreseen] == [(1, 1)]
    copy = replay.make_engine(f"sqlite:///{tmp_path / 'dry-run.db'}")
    assert counts(copy) | {"audit_entry": 0} == dict.fromkeys(counts(copy), 0) | {
        "message": 1, "reader": 1, "person": 1, "report": 1, "erratum": 1}  # fmt: skip
    copy.dispose()


def test_a_progress_bar_is_drawn_on_a_terminal(
    town: Town, config: Path, file: Callable[..., str], database_kind: str
) -> None:
    if database_kind != "sqlite":
        pytest.skip("the bar does not depend on the database")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "bot", "--config", str(config), "replay", "--into", "--yes", "--input", file(*TALKS)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=theirs, stderr=theirs, stdin=theirs,
                               env=os.environ | {"TERM": "xterm"})  # fmt: skip
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # Linux says so at the end of a terminal
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    assert process.wait(timeout=60) == 0
    text = shown.decode()
    assert "dry run" in text
    assert "bring in" in text
    assert "100%" in text
    assert "7 messages came in." in text
