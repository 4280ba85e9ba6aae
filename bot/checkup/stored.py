"""What the database tells: clock, jobs, notices that stand still, backups, calls that an account refuses. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from bot.backups.making import JOB as BACKUP
from bot.checkup.findings import Finding, fine, warning, wrong
from bot.clock import SHANGHAI
from bot.jobs import TURN
from models.audit import AuditEntry, JobRun
from models.enums import JobOutcome, MessageFate, OutgoingState, RightState
from models.messages import Message
from models.outgoing import CallRight, OutgoingMessage

APART = timedelta(seconds=5)
"""Two machines' clocks may differ so much; deadlines count seconds."""
LOOKED_AT = 51
"""So many of the newest messages tell how far our clock is from the platform's: an odd number has one in the middle."""
BEHIND, AHEAD = timedelta(seconds=30), timedelta(minutes=3)
"""The platform gives up after seconds and comes again at once, so that half of all messages arrive within a minute."""
STANDING = timedelta(minutes=5)
TURNS = 10
QUEUED_LONG, SENDING_LONG, UNREAD_LONG = timedelta(hours=1), timedelta(minutes=10), timedelta(hours=1)
BACKUP_EVERY = timedelta(hours=48)


def shown(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def look(session: Session, *, now: datetime, every_seconds: int) -> Iterator[Finding]:
    yield from _clock(session, now)
    yield from _jobs(session, now, timedelta(seconds=every_seconds))
    yield from _outbox(session, now)
    yield from _calls(session, now)
    yield from _backups(session, now)


def _clock(session: Session, now: datetime) -> Iterator[Finding]:
    what = f"it is {shown(now)} in Shanghai by this machine"
    found = []
    theirs = databases_clock(session)
    if theirs is not None and abs(theirs - now) > APART:
        found.append(f"{shown(theirs)} by the database's")
    newest = session.scalar(select(AuditEntry.at).order_by(AuditEntry.id.desc()).limit(1))
    if newest is not None and newest - now > APART:
        found.append(f"{shown(newest)} by the newest entry of the audit trail")
    off = _from_platform(session)
    if off is not None and not -BEHIND <= off <= AHEAD:
        how = "came before they were sent" if off < timedelta() else "came minutes late"
        found.append(f"half of the last messages {how} by it")
    if found:
        yield wrong("clock", f"{what}, and {', '.join(found)}: deadlines would be wrong. Set the clock "
                             "(timedatectl set-ntp true).")
    else:
        yield fine("clock", f"{what}.")


def databases_clock(session: Session) -> datetime | None:
    """What time it is where the database runs; None: SQLite has no clock of its own."""
    if session.connection().dialect.name == "sqlite":
        return None
    moment: datetime = session.scalars(text("SELECT clock_timestamp()")).one()
    return moment.astimezone(UTC)


def _from_platform(session: Session) -> timedelta | None:
    """How much later than the platform's CreateTime messages are received, in the middle; None: too few to tell."""
    rows = session.execute(select(Message.received_at, Message.create_time).order_by(Message.id.desc()).limit(LOOKED_AT)).all()
    if len(rows) < LOOKED_AT:
        return None
    return timedelta(seconds=median(received.timestamp() - created for received, created in rows))


def _jobs(session: Session, now: datetime, every: timedelta) -> Iterator[Finding]:
    turn = session.execute(select(JobRun.finished_at, JobRun.result).where(JobRun.name == TURN)
                           .order_by(JobRun.finished_at.desc()).limit(1)).first()
    if turn is None or turn.finished_at is None:
        yield wrong("jobs", "No scheduler has ever run: start one (python -m bot scheduler); no round closes without it.")
        return
    if now - turn.finished_at > max(STANDING, TURNS * every):
        yield wrong("jobs", f"The scheduler was last through at {shown(turn.finished_at)}: start it again; no round "
                            "closes without it.")
        return
    failed = turn.result.get("failed", [])
    for name in failed:
        times = session.scalars(select(func.count()).select_from(JobRun).where(
            JobRun.name == name, JobRun.outcome == JobOutcome.FAILED, JobRun.started_at > now - timedelta(days=1))).one()
        yield wrong("jobs", f"The job {name} fails ({times} times in a day): run python -m bot job {name}, see what it says.")
    unread = session.scalars(select(func.count()).select_from(Message).where(
        Message.fate == MessageFate.UNREAD, Message.received_at < now - UNREAD_LONG)).one()
    if unread:
        yield warning("jobs", f"{unread} messages have waited over an hour to be read: run python -m bot job read_unread.")
    if not failed:
        yield fine("jobs", f"The scheduler was last through at {shown(turn.finished_at)}.")


def _outbox(session: Session, now: datetime) -> Iterator[Finding]:
    def many(*conditions: object) -> int:
        return session.scalars(select(func.count()).select_from(OutgoingMessage).where(*conditions)).one()  # type: ignore[arg-type]

    state = OutgoingMessage.state
    sending = many(state == OutgoingState.SENDING, OutgoingMessage.claimed_at < now - SENDING_LONG)
    uncertain = many(state == OutgoingState.UNCERTAIN)
    late = many(state == OutgoingState.QUEUED, OutgoingMessage.not_before < now - QUEUED_LONG,
                or_(OutgoingMessage.expires_at.is_(None), OutgoingMessage.expires_at > now))
    if sending:
        yield warning("outbox", f"{sending} notices are half sent for over ten minutes: run python -m bot job deliver; what "
                                "may have left then waits in 通知 for a person.")
    if uncertain:
        yield warning("outbox", f"{uncertain} notices may have been sent or not: somebody decides in the console, 通知.")
    if late:
        yield warning("outbox", f"{late} notices should have left over an hour ago: look at 通知 for what holds them up.")
    if not (sending or uncertain or late):
        yield fine("outbox", "No notice is stuck.")


def _calls(session: Session, now: datetime) -> Iterator[Finding]:
    for row in session.scalars(select(CallRight).order_by(CallRight.account, CallRight.call)):
        if row.state is RightState.REFUSED:
            yield warning(f"account {row.account}", f"WeChat refuses {row.call} since {shown(row.since)} ({row.errcode}): "
                                                    f"run python -m bot accounts check {row.account}.")
        elif row.state is RightState.RESTING and row.until is not None and row.until > now:
            yield warning(f"account {row.account}", f"{row.call} rests until {shown(row.until)} after {row.failures} failures "
                                                    f"({row.errcode}): nothing to do but wait.")


def _backups(session: Session, now: datetime) -> Iterator[Finding]:
    row = session.execute(select(JobRun.started_at, JobRun.outcome, JobRun.result).where(JobRun.name == BACKUP)
                          .order_by(JobRun.id.desc()).limit(1)).first()
    how = "see docs/backup.md."
    if row is None:
        yield warning("backup", f"No backup was ever made: python -m bot backup FOLDER, every night; {how}")
    elif row.outcome is not JobOutcome.DONE:
        yield wrong("backup", f"The backup of {shown(row.started_at)} failed: run it by hand and read what it says; {how}")
    elif now - row.started_at > BACKUP_EVERY:
        yield warning("backup", f"The last backup is of {shown(row.started_at)}: look whether cron still runs it; {how}")
    elif row.result.get("missing"):
        lacks = row.result["missing"]
        yield warning("backup", f"The last backup lacks {lacks} files: run python -m bot backup verify on it; {how}")
    else:
        yield fine("backup", f"The last one is of {shown(row.started_at)}.")
