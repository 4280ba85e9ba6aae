"""Tells what is wrong: once, again after hours while it lasts, and once when it is over; of several machines one tells it.

The row of an alert is the claim. What is said goes through the outbox, in the same transaction. Opens its own transactions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from bot.outbox import calls
from bot.outbox.quiet import awake, is_quiet
from bot.setting_sections import AlertSettings
from bot.watching import problems, words
from bot.watching.problems import Look
from bot.watching.words import Problem
from models.outgoing import Alert
from models.session import insert_new_row, reading, writing
from models.work_enums import CallTarget

KIND, OVER = "alert", "alert.over"
OF_A_MACHINE = "disk-"


def watch(engine: Engine, look: Look, *, link: str, now: datetime) -> dict[str, Any]:
    """Looks around and tells what is new; nothing at all where nobody is to be told."""
    if not look.alerts.on:
        return {}
    with reading(engine) as session:
        found = problems.find(session, look, now=now)
        known = {row.code: row for row in session.scalars(select(Alert).where(Alert.cleared_at.is_(None)))}
    if not found and not known:
        return {}
    with writing(engine) as session:
        telling = [one for one in found if _claim(session, one, look.alerts, now)]
        ended = [row for code, row in known.items() if code not in {one.code for one in found} and _mine(code)
                 and _clear(session, row, now)]
        if telling:
            _say(session, look.alerts, KIND, words.told(telling, link), telling, now, now)
        titles = [row.title for row in ended if row.times]
        if titles:
            _say(session, look.alerts, OVER, words.over(titles), [], now, awake(now, look.alerts.quiet))
    return {key: many for key, many in (("told", len(telling)), ("over", len(titles))) if many}


def _mine(code: str) -> bool:
    """Whether this look would have found it: another machine's disk it does not see."""
    return not code.startswith(OF_A_MACHINE) or code == f"{OF_A_MACHINE}{problems.machine()}"


def _claim(session: Session, problem: Problem, alerts: AlertSettings, now: datetime) -> bool:
    """Notes what is wrong; whether it is to be told now, by us."""
    db = session.connection()
    fresh = {"title": problem.title[:120], "raised_at": now, "told_at": None, "times": 0, "cleared_at": None}
    if not insert_new_row(db, Alert, {"code": problem.code, **fresh}):
        db.execute(update(Alert).where(Alert.code == problem.code, Alert.cleared_at.is_not(None)).values(**fresh))
    row = db.execute(select(Alert.raised_at, Alert.told_at, Alert.times).where(Alert.code == problem.code)).one()
    if now - row.raised_at < problem.patience or (not problem.urgent and is_quiet(now, alerts.quiet)):
        return False
    if row.told_at is not None and now - row.told_at < timedelta(hours=alerts.again_hours):
        return False
    return db.execute(update(Alert).where(Alert.code == problem.code, Alert.times == row.times, Alert.cleared_at.is_(None))
                      .values(told_at=now, times=row.times + 1, title=problem.title[:120])).rowcount == 1


def _clear(session: Session, row: Alert, now: datetime) -> bool:
    done = session.connection().execute(update(Alert).where(
        Alert.code == row.code, Alert.raised_at == row.raised_at, Alert.cleared_at.is_(None)).values(cleared_at=now))
    return done.rowcount == 1


def _say(session: Session, alerts: AlertSettings, kind: str, said: tuple[str, str], found: Sequence[Problem], now: datetime,
         at: datetime) -> None:
    """The same to every channel."""
    title, text = said
    body = {"type": kind, "at": now.isoformat(), "title": title, "text": text,
            "problems": [{"code": one.code, "urgent": one.urgent, "title": one.title, "text": one.text} for one in found]}
    once = hashlib.sha256(f"{now.isoformat()} {text}".encode()).hexdigest()[:24]
    channels = ((CallTarget.ROBOT, alerts.robot_url), (CallTarget.WEBHOOK, alerts.webhook_url), (CallTarget.MAIL, alerts.mail_to))
    for target, address in channels:
        if address:
            calls.enqueue(session.connection(), target, kind=kind, key=f"{kind}-{once}-{target}", body=body, now=now,
                          not_before=at)
