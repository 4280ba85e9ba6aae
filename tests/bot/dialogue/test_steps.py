"""What to do with a message once it is read: what is missing, what is asked, which report is meant."""

from __future__ import annotations

import pytest

from bot.dialogue.steps import Own, answers, holds_error, judge, meant, missing, question
from bot.understanding.values import Field, Finding, Located, Place

LONG = "一二三四五" * 9


def place(article: int) -> Place:
    return Place(1, 1, 1, article, 0, 0, 1)


@pytest.mark.parametrize(("finding", "holds"), [
    (Finding(), False),
    (Finding(page="03"), False),
    (Finding(page="03", article_id=5), False),
    (Finding(wrong="优慧"), True),
    (Finding(wrong="优慧", right="优惠"), True),
    (Finding(wrong="的的", right=""), True),
    (Finding(wrong=LONG), False),  # RULES 2: over 40 characters without a correction
    (Finding(wrong=LONG[:40]), True),
    (Finding(wrong=LONG, right="改过"), True),
    (Finding(wrong=LONG, right=""), True),
    (Finding(right="优惠"), False),
    (Finding(right="优惠", page="03"), True),
    (Finding(right="优惠", article_id=5), True),
])  # fmt: skip
def test_what_holds_an_error(finding, holds):
    assert holds_error(finding) is holds


TOLD = {"wrong": "优慧", "right": "优惠"}


@pytest.mark.parametrize(("finding", "papers", "asked"), [
    (Finding(), 2, Field.DETAIL),
    (Finding(page="03", paper_id=1), 2, Field.DETAIL),
    (Finding(**TOLD, located=Located.FOUND, place=place(1)), 2, None),
    (Finding(**TOLD, located=Located.SEVERAL), 2, Field.PAGE),
    (Finding(**TOLD, located=Located.SEVERAL, page="03"), 2, Field.ARTICLE),
    (Finding(**TOLD, located=Located.SEVERAL, page="03", article_id=7), 2, None),  # he has said in which article
    (Finding(**TOLD), 2, Field.PAPER),
    (Finding(**TOLD, page="03"), 2, Field.PAPER),
    (Finding(**TOLD, page="03"), 1, None),
    (Finding(**TOLD), 1, Field.PAGE),
    (Finding(**TOLD, article_text="食堂"), 1, None),
    (Finding(**TOLD, paper_id=1), 2, Field.PAGE),
    (Finding(**TOLD, paper_text="别的报", page="03"), 2, None),
    (Finding(**TOLD, paper_id=1, page="03", located=Located.NOT_IMPORTED), 2, None),
    (Finding(**TOLD, paper_id=1, page="03", located=Located.NOT_FOUND), 2, None),
])  # fmt: skip
def test_the_one_thing_that_is_missing(finding, papers, asked):
    assert missing(finding, papers=papers) is asked


def test_nobody_is_asked_twice():
    judged = judge(Finding(**TOLD), papers=2, asked_before=True)

    assert (judged.missing, judged.complete) == (None, True)
    assert judge(Finding(page="03"), papers=2, asked_before=True).complete is False


@pytest.mark.parametrize(("lacks", "asked"), [
    ([], None), ([None, None], None), ([Field.ARTICLE], Field.ARTICLE), ([Field.PAGE, None, Field.PAPER], Field.PAPER),
    ([Field.PAGE, Field.DETAIL, Field.PAPER], Field.DETAIL), ([Field.ARTICLE, Field.PAGE], Field.PAGE),
])  # fmt: skip
def test_of_all_that_is_missing_one_thing_is_asked(lacks, asked):
    judged = [judge(Finding(), papers=1, asked_before=True) for _ in lacks]
    judged = [type(one)(one.finding, lack, complete=lack is None) for one, lack in zip(judged, lacks, strict=True)]

    assert question(judged) is asked


def own(ordinal: int, message: int = 1, state: str = "open") -> Own:
    return Own(ordinal, 10000 + ordinal, message, state == "open", state == "withdrawn")


# Newest first; the last message (3) brought 4, 5 and 6.
REPORTS = [own(6, 3), own(5, 3), own(4, 3), own(3, 2), own(2, 1, "decided"), own(1, 1, "withdrawn")]


@pytest.mark.parametrize(("numbers", "reports", "chosen"), [
    ((), [], []),
    ((2,), [], []),
    ((), REPORTS, [6]),
    ((), [own(2, 1, "decided"), own(1)], [1]),
    ((), [own(2, 1, "decided"), own(1, 1, "decided")], [2]),
    ((3,), REPORTS, [3]),
    ((10003,), REPORTS, [3]),
    ((2,), REPORTS, [5]),  # 第2条 is decided: the second of the last message is meant
    ((1,), REPORTS, [1]),  # withdrawn already: said twice, it must not reach another one
    ((-1,), REPORTS, [6]),  # 最后一个
    ((4, 5), REPORTS, [4, 5]),
    ((4, 10004), REPORTS, [4]),
    ((9,), REPORTS, []),
    ((99, 3), REPORTS, [3]),
    ((2,), [own(1)], []),
    ((1, 2), [own(3, 7), own(4, 7)], [3, 4]),
    ((2,), [own(2, 1, "decided"), own(1, 1, "decided")], [2]),
])  # fmt: skip
def test_which_reports_a_reader_means(numbers, reports, chosen):
    assert meant(numbers, reports) == [10000 + ordinal for ordinal in chosen]


@pytest.mark.parametrize(("half_told", "told", "fits"), [
    (Finding(page="03"), Finding(**TOLD), True),
    (Finding(page="03"), Finding(**TOLD, page="03"), True),
    (Finding(page="03"), Finding(**TOLD, page="01"), False),
    (Finding(paper_id=1, page="03"), Finding(**TOLD, paper_id=2, page="03"), False),
    (Finding(page="03", place=place(1)), Finding(**TOLD, place=place(1)), True),
    (Finding(page="03", place=place(1)), Finding(**TOLD, place=place(2)), False),
    (Finding(page="03"), Finding(page="03"), False),  # says nothing of the error either
    (Finding(**TOLD), Finding(wrong="横留", right="横流"), False),  # has an error of its own
])  # fmt: skip
def test_whether_an_error_told_in_full_answers_the_half_told_one(half_told, told, fits):
    assert answers(half_told, told) is fits
