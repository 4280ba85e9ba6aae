"""The vote of lines for an article: far ahead, or not said at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.media.photos import MOST_LINES, cited, recognise
from bot.understanding.in_print.locate import Index
from bot.understanding.turns.merge import complete
from bot.understanding.values import (
    WHOLE,
    ArticleText,
    Catalogue,
    Finding,
    IssueText,
    Located,
    PageText,
    PaperText,
)

SENT = datetime(2026, 11, 10, tzinfo=UTC)
CANTEEN = ArticleText(1, "a1", "社区食堂开张", None, (
    "柳湾街道社区食堂上周开张，老人凭卡享受八折优慧，中午来吃饭的人排起了长队。",
    "食堂每天供应十二个菜，家住银杏路的季阿婆高兴地的说，以后不用自己烧饭了。"))  # fmt: skip
PARK = ArticleText(2, "a2", "口袋公园迎来游客", None, (
    "经过半年建设，位于杏花路口的口袋公园日前建成开方，园内种了三十余种花木。",
    "园方提醒，宠物须栓绳入园，游客请勿攀折花木。"))  # fmt: skip
SHARED = ArticleText(3, "a3", "冬季用火须知", None, ("天气转冷，市民使用取暖器时应远离窗帘被褥，外出前记得拔下插头。",))
CAPTION = ArticleText(5, "a5", "", None, ("图为居民在新落成的银杏广场上练习八段锦，清晨的阳光正好。",), "caption")


def paper(number: int, name: str, *articles: ArticleText) -> PaperText:
    page = PageText(number, "03", None, (), articles)
    return PaperText(number, name, (), (IssueText(number, "2026-11", date(2026, 11, 6), (page,)),))


INDEX = Index(Catalogue(1, (
    paper(1, "社区晨报·柳湾", CANTEEN, PARK, SHARED, CAPTION),
    paper(2, "社区晨报·梧桐里", ArticleText(4, "a1", SHARED.title, None, SHARED.paragraphs)),
)))  # fmt: skip
CLEAR = ("柳湾街道社区食堂上周开张，老人凭卡享", "受八折优慧，中午来吃饭的人排起了长队。")


def seen(lines: Sequence[str]) -> tuple[bool, int, int] | None:
    found = recognise(lines, index=INDEX, sent_at=SENT)
    return (found.article, found.entry.paper.id, found.entry.article.id) if found else None


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (CLEAR, (True, 1, 1)),
        (("柳湾街道社区食堂上周开涨，老人凭卡享", "受八拆优慧，中午来吃饭的人排起了长队。"), (True, 1, 1)),
        ((*CLEAR, "03版", "2026年11月", "责任编辑", "口袋公园"), (True, 1, 1)),
        ((*CLEAR, "位于杏花路口的口袋"), (True, 1, 1)),
        ((*CLEAR, "经过半年建设，位于杏花路口的口袋公园日前建成", "园方提醒，宠物须栓绳入园，游客请勿"), (False, 1, 1)),
        (("图为居民在新落成的银杏广场上练习八段锦，",), (True, 1, 5)),
        (("柳湾街道社区食堂",), None),
        (("天气转冷，市民使用取暖器时应远离窗帘被褥，",), None),
        (("今日菜价：青菜三元一斤，萝卜两元一斤，欢迎选购",), None),
        ((), None),
        (("", "。。。", "，，，，，，，，"), None),
    ],
    ids=["two lines", "misread characters", "page furniture", "a bit of the neighbour", "two articles: the page", "a caption",
         "one short line", "copy shared by two papers", "another print", "nothing", "marks only"],
)  # fmt: skip
def test_what_a_photo_shows(lines: tuple[str, ...], expected: tuple[bool, int, int] | None) -> None:
    assert seen(lines) == expected


def test_the_citation_of_an_article_is_as_if_the_reader_had_named_it() -> None:
    found = recognise(CLEAR, index=INDEX, sent_at=SENT)
    assert found is not None
    finding = cited(found)
    assert (finding.paper_id, finding.issue_label, finding.page, finding.article_id) == (1, "2026-11", "03", 1)
    assert finding.place is not None
    assert finding.place.paragraph == WHOLE
    whole = complete(finding, Finding(wrong="优慧", right="优惠"), index=INDEX, sent_at=SENT)
    assert whole.located is Located.FOUND
    assert whole.place is not None
    assert INDEX.printed_at(whole.place) == "优慧"


def test_the_citation_of_a_caption_or_a_page_names_no_article() -> None:
    page = (*CLEAR, "经过半年建设，位于杏花路口的口袋公园日前建成", "园方提醒，宠物须栓绳入园")
    for lines in (("图为居民在新落成的银杏广场上练习八段锦，",), page):
        found = recognise(lines, index=INDEX, sent_at=SENT)
        assert found is not None
        finding = cited(found)
        assert (finding.page, finding.article_text, finding.article_id, finding.place) == ("03", None, None, None)


def test_a_thousand_lines_are_a_bounded_amount_of_work() -> None:
    asked: list[str] = []

    class Counted(Index):
        def find(self, words: str, *more: object, **named: object):  # type: ignore[no-untyped-def,override]
            asked.append(words)
            return super().find(words, *more, **named)  # type: ignore[arg-type]

    recognise([f"第{n}行字写得很长很长很长" for n in range(1000)], index=Counted(INDEX.catalogue), sent_at=SENT)
    assert len(asked) == MOST_LINES


@given(st.lists(st.text(max_size=60), max_size=20))
def test_no_lines_of_any_kind_raise(lines: list[str]) -> None:
    recognise(lines, index=INDEX, sent_at=SENT)
