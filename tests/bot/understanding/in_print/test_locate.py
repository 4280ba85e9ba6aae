"""Where a quotation stands, and when nothing may be said."""

from __future__ import annotations

import pytest

from bot.understanding.in_print.locate import Index, Scope
from bot.understanding.values import (
    TITLE,
    WHOLE,
    ArticleText,
    Catalogue,
    IssueText,
    Located,
    PageText,
    PaperText,
    Place,
)
from tests.support.papers import (
    CANTEEN,
    COOLING,
    EMPTY_INDEX,
    INDEX,
    LIUWAN,
    LIUWAN_JULY,
    LIUWAN_MAY,
    READING,
    WUTONGLI,
)

LIUWAN_ONLY = Scope(paper_ids=(LIUWAN.id,))


def test_exact_words_are_found_with_their_offsets() -> None:
    search = INDEX.find("八五折优慧", Scope())
    page = LIUWAN_MAY.pages[0]
    assert search.place == Place(LIUWAN.id, LIUWAN_MAY.id, page.id, CANTEEN.id, 1, 33, 38)
    assert INDEX.printed_at(search.place) == "八五折优慧"


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        ("可同时容纳80人就座", "可同时容纳80人就坐"),
        ("布置了牡丹海棠玫瑰等", None),
        ("柳湾社区食堂开张", "柳湾社区食唐开张"),
        ("讲座朗诵换书等活动", "讲座、朗诵、换书等活动"),
        ("宠物须…入园", None),
    ],
)
def test_a_slip_in_the_quotation_is_forgiven_by_its_length(words: str, printed: str | None) -> None:
    search = INDEX.find(words, Scope())
    assert (INDEX.printed_at(search.place) if search.place else None) == printed


def test_a_place_that_already_says_the_right_form_is_no_place() -> None:
    assert INDEX.find("讲解分类只识", LIUWAN_ONLY, instead="讲解分类知识").place is None


@pytest.mark.parametrize("words", ["栓", "的", "优慧", "街道"])
def test_a_short_quotation_without_a_page_or_article_is_not_placed(words: str) -> None:
    assert INDEX.find(words, Scope()).place is None


def test_a_short_quotation_is_placed_where_the_citation_narrows_it() -> None:
    scope = Scope(paper_ids=(LIUWAN.id,), issue="2026-05", page="01")
    assert INDEX.find("优慧", scope).located is Located.FOUND


def test_words_in_several_places_are_left_open() -> None:
    search = INDEX.find("志愿者轮", Scope())
    assert (search.located, search.place, len(search.places)) == (Located.SEVERAL, None, 2)


def test_a_citation_chooses_among_several() -> None:
    number = INDEX.entry_of(COOLING.id)
    assert number is not None
    search = INDEX.find("志愿者轮", Scope(articles=(number,)))
    assert search.place is not None
    assert search.place.article_id == COOLING.id


def test_a_long_quotation_decides_against_the_edition_cited() -> None:
    search = INDEX.find("宠物须栓绳入园", Scope(paper_ids=(WUTONGLI.id,)))
    assert search.place is not None
    assert search.place.paper_id == LIUWAN.id


def test_a_short_quotation_does_not() -> None:
    assert INDEX.find("就坐。", Scope(paper_ids=(WUTONGLI.id,))).place is None


def test_an_edition_outside_the_catalogue_is_never_placed() -> None:
    assert INDEX.find("宠物须栓绳入园", Scope(unknown_paper=True)).located is Located.NOT_IMPORTED


@pytest.mark.parametrize(
    ("scope", "located"),
    [
        (Scope(paper_ids=(LIUWAN.id,), issue="2026-07", page="04、05"), Located.NOT_FOUND),
        (Scope(paper_ids=(LIUWAN.id,), issue="2026-07", page="02"), Located.NOT_IMPORTED),
        (Scope(paper_ids=(LIUWAN.id,), issue="2026-08", page="04"), Located.NOT_IMPORTED),
        (Scope(paper_ids=(LIUWAN.id,), issue="2025-01"), Located.NOT_IMPORTED),
        (Scope(), Located.NOT_IMPORTED),
    ],
)
def test_not_finding_is_said_only_of_imported_pages(scope: Scope, located: Located) -> None:
    assert INDEX.find("完全没有登过的一句话", scope, sent="2026-07").located is located


