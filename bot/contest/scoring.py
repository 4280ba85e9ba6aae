"""What each report of a round is worth and how the persons stand: pure functions of values.

Knows no database, no clock, no network. Points are integer thousandths ("milli") everywhere; where a rule set
of odd values leaves a fraction of a thousandth, it falls away (the default values leave none).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from bot.contest.annex import USAGE, AnnexRow, RowKind
from bot.contest.rules import QUARTERS, RuleSet
from bot.contest.values import (
    ErratumPoints,
    ReportScore,
    ScoringInputError,
    ScoringReport,
    Standing,
    Why,
    WhyNot,
)
from models.enums import Doubling, Verdict

__all__ = [
    "ACCEPTING", "ALL_MARKS", "REFUSING", "REPEAT", "ErratumPoints", "ReportScore", "ScoringInputError", "ScoringReport",
    "Standing", "Why", "WhyNot", "clarity_tenths", "counts_as", "draw_hash", "finder_ranks",
    "in_order", "rank_key", "score", "score_ranked", "standing_of", "standings",
]  # fmt: skip

ACCEPTING = frozenset({Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_EDITS})
REFUSING = frozenset({Verdict.NOT_AN_ERROR, Verdict.OUT_OF_SCOPE, Verdict.CANNOT_CHECK})
"""The "no" that counts against the share accepted; 建议, 两可 and repeats count neither way (rule 11)."""

UNDECIDED = frozenset({None, Verdict.NEEDS_MORE})

ALL_MARKS = 3

REPEAT = 0
"""In place of a rank: the person's own further report of an erratum."""


_IN_ORDER = attrgetter("counts_at", "sequence", "number")


def in_order(reports: Iterable[ScoringReport]) -> list[ScoringReport]:
    """Rule 2: the time that counts, then our receipt sequence. The number only makes the order total."""
    return sorted(reports, key=_IN_ORDER)


def score(
    reports: Iterable[ScoringReport], errata: Mapping[int, ErratumPoints], rules: RuleSet
) -> dict[int, ReportScore]:
    """The score of every report of one round, by report number. The order of the input does not matter."""
    ordered = in_order(reports)
    return score_ranked(ordered, finder_ranks(ordered, errata, rules), errata, rules)


def finder_ranks(
    ordered: Iterable[ScoringReport], errata: Mapping[int, ErratumPoints], rules: RuleSet
) -> dict[int, int]:
    """Rule 9: by report number the rank of each find, REPEAT for a person's own further report of it.

    A report that is no find (withdrawn, late, lapsed, refused, staff, blocked) is absent and in nobody's way.
    """
    escalated = {row.code for row in rules.annex if row.kind is RowKind.ESCALATED}
    ranks: dict[int, int] = {}
    finders: dict[int, list[int]] = {}
    for number, person_id, erratum_id, verdict, _, _, _, late, withdrawn, lapsed, _, finder_ok in ordered:
        if erratum_id is None or withdrawn or late or lapsed or not finder_ok or verdict in UNDECIDED:
            continue
        if (erratum := errata.get(erratum_id)) is not None and erratum.row_code in escalated:
            continue
        found_by = finders.get(erratum_id)
        if found_by is not None and person_id in found_by:
            ranks[number] = REPEAT
        elif verdict in ACCEPTING:
            if found_by is None:
                finders[erratum_id] = found_by = []
            found_by.append(person_id)
            ranks[number] = len(found_by)
    return ranks


def score_ranked(
    ordered: Iterable[ScoringReport],
    ranks: Mapping[int, int],
    errata: Mapping[int, ErratumPoints],
    rules: RuleSet,
) -> dict[int, ReportScore]:
    """Points, share, cap and marks once the ranks are known. `ordered` holds all reports of its persons."""
    worth = _Worth(errata, rules)
    scores: dict[int, ReportScore] = {}
    usage: list[tuple[ScoringReport, ReportScore]] = []
    for report in ordered:
        number, rank = report.number, ranks.get(report.number)
        why = _worthless(report, rank)
        if why is not None:
            scores[number] = _nothing(report, (why,))
            continue
        found = worth.of(report, rank)
        if found is None:
            scores[number] = _nothing(report, (Why.ESCALATED,))
        elif found.usage:
            whole = found.score(number, sum(report.marks), 0)
            usage.append((report, whole))
            scores[number] = whole  # keeps its place in the order; what it is worth follows
        else:
            marks = sum(report.marks)
            scores[number] = found.score(number, marks, found.totals[marks])
    scores.update(_capped(usage, rules))
    return scores


