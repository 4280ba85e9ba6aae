"""Every job the scheduler runs: can be run by hand, twice without harm, and leaves a row saying what it did."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot import database, logs, search
from bot.audit import SCHEDULER, Actor, record
from bot.catalogue import reading_loop
from bot.claiming import ends
from bot.claiming.terms import Terms
from bot.contest import contests, rounds
from bot.contest.after_pick import amends, moving_on
from bot.errors import DatabaseProblem, NotAllowed, NotFound, WoodpeckerError, without_words
from bot.media import collecting
from bot.media import reading as photo_reading
from bot.members import password_resets
from bot.outbox import callers, calls
from bot.outside import journal
from bot.personal import phone_numbers, privacy, retention
from bot.publishing import codes, events, month_told, release_letters
from bot.publishing.articles import Articles
from bot.readers import leads, unions
from bot.reading_jobs import lapse_waiting, place_unplaced, read_unread
from bot.recording import audit_chain, record_signing
from bot.teamwork import drafts, presence, reminders
from bot.watching import alerts
from bot.watching.problems import Look
from bot.work import Result, Work
from models.audit import JobRun
from models.contests import Contest
from models.enums import JobOutcome
from models.session import lock_for_writing, reading, writing

log = logging.getLogger(__name__)


def make_rounds(work: Work, now: datetime) -> Result:
    """Keeps rounds and planned issues ready some months ahead."""
    new = 0
    with writing(work.engine) as session:
        for contest_id in session.scalars(select(Contest.id)):
            new += contests.make_rounds(session, contest_id, months_ahead=work.settings.scheduler.rounds_ahead,
                                        actor=work.actor, now=now)
    return {"new": new} if new else {}


def close_rounds(work: Work, now: datetime) -> Result:
    return _each(work, rounds.due_to_close, lambda session, id_: rounds.close_round(
        session, id_, actor=work.actor, now=now), "closed", now)


def pick_rounds(work: Work, now: datetime) -> Result:
    return _each(work, lambda session, _: rounds.due_to_pick(session), lambda session, id_: rounds.pick_round(
        session, id_, actor=work.actor, now=now), "picked", now)


def release_rounds(work: Work, now: datetime) -> Result:
    return _each(work, lambda session, _: rounds.due_to_release(session), lambda session, id_: rounds.release_round(
        session, id_, actor=work.actor, now=now, terms=Terms.of(work.settings)), "released", now)


def move_prizes_on(work: Work, now: datetime) -> Result:
    """Drafts where lapsed prizes of released lists go to next; a chief lets the correction go."""
    return _each(work, lambda session, _: moving_on.due(session), lambda session, id_: amends.move_prizes_on(
        session, id_, actor=work.actor, now=now, terms=Terms.of(work.settings)), "moved", now)


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
        except Exception as problem:  # noqa: BLE001 - the edge: the other rounds have their turn
            log.error("round %d cannot be %s: %s", round_id, word, without_words(problem))
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


def send_resets(work: Work, _now: datetime) -> Result:
    """Mails the links of members who forgot their password, where a relay is set."""
    if work.mailer is None:
        return {}
    return dict(password_resets.send_waiting(work.engine, work.mailer, work.clock.now,
                                             secret_key=work.settings.server.secret_key))


def remind_editors(work: Work, now: datetime) -> Result:
    """Tells editors what still waits for them before a round closes and before its grading ends."""
    return reminders.remind(work.engine, work.mailer, work.clock.now, now=now)


def alert_unreleased(work: Work, now: datetime) -> Result:
    """Tells chiefs and deputies of lists that are not released two days, and a day, before they go to press."""
    return release_letters.alert(work.engine, work.mailer, work.clock.now, now=now)


def send_months(work: Work, now: datetime) -> Result:
    """Sends the month on one page to every chief once its list is released."""
    return release_letters.send_months(work.engine, work.mailer, work.clock.now, now=now)


def tell_months(work: Work, now: datetime) -> Result:
    """Tells everybody who took part what came of his month, once its list is released."""
    return _each(work, month_told.due, lambda session, id_: month_told.tell(session, id_, now=now) > 0, "months_told", now)


def forget_presence(work: Work, now: datetime) -> Result:
    """Signs of life and claims that ended long ago, and drafts that nobody came back to."""
    with writing(work.engine) as session:
        presence.sweep(session, now=now)
        forgotten = drafts.forget(session, now=now)
    return {"drafts": forgotten} if forgotten else {}


def seek_leads(work: Work, now: datetime) -> Result:
    """Looks twice a day, and at the close, for what a chief should look at before the pick."""
    return _each(work, leads.due, lambda session, id_: leads.seek(session, id_, now=now) > 0, "leads", now)


def seal_audit(work: Work, _now: datetime) -> Result:
    """Seals whatever is new, in transactions of their own, so that a long backlog holds up nobody."""
    sealed = 0
    while True:
        with writing(work.engine) as session:
            done = audit_chain.seal(session)
        sealed += done
        if done < audit_chain.BATCH:
            return {"sealed": sealed} if sealed else {}


def sign_records(work: Work, now: datetime) -> Result:
    return record_signing.sign_waiting(work.engine, work.settings.records.signing_key, now=now)


def tend_claims(work: Work, now: datetime) -> Result:
    """Reminds winners who have not claimed, and ends what nobody claimed."""
    return dict(ends.tend(work.engine, Terms.of(work.settings), actor=work.actor, now=now))


def forget_contact(work: Work, now: datetime) -> Result:
    """Deletes winners' contact, and telephone numbers in messages, when their time is over."""
    claimed = ends.forget_contact(work.engine, Terms.of(work.settings), actor=work.actor, now=now)
    phones = phone_numbers.forget(work.engine, now - timedelta(days=work.settings.claims.phone_days))
    return ({"claims": claimed} if claimed else {}) | phones


