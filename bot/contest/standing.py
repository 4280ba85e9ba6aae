"""The standing of a round as it is now: reads the rows and hands them to the pure scoring. Writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from itertools import product
from typing import Any

from sqlalchemy import Connection, String, func, or_, select, type_coerce
from sqlalchemy.orm import aliased

from bot.contest.pairs import Comparison
from bot.contest.rules import RuleSet as Rules
from bot.contest.rules import from_json
from bot.contest.scoring import (
    ErratumPoints,
    ReportScore,
    ScoringReport,
    Standing,
    in_order,
    score,
    standings,
)
from bot.contest.selection import Selection, choose
from bot.contest.uncollected import uncollected
from bot.contest.values import ScoringInputError
from bot.contest.waiting_calls import Counted
from models.base import stored_utc
from models.contests import Award, Round, RuleSet
from models.enums import Doubling, Prize, ReportState, RoundState, Verdict
from models.practice import PairChoice
from models.queries.appeals import open_appeal
from models.queries.reviews import in_review
from models.readers import Person, Reader
from models.reports import Erratum, Report
from models.staff import Staff

OPEN_STATES = (ReportState.FILED, ReportState.HALF_TOLD)
# A month has thousands of rows: what a few dozen words mean is looked up, and equal marks are one tuple.
VERDICTS: Mapping[str | None, Verdict | None] = {None: None} | {one.value: one for one in Verdict}
DOUBLINGS = {one.value: one for one in Doubling}
MARKS: Mapping[tuple[bool, bool, bool], tuple[bool, bool, bool]] = {
    (one, two, three): (one, two, three) for one, two, three in product((False, True), repeat=3)}
DECIDED, WITHDRAWN, LAPSED = ReportState.DECIDED.value, ReportState.WITHDRAWN.value, ReportState.LAPSED.value
AT_ONCE = 5000
ERASED = "erased"
STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundReports:
    """What was read of a round. `open_numbers`: reports that a grade could still give points.

    Among these are decided ones on which a second opinion or an appeal is open (RULES 4).
    """

    round_id: int
    state: RoundState
    rules: Rules
    seed: str
    reports: tuple[ScoringReport, ...]
    errata: Mapping[int, ErratumPoints]
    excluded: Mapping[int, str]
    previous_best: tuple[tuple[int, ...], ...]
    open_numbers: frozenset[int]
    maybe: Mapping[int, int]  # report → the erratum that it may point at (a likeness nobody has settled)
    comparisons: tuple[Comparison, ...]  # of finalists, where the rule set has them compared

    @uncollected()
    def scored(self, unseen: Collection[int] = ()) -> RoundStanding:
        """`unseen`: as if nobody had decided these reports, for whoever must not see yet what others gave them."""
        reports = tuple(one._replace(verdict=None) if one.number in unseen else one for one in self.reports)
        scores = score(reports, self.errata, self.rules)
        read = {one.name: getattr(self, one.name) for one in fields(RoundReports)}
        return RoundStanding(**read | {"reports": reports}, scores=scores,
                             standings=standings(scores, reports, (), self.rules, self.seed))


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundStanding(RoundReports):
    """Everything a pick is made from."""

    scores: Mapping[int, ReportScore]
    standings: tuple[Standing, ...]

    def settled(self, same: Mapping[int, int]) -> RoundStanding:
        """The round as it would stand if these reports were found to point at these errata."""
        reports = tuple(one._replace(erratum_id=same[one.number]) if one.number in same else one for one in self.reports)
        errata = dict(self.errata)
        for old, new in zip(self.reports, reports, strict=True):
            if old.erratum_id is not None and old.erratum_id in self.errata and new.erratum_id is not None:
                errata.setdefault(new.erratum_id, replace(self.errata[old.erratum_id], erratum_id=new.erratum_id))
        scores = score(reports, errata, self.rules)
        return replace(self, reports=reports, errata=errata, scores=scores,
                       standings=standings(scores, reports, (), self.rules, self.seed))

    def counted(self, times: Mapping[int, Counted]) -> RoundStanding:
        """The round as it would stand if these reports counted from then."""
        reports = tuple(in_order(one._replace(**times[one.number]._asdict()) if one.number in times else one
                                 for one in self.reports))
        return replace(self, reports=reports).scored()

    def unseen(self, numbers: Collection[int]) -> RoundStanding:
        """The round as if nobody had decided these reports."""
        return self.scored(numbers) if numbers else self

    def names(self) -> tuple[frozenset[int], frozenset[int]]:
        """The best and the excellent; the order within them is not published."""
        chosen = self.select()
        return frozenset(chosen.best), frozenset(chosen.excellent)

    def select(self) -> Selection:
        return choose(self.standings, excluded=self.excluded, rules=self.rules, previous_best=self.previous_best,
                      comparisons=self.comparisons)

    def first_scoring(self, person_id: int) -> int:
        """The number that the draw, and the comparison of finalists, know this person by: his first scoring report."""
        held = [one.number for one in in_order(self.reports) if one.person_id == person_id]
        return next((number for number in held if self.scores[number].total_milli > 0), held[0])


def compute(db: Connection, round_id: int) -> RoundStanding:
    """Scores the round as graded so far."""
    return gather(db, round_id).scored()


@uncollected()
def gather(db: Connection, round_id: int) -> RoundReports:
    """Reads what the round is scored from."""
    round_ = db.execute(
        select(Round.contest_id, Round.month, Round.state, Round.seed, RuleSet.rules)
        .join(RuleSet, RuleSet.id == Round.rule_set_id).where(Round.id == round_id)
    ).one()
    rules, seed = from_json(round_.rules), round_.seed or ""
    read = _Read()
    read.take(_rows(db, round_id))
    return RoundReports(
        round_id=round_id, state=round_.state, rules=rules, seed=seed, reports=tuple(in_order(read.reports)), errata=read.errata,
        excluded=read.excluded(), open_numbers=frozenset(read.open), maybe=read.maybe,
        previous_best=_previous_best(db, round_.contest_id, round_.month, rules.best_rest_rounds),
        comparisons=_comparisons(db, round_id, {one.number: one.person_id for one in read.reports})
        if rules.compares_pairs else ())


class _Read:
    """The rows of a round taken in one by one, each column looked at once: there are thousands."""

    def __init__(self) -> None:
        self.reports: list[ScoringReport] = []
        self.errata: dict[int, ErratumPoints] = {}
        self.open: list[int] = []
        self.maybe: dict[int, int] = {}
        self._barred: dict[int, str] = {}
        self._erased: dict[int, str] = {}
        self._staff: dict[int, str] = {}

    def take(self, rows: Iterable[Any]) -> None:
        for (number, state, verdict, late, counts_at, sequence, place, correction, reason, person_id, erased, bar, root,
             code, doubling, maybe, looked_at_again, is_staff) in rows:
            self.reports.append(ScoringReport(
                number, person_id, root, VERDICTS[verdict], MARKS[place, correction, reason], stored_utc(counts_at), sequence,
                late, state == WITHDRAWN, state == LAPSED, erased, bar is None and not is_staff))
            if code and root not in self.errata:
                self.errata[root] = ErratumPoints(root, code, DOUBLINGS[doubling])
            if state != DECIDED or looked_at_again or maybe is not None:
                self._open(number, state, late, looked_at_again, maybe)
            if bar is not None or erased or is_staff:
                self._out(person_id, bar, erased, is_staff)

    def _open(self, number: int, state: str, late: bool, looked_at_again: bool, maybe: int | None) -> None:
        if not late and (looked_at_again or state in OPEN_STATES):
            self.open.append(number)
        if maybe is not None and not late and state not in (WITHDRAWN, LAPSED):
            self.maybe[number] = maybe

    def _out(self, person_id: int, bar: str | None, erased: bool, is_staff: bool) -> None:
        if bar is not None:
            self._barred[person_id] = bar
        if erased:
            self._erased[person_id] = ERASED
        if is_staff:
            self._staff[person_id] = STAFF

    def excluded(self) -> dict[int, str]:
        """Persons who win nothing: staff, declared relatives, the blocked, and whoever asked to be forgotten."""
        return self._erased | self._staff | self._barred


def score_of(db: Connection, round_id: int, report_id: int, person_id: int, rules: Rules) -> ReportScore | None:
    """One report's score as the round stands: reads this person's reports (the cap counts them all) and those of the
    same errata, nobody else's."""
    read = _Read()
    read.take(_rows(db, round_id, person_id))
    return score(read.reports, read.errata, rules).get(report_id)


