"""The finders hear that their correction is in print: once a notice, through the outbox. Never commits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from bot.dialogue import outcome_phrases, phrases
from bot.outbox import queue
from bot.publishing import errata_calendar
from bot.publishing.correction_words import page
from models.enums import SCORING_VERDICTS, CorrectionState, ReportState
from models.newsroom import CorrectionItem, CorrectionNotice
from models.papers import Issue, Paper
from models.readers import Reader
from models.reports import Report


def key_of(notice_id: int, reader_id: int) -> str:
    """The queue's key: one message for one reader of one notice, however often it is asked for."""
    return f"correction-{notice_id}-{reader_id}"


def tell_finders(session: Session, notice: CorrectionNotice, paper_id: int, *, now: datetime, public_url: str = "") -> int:
    """Tells every person whose report of one of its errors was accepted; gives how many.

    `paper_id`: where the error stood; another paper is named. Of a person's accounts the one that he reported from
    first. Who has left or was erased is not written to: the queue sees to it. `public_url`: where readers open our
    pages; where the printed notice is found on the picture of its page, they are told where to see it.
    """
    assert notice.printed_on is not None
    db = session.connection()
    paper, clipping = _other_paper(session, notice, paper_id), _clipping(session, notice, public_url, now)
    said: dict[int, list[tuple[str | None, str | None]]] = {}
    reports: dict[int, tuple[int, int]] = {}
    for row in session.execute(_accepted(notice)):
        said.setdefault(row.person_id, []).append((row.wrong, row.right))
        reports.setdefault(row.person_id, (row.reader_id, row.id))
    told = 0
    for person_id, (reader_id, number) in reports.items():
        text = phrases.corrected(said[person_id], notice.printed_on, page(notice.printed_page), paper)
        text = outcome_phrases.with_clipping(text, clipping) if clipping else text
        queued = queue.enqueue(db, reader_id=reader_id, kind="correction", text=text, key=key_of(notice.id, reader_id),
                               report_id=number, now=now)
        told += queued is not None
    return told


def _clipping(session: Session, notice: CorrectionNotice, public_url: str, now: datetime) -> str:
    """The address of its clipping (web/public/errata_pages.py); empty where there is none."""
    contest_id = session.scalar(select(Paper.contest_id).join(Issue, Issue.paper_id == Paper.id)
                                .where(Issue.id == notice.issue_id))
    if not public_url or contest_id is None:
        return ""
    session.flush()  # the calendar reads that it is printed
    if errata_calendar.cut_of(session, contest_id, notice.issue_id, notice.id, now=now) is None:
        return ""
    return f"{public_url}/c/{contest_id}/errata/{notice.issue_id}/correction-{notice.id}.webp"


def corrected(db: Connection, erratum_ids: Collection[int]) -> set[int]:
    """Those of these errata that a printed notice corrects."""
    if not erratum_ids:
        return set()
    rows = db.scalars(
        select(CorrectionItem.erratum_id).join(CorrectionNotice, CorrectionNotice.id == CorrectionItem.notice_id)
        .where(CorrectionItem.erratum_id.in_(sorted(erratum_ids)), CorrectionNotice.state == CorrectionState.PRINTED))
    return {one for one in rows if one is not None}


def _accepted(notice: CorrectionNotice) -> Any:
    """The accepted reports of its errors whose readers can be written to, in order of receipt."""
    errata = [item.erratum_id for item in notice.items if item.erratum_id is not None]
    return (
        select(Report.id, Report.reader_id, Report.wrong, Report.right, Reader.person_id)
        .join(Reader, Reader.id == Report.reader_id)
        .where(Report.erratum_id.in_(errata), Report.state == ReportState.DECIDED, Reader.openid.is_not(None),
               Report.verdict.in_(SCORING_VERDICTS))
        .order_by(Report.counts_at, Report.sequence, Report.id)
    )


def _other_paper(session: Session, notice: CorrectionNotice, paper_id: int) -> str | None:
    if notice.printed_paper_id == paper_id:
        return None
    return session.scalar(select(Paper.name).where(Paper.id == notice.printed_paper_id))