def test_nothing_imported_at_all() -> None:
    assert EMPTY_INDEX.find("优慧", Scope(), sent="2026-07").located is Located.NOT_IMPORTED


def test_the_context_places_a_single_character() -> None:
    search = INDEX.find("留", Scope(), context="志愿者轮留值班")
    assert search.place is not None
    assert INDEX.printed_at(search.place) == "留"


def test_a_headline_is_preferred_where_one_is_spoken_of() -> None:
    search = INDEX.find("书香柳湾读书节", Scope(part="title"))
    assert search.place is not None
    assert (search.place.article_id, search.place.paragraph) == (READING.id, TITLE)


def test_a_caption_is_found_where_one_is_spoken_of() -> None:
    search = INDEX.find("居民", Scope(part="caption"))
    assert search.place is not None
    assert INDEX.text_at(search.place).startswith("志愿者在箱房前")


def test_an_article_alone_is_a_place_as_a_whole() -> None:
    number = INDEX.entry_of(READING.id)
    assert number is not None
    place = INDEX.article_place(Scope(articles=(number,)))
    assert place is not None
    assert (place.article_id, place.paragraph, place.issue_id) == (READING.id, WHOLE, LIUWAN_JULY.id)


def test_a_page_of_a_spread_is_the_spread() -> None:
    assert INDEX.resolve_page("05", (LIUWAN.id,), "2026-07", None) == "04、05"


def test_a_page_that_does_not_exist_is_kept_in_form() -> None:
    assert INDEX.resolve_page("08", (LIUWAN.id,), "2026-07", None) == "08"


def known_by_title(*pages: PageText) -> Index:
    """A paper whose newest issue has these pages."""
    issue = IssueText(9001, "2026-07", None, pages)
    return Index(Catalogue(1, (PaperText(9000, "社区晨报·柳湾", ("柳湾",), (issue,)),)))


def titled(number: str, *titles: str) -> PageText:
    """A page of a table of titles: nothing is known of its texts."""
    articles = [ArticleText(9100 + 10 * int(number) + n, f"{number}-{n}", title, None, ()) for n, title in enumerate(titles)]
    return PageText(9010 + int(number), number, None, (), tuple(articles))


TITLES = [titled(f"{n:02d}", f"第{n}版的头条新闻") for n in range(1, 5)]


@pytest.mark.parametrize("scope", [
    Scope(paper_ids=(9000,), issue="2026-07", page="02"), Scope(paper_ids=(9000,), issue="2026-07"), Scope(),
    Scope(paper_ids=(9000,), articles=(1,)),
])  # fmt: skip
def test_of_an_issue_known_by_its_titles_not_finding_says_nothing(scope: Scope) -> None:
    assert known_by_title(*TITLES).find("完全没有登过的一句话", scope, sent="2026-07").located is Located.NOT_IMPORTED


def test_its_titles_are_found_all_the_same() -> None:
    search = known_by_title(*TITLES).find("第3版的头条新闻", Scope(), sent="2026-07")
    assert search.place is not None
    assert (search.place.page_id, search.place.paragraph) == (9013, TITLE)


@pytest.mark.parametrize(("page", "located"), [
    ("01", Located.NOT_FOUND), ("02", Located.NOT_IMPORTED), (None, Located.NOT_IMPORTED)])
def test_page_that_is_only_a_picture_is_not_taken_for_imported(page: str | None, located: Located) -> None:
    texts = [PageText(9010 + n, f"{n:02d}", None, (), (ArticleText(9100 + n, f"{n}", "题", None, ("正文一段。",)),))
             for n in (1, 3, 4)]
    index = known_by_title(texts[0], titled("02"), *texts[1:])
    scope = Scope(paper_ids=(9000,), issue="2026-07", page=page)
    assert index.find("完全没有登过的一句话", scope, sent="2026-07").located is located
