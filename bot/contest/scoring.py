"""What each report of a round is worth and how the persons stand: pure functions of values.

Knows no database, no clock, no network. Points are integer thousandths ("milli") everywhere; where a rule set
of odd values leaves a fraction of a thousandth, it falls away (the default values leave none).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from bot.contest.annex import USAGE, RowKind
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
    "ACCEPTING", "REFUSING", "REPEAT", "ErratumPoints", "ReportScore", "ScoringInputError", "ScoringReport",
    "Standing", "Why", "WhyNot", "clarity_tenths", "counts_as", "draw_hash", "finder_ranks",
    "in_order", "rank_key", "score", "score_ranked", "standing_of", "standings",
]  # fmt: skip

ACCEPTING = frozenset({Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_EDITS})
REFUSING = frozenset({Verdict.NOT_AN_ERROR, Verdict.OUT_OF_SCOPE, Verdict.CANNOT_CHECK})
"""The "no" that counts against the share accepted; 建议, 两可 and repeats count neither way (rule 11)."""

REPEAT = 0
"""In place of a rank: the person's own further report of an erratum."""


def in_order(reports: Iterable[ScoringReport]) -> list[ScoringReport]:
    """Rule 2: the time that counts, then our receipt sequence. The number only makes the order total."""
    return sorted(reports, key=lambda report: (report.counts_at, report.sequence, report.number))


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
    finders: dict[int, set[int]] = {}
    for report in ordered:
        erratum_id = report.erratum_id
        if erratum_id is None or _disabled(report) or report.verdict in (None, Verdict.NEEDS_MORE):
            continue
        if erratum_id in errata and errata[erratum_id].row_code in escalated:
            continue
        found_by = finders.setdefault(erratum_id, set())
        if report.person_id in found_by:
            ranks[report.number] = REPEAT
        elif report.verdict in ACCEPTING:
            found_by.add(report.person_id)
            ranks[report.number] = len(found_by)
    return ranks


def score_ranked(
    ordered: Iterable[ScoringReport],
    ranks: Mapping[int, int],
    errata: Mapping[int, ErratumPoints],
    rules: RuleSet,
) -> dict[int, ReportScore]:
    """Points, share, cap and marks once the ranks are known. `ordered` holds all reports of its persons."""
    rows = {row.code: row for row in rules.annex}
    used: dict[int, int] = {}  # person -> thousandths of the usage cap spent
    scores: dict[int, ReportScore] = {}
    for report in ordered:
        why = _worthless(report, ranks.get(report.number))
        if why is not None:
            scores[report.number] = _nothing(report, why)
            continue
        erratum = None if report.erratum_id is None else errata.get(report.erratum_id)
        row = None if erratum is None else rows.get(erratum.row_code)
        if erratum is None or row is None:
            raise ScoringInputError(f"accepted report {report.number} has no erratum with points")
        if row.kind is not RowKind.POINTS:
            scores[report.number] = _nothing(report, Why.ESCALATED)
            continue
        whole = _uncapped(report, ranks[report.number], erratum, row.base_milli, row.doubles, rules)
        if row.cap_group == USAGE:
            left = rules.usage_cap_milli - used.get(report.person_id, 0)
            capped = min(whole.counted_milli, left)
            used[report.person_id] = used.get(report.person_id, 0) + capped
        else:
            capped = whole.counted_milli
        scores[report.number] = _with_clarity(whole, capped, rules)
    return scores


def clarity_tenths(marks: int, rules: RuleSet) -> int:
    """Rule 8: 7 + 1 × marks, in tenths."""
    return rules.clarity_base_tenths + rules.clarity_step_tenths * marks


def _disabled(report: ScoringReport) -> bool:
    """Not a find whatever the verdict, so that the others move up (rule 9)."""
    return report.withdrawn or report.late or report.lapsed or not report.finder_ok


def _worthless(report: ScoringReport, rank: int | None) -> Why | None:
    if report.withdrawn:
        return Why.WITHDRAWN
    if report.late:
        return Why.LATE
    if report.lapsed:
        return Why.LAPSED
    if not report.finder_ok:
        return Why.NOT_A_FINDER
    if report.verdict in (None, Verdict.NEEDS_MORE):
        return Why.UNDECIDED
    if rank == REPEAT or report.verdict is Verdict.REPEATED:
        return Why.REPEAT
    if report.verdict not in ACCEPTING:
        return Why.NOT_ACCEPTED
    return None


