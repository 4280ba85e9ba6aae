"""The printed words, findable: an index of character bigrams over articles. Knows no reader and no citation.

Articles are numbered from the newest issue to the oldest, so that the issues a reader most likely means are one
stretch of numbers (a `Window`) and of every posting list; the rest is looked at only where they hold nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from bot.understanding.in_print.grams import GramIndex, Window
from bot.understanding.thresholds import (
    BEST_CANDIDATES,
    LONGEST_KEY,
    MOST_HITS,
    MOST_SCANNED,
    NEAR_ISSUES,
    NEAR_RUN,
    REFINED_BY,
    RUN_CANDIDATES,
    SHORTEST_RUN,
    tolerance,
)
from bot.understanding.values import (
    SUBTITLE,
    TITLE,
    ArticleText,
    Catalogue,
    IssueText,
    PageText,
    PaperText,
    Place,
)
from bot.understanding.words.normalise import loose_key, loose_key_with_origin, strict_key


@dataclass(frozen=True, slots=True)
class Entry:
    """One article with all that it stands in. `loose`: the loose keys of its units, joined by line ends."""

    paper: PaperText
    issue: IssueText
    page: PageText
    article: ArticleText
    loose: str

    @property
    def units(self) -> list[tuple[int, str]]:
        return _units(self.article)

    @property
    def is_caption(self) -> bool:
        return self.article.kind == "caption" or not self.article.title

    def text_of(self, unit: int) -> str:
        """The printed text of a unit; "" where there is none of this number."""
        return next((text for number, text in self.units if number == unit), "")


class Hit(NamedTuple):
    """[start, end) in the loose text of article number `entry`, `errors` characters away from what was sought."""

    entry: int
    start: int
    end: int
    errors: int = 0


def _units(article: ArticleText) -> list[tuple[int, str]]:
    units = [(TITLE, article.title)] if article.title else []
    units += [(SUBTITLE, article.subtitle)] if article.subtitle else []
    return units + list(enumerate(article.paragraphs))


def _entries(catalogue: Catalogue) -> list[Entry]:
    """All articles, those of the newest month first; within a month in the order of the catalogue."""
    issues = sorted(
        ((paper, issue) for paper in catalogue.papers for issue in paper.issues),
        key=lambda both: both[1].label[:7], reverse=True,
    )  # fmt: skip
    return [
        Entry(paper, issue, page, article, "\n".join(loose_key(text) for _, text in _units(article)))
        for paper, issue in issues
        for page in issue.pages
        for article in page.articles
    ]


class PrintedText:
    """All articles of a catalogue and the bigrams in them."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.entries = tuple(_entries(catalogue))
        self._grams = GramIndex((entry.loose for entry in self.entries), len(self.entries))
        self._months: dict[str, tuple[int, int]] = {}
        for number, entry in enumerate(self.entries):
            month = entry.issue.label[:7]
            self._months[month] = self._months.get(month, (number,))[0], number + 1

    def near(self, sent: str, named: str | None = None) -> Window | None:
        """The articles of the newest issues when a message was sent (YYYY-MM) and of the month it names; None: all."""
        last = _next(sent)
        months = list(islice((month for month in self._months if month <= sent or month == last), NEAR_ISSUES))
        spans = [self._months[month] for month in months]
        merged = [(spans[0][0], spans[-1][1])] if spans else []
        if named is not None and named[:7] in self._months and named[:7] not in months:
            merged.append(self._months[named[:7]])
        return tuple(merged) if merged != [(0, len(self.entries))] else None

    def windows(self, near: Window | None) -> tuple[Window | None, ...]:
        """Where to look one after another: at the near issues, then at all."""
        return (None,) if near is None else (near, None)

    def exact(self, key: str, within: Window | None = None) -> list[Hit]:
        """Every place of a loose key, at most MOST_HITS."""
        hits: list[Hit] = []
        if not key or "\n" in key:
            return hits
        for number in self._holding(key, within):
            text = self.entries[number].loose
            at = text.find(key)
            while at >= 0:
                hits.append(Hit(number, at, at + len(key)))
                if len(hits) >= MOST_HITS:
                    return hits
                at = text.find(key, at + 1)
        return hits

    def stands(self, key: str, within: Window | None = None) -> bool:
        """Whether a loose key stands anywhere."""
        if not key or "\n" in key:
            return False
        return any(key in self.entries[number].loose for number in self._holding(key, within))

    def _holding(self, key: str, within: Window | None) -> Iterable[int]:
        """Articles that may hold the key. A single character has no bigram: so many articles are looked through."""
        if len(key) > 1:
            return self._grams.holding(key, within)
        spans = within or ((0, len(self.entries)),)
        return [n for lo, hi in spans for n in range(lo, hi)][:MOST_SCANNED]

    def differing(self, key: str, at: int, within: Window | None = None) -> str | None:
        """The only printed stretch that is as long as a loose key and differs from it in the character `at` alone."""
        before, after = key[:at], key[at + 1 :]
        longer, offset = (before, 0) if len(before) >= len(after) else (after, at + 1)
        if len(longer) < 2:
            return None
        found: set[str] = set()
        for number in self._grams.holding(longer, within)[:MOST_SCANNED]:
            text = self.entries[number].loose
            seen = text.find(longer, offset)  # by hand: a pattern for each word costs more than all of this search
            while seen >= 0:
                word = text[seen - offset : seen - offset + len(key)]
                alike = word[:at] == before and word[at + 1 :] == after and "一" <= word[at : at + 1] <= "鿿"
                if alike:
                    found.add(word)
                seen = text.find(longer, seen + (len(key) if alike else 1))
        found.discard(key)
        return found.pop() if len(found) == 1 else None

    def candidates(self, key: str, most: int = BEST_CANDIDATES, within: Window | None = None) -> list[tuple[int, int]]:
        """(article number, bigrams shared) of the articles that share most bigrams with the key."""
        return self._grams.most_like(key[:LONGEST_KEY], most, within)[0]

    def fuzzy(self, key: str, within: Window | None = None) -> list[Hit]:
        """Places within the tolerance of the key's length, the nearest only; ties are all given."""
        key = key[:LONGEST_KEY]
        allowed = tolerance(len(key))
        if not allowed:
            return []
        hits: list[Hit] = []
        candidates, counted = self._grams.most_like(key, BEST_CANDIDATES, within)
        best = candidates[0][1] if candidates else 0
        # one differing character touches two bigrams; one more for a swap, or for a bigram that occurs twice
        least_shared = max(1, best - 2 * allowed - 1, counted - 2 * allowed - 1)
        for number, shared in candidates:
            if shared >= least_shared:
                hits.extend(self._aligned(number, key, allowed))
        least = min((hit.errors for hit in hits), default=0)
        return [hit for hit in hits if hit.errors == least]

    def _aligned(self, number: int, key: str, allowed: int) -> list[Hit]:
        text, hits = self.entries[number].loose, list[Hit]()
        for _ in range(2):  # a second equally near place in the same article makes the first uncertain
            hit = _nearest(number, text, key, allowed)
            if hit is None:
                break
            hits.append(hit)
            text = text[: hit.start] + "\n" * (hit.end - hit.start) + text[hit.end :]
        return hits

    def longest_run(self, text: str, shortest: int, within: Window | None = None) -> tuple[str, int] | None:
        """(run, offset in the loose key of `text`): the longest stretch of `text` that stands in print."""
        key = loose_key(text)[:LONGEST_KEY]
        best: tuple[str, int] | None = None
        length = shortest - 1
        for number, _ in self.candidates(key, RUN_CANDIDATES, within):
            printed, start = self.entries[number].loose, 0
            while start + length < len(key):
                if key[start : start + length + 1] in printed:
                    length += 1
                    best = key[start : start + length], start
                else:
                    start += 1
        return best

    def place(self, hit: Hit) -> Place:
        """The hit as a place in the printed text."""
        entry = self.entries[hit.entry]
        number, _, start, end = self._span(hit)
        return Place(entry.paper.id, entry.issue.id, entry.page.id, entry.article.id, number, start, end)

    def _span(self, hit: Hit) -> tuple[int, str, int, int]:
        """(number of the unit in which a hit lies, its text, start and end in it)."""
        entry = self.entries[hit.entry]
        number, text = entry.units[entry.loose.count("\n", 0, hit.start)]
        begins = entry.loose.rfind("\n", 0, hit.start) + 1
        _, origin = loose_key_with_origin(text)
        last = max(hit.end - 1 - begins, 0)
        start = origin[min(hit.start - begins, len(origin) - 1)]
        end = origin[min(last, len(origin) - 1)] + 1
        return number, text, start, min(end, len(text))

    def unit_of(self, hit: Hit) -> int:
        """Paragraph number (TITLE, SUBTITLE or from 0) in which a hit starts."""
        entry = self.entries[hit.entry]
        return entry.units[entry.loose.count("\n", 0, hit.start)][0]

    def loose_unit(self, hit: Hit) -> str:
        """The loose key of the title or paragraph in which a hit starts."""
        return self.entries[hit.entry].loose.split("\n")[self.entries[hit.entry].loose.count("\n", 0, hit.start)]

    def strictly(self, hits: list[Hit], words: str) -> list[Hit]:
        """Those hits whose print agrees with `words` in punctuation too; all of them where none does."""
        wanted = strict_key(words)
        same = [hit for hit in hits if wanted in strict_key(self._around(hit))]
        return same or hits

    def _around(self, hit: Hit) -> str:
        _, text, start, end = self._span(hit)
        return text[max(start - 2, 0) : end + 2]


