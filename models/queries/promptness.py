"""How readers were served in a round's month, as a hotline would be asked: answered at once, decided in time, satisfied."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from models.appeals import CallerEntry
from models.contests import Contest, Round
from models.enums import MessageFate, ReportState, RoundState
from models.messages import Message
from models.queries.statistics import MinutesBetween
from models.reports import Report
from models.satisfaction import Satisfaction

RUNNING = (RoundState.OPEN, RoundState.CLOSED)
MINUTES_A_DAY = 24 * 60
LEFT_UNANSWERED = (MessageFate.READ, MessageFate.DESK, MessageFate.DESK_CLOSED)
"""A letter of these fates without an answer came from a reader who is muted: it was left so on purpose."""


@dataclass(frozen=True, slots=True)
class Promptness:
    """Counts of one round. `due`: reports that are decided, or that waited longer than the days they are given."""

    contest: str
    month: str
    letters: int
    at_once: int
    due: int
    in_time: int
    said: int
    satisfied: int


def running(session: Session, *, days: int, now: datetime) -> list[Promptness]:
    """Of each contest the newest month that runs or is graded and has reports. One query."""
    rows = session.execute(_select(days, now).where(Round.state.in_(RUNNING), exists().where(Report.round_id == Round.id))
                           .order_by(Contest.id, Round.month.desc())).all()
    newest: dict[int, Promptness] = {}
    for row in rows:
        newest.setdefault(row.contest_id, _read(row))
    return list(newest.values())


def _read(row: Any) -> Promptness:
    return Promptness(row.name, row.month, row.letters or 0, row.at_once or 0, row.due or 0, row.in_time or 0,
                      row.said or 0, row.satisfied or 0)


def _select(days: int, now: datetime) -> Any:
    decided = Report.state == ReportState.DECIDED
    in_time = and_(decided, MinutesBetween(Report.counts_at, Report.decided_at) <= days * MINUTES_A_DAY)
    waited = and_(Report.state.in_((ReportState.FILED, ReportState.ESCALATED)), Report.counts_at < now - timedelta(days=days))
    return select(
        Round.contest_id, Contest.name, Round.month,
        _letters(None).label("letters"),
        _letters(and_(Message.reply.is_not(None), Message.stale.is_(False))).label("at_once"),
        _reports(or_(decided, waited)).label("due"), _reports(in_time).label("in_time"),
        _ratings(None).label("said"), _ratings(Satisfaction.satisfied.is_(True)).label("satisfied"),
    ).join(Contest, Contest.id == Round.contest_id)


def _letters(where: ColumnElement[bool] | None) -> ScalarSelect[int]:
    """Letters from the first of the round's reports to the last, whatever they were about; none that staff took down.

    By their numbers, which go by time: no other index leads to a month's letters.
    """
    first = select(func.min(Report.message_id)).where(Report.round_id == Round.id).correlate(Round).scalar_subquery()
    last = select(func.max(Report.message_id)).where(Report.round_id == Round.id).correlate(Round).scalar_subquery()
    of_staff = exists().where(CallerEntry.message_id == Message.id)
    return (select(func.count() if where is None else func.sum(case((where, 1), else_=0))).select_from(Message)
            .where(Message.id >= first, Message.id <= last, Message.account == Contest.account, Message.event.is_(None),
                   Message.erased_at.is_(None), or_(Message.reply.is_not(None), Message.fate.not_in(LEFT_UNANSWERED)),
                   ~of_staff)
            .correlate(Round, Contest).scalar_subquery())


def _reports(where: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).where(Report.round_id == Round.id, where).correlate(Round).scalar_subquery()


def _ratings(where: ColumnElement[bool] | None) -> ScalarSelect[int]:
    counted = select(func.count()).select_from(Satisfaction).join(Report, Report.id == Satisfaction.report_id).where(
        Report.round_id == Round.id)
    return (counted if where is None else counted.where(where)).correlate(Round).scalar_subquery()
