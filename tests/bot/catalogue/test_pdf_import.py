"""Three typeset newspapers imported without help: text in its article, quoted errors marked where they are printed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.audit import OPERATOR
from bot.catalogue import drawing, editing, geometry, importer, sources
from bot.catalogue.boxes import PageBoxes, article_name, decode
from bot.catalogue.exchange import ArticleFile
from bot.catalogue.library import Library
from bot.catalogue.pdf.mending import arranged, recomposed
from bot.catalogue.sources import Hint, ReadIssue
from bot.media.store import Store
from bot.understanding.read import read
from bot.understanding.values import SUBTITLE, TITLE, Place, Waiting
from models.papers import Article, Issue, Page, PageGeometry
from tests.support.newsprint import NO_FONT, Letter, cannot_typeset
from tests.support.press import JUMPING, Printed, printed
from tests.support.slips import Slip, slips
from tests.support.town import at

pytestmark = [pytest.mark.slow, pytest.mark.skipif(cannot_typeset(), reason=NO_FONT)]
NOW = at("2026-11-21 12:00")
KNOWN = (("社区晨报·柳湾", ("柳湾",)), ("社区晨报·梧桐里", ("梧桐里",)))


@cache
def issues() -> tuple[ReadIssue, ...]:
    """The three PDFs read; the month before prints no paper's name."""
    hints = [Hint(known=KNOWN), Hint(known=KNOWN), Hint(paper="社区晨报·柳湾", known=KNOWN)]
    return tuple(sources.read([(paper.name, paper.data)], hint)[0] for paper, hint in zip(printed(), hints, strict=True))


def bring(session: Session, *read_issues: ReadIssue, now: datetime = NOW) -> None:
    importer.apply(session, importer.plan(session, read_issues), actor=OPERATOR, now=now)
    session.commit()
    session.expire_all()


def landed(page: PageBoxes, width: float, height: float, letters: list[Letter]) -> list[str | None]:
    """The article in which each printed letter ended; None for one that is in none."""
    owner = {span.first + n: span.article for span in page.spans for n in range(span.letters)}
    places: dict[str, list[tuple[float, float, int]]] = {}
    for n, (text, box) in enumerate(zip(page.text, page.boxes, strict=True)):
        places.setdefault(text, []).append(((box[0] + box[2]) / 131070 * width, (box[1] + box[3]) / 131070 * height, n))
    found = []
    for letter in letters:
        x, y = (letter.box.left + letter.box.right) / 2, (letter.box.top + letter.box.bottom) / 2
        near = [n for left, top, n in places.get(letter.text, ())
                if abs(left - x) < 0.2 * letter.size and abs(top - y) < 0.2 * letter.size]  # fmt: skip
        found.append(owner.get(near[0]) if near else None)
    return found


def test_pages_have_their_numbers_names_and_dates() -> None:
    said = [(one.file.edition, one.file.month, str(one.file.published_on), [(p.number, p.name) for p in one.file.pages])
            for one in issues()]  # fmt: skip
    assert said == [
        ("社区晨报·柳湾", "2026-11", "2026-11-08",
         [("01", None), ("02", "身边"), ("03", "民生"), ("04、05", "专题"), ("06", None)]),
        ("社区晨报·梧桐里", "2026-11", "2026-11-08", [("01", None), ("02", "身边"), ("03", "绿色"), ("04", "民生")]),
        ("社区晨报·柳湾", "2026-10", "2026-10-10", [("01", "头版"), ("02", "民生"), ("03", "健康")]),
    ]
    assert sum(len(paper.pages) for paper in printed()) == 12


def test_at_least_95_in_100_letters_are_in_the_right_article() -> None:
    right = total = 0
    for paper, issue in zip(printed(), issues(), strict=True):
        where: dict[str, Counter[str | None]] = {}
        for sheet, page in zip(paper.pages.values(), issue.file.pages, strict=True):
            assert page.form is not None
            letters = [] if sheet.scanned else [letter for letter in sheet.letters if letter.article]
            for letter, home in zip(letters, landed(decode(page.form.boxes), page.form.width, page.form.height, letters),
                                    strict=True):  # fmt: skip
                where.setdefault(letter.article, Counter())[home] += 1
        for homes in where.values():
            total += homes.total()
            right += max((count for home, count in homes.items() if home is not None), default=0)
    assert total > 9000
    assert right / total >= 0.95


