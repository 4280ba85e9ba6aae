"""`papers import` with PDFs, folders and tables: shown first, all or nothing, pictures taken back with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cli import main
from models.papers import Article, Issue, Page, PageGeometry
from tests.support.pdfs import made_pdf
from tests.support.settings import config_file

Command = Callable[..., Result]
SAID = ("--paper", "社区晨报·柳湾", "--issue", "2026-11-08")


@pytest.fixture
def command(tmp_path: Path, database_url: str) -> Command:
    config = config_file(tmp_path, database_url)
    return lambda *args: CliRunner().invoke(main, ["--config", str(config), "papers", "import", *map(str, args)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two pages, one PDF each, and a hidden file that is none."""
    pages = tmp_path / "2026-11-08"
    pages.mkdir()
    for number in (1, 2):
        (pages / f"第0{number}版.pdf").write_bytes(made_pdf((50, 500, f"page {number} of the paper")))
    (pages / ".DS_Store").write_bytes(b"\0")
    return pages


def pictures(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "data").rglob("*") if path.is_file()]


def test_folder_of_pages_is_shown_imported_and_then_unchanged(command: Command, folder: Path, session: Session,
                                                               tmp_path: Path) -> None:  # fmt: skip
    head = f"{folder}/第01版.pdf等2个文件: 社区晨报·柳湾 2026-11: "
    lines = "  + 01版 1篇\n  + 02版 1篇\n"
    shown = command(folder, *SAID, "--dry-run")
    assert shown.output == f"{head}new, 2 pages, 2 articles\n{lines}Dry run: nothing was imported.\n"
    assert pictures(tmp_path) == []
    assert command(folder, *SAID).output == f"{head}new, 2 pages, 2 articles\n{lines}Imported.\n"
    assert len(pictures(tmp_path)) == 2
    assert session.scalars(select(Page.number).order_by(Page.position)).all() == ["01", "02"]
    assert str(session.scalars(select(Issue.published_on)).one()) == "2026-11-08"
    assert session.scalars(select(Article.paragraphs)).all() == [["page 1 of the paper"], ["page 2 of the paper"]]
    assert command(folder, *SAID).output == f"{head}unchanged, 2 pages, 2 articles\nNothing to import.\n"


def test_one_broken_page_and_nothing_is_left(command: Command, folder: Path, session: Session, tmp_path: Path) -> None:
    (folder / "第03版.pdf").write_bytes(b"%PDF-1.4 broken")
    (folder / "第04版.pdf").write_bytes(b"")
    result = command(folder, *SAID)
    assert (result.exit_code, result.output) == (1, (
        f"{folder}/第03版.pdf：文件坏了，打不开。请重新导出一次。\n"
        f"{folder}/第04版.pdf：文件是空的，请重新导出一次。\n这次什么都没有导入。\n"))  # fmt: skip
    assert (pictures(tmp_path), session.scalars(select(PageGeometry)).all()) == ([], [])


def test_paper_that_cannot_be_told_is_asked_for(command: Command, folder: Path) -> None:
    result = command(folder, "--issue", "2026-11")
    assert result.output.splitlines() == [
        f"{folder}/第01版.pdf等2个文件：看不出是哪份报纸，请选一下报纸（命令行用--paper）。", "这次什么都没有导入。"]  # fmt: skip


def test_wrong_issue_and_empty_folder_are_said(command: Command, folder: Path, tmp_path: Path) -> None:
    assert "expected 2026-11 or 2026-11-08, found 11月" in command(folder, "--issue", "11月").output
    (tmp_path / "empty").mkdir()
    assert command(tmp_path / "empty", *SAID).output.splitlines()[0] == f"{tmp_path}/empty：文件夹里没有文件。"


def test_table_of_titles_is_imported(command: Command, session: Session, tmp_path: Path) -> None:
    table = tmp_path / "titles.csv"
    table.write_text("版面,标题\n2,社区食堂开张\n", encoding="utf-8")
    assert command(table, *SAID).output.endswith("Imported.\n")
    assert session.scalars(select(Article.title)).all() == ["社区食堂开张"]
