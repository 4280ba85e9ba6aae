"""Whether readers are satisfied with what became of their reports. Never commits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.dialogue import outcome_phrases, phrases
from bot.errors import NotFound
from bot.filing import histories, reports
from bot.filing.reports import Coming
from bot.judging import appeals
from bot.outbox import queue, together
from bot.understanding.cited.pages import find_pages, page_numbers
from bot.understanding.turns import naming
from bot.understanding.values import Intent, OwnReport, Reading
from models.enums import MessageFate, OutgoingState, ReportState
from models.outgoing import OutgoingMessage
from models.queries.reviews import held_back
from models.reports import Report
from models.satisfaction import Satisfaction
from models.session import insert_new_row

MOST_TOLD = 20
"""So many of the results told last a reader may name by a page or a word."""


def answer(db: Connection, coming: Coming, reading: Reading, *, now: datetime) -> tuple[MessageFate, str]:
    """Takes 满意 or 不满意 down, of the report named by number, page or word, or else of the one told of last; who is not
    satisfied comes to the desk, with that report, and is told how to appeal."""
    satisfied = reading.intent is Intent.SATISFIED
    if reading.targets:
        report = reports.own_by_number(db, coming.reader_id, reading.targets[0])
        if report is None:
            return MessageFate.READ, phrases.NO_SUCH_REPORT
    else:
        known = _told_of(db, coming.reader_id)
        if not known:
            return (MessageFate.READ, phrases.THANKS) if satisfied else (MessageFate.DESK, outcome_phrases.NOTHING_TOLD)
        report = _by_words(db, known, reading.findings[0].context or "") if reading.findings else known[0]
        if report is None:
            return MessageFate.READ if satisfied else MessageFate.DESK, outcome_phrases.which(satisfied=satisfied)
    if not told(db, report, now=now):
        return MessageFate.READ, outcome_phrases.too_early(report.ordinal)
    if not satisfied:
        histories.heard(db, coming.message_id, report.id)
    return MessageFate.READ if satisfied else MessageFate.DESK, say(db, report, satisfied=satisfied, now=now)


def say(db: Connection, report: Row[Any], *, satisfied: bool, now: datetime) -> str:
    """Takes it down, in place of what he said before; the words for him."""
    _put(db, report.id, satisfied, now)
    if satisfied:
        return outcome_phrases.satisfied(report.ordinal)
    return outcome_phrases.dissatisfied(report.ordinal, appeal=appeals.refusal(db, report, now) is None)


def own(db: Connection, reader_id: int, ordinal: int) -> Row[Any]:
    """The reader's report by his own count. NotFound where he has none."""
    report = db.execute(select(Report.__table__).where(Report.reader_id == reader_id, Report.ordinal == ordinal)).first()
    if report is None:
        raise NotFound(phrases.NO_SUCH_REPORT)
    return report


def told(db: Connection, report: Row[Any], *, now: datetime) -> bool:
    """Whether there is a result that its reader may know: decided, no second opinion still out, not to be called back."""
    if report.state is not ReportState.DECIDED or now < report.decided_at + queue.GRACE:
        return False
    return db.scalar(select(Report.id).where(Report.id == report.id, held_back())) is None


def of_report(db: Connection, report_id: int) -> bool | None:
    """What was said of it; None: nothing."""
    return db.scalar(select(Satisfaction.satisfied).where(Satisfaction.report_id == report_id))


def _told_of(db: Connection, reader_id: int) -> list[Row[Any]]:
    """The reader's reports of whose results he was told, the last one first."""
    rows = db.execute(
        select(Report.__table__).join(OutgoingMessage, OutgoingMessage.report_id == Report.id)
        .where(OutgoingMessage.reader_id == reader_id, OutgoingMessage.kind.in_((together.OUTCOME, together.APPEAL)),
               OutgoingMessage.state == OutgoingState.SENT, Report.reader_id == reader_id,
               Report.state == ReportState.DECIDED)
        .order_by(OutgoingMessage.sent_at.desc(), OutgoingMessage.id.desc()).limit(MOST_TOLD)).all()
    return list({row.id: row for row in rows}.values())


def _by_words(db: Connection, known: list[Row[Any]], words: str) -> Row[Any] | None:
    """The one of them that stands on the page said, or else shares the longest words with what is said."""
    own = tuple(OwnReport(row.id, reports.current_finding(db, row.id)) for row in known)
    pages = {number for mention in find_pages(words, {}) for number in page_numbers(mention.form)}
    if pages:
        own = tuple(one for one in own if pages & set(page_numbers(one.finding.page or "")))
    numbers = (own[0].number,) if pages and len(own) == 1 else naming.named(words, own)
    return next((row for row in known if row.id in numbers), None)


def _put(db: Connection, report_id: int, satisfied: bool, now: datetime) -> None:
    if not insert_new_row(db, Satisfaction, {"report_id": report_id, "satisfied": satisfied, "said_at": now}):
        db.execute(update(Satisfaction).where(Satisfaction.report_id == report_id).values(satisfied=satisfied, said_at=now))