def article(paper: int, page: str, title: str) -> ArticleFile:
    found = next(one for one in issues()[paper].file.pages if one.number == page)
    return next(one for one in found.articles if one.title.replace(" ", "") == title.replace(" ", ""))


@pytest.mark.parametrize(("paper", "page", "key"), [
    (0, "02", "a6"), (0, "04、05", "a15"), (0, "03", "a11"), (1, "02", "a6"), (1, "04", "a28"), (1, "02", "a8"),
    (2, "02", "a24"), (2, "02", "a22"),
])  # fmt: skip
def test_article_reads_as_it_was_written(paper: int, page: str, key: str) -> None:
    story = printed()[paper].stories[key]
    found = article(paper, page, story.title)
    assert found.paragraphs == story.paragraphs
    assert (found.title, found.subtitle or "", found.byline or "") == (story.title, story.subtitle, story.byline)


def test_story_that_jumps_is_one_article_with_letters_on_both_pages() -> None:
    story = printed()[0].stories[JUMPING]
    found = article(0, "01", story.title)
    assert found.paragraphs == story.paragraphs
    name = article_name("01", found.key)
    on = [page.number for page in issues()[0].file.pages if page.form
          and any(span.article == name for span in decode(page.form.boxes).spans)]  # fmt: skip
    assert on == ["01", "03"]
    assert all(one.kind != "continued" for page in issues()[0].file.pages for one in page.articles)


def test_kinds_are_told() -> None:
    kinds = {one.kind for issue in issues() for page in issue.file.pages for one in page.articles}
    assert kinds == {"masthead", "news", "caption", "notice", "letter", "table", "ad"}
    table = article(0, "04、05", "一年报修一览")
    assert table.paragraphs == ("月份 报修件数 最多的一类", "三月 二十一 水管", "六月 三十四 电路", "九月 二十七 门窗")


def test_page_without_text_is_said() -> None:
    assert issues()[0].notes == ("06版没有文字层（可能是扫描的图），只存了版面图，文字要另外录入。",)
    assert issues()[0].file.pages[4].articles == ()


@dataclass
class Outcome:
    right: int = 0
    wrong: int = 0
    none: int = 0


def true_boxes(paper: Printed, slip: Slip) -> list[tuple[str, Letter]]:
    """The printed letters of the slip's wrong words with their page."""
    meant = range(slip.offset, slip.offset + len(slip.wrong))
    return [(number, letter) for number, sheet in paper.pages.items() for letter in sheet.letters
            if letter.article == slip.article and letter.unit == slip.unit and letter.offset in meant]  # fmt: skip


def covers(marks: tuple[geometry.Marked, ...], pages: dict[int, tuple[str, float, float]],
           letters: list[tuple[str, Letter]]) -> str:  # fmt: skip
    """right: the middle of every letter and figure lies in a mark, and the marks are not much larger; wrong: beside."""
    if not marks:
        return "none"
    boxes = [(pages[m.page_id][0], r.left * pages[m.page_id][1], r.top * pages[m.page_id][2],
              r.right * pages[m.page_id][1], r.bottom * pages[m.page_id][2]) for m in marks for r in m.rects]  # fmt: skip
    hit = all(
        any(number == page and left <= (x.box.left + x.box.right) / 2 <= right
            and top <= (x.box.top + x.box.bottom) / 2 <= bottom for page, left, top, right, bottom in boxes)
        for number, x in letters if x.text.isalnum())  # fmt: skip
    drawn = sum((right - left) * (bottom - top) for _, left, top, right, bottom in boxes)
    meant = sum((x.box.right - x.box.left) * x.size for _, x in letters)
    return "right" if hit and drawn <= 1.6 * meant else "wrong"


def test_of_60_quoted_errors_95_in_100_are_marked_and_none_at_a_wrong_place(session: Session) -> None:
    bring(session, *issues())
    index = Library().index(session.connection())
    pages = {row.id: (row.number, row.width, row.height) for row in session.execute(
        select(Page.id, Page.number, PageGeometry.width, PageGeometry.height).join(
            PageGeometry, PageGeometry.page_id == Page.id))}
    outcome = Outcome()
    tried = [(paper, slip) for paper in printed() for slip in slips(paper)][:60]
    assert len(tried) == 60
    for paper, slip in tried:
        cited = f"{paper.paper}{int(paper.month[5:])}月{slip.page}版《{slip.title}》"
        text = f"{cited}，“{slip.quoted}”，“{slip.wrong}”应为“{slip.right}”"
        place = read(text, sent_at=NOW, index=index, waiting=Waiting()).findings[0].place
        marked = geometry.marks(session.connection(), place) if place is not None and place.end > place.start else ()
        said = covers(marked, pages, true_boxes(paper, slip))
        setattr(outcome, said, getattr(outcome, said) + 1)
    assert outcome.wrong == 0
    assert outcome.right >= 57


