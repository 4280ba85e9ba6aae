"""Could an open report, or another grade of a decided one, still change a winner? (rules 4, 10) Pure trials; no database."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import Protocol

from bot.contest.annex import RowKind
from bot.contest.close_calls import reach
from bot.contest.pairs import MOST_FINALISTS, Comparison
from bot.contest.rules import RuleSet
from bot.contest.scoring import (
    REPEAT,
    ErratumPoints,
    ReportScore,
    ScoringReport,
    Standing,
    Why,
    finder_ranks,
    in_order,
    rank_key,
    score,
    score_ranked,
    standing_of,
    standings,
)
from bot.contest.selection import choose
from models.enums import SCORING_VERDICTS, Doubling, Verdict

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

    Each open report is tried as it stands (undecided, or as decided before a second opinion), at 0 (a plain "no",
    which also weighs on the share accepted) and at its highest (accepted, three marks; an erratum without points yet
    takes the dearest row, doubled). Two small items may matter only together, so each is tried four times over: the
    other open ones as they stand, its own person's others at their highest and at 0, and all others at their highest.
    """
    if not open_numbers:
        return ()
    known, held = _with_room(reports, errata, open_numbers, rules)
    plain = Board(held, known, rules, seed, excluded, previous_best)
    pending = [report for report in held if report.number in set(open_numbers)]
    highest = {report.number: _at_highest(report) for report in pending}
    raised = Board([highest.get(r.number, r) for r in held], known, rules, seed, excluded, previous_best)
    by_person: dict[int, list[ScoringReport]] = {}
    for report in pending:
        by_person.setdefault(report.person_id, []).append(highest[report.number])
    found: list[int] = []
    for report in pending:
        tries = (report, report._replace(verdict=Verdict.NOT_AN_ERROR), highest[report.number])
        others = [item for item in by_person[report.person_id] if item.number != report.number]
        backgrounds: list[tuple[Board, list[ScoringReport]]] = [(plain, []), (raised, [])]
        if others:
            refused = [item._replace(verdict=Verdict.NOT_AN_ERROR) for item in others]
            backgrounds += [(plain, others), (plain, refused)]
        if any(len({board.names([*rest, trial]) for trial in tries}) > 1 for board, rest in backgrounds):
            found.append(report.number)
    return tuple(sorted(found))


def contenders(
    reports: Iterable[ScoringReport],
    errata: Mapping[int, ErratumPoints],
    numbers: Collection[int],
    *,
    excluded: Mapping[int, str],
    rules: RuleSet,
    seed: str,
    previous_best: Sequence[Iterable[int]] = (),
    scored: tuple[Mapping[int, ReportScore], Sequence[Standing]] | None = None,
) -> tuple[int, ...]:
    """Of these accepted reports, those on whose grade the names at places 1/2 or 11/12 hang.

    Each is tried at 0 (a plain "no") and at its highest (three marks), everything else as it stands. What changes
    the best, or who is among the excellent, is near a cut line; what changes neither is not, however high it scores.
    """
    held = list(reports)
    if scored is None:
        scores = score(held, errata, rules)
        scored = scores, standings(scores, held, (), rules, seed)
    line = _line(scored[1], excluded, rules, previous_best)
    wanted = set(numbers)
    accepted = [one for one in held if one.number in wanted and one.verdict in SCORING_VERDICTS]
    within = reach.within(accepted, held, *scored, line_milli=line, excluded=excluded, rules=rules)
    board = Board(_around(within, held), errata, rules, seed, excluded, previous_best, standings=scored[1])
    present = board.names(())
    return tuple(sorted(
        one.number for one in within
        if any(board.names([trial]) != present
               for trial in (one._replace(verdict=Verdict.NOT_AN_ERROR), _at_highest(one)))))


def _line(standings: Iterable[Standing], excluded: Mapping[int, str], rules: RuleSet,
          previous_best: Sequence[Iterable[int]]) -> int | None:
    """The total of the last who can stand among the winners; None where there is room for anybody. `standings` in order."""
    eligible = (one for one in standings if one.qualified and one.person_id not in excluded)
    last = next(islice(eligible, max(_enough(rules, previous_best) - 1, 0), None), None)
    return None if last is None else last.total_milli


