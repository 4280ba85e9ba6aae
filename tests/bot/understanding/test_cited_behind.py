"""Where a citation stands behind errors: behind the last for all of them, behind each for its own, ahead of the next."""

from __future__ import annotations

import pytest

from tests.support.demo_talk import index, talk


def pages(text: str) -> list[tuple[str | None, str | None]]:
    """(page, printed words at the place) of each report."""
    return [(one.page, index().printed_at(one.place) if one.place else None) for one in talk(text).standing()]


@pytest.mark.parametrize(
    "text",
    [
        "“优慧”应为“优惠”\n“柳弯”应为“柳湾”\n都在柳湾头版",
        "1、“优慧”应为“优惠”\n2、“柳弯”应为“柳湾”\n以上两处均见柳湾版第1版",
        "优慧→优惠\n柳弯→柳湾\n柳湾1版",
        "1.“优慧”应为“优惠”；2.“柳弯”应为“柳湾”。以上均出自柳湾头版",
        "1.“优慧”应为“优惠” 2.“柳弯”应为“柳湾” （均柳湾头版）",
        "“优慧”应为“优惠”。“柳弯”应为“柳湾”。都是柳湾要闻版上的",
    ],
)
def test_what_is_cited_behind_the_last_error_holds_for_all(text: str) -> None:
    assert pages(text) == [("01", "优慧"), ("01", "柳弯")]


@pytest.mark.parametrize(
    "text",
    [
        "“优慧”应为“优惠” 柳湾1版\n“一但”应为“一旦”\n柳湾6版",
        "“优慧”应为“优惠”\n柳湾1版\n“一但”应为“一旦”\n柳湾6版",
        "“优慧”应为“优惠”（柳湾1版），“一但”应为“一旦”（柳湾6版）",
        "“优慧”应为“优惠”，在柳湾1版，“一但”应为“一旦”，在柳湾6版",
        "柳湾1版“优慧”应为“优惠”；柳湾6版“一但”应为“一旦”",
        "1. 柳湾1版\n“优慧”应为“优惠”\n2. 柳湾6版\n“一但”应为“一旦”",
    ],
)
def test_each_error_has_the_citation_that_stands_with_it(text: str) -> None:
    assert pages(text) == [("01", "优慧"), ("06", "一但")]


@pytest.mark.parametrize("text", ["“优慧”应为“优惠”；柳湾第6版“一但”应为“一旦”", "“优慧”应为“优惠”。柳湾6版：“一但”应为“一旦”"])
def test_a_page_right_before_the_next_error_is_not_of_the_one_before_it(text: str) -> None:
    assert pages(text) == [(None, None), ("06", "一但")]


def test_the_last_page_narrows_where_no_edition_is_named() -> None:
    assert pages("“认领取”应为“认领”，“巷口加非”应为“巷口咖啡”，均见末版") == [("08", "认领取"), (None, None)]
    assert pages("“取来”应为“来取”，末版") == [(None, None)]


def test_the_date_below_a_letter_is_no_issue_of_all_its_errors() -> None:
    first, _ = talk("“优慧”应为“优惠”\n“柳弯”应为“柳湾”\n柳湾头版\n12月2日").standing()
    assert (first.page, first.issue_label) == ("01", None)
