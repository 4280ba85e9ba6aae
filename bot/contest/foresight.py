"""Could an ungraded report still change a winner? (rule 4) Pure trials; knows no database, no clock."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from bot.contest.annex import RowKind
from bot.contest.rules import RuleSet
from bot.contest.scoring import (
    ErratumPoints,
    ReportScore,
    ScoringReport,
    Standing,
    finder_ranks,
    in_order,
    rank_key,
    score_ranked,
    standing_of,
)
from bot.contest.selection import choose
from models.enums import Doubling, Verdict

Names = tuple[frozenset[int], frozenset[int]]
"""The best and the excellent; the order within them is not published."""


def could_change(
    reports: Iterable[ScoringReport],
    errata: Mapping[int, ErratumPoints],
    open_numbers: Collection[int],
    *,
    excluded: Mapping[int, str],
    rules: RuleSet,
    seed: str,
    previous_best: Sequence[Iterable[int]] = (),
) -> tuple[int, ...]:
    """The open reports, by number, of which one may still put another name among the winners; empty: pick.

    Each open report is tried as it stands (undecided), at 0 (a plain "no", which also weighs on the share
    accepted) and at its highest (accepted, three marks; an erratum without points yet takes the dearest row,
    doubled). Two small items may matter only together, so each is tried four times over: the other open
    ones as they stand, its own person's others at their highest and at 0, and all others at their highest.
    """
    known, held = _with_room(reports, errata, open_numbers, rules)
    plain = _Board(held, known, rules, seed, excluded, previous_best)
    pending = [report for report in held if report.number in set(open_numbers)]
    highest = {report.number: _at_highest(report) for report in pending}
    raised = _Board([highest.get(r.number, r) for r in held], known, rules, seed, excluded, previous_best)
    by_person: dict[int, list[ScoringReport]] = {}
    for report in pending:
        by_person.setdefault(report.person_id, []).append(highest[report.number])
    found: list[int] = []
    for report in pending:
        tries = (report, replace(report, verdict=Verdict.NOT_AN_ERROR), highest[report.number])
        others = [item for item in by_person[report.person_id] if item.number != report.number]
        backgrounds: list[tuple[_Board, list[ScoringReport]]] = [(plain, []), (raised, [])]
        if others:
            refused = [replace(item, verdict=Verdict.NOT_AN_ERROR) for item in others]
            backgrounds += [(plain, others), (plain, refused)]
        if any(len({board.names([*rest, trial]) for trial in tries}) > 1 for board, rest in backgrounds):
            found.append(report.number)
    return tuple(sorted(found))


def _with_room(
    reports: Iterable[ScoringReport],
    errata: Mapping[int, ErratumPoints],
    open_numbers: Collection[int],
    rules: RuleSet,
) -> tuple[dict[int, ErratumPoints], list[ScoringReport]]:
    """Gives every open report an erratum with points: its own, or the dearest that a grade could give it."""
    top = max(
        (row for row in rules.annex if row.kind is RowKind.POINTS),
        key=lambda row: row.base_milli * (rules.doubling_factor if row.doubles else 1),
    )
    doubling = Doubling.HEADLINE if top.doubles else Doubling.NONE
    known, held, pending = dict(errata), [], set(open_numbers)
    for report in reports:
        if report.number not in pending:
            held.append(report)
        else:
            # Errata carry positive keys; a negative one stands for "an error of its own".
            erratum_id = -report.number if report.erratum_id is None else report.erratum_id
            known.setdefault(erratum_id, ErratumPoints(erratum_id, top.code, doubling))
            held.append(replace(report, erratum_id=erratum_id, verdict=None))
    return known, held


def _at_highest(report: ScoringReport) -> ScoringReport:
    return replace(report, verdict=Verdict.ACCEPTED, marks=(True, True, True))


class _Board:
    """A scored round in which a few reports can be tried otherwise at the cost of the persons touched."""

    def __init__(
        self,
        reports: Sequence[ScoringReport],
        errata: Mapping[int, ErratumPoints],
        rules: RuleSet,
        seed: str,
        excluded: Mapping[int, str],
        previous_best: Sequence[Iterable[int]],
    ) -> None:
        self._errata, self._rules, self._seed, self._excluded = errata, rules, seed, excluded
        self._previous = tuple(tuple(past) for past in previous_best)
        ordered = in_order(reports)
        self._reports = {report.number: report for report in ordered}
        self._ranks = finder_ranks(ordered, errata, rules)
        self._of_person: dict[int, list[int]] = {}
        self._of_erratum: dict[int, list[int]] = {}
        for report in ordered:
            self._of_person.setdefault(report.person_id, []).append(report.number)
            if report.erratum_id is not None:
                self._of_erratum.setdefault(report.erratum_id, []).append(report.number)
        scores = score_ranked(ordered, self._ranks, errata, rules)
        everybody = [self._standing(person, self._reports, scores) for person in self._of_person]
        # A person below the line can still be touched by a trial; then `names` works the standing out anew.
        eligible = (s for s in everybody if s.qualified and s.person_id not in excluded)
        self._sorted = sorted(eligible, key=rank_key)

    def names(self, changes: Iterable[ScoringReport]) -> Names:
        """Who would win with these reports in place of those of the same number (same person and erratum)."""
        changed = {report.number: report for report in changes}
        view = _View(self._reports, changed)
        ranks: dict[int, int] = {}
        ranked_anew: set[int] = set()
        persons = {report.person_id for report in changed.values()}
        for erratum_id in {report.erratum_id for report in changed.values() if report.erratum_id is not None}:
            group = [view[number] for number in self._of_erratum[erratum_id]]
            ranks |= finder_ranks(group, self._errata, self._rules)
            persons |= {report.person_id for report in group}
            ranked_anew |= {report.number for report in group}
        touched: list[Standing] = []
        for person in persons:
            mine = [view[number] for number in self._of_person[person]]
            known = {r.number: self._ranks[r.number] for r in mine
                     if r.number in self._ranks and r.number not in ranked_anew}
            scores = score_ranked(mine, known | ranks, self._errata, self._rules)
            touched.append(self._standing(person, view, scores))
        return self._winners(persons, touched)

    def _standing(
        self, person: int, reports: Mapping[int, ScoringReport] | _View, scores: Mapping[int, ReportScore]
    ) -> Standing:
        held = [reports[number] for number in self._of_person[person]]
        return standing_of(person, held, scores, self._rules, self._seed)

    def _winners(self, persons: set[int], touched: Iterable[Standing]) -> Names:
        # Only as many as there are prizes, and those who rest from being best, can stand among the winners.
        resting = {person for past in self._previous[: self._rules.best_rest_rounds] for person in past}
        enough = self._rules.best_count + self._rules.excellent_count + len(resting)
        top = list(islice((s for s in self._sorted if s.person_id not in persons), enough))
        keys = [rank_key(standing) for standing in top]
        for standing in touched:
            if standing.qualified and standing.person_id not in self._excluded:
                at = bisect_left(keys, rank_key(standing))
                keys.insert(at, rank_key(standing))
                top.insert(at, standing)
        result = choose(top, excluded={}, rules=self._rules, previous_best=self._previous)
        return frozenset(result.best), frozenset(result.excellent)


class _View:
    """The board's reports with a few of them changed, without copying the rest."""

    def __init__(self, base: Mapping[int, ScoringReport], changed: Mapping[int, ScoringReport]) -> None:
        self._base, self._changed = base, changed

    def __getitem__(self, number: int) -> ScoringReport:
        return self._changed.get(number) or self._base[number]
