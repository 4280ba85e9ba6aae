"""What a photo shows is put to use: the article found, the reader asked which words are wrong. Writes; the job commits.

The half-told report that asks "which words?" is the same as for 第3版有错字: his next words complete it. Until
then the photo stays a letter at the desk, so that nothing depends on his answer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update

from bot.catalogue.library import Library
from bot.chat import contexts
from bot.clock import monotonic
from bot.contest.aim import NoContest
from bot.dialogue import media_phrases, phrases, steps
from bot.errors import NotAllowed
from bot.filing import receipts, reports
from bot.filing.reports import Coming
from bot.media import photos
from bot.media.keeping import EVIDENCE_WITHIN, QUESTION
from bot.media.ocr import CannotRead
from bot.media.photos import Seen
from bot.media.store import Missing, Store
from bot.outbox import queue
from bot.readers import mutes
from bot.understanding.in_print.locate import Index
from bot.understanding.turns.merge import complete
from bot.understanding.values import Field
from models.attachments import Attachment
from models.enums import AttachmentKind, AttachmentState, MessageFate, ReportSource, ReportState
from models.messages import Conversation, Message
from models.readers import Reader
from models.reports import Report
from models.session import reading, writing

log = logging.getLogger(__name__)

ASKED_WITHIN = timedelta(hours=24)
"""Nobody is asked about a photo of the day before yesterday, read late after an outage."""
WORDS_KEEP = timedelta(hours=48)
BATCH = 10
SECONDS_A_RUN = 10.0
RECEIPT = "receipt"
ReadLines = Callable[[bytes], list[str]]


def read_photos(engine: Engine, store: Store, library: Library, read_lines: ReadLines,
                clock_now: Callable[[], datetime], *, now: datetime) -> dict[str, Any]:
    """Reads what was fetched and not yet looked at, for ten seconds or one photo more; counts by what was seen."""
    counts: dict[str, Any] = {}
    until = monotonic() + SECONDS_A_RUN
    with reading(engine) as session:
        waiting = list(session.scalars(
            select(Attachment.id).where(
                Attachment.state == AttachmentState.KEPT, Attachment.kind == AttachmentKind.PICTURE,
                Attachment.looked_at.is_(None), Attachment.received_at >= now - ASKED_WITHIN)
            .order_by(Attachment.id).limit(BATCH)))
    for attachment_id in waiting:
        if monotonic() > until:
            break
        word = _one(engine, store, library, read_lines, attachment_id, clock_now)
        counts[word] = counts.get(word, 0) + 1
    return counts


def _one(engine: Engine, store: Store, library: Library, read_lines: ReadLines, attachment_id: int,
         clock_now: Callable[[], datetime]) -> str:
    with writing(engine) as session:
        digest = _claim(session.connection(), attachment_id, clock_now())
    if digest is None:
        return "taken"
    try:
        lines = read_lines(store.get(digest))
    except (Missing, CannotRead) as problem:
        log.warning("attachment %d cannot be read: %s", attachment_id, type(problem).__name__)
        return "unread"
    with reading(engine) as session:
        index = library.index(session.connection())
    with writing(engine) as session:
        return _use(session.connection(), attachment_id, lines, index, clock_now())


def _claim(db: Connection, attachment_id: int, now: datetime) -> str | None:
    """A photo is read once: a crash on the way leaves it a letter like any other."""
    done = db.execute(update(Attachment).where(
        Attachment.id == attachment_id, Attachment.state == AttachmentState.KEPT, Attachment.looked_at.is_(None),
    ).values(looked_at=now))
    if done.rowcount != 1:
        return None
    return db.scalar(select(Attachment.digest).where(Attachment.id == attachment_id))


def _use(db: Connection, attachment_id: int, lines: list[str], index: Index, now: datetime) -> str:
    """Notes what was seen, then completes what the reader told, or asks him."""
    row: Any = db.execute(
        select(Attachment.message_id, Attachment.report_id, Attachment.received_at, Attachment.reader_id, Message.account,
               Message.create_time, Message.counts_at, Message.time_flagged, Message.fate, Reader.person_id, Reader.openid)
        .join(Message, Message.id == Attachment.message_id).join(Reader, Reader.id == Attachment.reader_id)
        .where(Attachment.id == attachment_id, Attachment.state == AttachmentState.KEPT)
    ).first()
    if row is None or row.openid is None:
        return "gone"
    sent_at = datetime.fromtimestamp(row.create_time, UTC)
    seen = photos.recognise(lines, index=index, sent_at=sent_at)
    if seen is not None:
        db.execute(update(Attachment).where(Attachment.id == attachment_id).values(
            page_id=seen.entry.page.id, article_id=seen.entry.article.id if seen.article else None))
    coming = Coming(row.message_id, row.account, row.reader_id, row.person_id, sent_at, row.counts_at, row.time_flagged)
    told = row.report_id or _half_told(db, row.reader_id, row.received_at)
    if told is not None:
        _complete(db, attachment_id, told, coming, seen, index, now)
    elif row.fate is MessageFate.DESK:
        _ask(db, row, coming, seen, now)
    return "nothing" if seen is None else "article" if seen.article else "page"


def _half_told(db: Connection, reader_id: int, near: datetime) -> int | None:
    """The report that the reader began within the same half hour and that still lacks something."""
    return db.scalar(select(Report.id).where(
        Report.reader_id == reader_id, Report.state == ReportState.HALF_TOLD, Report.sent_at >= near - EVIDENCE_WITHIN,
    ).order_by(Report.id.desc()).limit(1))


def _complete(db: Connection, attachment_id: int, report_id: int, coming: Coming, seen: Seen | None, index: Index,
              now: datetime) -> None:
    """The photo is evidence of that report, and says where it is, if the reader did not."""
    db.execute(update(Attachment).where(Attachment.id == attachment_id).values(report_id=report_id))
    if seen is None or reports.get(db, report_id).state is not ReportState.HALF_TOLD:
        return
    whole = complete(reports.current_finding(db, report_id), photos.cited(seen), index=index, sent_at=coming.sent_at)
    judged = steps.judge(whole, papers=2, asked_before=False)
    try:
        filed = reports.change(db, report_id, whole, coming, complete=judged.complete, now=now)
    except NotAllowed:
        return  # the reader withdrew it in between
    if not judged.complete:
        return
    db.execute(delete(Conversation).where(Conversation.reader_id == coming.reader_id, Conversation.report_id == report_id))
    db.execute(update(Message).where(Message.id == coming.message_id, Message.fate == MessageFate.DESK)
               .values(fate=MessageFate.READ))
    text = phrases.receipt([receipts.item(db, filed, coming.person_id)], None, ask_name=False, title="照片看到了，已经补上。")
    queue.enqueue(db, reader_id=coming.reader_id, kind=RECEIPT, text=text, key=f"photo-{attachment_id}",
                  report_id=report_id, now=now, expires_at=now + WORDS_KEEP)


def _ask(db: Connection, row: Any, coming: Coming, seen: Seen | None, now: datetime) -> None:
    """Which words are wrong? Asked once for several photos sent in one go, and never beside another question."""
    if contexts.whole(db, row.account, row.openid).open_report(now) is not None:
        return
    if seen is None and mutes.muted(db, coming.person_id, now=now):
        return  # what it needs was said at receipt
    text = media_phrases.PHOTO_UNKNOWN
    report_id = None
    if seen is not None:
        cited = photos.cited(seen)
        try:
            report_id = reports.file(db, coming, cited, complete=False, now=now, source=ReportSource.PHOTO).report_id
        except NoContest:
            return
        db.execute(delete(Conversation).where(Conversation.reader_id == coming.reader_id))
        db.execute(insert(Conversation).values(reader_id=coming.reader_id, report_id=report_id,
                                               waiting_for=Field.DETAIL.value, asked_name=False, asked_at=now))
        text = media_phrases.photo_question(seen.entry.paper.name, seen.entry.page.number, cited.article_text)
    half_hour = int(row.received_at.timestamp()) // int(EVIDENCE_WITHIN.total_seconds())
    queue.enqueue(db, reader_id=coming.reader_id, kind=QUESTION, text=text, report_id=report_id, now=now,
                  key=f"photo-{coming.reader_id}-{half_hour}-{'seen' if seen else 'unknown'}",
                  expires_at=now + WORDS_KEEP)