def forget_old(work: Work, now: datetime) -> Result:
    """Once a day: readers' words, photos and voices, names, our answers, and sign-ins that were kept long enough."""
    return dict(retention.forget(work.engine, words_months=work.settings.privacy.words_months, now=now))


def watch(work: Work, now: datetime) -> Result:
    """Tells whoever is named in `[alerts]` what stands still. By hand, or from cron, it watches the scheduler too."""
    server = work.settings.server
    look = Look(work.settings.alerts, server.data_dir, timedelta(seconds=work.settings.scheduler.every_seconds),
                watches_scheduler=work.actor is not SCHEDULER)
    return alerts.watch(work.engine, look, link=server.public_url, now=now)


def tell_events(work: Work, now: datetime) -> Result:
    """Tells the program named in `[integration]` what closed and what became public."""
    return events.tell(work.engine, work.settings, now=now)


def post_calls(work: Work, now: datetime) -> Result:
    """Calls the addresses of the configuration that something is to be said to."""
    return dict(calls.deliver(work.engine, callers.callers(work.settings, work.mailer), work.clock.now, now=now))


JOBS: dict[str, Callable[[Work, datetime], Result]] = {
    "make_rounds": make_rounds, "read_unread": read_unread, "lapse_waiting": lapse_waiting,
    "place_unplaced": place_unplaced, "close_rounds": close_rounds, "seek_leads": seek_leads,
    "pick_rounds": pick_rounds, "release_rounds": release_rounds, "deliver": deliver, "fetch_media": fetch_media,
    "read_photos": read_photos, "ask_unionids": ask_unionids, "send_articles": send_articles,
    "make_codes": make_codes, "read_imports": read_imports, "forget_imports": forget_imports,
    "forget_digests": forget_digests, "index_search": index_search, "send_resets": send_resets, "remind_editors": remind_editors,
    "alert_unreleased": alert_unreleased, "send_months": send_months, "tell_months": tell_months,
    "forget_presence": forget_presence, "seal_audit": seal_audit, "sign_records": sign_records,
    "tend_claims": tend_claims, "forget_contact": forget_contact, "forget_old": forget_old,
    "move_prizes_on": move_prizes_on, "tell_events": tell_events, "watch": watch, "post_calls": post_calls,
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


BROKEN_OFF_AFTER = timedelta(hours=1)
"""A run begun by hand of which nothing was heard for so long ended with its process."""
_BY_HAND_KEY = 0x57504B04  # advisory lock of all runs begun by hand, see lock_for_writing


def begin_by_hand(session: Session, name: str, *, actor: Actor, now: datetime) -> int:
    """Somebody wants one job run now: the row of the run, for `finish_by_hand`. NotAllowed while another one is under way."""
    if name not in JOBS:
        raise NotFound("没有这个任务。")
    lock_for_writing(session, _BY_HAND_KEY)
    if session.scalar(select(JobRun.id).where(JobRun.name == name, JobRun.outcome == JobOutcome.RUNNING,
                                              JobRun.started_at > now - BROKEN_OFF_AFTER).limit(1)):
        raise NotAllowed("这个任务正在做，请等它做完再看。")
    begun = JobRun(name=name, started_at=now, outcome=JobOutcome.RUNNING, result={})
    session.add(begun)
    session.flush()
    record(session, actor=actor, verb="run_job", object_kind="job", object_id=begun.id, now=now, details={"job": name})
    return begun.id


def finish_by_hand(run_id: int, name: str, work: Work) -> None:
    """Does what was begun and writes what came of it, also where there was nothing to do. Raises nothing."""
    try:
        journal.keep_up(work.engine)  # none on a backup that was brought back and that no operator has looked at
        outcome, result = JobOutcome.DONE, JOBS[name](work, work.clock.now())
    except Exception as problem:  # noqa: BLE001 - the edge: the row says what happened
        log.error("job %s failed: %s", name, without_words(problem))
        outcome, result = JobOutcome.FAILED, {"error": type(problem).__name__}
    with writing(work.engine) as session:
        session.execute(update(JobRun).where(JobRun.id == run_id).values(
            outcome=outcome, result=result, finished_at=work.clock.now()))


TURN = "turn"
"""The row that says when a scheduler was last through all jobs; there is one, changed each time."""


def note_turn(work: Work, started_at: datetime, results: dict[str, Result | str]) -> None:
    """A sign of life: runs that found nothing leave no row, and a scheduler that stands still would look the same."""
    values = {"started_at": started_at, "finished_at": work.clock.now(), "outcome": JobOutcome.DONE,
              "result": {"failed": [name for name, result in results.items() if isinstance(result, str)]}}
    with writing(work.engine) as session:
        if not session.scalars(update(JobRun).where(JobRun.name == TURN).values(**values).returning(JobRun.id)).all():
            session.add(JobRun(name=TURN, **values))


def run_all(work: Work, names: Iterable[str] = JOBS) -> dict[str, Result | str]:
    """These jobs once, in their order; one that fails is logged and does not stop the others, its result is why.

    None at all on a backup that was brought back and that no operator has looked at.
    """
    results: dict[str, Result | str] = {}
    try:
        journal.keep_up(work.engine)
    except DatabaseProblem as problem:
        log.error("%s", problem)
        return {"all": str(problem)}
    except Exception as problem:  # the edge: the jobs find out themselves what they can do
        log.exception("how far the database is cannot be noted")
        results["journal"] = type(problem).__name__
    for name in names:
        with logs.named(name):
            try:
                results[name] = run(name, work)
            except Exception as problem:  # noqa: BLE001 - the edge: the next job must have its turn
                ours = isinstance(problem, WoodpeckerError)
                if not ours:
                    log.error("job %s failed: %s", name, without_words(problem))
                results[name] = (str(problem) if ours else _trouble(problem)) or type(problem).__name__
    return results


def _trouble(problem: Exception) -> str:
    return database.trouble(problem) if isinstance(problem, DBAPIError) and not database.is_ours(problem) else ""

