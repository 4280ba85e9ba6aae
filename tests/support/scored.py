"""A random round as the pick has it, for what is told of a standing without a database."""

from __future__ import annotations

from collections.abc import Iterable

from bot.contest.standing import RoundReports, RoundStanding
from bot.contest.values import ScoringReport
from models.enums import RoundState
from tests.support import naive
from tests.support.random_rounds import errata, rules_of, scoring_reports, worked_out


def standing(game: naive.Round, reports: Iterable[ScoringReport] | None = None) -> RoundStanding:
    """`reports`: in place of the round's own."""
    persons = worked_out(game).persons
    barred = game.staff | game.relatives | game.blocked | game.erased
    return RoundReports(
        round_id=1, state=RoundState.CLOSED, rules=rules_of(game), seed=game.seed,
        reports=tuple(scoring_reports(game) if reports is None else reports), errata=errata(game),
        excluded={number: "out" for number, names in persons.items() if names & barred},
        previous_best=(tuple(number for number, names in persons.items() if names & game.resting),),
        open_numbers=frozenset(), maybe={}, comparisons=()).scored()


def changed(held: RoundStanding, report: ScoringReport) -> RoundStanding:
    """The same round with one report otherwise."""
    return _with(held, [report if one.number == report.number else one for one in held.reports])


def _with(held: RoundStanding, reports: list[ScoringReport]) -> RoundStanding:
    return RoundReports(
        round_id=held.round_id, state=held.state, rules=held.rules, seed=held.seed, reports=tuple(reports),
        errata=held.errata, excluded=held.excluded, previous_best=held.previous_best, open_numbers=held.open_numbers,
        maybe=held.maybe, comparisons=held.comparisons).scored()
