"""Named reads of appeals: open ones as a condition of any list, the one of a report for its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from models.appeals import Appeal
from models.enums import UNSENT, Verdict
from models.messages import Message
from models.outgoing import OutgoingMessage
from models.reports import Report
from models.reviews import Review
from models.staff import Staff
from models.work_enums import OPEN_REVIEWS, AppealState

ANSWER = "appeal"
"""The kind of an answer in the outbox."""


def open_appeal() -> ColumnElement[bool]:
    """Reports against which a reader's appeal waits for an answer."""
    waiting = aliased(Appeal)  # not correlated: the few open ones are read once, whatever the number of reports
    return Report.id.in_(select(waiting.report_id).where(waiting.state == AppealState.OPEN))


@dataclass(frozen=True, slots=True)
class AppealView:
    """The appeal against one report. `words`: the whole message as received, None once its reader has gone."""

    id: int
    report_id: int
    message_id: int
    state: AppealState
    verdict: Verdict
    words: str | None
    made_at: datetime
    due_on: date
    decided_by_id: int
    decided_by: str
    answered_at: datetime | None
    answered_by: str | None
    same_person_reason: str | None
    in_review: bool
    not_sent: bool


def of_report(session: Session, number: int) -> AppealView | None:
    decided, answered = aliased(Staff), aliased(Staff)
    row = session.execute(
        select(Appeal.__table__, Message.content, decided.display_name.label("decided_by"),
               answered.display_name.label("answered_by"), _in_review().label("in_review"),
               _not_sent().label("not_sent"))
        .join(Message, Message.id == Appeal.message_id).join(decided, decided.id == Appeal.decided_by_id)
        .outerjoin(answered, answered.id == Appeal.answered_by_id).where(Appeal.report_id == number)
    ).first()
    if row is None:
        return None
    return AppealView(row.id, row.report_id, row.message_id, row.state, row.verdict, row.content, row.made_at,
                      row.due_on, row.decided_by_id, row.decided_by, row.answered_at, row.answered_by,
                      row.same_person_reason, bool(row.in_review), bool(row.not_sent))


def _in_review() -> ColumnElement[bool]:
    """Whether somebody else is asked to grade the report independently."""
    return select(Review.id).where(Review.report_id == Appeal.report_id, Review.state.in_(OPEN_REVIEWS)).correlate(
        Appeal).exists()


def _not_sent() -> ColumnElement[bool]:
    """Whether an answer in words can still be called back."""
    return select(OutgoingMessage.id).where(
        OutgoingMessage.report_id == Appeal.report_id, OutgoingMessage.kind == ANSWER,
        OutgoingMessage.state.in_(UNSENT)).correlate(Appeal).exists()
