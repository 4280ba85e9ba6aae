"""First accepted, the tenth, the fiftieth, the hundredth, a year: a line within a result, once. Reads only.

The mark stands in the key of the result's message, not in its words: what editors see of a message tells nothing of who
its reader is, and what was told once is known when the words have long been deleted.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from bot.dialogue.outcome_phrases import MILESTONES
from models.enums import SCORING_VERDICTS, OutgoingState, ReportState
from models.outgoing import OutgoingMessage
from models.readers import Reader
from models.reports import Report

AT = {1: "m1", 10: "m10", 50: "m50", 100: "m100"}
A_YEAR, LATEST = timedelta(days=365), timedelta(days=365 + 90)
"""Since the first report; later nobody says that it is a year."""


def mark(db: Connection, report: Row[Any], *, now: datetime) -> str:
    """What an acceptance of this report is for its person, where he was not told so before; else empty."""
    own = select(Reader.id).where(Reader.person_id == select(Reader.person_id).where(
        Reader.id == report.reader_id).scalar_subquery())
    before = db.scalar(select(func.count()).select_from(Report).where(
        Report.reader_id.in_(own), Report.id != report.id, Report.state == ReportState.DECIDED,
        Report.verdict.in_(SCORING_VERDICTS))) or 0
    found = AT.get(before + 1, "")
    if not found:
        first = db.scalar(select(func.min(Report.counts_at)).where(Report.reader_id.in_(own)))
        found = "year" if first is not None and A_YEAR <= now - first <= LATEST else ""
    return "" if found and _told(db, own, found) else found


def key(key: str, mark: str) -> str:
    """A message's key with its mark."""
    return f"{key}-{mark}" if mark else key


def keys(base: str) -> list[str]:
    """Every key that a message may stand under."""
    return [base, *(key(base, mark) for mark in MILESTONES)]


def said(text: str, key: str) -> str:
    """The words of a message on their way out, with the line of its mark."""
    line = MILESTONES.get(key.rpartition("-")[2], "")
    return f"{text}\n{line}" if line and text else text


def _told(db: Connection, own: Any, mark: str) -> bool:
    return db.scalar(select(OutgoingMessage.id).where(
        OutgoingMessage.reader_id.in_(own), OutgoingMessage.idempotency_key.endswith(f"-{mark}"),
        OutgoingMessage.state != OutgoingState.CALLED_BACK).limit(1)) is not None
