"""Jobs about what readers wrote: read again, lapsed, given its place once its paper is imported."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, or_, select, update
from sqlalchemy.orm import Session

from bot import grading, house_finds, placement, reports
from bot.claiming.terms import Terms
from bot.errors import NotAllowed, without_words
from bot.intake import read_again
from bot.turns import HALF_TOLD_WAITS
from bot.understanding.merge import amend
from bot.work import Result, Work
from models.audit import JobRun
from models.enums import JobOutcome, MessageFate
from models.messages import HeldMessage, Message
from models.papers import CatalogueVersion
from models.session import reading, writing

log = logging.getLogger(__name__)

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
        with writing(work.engine) as session:
            db = session.connection()
            numbers = placement.unplaced(db, after=after, limit=BATCH, since=since)
            placed += sum(_place(work, db, report_id, now) for report_id in numbers)
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
        with writing(work.engine) as session:
            db = session.connection()
            numbers = house_finds.unplaced(db, after=after, limit=BATCH)
            placed += sum(house_finds.place_again(db, find_id, index=work.library.index(db), now=now) for find_id in numbers)
        if not numbers:
            return placed
        after = numbers[-1]


def _place(work: Work, db: Connection, report_id: int, now: datetime) -> bool:
    known = reports.current_finding(db, report_id)
    found = amend(known, (), index=work.library.index(db), sent_at=reports.get(db, report_id).sent_at)
    return placement.place_again(db, report_id, found, now=now)


def _last_catalogue(session: Session) -> int | None:
    """The version of the catalogue that the last run went through."""
    last = session.scalar(select(JobRun.result).where(JobRun.name == "place_unplaced", JobRun.outcome == JobOutcome.DONE)
                          .order_by(JobRun.id.desc()).limit(1))
    return last.get("catalogue") if last else None
