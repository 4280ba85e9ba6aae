"""What was cited, held against print: an article that jumps stands on two pages, and neither is a mistake."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from bot.catalogue.boxes import PageBoxes, PrintedLine, Span, encode
from bot.filing import cited
from bot.understanding.values import Place
from models.papers import Article, Issue, Page, PageGeometry, Paper


def boxes(*spans: Span) -> bytes:
    """A line of eight letters."""
    return encode(PageBoxes("甲乙丙丁戊己庚辛", [(n * 100, 0, n * 100 + 90, 90) for n in range(8)],
                            (PrintedLine(0, 8, 0.01, False),), spans))  # fmt: skip


@pytest.fixture
def article(session: Session) -> Article:
    """Its first paragraph begins on page 01 and goes on on page 03; page 02 holds nothing of it."""
    paper = Paper(name="河畔社区报", aliases=[])
    session.add(paper)
    session.flush()
    issue = Issue(paper_id=paper.id, month="2026-11")
    session.add(issue)
    session.flush()
    pages = [Page(issue_id=issue.id, position=n, number=f"0{n}") for n in (1, 2, 3)]
    session.add_all(pages)
    session.flush()
    spans = (Span("01/a1", 0, 0, 0, 8),), (), (Span("01/a1", 0, 8, 0, 8),)
    session.add_all(PageGeometry(page_id=page.id, width=680, height=820, boxes=boxes(*those))
                    for page, those in zip(pages, spans, strict=True))  # fmt: skip
    row = Article(page_id=pages[0].id, position=1, key="a1", title="食堂开张", paragraphs=["甲乙丙丁戊己庚辛" * 2])
    session.add(row)
    session.flush()
    return row


@pytest.mark.parametrize(("start", "end", "stated", "page"), [
    (0, 4, None, "01"), (0, 4, "01", "01"), (0, 4, "03", "01"), (0, 4, "02", "01"),
    (10, 12, None, "01"), (10, 12, "01", "01"), (10, 12, "03", "03"), (10, 12, "02", "03"),
    (6, 10, "01", "01"), (6, 10, "03", "03"), (6, 10, "02", "01"),
])  # fmt: skip
def test_page_is_the_stated_one_where_article_or_words_stand_on_it(
    session: Session, article: Article, start: int, end: int, stated: str | None, page: str
) -> None:
    place = Place(1, 1, article.page_id, article.id, 0, start, end)
    assert cited.printed_at(session.connection(), place, stated=stated).page == page
