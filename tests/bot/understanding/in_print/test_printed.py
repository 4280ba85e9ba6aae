"""The printed words as they are sought, against looking through every article."""

from __future__ import annotations

import random
import re

import pytest

from bot.understanding.in_print.grams import Window
from bot.understanding.in_print.printed import NearFirst, PrintedText
from bot.understanding.values import ArticleText, Catalogue, IssueText, PageText, PaperText

SIGNS = "食堂张a"
ISSUES = 6


def _printed(drawn: random.Random) -> PrintedText:
    """Six issues, the newest first, each of one article."""
    def issue(number: int) -> IssueText:
        lines = tuple("".join(drawn.choices(SIGNS, k=9)) for _ in range(2))
        page = PageText(number, "01", None, (), (ArticleText(number, f"a{number}", "", None, lines),))
        return IssueText(number, f"2026-{12 - number:02}", None, (page,))
    return PrintedText(Catalogue(1, (PaperText(1, "社区晨报", (), tuple(issue(n) for n in range(1, ISSUES + 1))),)))


@pytest.mark.parametrize("seed", range(5))
def test_a_word_with_one_character_wrong_is_found_as_a_pattern_finds_it(seed: int) -> None:
    drawn = random.Random(seed)
    outcomes = set()
    for _ in range(40):
        printed = _printed(drawn)
        key = "".join(drawn.choices(SIGNS, k=drawn.randint(3, 5)))
        at = drawn.randrange(len(key))
        if max(at, len(key) - at - 1) < 2:
            continue
        pattern = re.compile(f"{key[:at]}[一-鿿]{key[at + 1:]}")
        words = {found.group() for entry in printed.entries for found in pattern.finditer(entry.loose)} - {key}
        only = words.pop() if len(words) == 1 else None
        assert printed.differing(key, at) == only
        outcomes.add(only is None)
    assert outcomes == {True, False}


@pytest.mark.parametrize("near", [None, (), ((0, 2),), ((0, 2), (4, 5))])
def test_words_stand_where_a_place_of_theirs_is_found(near: Window | None) -> None:
    drawn = random.Random(7)
    outcomes = set()
    for _ in range(60):
        printed = _printed(drawn)
        key = "".join(drawn.choices(SIGNS, k=drawn.randint(1, 5)))
        places = printed.exact(key, near) or (printed.exact(key) if len(key) > 1 else [])
        sought = NearFirst(printed, printed.windows(near))
        assert sought.exact(key) == places
        assert [sought.stands(key), sought.stands(key)] == [bool(places)] * 2
        outcomes.add(bool(places))
    assert outcomes == {True, False}


def test_what_is_near_is_all_only_where_no_older_issue_is_there() -> None:
    printed = _printed(random.Random(1))

    near = [printed.near(sent) for sent in ("2026-11", "2026-09", "2026-08", "2026-05")]
    assert near == [((0, 3),), ((1, 4),), ((2, 5),), ((5, 6),)]
    assert printed.near("2026-05", named="2026-11") == ((5, 6), (0, 1))
    assert [printed.windows(((0, 3),)), printed.windows(None)] == [(((0, 3),), None), (None,)]
    one = PrintedText(Catalogue(1, (PaperText(1, "社区晨报", (), (printed.entries[0].issue,)),)))
    assert one.near("2026-11") is None
