"""Every job the scheduler runs: can be run by hand, twice without harm, and leaves a row saying what it did."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, or_, select, update
from sqlalchemy.orm import Session

from bot import audit_chain, codes, grading, house_finds, placement, privacy, reports, search, unions
from bot.articles import Articles
from bot.audit import SCHEDULER, Actor
from bot.catalogue import reading_loop
from bot.catalogue.library import Library
from bot.catalogue.reading_loop import ReadingLoop
from bot.clock import Clock
from bot.contest import contests, rounds
from bot.errors import NotAllowed, WoodpeckerError
from bot.intake import read_again
from bot.media import collecting
from bot.media import reading as photo_reading
from bot.media.collecting import Sources
from bot.media.reading import ReadLines
from bot.outbox.channels import Account
from bot.outbox.delivery import Delivery
from bot.settings import Settings
from bot.turns import HALF_TOLD_WAITS
from bot.understanding.merge import amend
from bot.wechat.client import Client
from models.audit import JobRun
from models.contests import Contest
from models.enums import JobOutcome, MessageFate
from models.messages import HeldMessage, Message
from models.papers import CatalogueVersion
from models.session import reading, writing

log = logging.getLogger(__name__)

READ_TRIES = 3
BATCH = 200


@dataclass(frozen=True, slots=True)
class Work:
    """What a job needs: the same things for each."""

    engine: Engine
    settings: Settings
    clock: Clock
    library: Library
    delivery: Delivery
    actor: Actor = SCHEDULER
    accounts: Mapping[str, Account] = field(default_factory=dict)
    callers: Mapping[str, Client] = field(default_factory=dict)  # those of the accounts that have a secret
    sources: Sources | None = None  # where readers' photos and voices come from; None: they wait
    imports: ReadingLoop | None = None  # reads newspapers' files that were dropped in the console
    read_lines: ReadLines | None = None  # reads the print on a photo; None: the extra `ocr` is not installed


Result = dict[str, Any]


def make_rounds(work: Work, now: datetime) -> Result:
    """Keeps rounds and planned issues ready some months ahead."""
    new = 0
    with writing(work.engine) as session:
        for contest_id in session.scalars(select(Contest.id)):
            new += contests.make_rounds(session, contest_id, months_ahead=work.settings.scheduler.rounds_ahead,
                                        actor=work.actor, now=now)
    return {"new": new} if new else {}


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
                read_again(session.connection(), work.library, message_id, now=now)
            read += 1
        except Exception:  # the edge: one unreadable message must not stop the others
            log.exception("message %d cannot be read", message_id)
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


def close_rounds(work: Work, now: datetime) -> Result:
    return _each(work, rounds.due_to_close, lambda session, id_: rounds.close_round(
        session, id_, actor=work.actor, now=now), "closed", now)


def pick_rounds(work: Work, now: datetime) -> Result:
    return _each(work, lambda session, _: rounds.due_to_pick(session), lambda session, id_: rounds.pick_round(
        session, id_, actor=work.actor, now=now), "picked", now)


def release_rounds(work: Work, now: datetime) -> Result:
    return _each(work, lambda session, _: rounds.due_to_release(session), lambda session, id_: rounds.release_round(
        session, id_, actor=work.actor, now=now), "released", now)


def _each(work: Work, due: Callable[[Session, datetime], list[int]], act: Callable[[Session, int], bool],
          word: str, now: datetime) -> Result:
    """One transaction a round, so that one that cannot be done holds up no other."""
    with reading(work.engine) as session:
        ids = due(session, now)
    done, failed = [], []
    for round_id in ids:
        try:
            with writing(work.engine) as session:
                if act(session, round_id):
                    done.append(round_id)
        except Exception:  # the edge: the other rounds have their turn
            log.exception("round %d cannot be %s", round_id, word)
            failed.append(round_id)
    return ({word: done} if done else {}) | ({"failed": failed} if failed else {})


def deliver(work: Work, now: datetime) -> Result:
    return work.delivery.run(work.engine, now=now)


def forget_digests(work: Work, _now: datetime) -> Result:
    """What would lead back to readers who left goes when the claims of their rounds have ended (RULES 20)."""
    with writing(work.engine) as session:
        forgotten = privacy.forget_digests(session.connection())
    return {"forgotten": forgotten} if forgotten else {}


def fetch_media(work: Work, now: datetime) -> Result:
    """Fetches readers' photos and voices, and deletes those of readers who have gone."""
    if work.sources is None:
        return {}
    fetched = collecting.collect(work.engine, work.sources, work.clock.now, now=now)
    return fetched | collecting.forget(work.engine, work.sources.store)


