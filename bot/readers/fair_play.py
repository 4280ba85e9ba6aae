"""Leads of fair play: what a person should look at before a round is picked. Pure; a lead is never a verdict.

Everything is found in one pass over the reports in order of time, so that a round of 200,000 costs seconds: readers are
compared only with those who reported the same erratum, or wrote the same letter, right before them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from models.work_enums import LeadKind

TOGETHER = timedelta(minutes=10)
"""Two readers who report the same erratum within this time did so together."""
LOOK_BACK = 3
"""So many finders of an erratum before this one are compared with him."""
SHARED_AT_LEAST = 4
ONE_PAGE_AT_LEAST, ONE_PAGE_SHARE = 10, 0.7
MAKER_AT_LEAST, MAKER_SHARE, MAKER_USUAL = 5, 0.8, 0.5
"""So many finds, so much of them on one member's pages, of which he makes at most this part of all pages reported."""
EARLY_AT_MOST = 3
"""Where more persons than these knew an issue before its day, it came out before its day."""
MOST_NUMBERS = 12
"""So many report numbers stand for the rest."""


_Shared = defaultdict[tuple[int, int], defaultdict[int, set[int]]]
"""By a pair of persons: what both did (an erratum, a letter), with the numbers of their reports of it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One report as leads are sought in it.

    `erratum`: root, None where it hangs on none yet. `page`: (issue id, page), None unplaced. `letter`: digest of the
    whole message where it is long enough to be somebody's own words. `out_at`: when its issue came out.
    """

    number: int
    reader_id: int
    person_id: int
    sent_at: datetime
    erratum: int | None = None
    page: tuple[int, str] | None = None
    letter: bytes | None = None
    out_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lead:
    """What was noticed. `readers`: one of each person, ascending. `count` of `total` as the kind says."""

    kind: LeadKind
    readers: tuple[int, ...]
    numbers: tuple[int, ...]
    count: int
    total: int
    page: tuple[int, str] | None = None
    staff_id: int | None = None


def find(reports: Iterable[Seen], *, makers: Mapping[tuple[int, str], Collection[int]],
         namesakes: Collection[int] = ()) -> list[Lead]:
    """All leads of a round. `makers`: who made a page; `namesakes`: readers whose printed name is that of a member."""
    ordered = sorted(reports, key=lambda one: (one.sent_at, one.number))
    own: dict[int, list[Seen]] = defaultdict(list)
    for one in ordered:
        own[one.person_id].append(one)
    found = [*_together(ordered, own), *_same_letters(ordered)]
    usual = _usual_shares(ordered, makers)
    found += _early(own.values())
    for reports_of_one in own.values():
        found += _of_one(reports_of_one, makers, usual, namesakes)
    return sorted(found, key=lambda lead: (list(LeadKind).index(lead.kind), -lead.count, lead.readers))


def _together(ordered: Sequence[Seen], own: Mapping[int, Sequence[Seen]]) -> Iterator[Lead]:
    """Persons who reported the same errata, one right after the other, again and again."""
    finders: dict[int, list[Seen]] = defaultdict(list)
    for one in ordered:
        if one.erratum is not None:
            finders[one.erratum].append(one)
    shared: _Shared = defaultdict(lambda: defaultdict(set))
    for erratum, seen in finders.items():
        for place, later in enumerate(seen):
            for earlier in seen[max(place - LOOK_BACK, 0):place]:
                if earlier.person_id != later.person_id and later.sent_at - earlier.sent_at <= TOGETHER:
                    pair = (min(earlier.person_id, later.person_id), max(earlier.person_id, later.person_id))
                    shared[pair][erratum] |= {earlier.number, later.number}
    close = {pair: errata for pair, errata in shared.items() if len(errata) >= SHARED_AT_LEAST}
    for persons, errata in _clusters(close):
        numbers = sorted(set().union(*errata.values()))
        most = max(len(own[person]) for person in persons)
        yield _lead(LeadKind.TOGETHER, [own[person][0] for person in persons], numbers, len(errata), most)


