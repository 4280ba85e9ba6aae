"""Errata that count as one for readers (RULES 7), and the points that they share. Writes; never commits.

`same_as_id` names the root; a root names nobody. Which errata belong together is judged elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import aliased

from bot.contest.rules import from_json
from models.contests import Round, RuleSet
from models.enums import SCORING_VERDICTS, Doubling, RoundState
from models.grades import Grade
from models.prepared import Prepared, one_of
from models.reports import Erratum, Report


@dataclass(frozen=True, slots=True)
class Points:
    """What the editors put an erratum under; `points_milli` in thousandths."""

    row_code: str | None
    doubling: Doubling
    points_milli: int | None


NO_POINTS = Points(None, Doubling.NONE, None)


_one, _member = aliased(Erratum), aliased(Erratum)
_ROOT = (select(func.coalesce(_one.same_as_id, _one.id)).where(_one.id == bindparam("erratum_id")).scalar_subquery())
GROUP = select(_member.id).where(or_(_member.id == _ROOT, _member.same_as_id == _ROOT))
"""The errata that count as one with `:erratum_id`, itself included."""
_POINTS = Prepared(select(Erratum.row_code, Erratum.doubling, Erratum.points_milli).where(Erratum.id == _ROOT))
_SET_POINTS = Prepared(update(Erratum).where(Erratum.id == bindparam("erratum_id")), "row_code", "doubling", "points_milli")
_ACCEPTED = Prepared(select(Report.id).where(Report.erratum_id.in_(GROUP), one_of(Report.verdict, SCORING_VERDICTS)).limit(1))
_SAME_AS = Prepared(select(Erratum.same_as_id).where(Erratum.id == bindparam("erratum_id")))
_GROUP = Prepared(GROUP.order_by(_member.id))  # in one order: who writes to all of them crosses nobody


def root_of(db: Connection, erratum_id: int) -> int:
    """The one erratum that counts for readers (the same slip elsewhere is linked to it)."""
    return _SAME_AS.scalar(db, erratum_id=erratum_id) or erratum_id


def same_for_readers(db: Connection, one_id: int, other_id: int) -> bool:
    """Whether two errata count as one."""
    return root_of(db, one_id) == root_of(db, other_id)


def group_of(db: Connection, erratum_id: int) -> list[int]:
    """All errata that count as one with this one, itself included."""
    return [row.id for row in _GROUP.all(db, erratum_id=erratum_id)]


def link(db: Connection, erratum_id: int, root_id: int) -> None:
    """Says that two errata are the same slip elsewhere: they count once for readers (RULES 7).

    One of them graded: its points are those of both. Both: those of the root.
    """
    root = root_of(db, root_id)
    mine = group_of(db, erratum_id)
    carry_points(db, erratum_id, root)
    db.execute(update(Erratum).where(Erratum.id.in_(mine), Erratum.id != root).values(same_as_id=root))
    db.execute(update(Erratum).where(Erratum.id == root).values(same_as_id=None))
    _set_points(db, group_of(db, root), points_of(db, root))


def unlink(db: Connection, erratum_id: int) -> list[int]:
    """Takes one erratum out of its group; the others stay one. Gives the others; [] where it stood alone.

    Both sides keep the points as far as an accepted report stands behind them.
    """
    others = sorted(one for one in group_of(db, erratum_id) if one != erratum_id)
    if not others:
        return []
    db.execute(update(Erratum).where(Erratum.id.in_([erratum_id, others[0]])).values(same_as_id=None))
    db.execute(update(Erratum).where(Erratum.id.in_(others[1:])).values(same_as_id=others[0]))
    for one in (erratum_id, others[0]):
        forget_points(db, one)
    return others


def points_of(db: Connection, erratum_id: int) -> Points:
    """Row, doubling and points of an erratum; those of its root."""
    row = _POINTS.first(db, erratum_id=erratum_id)
    return Points(row.row_code, row.doubling, row.points_milli)


def carry_points(db: Connection, from_id: int, to_id: int) -> None:
    """An accepted report takes the points along to an erratum that has none of its own."""
    if points_of(db, to_id).row_code is None:
        _set_points(db, group_of(db, to_id), points_of(db, from_id))


def forget_points(db: Connection, erratum_id: int, *, by_late: bool = False) -> None:
    """After a grade fell or went elsewhere: points that no grade of an accepted report stands behind any more give way
    to those of the newest that stands; without an accepted report there are none.

    `by_late`: it was the grade of a late report. That changes nothing of what a round was picked with (RULES 3, 5).
    """
    group = group_of(db, erratum_id)
    if by_late and _picked_with(db, group):
        return
    if _ACCEPTED.scalar(db, erratum_id=erratum_id) is None:
        _set_points(db, group, NO_POINTS)
        return
    accepted = and_(Report.erratum_id.in_(group), Report.verdict.in_(SCORING_VERDICTS))
    newest = (select(func.max(Grade.id)).where(Grade.report_id == Report.id, Grade.opinion.is_(False))
              .correlate(Report).scalar_subquery())
    standing = db.execute(
        select(Grade.row_code, Grade.doubling, func.coalesce(Round.rule_set_id, Grade.rule_set_id).label("rules_id"))
        .join(Report, Report.id == Grade.report_id).outerjoin(Round, Round.id == Report.round_id)
        .where(accepted, Grade.id == newest, Grade.row_code.is_not(None)).order_by(Grade.id.desc())).all()
    held = points_of(db, erratum_id)
    if standing and (held.row_code, held.doubling) not in {(row.row_code, row.doubling) for row in standing}:
        last = standing[0]
        _set_points(db, group, _points(db, str(last.row_code), last.doubling, last.rules_id))


def _picked_with(db: Connection, group: list[int]) -> bool:
    """Whether an accepted report of these errata counted when its round was picked."""
    return db.scalar(select(Report.id).join(Round, Round.id == Report.round_id).where(
        Report.erratum_id.in_(group), Report.late.is_(False), Report.verdict.in_(SCORING_VERDICTS),
        Round.state.in_((RoundState.PICKED, RoundState.RELEASED))).limit(1)) is not None


def _points(db: Connection, row_code: str, doubling: Doubling, rules_id: int) -> Points:
    rules = from_json(db.scalars(select(RuleSet.rules).where(RuleSet.id == rules_id)).one())
    factor = 1 if doubling is Doubling.NONE else rules.doubling_factor
    return Points(row_code, doubling, rules.row(row_code).base_milli * factor)


def _set_points(db: Connection, group: list[int], points: Points) -> None:
    for erratum_id in group:
        _SET_POINTS.run(db, erratum_id=erratum_id, row_code=points.row_code, doubling=points.doubling,
                        points_milli=points.points_milli)
