"""Named reads of 通知: messages that did not simply go, and calls that are off. Of a reader only his name, to mask it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from models.enums import OutgoingState, RightState
from models.outgoing import CallRight, DeliveryAttempt, OutgoingMessage
from models.readers import Reader

PAGE_SIZE = 50
EXPIRED = "expired"
"""The last error of a message whose time ran out: nobody need decide anything."""


class NoticeView(StrEnum):
    PERSON = "person"
    UNREACHABLE = "unreachable"
    QUEUED = "queued"


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One message. `why`: a reason of the outbox or the platform's words; `errcode` of the newest attempt."""

    id: int
    account: str
    kind: str
    text: str
    state: OutgoingState
    why: str | None
    errcode: int | None
    created_at: datetime
    not_before: datetime
    report_id: int | None
    known_name: str | None  # for masking only


@dataclass(frozen=True, slots=True)
class CallOff:
    """A call that the platform refused, or one at rest until a time."""

    account: str
    call: str
    state: RightState
    errcode: int | None
    since: datetime
    until: datetime | None
    noted: bool


_expired = and_(OutgoingMessage.state == OutgoingState.FAILED, OutgoingMessage.last_error == EXPIRED)
VIEWS: dict[NoticeView, ColumnElement[bool]] = {
    NoticeView.PERSON: and_(OutgoingMessage.state.in_((OutgoingState.UNCERTAIN, OutgoingState.FAILED)),
                            OutgoingMessage.last_error.is_distinct_from(EXPIRED)),
    NoticeView.UNREACHABLE: or_(OutgoingMessage.state == OutgoingState.UNREACHABLE, _expired),
    NoticeView.QUEUED: OutgoingMessage.state.in_((OutgoingState.QUEUED, OutgoingState.SENDING)),
}


def rows(session: Session, view: NoticeView, *, after: int | None = None,
         limit: int = PAGE_SIZE) -> tuple[tuple[NoticeRow, ...], int | None]:
    """One page, the oldest first, and where the next begins."""
    newest: Any = (select(DeliveryAttempt.errcode).where(DeliveryAttempt.outgoing_id == OutgoingMessage.id)
                   .order_by(DeliveryAttempt.id.desc()).limit(1).scalar_subquery())
    query = (
        select(OutgoingMessage.id, Reader.account, OutgoingMessage.kind, OutgoingMessage.text, OutgoingMessage.state,
               OutgoingMessage.last_error, newest, OutgoingMessage.created_at, OutgoingMessage.not_before,
               OutgoingMessage.report_id, Reader.printed_name)
        .join(Reader, Reader.id == OutgoingMessage.reader_id).where(VIEWS[view])
        .order_by(OutgoingMessage.id).limit(limit + 1)
    )
    if after is not None:
        query = query.where(OutgoingMessage.id > after)
    found = [NoticeRow(*row) for row in session.execute(query)]
    return tuple(found[:limit]), found[limit - 1].id if len(found) > limit else None


def counts(session: Session) -> dict[NoticeView, int]:
    """How many messages each list holds."""
    row = session.execute(select(*(func.count().filter(where) for where in VIEWS.values()))
                          .select_from(OutgoingMessage)
                          .where(OutgoingMessage.state.not_in((OutgoingState.SENT, OutgoingState.CALLED_BACK)))).one()
    return dict(zip(VIEWS, row, strict=True))


def to_decide(session: Session) -> int:
    """How many things wait for a person: uncertain and failed messages, and calls that are off and nobody knows."""
    return session.scalar(select(deciding())) or 0


def deciding() -> ColumnElement[int]:
    """The same as a column for any read."""
    messages = select(func.count()).select_from(OutgoingMessage).where(VIEWS[NoticeView.PERSON]).scalar_subquery()
    calls = select(func.count()).select_from(CallRight).where(
        CallRight.state == RightState.REFUSED, CallRight.noted_at.is_(None)).scalar_subquery()
    return messages + calls


def calls_off(session: Session, *, now: datetime) -> tuple[CallOff, ...]:
    """What is refused, and what rests now."""
    found = session.scalars(select(CallRight).where(or_(
        CallRight.state == RightState.REFUSED, CallRight.until > now)).order_by(CallRight.account, CallRight.call))
    return tuple(CallOff(row.account, row.call, row.state, row.errcode, row.since, row.until, row.noted_at is not None)
                 for row in found)
