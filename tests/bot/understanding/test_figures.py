"""The figures themselves: what counts as equal, which report stands for which, and the corpus's own scorer as judge."""

from __future__ import annotations

import copy
import importlib.util
import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.figures import Line, figures, pairs, percent, report_right, same, same_correction, table

HALL = {"paper": "liuwan", "page": "01", "article": "a1"}
PARK = {"paper": "liuwan", "page": "04、05", "article": "a2"}


def report(**changes: Any) -> dict[str, Any]:
    return {"paper": "社区晨报·柳湾", "issue": "2026-11", "page": "01", "article": "食堂开张", "wrong": "食唐",
            "right": "食堂", "located": HALL, "erratum": "n1"} | changes  # fmt: skip


def line(*reports: dict[str, Any], number: str = "a", intents: tuple[str, ...] = ("report",)) -> Line:
    return {"id": number, "intents": list(intents), "reports": list(reports)}


@pytest.mark.parametrize(("name", "one", "other", "equal"), [
    ("wrong", "“优慧”", "「优 慧」", True), ("wrong", "１２％", "12%", True), ("wrong", None, "", False),
    ("right", "", "", True), ("right", "“", "”", False), ("right", None, None, True), ("wrong", "优慧", "优惠", False),
    ("page", "04、05", "4-5", True), ("page", "04、05", "04", False), ("page", "中缝", "中缝", True),
    ("page", "中缝", "末版", False), ("issue", "2026-11", "2026-11-10", True),
    ("issue", "2026-11-10", "2026-11-11", False), ("issue", "2026-11", "2026-10-11", False),
    ("article", "共建“宜居”凉城 共享生活", "《共建宜居凉城，共享生活》", True),
    ("paper", "社区晨报·柳湾", "社区晨报·凉城", False),
])  # fmt: skip
def test_what_says_the_same(name: str, one: str | None, other: str | None, equal: bool) -> None:
    assert same(name, one, other) is equal
    assert same(name, other, one) is equal


@pytest.mark.parametrize(("gold", "given", "equal"), [
    (("四大工作危险", "四大危险"), ("工作", ""), True),
    (("新闻路某弄", "新闸路某弄"), ("新闻路", "新闸路"), True),
    (("新闻路", "新闸路"), ("新闻路", "新华路"), False),
    (("新闻路", None), ("新闻路", ""), False),
    (("新闻路上", None), ("闻路上", None), True),
    (("新闻路", None), ("别的话", None), False),
    (("法制", "法治"), ("税制", "税治"), False),
    ((None, "食堂"), (None, "食堂"), True),
    ((None, None), (None, None), True),
    ((None, "食堂"), ("食唐", "食堂"), False),
    (("社区食唐今天开张了", "社区食堂今天开张了"), ("社区食唐今早开张了", "社区食堂今早开张了"), True),
])  # fmt: skip
def test_the_same_change_of_the_print(gold: tuple[Any, Any], given: tuple[Any, Any], equal: bool) -> None:
    one, other = ({"wrong": wrong, "right": right} for wrong, right in (gold, given))
    assert same_correction(one, other) is equal


def test_reports_are_paired_so_that_all_agree_best() -> None:
    errors = [report(wrong=f"第{n}处差错", right=None) for n in range(9)]
    assert pairs(errors, errors[::-1]) == [(n, 8 - n) for n in range(9)]
    assert pairs(errors[2:4], errors[:5]) == [(0, 2), (1, 3)]
    assert pairs(errors[:5], errors[2:4]) == [(2, 0), (3, 1)]
    assert pairs([], errors[:2]) == pairs(errors[:2], []) == []


def test_gold_against_itself_is_all_right() -> None:
    lines = [line(report(), report(wrong="优慧", right="优惠", erratum="n2", located=PARK)),
             line(report(), number="b"), line(number="c", intents=("greeting",))]  # fmt: skip
    found = figures(lines, copy.deepcopy(lines))
    assert found["lines_right"] == (3, 3)
    assert found["located_right"] == (3, 3)
    assert found["duplicates_f1"] == (2, 2)
    assert {name: percent(figure) for name, figure in found.items()} == {
        name: None if name == "located_rightly_none" else 0.0 if name in (
            "located_missing", "located_confidently_wrong") else 100.0 for name in found}  # fmt: skip


def test_a_line_without_prediction_is_nothing_understood() -> None:
    found = figures([line(report())], [])
    assert [found[name] for name in ("lines_right", "intents", "count_exact", "wrong_recall", "located_missing")] == [
        (0, 1), (0, 1), (0, 1), (0, 1), (1, 1)]  # fmt: skip


