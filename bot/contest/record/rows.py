"""How scores, standings, ties and the result stand in a record; the writer and the check use the same. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from bot.contest.record.canonical import time_text
from bot.contest.scoring import ReportScore, ScoringReport, Standing
from bot.contest.selection import Selection


def first_numbers(reports: Iterable[ScoringReport]) -> dict[int, int]:
    """Person → the number of his first report in the round, by which alone a record knows him."""
    found: dict[int, int] = {}
    for one in reports:
        if one.number < found.get(one.person_id, one.number + 1):
            found[one.person_id] = one.number
    return found


def score_row(item: ReportScore) -> list[Any]:
    return [item.number, item.row_code, item.base_milli, item.doubling, item.points_milli, item.finder_rank, item.share,
            item.marks, item.counted_milli, item.capped_milli, item.total_milli, list(item.why)]


def standing_row(one: Standing) -> list[Any]:
    last = None if one.last_scoring_at is None else time_text(one.last_scoring_at)
    return [one.person_id, one.place, one.total_milli, one.accepted, one.decided, one.first_finds, last,
            one.qualified, one.why_not, one.draw]


def tie_rows(selection: Selection) -> list[list[Any]]:
    return [[tie.total_milli, list(tie.persons), list(tie.criteria), [list(one) for one in tie.draws], tie.matters]
            for tie in selection.ties]


def result_of(selection: Selection) -> dict[str, Any]:
    """The names part of a selection, as the section `result` holds it."""
    compared = selection.compared
    return {
        "best": list(selection.best), "excellent": list(selection.excellent), "waiting": list(selection.waiting),
        "resting": list(selection.resting), "passed_over": [list(one) for one in selection.passed_over],
        "short_by": selection.short_by,
        "compared": None if compared is None else {
            key: list(value) if isinstance(value, tuple) else value for key, value in asdict(compared).items()},
    }


def renamed(selection: Selection, names: Mapping[int, int]) -> Selection:
    """The selection with every person by another number."""
    def all_of(persons: Iterable[int]) -> tuple[int, ...]:
        return tuple(names[one] for one in persons)

    compared = selection.compared
    return Selection(
        all_of(selection.best), all_of(selection.excellent), all_of(selection.waiting),
        tuple((names[person], reason) for person, reason in selection.passed_over), all_of(selection.resting),
        selection.short_by,
        tuple(type(tie)(tie.total_milli, all_of(tie.persons), tie.criteria,
                        tuple((names[person], draw) for person, draw in tie.draws), tie.matters)
              for tie in selection.ties),
        None if compared is None else type(compared)(
            all_of(compared.order), compared.halves, compared.among_equals, compared.beats, compared.comparisons))
