"""An answer held against the right one, and its worth."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.practice.items import Answer, Item, items
from bot.practice.marking import Marked, Part, mark, worth
from models.enums import Doubling, Verdict

ALL = (True, True, True)


def item(code: str) -> Item:
    return next(one for one in items() if one.code == code)


@pytest.mark.parametrize("one", items(), ids=[one.code for one in items()])
def test_right_answer_is_wholly_right(one: Item) -> None:
    assert mark(one, one.answer).whole


@pytest.mark.parametrize(("change", "wrong"), [
    ({"row_code": "N-06"}, (Part.ROW,)),
    ({"doubling": Doubling.NONE}, (Part.DOUBLING,)),
    ({"marks": ALL}, (Part.MARKS,)),
    ({"row_code": "N-06", "marks": ALL}, (Part.ROW, Part.MARKS)),
    ({"verdict": Verdict.ACCEPTED_WITH_EDITS}, (Part.VERDICT,)),
])  # fmt: skip
def test_each_part_is_told_by_itself(change: dict[str, object], wrong: tuple[Part, ...]) -> None:
    one = item("headline")
    assert mark(one, replace(one.answer, **change)).wrong == wrong  # type: ignore[arg-type]


def test_no_is_compared_by_its_verdict_alone() -> None:
    one = item("taste")
    assert mark(one, Answer(Verdict.NOT_AN_ERROR)) == Marked((), (Part.VERDICT,), also=False, worth="")
    assert mark(item("hand-up"), Answer(Verdict.NOT_AN_ERROR)).wrong == (Part.VERDICT,)


def test_row_that_can_be_argued_for_is_right_as_well() -> None:
    found = mark(item("words-left-out"), Answer(Verdict.ACCEPTED, "N-04", Doubling.NONE, ALL))
    assert (found.whole, found.also) == (True, True)


@pytest.mark.parametrize(("code", "line"), [
    ("one-character", "1 分 × 1（首位发现）× 1.0（3 项说明齐全）＝ 1.000 分"),
    ("headline", "1 分 × 2（标题）× 1（首位发现）× 0.9（3 项说明有 2 项）＝ 1.800 分"),
    ("second-finder", "1 分 × 0.25（第 2 位发现）× 1.0（3 项说明齐全）＝ 0.250 分"),
    ("forwarded-list", "2 分 × 0（第 4 位发现，只计前 3 位）× 1.0（3 项说明齐全）＝ 0.000 分"),
    ("own-repeat", ""),
    ("both-forms", ""),
])  # fmt: skip
def test_worth_is_the_arithmetic_of_the_contest(code: str, line: str) -> None:
    assert mark(item(code), item(code).answer).worth == line


def test_cap_on_punctuation_is_spent() -> None:
    assert "按上限计 0 分" in mark(item("punctuation-cap"), item("punctuation-cap").answer).worth


def test_worth_of_a_members_own_answer_uses_his_row() -> None:
    one = item("one-character")
    assert worth(one, replace(one.answer, row_code="N-07")).startswith("4 分 × 1（首位发现）")