def _nothing(report: ScoringReport, why: Why) -> ReportScore:
    return ReportScore(report.number, "", 0, Doubling.NONE, 0, None, 0, sum(report.marks), 0, 0, 0, (why,))


def _uncapped(
    report: ScoringReport, rank: int, erratum: ErratumPoints, base_milli: int, doubles: bool, rules: RuleSet
) -> ReportScore:
    why: list[Why] = []
    doubling = erratum.doubling
    if doubling is not Doubling.NONE and not doubles:
        doubling = Doubling.NONE
        why.append(Why.NO_DOUBLING)
    points = base_milli * (1 if doubling is Doubling.NONE else rules.doubling_factor)
    share = rules.shares_quarters[rank - 1] if rank <= len(rules.shares_quarters) else 0
    if rank > 1 and points < rules.small_erratum_milli:
        share = 0
        why.append(Why.SMALL_ERRATUM)
    elif share == 0:
        why.append(Why.LATER_FINDER)
    counted = points * share // QUARTERS
    return ReportScore(report.number, erratum.row_code, base_milli, doubling, points, rank, share,
                       sum(report.marks), counted, counted, 0, tuple(why))


def _with_clarity(whole: ReportScore, capped: int, rules: RuleSet) -> ReportScore:
    why = whole.why if capped == whole.counted_milli else (*whole.why, Why.CAP)
    total = capped * clarity_tenths(whole.marks, rules) // 10
    return ReportScore(whole.number, whole.row_code, whole.base_milli, whole.doubling, whole.points_milli,
                       whole.finder_rank, whole.share, whole.marks, whole.counted_milli, capped, total, why)


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
        own.setdefault(report.person_id, []).append(report)
    unplaced = [standing_of(person_id, held, scores, rules, seed) for person_id, held in own.items()]
    unplaced.sort(key=rank_key)
    return tuple(_placed(standing, place) for place, standing in enumerate(unplaced, start=1))


def standing_of(
    person_id: int,
    held: Sequence[ScoringReport],
    scores: Mapping[int, ReportScore],
    rules: RuleSet,
    seed: str,
) -> Standing:
    """One person's sum, `held` in order; the place is 0 until everybody is known."""
    mine = [scores[report.number] for report in held]
    total = sum(item.total_milli for item in mine)
    counted = [
        vote for report, item in zip(held, mine, strict=True) if (vote := counts_as(report, item)) is not None
    ]
    accepted, decided = sum(counted), len(counted)
    scoring = [report for report, item in zip(held, mine, strict=True) if item.total_milli > 0]
    why_not = None
    if total <= 0:
        why_not = WhyNot.NO_POINTS
    elif accepted * rules.qualify_decided < decided * rules.qualify_accepted:
        why_not = WhyNot.TOO_FEW_ACCEPTED
    first = (scoring or held)[0].number if held else None
    return Standing(
        person_id, total, accepted, decided,
        first_finds=sum(1 for item in mine if item.finder_rank == 1),
        last_scoring_at=scoring[-1].counts_at if scoring else None,
        qualified=why_not is None,
        why_not=why_not,
        draw="" if first is None else draw_hash(seed, first),
        place=0,
    )  # fmt: skip


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


def rank_key(standing: Standing) -> tuple[int, int, Fraction, float, str, int]:
    """Ascending order of the standings: total, errata found first, share accepted, last scoring report, draw.

    The person's id comes last only to make the order total among persons without any report.
    """
    last = standing.last_scoring_at.timestamp() if standing.last_scoring_at else float("inf")
    return (-standing.total_milli, -standing.first_finds, -standing.share_accepted, last,
            standing.draw, standing.person_id)


def _placed(standing: Standing, place: int) -> Standing:
    return Standing(
        standing.person_id, standing.total_milli, standing.accepted, standing.decided, standing.first_finds,
        standing.last_scoring_at, standing.qualified, standing.why_not, standing.draw, place,
    )  # fmt: skip
