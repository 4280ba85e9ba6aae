"""Erasing a person for good: what he gives up by it, the act itself, and the proof that stays (RULES 20). Never commits.

The proof is an entry of the audit trail, sealed with all others: who did it, when, in which way, how many of what.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import SCHEDULER, Actor
from bot.errors import NotFound
from bot.personal import privacy
from bot.readers import persons
from models.audit import AuditEntry
from models.contests import Award, Round
from models.enums import PrizeState, ReportState, RoundState
from models.readers import Reader
from models.reports import Report

VERB, COPIED = "erase_reader", "copy_reader"
SETTLED = (RoundState.PICKED, RoundState.RELEASED)


class Way(StrEnum):
    """How it was asked for."""

    CHAT = "chat"
    PAGE = "own_page"  # his own page, with the digits told in the chat
    CONSOLE = "console"
    OPERATOR = "operator"
    RESTORED = "restored"  # done again: a backup that was brought back did not know of it


class Asked(StrEnum):
    """How a reader who did not write in the chat asked staff, who made sure that it is he."""

    BY_CALL = "by_call"
    BY_LETTER = "by_letter"
    AT_COUNTER = "at_counter"


@dataclass(frozen=True, slots=True)
class GivenUp:
    """What goes with it: prizes that nobody could tell him of any more, those claimed and not yet fetched, and reports
    of rounds that are not picked, which win nothing any more."""

    to_be_claimed: int
    claimed: int
    running: int

    @property
    def anything(self) -> bool:
        return bool(self.to_be_claimed or self.claimed or self.running)


@dataclass(frozen=True, slots=True)
class Proof:
    """One erasure as the audit trail knows it."""

    number: int
    at: datetime
    staff_id: int | None
    reader_id: int
    way: Way
    counts: dict[str, int]


def given_up(db: Connection, reader_ids: Sequence[int]) -> GivenUp:
    """Asked before anything goes."""
    prizes = Counter(db.scalars(
        select(Award.state).join(Round, Round.id == Award.round_id).where(
            Award.reader_id.in_(reader_ids), Round.state == RoundState.RELEASED, Award.vacated_at.is_(None))))
    running = db.scalar(select(func.count(Report.id)).join(Round, Round.id == Report.round_id).where(
        Report.reader_id.in_(reader_ids), Report.late.is_(False), Round.state.not_in(SETTLED),
        Report.state.not_in((ReportState.WITHDRAWN, ReportState.LAPSED))))
    return GivenUp(prizes[PrizeState.TO_BE_CLAIMED], prizes[PrizeState.CLAIMED], running or 0)


def left_of(db: Connection, reader_ids: Sequence[int]) -> Sequence[int]:
    """Those of them who are there and not erased."""
    return db.scalars(select(Reader.id).where(Reader.id.in_(reader_ids), Reader.erased_at.is_(None)).order_by(Reader.id)).all()


def erase(db: Connection, reader_ids: Sequence[int], *, way: Way, actor: Actor, now: datetime,
          asked: Asked | None = None) -> dict[str, int]:
    """All these readers, who are one person; the proof stands on the first. NotFound where nobody of them is left.

    A session that shares the connection forgets what it knew: expire_all.
    """
    left = left_of(db, reader_ids)
    if not left:
        raise NotFound("没有这位读者，或者他的信息已经删除了。")
    counts: dict[str, int] = {"accounts": len(left)}
    for reader_id in left:
        for kind, many in privacy.erase(db, reader_id, now=now).items():
            counts[kind] = counts.get(kind, 0) + many
    proof: dict[str, int | str] = {kind: many for kind, many in counts.items() if many}
    if asked is not None:
        proof["asked"] = asked.value
    for reader_id in left:
        audit.write(db, actor=actor, verb=VERB, object_kind="reader", object_id=reader_id, now=now, after=way,
                    details=proof if reader_id == left[0] else {"with": left[0]})
    return counts


def erase_in_chat(db: Connection, reader_id: int, *, now: datetime, way: Way = Way.CHAT) -> bool:
    """At his own word, there or on his page (`way`): he and the readers he has shown to be himself. Whether something
    stays for a claimed prize."""
    together = persons.proved_with(db, reader_id)
    erase(db, together, way=way, actor=SCHEDULER, now=now)
    return any(privacy.keeps_for_prize(db, one) for one in together)


def note_copy(db: Connection, reader_id: int, *, way: Way, actor: Actor, now: datetime, accounts: int,
              asked: Asked | None = None) -> None:
    """Somebody took a copy of what is held: the trail says who, of whom, how it was asked for."""
    audit.write(db, actor=actor, verb=COPIED, object_kind="reader", object_id=reader_id, now=now, after=way,
                details={"accounts": accounts} | ({"asked": asked.value} if asked is not None else {}))


def proofs(session: Session, limit: int, *, reader_id: int | None = None) -> list[Proof]:
    """The newest first."""
    wanted = select(AuditEntry).where(AuditEntry.verb == VERB, AuditEntry.object_kind == "reader")
    if reader_id is not None:
        wanted = wanted.where(AuditEntry.object_id == reader_id)
    return [Proof(row.id, row.at, row.staff_id, row.object_id or 0, Way(row.after or Way.CONSOLE),
                  {kind: many for kind, many in row.details.items() if isinstance(many, int)})
            for row in session.scalars(wanted.order_by(AuditEntry.id.desc()).limit(limit))]
