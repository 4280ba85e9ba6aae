"""Which accepted reports are near enough to a cut line to be tried at all. Pure; no database.

A bound, never a verdict: what is left out can change no name, whatever another grade says of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.contest.annex import USAGE
from bot.contest.rules import QUARTERS, RuleSet
from bot.contest.scoring import ALL_MARKS, ReportScore, ScoringReport, Standing, clarity_tenths


def within(
    accepted: Sequence[ScoringReport],
    reports: Iterable[ScoringReport],
    scores: Mapping[int, ReportScore],
    standings: Iterable[Standing],
    *,
    line_milli: int | None,
    excluded: Collection[int],
    rules: RuleSet,
) -> Sequence[ScoringReport]:
    """Those of `accepted` that, at 0 or at their highest, touch somebody who has the line's total or could come to it.

    At its highest a report gives its own person the marks it lacks. At 0 it frees what it took of the cap, leaves its
    place to its person's own repeat, and moves later finders up: nobody gets more than the erratum gives from that place
    on. `line_milli` None: everybody is near.
    """
    if line_milli is None:
        return accepted
    bound = _Bound(rules)
    # In a large round hardly anybody is so near that one report could matter, and only these are looked at closely.
    close = {one.person_id: one.total_milli for one in standings
             if one.person_id not in excluded and one.total_milli + bound.most >= line_milli}
    rest: dict[int, int] = {}  # erratum → the highest total of one of its finders, without what it gave him
    for report in reports:
        if report.person_id not in close or report.erratum_id is None:
            continue
        item = scores[report.number]
        if item.finder_rank is not None:
            without = close[report.person_id] - item.total_milli
            if without > rest.get(report.erratum_id, -1):
                rest[report.erratum_id] = without

    def near(report: ScoringReport) -> bool:
        item, own = scores[report.number], close.get(report.person_id)
        room = bound.room(item)
        if own is not None and own - item.total_milli + max(bound.highest(item), room + bound.freed(item)) >= line_milli:
            return True
        return room > 0 and rest.get(report.erratum_id or 0, -room) + room >= line_milli

    # A line at nought is reached without anybody's help.
    return [report for report in accepted
            if (report.person_id in close or report.erratum_id in rest or line_milli <= 0) and near(report)]


class _Bound:
    """The most that anybody gets, in thousandths."""

    def __init__(self, rules: RuleSet) -> None:
        self._shares, self._small, self._cap = rules.shares_quarters, rules.small_erratum_milli, rules.usage_cap_milli
        self._tenths = clarity_tenths(ALL_MARKS, rules)
        self._usage = {row.code for row in rules.annex if row.cap_group == USAGE}
        dearest = max((row.base_milli * (rules.doubling_factor if row.doubles else 1) for row in rules.annex), default=0)
        self.most = (dearest * max(QUARTERS, *self._shares) // QUARTERS + self._cap) * max(self._tenths, 10) // 10
        """More than one report can do for anybody, whatever becomes of it."""

    def highest(self, item: ReportScore) -> int:
        """Of the report itself with all marks."""
        return item.capped_milli * self._tenths // 10

    def room(self, item: ReportScore) -> int:
        """Of whoever takes its place or comes up behind it."""
        rank = item.finder_rank
        if rank is None or rank > len(self._shares) or (rank > 1 and item.points_milli < self._small):
            return 0
        return item.points_milli * max(self._shares[rank - 1 :]) // QUARTERS * self._tenths // 10

    def freed(self, item: ReportScore) -> int:
        """Of its person's other reports of punctuation and number usage, once it takes nothing of the cap."""
        return self._cap * self._tenths // 10 if item.row_code in self._usage else 0
