"""不上光荣榜: a reader's own choice not to stand by name on open pages, and back again. Writes; never commits."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select

from bot import audit
from bot.audit import Actor
from bot.readers import persons
from models.audit import AuditEntry
from models.hall import HallAbsence
from models.session import insert_new_row

LEFT, CAME_BACK = "leave_hall", "return_to_hall"
MOST_RETURNS, WITHIN = 10, timedelta(days=1)


def is_absent(db: Connection, reader_id: int) -> bool:
    """Whether he, or a reader who is one person with him, has asked not to be listed."""
    return db.scalar(select(HallAbsence.reader_id).where(
        HallAbsence.reader_id.in_(persons.linked_with(db, reader_id))).limit(1)) is not None


def may_return(db: Connection, reader_id: int, *, now: datetime) -> bool:
    """Whether he has not come back too often today: each time is an entry that stays for good. Leaving is always open."""
    done = db.scalar(select(func.count()).where(
        AuditEntry.object_kind == "reader", AuditEntry.object_id == reader_id, AuditEntry.verb == CAME_BACK,
        AuditEntry.at > now - WITHIN))
    return (done or 0) < MOST_RETURNS


def leave(db: Connection, reader_id: int, *, actor: Actor, now: datetime) -> bool:
    """From now on no open page shows his printed names; False where that was so already."""
    if is_absent(db, reader_id):
        return False
    insert_new_row(db, HallAbsence, {"reader_id": reader_id, "since_at": now})
    audit.write(db, actor=actor, verb=LEFT, object_kind="reader", object_id=reader_id, now=now)
    return True


def come_back(db: Connection, reader_id: int, *, actor: Actor, now: datetime) -> bool:
    """His printed names are shown again; False where he had asked nothing else. What a reader asked whom only staff have
    linked with him stands: that may be somebody else."""
    done = db.execute(delete(HallAbsence).where(HallAbsence.reader_id.in_(persons.proved_with(db, reader_id))))
    if done.rowcount == 0:
        return False
    audit.write(db, actor=actor, verb=CAME_BACK, object_kind="reader", object_id=reader_id, now=now)
    return True
