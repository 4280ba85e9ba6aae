"""What stands still now: queues that age, jobs that fail, rounds that cannot be picked in time, a disk that fills. Reads only."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot import job_words
from bot.contest.blockers import blockers
from bot.contest.phases import local_day
from bot.publishing import release_words
from bot.publishing.release_letters import AHEAD
from bot.setting_sections import AlertSettings
from bot.watching import words
from bot.watching.words import Problem
from models.audit import JobRun
from models.contests import Round
from models.enums import JobOutcome, MessageFate, OutgoingState, ReportState, RoundState
from models.messages import Message
from models.outgoing import OutgoingMessage
from models.queries import release
from models.reports import Report

TURN, BACKUP = "turn", "backup"
"""Rows of runs that are no job: the scheduler's sign of life (bot.jobs) and backups (bot.backups.making)."""
UNREAD_LONG, UNDECIDED_LONG, STANDING = timedelta(hours=1), timedelta(days=1), timedelta(minutes=5)
TURNS = 10
GIGABYTE, TOO_LITTLE = 1e9, 200_000_000
"""Free bytes below which the next write-ahead log may not fit; the same as `python -m bot check` says."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a look around needs. `watches_scheduler`: the look is not its own."""

    alerts: AlertSettings
    folder: Path
    every: timedelta
    watches_scheduler: bool


def find(session: Session, look: Look, *, now: datetime) -> list[Problem]:
    """Everything, the urgent first."""
    found = [*_queues(session, look.alerts, now), *_jobs(session, look, now), *_backup(session, look.alerts, now),
             *_rounds(session, look.alerts, now), *_disk(look)]
    return sorted(found, key=lambda one: not one.urgent)


def machine() -> str:
    """Which machine this is: of a disk only its own can tell."""
    return socket.gethostname()[:60]


def _queues(session: Session, alerts: AlertSettings, now: datetime) -> Iterator[Problem]:
    def oldest(at: InstrumentedAttribute[datetime], *where: ColumnElement[bool]) -> tuple[int, datetime | None]:
        row = session.execute(select(func.count(), func.min(at)).where(*where)).one()
        return row[0], row[1]

    many, since = oldest(Report.counts_at, Report.state == ReportState.FILED, Report.late.is_(False))
    if since is not None and now - since >= timedelta(days=alerts.report_days):
        yield words.reports(many, now - since)
    many, since = oldest(Message.received_at, Message.fate.in_((MessageFate.DESK, MessageFate.FAILED)))
    if since is not None and now - since >= timedelta(days=alerts.letter_days):
        yield words.letters(many, now - since)
    many, _ = oldest(Message.received_at, Message.fate == MessageFate.UNREAD, Message.received_at < now - UNREAD_LONG)
    if many:
        yield words.unread(many)
    state, late = OutgoingMessage.state, now - timedelta(hours=alerts.outbox_hours)
    many, since = oldest(OutgoingMessage.not_before, state == OutgoingState.QUEUED, OutgoingMessage.not_before < late,
                         or_(OutgoingMessage.expires_at.is_(None), OutgoingMessage.expires_at > now))
    if since is not None:
        yield words.outbox(many, now - since)
    many, _ = oldest(OutgoingMessage.created_at, state.in_((OutgoingState.UNCERTAIN, OutgoingState.FAILED)),
                     OutgoingMessage.last_error.is_distinct_from("expired"), OutgoingMessage.created_at < now - UNDECIDED_LONG)
    if many:
        yield words.undecided(many)


def _jobs(session: Session, look: Look, now: datetime) -> Iterator[Problem]:
    turn = session.execute(select(JobRun.finished_at, JobRun.result).where(JobRun.name == TURN)
                           .order_by(JobRun.finished_at.desc()).limit(1)).first()
    since = now - turn.finished_at if turn is not None and turn.finished_at is not None else None
    if look.watches_scheduler and (since is None or since > max(STANDING, TURNS * look.every)):
        yield words.scheduler(since)
    for name in turn.result.get("failed", []) if turn is not None else ():
        yield words.job(str(name)[:60], job_words.name(str(name)))


def _backup(session: Session, alerts: AlertSettings, now: datetime) -> Iterator[Problem]:
    """Whoever never made one is asked by `check`; here somebody relies on them."""
    last = session.scalar(select(func.max(JobRun.started_at)).where(JobRun.name == BACKUP, JobRun.outcome == JobOutcome.DONE))
    if last is not None and now - last > timedelta(days=alerts.backup_days):
        yield words.backup(now - last)


def _rounds(session: Session, alerts: AlertSettings, now: datetime) -> Iterator[Problem]:
    """Closed rounds near the end of their grading that something blocks; lists that go to press soon and are not out."""
    soon = now + timedelta(hours=alerts.deadline_hours)
    for row in session.execute(select(Round.id, Round.month, Round.grading_until).where(
            Round.state == RoundState.CLOSED, Round.grading_until.between(now, soon)).order_by(Round.grading_until)):
        found = blockers(session.connection(), row.id)
        if found:
            yield words.deadline(row.id, row.month, row.grading_until - now, [(one.label, one.count) for one in found])
    today = local_day(now)
    for one in release.unreleased(session, first=today, last=today + AHEAD, now=now):
        yield words.press(one.id, one.month, release_words.overdue(one.month, one.print_by, today=today))


def _disk(look: Look) -> Iterator[Problem]:
    try:
        free = shutil.disk_usage(look.folder).free
    except OSError:
        return  # `readyz` and the jobs say so louder
    if free < max(look.alerts.disk_gb * GIGABYTE, TOO_LITTLE):
        yield words.disk(machine(), free / GIGABYTE, urgent=free < TOO_LITTLE)
