"""The guides for operators: every command, option, configuration key and error code they name is really there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bot.cli import main
from bot.commands import backups as backup_commands
from bot.settings import AccountSettings, Settings
from bot.wechat.codes import advise
from bot.wechat.profiles import GRANTS, NAMES, Call

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "接入公众号.md"
GUIDES = [path for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *ROOT.glob("docs/deploy/*.cron")])
          if path.name != "CHANGELOG.md" and re.search(r"python -m bot [a-z]|^ +wp [a-z]", path.read_text("utf-8"), re.MULTILINE)]
ROWS = {
    "48 小时内把结果告诉读者": Call.CUSTOMER, "48 小时以后把结果告诉读者": Call.TEMPLATE, "听语音": Call.MEDIA,
    "菜单": Call.MENU, "获奖文章放进草稿箱": Call.DRAFT, "文章由程序发布": Call.PUBLISH,
    "每份报纸一个二维码": Call.QRCODE,
}
"""Row of the guide's table of types → the call it speaks of."""


def commands(path: Path) -> Iterator[tuple[str, ...]]:
    """What stands after `python -m bot` (or deploy.md's `wp`) in lines to type, in backticks, and in what cron runs."""
    text = path.read_text(encoding="utf-8")
    form = (r"^ {4,}(?:\S*python -m bot|wp) ([^>;&\n]+)|`(?:\S*python -m bot|wp) ([a-z][^`]*)`"
            r"|[&;] \.venv/bin/python -m bot ([^>;&\n]+)")
    for found in re.findall(form, text, re.MULTILINE):
        words = shlex.split(" ".join(found))
        if words != ["…"]:
            yield tuple(words)


def problem(words: tuple[str, ...]) -> str | None:
    """What of a command is not there."""
    command: click.Command = main
    rest = list(words)
    while rest and isinstance(command, click.Group):
        if rest[0] == "--help":
            return None
        if isinstance(command, backup_commands.Backup) and rest[0] not in command.commands:
            rest.insert(0, "write")  # as the command itself takes it
        inner = command.commands.get(rest.pop(0))
        if inner is None:
            return f"no such command: {' '.join(words)}"
        command = inner
    options = {option for one in command.params for option in (*one.opts, *one.secondary_opts)} | {"--help"}
    return next((f"{word}: {' '.join(words)}" for word in rest if word.startswith("--") and word not in options), None)


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.name)
def test_every_command_that_a_guide_names_exists(path: Path) -> None:
    assert list(commands(path)) != []
    assert [found for found in map(problem, commands(path)) if found] == []


def test_a_command_that_is_not_there_is_noticed() -> None:
    assert problem(("accounts", "dance")) == "no such command: accounts dance"
    assert problem(("accounts", "publish-menu", "main", "--loud")) == "--loud: accounts publish-menu main --loud"


def keys() -> set[str]:
    """Every key of the configuration, sections and accounts alike."""
    sections = [field.annotation for field in Settings.model_fields.values()]
    found = {key for section in sections if hasattr(section, "model_fields") for key in section.model_fields}
    return found | set(AccountSettings.model_fields)


def test_every_configuration_key_of_the_guide_exists() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)(?: = [^`]*)?`", text))
    named |= {key for row in re.findall(r"^\| (`[^|]+) \|", text, re.MULTILINE) for key in re.findall(r"`(\w+)`", row)}
    named |= {key.lower() for key in re.findall(r"WOODPECKER_ACCOUNTS_MAIN_(\w+)", text)}
    named -= {"token_file"}  # any text may come from a file
    assert {"app_id", "aes_key", "trusted_proxies", "kind", "verified"} <= named
    assert named - keys() == set()


def test_every_error_code_of_the_guide_is_known() -> None:
    codes = {int(code) for code in re.findall(r"\b[48]\d{4}\b|\b61004\b", GUIDE.read_text(encoding="utf-8"))}
    assert {40164, 61004, 48001, 89503} <= codes
    assert {code for code in codes if advise(code) == advise(99999)} == set()


def test_table_of_types_says_what_the_profiles_say() -> None:
    types = [("subscription", False), ("subscription", True), ("service", False), ("service", True), ("test", False)]
    found = {}
    for line in GUIDE.read_text(encoding="utf-8").splitlines():
        title, *cells = [cell.strip() for cell in line.strip("|").split("|")]
        if title in ROWS:
            found[title] = [cell.startswith("有") for cell in cells]
    assert found == {title: [call in GRANTS[one] for one in types] for title, call in ROWS.items()}


def test_guide_names_the_results_of_the_check() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert NAMES[Call.MENU] in text
    assert NAMES[Call.QRCODE] in text
    assert all(word in text for word in ("能用", "未开通", "不能用", "没查清"))
