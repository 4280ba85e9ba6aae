"""What a report is, or would be, worth: the arithmetic shown beside the rubric. Judges nothing itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from bot.contest.arithmetic import arithmetic
from bot.contest.rules import RuleSet
from bot.contest.scoring import finder_ranks, in_order
from bot.contest.standing import RoundStanding, compute
from bot.contest.values import ScoringInputError, ScoringReport
from models.enums import ReportState, Verdict
from models.queries.report import ReportView

REPEAT = 0


@dataclass(frozen=True, slots=True)
class Worth:
    """`rank` if accepted: 1 is the first finder, 0 the same reader's repeat, None: in nobody's way.

    `line` is the arithmetic as the round stands, "" where nothing is decided. `ranks` are those of the others.
    """

    rules: RuleSet
    rank: int | None
    line: str
    ranks: dict[int, int]

    @property
    def rank_words(self) -> str:
        if self.rank is None:
            return "不计名次"
        return "同一读者已报过" if self.rank == REPEAT else f"第 {self.rank} 位发现" if self.rank > 1 else "首位发现"

    @property
    def for_script(self) -> dict[str, Any]:
        """The numbers that the page's script multiplies; the server does it again when the grade is saved."""
        rules = self.rules
        return {
            "factor": rules.doubling_factor, "shares": rules.shares_quarters, "small": rules.small_erratum_milli,
            "base": rules.clarity_base_tenths, "step": rules.clarity_step_tenths, "rank": self.rank,
            "cap": rules.usage_cap_milli,
        }


def of_report(db: Connection, report: ReportView, rules: RuleSet) -> Worth:
    """In its round; a report of no round counts nowhere."""
    if report.round_id is None:
        return Worth(rules, None, "", {})
    try:
        standing = compute(db, report.round_id)
    except ScoringInputError:
        # Somebody is in the middle of regrading: the page must open all the same.
        return Worth(rules, None, "", {})
    ranks = _ranks(standing, report.number)
    score = standing.scores.get(report.number)
    decided = report.state in (ReportState.DECIDED, ReportState.NEEDS_MORE)
    line = arithmetic(score, standing.rules) if decided and score is not None else ""
    return Worth(standing.rules, ranks.get(report.number), line, ranks)


def _ranks(standing: RoundStanding, number: int) -> dict[int, int]:
    """Ranks on the report's erratum if it, and every report that nobody has looked at yet, were accepted."""
    own = next((one for one in standing.reports if one.number == number), None)
    if own is None:
        return {}
    if own.erratum_id is None:
        own = replace(own, erratum_id=-number)
    group = [one for one in standing.reports if one.erratum_id == own.erratum_id and one.number != number]
    tried = [replace(own, verdict=Verdict.ACCEPTED), *(_as_if(one) for one in group)]
    return finder_ranks(in_order(tried), {}, standing.rules)


def _as_if(report: ScoringReport) -> ScoringReport:
    return replace(report, verdict=Verdict.ACCEPTED) if report.verdict in (None, Verdict.NEEDS_MORE) else report