class _Find(NamedTuple):
    """What every report of an erratum of one row and doubling is worth at one rank: all that no report adds to."""

    row_code: str
    base_milli: int
    doubling: Doubling
    points_milli: int
    rank: int
    share: int
    counted_milli: int
    why: tuple[Why, ...]
    usage: bool
    totals: tuple[int, ...]  # by marks, before any cap

    def score(self, number: int, marks: int, total_milli: int) -> ReportScore:
        return ReportScore(number, self.row_code, self.base_milli, self.doubling, self.points_milli, self.rank, self.share,
                           marks, self.counted_milli, self.counted_milli, total_milli, self.why)


class _Worth:
    """Rows, doublings and ranks are few, reports are many: each of their combinations is worked out once."""

    def __init__(self, errata: Mapping[int, ErratumPoints], rules: RuleSet) -> None:
        self._errata, self._rules = errata, rules
        self._rows = {row.code: row for row in rules.annex}
        self._known: dict[tuple[str, Doubling, int | None], _Find | None] = {}

    def of(self, report: ScoringReport, rank: int | None) -> _Find | None:
        """None: escalated. ScoringInputError where an accepted report has nothing to be worth something by."""
        erratum = None if report.erratum_id is None else self._errata.get(report.erratum_id)
        if erratum is None or erratum.row_code not in self._rows:
            raise ScoringInputError(f"accepted report {report.number} has no erratum with points")
        key = (erratum.row_code, erratum.doubling, rank)
        if key not in self._known:
            row = self._rows[erratum.row_code]
            # What is escalated is ranked by nobody (rule 9).
            self._known[key] = None if rank is None or row.kind is not RowKind.POINTS else _find(
                row, erratum.doubling, rank, self._rules)
        return self._known[key]


def _capped(usage: list[tuple[ScoringReport, ReportScore]], rules: RuleSet) -> dict[int, ReportScore]:
    """Rule 7: a person's first points of punctuation and number usage, in order of receipt: what a caller said counts
    from his call (rule 2) and uses the cap up only when it is entered."""
    used: dict[int, int] = {}  # person -> thousandths of the cap spent
    scores: dict[int, ReportScore] = {}
    for report, whole in sorted(usage, key=lambda one: (one[0].sequence, one[0].number)):
        capped = min(whole.counted_milli, rules.usage_cap_milli - used.get(report.person_id, 0))
        used[report.person_id] = used.get(report.person_id, 0) + capped
        scores[report.number] = _with_clarity(whole, capped, rules)
    return scores


def clarity_tenths(marks: int, rules: RuleSet) -> int:
    """Rule 8: 7 + 1 × marks, in tenths."""
    return rules.clarity_base_tenths + rules.clarity_step_tenths * marks


def _worthless(report: ScoringReport, rank: int | None) -> Why | None:
    if report.withdrawn:
        return Why.WITHDRAWN
    if report.late:
        return Why.LATE
    if report.lapsed:
        return Why.LAPSED
    if not report.finder_ok:
        return Why.NOT_A_FINDER
    verdict = report.verdict
    if verdict in UNDECIDED:
        return Why.UNDECIDED
    if rank == REPEAT or verdict is Verdict.REPEATED:
        return Why.REPEAT
    return None if verdict in ACCEPTING else Why.NOT_ACCEPTED


def _nothing(report: ScoringReport, why: tuple[Why, ...]) -> ReportScore:
    return ReportScore(report.number, "", 0, Doubling.NONE, 0, None, 0, sum(report.marks), 0, 0, 0, why)


