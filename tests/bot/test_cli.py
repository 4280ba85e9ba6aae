"""The operator's commands, each with what goes wrong: one sentence and exit code 1, never a traceback."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from tests.support.settings import config_file
from tests.support.town import as_bytes, issue_file

Command = Callable[..., Result]


@pytest.fixture
def command(tmp_path: Path, database_url: str) -> Command:
    """Runs a command on a migrated database of its own."""
    config = config_file(tmp_path, database_url)
    return lambda *args: CliRunner().invoke(main, ["--config", str(config), *args])


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    paths = []
    for month in ("2023-05", "2023-06"):
        path = tmp_path / f"{month}.json"
        path.write_bytes(as_bytes(issue_file(month=month, date=None)))
        paths.append(str(path))
    return paths


def outcome(result: Result) -> tuple[int, str]:
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


CREATE = ("contests", "create", "啄木鸟", "--account", "main", "--paper", "社区晨报·柳湾", "--publication-day", "10",
          "--deadline-day", "1")


def test_missing_configuration_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "none.toml"
    result = CliRunner().invoke(main, ["--config", str(path), "rounds", "list"])
    assert outcome(result) == (1, f"{path}: no such file. Copy config.example.toml there and fill it in.\n")


def test_wrong_configuration_names_the_key(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[server]\nsecret_key = 'short'\n", encoding="utf-8")
    code, text = outcome(CliRunner().invoke(main, ["--config", str(path), "job", "all"]))
    assert (code, "accounts: missing" in text, "server.secret_key" in text) == (1, True, True)


@pytest.mark.parametrize("args", [("rounds", "list"), ("job", "all"), ("scheduler",), CREATE])
def test_database_without_a_schema_says_what_to_do(tmp_path: Path, args: tuple[str, ...]) -> None:
    config = config_file(tmp_path, f"sqlite:///{tmp_path / 'new.db'}")
    code, text = outcome(CliRunner().invoke(main, ["--config", str(config), *args]))
    assert (code, text.count("\n"), "python -m bot db upgrade" in text) == (1, 1, True)


def test_database_that_cannot_be_opened_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    config = config_file(tmp_path, f"sqlite:///{tmp_path / 'folder.db'}")
    code, text = outcome(CliRunner().invoke(main, ["--config", str(config), "rounds", "list"]))
    said = "unable to open database file. Is its disk mounted, and may the user who runs this write to its folder?"
    assert (code, text) == (1, f"The database cannot be used: {said}\n")


def test_upgrade_makes_the_database_and_its_folder(tmp_path: Path) -> None:
    config = config_file(tmp_path, "")
    made = f"A new database was made, sqlite:///{tmp_path}/data/woodpecker.db: nothing is in it yet.\n"
    for said in (made, ""):
        assert outcome(CliRunner().invoke(main, ["--config", str(config), "db", "upgrade"])) == (
            0, f"{said}The database is up to date.\n")
    assert (tmp_path / "data" / "woodpecker.db").exists()


def test_papers_are_imported_shown_first_and_only_once(command: Command, files: list[str]) -> None:
    lines = [f"{path}: 社区晨报·柳湾 {Path(path).stem}: new, 1 pages, 32 articles\n  + 02版 32篇\n" for path in files]
    assert outcome(command("papers", "import", "--dry-run", *files)) == (
        0, "".join(lines) + "Dry run: nothing was imported.\n")
    assert outcome(command("papers", "import", *files)) == (0, "".join(lines) + "Imported.\n")
    again = "".join(line.split("new")[0] + "unchanged, 1 pages, 32 articles\n" for line in lines)
    assert outcome(command("papers", "import", *files)) == (0, again + "Nothing to import.\n")


def test_one_wrong_file_and_none_is_imported(command: Command, files: list[str], tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{\n"edition": "x",\n', encoding="utf-8")
    code, text = outcome(command("papers", "import", *files, str(wrong)))
    assert code == 1
    assert text.splitlines()[0].startswith(f"{wrong}：第3行不合JSON的格式")
    assert text.splitlines()[-1] == "这次什么都没有导入。"
    assert "new, 1 pages" in command("papers", "import", "--dry-run", *files).output


def test_missing_file_is_said(command: Command) -> None:
    code, text = outcome(command("papers", "import", "none.json"))
    assert (code, "none.json" in text) == (2, True)


def test_staff_are_added_once(command: Command) -> None:
    args = ("staff", "add", "zhubian", "--name", "主编", "--role", "chief", "--password", "a long enough one")
    assert outcome(command(*args)) == (0, "zhubian may sign in now.\n")
    assert outcome(command(*args)) == (1, "这个登录名已经有人用了，请换一个。\n")


def test_somebody_else_gets_a_drawn_password_shown_once(command: Command) -> None:
    code, text = outcome(command("staff", "add", "jia", "--name", "编辑甲", "--role", "editor", "--initial"))
    first, drawn, last = text.splitlines()
    assert (code, first, last) == (0, "The initial password of jia, good for seven days and shown this once:",
                                   "jia may sign in now.")
    assert re.fullmatch(r"[2-9a-z]{4}(?: [2-9a-z]{4}){4}", drawn)
    code, text = outcome(command("staff", "reset-password", "JIA"))
    assert code == 0
    assert text.splitlines()[1] != drawn
    assert outcome(command("staff", "reset-password", "nobody")) == (1, "没有登录名是nobody的人。\n")


def test_password_is_typed_or_drawn_and_asked_for_otherwise(command: Command) -> None:
    who = ("staff", "add", "jia", "--name", "编辑甲", "--role", "editor")
    assert outcome(command(*who, "--initial", "--password", "a long enough one"))[0] == 2
    assert "Password:" in command(*who).output


def test_lost_telephone_of_the_first_admin_is_taken_away(command: Command) -> None:
    command("staff", "add", "boss", "--name", "管理员", "--role", "admin", "--password", "a long enough one")
    assert outcome(command("staff", "reset-second-factor", "BOSS")) == (0, "BOSS has no second factor.\n")
    assert outcome(command("staff", "reset-second-factor", "nobody")) == (1, "没有登录名是nobody的人。\n")


def test_weak_password_is_refused(command: Command) -> None:
    code, text = outcome(command("staff", "add", "a", "--name", "甲", "--role", "editor", "--password", "short"))
    assert (code, text) == (1, "密码至少要 12 位，最多 128 位。\n")


def test_contest_is_created_with_its_rounds_though_nothing_is_imported(command: Command) -> None:
    assert outcome(command(*CREATE)) == (0, "啄木鸟: created.\n")
    assert outcome(command(*CREATE)) == (1, "已经有一个活动叫“啄木鸟”。\n")
    code, text = outcome(command("rounds", "list"))
    assert (code, len(text.splitlines())) == (0, 4)
    assert all("  open  deadline " in line for line in text.splitlines())


def test_contest_of_an_unknown_account_is_refused(command: Command) -> None:
    args = [part if part != "main" else "nobody" for part in CREATE]
    code, text = outcome(command(*args))
    assert (code, "no [accounts.nobody] in the configuration" in text) == (2, True)


def test_rounds_not_due_are_left_alone(command: Command) -> None:
    command(*CREATE)
    number = command("rounds", "list").output.split()[0]
    assert outcome(command("rounds", "close", number)) == (
        0, "Nothing to do: closed before, or the deadline has not passed.\n")
    assert outcome(command("rounds", "pick", number)) == (0, "Nothing to do: picked before, or not closed yet.\n")


@pytest.mark.parametrize("args", [("rounds", "close"), ("rounds", "pick")])
def test_round_that_is_not_there_is_said_so(command: Command, args: tuple[str, ...]) -> None:
    """Not that there is nothing to do, which would be believed."""
    assert outcome(command(*args, "99")) == (1, "There is no round 99: python -m bot rounds list shows them.\n")
    assert outcome(command(*args, "9" * 20))[0] == 2
    assert outcome(command("readers", "erase", "9" * 20))[0] == 2


def test_jobs_run_by_hand_twice_without_harm(command: Command) -> None:
    command(*CREATE)
    first, second = command("job", "all"), command("job", "all")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "make_rounds: nothing to do" in second.output
    assert outcome(command("job", "seal_audit"))[0] == 0
    assert outcome(command("job", "nothing_such"))[0] == 2


def test_example_of_the_exchange_format_is_json(files: list[str]) -> None:
    assert json.loads(Path(files[0]).read_text("utf-8"))["issue"] == "2023-05"
