"""Once a day: what has been held long enough goes; the run's row counts it, and that is the proof. Opens its own transactions.

Words, photos and voices go so many months after the round that they served was released; of messages that served none,
after they came. What nobody has dealt with yet stays. Telephone numbers and winners' contact have jobs of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from bot.outbox import calls
from bot.personal import masking
from models.appeals import Appeal
from models.attachments import Attachment
from models.audit import JobRun
from models.contests import Award, Round
from models.enums import AttachmentState, JobOutcome, MessageFate, NameState, PrizeState, RoundState
from models.messages import Message
from models.outgoing import DeliveryAttempt, OutgoingMessage
from models.personal import Key
from models.readers import Reader
from models.reports import Report, ReportVersion
from models.session import reading, writing
from models.staff import PasswordReset, StaffSession
from models.work_enums import AppealState

JOB = "forget_old"
EVERY = timedelta(hours=20)
BATCH = 200
SIGN_IN_DAYS = 90
"""Browsers that were signed in, and links to new passwords, this long after they ended."""
LETTER_DAYS = 7
"""A letter about a changed sign-in that has not left by then is no news; it holds an address."""
WAITS = (MessageFate.UNREAD, MessageFate.DESK, MessageFate.FAILED)


def forget(engine: Engine, *, words_months: int, now: datetime) -> dict[str, int]:
    """How many of what went; {} where it ran less than a day ago."""
    with reading(engine) as session:
        last = session.scalar(select(JobRun.started_at).where(JobRun.name == JOB, JobRun.outcome == JobOutcome.DONE)
                              .order_by(JobRun.started_at.desc()).limit(1))
    if last is not None and now - EVERY < last <= now:
        return {}
    before = months_before(now, words_months)
    return {
        "messages": _all(engine, lambda session: _messages(session, before), lambda session, ids: _strike(session, ids, now)),
        "notices": _all(engine, lambda session: _notices(session, before), _empty_notices),
        "names": _names(engine, before),
        "sessions": _sign_ins(engine, now),
    }


def months_before(moment: datetime, months: int) -> datetime:
    """The same day so many months earlier; the last day of a shorter month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    for day in range(moment.day, 0, -1):
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise ValueError(moment)  # every month has a first day


def _all(engine: Engine, due: Callable[[Session], list[int]], act: Callable[[Session, Sequence[int]], None]) -> int:
    done = 0
    while True:
        with writing(engine) as session:
            ids = due(session)
            if ids:
                act(session, ids)
        done += len(ids)
        if len(ids) < BATCH:
            return done


def _running(before: datetime) -> ColumnElement[bool]:
    """A round that is not released, or not yet long enough ago."""
    return or_(Round.state != RoundState.RELEASED, Round.released_at > before)


def _messages(session: Session, before: datetime) -> list[int]:
    """The next that may go: old, dealt with, and no report that came of them still needs them."""
    running = (Report.round_id == Round.id) & _running(before)
    told = exists().where(Report.message_id == Message.id, running)
    # By his own reports: versions have no index by message.
    mended = exists().where(Report.reader_id == Message.reader_id, ReportVersion.report_id == Report.id,
                            ReportVersion.message_id == Message.id, running)
    appealed = exists().where(Appeal.message_id == Message.id, Appeal.state == AppealState.OPEN)
    return list(session.scalars(select(Message.id).where(
        Message.erased_at.is_(None), Message.received_at <= before, Message.fate.not_in(WAITS), ~told, ~mended, ~appealed)
        .order_by(Message.id).limit(BATCH)))


def _strike(session: Session, ids: Sequence[int], now: datetime) -> None:
    """Their words go, their photos and voices too; what names the writer leaves the reports that stay."""
    db = session.connection()
    told: dict[int, list[int]] = {}
    for report_id, reader_id in db.execute(select(Report.id, Report.reader_id).where(Report.message_id.in_(ids))):
        told.setdefault(reader_id, []).append(report_id)
    for reader_id, reports in told.items():
        masking.mask_all(db, {key: reports if key is Key.REPORT else () for key in Key}, masking.names_of(db, [reader_id]))
    db.execute(update(Message).where(Message.id.in_(ids)).values(content=None, fields={}, reply=None, erased_at=now))
    db.execute(update(Attachment).where(Attachment.message_id.in_(ids)).values(state=AttachmentState.ERASED, problem=None))


def _notices(session: Session, before: datetime) -> list[int]:
    """Messages of ours that arrived, or never will."""
    about = exists().where(Report.id == OutgoingMessage.report_id, Report.round_id == Round.id, _running(before))
    return list(session.scalars(select(OutgoingMessage.id).where(
        OutgoingMessage.text != "", OutgoingMessage.created_at <= before, ~about).order_by(OutgoingMessage.id).limit(BATCH)))


def _empty_notices(session: Session, ids: Sequence[int]) -> None:
    db = session.connection()
    db.execute(update(OutgoingMessage).where(OutgoingMessage.id.in_(ids)).values(text="", last_error=None))
    db.execute(update(DeliveryAttempt).where(DeliveryAttempt.outgoing_id.in_(ids)).values(error=None))


def _names(engine: Engine, before: datetime) -> int:
    """Names for print of readers who have not written since; a prize on its way keeps them."""
    prize = exists().where(Award.reader_id == Reader.id, Award.state.in_((PrizeState.TO_BE_CLAIMED, PrizeState.CLAIMED)))
    report = exists().where(Report.reader_id == Reader.id, Report.round_id == Round.id, _running(before))
    with writing(engine) as session:
        return session.connection().execute(update(Reader).where(
            Reader.name_state != NameState.NOT_ASKED, Reader.last_message_at <= before, ~prize, ~report).values(
            name_state=NameState.NOT_ASKED, printed_name=None, name_at=None, name_reason=None)).rowcount


def _sign_ins(engine: Engine, now: datetime) -> int:
    """Browsers that were signed out, or never came back, links to passwords that ended, letters about sign-ins that never
    left. A member's newest browser stays: it says when he was here last."""
    before = now - timedelta(days=SIGN_IN_DAYS)
    newest = select(func.max(StaffSession.id)).group_by(StaffSession.staff_id)
    with writing(engine) as session:
        db = session.connection()
        gone = db.execute(delete(StaffSession).where(StaffSession.id.not_in(newest), or_(
            StaffSession.ended_at <= before, and_(StaffSession.ended_at.is_(None), StaffSession.seen_at <= before)))).rowcount
        gone += db.execute(delete(PasswordReset).where(PasswordReset.ended_at <= before)).rowcount
        return gone + calls.forget_addresses(db, now - timedelta(days=LETTER_DAYS))