def _find(row: AnnexRow, doubling: Doubling, rank: int, rules: RuleSet) -> _Find:
    """Rules 7 and 9 for a row that is scored."""
    why: list[Why] = []
    if doubling is not Doubling.NONE and not row.doubles:
        doubling = Doubling.NONE
        why.append(Why.NO_DOUBLING)
    points = row.base_milli * (1 if doubling is Doubling.NONE else rules.doubling_factor)
    share = rules.shares_quarters[rank - 1] if rank <= len(rules.shares_quarters) else 0
    if rank > 1 and points < rules.small_erratum_milli:
        share = 0
        why.append(Why.SMALL_ERRATUM)
    elif share == 0:
        why.append(Why.LATER_FINDER)
    counted = points * share // QUARTERS
    return _Find(row.code, row.base_milli, doubling, points, rank, share, counted, tuple(why), row.cap_group == USAGE,
                 tuple(counted * clarity_tenths(marks, rules) // 10 for marks in range(ALL_MARKS + 1)))


def _with_clarity(whole: ReportScore, capped: int, rules: RuleSet) -> ReportScore:
    why = whole.why if capped == whole.counted_milli else (*whole.why, Why.CAP)
    total = capped * clarity_tenths(whole.marks, rules) // 10
    return whole._replace(capped_milli=capped, total_milli=total, why=why)


# --- standings ---


def draw_hash(seed: str, number: int) -> str:
    """SHA-256(seed ‖ number): the hex seed followed by the decimal number, no separator.

    Anyone can recompute it: printf '%s%s' SEED NUMBER | sha256sum
    """
    return hashlib.sha256(f"{seed}{number}".encode("ascii")).hexdigest()


def standings(
    scores: Mapping[int, ReportScore],
    reports: Iterable[ScoringReport],
    persons: Iterable[int],
    rules: RuleSet,
    seed: str,
) -> tuple[Standing, ...]:
    """Rule 11: everybody in order, ties settled. `persons` are listed even without a report; a person with a
    report is listed in any case. `seed` is the hex seed of the round ("" before the close: no promise)."""
    own: dict[int, list[ScoringReport]] = {person_id: [] for person_id in persons}
    for report in in_order(reports):
        if (held := own.get(report.person_id)) is None:
            own[report.person_id] = [report]
        else:
            held.append(report)
    unplaced = [standing_of(person_id, held, scores, rules, seed) for person_id, held in own.items()]
    unplaced.sort(key=rank_key)
    return tuple(Standing(*standing[:-1], place) for place, standing in enumerate(unplaced, start=1))


def standing_of(
    person_id: int,
    held: Sequence[ScoringReport],
    scores: Mapping[int, ReportScore],
    rules: RuleSet,
    seed: str,
) -> Standing:
    """One person's sum, `held` in order; the place is 0 until everybody is known."""
    total = accepted = decided = first_finds = 0
    scoring: list[ScoringReport] = []
    for report in held:
        if report.verdict is None:
            continue  # worth nothing and counted neither way
        item = scores[report.number]
        if item.total_milli > 0:  # accepted and in time
            total += item.total_milli
            first_finds += item.finder_rank == 1
            scoring.append(report)
            accepted, decided = accepted + 1, decided + 1
            continue
        first_finds += item.finder_rank == 1
        vote = counts_as(report, item)
        if vote is not None:
            accepted, decided = accepted + vote, decided + 1
    why_not = None
    if total <= 0:
        why_not = WhyNot.NO_POINTS
    elif accepted * rules.qualify_decided < decided * rules.qualify_accepted:
        why_not = WhyNot.TOO_FEW_ACCEPTED
    first = (scoring or held)[0].number if held else None
    return Standing(person_id, total, accepted, decided, first_finds, scoring[-1].counts_at if scoring else None,
                    why_not is None, why_not, "" if first is None else draw_hash(seed, first), 0)


def counts_as(report: ScoringReport, item: ReportScore) -> bool | None:
    """True: accepted, False: decided but not accepted, None: counts neither way (rule 11).

    Late reports count neither way: rule 6–9 make them worth 0, and what comes after the deadline may neither
    save nor spoil the share of a round that is over. A report withdrawn after a "no" still counts as decided,
    else the half could be had by withdrawing; withdrawn after a "yes" it counts neither way.
    """
    if report.late or report.lapsed or Why.REPEAT in item.why or Why.ESCALATED in item.why:
        return None
    if report.verdict in REFUSING:
        return False
    if report.verdict in ACCEPTING and not report.withdrawn:
        return True
    return None


def rank_key(standing: Standing) -> tuple[int, int, float, float, str, int]:
    """Ascending order of the standings: total, errata found first, share accepted, last scoring report, draw.

    The person's id comes last only to make the order total among persons without any report. A float orders shares
    exactly: two fractions of fewer than 2**26 reports that differ, differ by more than its last bit.
    """
    share = standing.accepted / standing.decided if standing.decided else 0.0
    last = standing.last_scoring_at.timestamp() if standing.last_scoring_at else float("inf")
    return (-standing.total_milli, -standing.first_finds, -share, last,
            standing.draw, standing.person_id)