def read_photos(work: Work, now: datetime) -> Result:
    """Recognises articles on photos, where text can be read off pictures here."""
    if work.sources is None or work.read_lines is None:
        return {}
    return photo_reading.read_photos(work.engine, work.sources.store, work.library, work.read_lines, work.clock.now,
                                     now=now)


def ask_unionids(work: Work, now: datetime) -> Result:
    """Asks the platform which readers of several accounts are one, where it says so."""
    return dict(unions.run(work.engine, work.accounts, work.callers, secret=work.settings.server.secret_key,
                           clock_now=work.clock.now, now=now))


def send_articles(work: Work, now: datetime) -> Result:
    """Brings the winners' articles into the accounts' own consoles, and publishes what a chief wants published."""
    return dict(Articles(work.engine, work.accounts, work.callers, work.clock.now).run(now=now))


def make_codes(work: Work, _now: datetime) -> Result:
    """Has the platform make the QR codes that papers lack, where an account may have some."""
    return dict(codes.run(work.engine, work.accounts, work.callers, clock_now=work.clock.now, actor=work.actor))


def read_imports(work: Work, _now: datetime) -> Result:
    """Reads newspapers' files that were dropped in the console and that no console process reads.

    The scheduler only starts it: two dozen pages take a minute, and the other jobs must have their turn meanwhile.
    """
    if work.imports is None:
        return {}
    if work.actor is SCHEDULER:
        work.imports.wake()
        return {}
    return work.imports.run()


def forget_imports(work: Work, now: datetime) -> Result:
    """Imports that nobody decided on for a day go, with their files and pictures."""
    gone = reading_loop.forget(work.engine, work.settings, now=now)
    return {"gone": gone} if gone else {}


def index_search(work: Work, now: datetime) -> Result:
    """Makes what was imported and reported since findable by its words."""
    with writing(work.engine) as session:
        read = search.refresh(session, now=now)
    return {"read": read} if read else {}


def seal_audit(work: Work, _now: datetime) -> Result:
    with writing(work.engine) as session:
        sealed = audit_chain.seal(session)
    return {"sealed": sealed} if sealed else {}


JOBS: dict[str, Callable[[Work, datetime], Result]] = {
    "make_rounds": make_rounds, "read_unread": read_unread, "lapse_waiting": lapse_waiting,
    "place_unplaced": place_unplaced, "close_rounds": close_rounds, "pick_rounds": pick_rounds,
    "release_rounds": release_rounds, "deliver": deliver, "fetch_media": fetch_media,
    "read_photos": read_photos, "ask_unionids": ask_unionids, "send_articles": send_articles,
    "make_codes": make_codes, "read_imports": read_imports, "forget_imports": forget_imports,
    "forget_digests": forget_digests, "index_search": index_search, "seal_audit": seal_audit,
}


def run(name: str, work: Work) -> Result:
    """Runs one job and leaves a row of what it did; a failure is noted and raised. A run that found nothing leaves none."""
    now = work.clock.now()
    try:
        result = JOBS[name](work, now)
    except Exception as problem:
        _leave_row(work, name, now, JobOutcome.FAILED, {"error": type(problem).__name__})
        raise
    if result:
        _leave_row(work, name, now, JobOutcome.DONE, result)
    return result


def _leave_row(work: Work, name: str, started_at: datetime, outcome: JobOutcome, result: Result) -> None:
    with writing(work.engine) as session:
        session.add(JobRun(name=name, started_at=started_at, finished_at=work.clock.now(), outcome=outcome,
                           result=result))


def run_all(work: Work) -> dict[str, Result | str]:
    """Every job once, in their order; one that fails is logged and does not stop the others."""
    results: dict[str, Result | str] = {}
    for name in JOBS:
        try:
            results[name] = run(name, work)
        except Exception as problem:  # the edge: the next job must have its turn
            if not isinstance(problem, WoodpeckerError):
                log.exception("job %s failed", name)
            results[name] = str(problem) or type(problem).__name__
    return results