def scores_of(db: Connection, rounds: Mapping[int, Rules], person_id: int) -> dict[int, ReportScore]:
    """The scores of all of a person's reports in these rounds as each stands, by number: `score_of` in one query. Of a
    round that somebody is just regrading, none."""
    read = {round_id: _Read() for round_id in rounds}
    if rounds:
        for *row, round_id in db.execute(_of_person(_columns().add_columns(Report.round_id), rounds, person_id)):
            read[round_id].take([row])
    found: dict[int, ReportScore] = {}
    for round_id, rows in read.items():
        try:
            scored = score(rows.reports, rows.errata, rounds[round_id])
        except ScoringInputError:
            continue
        found |= {one.number: scored[one.number] for one in rows.reports if one.person_id == person_id}
    return found


def _comparisons(db: Connection, round_id: int, persons: Mapping[int, int]) -> tuple[Comparison, ...]:
    """What the editors chose, by persons; a choice about readers who are known as one person by now says nothing."""
    rows = db.execute(select(PairChoice).where(PairChoice.round_id == round_id)
                      .order_by(PairChoice.staff_id, PairChoice.one_id, PairChoice.other_id))
    found = [Comparison(row.staff_id, persons[row.one_id], persons[row.other_id],
                        None if row.better_id is None else persons[row.better_id])
             for row in rows if row.one_id in persons and row.other_id in persons]
    return tuple(one for one in found if one.one != one.other)


