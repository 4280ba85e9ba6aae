"""The printed words, findable: an index of character bigrams over articles. Knows no reader and no citation."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from bot.understanding.normalise import loose_key, loose_key_with_origin, strict_key
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

MOST_HITS = 40
"""So many places of one quotation are looked at."""
BEST_CANDIDATES = 8
"""So many articles are aligned with a quotation that is nowhere exactly (performance notes: 8 suffice)."""
VOTES, LEAST_VOTERS = 4000, 3
"""Postings read for one search, so that common bigrams of a large catalogue cost no more."""
LONGEST_KEY = 200
RUN_CANDIDATES = 6


@dataclass(frozen=True, slots=True)
class Entry:
    """One article with all that it stands in. `loose`: the loose keys of its units, joined by line ends."""

    paper: PaperText
    issue: IssueText
    page: PageText
    article: ArticleText
    units: tuple[tuple[int, str], ...]
    loose: str
    starts: tuple[int, ...]

    @property
    def is_caption(self) -> bool:
        return self.article.kind == "caption" or not self.article.title


@dataclass(frozen=True, slots=True)
class Hit:
    """[start, end) in the loose text of article number `entry`, `errors` characters away from what was sought."""

    entry: int
    start: int
    end: int
    errors: int = 0


def _entries(catalogue: Catalogue) -> Iterator[Entry]:
    for paper in catalogue.papers:
        for issue in paper.issues:
            for page in issue.pages:
                for article in page.articles:
                    units = [(TITLE, article.title)] if article.title else []
                    units += [(SUBTITLE, article.subtitle)] if article.subtitle else []
                    units += list(enumerate(article.paragraphs))
                    keys = [loose_key(text) for _, text in units]
                    starts, at = [], 0
                    for key in keys:
                        starts.append(at)
                        at += len(key) + 1
                    yield Entry(paper, issue, page, article, tuple(units), "\n".join(keys), tuple(starts))


def bigrams(key: str) -> list[str]:
    """Neighbouring characters, line ends left out; a single character is its own."""
    if len(key) == 1:
        return [key]
    return [key[i : i + 2] for i in range(len(key) - 1) if "\n" not in key[i : i + 2]]


def tolerance(length: int) -> int:
    """How many characters of a quotation of `length` (loose key) may differ from print."""
    if length < 5:
        return 0
    if length < 8:
        return 1
    if length < 12:
        return 2
    return max(3, length * 15 // 100)


class PrintedText:
    """All articles of a catalogue and the bigrams in them."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.entries = tuple(_entries(catalogue))
        self._postings: dict[str, array[int]] = {}
        for number, entry in enumerate(self.entries):
            for gram in set(bigrams(entry.loose)):
                self._postings.setdefault(gram, array("I")).append(number)
        self._everything: array[int] = array("I", range(len(self.entries)))

    def _holding(self, key: str) -> Iterable[int]:
        """Articles that may hold the key: those with its rarest bigrams."""
        if len(key) < 2:
            return self._everything
        lists = []
        for gram in bigrams(key):
            found = self._postings.get(gram)
            if found is None:
                return ()
            lists.append(found)
        lists.sort(key=len)
        holding = set(lists[0])
        for other in lists[1:4]:
            if len(holding) < 4:
                break
            holding.intersection_update(other)
        return sorted(holding)

    def exact(self, key: str, within: frozenset[int] | None = None) -> list[Hit]:
        """Every place of a loose key, at most MOST_HITS."""
        hits: list[Hit] = []
        if not key or "\n" in key:
            return hits
        for number in self._holding(key):
            if within is not None and number not in within:
                continue
            text = self.entries[number].loose
            at = text.find(key)
            while at >= 0:
                hits.append(Hit(number, at, at + len(key)))
                if len(hits) >= MOST_HITS:
                    return hits
                at = text.find(key, at + 1)
        return hits

    def candidates(self, key: str, most: int = BEST_CANDIDATES) -> list[tuple[int, int]]:
        """(article number, bigrams shared) of the articles that share most bigrams with the key.

        The rarest bigrams vote first; once the postings read exceed VOTES, the commonest are left out.
        """
        votes: Counter[int] = Counter()
        lists = sorted(
            (found for gram in set(bigrams(key[:LONGEST_KEY])) if (found := self._postings.get(gram))), key=len
        )
        read = 0
        for used, postings in enumerate(lists):
            read += len(postings)
            if read > VOTES and used >= LEAST_VOTERS:
                break
            votes.update(postings)
        return votes.most_common(most)

    def fuzzy(self, key: str) -> list[Hit]:
        """Places within the tolerance of the key's length, the nearest only; ties are all given."""
        key = key[:LONGEST_KEY]
        allowed = tolerance(len(key))
        if not allowed:
            return []
        hits: list[Hit] = []
        candidates = self.candidates(key)
        least_shared = max(1, candidates[0][1] - 2 * allowed - 1) if candidates else 1
        for number, shared in candidates:
            if shared < least_shared:
                continue
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

    def longest_run(self, text: str, shortest: int) -> tuple[str, int] | None:
        """(run, offset in the loose key of `text`): the longest stretch of `text` that stands in print."""
        key = loose_key(text)[:LONGEST_KEY]
        best: tuple[str, int] | None = None
        length = shortest - 1
        for number, _ in self.candidates(key, RUN_CANDIDATES):
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
        unit = bisect_right(entry.starts, hit.start) - 1
        number, text = entry.units[unit]
        _, origin = loose_key_with_origin(text)
        last = max(hit.end - 1 - entry.starts[unit], 0)
        start = origin[min(hit.start - entry.starts[unit], len(origin) - 1)]
        end = origin[min(last, len(origin) - 1)] + 1
        return Place(entry.paper.id, entry.issue.id, entry.page.id, entry.article.id, number, start,
                     min(end, len(text)))  # fmt: skip

    def unit_of(self, hit: Hit) -> int:
        """Paragraph number (TITLE, SUBTITLE or from 0) in which a hit starts."""
        entry = self.entries[hit.entry]
        return entry.units[bisect_right(entry.starts, hit.start) - 1][0]

    def strictly(self, hits: list[Hit], words: str) -> list[Hit]:
        """Those hits whose print agrees with `words` in punctuation too; all of them where none does."""
        wanted = strict_key(words)
        same = [hit for hit in hits if wanted in strict_key(self._around(hit))]
        return same or hits

    def _around(self, hit: Hit) -> str:
        place, entry = self.place(hit), self.entries[hit.entry]
        text = next(text for number, text in entry.units if number == place.paragraph)
        return text[max(place.start - 2, 0) : place.end + 2]


def _nearest(number: int, text: str, key: str, allowed: int) -> Hit | None:
    """The stretch of `text` nearest to the key, where at most `allowed` characters differ."""
    cutoff = 100.0 * max(0.0, 1 - 2.2 * allowed / max(len(key), 1))
    found = fuzz.partial_ratio_alignment(key, text, score_cutoff=min(cutoff, 90.0))
    if found is None:
        return None
    best: Hit | None = None
    least = (allowed + 1, 0)
    for start in range(max(found.dest_start - allowed, 0), found.dest_start + allowed + 1):
        for end in range(max(found.dest_end - allowed, start + 1), min(found.dest_end + allowed, len(text)) + 1):
            if "\n" in text[start:end]:
                continue
            errors = Levenshtein.distance(key, text[start:end], score_cutoff=allowed)
            rank = errors, abs(end - start - len(key))
            if rank < least:
                best, least = Hit(number, start, end, errors), rank
    return best
