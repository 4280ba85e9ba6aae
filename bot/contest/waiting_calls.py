"""Calls that overtake a reader and that no second member of staff has confirmed: what either answer would make of them
(RULES 2, 4). Reads only.

Until then such a report stands behind all others; from when it counts is with its message.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from bot.contest.aim import aim
from bot.filing import reports
from models.appeals import CallerEntry
from models.enums import ReportSource, ReportState
from models.messages import Message
from models.queries.callers import unconfirmed
from models.reports import Report
from models.work_enums import EntryState


class Counted(NamedTuple):
    """From when a report would count, and whether that is late."""

    counts_at: datetime
    late: bool


def counts_from(db: Connection, report: Row[Any]) -> datetime:
    """By which time a report is late or not: that of a call which waits is when it came."""
    if report.source is not ReportSource.STAFF or report.sequence != report.message_id:
        return report.counts_at  # type: ignore[no-any-return]
    called = db.scalar(select(Message.counts_at).join(CallerEntry, CallerEntry.message_id == Message.id).where(
        CallerEntry.message_id == report.message_id, CallerEntry.state == EntryState.WAITING))
    return called or report.counts_at


def answers(db: Connection, round_id: int) -> Iterator[Mapping[int, Counted]]:
    """For each such call of a round what confirming it, and what refusing it, makes of its reports."""
    rows = db.execute(
        select(Report.id, Report.sent_at, Report.message_id, Message.account, Message.counts_at, CallerEntry.entered_at)
        .join(CallerEntry, CallerEntry.message_id == Report.message_id).join(Message, Message.id == Report.message_id)
        .where(Report.round_id == round_id, Report.sequence == Report.message_id, Report.late.is_(False),
               Report.state.not_in((ReportState.WITHDRAWN, ReportState.LAPSED)), unconfirmed())).all()
    for message_id in sorted({row.message_id for row in rows}):
        told = [row for row in rows if row.message_id == message_id]
        for name in ("counts_at", "entered_at"):
            yield {row.id: _counted(db, row, getattr(row, name)) for row in told}


def _counted(db: Connection, row: Any, at: datetime) -> Counted:
    return Counted(at, aim(db, row.account, reports.current_finding(db, row.id), at, sent_at=row.sent_at).late)
