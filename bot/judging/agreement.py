"""How far the graders of real reports agree: reads the doubly graded ones and hands them to the pure statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.contest import agreement as figures
from bot.contest.agreement import ENOUGH, Drift, Estimate, Judged, Level, Unit
from bot.contest.rules import RuleSet, from_json
from models.enums import SCORING_VERDICTS, Doubling
from models.queries import agreement as reads
from models.queries.agreement import GivenGrade


@dataclass(frozen=True, slots=True)
class Figures:
    """`doubled`: how many reports two or more graded. Below ENOUGH every figure is None and `missing` says how many
    are lacking."""

    doubled: int
    raw: float | None = None
    verdict: Estimate | None = None
    verdict_ac1: float | None = None
    points: Estimate | None = None

    @property
    def missing(self) -> int:
        return max(ENOUGH - self.doubled, 0)


@dataclass(frozen=True, slots=True)
class GraderDrift:
    """`drift` None where he has too few; `periods`: his shift in each month that has enough, the earliest first."""

    grader: int
    name: str
    reports: int
    drift: Drift | None
    periods: tuple[tuple[str, Drift], ...]

    @property
    def missing(self) -> int:
        return max(ENOUGH - self.reports, 0)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of one round or of all. `rounds`: (id, month, contest) of those that have a doubly graded report, newest first."""

    figures: Figures
    drifts: tuple[GraderDrift, ...]
    rounds: tuple[tuple[int, str, str], ...]


def measure(session: Session, round_id: int | None = None) -> Agreement:
    """The figures of one round, or of all rounds together; drift over time is always that of all.

    Of all means of the newest MOST_REPORTS doubly graded reports.
    """
    grades = reads.given(session)
    # A round that is partly too old for that is read by itself.
    wanted = grades if round_id is None else reads.given(session, round_id)
    everything = grades if round_id is None else [*grades, *wanted]
    rules = {number: from_json(text) for number, text in
             reads.rule_sets(session, {one.rule_set_id for one in everything}).items()}
    names = reads.names(session, {one.grader_id for one in everything})
    rounds = sorted({(one.round_id, one.month, one.contest) for one in grades}, key=lambda one: (one[1], one[0]))
    all_judged = [judged(one, rules[one.rule_set_id]) for one in grades]
    over_time = figures.drifts_over_time(all_judged)
    found = figures.drifts(all_judged if wanted is grades else [judged(one, rules[one.rule_set_id]) for one in wanted])
    drifts = tuple(_grader(drift, names[grader], over_time) for grader, drift in found.items())
    return Agreement(_figures(wanted, rules), drifts, tuple(reversed(rounds)))


def judged(grade: GivenGrade, rules: RuleSet) -> Judged:
    """What the statistics need of a grade: the points that the erratum would be worth, 0 for every "no"."""
    accepted = grade.verdict in SCORING_VERDICTS
    points = 0
    if accepted and grade.row_code is not None:
        factor = 1 if grade.doubling is Doubling.NONE else rules.doubling_factor
        points = rules.row(grade.row_code).base_milli * factor
    return Judged(grade.report_id, grade.grader_id, accepted, points, grade.row_code if accepted else None, grade.month)


def _figures(grades: Sequence[GivenGrade], rules: dict[int, RuleSet]) -> Figures:
    all_judged = [judged(one, rules[one.rule_set_id]) for one in grades]
    doubled = figures.doubly_graded(all_judged)
    if doubled < ENOUGH:
        return Figures(doubled)
    verdicts: dict[int, Unit] = {}
    for one in grades:
        verdicts[one.report_id] = {**verdicts.get(one.report_id, {}), one.grader_id: one.verdict.value}
    units = list(verdicts.values())
    return Figures(doubled, figures.raw_agreement(units), figures.alpha_estimate(units, Level.NOMINAL),
                   figures.ac1(units),
                   figures.alpha_estimate(figures.units_of(all_judged, "points_milli"), Level.ORDINAL))


def _grader(drift: Drift, name: str, over_time: dict[str, dict[int, Drift]]) -> GraderDrift:
    periods = tuple((month, found[drift.grader]) for month, found in over_time.items()
                    if drift.grader in found and found[drift.grader].reports >= ENOUGH)
    return GraderDrift(drift.grader, name, drift.reports, drift if drift.reports >= ENOUGH else None, periods)
