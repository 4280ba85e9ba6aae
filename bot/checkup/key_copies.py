"""The key of winners' contact is in no backup: whether a copy of it was confirmed. Only its id and the day are kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.checkup.findings import Finding, fine, warning, wrong
from bot.checkup.stored import shown
from bot.claiming import keys, rotation
from models.audit import AuditEntry

VERB = "confirm_key_copy"
AREA = "contact key"
LOST = ("without it the telephone numbers, addresses and code words of winners cannot be read by anybody, and every winner must "
        "be asked again")


def confirm(session: Session, key_id: str, *, actor: Actor, now: datetime) -> None:
    """An operator says that the file with this key (and those before it) lies in a second place."""
    audit.record(session, actor=actor, verb=VERB, object_kind="claim_key", object_id=None, now=now, details={"key": key_id})


def confirmed_at(session: Session, key_id: str) -> datetime | None:
    rows = session.execute(select(AuditEntry.at, AuditEntry.details).where(AuditEntry.verb == VERB)
                           .order_by(AuditEntry.id.desc()))
    return next((row.at for row in rows if row.details.get("key") == key_id), None)


def look(session: Session, path: Path | None) -> Iterator[Finding]:
    used = rotation.used(session)
    if path is None and not used:
        yield warning(AREA, "No key is set ([claims] keys): what winners give cannot be kept. Set it, then run "
                            "python -m bot claims make-key.")
        return
    try:
        known = keys.load(path)
    except keys.NoKey as problem:
        lost = f" {sum(used.values())} of them are sealed; {LOST}." if used else ""
        yield wrong(AREA, f"Contact cannot be read now: {problem}{lost}")
        return
    for key_id in used.keys() - known.by_id.keys():
        yield wrong(AREA, f"The key {key_id} is missing from {path} and {used[key_id]} contacts are sealed with it: "
                          f"put it back; {LOST}.")
    copied = confirmed_at(session, known.newest)
    if copied is None:
        yield warning(AREA, f"{path} is in no backup and no copy of key {known.newest} was confirmed: {LOST}. "
                            "Copy the file to a second place, then run python -m bot check --key-copied.")
    else:
        yield fine(AREA, f"A copy of key {known.newest} was confirmed at {shown(copied)}.")
