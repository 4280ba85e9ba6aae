"""Full-text search over articles and reports, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from bot import search
from bot.search import Snippet
from models.enums import SearchKind
from models.papers import Article, Issue
from models.reports import Report
from models.search import SearchGram
from models.session import writing
from tests.support import factories
from tests.support.factories import HEADLINE, NOW
from tests.support.town import at_once


@pytest.fixture
def house(session: Session) -> factories.House:
    return factories.build(session)


def titles(session: Session, words: str, **more: int) -> list[str]:
    found = search.find(session, words, SearchKind.ARTICLE, **more).found
    return [session.get_one(Article, hit.ref_id).title for hit in found]


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("食唐", [factories.TITLE]),
        ("志愿者", [factories.OTHER_TITLE]),
        ("居民 分类", [factories.OTHER_TITLE]),
        ("居民", [factories.OTHER_TITLE]),
        ("唐", [factories.TITLE]),
        ("类", [factories.OTHER_TITLE]),
        ("80人", [factories.TITLE]),
        ("“以前中午", [factories.TITLE]),
        ("８０人", [factories.TITLE]),
        ("食唐 分类", []),
        ("没有这个词", []),
        ("，。", []),
        ("", []),
        ("'; DROP TABLE article; --", []),
        ("%", []),
    ],
)
def test_words_find_the_articles_that_hold_them(
    session: Session, house: factories.House, words: str, expected: list[str]
) -> None:
    search.refresh(session, now=NOW)
    assert titles(session, words) == expected


def test_the_newest_comes_first_and_the_rest_is_announced(session: Session, house: factories.House) -> None:
    search.refresh(session, now=NOW)
    both = search.find(session, "的", SearchKind.ARTICLE)
    assert (
        [hit.ref_id for hit in both.found] == sorted((hit.ref_id for hit in both.found), reverse=True),
        both.more,
    ) == (True, False)
    one = search.find(session, "的", SearchKind.ARTICLE, most=1)
    assert (one.found, one.more) == (both.found[:1], True)


def test_a_snippet_shows_the_words_as_printed(session: Session, house: factories.House) -> None:
    search.refresh(session, now=NOW)
    (hit,) = search.find(session, "以前中午一个人懒得烧。”家住", SearchKind.ARTICLE).found
    assert hit.snippets == (Snippet("“", "以前中午一个人懒得烧。”家住", "银杏路的季阿婆高兴地的说。"),)


def test_reports_are_found_by_what_they_say(session: Session, house: factories.House) -> None:
    number = factories.report(session, factories.DISCOUNT)
    factories.report(session, factories.VOLUNTEERS)
    search.refresh(session, now=NOW)
    assert [hit.ref_id for hit in search.find(session, "优惠", SearchKind.REPORT).found] == [number]


def test_only_one_paper_is_looked_through_if_asked(session: Session, house: factories.House) -> None:
    search.refresh(session, now=NOW)
    assert titles(session, "食唐", paper_id=house.paper_id) == [factories.TITLE]
    assert titles(session, "食唐", paper_id=house.other_paper_id) == []


def test_a_second_run_reads_only_what_changed(session: Session, house: factories.House) -> None:
    number = factories.report(session, factories.DISCOUNT)
    later = NOW + timedelta(days=1)
    search.refresh(session, now=later)
    assert search.refresh(session, now=later + timedelta(days=1)) == 0
    session.execute(
        update(Report)
        .where(Report.id == number)
        .values(reason="读着别扭", updated_at=later + timedelta(days=2))
    )
    assert search.refresh(session, now=later + timedelta(days=3)) == 1
    assert [hit.ref_id for hit in search.find(session, "别扭", SearchKind.REPORT).found] == [number]


def test_what_a_text_no_longer_says_is_not_found(session: Session, house: factories.House) -> None:
    search.refresh(session, now=NOW)
    later = NOW + timedelta(days=1)
    article = session.scalars(select(Article).where(Article.title == factories.OTHER_TITLE)).one()
    article.paragraphs = ["换了一段话。"]
    session.execute(update(Issue).where(Issue.imported_at.is_not(None)).values(imported_at=later))
    search.refresh(session, now=later)
    assert (titles(session, "志愿者"), titles(session, "换了一段")) == ([], [factories.OTHER_TITLE])


def test_articles_that_an_import_replaced_leave_the_index(session: Session, house: factories.House) -> None:
    search.refresh(session, now=NOW)
    gone = session.scalars(select(Article).where(Article.title == factories.OTHER_TITLE)).one()
    gone_id = gone.id
    session.delete(gone)
    session.execute(
        update(Issue).where(Issue.imported_at.is_not(None)).values(imported_at=NOW + timedelta(days=1))
    )
    session.flush()
    search.refresh(session, now=NOW + timedelta(days=1))
    assert (
        session.scalar(
            select(SearchGram.ref_id)
            .where(SearchGram.kind == SearchKind.ARTICLE, SearchGram.ref_id == gone_id)
            .limit(1)
        )
        is None
    )


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.one_of(st.text(max_size=60), st.text(alphabet="食唐社区的 ，“%_'\\", max_size=40)))
def test_no_words_raise_and_what_is_found_holds_them(session: Session, words: str) -> None:
    if session.scalar(select(Article.id).limit(1)) is None:
        factories.build(session)
        search.refresh(session, now=NOW)
    keys = [key for term in words.split() if (key := search.loose_key(term)[: search.LONGEST_TERM])][
        : search.MOST_TERMS
    ]
    expected = [
        article.id
        for article in session.scalars(select(Article).order_by(Article.id.desc()))
        if keys
        and all(
            any(key in search.loose_key(line) for line in [article.title, *article.paragraphs])
            for key in keys
        )
    ]
    assert [hit.ref_id for hit in search.find(session, words, SearchKind.ARTICLE).found] == expected


def test_two_schedulers_bring_the_index_up_to_date_at_once(engine: Engine) -> None:
    """The first time too, when neither finds how far it was."""
    with writing(engine) as session:
        factories.build(session)
        factories.report(session, HEADLINE)
    found = at_once(engine, [lambda session: search.refresh(session, now=NOW)] * 3)
    assert [one for one in found if isinstance(one, Exception)] == []
