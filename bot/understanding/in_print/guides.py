"""The lines of the guides on front pages: what each announces, the page it names, and the page it should. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from rapidfuzz import fuzz

from bot.understanding.cited.pages import page_numbers
from bot.understanding.in_print.printed import Entry
from bot.understanding.thresholds import GUIDE_LIKE, SHORT
from bot.understanding.words.normalise import fold, loose_key

_NAMED = re.compile(r"[>.…·\s]*(?P<pages>(?:[见详]{1,2}|第|[a-dp])?\s*\d{1,2}(?:\s*[、,/\-—~]\s*[a-dp]?\d{1,2})*)\s*版?\s*$")


class GuideLine(NamedTuple):
    """One line of the guide that is article `entry`: its words in print, their key without the page, the pages printed
    and those on which the article stands that it announces (none: it is not known). `title`: the key of the one title that
    is like the line and not the same."""

    entry: int
    printed: str
    key: str
    pages: frozenset[int]
    true: frozenset[int]
    title: str = ""

    @property
    def errs(self) -> bool:
        """Whether the article stands on none of the pages printed."""
        return bool(self.true) and self.pages.isdisjoint(self.true)


def guide_lines(entries: Sequence[Entry]) -> tuple[GuideLine, ...]:
    """The lines of all guides, in the order of the entries."""
    issues = groupby(enumerate(entries), key=lambda numbered: numbered[1].issue.id)
    return tuple(line for _, of_issue in issues for line in _of_issue(list(of_issue)))


def _of_issue(numbered: list[tuple[int, Entry]]) -> Iterator[GuideLine]:
    guides = [(n, entry) for n, entry in numbered if entry.article.kind == "guide"]
    others = [entry for _, entry in numbered if entry.article.kind != "guide"] if guides else []
    titles = [(key, frozenset(page_numbers(entry.page.number))) for entry in others if (key := loose_key(entry.article.title))]
    for number, entry in guides:
        for printed in entry.article.paragraphs:
            named = _NAMED.search(fold(printed).text)
            if named is not None:
                key = loose_key(fold(printed).text[: named.start()])
                pages = frozenset(map(int, re.findall(r"\d+", named.group("pages"))))
                true = _standing(key, titles)
                yield GuideLine(number, printed, key, pages, true, "" if true else _like(key, titles))


def _standing(key: str, titles: list[tuple[str, frozenset[int]]]) -> frozenset[int]:
    """The pages of the one article that a line announces by its title, the name of a column before it or not."""
    found = {pages for title, pages in titles if title == key or (len(title) >= SHORT and key.endswith(title))}
    return found.pop() if len(found) == 1 else frozenset()


def _like(key: str, titles: list[tuple[str, frozenset[int]]]) -> str:
    found = [title for title, _ in titles if fuzz.ratio(key, title) >= GUIDE_LIKE]
    return found[0] if len(found) == 1 else ""
