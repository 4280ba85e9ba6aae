"""Who is at a report now: signs of life of its page, written seldom and swept away. Writes; never commits; knows no HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from bot.audit import Actor
from bot.teamwork.claims import LENGTH
from models.session import upsert
from models.work_enums import Doing
from models.working import Claim, Presence

BEAT = timedelta(seconds=15)
"""How often an open page gives a sign of life."""
WRITE_EVERY = timedelta(seconds=10)
"""The same sign is written at most so often; two pages of one person at one report share a row."""
OVERDUE = timedelta(seconds=28)
"""A sign that old is written before a claim is prolonged: a beat writes one thing, and both must stay fresh."""
PROLONG_BELOW = timedelta(minutes=4)
KEEP = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Due:
    """What a beat has to write; a beat between two pages' lives writes one thing at most."""

    presence: bool
    claim: bool


def due(
    own: tuple[Doing, datetime] | None, held_until: datetime | None, *, doing: Doing, wants: bool, opening: bool,
    now: datetime,
) -> Due:
    """`own`: the sign last written. `held_until`: of the viewer's own live claim. `wants`: he may and would have it."""
    presence = own is None or own[0] is not doing or now - own[1] >= WRITE_EVERY
    claim = wants and doing is not Doing.IDLE and (held_until is None or held_until - now < PROLONG_BELOW)
    if presence and claim and not opening:
        first = own is None or own[0] is not doing or now - own[1] >= OVERDUE
        return Due(first, not first)
    return Due(presence, claim)


def mark(session: Session, report_id: int, doing: Doing, *, actor: Actor, now: datetime) -> None:
    """A sign of life. One statement; none is written again within WRITE_EVERY."""
    assert actor.staff_id is not None, "only staff have pages open"
    session.execute(upsert(
        session, Presence, {"report_id": report_id, "staff_id": actor.staff_id}, {"doing": doing, "seen_at": now},
        where=or_(Presence.doing != doing, Presence.seen_at <= now - WRITE_EVERY)))


def leave(session: Session, report_id: int, *, actor: Actor, keep_claim: bool) -> None:
    """The page was left. A claim stays for its minutes only where something was entered."""
    session.execute(delete(Presence).where(Presence.report_id == report_id, Presence.staff_id == actor.staff_id))
    if not keep_claim:
        session.execute(delete(Claim).where(Claim.report_id == report_id, Claim.staff_id == actor.staff_id))


def sweep(session: Session, *, now: datetime) -> None:
    """Takes away signs and claims that ended long ago."""
    session.execute(delete(Presence).where(Presence.seen_at < now - KEEP))
    session.execute(delete(Claim).where(Claim.held_until < now - KEEP - LENGTH))
