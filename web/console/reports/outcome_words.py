"""What the reader will get, shown to the editor before and after: the words that bot.judging.outcomes sends. Reads nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.contest.rules import RuleSet
from bot.judging import outcomes
from bot.judging.outcomes import Told
from bot.teamwork.canned import offered
from models.enums import OutgoingState, ReportState, Verdict
from models.queries.report import ReportView
from models.queries.report_history import CannedView, OutcomeView
from models.work_enums import AppealState, CannedKind

SLOT = "\ue000"
"""A character of private use that stands where the editor's own words come; no text holds it."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The message of one verdict around the editor's words: with them, `filled` holds SLOT; without, `bare`."""

    filled: str
    bare: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """The last words about the outcome. `seconds`: how long they can still be called back while they wait."""

    text: str
    state: OutgoingState
    at: datetime
    seconds: int
    can_rewrite: bool

    @property
    def waits(self) -> bool:
        return self.state is OutgoingState.QUEUED


def told(report: ReportView, rules: RuleSet) -> Told:
    """As bot.judging.outcomes would have it were this report decided now."""
    days = rules.appeal_days if report.appeal is None else 0
    return Told(report.ordinal, report.wrong, report.right, report.page_label or report.found_page, days,
                report.appealed if report.appeal is not None else None)


def frames(about: Told) -> dict[Verdict, Frame]:
    """For a script to fill in while one types; the server composes the same when the grade is saved."""
    return {verdict: Frame(outcomes.words(about, verdict, SLOT), outcomes.words(about, verdict, ""))
            for verdict in Verdict}


def canned(rows: list[CannedView]) -> dict[Verdict, tuple[str, ...]]:
    """The ready sentences by verdict."""
    return {verdict: offered([(row.text, row.retired) for row in rows if row.kind is CannedKind(verdict.value)],
                             CannedKind(verdict.value)).texts for verdict in Verdict}


def leaving(report: ReportView, outcome: OutcomeView | None, now: datetime) -> Leaving | None:
    """None where the reader was told nothing, or the report is open again."""
    if outcome is None or report.verdict is None:
        return None
    left = max(0, round((outcome.not_before - now).total_seconds())) if outcome.state is OutgoingState.QUEUED else 0
    return Leaving(outcome.text, outcome.state, outcome.sent_at or outcome.not_before, left,
                   outcome.state is OutgoingState.CALLED_BACK)


def asks_until(report: ReportView, rules: RuleSet, now: datetime) -> datetime:
    """When a question to the reader lapses (RULES 4), asked now or on record."""
    asked = report.decided_at if report.state is ReportState.NEEDS_MORE and report.decided_at else now
    return asked + timedelta(days=rules.needs_more_days)


def under_appeal(report: ReportView) -> bool:
    return report.appeal is AppealState.OPEN
