"""The standing of a round as it is now: reads the rows and hands them to the pure scoring. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.orm import aliased

from bot.contest.rules import RuleSet as Rules
from bot.contest.rules import from_json
from bot.contest.scoring import ErratumPoints, ReportScore, ScoringReport, Standing, score, standings
from bot.contest.selection import Selection, choose
from models.contests import Award, Round, RuleSet
from models.enums import Prize, ReportState, RoundState
from models.readers import Person, Reader
from models.reports import Erratum, Report
from models.staff import Staff

OPEN_STATES = (ReportState.FILED, ReportState.HALF_TOLD)
ERASED = "erased"
STAFF = "staff"


@dataclass(frozen=True, slots=True)
class RoundStanding:
    """Everything a pick is made from. `open_numbers`: reports that a grade could still give points."""

    round_id: int
    rules: Rules
    seed: str
    reports: tuple[ScoringReport, ...]
    errata: Mapping[int, ErratumPoints]
    scores: Mapping[int, ReportScore]
    standings: tuple[Standing, ...]
    excluded: Mapping[int, str]
    previous_best: tuple[tuple[int, ...], ...]
    open_numbers: frozenset[int]
    maybe: Mapping[int, int]  # report → the erratum that it may point at (a likeness nobody has settled)

    def settled(self, same: Mapping[int, int]) -> RoundStanding:
        """The round as it would stand if these reports were found to point at these errata."""
        reports = tuple(replace(one, erratum_id=same.get(one.number, one.erratum_id)) for one in self.reports)
        errata = dict(self.errata)
        for old, new in zip(self.reports, reports, strict=True):
            if old.erratum_id is not None and old.erratum_id in self.errata and new.erratum_id is not None:
                errata.setdefault(new.erratum_id, replace(self.errata[old.erratum_id], erratum_id=new.erratum_id))
        scores = score(reports, errata, self.rules)
        return replace(self, reports=reports, errata=errata, scores=scores,
                       standings=standings(scores, reports, (), self.rules, self.seed))

    def names(self) -> tuple[frozenset[int], frozenset[int]]:
        """The best and the excellent; the order within them is not published."""
        chosen = self.select()
        return frozenset(chosen.best), frozenset(chosen.excellent)

    def select(self) -> Selection:
        return choose(self.standings, excluded=self.excluded, rules=self.rules, previous_best=self.previous_best)


def compute(db: Connection, round_id: int) -> RoundStanding:
    """Scores the round as graded so far."""
    round_ = db.execute(
        select(Round.contest_id, Round.month, Round.seed, RuleSet.rules)
        .join(RuleSet, RuleSet.id == Round.rule_set_id).where(Round.id == round_id)
    ).one()
    rules, seed = from_json(round_.rules), round_.seed or ""
    rows = _rows(db, round_id)
    staff = set(db.scalars(select(Staff.person_id).where(Staff.person_id.is_not(None))))
    reports = tuple(_report(row, staff) for row in rows)
    errata = {row.root: ErratumPoints(row.root, row.row_code, row.doubling) for row in rows if row.row_code}
    scores = score(reports, errata, rules)
    return RoundStanding(
        round_id, rules, seed, reports, errata, scores,
        standings(scores, reports, (), rules, seed), _excluded(rows, staff),
        _previous_best(db, round_.contest_id, round_.month, rules.best_rest_rounds),
        frozenset(row.id for row in rows if row.state in OPEN_STATES and not row.late),
        {row.id: row.maybe for row in rows if row.maybe is not None and not row.late
         and row.state not in (ReportState.WITHDRAWN, ReportState.LAPSED)},
    )


def _rows(db: Connection, round_id: int) -> list[Row[Any]]:
    own, root, like = aliased(Erratum), aliased(Erratum), aliased(Erratum)
    return list(db.execute(
        select(
            Report.id, Report.state, Report.verdict, Report.late, Report.counts_at, Report.sequence,
            Report.place_mark, Report.correction_mark, Report.reason_mark, Reader.person_id, Reader.erased_at,
            Person.bar, root.id.label("root"), root.row_code, root.doubling,
            func.coalesce(like.same_as_id, like.id).label("maybe"),
        )
        .join(Reader, Reader.id == Report.reader_id).join(Person, Person.id == Reader.person_id)
        .outerjoin(own, own.id == Report.erratum_id)
        .outerjoin(like, like.id == Report.maybe_erratum_id)
        .outerjoin(root, root.id == func.coalesce(own.same_as_id, own.id))
        .where(Report.round_id == round_id)
    ))


def _report(row: Row[Any], staff: set[int | None]) -> ScoringReport:
    return ScoringReport(
        number=row.id, person_id=row.person_id, erratum_id=row.root, verdict=row.verdict,
        marks=(row.place_mark, row.correction_mark, row.reason_mark), counts_at=row.counts_at,
        sequence=row.sequence, late=row.late, withdrawn=row.state is ReportState.WITHDRAWN,
        lapsed=row.state is ReportState.LAPSED, erased=row.erased_at is not None,
        finder_ok=row.bar is None and row.person_id not in staff,
    )


def _excluded(rows: list[Row[Any]], staff: set[int | None]) -> dict[int, str]:
    """Persons who win nothing: staff, declared relatives, the blocked, and whoever asked to be forgotten."""
    barred = {row.person_id: row.bar.value for row in rows if row.bar is not None}
    erased = {row.person_id: ERASED for row in rows if row.erased_at is not None}
    own = {row.person_id: STAFF for row in rows if row.person_id in staff}
    return erased | own | barred


def _previous_best(db: Connection, contest_id: int, month: str, rest: int) -> tuple[tuple[int, ...], ...]:
    """The best of each earlier round, newest first; read only where the rule set lets the best rest."""
    if not rest:
        return ()
    months: dict[str, list[int]] = {}
    for row in db.execute(
        # By the reader: the person may have been linked since.
        select(Round.month, Reader.person_id).join(Award, Award.round_id == Round.id)
        .join(Reader, Reader.id == Award.reader_id)
        .where(Round.contest_id == contest_id, Round.month < month, Award.prize == Prize.BEST,
               Round.state.in_((RoundState.PICKED, RoundState.RELEASED)))
    ):
        months.setdefault(row.month, []).append(row.person_id)
    return tuple(tuple(months[key]) for key in sorted(months, reverse=True)[:rest])