@pytest.mark.parametrize(("given", "right", "missing", "wrong", "rightly_none"), [
    (report(), (1, 1), (0, 1), (0, 1), (0, 0)),
    (report(located=None), (0, 1), (1, 1), (0, 0), (0, 0)),
    (report(located=PARK), (0, 1), (0, 1), (1, 1), (0, 0)),
])  # fmt: skip
def test_places(given: dict[str, Any], right: Any, missing: Any, wrong: Any, rightly_none: Any) -> None:
    found = figures([line(report())], [line(given)])
    names = ("located_right", "located_missing", "located_confidently_wrong", "located_rightly_none")
    assert [found[name] for name in names] == [right, missing, wrong, rightly_none]


def test_a_place_where_none_can_be_told_is_confidently_wrong() -> None:
    found = figures([line(report(located=None))], [line(report())])
    assert (found["located_confidently_wrong"], found["located_rightly_none"]) == ((1, 1), (0, 1))


def test_a_report_too_many_is_misplaced_only_where_nothing_of_the_line_stands() -> None:
    again, astray = report(wrong="优慧"), report(wrong="优慧", located=PARK)
    assert figures([line(report())], [line(report(), again)])["located_confidently_wrong"] == (0, 1)
    assert figures([line(report())], [line(report(), astray)])["located_confidently_wrong"] == (1, 2)


@pytest.mark.parametrize("changes", [
    {"page": "02"}, {"paper": None}, {"article": "别的"}, {"issue": "2026-10"}, {"right": "食糖"}, {"located": PARK},
])  # fmt: skip
def test_one_field_wrong_and_the_report_is_not_right(changes: dict[str, Any]) -> None:
    assert report_right(report(), report())
    assert not report_right(report(), report(**changes))
    assert figures([line(report())], [line(report(**changes))])["lines_right"] == (0, 1)


def test_reports_that_share_an_erratum_are_counted_in_pairs_over_the_whole_file() -> None:
    gold = [line(report(), number=str(n)) for n in range(3)]
    given = [line(report(erratum=name), number=str(n)) for n, name in enumerate(("x", "x", None))]
    found = figures(gold, given)
    assert (found["duplicates_precision"], found["duplicates_recall"]) == ((1, 1), (1, 3))


# The corpus's scorer, where it is at hand.


def _corpus() -> tuple[Any, list[Line]]:
    if "WOODPECKER_CORPUS" not in os.environ:
        pytest.skip("WOODPECKER_CORPUS is not set")
    folder = Path(os.environ["WOODPECKER_CORPUS"])
    spec = importlib.util.spec_from_file_location("corpus_score", folder / "score.py")
    assert spec is not None
    assert spec.loader is not None
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    return scorer, [json.loads(text) for text in (folder / "dev.jsonl").read_text("utf-8").splitlines()]


def _damage(lines: list[Line], pick: random.Random) -> list[Line]:
    """Fields swapped and dropped, words cut, reports lost, doubled and moved, intents and lines missing."""
    every = [one for line in lines for one in line["reports"]]
    spoilt = copy.deepcopy(lines)
    for one in spoilt:
        for made in one["reports"]:
            for name in made:
                if pick.random() < 0.25:
                    made[name] = pick.choice([None, pick.choice(every)[name]])
            made["wrong"] = made["wrong"][1:] if made["wrong"] and pick.random() < 0.2 else made["wrong"]
            made["right"] = made["right"][::-1] if made["right"] and pick.random() < 0.2 else made["right"]
        one["reports"] += copy.deepcopy(pick.choices(every, k=pick.choice((0, 0, 0, 1, 2, 7))))
        if one["reports"] and pick.random() < 0.4:
            one["reports"].pop(pick.randrange(len(one["reports"])))
            pick.shuffle(one["reports"])
        one["intents"] = [*one["intents"][:-1], "other"] if pick.random() < 0.2 else one["intents"]
    return spoilt[pick.randrange(20) :]


DAMAGES: dict[str, Callable[[list[Line]], list[Line]]] = {
    "nothing": lambda lines: lines,
    "no prediction": lambda _: [],
    "no reports": lambda lines: [{**one, "reports": []} for one in lines],
    "reports twice": lambda lines: [{**one, "reports": one["reports"] * 2} for one in lines],
    "one erratum": lambda lines: [
        {**one, "reports": [{**made, "erratum": "x"} for made in one["reports"]]} for one in lines],
    **{f"seed {n}": lambda lines, n=n: _damage(lines, random.Random(n)) for n in range(6)},
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_every_figure_and_the_table_are_those_of_the_corpus_scorer(damage: str) -> None:
    scorer, gold = _corpus()
    given = DAMAGES[damage](gold)
    found = figures(gold, given)
    judged = scorer.score({one["id"]: one for one in gold}, {one["id"]: one for one in given})
    assert found == judged
    assert table(found) == scorer.table(judged)
