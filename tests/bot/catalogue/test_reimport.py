"""The same issue imported again: keys, boxes and the reports' places kept, or what is lost said beforehand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit import OPERATOR
from bot.catalogue import copies, geometry, importer
from bot.catalogue.boxes import PageBoxes, PrintedLine, Span, article_name, encode
from bot.catalogue.exchange import ArticleFile, IssueFile, PageFile, PageForm
from bot.catalogue.matching import Known, with_known_keys
from bot.catalogue.sources import ReadIssue
from bot.understanding.values import WHOLE, Place
from models.papers import Article, Page, PageGeometry
from tests.support.town import EARLY, PAPER, Town, as_bytes

CANTEEN = "停业改造两个多月的社区食唐重新开门迎客。"
SHOP = "书屋从地下室搬到了活动中心二楼，借书不再办卡。"


def article(key: str, title: str, *paragraphs: str) -> ArticleFile:
    return ArticleFile(key, "news", title, None, None, paragraphs)


def form(number: str, *articles: ArticleFile) -> PageForm:
    """A page on which every paragraph is one line; each letter a hundredth wide, the lines a tenth apart."""
    text, boxes, lines, spans = "", [], [], []
    for one in articles:
        for n, words in ((-1, one.title), *enumerate(one.paragraphs)):
            top = 6000 * len(lines)
            spans.append(Span(article_name(number, one.key), n, 0, len(text), len(words)))
            lines.append(PrintedLine(len(text), len(words), 0.01, True))
            boxes += [(650 * i, top, 650 * (i + 1), top + 650) for i in range(len(words))]
            text += words
    return PageForm(500, 700, encode(PageBoxes(text, boxes, tuple(lines), tuple(spans))))


def read(*articles: ArticleFile, digest: str = "1", pictured: bool = True, number: str = "02") -> ReadIssue:
    page = PageFile(number, "身边", (), articles, form(number, *articles) if pictured else None)
    return ReadIssue(IssueFile("a.pdf", PAPER, (), "2023-05", None, (page,), keys_are_ours=True), digest)


def bring(session: Session, issue: ReadIssue) -> importer.IssueChange:
    plan = importer.plan(session, [issue])
    importer.apply(session, plan, actor=OPERATOR, now=EARLY)
    session.commit()
    session.expire_all()
    return plan.changes[0]


def test_pages_that_would_go_are_named(session: Session) -> None:
    bring(session, read(article("", "食堂", CANTEEN)))
    (change,) = importer.plan(session, [read(article("", "书屋", SHOP), digest="2", number="03")]).changes
    assert change.notes[0] == "原来的02版这次没有，导入后会删去。只换几版，也请把整期一起传。"


def marked(session: Session, title: str, paragraph: int, words: str) -> list[tuple[int, int]]:
    """(line, first letter) of each box of some words of an article."""
    row = session.scalars(select(Article).where(Article.title == title)).one()
    start = row.paragraphs[paragraph].index(words)
    place = Place(0, 0, row.page_id, row.id, paragraph, start, start + len(words))
    return [(round(rect.top * 65535 / 6000), round(rect.left * 65535 / 650))
            for mark in geometry.marks(session.connection(), place) for rect in mark.rects]  # fmt: skip


def test_articles_keep_their_keys_when_another_comes_before_them(session: Session) -> None:
    bring(session, read(article("02-1", "食唐开张", CANTEEN), article("02-2", "书屋搬家", SHOP)))
    ids = {row.title: row.id for row in session.execute(select(Article.title, Article.id))}
    change = bring(session, read(article("02-1", "通知", "二十六日停水检修。"), article("02-2", "食唐开张", CANTEEN),
                                 article("02-3", "书屋搬家", SHOP), digest="2"))  # fmt: skip
    assert change.lines == ("+ 02版 《通知》",)
    rows = session.execute(select(Article.title, Article.id, Article.key)).all()
    assert {row.title: row.id for row in rows if row.title in ids} == ids
    assert len({row.key for row in rows}) == 3
    assert marked(session, "食唐开张", 0, "食唐") == [(3, 11)]
    assert marked(session, "书屋搬家", 0, "二楼") == [(5, 13)]


@pytest.mark.parametrize(("known", "expected"), [
    ([], ["02-1", "02-2"]),
    ([Known("02", "a7", "书屋搬家", (SHOP,)), Known("02", "a3", "食唐开张", (CANTEEN,))], ["a3", "a7"]),
    ([Known("03", "a7", "书屋搬家", (SHOP,))], ["02-1", "02-2"]),  # another page
    ([Known("02", "a7", "书屋搬家", ("全是别的话。",))], ["02-1", "a7"]),  # the title alone
    ([Known("02", "a7", "新的题目", (SHOP,))], ["02-1", "a7"]),  # the text alone
    ([Known("02", "02-1", "旧文一篇", ("已经没有了。",))], ["02-1-2", "02-2"]),  # a key in use is given to no other
])  # fmt: skip
def test_keys_of_known_articles_are_taken_over(known: list[Known], expected: list[str]) -> None:
    file = read(article("02-1", "食唐开张", CANTEEN), article("02-2", "书屋搬家", SHOP)).file
    assert [one.key for one in with_known_keys(file, known).pages[0].articles] == expected


def test_keys_that_a_file_states_are_never_changed() -> None:
    file = replace(read(article("x1", "食唐开张", CANTEEN)).file, keys_are_ours=False)
    assert with_known_keys(file, [Known("02", "a3", "食唐开张", (CANTEEN,))]) == file


def exchange(**texts: str) -> dict[str, Any]:
    articles = [{"id": key, "title": "食唐开张", "paragraphs": [text]} for key, text in texts.items()]
    return {"edition": PAPER, "issue": "2023-05", "pages": [{"number": "02", "articles": articles}]}


def test_import_without_pictures_fits_the_boxes_to_the_new_text(session: Session) -> None:
    bring(session, read(article("a1", "食唐开张", CANTEEN)))
    mended = exchange(a1="【本报讯】" + CANTEEN.replace("社区", "柳湾社区"))
    plan = importer.preview(session, [("b.json", as_bytes(mended))])
    assert plan.changes[0].notes == ("这次没有版面图，原来1个版的版面图会留着，字的位置按新文字重新对上。",)
    importer.apply(session, plan, actor=OPERATOR, now=EARLY)
    session.commit()
    session.expire_all()
    assert marked(session, "食唐开张", 0, "食唐") == [(1, 11)]


def test_reports_whose_words_move_are_named_before_the_import(session: Session) -> None:
    town = Town.founded(session)
    number = town.file("甲", town.said(3)).report_id
    kept = town.file("乙", town.said(4)).report_id
    session.commit()
    rows = session.scalars(select(Article).order_by(Article.position)).all()
    articles = [ArticleFile(row.key, row.kind, row.title, None, None, tuple(row.paragraphs)) for row in rows]
    articles[2] = replace(articles[2], paragraphs=("换了一篇。",))
    (change,) = importer.plan(session, [read(*articles, digest="2")]).changes
    assert change.notes == (f"{number}号纠错所指的字句在新版里变了位置，导入后会自动重找，找不到的请人工核对。",)
    assert kept != number


def test_same_paragraph_in_another_paper_is_linked_and_said(session: Session) -> None:
    bring(session, read(article("a1", "食唐开张", CANTEEN, "短句。")))
    other = read(article("b1", "食堂开门", "导语在此，另写了一句话。", CANTEEN), article("b2", "书屋搬家", SHOP))
    file = replace(other.file, edition="社区晨报·梧桐里")
    change = bring(session, replace(other, file=file))
    assert change.notes == (f"02版《食堂开门》与{PAPER}同文，差错会一起提示。",)
    first, second = (session.scalars(select(Article).where(Article.key == key)).one() for key in ("a1", "b1"))
    db = session.connection()
    assert copies.copies_of(db, first.id, 0) == [copies.Copy(second.id, 1, "社区晨报·梧桐里", "02", "食堂开门")]
    assert copies.copies_of(db, second.id, 1) == [copies.Copy(first.id, 0, PAPER, "02", "食唐开张")]
    assert copies.copies_of(db, first.id, 1) == []


def test_page_that_goes_takes_its_geometry_along(session: Session) -> None:
    bring(session, read(article("a1", "食唐开张", CANTEEN)))
    bring(session, read(article("a1", "食唐开张", CANTEEN), number="03", digest="2"))
    assert [row.page_id for row in session.scalars(select(PageGeometry))] == list(session.scalars(select(Page.id)))


def test_article_as_a_whole_is_marked_by_its_title(session: Session) -> None:
    bring(session, read(article("a1", "食唐开张", CANTEEN)))
    row = session.scalars(select(Article)).one()
    (mark,) = geometry.marks(session.connection(), Place(0, 0, row.page_id, row.id, WHOLE, 0, 0))
    assert [round(rect.right * 65535 / 650) for rect in mark.rects] == [4]
    assert geometry.marks(session.connection(), Place(0, 0, row.page_id, 999, 0, 0, 2)) == ()
