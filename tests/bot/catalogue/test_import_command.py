"""`papers import` with PDFs, folders and tables: shown first, all or nothing, pictures taken back with it."""

from __future__ import annotations

import json
import os
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
    return [path for path in (tmp_path / "data" / "pages").rglob("*") if path.is_file()]


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
        f"{folder}/第01版.pdf等2个文件：看不出是哪份报纸，请选一下报纸。",
        "命令行用 --paper 和 --issue 写明。", "这次什么都没有导入。"]  # fmt: skip


def test_wrong_issue_and_empty_folder_are_said(command: Command, folder: Path, tmp_path: Path) -> None:
    assert "expected 2026-11 or 2026-11-08, found 11月" in command(folder, "--issue", "11月").output
    (tmp_path / "empty").mkdir()
    assert command(tmp_path / "empty", *SAID).output.splitlines()[0] == f"{tmp_path}/empty：文件夹里没有文件。"


def test_table_of_titles_is_imported(command: Command, session: Session, tmp_path: Path) -> None:
    table = tmp_path / "titles.csv"
    table.write_text("版面,标题\n2,社区食堂开张\n", encoding="utf-8")
    assert command(table, *SAID).output.endswith("Imported.\n")
    assert session.scalars(select(Article.title)).all() == ["社区食堂开张"]


RAW = """02 身边
2026.11.8 责任编辑 / 柳小满

近日，柳湾街道召开会议，就改造
旧书屋进行动员。书屋将搬到二楼，
读者可以坐着看书。

社社区区食食堂堂重重新新开开门门

昨天上午，停业两个月的食堂重新
开门迎客，老人凭卡打八折，门口
排起了队。

柳柳湾湾书书屋屋搬搬到到二二楼楼
"""


def test_raw_text_comes_in_with_its_doubled_titles_mended(command: Command, session: Session, tmp_path: Path) -> None:
    (tmp_path / "02.txt").write_text(RAW, encoding="utf-8")
    assert command(tmp_path / "02.txt", *SAID).output.endswith("Imported.\n")
    assert sorted(session.scalars(select(Article.title))) == ["柳湾书屋搬到二楼", "社区食堂重新开门"]


@pytest.mark.skipif("WOODPECKER_CORPUS" not in os.environ, reason="WOODPECKER_CORPUS is not set")
@pytest.mark.parametrize("name", ["liangcheng-2021-01", "liangcheng-2021-04-14"])
def test_raw_text_of_the_corpus_comes_in_with_its_doubled_titles_mended(
    command: Command, session: Session, name: str
) -> None:
    corpus = Path(os.environ["WOODPECKER_CORPUS"])
    result = command(corpus / "raw" / f"{name}.txt", "--paper", "社区晨报·凉城", "--issue", name[11:18])
    assert result.output.endswith("Imported.\n")
    wanted = json.loads((corpus / "papers" / f"{name}.json").read_text("utf-8"))["pages"][0]
    titles = ["".join(title.split()) for title in session.scalars(select(Article.title))]
    for article in wanted["articles"]:
        assert any("".join(article["title"].split()) in title for title in titles), article["title"]
