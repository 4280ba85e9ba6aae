"""Importing issues: dry run, diff, all or nothing, anchors kept or let go and found again; on both databases."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from bot.audit import OPERATOR
from bot.catalogue import importer
from bot.catalogue.library import Library, read_catalogue
from bot.errors import ImportProblem
from bot.filing import reports
from bot.reading_jobs import place_unplaced
from bot.understanding.read import read
from bot.understanding.values import Finding, Waiting
from models.audit import AuditEntry
from models.papers import Article, CatalogueVersion, Issue, Page, Paper
from models.reports import Erratum, Report
from tests.support.town import EARLY, PAPER, Town, as_bytes, at, issue_file, word
from tests.support.work import work_of

NOON = at("2023-05-20 12:00")


def small(*keys: str, month: str = "2023-05", **texts: str) -> dict[str, Any]:
    articles = [{"id": key, "title": f"题{key}", "paragraphs": [texts.get(key, f"正文{key}")]} for key in keys]
    return {"edition": PAPER, "issue": month, "pages": [{"number": "02", "articles": articles, "captions": [
        {"id": "c1", "paragraphs": ["志愿者在讲解分类知识很耐心"]}]}]}


def bring(session: Session, *raws: dict[str, Any]) -> tuple[importer.IssueChange, ...]:
    plan = importer.preview(session, [(f"{n}.json", as_bytes(raw)) for n, raw in enumerate(raws)])
    importer.apply(session, plan, actor=OPERATOR, now=EARLY)
    session.flush()
    session.expire_all()
    return plan.changes


def counts(session: Session) -> list[int]:
    return [session.scalar(select(func.count()).select_from(table)) or 0 for table in (Paper, Issue, Page, Article)]


def test_import_brings_paper_issue_pages_articles_and_captions(session: Session) -> None:
    (change,) = bring(session, small("a1", "a2"))
    assert (change.new_paper, change.known, change.unchanged, change.pages, change.articles) == (True, False, False, 1, 3)
    assert change.lines == ("+ 02版 3篇",)
    assert counts(session) == [1, 1, 1, 3]
    caption = session.scalars(select(Article).where(Article.key == "c1")).one()
    assert (caption.kind, caption.title, caption.paragraphs) == ("caption", "", ["志愿者在讲解分类知识很耐心"])
    kinds = [a.kind for a in read_catalogue(session.connection(), 1).papers[0].issues[0].pages[0].articles]
    assert kinds == ["news", "news", "caption"]
    session.flush()
    entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "import_issue")).one()
    assert entry.details["articles"] == 3


def test_words_of_a_caption_are_found(session: Session) -> None:
    bring(session, small("a1"))
    reading = read(f"{PAPER}2版，“分类知识很耐心”应为“分类知识，很耐心”", sent_at=NOON,
                   index=Library().index(session.connection()), waiting=Waiting())
    place = reading.findings[0].place
    assert place is not None
    assert place.article_id == session.scalar(select(Article.id).where(Article.key == "c1"))


def test_same_bytes_again_change_nothing(session: Session) -> None:
    bring(session, small("a1"))
    version = session.scalar(select(CatalogueVersion.version))
    (change,) = bring(session, small("a1"))
    assert (change.known, change.unchanged, change.lines) == (True, True, ())
    assert session.scalar(select(CatalogueVersion.version)) == version


def test_preview_writes_nothing(session: Session) -> None:
    plan = importer.preview(session, [("a.json", as_bytes(small("a1")))])
    assert (plan.anything, counts(session)) == (True, [0, 0, 0, 0])


def test_diff_says_what_comes_goes_and_changes(session: Session) -> None:
    bring(session, small("a1", "a2", "a3"))
    raw = small("a1", "a3", "a4", a3="另一篇正文")
    raw["pages"][0]["captions"] = []
    raw["pages"].append({"number": "03", "articles": []})
    (change,) = importer.preview(session, [("a.json", as_bytes(raw))]).changes
    assert sorted(change.lines) == ["+ 02版 《题a4》", "+ 03版 0篇", "- 02版 《题a2》", "- 02版 图说“志愿者在讲解分类知识很耐”",
                                    "~ 02版 《题a3》"]


def test_one_wrong_file_and_nothing_of_any_is_imported(session: Session) -> None:
    with pytest.raises(ImportProblem) as found:
        importer.preview(session, [("a.json", as_bytes(small("a1"))), ("b.json", b"{"), ("c.json", b'{"issue": 1}')])
    assert [sentence.split("：")[0] for sentence in found.value.problems] == ["b.json", "c.json", "c.json", "c.json", "c.json"]
    assert counts(session) == [0, 0, 0, 0]


def test_one_issue_in_two_files_is_a_problem(session: Session) -> None:
    with pytest.raises(ImportProblem, match=r"b\.json：.* 在 a\.json 里已经有一份"):
        importer.preview(session, [("a.json", as_bytes(small("a1"))), ("b.json", as_bytes(small("a2")))])


def test_import_fills_the_planned_issue(session: Session) -> None:
    town = Town.founded(session, imported=False)
    planned = session.scalars(select(Issue.id).where(Issue.month == "2023-05")).one()
    bring(session, small("a1"))
    assert session.scalars(select(Issue.id).where(Issue.month == "2023-05")).one() == planned
    assert town.round().state == "open"


def test_reimport_keeps_the_rows_that_reports_point_at(session: Session) -> None:
    town = Town.founded(session)
    number = town.file("甲", town.said(3)).report_id
    before = town.report(number)
    raw = issue_file()
    raw["pages"][0]["articles"][4]["paragraphs"] = ["换了一篇"]
    bring(session, raw)
    after = town.report(number)
    assert (after.article_id, after.quote_start, after.version) == (before.article_id, before.quote_start, 1)


def without(key: str, **changes: Any) -> dict[str, Any]:
    raw = copy.deepcopy(issue_file())
    for article in list(raw["pages"][0]["articles"]):
        if article["id"] == key:
            raw["pages"][0]["articles"].remove(article)
            if changes:
                raw["pages"][0]["articles"].append(article | changes)
    return raw


def anchored(town: Town) -> tuple[int, int]:
    """An accepted report at error 3 and one that only states that article."""
    number = town.file("甲", town.said(3)).report_id
    town.grade(number)
    article_id = town.report(number).article_id
    stated = town.file("乙", Finding(page="02", article_text="第3篇报道", article_id=article_id, wrong="某字")).report_id
    return number, stated


def test_vanished_article_lets_its_reports_and_errata_go(session: Session) -> None:
    town = Town.founded(session)
    number, stated = anchored(town)
    bring(session, without("a3"))
    report, erratum = town.report(number), town.erratum(number)
    assert (report.located, report.article_id, report.quote_start, report.state) == ("not_found", None, None, "decided")
    assert (erratum.article_id, erratum.span_start, erratum.points_milli) == (None, None, 1000)
    assert reports.current_finding(session.connection(), number).place is None
    assert (town.report(stated).stated_article_id, town.report(stated).article_text) == (None, "第3篇报道")


def test_vanished_page_lets_its_reports_go(session: Session) -> None:
    town = Town.founded(session)
    number, _ = anchored(town)
    raw = issue_file()
    raw["pages"][0]["number"] = "07"
    bring(session, raw)
    assert (town.report(number).located, town.report(number).page_label) == ("not_found", None)


def test_job_finds_words_again_that_an_import_moved(session: Session, engine: Engine, settings: Any) -> None:
    town = Town.founded(session)
    number, _ = anchored(town)
    before = town.report(number)
    bring(session, without("a3", id="z3"))
    session.commit()
    assert place_unplaced(work_of(engine, settings), NOON)["placed"] >= 1
    after, erratum = town.report(number), town.erratum(number)
    session.commit()
    assert after.located == "found"
    assert (after.article_id != before.article_id, after.counts_at, after.round_id) == (True, before.counts_at, before.round_id)
    assert (erratum.article_id, erratum.points_milli) == (after.article_id, 1000)
    assert len([e for e in town.errata() if session.get_one(Erratum, e).article_id == after.article_id]) == 1


@pytest.mark.slow
def test_words_corrected_in_a_new_import_are_let_go_and_others_stay(session: Session) -> None:
    town = Town.founded(session)
    gone = town.file("甲", town.said(3)).report_id
    kept = town.file("甲", town.found("a3", "居民", "市民")).report_id
    bring(session, without("a3", paragraphs=[f"居民都说{word(3)[1]}开张是件大好事。"]))
    assert (town.report(gone).located, town.report(kept).located) == ("not_found", "found")
    assert (town.erratum(gone).article_id, town.erratum(kept).article_id) == (None, town.report(kept).article_id)
    assert town.count(Report) == 2


def test_paper_that_was_renamed_is_known_by_its_old_name(session: Session) -> None:
    bring(session, small("a1"))
    paper = session.scalars(select(Paper)).one()
    paper.name, paper.aliases = "柳湾新报", [*paper.aliases, PAPER]
    session.flush()
    (change,) = bring(session, small("a1", "a2"))
    assert (change.new_paper, change.known, counts(session)[:2]) == (False, True, [1, 1])
