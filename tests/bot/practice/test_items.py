"""The practice reports: what the twenty cover, and that each agrees with the rules."""

from __future__ import annotations

from pathlib import Path

from bot.contest.annex import USAGE
from bot.contest.rules import DEFAULT_RULES
from bot.practice.items import items
from models.enums import Doubling, Verdict

OWN = Path(__file__).resolve().parents[3] / "bot" / "practice" / "data" / "reports.json"


def test_there_are_twenty() -> None:
    assert len(items()) == 20


def test_every_verdict_is_practised_and_handing_up_too() -> None:
    assert {item.answer.verdict for item in items()} == {*Verdict, None}


def test_doubling_cap_later_finders_and_repeats_are_practised() -> None:
    assert {item.answer.doubling for item in items()} == set(Doubling)
    assert {min(item.finder, 4) for item in items()} == {0, 1, 2, 4}
    capped = [item for item in items() if item.usage_spent_milli]
    assert [DEFAULT_RULES.row(item.answer.row_code or "").cap_group for item in capped] == [USAGE]


def test_marked_words_of_every_passage_hold_what_the_reader_quotes() -> None:
    for item in items():
        before, marked, after = item.passage
        if marked:
            assert marked in item.wrong or item.wrong in f"{before}{marked}{after}", item.code


def test_every_explanation_is_about_two_sentences() -> None:
    for item in items():
        assert 2 <= item.why.count("。") <= 3, item.code
        assert len(item.why) < 100, item.code


def test_repeat_names_what_it_repeats() -> None:
    assert [item.original for item in items() if item.answer.verdict is Verdict.REPEATED] == [9001]


def test_file_stands_beside_the_package() -> None:
    assert OWN.is_file()