def _rows(db: Connection, round_id: int, person_id: int | None = None) -> Iterable[Any]:
    """The round's reports; of one person, his and all of the same errata."""
    query = _columns()
    query = query.where(Report.round_id == round_id) if person_id is None else _of_person(query, (round_id,), person_id)
    return db.execute(query.execution_options(yield_per=AT_ONCE))


_own, _root, _like = aliased(Erratum), aliased(Erratum), aliased(Erratum)


def _of_person(query: Any, rounds: Collection[int], person_id: int) -> Any:
    other, his, theirs = aliased(Report), aliased(Reader), aliased(Erratum)
    roots = (select(func.coalesce(theirs.same_as_id, theirs.id)).join(other, other.erratum_id == theirs.id)
             .join(his, his.id == other.reader_id).where(other.round_id.in_(rounds), his.person_id == person_id))
    return query.where(Report.round_id.in_(rounds), or_(Reader.person_id == person_id, _root.id.in_(roots)))


def _columns() -> Any:
    return (
        # Words and times as they are stored: a StrEnum equals them, and making one of each takes longer than reading them.
        select(
            Report.id, type_coerce(Report.state, String), type_coerce(Report.verdict, String), Report.late,
            type_coerce(Report.counts_at, String), Report.sequence, Report.place_mark, Report.correction_mark,
            Report.reason_mark, Reader.person_id,
            Reader.erased_at.is_not(None), type_coerce(Person.bar, String), _root.id.label("root"), _root.row_code,
            type_coerce(_root.doubling, String),
            func.coalesce(_like.same_as_id, _like.id).label("maybe"),
            or_(in_review(), open_appeal()).label("looked_at_again"),
            Reader.person_id.in_(select(Staff.person_id).where(Staff.person_id.is_not(None))).label("is_staff"),
        )
        .join(Reader, Reader.id == Report.reader_id).join(Person, Person.id == Reader.person_id)
        .outerjoin(_own, _own.id == Report.erratum_id)
        .outerjoin(_like, _like.id == Report.maybe_erratum_id)
        .outerjoin(_root, _root.id == func.coalesce(_own.same_as_id, _own.id))
    )


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