def _enough(rules: RuleSet, previous_best: Sequence[Iterable[int]]) -> int:
    """Only as many as there are prizes, and those who rest from being best, can stand among the winners."""
    resting = {person for past in previous_best[: rules.best_rest_rounds] for person in past}
    enough = rules.best_count + rules.excellent_count
    if rules.compares_pairs:  # so many share place 1 that they are not compared: that must be seen here too
        enough = max(enough, MOST_FINALISTS + 1)
    return enough + len(resting)


def _around(tried: Iterable[ScoringReport], reports: Sequence[ScoringReport]) -> list[ScoringReport]:
    """The reports from which trials with these are worked out: all of whoever reported their errata, and whatever stands
    in the way of those."""
    errata = {one.erratum_id for one in tried if one.erratum_id is not None}
    persons = {one.person_id for one in tried} | {one.person_id for one in reports if one.erratum_id in errata}
    further = {one.erratum_id for one in reports if one.person_id in persons and one.erratum_id is not None}
    return [one for one in reports if one.person_id in persons or one.erratum_id in further]


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
            held.append(report._replace(erratum_id=erratum_id))
    return known, held


def _at_highest(report: ScoringReport) -> ScoringReport:
    return report._replace(verdict=Verdict.ACCEPTED, marks=(True, True, True))


class ScoredRound(Protocol):
    """A round as scored, with what it was scored from; `bot.contest.standing.RoundStanding` is one."""

    @property
    def rules(self) -> RuleSet: ...
    @property
    def seed(self) -> str: ...
    @property
    def reports(self) -> tuple[ScoringReport, ...]: ...
    @property
    def errata(self) -> Mapping[int, ErratumPoints]: ...
    @property
    def excluded(self) -> Mapping[int, str]: ...
    @property
    def previous_best(self) -> tuple[tuple[int, ...], ...]: ...
    @property
    def comparisons(self) -> tuple[Comparison, ...]: ...
    @property
    def scores(self) -> Mapping[int, ReportScore]: ...
    @property
    def standings(self) -> tuple[Standing, ...]: ...


def _ranks(scores: Iterable[ReportScore]) -> dict[int, int]:
    """The ranks that scores were worked out from, as far as they matter to them."""
    found: dict[int, int] = {}
    for one in scores:
        if one.finder_rank is not None:
            found[one.number] = one.finder_rank
        elif Why.REPEAT in one.why:
            found[one.number] = REPEAT
    return found


