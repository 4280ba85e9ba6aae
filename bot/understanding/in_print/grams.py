"""An index of character bigrams over numbered texts: which of them may hold a key, which are most like it.

Knows characters only. Work is bounded: the rarest bigrams are read first, and at most so many postings.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from itertools import chain, groupby
from math import ceil
from operator import add, itemgetter

from bot.understanding.thresholds import LEAST_VOTERS, MOST_INTERSECTED, VOTES, WORTH_INTERSECTING

TWO_BYTES = 1 << 16
Window = tuple[tuple[int, int], ...]
"""Stretches [from, to) of text numbers, not overlapping."""
ALONE = "\n"
"""Stands for the second character of a text that has only one."""
NOWHERE = "", 0


def bigrams(key: str) -> list[str]:
    """Neighbouring characters, line ends left out; a single character is its own."""
    if len(key) == 1:
        return [key]
    grams = list(map(add, key, key[1:]))
    return [gram for gram in grams if "\n" not in gram] if "\n" in key else grams


class GramIndex:
    """Texts numbered from 0 by the bigrams in them.

    The posting lists lie one behind another in one array, those of bigrams with the same first character together: a
    string, an entry and a list for each of them would take three times as much memory.
    """

    def __init__(self, texts: Iterable[str], count: int) -> None:
        """`count`: how many texts there are; up to 65,536 of them a number takes two bytes."""
        pairs, self._starts, self._numbers = _postings(texts, "H" if count <= TWO_BYTES else "I")
        firsts, seconds = pairs[::2], pairs[1::2]
        self._rows: dict[str, tuple[str, int]] = {}  # first character: all second ones, the number of the first bigram
        begin = 0
        for first, same in groupby(firsts):
            end = begin + sum(1 for _ in same)
            self._rows[first] = seconds[begin:end], begin
            begin = end

    def _places(self, grams: set[str], least: int) -> list[int]:
        """Where in `_starts` the bigrams stand that are in any text; [] where fewer than `least` of them are."""
        row_of, places, may_lack = self._rows.get, [], len(grams) - least
        for gram in grams:
            seconds, begin = row_of(gram[0], NOWHERE)
            at = seconds.find(gram[1])
            if at >= 0:
                places.append(begin + at)
            elif may_lack:
                may_lack -= 1
            else:
                return []
        return places

    def _lists(self, places: Iterable[int], within: Window | None) -> list[array[int]]:
        """The numbers holding each of some bigrams, shortest list first."""
        starts, numbers = self._starts, self._numbers
        if within is not None and len(within) == 1:
            (lo, hi), = within
            lists = [numbers[bisect_left(numbers, lo, start, stop) : bisect_left(numbers, hi, start, stop)]
                     for start, stop in [(starts[place], starts[place + 1]) for place in places]]  # fmt: skip
        else:
            lists = [numbers[starts[place] : starts[place + 1]] for place in places]
            if within is not None:
                lists = [_cut(one, within) for one in lists]
        lists.sort(key=len)
        return lists

    def holding(self, key: str, within: Window | None = None) -> list[int]:
        """Numbers of the texts that may hold the key: those with its rarest bigrams."""
        grams = _pairs(key)
        places = self._places(grams, len(grams))
        if not places:
            return []
        lists = self._lists(places, within)
        holding: Iterable[int] = lists[0]
        found = len(lists[0])
        for other in lists[1:MOST_INTERSECTED]:
            if found <= WORTH_INTERSECTING:
                break
            holding = sorted(set(holding).intersection(other))
            found = len(holding)
        return list(holding)

    def most_like(self, key: str, most: int, within: Window | None = None,
                  least: float = 0.0) -> tuple[list[tuple[int, int]], int]:  # fmt: skip
        """([(number, bigrams shared)] best first, how many bigrams were counted).

        The rarest bigrams vote first; once the postings read exceed VOTES, the commonest are left out. Texts that share
        a smaller part of them than `least` are left out, and nothing is counted where so few are known at all.
        """
        grams = _pairs(key)
        places = self._places(grams, ceil(least * len(grams)))
        if not places:
            return [], len(grams)
        voting: list[array[int]] = []
        read, counted = 0, len(grams) - len(places)
        for numbers in self._lists(places, within):
            read += len(numbers)
            if read > VOTES and counted >= LEAST_VOTERS:
                break
            counted += 1
            voting.append(numbers)
        votes, enough = Counter(chain.from_iterable(voting)), least * counted
        likely = [vote for vote in votes.items() if vote[1] >= enough] if least else votes.items()
        return sorted(likely, key=itemgetter(1), reverse=True)[:most], counted


def _postings(texts: Iterable[str], size: str) -> tuple[str, array[int], array[int]]:
    """(all bigrams in order, two characters each, where the numbers of each begin and the last ones end, the numbers).

    What is made on the way is gone before anything small that stays is made, which would keep its memory from going.
    """
    postings: dict[str, array[int]] = {}
    for number, text in enumerate(texts):
        for gram in _pairs(text):
            if (found := postings.get(gram)) is None:
                found = postings[gram] = array(size)
            found.append(number)
    starts, numbers = array("I", (0,)), array(size)
    for gram in sorted(postings):
        numbers.extend(postings[gram])
        starts.append(len(numbers))
    return "".join(sorted(postings)), starts, numbers


def _pairs(key: str) -> set[str]:
    """The bigrams, every one of two characters."""
    return {key + ALONE} if len(key) == 1 else set(bigrams(key))


def _cut(numbers: array[int], within: Window) -> array[int]:
    """Those of ascending numbers that lie in a window."""
    cut = array(numbers.typecode)
    for lo, hi in within:
        cut += numbers[bisect_left(numbers, lo) : bisect_left(numbers, hi)]
    return cut
