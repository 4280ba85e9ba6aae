"""What a report is, or would be, worth: the arithmetic shown beside the rubric. Judges nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from bot.contest.annex import USAGE
from bot.contest.arithmetic import arithmetic
from bot.contest.rules import RuleSet
from bot.contest.scoring import finder_ranks, in_order, score_ranked
from bot.contest.standing import score_of
from bot.contest.values import ErratumPoints, ReportScore, ScoringInputError, ScoringReport
from models.enums import SCORING_VERDICTS, ReportState, Verdict
from models.queries.report import Competing, Private, ReportView
from web.console.reports.rubric_choices import for_script

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
        return for_script(self.rules, self.rank)


def of_report(db: Connection, report: ReportView, private: Private, competing: list[Competing], rules: RuleSet) -> Worth:
    """In its round; a report of no round counts nowhere. `competing` are the other reports of its erratum.

    Reads only where the cap on punctuation and number usage may bite: then all of the person's reports count.
    """
    if report.round_id is None:
        return Worth(rules, None, "", {})
    own = _own(report, private)
    group = [_other(one) for one in competing if one.root_id == report.root_id and one.round_id == report.round_id]
    tried = finder_ranks(in_order([own._replace(verdict=Verdict.ACCEPTED), *map(_as_if, group)]), {}, rules)
    return Worth(rules, tried.get(report.number), _line(db, report, own, group, rules), tried)


def _own(report: ReportView, private: Private) -> ScoringReport:
    return ScoringReport(
        number=report.number, person_id=private.person_id, erratum_id=report.root_id or -report.number,
        verdict=report.verdict, marks=report.marks, counts_at=report.counts_at, sequence=private.sequence,
        late=report.late, withdrawn=report.state is ReportState.WITHDRAWN, lapsed=report.state is ReportState.LAPSED,
        erased=private.erased, finder_ok=not private.barred)


def _other(one: Competing) -> ScoringReport:
    return ScoringReport(
        number=one.number, person_id=one.person_id, erratum_id=one.root_id, verdict=one.verdict,
        marks=(False, False, False), counts_at=one.counts_at, sequence=one.sequence, late=one.late,
        withdrawn=one.state is ReportState.WITHDRAWN, lapsed=one.state is ReportState.LAPSED, erased=one.erased,
        finder_ok=not one.barred)


def _as_if(report: ScoringReport) -> ScoringReport:
    """A report that nobody has looked at yet may be accepted as well."""
    return report._replace(verdict=Verdict.ACCEPTED) if report.verdict in (None, Verdict.NEEDS_MORE) else report


def _line(db: Connection, report: ReportView, own: ScoringReport, group: list[ScoringReport], rules: RuleSet) -> str:
    if report.state not in (ReportState.DECIDED, ReportState.NEEDS_MORE):
        return ""
    score = _score(db, report, own, group, rules)
    return arithmetic(score, rules) if score is not None else ""


def _score(db: Connection, report: ReportView, own: ScoringReport, group: list[ScoringReport],
           rules: RuleSet) -> ReportScore | None:
    try:
        if report.verdict in SCORING_VERDICTS and _is_capped(report, rules) and report.round_id is not None:
            return score_of(db, report.round_id, report.number, own.person_id, rules)
        errata = {} if report.row_code is None or report.root_id is None else {
            report.root_id: ErratumPoints(report.root_id, report.row_code, report.doubling)}
        ranks = finder_ranks(in_order([own, *group]), errata, rules)
        return score_ranked([own], ranks, errata, rules)[report.number]
    except ScoringInputError:
        # Somebody is in the middle of regrading: the page must open all the same.
        return None


def _is_capped(report: ReportView, rules: RuleSet) -> bool:
    return any(row.code == report.row_code and row.cap_group == USAGE for row in rules.annex)