def _same_letters(ordered: Sequence[Seen]) -> Iterator[Lead]:
    """Persons who sent the same words, letter by letter."""
    letters: dict[bytes, dict[int, Seen]] = defaultdict(dict)
    for one in ordered:
        if one.letter is not None:
            letters[one.letter].setdefault(one.person_id, one)
    same: _Shared = defaultdict(lambda: defaultdict(set))
    first: dict[int, Seen] = {}
    for senders in letters.values():
        seen = list(senders.values())
        for earlier, later in pairwise(seen):
            pair = (min(earlier.person_id, later.person_id), max(earlier.person_id, later.person_id))
            same[pair][later.number] = {earlier.number, later.number}
            first.setdefault(earlier.person_id, earlier)
            first.setdefault(later.person_id, later)
    for persons, letters_of in _clusters(same):
        numbers = sorted(set().union(*letters_of.values()))
        yield _lead(LeadKind.SAME_LETTER, [first[person] for person in persons], numbers, len(letters_of), len(letters_of))


def _clusters(pairs: Mapping[tuple[int, int], Mapping[int, set[int]]]) -> list[tuple[list[int], dict[int, set[int]]]]:
    """Persons who hang together by pairs, each cluster with what all its pairs share."""
    cluster_of: dict[int, set[int]] = {}
    for one, other in pairs:
        mine, theirs = cluster_of.setdefault(one, {one}), cluster_of.setdefault(other, {other})
        if mine is not theirs:
            small, large = sorted((mine, theirs), key=len)
            large |= small
            cluster_of.update(dict.fromkeys(small, large))
    shared: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for (one, _), some in pairs.items():
        for what, numbers in some.items():
            shared[id(cluster_of[one])][what] |= numbers
    found = {id(cluster): cluster for cluster in cluster_of.values()}
    return [(sorted(cluster), shared[key]) for key, cluster in found.items()]


def _early(persons: Iterable[Sequence[Seen]]) -> Iterator[Lead]:
    """Few persons who reported errors of an issue before the day it came out."""
    early: dict[datetime, list[Lead]] = defaultdict(list)
    for own in persons:
        before = [one for one in own if one.out_at is not None and one.sent_at < one.out_at]
        if before:
            lead = _lead(LeadKind.EARLY, before[:1], [one.number for one in before], len(before), len(own))
            early[min(one.out_at for one in before if one.out_at is not None)].append(lead)
    for leads in early.values():
        yield from leads if len(leads) <= EARLY_AT_MOST else ()


def _of_one(own: Sequence[Seen], makers: Mapping[tuple[int, str], Collection[int]], usual: Mapping[int, float],
            namesakes: Collection[int]) -> Iterator[Lead]:
    """What is noticed about one person alone."""
    pages = Counter(one.page for one in own if one.page is not None)
    if pages:
        page, count = min(pages.items(), key=lambda item: (-item[1], item[0]))
        if count >= ONE_PAGE_AT_LEAST and count >= ONE_PAGE_SHARE * len(own):
            numbers = [one.number for one in own if one.page == page]
            yield _lead(LeadKind.ONE_PAGE, own[:1], numbers, count, len(own), page=page)
    made = Counter(maker for one in own if one.page is not None for maker in set(makers.get(one.page, ())))
    for staff_id, count in sorted(made.items()):
        if count >= MAKER_AT_LEAST and count >= MAKER_SHARE * len(own) and usual.get(staff_id, 0.0) <= MAKER_USUAL:
            numbers = [one.number for one in own if one.page is not None and staff_id in makers.get(one.page, ())]
            yield _lead(LeadKind.ONE_MAKER, own[:1], numbers, count, len(own), staff_id=staff_id)
    alike = [one for one in own if one.reader_id in namesakes]
    if alike:
        yield _lead(LeadKind.NAMESAKE, alike[:1], [one.number for one in own], len(own), len(own))


def _usual_shares(reports: Sequence[Seen], makers: Mapping[tuple[int, str], Collection[int]]) -> dict[int, float]:
    """By member of staff: his part of the pages that anybody reported an error on."""
    pages = {one.page for one in reports if one.page is not None}
    made = Counter(maker for page in pages for maker in set(makers.get(page, ())))
    return {staff_id: count / len(pages) for staff_id, count in made.items()}


def _lead(kind: LeadKind, of: Iterable[Seen], numbers: Sequence[int], count: int, total: int, *,
          page: tuple[int, str] | None = None, staff_id: int | None = None) -> Lead:
    return Lead(kind, tuple(sorted(one.reader_id for one in of)), tuple(numbers[:MOST_NUMBERS]), count, total, page, staff_id)
