"""Whether readers are satisfied with what became of their reports. Never commits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot import appeals, histories, reports
from bot.dialogue import outcome_phrases, phrases
from bot.errors import NotFound
from bot.outbox import queue, together
from bot.reports import Coming
from bot.understanding.values import Intent, Reading
from models.enums import MessageFate, OutgoingState, ReportState
from models.outgoing import OutgoingMessage
from models.queries.reviews import held_back
from models.reports import Report
from models.satisfaction import Satisfaction
from models.session import insert_new_row


def answer(db: Connection, coming: Coming, reading: Reading, *, now: datetime) -> tuple[MessageFate, str]:
    """Takes 满意 or 不满意 down, of the report named or else of the one told of last; who is not satisfied comes to
    the desk, with that report, and is told how to appeal."""
    satisfied = reading.intent is Intent.SATISFIED
    report = _meant(db, coming.reader_id, reading.targets)
    if report is None:
        if reading.targets:
            return MessageFate.READ, phrases.NO_SUCH_REPORT
        return (MessageFate.READ, phrases.THANKS) if satisfied else (MessageFate.DESK, outcome_phrases.NOTHING_TOLD)
    if not told(db, report, now=now):
        return MessageFate.READ, outcome_phrases.too_early(report.ordinal)
    if not satisfied:
        histories.heard(db, coming.message_id, report.id)
    return MessageFate.READ if satisfied else MessageFate.DESK, say(db, report, satisfied=satisfied, now=now)


def say(db: Connection, report: Row[Any], *, satisfied: bool, now: datetime) -> str:
    """Takes it down, in place of what he said before; the words for him."""
    _put(db, report.id, satisfied, now)
    if satisfied:
        return outcome_phrases.satisfied(report.ordinal)
    return outcome_phrases.dissatisfied(report.ordinal, appeal=appeals.refusal(db, report, now) is None)


def own(db: Connection, reader_id: int, ordinal: int) -> Row[Any]:
    """The reader's report by his own count. NotFound where he has none."""
    report = db.execute(select(Report.__table__).where(Report.reader_id == reader_id, Report.ordinal == ordinal)).first()
    if report is None:
        raise NotFound(phrases.NO_SUCH_REPORT)
    return report


def told(db: Connection, report: Row[Any], *, now: datetime) -> bool:
    """Whether there is a result that its reader may know: decided, no second opinion still out, not to be called back."""
    if report.state is not ReportState.DECIDED or now < report.decided_at + queue.GRACE:
        return False
    return db.scalar(select(Report.id).where(Report.id == report.id, held_back())) is None


def of_report(db: Connection, report_id: int) -> bool | None:
    """What was said of it; None: nothing."""
    return db.scalar(select(Satisfaction.satisfied).where(Satisfaction.report_id == report_id))


def _meant(db: Connection, reader_id: int, targets: tuple[int, ...]) -> Row[Any] | None:
    if targets:
        return reports.own_by_number(db, reader_id, targets[0])
    return db.execute(
        select(Report.__table__).join(OutgoingMessage, OutgoingMessage.report_id == Report.id)
        .where(OutgoingMessage.reader_id == reader_id, OutgoingMessage.kind.in_((together.OUTCOME, together.APPEAL)),
               OutgoingMessage.state == OutgoingState.SENT, Report.reader_id == reader_id,
               Report.state == ReportState.DECIDED)
        .order_by(OutgoingMessage.sent_at.desc(), OutgoingMessage.id.desc()).limit(1)).first()


def _put(db: Connection, report_id: int, satisfied: bool, now: datetime) -> None:
    if not insert_new_row(db, Satisfaction, {"report_id": report_id, "satisfied": satisfied, "said_at": now}):
        db.execute(update(Satisfaction).where(Satisfaction.report_id == report_id).values(satisfied=satisfied, said_at=now))
