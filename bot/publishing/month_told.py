"""The month of a released round, told once to everybody who took part and won nothing. Writes; never commits.

Winners have their notices. Nobody hears of anybody else's place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from bot.contest.arithmetic import points_text
from bot.contest.standing import compute
from bot.dialogue import outcome_phrases
from bot.outbox import queue
from bot.publishing.correction_told import corrected
from models.contests import Award, Round
from models.enums import SCORING_VERDICTS, ReportState, RoundState
from models.month import MonthTold
from models.readers import Reader
from models.reports import Report
from models.session import insert_new_row

KIND = "month"
STAYS_NEWS = timedelta(days=14)
"""A round released longer ago is not told of any more."""
GOOD_FOR = timedelta(days=40)
"""It rides as long as that; then the next month is nearer."""
LEFT_OUT = (ReportState.WITHDRAWN, ReportState.HALF_TOLD, ReportState.LAPSED)


@dataclass(slots=True)
class _Month:
    """What one person did; told to the account that he wrote from first."""

    reader_id: int
    told: int = 0
    accepted: int = 0
    corrected: int = 0


def key_of(round_id: int, person_id: int) -> str:
    """The queue's key: one message a person and round, however often it is asked for."""
    return f"month-{round_id}-{person_id}"


def due(session: Session, now: datetime) -> list[int]:
    """Rounds released lately that nobody was told of yet."""
    return list(session.scalars(
        select(Round.id).outerjoin(MonthTold, MonthTold.round_id == Round.id)
        .where(Round.state == RoundState.RELEASED, Round.released_at > now - STAYS_NEWS, MonthTold.round_id.is_(None))
        .order_by(Round.id)))


def tell(session: Session, round_id: int, *, now: datetime) -> int:
    """Queues a summary for each; how many. 0 where another scheduler has told it."""
    db = session.connection()
    if not insert_new_row(db, MonthTold, {"round_id": round_id, "told_at": now}):
        return 0
    held = compute(db, round_id)
    points = {one.person_id: one.total_milli for one in held.standings}
    # By their readers: since the pick they may be known as another person.
    winners = set(session.scalars(select(Reader.person_id).join(Award, Award.reader_id == Reader.id)
                                  .where(Award.round_id == round_id)))
    label = session.get_one(Round, round_id).month
    queued = 0
    for person_id, one in _months(db, round_id).items():
        if person_id in winners or person_id in held.excluded:
            continue
        milli = points.get(person_id, 0)
        text = outcome_phrases.month_summary(label, one.told, one.accepted, one.corrected, points_text(milli) if milli else "")
        queued += queue.enqueue(db, reader_id=one.reader_id, kind=KIND, text=text, key=key_of(round_id, person_id), now=now,
                                expires_at=now + GOOD_FOR) is not None
    return queued


def _months(db: Connection, round_id: int) -> Mapping[int, _Month]:
    """By person, of those who can be written to, in order of their first report."""
    rows = db.execute(
        select(Report.reader_id, Report.verdict, Report.state, Report.erratum_id, Reader.person_id)
        .join(Reader, Reader.id == Report.reader_id)
        .where(Report.round_id == round_id, Report.state.not_in(LEFT_OUT), Reader.openid.is_not(None))
        .order_by(Report.counts_at, Report.sequence, Report.id)).all()
    accepted = [row for row in rows if row.state is ReportState.DECIDED and row.verdict in SCORING_VERDICTS]
    in_print = corrected(db, {row.erratum_id for row in accepted if row.erratum_id is not None})
    found: dict[int, _Month] = {}
    for row in rows:
        one = found.setdefault(row.person_id, _Month(row.reader_id))
        one.told += 1
    for row in accepted:
        found[row.person_id].accepted += 1
        found[row.person_id].corrected += row.erratum_id in in_print
    return found