class Board:
    """A scored round in which a few reports can be tried otherwise at the cost of the persons touched.

    `comparisons` of finalists count as they do in the pick; whoever asks only about open work has none yet. `standings`:
    of these reports, where they are known; else they are worked out.
    """

    def __init__(
        self,
        reports: Sequence[ScoringReport],
        errata: Mapping[int, ErratumPoints],
        rules: RuleSet,
        seed: str,
        excluded: Mapping[int, str],
        previous_best: Sequence[Iterable[int]],
        comparisons: Sequence[Comparison] = (),
        standings: Iterable[Standing] | None = None,
    ) -> None:
        ordered = in_order(reports)
        ranks = finder_ranks(ordered, errata, rules)
        self._hold(ordered, ranks, errata, rules, seed, excluded, previous_best, comparisons)
        if standings is None:
            scores = score_ranked(ordered, ranks, errata, rules)
            standings = [self._standing(person, self._reports, scores) for person in self._of_person]
        self._line_up(standings)

    @classmethod
    def near(cls, held: ScoredRound, numbers: Collection[int]) -> Board:
        """Of a round that is scored already, for trials of these reports only: whoever they cannot touch is taken as he
        stands, so that a large round costs hardly more than a small one."""
        wanted = set(numbers)
        errata = {one.erratum_id for one in held.reports if one.number in wanted and one.erratum_id is not None}
        persons = {one.person_id for one in held.reports if one.number in wanted or one.erratum_id in errata}
        ordered = in_order(one for one in held.reports if one.person_id in persons)
        board = cls.__new__(cls)
        board._hold(ordered, _ranks(held.scores[one.number] for one in ordered), held.errata, held.rules, held.seed,
                    held.excluded, held.previous_best, held.comparisons)
        board._line_up(held.standings)
        return board

    def _hold(
        self, ordered: Sequence[ScoringReport], ranks: dict[int, int], errata: Mapping[int, ErratumPoints], rules: RuleSet,
        seed: str, excluded: Mapping[int, str], previous_best: Sequence[Iterable[int]], comparisons: Sequence[Comparison],
    ) -> None:
        self._errata, self._rules, self._seed, self._excluded = errata, rules, seed, excluded
        self._previous = tuple(tuple(past) for past in previous_best)
        self._comparisons = comparisons
        self._reports = {report.number: report for report in ordered}
        self._ranks = ranks
        self._of_person: dict[int, list[int]] = {}
        self._of_erratum: dict[int, list[int]] = {}
        for report in ordered:
            self._of_person.setdefault(report.person_id, []).append(report.number)
            if report.erratum_id is not None:
                self._of_erratum.setdefault(report.erratum_id, []).append(report.number)

    def _line_up(self, standings: Iterable[Standing]) -> None:
        # A person below the line can still be touched by a trial; then `names` works the standing out anew.
        eligible = (s for s in standings if s.qualified and s.person_id not in self._excluded)
        self._sorted = sorted(eligible, key=rank_key)
        self._enough = _enough(self._rules, self._previous)
        self._top = {standing.person_id for standing in self._sorted[: self._enough]}
        full = len(self._top) == self._enough and self._enough > 0
        self._last = rank_key(self._sorted[self._enough - 1]) if full else None
        self._present = self._winners(set(), ())

    def names(self, changes: Iterable[ScoringReport]) -> Names:
        """Who would win with these reports in place of those of the same number (same person and erratum)."""
        changed = {report.number: report for report in changes if self._reports[report.number] != report}
        if not changed:
            return self._present
        view = _View(self._reports, changed)
        ranks: dict[int, int] = {}
        ranked_anew: set[int] = set()
        persons = {report.person_id for report in changed.values()}
        for erratum_id in {report.erratum_id for report in changed.values() if report.erratum_id is not None}:
            group = [view[number] for number in self._of_erratum[erratum_id]]
            anew = finder_ranks(group, self._errata, self._rules)
            persons |= {report.person_id for report in group
                        if self._place(anew.get(report.number)) != self._place(self._ranks.get(report.number))}
            ranks |= anew
            ranked_anew.update(self._of_erratum[erratum_id])
        touched: list[Standing] = []
        for person in persons:
            mine = [view[number] for number in self._of_person[person]]
            known = {r.number: self._ranks[r.number] for r in mine
                     if r.number in self._ranks and r.number not in ranked_anew}
            scores = score_ranked(mine, known | ranks, self._errata, self._rules)
            touched.append(self._standing(person, view, scores))
        return self._winners(persons, touched) if self._matters(persons, touched) else self._present

    def _matters(self, persons: set[int], touched: Iterable[Standing]) -> bool:
        """Whether one of those who stand at the top is touched, or somebody comes up to them."""
        return self._last is None or not self._top.isdisjoint(persons) or any(
            one.qualified and rank_key(one) < self._last for one in touched)

    def _place(self, rank: int | None) -> int | None:
        """A rank as far as it counts: whoever comes after the last share gets nothing, wherever he stands."""
        return rank if rank is None else min(rank, len(self._rules.shares_quarters) + 1)

    def _standing(
        self, person: int, reports: Mapping[int, ScoringReport] | _View, scores: Mapping[int, ReportScore]
    ) -> Standing:
        held = [reports[number] for number in self._of_person[person]]
        return standing_of(person, held, scores, self._rules, self._seed)

    def _winners(self, persons: set[int], touched: Iterable[Standing]) -> Names:
        top = list(islice((s for s in self._sorted if s.person_id not in persons), self._enough))
        keys = [rank_key(standing) for standing in top]
        for standing in touched:
            if standing.qualified and standing.person_id not in self._excluded:
                at = bisect_left(keys, rank_key(standing))
                keys.insert(at, rank_key(standing))
                top.insert(at, standing)
        result = choose(top, excluded={}, rules=self._rules, previous_best=self._previous, comparisons=self._comparisons)
        return frozenset(result.best), frozenset(result.excellent)


class _View:
    """The board's reports with a few of them changed, without copying the rest."""

    def __init__(self, base: Mapping[int, ScoringReport], changed: Mapping[int, ScoringReport]) -> None:
        self._base, self._changed = base, changed

    def __getitem__(self, number: int) -> ScoringReport:
        return self._changed.get(number) or self._base[number]
