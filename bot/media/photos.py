"""Which article a photo shows, from the lines read off it: a vote. Pure; knows no picture and no row.

Every line is sought in print like a reader's quotation, with the same tolerance for slips. A line that stands
in one place votes for it with its length. The winner must be far ahead, for the reader's next words are read
in its light; where a page has it and none of its articles, the page is all that is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.understanding.cited.dates import local_day
from bot.understanding.in_print.locate import Index, Scope
from bot.understanding.in_print.printed import Entry
from bot.understanding.values import WHOLE, Finding, Place
from bot.understanding.words.normalise import loose_key

# Chosen on typeset pages of the demo's papers: straight, turned by 3°, half in the picture, two articles in it.
SHORTEST_LINE = 6
"""Characters: shorter lines (page heads, captions cut in the middle) stand in too many places."""
MOST_LINES = 60
"""The longest lines vote; a whole page has 200."""
LEAST_VOTES = 14
"""Characters for the winner in all: a line and a half of a column."""
FAR_AHEAD = 2.0
"""So many times the votes of the next article on the photo; of all other pages together, for a page."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a photo shows: one article (`article` true), or only its page. `entry` is one of the index's."""

    entry: Entry
    article: bool


def recognise(lines: Iterable[str], *, index: Index, sent_at: datetime) -> Seen | None:
    """The article or page on the photo; None where that is not clear."""
    votes = _votes(lines, index, f"{local_day(sent_at):%Y-%m}")
    if not votes:
        return None
    (best, most), *others = votes.most_common(2)
    if most >= LEAST_VOTES and most >= FAR_AHEAD * (others[0][1] if others else 0):
        return Seen(index.entries[best], article=True)
    pages: Counter[int] = Counter()
    for number, count in votes.items():
        pages[index.entries[number].page.id] += count
    page, most = pages.most_common(1)[0]
    if most >= LEAST_VOTES and most >= FAR_AHEAD * (pages.total() - most):
        first = next(one for one in index.entries if one.page.id == page)
        return Seen(first, article=False)
    return None


def _votes(lines: Iterable[str], index: Index, sent: str) -> Counter[int]:
    """Characters found, by entry number. A line that stands in several places votes for none."""
    votes: Counter[int] = Counter()
    keys = sorted({key for key in map(loose_key, lines) if len(key) >= SHORTEST_LINE}, key=lambda key: (-len(key), key))
    for key in keys[:MOST_LINES]:
        found = index.find(key, Scope(), sent=sent)
        if found.entry is not None:
            votes[found.entry] += len(key)
    return votes


def cited(seen: Seen) -> Finding:
    """What the photo states, as if the reader had named it: paper, issue, page and article."""
    entry = seen.entry
    title = entry.article.title if seen.article else ""
    place = Place(entry.paper.id, entry.issue.id, entry.page.id, entry.article.id, WHOLE, 0, 0) if title else None
    return Finding(
        paper_text=entry.paper.name, paper_id=entry.paper.id, issue_text=entry.issue.label,
        issue_label=entry.issue.label, issue_id=entry.issue.id, page_text=f"{entry.page.number}版",
        page=entry.page.number, article_text=title or None, article_id=entry.article.id if title else None,
        place=place,
    )
