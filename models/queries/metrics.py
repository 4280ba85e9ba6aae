"""Named reads for the metrics: counts and moments, of nobody. Few and by index: they are asked every half minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Enum, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.audit import JobRun
from models.contests import Round
from models.enums import JobOutcome, MessageFate, OutgoingState, ReportState, RoundState
from models.messages import Message
from models.metrics import AnswerCount
from models.outgoing import Alert, OutgoingCall, OutgoingMessage
from models.reports import Report

OVER = (OutgoingState.SENT, OutgoingState.CALLED_BACK)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A round that is not released."""

    contest_id: int
    month: str
    state: RoundState
    closes_at: datetime
    grading_until: datetime


def answers(session: Session) -> dict[str, int]:
    return {row.name: row.many for row in session.execute(select(AnswerCount.name, AnswerCount.many))}


def messages(session: Session) -> dict[str, int]:
    return _by(session, Message.fate, Message.id, MessageFate)


def reports(session: Session) -> dict[str, int]:
    return _by(session, Report.state, Report.id, ReportState)


def notices(session: Session) -> tuple[dict[str, int], datetime | None]:
    """By state, and since when the oldest that is due waits."""
    due = session.scalar(select(func.min(OutgoingMessage.not_before)).where(OutgoingMessage.state == OutgoingState.QUEUED))
    return _by(session, OutgoingMessage.state, OutgoingMessage.id, OutgoingState), due


def calls(session: Session) -> dict[str, int]:
    return _by(session, OutgoingCall.state, OutgoingCall.id, OutgoingState)


def _by(session: Session, column: InstrumentedAttribute[Any], key: InstrumentedAttribute[int], kind: type[Any]) -> dict[str, int]:
    """Every state, those of which there is nothing as well: a series that comes and goes cannot be watched."""
    assert isinstance(column.type, Enum)
    found = {one.value: many for one, many in session.execute(select(column, func.count(key)).group_by(column)).all()}
    return {one.value: found.get(one.value, 0) for one in kind}


def deadlines(session: Session) -> list[Deadline]:
    rows = session.execute(select(Round.contest_id, Round.month, Round.state, Round.closes_at, Round.grading_until)
                           .where(Round.state != RoundState.RELEASED).order_by(Round.contest_id, Round.month))
    return [Deadline(*row) for row in rows]


def last_done(session: Session, name: str) -> datetime | None:
    """When this last did something and went well."""
    return session.scalar(select(JobRun.finished_at).where(JobRun.name == name, JobRun.outcome == JobOutcome.DONE)
                          .order_by(JobRun.started_at.desc()).limit(1))


def alerts(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Alert).where(Alert.cleared_at.is_(None))) or 0
