"""An index of character bigrams over numbered texts: which of them may hold a key, which are most like it.

Knows characters only. Work is bounded: the rarest bigrams are read first, and at most so many postings.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from operator import add, itemgetter

from bot.understanding.thresholds import LEAST_VOTERS, MOST_INTERSECTED, VOTES, WORTH_INTERSECTING

TWO_BYTES = 1 << 16
Window = tuple[tuple[int, int], ...]
"""Stretches [from, to) of text numbers, not overlapping."""


def bigrams(key: str) -> list[str]:
    """Neighbouring characters, line ends left out; a single character is its own."""
    if len(key) == 1:
        return [key]
    grams = list(map(add, key, key[1:]))
    return [gram for gram in grams if "\n" not in gram] if "\n" in key else grams


class GramIndex:
    """Texts numbered from 0 by the bigrams in them."""

    def __init__(self, texts: Iterable[str], count: int) -> None:
        """`count`: how many texts there are; up to 65,536 of them a number takes two bytes."""
        self._postings: dict[str, array[int] | int] = {}  # a bigram of one text has no list of its own
        postings, size = self._postings, "H" if count <= TWO_BYTES else "I"
        for number, text in enumerate(texts):
            for gram in set(bigrams(text)):
                found = postings.get(gram)
                if found is None:
                    postings[gram] = number
                elif isinstance(found, int):
                    postings[gram] = array(size, (found, number))
                else:
                    found.append(number)

    def _lists(self, grams: Iterable[str], within: Window | None) -> list[Sequence[int]]:
        """The numbers holding each bigram, shortest list first; a bigram nowhere gives an empty list."""
        get = self._postings.get
        found: list[Sequence[int]] = [(numbers,) if isinstance(numbers := get(gram, ()), int) else numbers for gram in grams]
        if within is not None:
            found = [_cut(numbers, within) for numbers in found]
        found.sort(key=len)
        return found

    def holding(self, key: str, within: Window | None = None) -> list[int]:
        """Numbers of the texts that may hold the key: those with its rarest bigrams."""
        lists = self._lists(set(bigrams(key)), within)
        holding = lists[0] if lists else ()
        for other in lists[1:MOST_INTERSECTED]:
            if len(holding) <= WORTH_INTERSECTING:
                break
            holding = sorted(set(holding).intersection(other))
        return list(holding)

    def most_like(self, key: str, most: int, within: Window | None = None,
                  least: float = 0.0) -> tuple[list[tuple[int, int]], int]:  # fmt: skip
        """([(number, bigrams shared)] best first, how many bigrams were counted).

        The rarest bigrams vote first; once the postings read exceed VOTES, the commonest are left out. Texts that share
        a smaller part of them than `least` are left out, and nothing is counted where so few are known at all.
        """
        grams = set(bigrams(key))
        if least and sum(gram in self._postings for gram in grams) < least * len(grams):
            return [], len(grams)
        votes: Counter[int] = Counter()
        read = counted = 0
        for numbers in self._lists(grams, within):
            read += len(numbers)
            if read > VOTES and counted >= LEAST_VOTERS:
                break
            counted += 1
            votes.update(numbers)
        likely = [vote for vote in votes.items() if vote[1] >= least * counted] if least else votes.items()
        return sorted(likely, key=itemgetter(1), reverse=True)[:most], counted


def _cut(numbers: Sequence[int], within: Window) -> Sequence[int]:
    """Those of ascending numbers that lie in a window."""
    if not numbers:
        return ()
    if len(within) == 1:
        (lo, hi), = within
        return numbers[bisect_left(numbers, lo) : bisect_left(numbers, hi)]
    return [n for lo, hi in within for n in numbers[bisect_left(numbers, lo) : bisect_left(numbers, hi)]]
