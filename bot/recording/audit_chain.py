"""The hash chain over the audit: one job seals new entries, so that no writer waits for another.

An entry's number says where it stands in the chain: in the order of sealing, without a gap. Ids could not say it: on
PostgreSQL an entry with a lower id may be committed after one with a higher id was sealed, and a write that is rolled
back leaves an id that nobody has. Such a late entry is sealed next, nothing is reordered. Sealers wait for each other.
What was changed before its first sealing (some seconds) nobody can tell; after it every change, and every entry taken
out, shows. The end of the chain is held by the records of the rounds, whose digests are printed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.audit import AuditEntry
from models.records import RoundRecord
from models.session import lock_for_writing

CHAIN_LOCK = -1
BATCH = 1000
START = "0" * 64


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place where the chain is not whole: its number, the entry there (None: it is missing) and what is wrong."""

    number: int
    entry_id: int | None
    words: str

    def __str__(self) -> str:
        entry = "" if self.entry_id is None else f"（记录 {self.entry_id}）"
        return f"操作记录链第 {self.number} 条{entry}：{self.words}"


def link(previous: str, entry: AuditEntry) -> str:
    """SHA-256 over the previous link and the entry's own values, as canonical JSON; hex."""
    values = [previous, entry.id, entry.at.isoformat(), entry.actor_kind, entry.staff_id, entry.verb,
              entry.object_kind, entry.object_id, entry.before, entry.after, entry.details]
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def head(session: Session) -> tuple[int, int, str] | None:
    """(number, id, link) of the newest sealed entry."""
    row = session.execute(select(AuditEntry.chain_number, AuditEntry.id, AuditEntry.chain).where(
        AuditEntry.chain_number.is_not(None)).order_by(AuditEntry.chain_number.desc()).limit(1)).first()
    return None if row is None or row[0] is None or row[2] is None else (row[0], row[1], row[2])


def seal(session: Session, *, most: int = BATCH) -> int:
    """Gives new entries their links, at most so many; how many were sealed. Twice does no harm."""
    lock_for_writing(session, CHAIN_LOCK)
    number, _, previous = head(session) or (0, 0, START)
    fresh = session.scalars(select(AuditEntry).where(AuditEntry.chain.is_(None))
                            .order_by(AuditEntry.id).limit(most)).all()
    for place, entry in enumerate(fresh, number + 1):
        previous = link(previous, entry)
        entry.chain_number, entry.chain = place, previous
    session.flush()
    return len(fresh)


def verify(session: Session) -> Broken | None:
    """The first entry whose content or link differs, or that is missing; None: all is whole. Reads the whole trail."""
    previous, number = START, 0
    for number, entry in enumerate(_sealed(session), 1):
        if entry.chain_number != number:
            return Broken(number, None, "缺少")
        if entry.chain != link(previous, entry):
            return Broken(number, entry.id, "内容改过，或前面改过")
        previous = entry.chain
    return _held_by_records(session, number)


def _sealed(session: Session) -> Iterator[AuditEntry]:
    entries = select(AuditEntry).where(AuditEntry.chain_number.is_not(None)).order_by(AuditEntry.chain_number)
    # Whoever found a broken link reads no further: PostgreSQL's cursor wants to be closed then.
    with closing(session.scalars(entries.execution_options(yield_per=BATCH))) as found:
        yield from found


def _held_by_records(session: Session, length: int) -> Broken | None:
    """What the records of the rounds say of the chain: it was at least so long, and that link stood there."""
    for number, chain in session.execute(
        select(RoundRecord.chain_number, RoundRecord.chain).order_by(RoundRecord.chain_number)
    ):
        if number is None:
            continue  # kept before anything was sealed
        if number > length:
            return Broken(length + 1, None, "缺少：一份评选记录还记着它")
        found = session.execute(select(AuditEntry.id, AuditEntry.chain).where(AuditEntry.chain_number == number)).one()
        if found.chain != chain:
            return Broken(number, found.id, "和评选记录里记着的不符：链从头重做过")
    return None


def length(session: Session) -> tuple[int, int]:
    """(sealed, not sealed yet)."""
    every, sealed = session.execute(select(func.count(), func.count(AuditEntry.chain)).select_from(AuditEntry)).one()
    return sealed, every - sealed
