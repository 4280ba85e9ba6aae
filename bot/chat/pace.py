"""A day's pace: so many reports a person; what comes beyond is kept as it is and read the next morning.

Nothing is lost by it: the message keeps its place in time (RULES 2), a round waits for it (RULES 4). Never commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import Connection, Row, bindparam, func, select, update

from bot.clock import SHANGHAI
from bot.dialogue import person_phrases
from bot.outbox import queue
from models.enums import MessageFate, ReportSource, ReportState
from models.messages import HeldMessage, Message
from models.prepared import Prepared
from models.readers import Reader
from models.reports import Report
from models.session import insert_new_row

MORNING = time(7, 0)
"""When the rest of yesterday is read, Shanghai: its answer wakes nobody."""
KIND = "receipt"


_REPORTED = Prepared(
    select(func.count()).select_from(Report).join(Reader, Reader.id == Report.reader_id)
    .where(Reader.person_id == bindparam("person_id"), Report.sent_at >= bindparam("begins"),
           Report.source != ReportSource.STAFF))


def over(db: Connection, person_id: int, *, sent_at: datetime, now: datetime, limit: int) -> bool:
    """Whether the person has reported his fill on the day when he wrote. Of an earlier day all is read at once."""
    day = sent_at.astimezone(SHANGHAI).date()
    if day < now.astimezone(SHANGHAI).date():
        return False
    begins = datetime.combine(day, time(0), SHANGHAI).astimezone(UTC)
    return int(_REPORTED.scalar(db, person_id=person_id, begins=begins)) >= limit


def hold(db: Connection, message_id: int, *, now: datetime) -> None:
    """Keeps the message for the next morning."""
    tomorrow = now.astimezone(SHANGHAI).date() + timedelta(days=1)
    insert_new_row(db, HeldMessage, {
        "message_id": message_id, "read_at": datetime.combine(tomorrow, MORNING, SHANGHAI).astimezone(UTC)})


def was_held(db: Connection, message_id: int) -> bool:
    return db.scalar(select(HeldMessage.message_id).where(HeldMessage.message_id == message_id)) is not None


def tell(db: Connection, reader_id: int, *, now: datetime) -> None:
    """One message about everything that was held, once the last of it is read."""
    rows = _untold(db, reader_id)
    if not rows or any(row.fate is MessageFate.UNREAD and row.read_at <= now for row in rows):
        return
    ids = [row.id for row in rows if row.fate is not MessageFate.UNREAD]
    states = db.scalars(select(Report.state).where(Report.message_id.in_(ids))).all()
    queue.enqueue(db, reader_id=reader_id, kind=KIND, key=f"held-{ids[-1]}", now=now, text=person_phrases.held_read(
        len(states), sum(state is ReportState.HALF_TOLD for state in states)))
    db.execute(update(HeldMessage).where(HeldMessage.message_id.in_(ids)).values(told_at=now))


def _untold(db: Connection, reader_id: int) -> Sequence[Row[int, MessageFate, datetime]]:
    return db.execute(
        select(Message.id, Message.fate, HeldMessage.read_at)
        .join(HeldMessage, HeldMessage.message_id == Message.id)
        .where(Message.reader_id == reader_id, HeldMessage.told_at.is_(None)).order_by(Message.id)
    ).all()
