"""Pages are imported by the command, and a message about each, through the safe account's door, is located."""

from __future__ import annotations

import json
import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bot.demo.material import Month
from models.papers import Article, Issue, Page
from models.reports import Report
from models.session import reading
from tests.support.site import Site
from tests.support.world import article, at, issue, page

pytestmark = pytest.mark.slow
CORPUS = os.environ.get("WOODPECKER_CORPUS")


def import_files(site: Site, files: list[Path], *, contest_of: list[str]) -> str:
    names = [word for name in contest_of for word in ("--paper", name)]
    site.command("contests", "create", "社区晨报啄木鸟", "--account", "main", *names,
                 "--publication-day", "6", "--deadline-day", "5")
    return site.command("papers", "import", *map(str, files))


def quotations(paper: dict[str, Any]) -> list[tuple[str, str]]:
    """(page number, twelve characters in a row) of each page: words a reader might quote."""
    found = []
    for printed_page in paper["pages"]:
        printed = "\n".join(text for one in printed_page["articles"] for text in one["paragraphs"])
        words = re.search("[一-龥]{12}", printed)
        assert words is not None
        found.append((printed_page["number"], words.group()))
    return found


def located(engine: Engine) -> list[tuple[str, str, str]]:
    """(how the search ended, month, page) of each report in order."""
    with reading(engine) as session:
        return [tuple(row) for row in session.execute(
            select(Report.located, Issue.month, Page.number).join(Article, Article.id == Report.article_id)
            .join(Page, Page.id == Article.page_id).join(Issue, Issue.id == Page.issue_id).order_by(Report.id))]


def tell_of_each_page(site: Site, papers: list[dict[str, Any]]) -> tuple[list[str], list[tuple[str, str, str]]]:
    """Sends one message about every page; gives the replies and what must have been found."""
    replies, expected = [], []
    for paper in papers:
        for number, words in quotations(paper):
            content = f"{paper['edition']}{int(paper['issue'][:4])}年{int(paper['issue'][5:])}月，“{words}”应为“{words[:-1]}”"
            answer = site.send(site.text("oA", content, msg_id=len(replies)))
            assert answer is not None
            replies.append(str(answer["Content"]))
            expected.append(("found", paper["issue"], number))
    return replies, expected


@pytest.mark.skipif(not CORPUS, reason="WOODPECKER_CORPUS names no folder with papers/*.json")
def test_the_real_pages_import_and_a_message_about_each_is_located(site, engine):
    files = sorted((Path(str(CORPUS)) / "papers").glob("*.json"))
    papers = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    assert len(files) == 3
    assert site.settings.accounts["main"].mode == "safe"

    said = import_files(site, files, contest_of=sorted({paper["edition"] for paper in papers}))
    assert said.splitlines()[-1] == "Imported."
    assert site.command("papers", "import", *map(str, files)).splitlines()[-1] == "Nothing to import."
    site.start_web("waitress")
    replies, expected = tell_of_each_page(site, papers)

    assert located(engine) == expected
    assert [reply for reply in replies if "不参加评奖" not in reply and "找到了" not in reply] == []


def test_the_demos_pages_import_and_a_message_about_each_is_located(site, engine, tmp_path):
    month = Month("this_month", "2026-11", date(2026, 11, 30), date(2026, 11, 6))
    files = []
    for name, data in month.papers():
        files.append(tmp_path / name)
        files[-1].write_bytes(data)
    papers = [json.loads(data) for _, data in month.papers()]
    site.stand_at(at("11-12 09:00"))

    assert import_files(site, files, contest_of=[paper["edition"] for paper in papers]).endswith("Imported.\n")
    site.start_web("waitress")
    replies, expected = tell_of_each_page(site, papers)

    assert len(expected) == 15  # 16 pages, two of them a spread
    assert located(engine) == expected
    assert [reply for reply in replies if "报上找到了这处。" not in reply] == []


def test_an_import_into_the_running_web_is_seen_by_the_next_message(site, engine, tmp_path):
    site.command("contests", "create", "社区晨报啄木鸟", "--account", "main", "--paper", "社区晨报·柳湾",
                 "--publication-day", "6", "--deadline-day", "5")
    site.start_web()
    paper = issue("社区晨报·柳湾", "2026-11", page("02", article("a1", "亮灯", "杏花小区门口新装了路登，居民出门不再摸黑。")),
                  aliases=("柳湾",))
    (tmp_path / "november.json").write_text(json.dumps(paper), encoding="utf-8")
    words = "柳湾2版“新装了路登”应为“新装了路灯”"

    before = site.send(site.text("oA", words, msg_id=1))
    site.command("papers", "import", str(tmp_path / "november.json"))
    after = site.send(site.text("oB", words, msg_id=2))

    assert before is not None
    assert after is not None
    assert "找到" not in str(before["Content"])
    assert "报上找到了这处。" in str(after["Content"])
