"""Jobs about what readers wrote: read again, lapsed, given its place once its paper is imported."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, or_, select, update
from sqlalchemy.orm import Session

from bot.catalogue.library import Library
from bot.chat import contexts, pace, turns
from bot.chat.contexts import HALF_TOLD_WAITS
from bot.claiming.terms import OFFLINE, Terms
from bot.dialogue import privacy_phrases
from bot.errors import NotAllowed, without_words
from bot.filing import placement, reports
from bot.filing.reports import Coming
from bot.house import house_finds
from bot.intake import sent_at
from bot.judging import grading
from bot.media import keeping
from bot.outbox import queue
from bot.readers import mutes
from bot.understanding.read import read
from bot.understanding.turns.merge import amend
from bot.understanding.values import Finding, Intent
from bot.work import Result, Work
from models.audit import JobRun
from models.enums import JobOutcome, MessageFate
from models.messages import HeldMessage, Message
from models.papers import CatalogueVersion
from models.readers import Reader
from models.session import reading, writing

log = logging.getLogger(__name__)

ANSWER_KIND = "late_answer"
READ_TRIES = 3
BATCH = 200


def read_unread(work: Work, now: datetime) -> Result:
    """Reads stored messages that could not be read when they came; after three tries a person looks."""
    read = failed = 0
    with writing(work.engine) as session:
        waiting = list(session.scalars(
            select(Message.id).outerjoin(HeldMessage, HeldMessage.message_id == Message.id)
            .where(Message.fate == MessageFate.UNREAD, or_(HeldMessage.read_at.is_(None), HeldMessage.read_at <= now))
            .order_by(Message.id).limit(BATCH)))
    for message_id in waiting:
        try:
            with writing(work.engine) as session:
                read_again(session.connection(), work.library, message_id, now=now, terms=Terms.of(work.settings))
            read += 1
        except Exception as problem:  # noqa: BLE001 - the edge: one unreadable message must not stop the others
            log.error("message %d cannot be read: %s", message_id, without_words(problem))
            failed += 1
            _note_failure(work.engine, message_id)
    return {"read": read, "failed": failed} if waiting else {}


def read_again(db: Connection, library: Library, message_id: int, *, now: datetime, terms: Terms = OFFLINE) -> MessageFate:
    """Reads a stored message once more (a job's work). Raises what reading raises.

    Of several jobs at once one gets the message; what its reader had deleted meanwhile is left alone.
    """
    claimed = db.execute(update(Message).where(Message.id == message_id, Message.fate == MessageFate.UNREAD)
                         .values(fate=MessageFate.READ, attempts=Message.attempts + 1))
    if claimed.rowcount != 1:
        return db.execute(select(Message.fate).where(Message.id == message_id)).scalar_one()
    row = db.execute(
        select(Message.id, Message.account, Message.content, Message.create_time, Message.received_at, Message.counts_at,
               Message.time_flagged, Message.reader_id, Message.erased_at, Reader.person_id, Reader.openid)
        .join(Reader, Reader.id == Message.reader_id).where(Message.id == message_id)
    ).one()
    if row.erased_at is not None or row.openid is None:
        return MessageFate.READ
    context = contexts.whole(db, row.account, row.openid)
    sent = sent_at(row.create_time, row.received_at)
    index = library.index(db)
    reading = read(row.content or "", sent_at=sent, index=index, waiting=context.waiting(now))
    coming = Coming(row.id, row.account, row.reader_id, row.person_id, sent, row.counts_at, row.time_flagged)
    turn = turns.take(db, coming, context, reading, index=index, now=now, terms=terms)
    keeping.adopt(db, reader_id=coming.reader_id, now=now)
    intent = (turn.intent or reading.intent).value
    # The reply stays what it was: a resend that comes only now gets what the first delivery got.
    db.execute(update(Message).where(Message.id == message_id).values(fate=turn.fate, intent=intent))
    if pace.was_held(db, message_id):
        pace.tell(db, row.reader_id, now=now)
    elif reading.intent is Intent.COPY and turn.reply:  # a link that is stored cannot be opened
        queue.enqueue(db, reader_id=row.reader_id, kind=ANSWER_KIND, text=privacy_phrases.COPY_AGAIN,
                      key=f"read-{row.id}", now=now)
    elif reply := mutes.answer(db, row.person_id, turn.fate, intent, turn.reply, now=now):
        # The answer that was promised; after the window it rides on the next reply.
        queue.enqueue(db, reader_id=row.reader_id, kind=ANSWER_KIND, text=reply, key=f"read-{row.id}", now=now)
    return turn.fate


def _note_failure(engine: Engine, message_id: int) -> None:
    with writing(engine) as session:
        session.execute(update(Message).where(Message.id == message_id).values(attempts=Message.attempts + 1))
        session.execute(update(Message).where(Message.id == message_id, Message.attempts >= READ_TRIES)
                        .values(fate=MessageFate.FAILED))


def lapse_waiting(work: Work, now: datetime) -> Result:
    """Half-told reports wait 24 hours, asked-back ones as many days as their round's rule set says."""
    with reading(work.engine) as session:
        db = session.connection()
        due = reports.half_told_before(db, now - HALF_TOLD_WAITS)
        days: dict[int, int] = {}
        for report_id, asked_at in reports.asked_back(db):
            rules_id, rules = grading.rules_of(db, reports.get(db, report_id))
            wait = days.setdefault(rules_id, rules.needs_more_days)
            if now - asked_at > timedelta(days=wait):
                due.append(report_id)
    done = 0
    for report_id in due:
        done += _lapse(work, report_id, now)
    return {"lapsed": done} if done else {}


def _lapse(work: Work, report_id: int, now: datetime) -> bool:
    try:
        with writing(work.engine) as session:
            reports.lapse(session.connection(), report_id, now=now)
    except NotAllowed:
        return False  # the reader answered or an editor decided in between
    return True


def place_unplaced(work: Work, now: datetime) -> Result:
    """Gives reports filed before their paper was imported the place where their words stand.

    All of them once after each change of the catalogue; else only those read while an import was under way.
    """
    with reading(work.engine) as session:
        version, seen = session.scalar(select(CatalogueVersion.version)) or 0, _last_catalogue(session)
    since = now - timedelta(minutes=10) if seen == version else None
    placed, after = 0, 0
    while True:
        with reading(work.engine) as session:
            db = session.connection()
            numbers = placement.unplaced(db, after=after, limit=BATCH, since=since)
            moved = [one for one in numbers if _sought(work, db, one) != reports.current_finding(db, one)]
        placed += sum(_place(work, report_id, now) for report_id in moved)
        if not numbers:
            break
        after = numbers[-1]
    if since is None:
        placed += _place_house_finds(work, now)
    return {"placed": placed, "catalogue": version} if placed or seen != version else {}


def _place_house_finds(work: Work, now: datetime) -> int:
    """What the newsroom found itself, sought again after the reports: a place that readers reported is theirs."""
    placed, after = 0, 0
    while True:
        with reading(work.engine) as session:
            numbers = house_finds.unplaced(session.connection(), after=after, limit=BATCH)
        for find_id in numbers:
            with writing(work.engine) as session:
                db = session.connection()
                placed += house_finds.place_again(db, find_id, index=work.library.index(db), now=now)
        if not numbers:
            return placed
        after = numbers[-1]


def _sought(work: Work, db: Connection, report_id: int) -> Finding:
    """What a report says, by the catalogue as it is now."""
    known = reports.current_finding(db, report_id)
    return amend(known, (), index=work.library.index(db), sent_at=reports.get(db, report_id).sent_at)


def _place(work: Work, report_id: int, now: datetime) -> bool:
    """In a transaction of its own: readers who write meanwhile wait for one report, and nobody's locks cross those of many."""
    with writing(work.engine) as session:
        db = session.connection()
        return placement.place_again(db, report_id, _sought(work, db, report_id), now=now)


def _last_catalogue(session: Session) -> int | None:
    """The version of the catalogue that the last run went through."""
    last = session.scalar(select(JobRun.result).where(JobRun.name == "place_unplaced", JobRun.outcome == JobOutcome.DONE)
                          .order_by(JobRun.id.desc()).limit(1))
    return last.get("catalogue") if last else None
