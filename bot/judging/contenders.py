"""Reports near the cut lines of a closed round that a second editor grades before the pick. Writes; never commits."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from bot.audit import Actor
from bot.contest.close_calls import foresight
from bot.contest.standing import RoundStanding, compute
from bot.judging import reviews
from models.enums import SCORING_VERDICTS
from models.reports import Report
from models.reviews import Review
from models.work_enums import OPEN_REVIEWS, ReviewCause, ReviewState


class Sought(NamedTuple):
    """The reports asked about, and the round as scored with them open; None where it was not scored."""

    numbers: list[int]
    standing: RoundStanding | None = None


def seek(session: Session, round_id: int, *, actor: Actor, now: datetime, asked: bool = False) -> Sought:
    """Asks for a second grade of every accepted report on which the names at places 1/2 or 11/12 hang; their numbers.

    A report is asked about once: one that two have settled is not looked at again, whatever the standing does. Each
    settled review may move the lines, so the job that picks rounds runs this every time it tries, from the close on;
    while contenders are open nothing new is sought, for the lines are not settled yet. `asked`: a chief wants them,
    also where the rules of the round would not ask by themselves.
    """
    db = session.connection()
    if _any_open(db, round_id):
        return Sought([])
    held = compute(db, round_id)
    candidates = _candidates(db, held) if held.rules.seconds_contenders or asked else ()
    if not candidates:
        return Sought([], held)
    numbers = foresight.contenders(held.reports, held.errata, candidates, excluded=held.excluded, rules=held.rules,
                                   seed=held.seed, previous_best=held.previous_best, scored=(held.scores, held.standings))
    opened = [one for one in numbers if reviews.open_contender(session, one, actor=actor, now=now) is not None]
    return Sought(opened, replace(held, open_numbers=held.open_numbers.union(opened)))


def _any_open(db: Connection, round_id: int) -> bool:
    return db.scalar(select(Review.id).join(Report, Report.id == Review.report_id).where(
        Report.round_id == round_id, Review.cause == ReviewCause.CONTENDER, Review.state.in_(OPEN_REVIEWS)).limit(1)
    ) is not None


def _candidates(db: Connection, held: RoundStanding) -> set[int]:
    """Accepted reports that count and that nobody has looked at twice."""
    seen = set(db.scalars(select(Review.report_id).join(Report, Report.id == Review.report_id).where(
        Report.round_id == held.round_id, Review.state != ReviewState.DROPPED)))
    return {one.number for one in held.reports if one.verdict in SCORING_VERDICTS
            and not (one.late or one.withdrawn or one.lapsed or one.number in seen)}