@dataclass(frozen=True, slots=True)
class NearFirst:
    """The printed words as sought for one message: the near issues first, all others only if those hold nothing."""

    printed: PrintedText
    windows: tuple[Window | None, ...]
    _stood: dict[str, bool] = field(default_factory=dict, compare=False)
    _runs: dict[str, tuple[str, int] | None] = field(default_factory=dict, compare=False)

    def exact(self, key: str) -> list[Hit]:
        return next((hits for within in self._windows(key) if (hits := self.printed.exact(key, within))), [])

    def stands(self, words: str) -> bool:
        """Whether words stand in print exactly; sought once, however many ask for it."""
        key = loose_key(words)
        if key not in self._stood:
            self._stood[key] = any(self.printed.stands(key, within) for within in self._windows(key))
        return self._stood[key]

    def often(self, words: str) -> int:
        """At how many places words stand in print, no more than are looked at."""
        return len(self.exact(loose_key(words)))

    def _windows(self, key: str) -> tuple[Window | None, ...]:
        return self.windows[:1] if len(key) == 1 else self.windows

    def differing(self, word: str, at: int) -> str | None:
        """The only printed words that differ from `word` in its character `at` alone."""
        if loose_key(word) != word or not 0 <= at < len(word):
            return None
        return next((words for within in self.windows if (words := self.printed.differing(word, at, within))), None)

    def fuzzy(self, key: str) -> list[Hit]:
        return next((hits for within in self.windows if (hits := self.printed.fuzzy(key, within))), [])

    def longest_run(self, text: str, shortest: int) -> tuple[str, int] | None:
        """The longest stretch of `text` in print; sought once for a text, whatever the shortest asked for."""
        if text not in self._runs:
            self._runs[text] = self._sought(text)
        found = self._runs[text]
        return found if found is not None and len(found[0]) >= shortest else None

    def _sought(self, text: str) -> tuple[str, int] | None:
        best: tuple[str, int] | None = None
        for within in self.windows:
            found = self.printed.longest_run(text, SHORTEST_RUN, within)
            if found is not None and (best is None or len(found[0]) > len(best[0])):
                best = found
            if best is not None and len(best[0]) >= min(NEAR_RUN, len(loose_key(text))):
                break
        return best


def _next(month: str) -> str:
    return f"{int(month[:4]) + 1:04}-01" if month[5:] == "12" else f"{month[:5]}{int(month[5:]) + 1:02}" if month else ""


def _nearest(number: int, text: str, key: str, allowed: int) -> Hit | None:
    """The stretch of `text` nearest to the key, where at most `allowed` characters differ."""
    cutoff = 100.0 * max(0.0, 1 - 2.2 * allowed / max(len(key), 1))
    found = fuzz.partial_ratio_alignment(key, text, score_cutoff=min(cutoff, 90.0))
    if found is None:
        return None
    best: Hit | None = None
    least = (allowed + 1, 0)
    start, end = found.dest_start, found.dest_end
    reach = min(allowed, REFINED_BY)
    spans = [(s, e) for s in range(max(start - reach, 0), start + reach + 1)
             for e in range(max(end - reach, s + 1), min(end + reach, len(text)) + 1)]  # fmt: skip
    for s, e in spans:
        if "\n" in text[s:e]:
            continue
        errors = Levenshtein.distance(key, text[s:e], score_cutoff=least[0])
        rank = errors, abs(e - s - len(key))
        if rank < least:
            best, least = Hit(number, s, e, errors), rank
    return best
