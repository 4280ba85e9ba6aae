"""The hash chain over the audit: one job seals new entries, so that no writer waits for another."""

from __future__ import annotations

import hashlib
import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.audit import AuditEntry
from models.session import lock_for_writing

CHAIN_LOCK = -1
BATCH = 1000
START = "0" * 64


def link(previous: str, entry: AuditEntry) -> str:
    """SHA-256 over the previous link and the entry's own values, as canonical JSON; hex."""
    values = [previous, entry.id, entry.at.isoformat(), entry.actor_kind, entry.staff_id, entry.verb,
              entry.object_kind, entry.object_id, entry.before, entry.after, entry.details]
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def seal(session: Session) -> int:
    """Gives every new entry its link; how many were sealed. Two sealers at once wait for each other."""
    lock_for_writing(session, CHAIN_LOCK)
    previous = session.scalar(select(AuditEntry.chain).where(AuditEntry.chain.is_not(None))
                              .order_by(AuditEntry.id.desc()).limit(1)) or START
    fresh = session.scalars(select(AuditEntry).where(AuditEntry.chain.is_(None))
                            .order_by(AuditEntry.id).limit(BATCH)).all()
    for entry in fresh:
        previous = entry.chain = link(previous, entry)
    return len(fresh)


def first_broken(session: Session) -> int | None:
    """The id of the first entry whose link does not follow from what stands before it; None: all is whole."""
    previous = START
    for entry in session.scalars(select(AuditEntry).where(AuditEntry.chain.is_not(None)).order_by(AuditEntry.id)):
        if entry.chain != link(previous, entry):
            return entry.id
        previous = entry.chain
    return None
