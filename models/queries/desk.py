"""Named reads of 来信: messages that a person must look at. No column of a reader is ever selected here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlalchemy.orm import Session

from models.enums import MessageFate, OutgoingState, ReportState
from models.messages import Message
from models.outgoing import OutgoingMessage
from models.reports import Report
from models.staff import Staff

PAGE_SIZE = 50
SHOWN_CHARS = 120
ANSWER = "desk"
"""The kind of an answer in the outbox."""


class DeskView(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


OPEN_FATES = (MessageFate.DESK, MessageFate.UNREAD, MessageFate.FAILED)
FATES = {DeskView.OPEN: OPEN_FATES, DeskView.CLOSED: (MessageFate.DESK_CLOSED,)}


@dataclass(frozen=True, slots=True)
class DeskRow:
    id: int
    msg_type: str
    start: str | None
    fate: MessageFate
    received_at: datetime
    answered: bool
    erased: bool


@dataclass(frozen=True, slots=True)
class DeskMessage:
    """One message with the reply it got by itself. `present`: its reader can still be written to."""

    id: int
    account: str
    msg_type: str
    content: str | None
    reply: str | None
    fate: MessageFate
    received_at: datetime
    counts_at: datetime
    time_flagged: bool
    erased: bool
    has_reader: bool
    closed_at: datetime | None
    closed_by: str | None
    close_reason: str | None


@dataclass(frozen=True, slots=True)
class AnswerView:
    id: int
    text: str
    state: OutgoingState
    at: datetime
    not_before: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class FiledView:
    """A report that came of the message."""

    number: int
    state: ReportState
    wrong: str | None
    right: str | None


def answer_prefix(message_id: int) -> str:
    """How the outbox keys of the answers to one message begin."""
    return f"desk-{message_id}-"


def rows(session: Session, view: DeskView, *, before: int | None = None,
         limit: int = PAGE_SIZE) -> tuple[tuple[DeskRow, ...], int | None]:
    """One page of a list and where the next begins. Open ones: the oldest first; closed: the newest first."""
    query = select(Message.id, Message.msg_type, func.substr(Message.content, 1, SHOWN_CHARS).label("start"),
                   Message.fate, Message.received_at, Message.erased_at).where(Message.fate.in_(FATES[view]))
    if view is DeskView.OPEN:
        query = query.order_by(Message.id)
        query = query.where(Message.id > before) if before is not None else query
    else:
        query = query.order_by(Message.id.desc())
        query = query.where(Message.id < before) if before is not None else query
    found = session.execute(query.limit(limit + 1)).all()
    shown = found[:limit]
    done = _answered_among(session, [row.id for row in shown])
    return tuple(_row(row, done) for row in shown), shown[-1].id if len(found) > limit else None


def _answered_among(session: Session, ids: list[int]) -> set[int]:
    """Which of these messages were answered by a person."""
    if not ids:
        return set()
    keys = session.scalars(select(OutgoingMessage.idempotency_key).where(
        OutgoingMessage.kind == ANSWER, OutgoingMessage.state != OutgoingState.CALLED_BACK,
        OutgoingMessage.reader_id.in_(select(Message.reader_id).where(Message.id.in_(ids)))))
    return {int(key.split("-")[1]) for key in keys} & set(ids)


def _row(row: Row[Any], answered: set[int]) -> DeskRow:
    return DeskRow(row.id, row.msg_type, row.start, row.fate, row.received_at, row.id in answered,
                   row.erased_at is not None)


def counts(session: Session) -> dict[DeskView, int]:
    """How many messages each list holds."""
    open_ = func.sum(case((Message.fate == MessageFate.DESK_CLOSED, 0), else_=1))
    row = session.execute(select(open_.label("open"), func.count().label("all")).where(
        Message.fate.in_((*OPEN_FATES, MessageFate.DESK_CLOSED)))).one()
    waiting = int(row.open or 0)
    return {DeskView.OPEN: waiting, DeskView.CLOSED: row.all - waiting}


def load(session: Session, message_id: int) -> DeskMessage | None:
    row = session.execute(
        select(Message.__table__, Staff.display_name).outerjoin(Staff, Staff.id == Message.closed_by_id)
        .where(Message.id == message_id)
    ).first()
    if row is None:
        return None
    return DeskMessage(
        row.id, row.account, row.msg_type, row.content, row.reply, row.fate, row.received_at, row.counts_at,
        row.time_flagged, row.erased_at is not None, row.reader_id is not None, row.closed_at,
        row.display_name, row.close_reason)


def answers(session: Session, message_id: int) -> tuple[AnswerView, ...]:
    """What was answered by hand, oldest first."""
    rows_ = session.execute(
        select(OutgoingMessage).where(OutgoingMessage.kind == ANSWER,
                                      OutgoingMessage.idempotency_key.startswith(answer_prefix(message_id)))
        .order_by(OutgoingMessage.id)
    ).scalars()
    return tuple(AnswerView(one.id, one.text, one.state, one.created_at, one.not_before, one.sent_at)
                 for one in rows_)


def filed(session: Session, message_id: int) -> tuple[FiledView, ...]:
    rows_ = session.execute(select(Report.id, Report.state, Report.wrong, Report.right)
                            .where(Report.message_id == message_id).order_by(Report.id))
    return tuple(FiledView(r.id, r.state, r.wrong, r.right) for r in rows_)
