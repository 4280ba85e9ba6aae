"""An act that concerns two reports is told in the history of both. Writes audit entries; never commits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.filing.finders import STANDING_STATES
from models.notes import FurtherWords
from models.reports import Report
from models.session import insert_new_row

MOST_NAMED = 20
"""So many of the reports that stay behind are named when one leaves."""


def of_both(session: Session, verb: str, report_id: int, other_id: int, *, actor: Actor, now: datetime,
            after: str | None = None, details: dict[str, Any] | None = None) -> None:
    """The same verb in both histories, each naming the other report."""
    audit.record(session, actor=actor, verb=verb, object_kind="report", object_id=report_id, now=now, after=after,
                 details={"report": other_id} | (details or {}))
    audit.record(session, actor=actor, verb=verb, object_kind="report", object_id=other_id, now=now, after=after,
                 details={"report": report_id})


def of_those(session: Session, verb: str, report_id: int, others: list[int], *, actor: Actor, now: datetime,
             after: str | None = None, details: dict[str, Any] | None = None) -> None:
    """A report and several: its own history names them, theirs name it."""
    audit.record(session, actor=actor, verb=verb, object_kind="report", object_id=report_id, now=now, after=after,
                 details={"reports": others} | (details or {}))
    for other_id in others:
        audit.record(session, actor=actor, verb=verb, object_kind="report", object_id=other_id, now=now, after=after,
                     details={"report": report_id})


def repeat_changed(session: Session, report: Row[Any], original_id: int | None, *, actor: Actor, now: datetime) -> None:
    """What a decision means for the report that it calls the original, and for the one that was called so before.

    `report` is the row as it was before the decision.
    """
    if report.original_id == original_id:
        return
    for verb, number in (("unmark_repeat", report.original_id), ("mark_repeat", original_id)):
        if number is not None:
            audit.record(session, actor=actor, verb=verb, object_kind="report", object_id=number, now=now,
                         details={"report": report.id})


def reports_on(db: Connection, errata: list[int], *, but: int) -> list[int]:
    """The reports that hang on these errata, the earliest first; at most MOST_NAMED."""
    return list(db.scalars(select(Report.id).where(
        Report.erratum_id.in_(errata), Report.id != but, Report.state.in_(STANDING_STATES))
        .order_by(Report.counts_at, Report.id).limit(MOST_NAMED)))


def heard(db: Connection, message_id: int, report_id: int) -> None:
    """A message was about a report that could not take it in: it is shown there all the same."""
    insert_new_row(db, FurtherWords, {"message_id": message_id, "report_id": report_id})