def test_words_that_jump_are_marked_on_the_page_they_stand_on(session: Session) -> None:
    bring(session, issues()[0])
    story = printed()[0].stories[JUMPING]
    row = session.scalars(select(Article).where(Article.title == story.title)).one()
    numbers = {page.id: page.number for page in session.scalars(select(Page))}
    torn = next(n for n in range(len(story.paragraphs)) if len(pages_of(session, row, n, numbers)) == 2)
    assert pages_of(session, row, torn, numbers) == ["01", "03"]
    assert pages_of(session, row, len(story.paragraphs) - 1, numbers) == ["03"]
    assert pages_of(session, row, TITLE, numbers) == ["01"]


def pages_of(session: Session, row: Article, paragraph: int, numbers: dict[int, str]) -> list[str]:
    text = row.title if paragraph == TITLE else row.paragraphs[paragraph]
    place = Place(0, 0, row.page_id, row.id, paragraph, 0, len(text))
    return [numbers[mark.page_id] for mark in geometry.marks(session.connection(), place)]


def test_pictures_are_stored_by_content_and_named_on_their_pages(session: Session, tmp_path: Path) -> None:
    store = Store(str(tmp_path / "pages"))
    seen: list[tuple[int, int]] = []
    bring(session, *drawing.with_pictures(issues()[:1], store, lambda *done: seen.append(done)))
    rows = session.scalars(select(PageGeometry)).all()
    assert seen == [(n, 5) for n in range(1, 6)]
    assert [store.get(row.picture or "")[:4] for row in rows] == [b"RIFF"] * 5
    assert [row.picture_width for row in rows] == [1700, 1700, 1700, 3400, 1700]
    assert geometry.pictures_in_use(session.connection()) == {row.picture for row in rows}


def test_pictures_of_an_import_that_failed_are_taken_back(session: Session, tmp_path: Path) -> None:
    store = Store(str(tmp_path / "pages"))
    drawn = drawing.with_pictures(issues()[2:], store)
    drawing.discard(session.connection(), store, drawn)
    assert [path for path in (tmp_path / "pages").rglob("*") if path.is_file()] == []


def test_same_pdf_again_is_unchanged_and_keeps_its_keys(session: Session) -> None:
    bring(session, issues()[1])
    keys = session.scalars(select(Article.key).order_by(Article.id)).all()
    (change,) = importer.plan(session, issues()[1:2]).changes
    assert (change.unchanged, change.lines, change.notes) == (True, (), ())
    assert [one.key for page in change.file.pages for one in page.articles] == keys


def test_failed_apply_leaves_nothing(session: Session, engine: Engine) -> None:
    with Session(engine) as other:
        importer.apply(other, importer.plan(other, issues()[:1]), actor=OPERATOR, now=NOW)
        other.rollback()
    counts: list[Any] = [session.scalars(select(table)).first() for table in (Article, Page, PageGeometry)]
    assert counts == [None, None, None]


def test_mended_issue_is_written_back_and_the_same_file_stays_unchanged(session: Session) -> None:
    bring(session, issues()[2])
    issue_id = session.scalars(select(Issue.id)).one()
    before = editing.stored(session, issue_id)
    assert [page.articles for page in before.pages] == [page.articles for page in issues()[2].file.pages]
    articles = arranged(before.pages)
    last = articles[-1]
    # The article's last line becomes its subtitle.
    mended = [*articles[:-1], replace(last, subtitle=last.body[-1:], body=last.body[:-1])]
    editing.write_back(session, issue_id, recomposed(before.pages, mended), actor=OPERATOR, now=NOW)
    session.commit()
    session.expire_all()
    row = session.scalars(select(Article).where(Article.key == last.key)).one()
    assert (row.subtitle, row.byline) == ("（澄溪区燃气服务站）", None)
    (marked,) = geometry.marks(session.connection(), Place(0, 0, row.page_id, row.id, SUBTITLE, 0, len(row.subtitle or "")))
    assert len(marked.rects) == 1
    assert importer.plan(session, issues()[2:]).changes[0].unchanged
