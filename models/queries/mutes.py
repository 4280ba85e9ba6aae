"""Who is muted at a moment, and which letters wait quietly for it. For the desk's lists and counts, and for bot.readers.mutes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from models.attachments import Attachment
from models.enums import Measure, MessageFate
from models.measures import ReaderMeasure
from models.messages import Message
from models.readers import Reader
from models.reports import Report

Moment = datetime | ColumnElement[datetime]
"""A moment, or its parameter in a statement that is put together once."""
REPORTING = "report"
"""The intent of a message that reports an error."""


def stands(now: Moment) -> ColumnElement[bool]:
    """Of a row of reader_measure: a mute that nobody ended and that has not run out."""
    return and_(ReaderMeasure.kind == Measure.MUTE, ReaderMeasure.ended_at.is_(None),
                or_(ReaderMeasure.until_at.is_(None), ReaderMeasure.until_at > now))


def muted_readers(now: Moment) -> Select[int]:
    """All readers of the persons of whom one is muted: a link mutes the other too, parting them frees him again."""
    persons = select(Reader.person_id).join(ReaderMeasure, ReaderMeasure.reader_id == Reader.id).where(stands(now))
    return select(Reader.id).where(Reader.person_id.in_(persons))


def quiet(now: Moment) -> ColumnElement[bool]:
    """A letter of a muted reader that neither holds a report nor shows one; what could not be read may."""
    reported = select(Report.id).where(Report.message_id == Message.id).correlate(Message).exists()
    shows = select(Attachment.id).where(
        Attachment.message_id == Message.id, Attachment.report_id.is_not(None)).correlate(Message).exists()
    # Coalesced, for its opposite must be true of letters without a reader or an intent.
    return and_(Message.fate == MessageFate.DESK, func.coalesce(Message.reader_id, 0).in_(muted_readers(now)),
                func.coalesce(Message.intent, "") != REPORTING, ~reported, ~shows)


def is_muted(session: Session, reader_id: int | None, *, now: datetime) -> bool:
    return reader_id is not None and session.scalar(
        select(Reader.id).where(Reader.id == reader_id, Reader.id.in_(muted_readers(now)))) is not None
