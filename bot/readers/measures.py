"""Bars and mutes as they are kept: laid on a reader with a reason, ended, never deleted. Writes; never commits.

Knows nothing of what either means: that is bot.readers.persons and bot.readers.mutes.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, insert, or_, update

from bot.audit import Actor
from models.enums import Bar, Measure
from models.measures import ReaderMeasure


def lay(db: Connection, reader_id: int, kind: Measure, reason: str, *, actor: Actor, now: datetime,
        bar: Bar | None = None, until: datetime | None = None) -> None:
    """From now on it stands; one of the same kind that stood on this reader ends with it."""
    end(db, [reader_id], kind, actor=actor, now=now)
    db.execute(insert(ReaderMeasure).values(
        reader_id=reader_id, kind=kind, bar=bar, reason=reason, made_at=now, made_by_id=actor.staff_id, until_at=until))


def end(db: Connection, readers: Collection[int], kind: Measure, *, now: datetime, actor: Actor | None = None,
        reason: str | None = None) -> int:
    """Ends those that stand on these readers; how many did. What had run out before ended then, by itself."""
    open_ = update(ReaderMeasure).where(
        ReaderMeasure.reader_id.in_(readers), ReaderMeasure.kind == kind, ReaderMeasure.ended_at.is_(None))
    db.execute(open_.where(ReaderMeasure.until_at <= now).values(ended_at=ReaderMeasure.until_at))
    return db.execute(open_.where(or_(ReaderMeasure.until_at.is_(None), ReaderMeasure.until_at > now)).values(
        ended_at=now, ended_by_id=actor.staff_id if actor else None, ended_reason=reason)).rowcount
