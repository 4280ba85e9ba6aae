"""What is said to addresses of the configuration, and to a member of staff: put in the queue, posted, tried again, given up.

A call has an id and may be made twice, so what stays `sending` after a crash is simply made again. Verbs never commit;
`deliver` claims, calls outside any transaction, and writes what became of it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, Row, or_, select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.errors import NotAllowed, NotFound
from models.enums import OutgoingState
from models.outgoing import OutgoingCall
from models.session import insert_new, reading, writing
from models.work_enums import CallTarget, GiveUpReason

log = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
MOST_TRIES = 15
"""With twice the wait each time a day and a half: an address that is down over a weekend's night is reached again."""
STUCK_AFTER = timedelta(minutes=10)
COUNTED = {OutgoingState.SENT: "sent", OutgoingState.FAILED: "failed", OutgoingState.QUEUED: "waiting",
           OutgoingState.CALLED_BACK: "dropped"}
BATCH = 50
OFF = "off"
"""The error of a call whose address no longer stands in the configuration."""
REFUSED = "refused"
"""The error of a mail whose address the relay takes no mail for, now or later."""
FOR_GOOD = frozenset({OFF, REFUSED})
UNREACHED = frozenset({"mail", "timeout", "no_connection"})
"""After one of these nobody waits for the same answer again in the same turn: the other jobs are to have theirs."""
_TOO_LATE = "这一条已经不在这个状态，请刷新看看。"


@dataclass(frozen=True, slots=True)
class Call:
    """One call as whoever makes it sees it. `key`: the same at every try."""

    key: str
    kind: str
    body: Mapping[str, Any]
    made_at: datetime
    address: str | None = None  # of a member, where it goes to one


class Caller(Protocol):
    """Makes calls to one address; None when it was taken, else a short code of what went wrong."""

    def make(self, call: Call, *, now: datetime) -> str | None: ...


Callers = Mapping[CallTarget, Caller]


class ClockNow(Protocol):
    def __call__(self) -> datetime: ...


def enqueue(db: Connection, target: CallTarget, *, kind: str, key: str, body: Mapping[str, Any], now: datetime,
            not_before: datetime | None = None, address: str | None = None) -> int | None:
    """Queues one call; None when `key` was queued before. `body` goes out as it is: no personal data.

    `address`: of the member that it goes to, and only then; dropped where no mail is set.
    """
    return insert_new(db, OutgoingCall.__table__, {  # type: ignore[arg-type]
        "target": target, "kind": kind, "idempotency_key": key, "body": dict(body), "state": OutgoingState.QUEUED, "tries": 0,
        "not_before": not_before or now, "created_at": now, "address": address})


def deliver(engine: Engine, callers: Callers, clock_now: ClockNow, *, now: datetime) -> dict[str, int]:
    """Makes what is due, the oldest first; counts by what became of it."""
    counts: dict[str, int] = {}
    with reading(engine) as session:
        due = session.execute(select(OutgoingCall.id, OutgoingCall.target).where(_due(now))
                              .order_by(OutgoingCall.not_before, OutgoingCall.id).limit(BATCH)).all()
    silent: set[CallTarget] = set()
    for call_id, target in due:
        if target in silent:
            continue
        with writing(engine) as session:
            row = _claim(session.connection(), call_id, clock_now())
        if row is None:
            continue  # another scheduler has it
        caller = callers.get(target)
        call = Call(row.idempotency_key, row.kind, row.body, row.created_at, row.address)
        problem = caller.make(call, now=clock_now()) if caller else OFF
        if problem in UNREACHED:
            silent.add(target)
        with writing(engine) as session:
            word = _note(session.connection(), call_id, row, problem, clock_now())
        counts[word] = counts.get(word, 0) + 1
    return counts


def _due(now: datetime) -> Any:
    stuck = (OutgoingCall.state == OutgoingState.SENDING) & (OutgoingCall.claimed_at < now - STUCK_AFTER)
    return or_((OutgoingCall.state == OutgoingState.QUEUED) & (OutgoingCall.not_before <= now), stuck)


def _claim(db: Connection, call_id: int, now: datetime) -> Row[Any] | None:
    return db.execute(
        update(OutgoingCall).where(OutgoingCall.id == call_id, _due(now))
        .values(state=OutgoingState.SENDING, claimed_at=now, tries=OutgoingCall.tries + 1)
        .returning(OutgoingCall.target, OutgoingCall.idempotency_key, OutgoingCall.kind, OutgoingCall.body, OutgoingCall.tries,
                   OutgoingCall.created_at, OutgoingCall.address)).one_or_none()


def _note(db: Connection, call_id: int, row: Row[Any], problem: str | None, now: datetime) -> str:
    values: dict[str, Any] = {"last_error": problem}
    tries = row.tries
    if problem is None:
        state = OutgoingState.SENT
        values |= {"sent_at": now, "address": None}
    elif problem == OFF and row.target is CallTarget.MEMBER:  # nothing was promised by mail
        state = OutgoingState.CALLED_BACK
        values["address"] = None
    elif problem in FOR_GOOD or tries >= MOST_TRIES:
        state = OutgoingState.FAILED
        log.error("call %d is given up after %d tries: %s", call_id, tries, problem)
    else:
        state = OutgoingState.QUEUED
        values["not_before"] = now + min(FIRST_WAIT * 2 ** (tries - 1), LONGEST_WAIT)
        log.warning("call %d was not taken: %s", call_id, problem)
    db.execute(update(OutgoingCall).where(OutgoingCall.id == call_id, OutgoingCall.state == OutgoingState.SENDING,
                                          OutgoingCall.tries == tries).values(state=state, **values))
    return COUNTED[state]


def send_again(session: Session, call_id: int, *, actor: Actor, now: datetime) -> None:
    """At a person's word with the next turn, and as often as a new one."""
    _move(session, call_id, (OutgoingState.FAILED, OutgoingState.QUEUED), OutgoingState.QUEUED, "send_call_again", actor, now,
          None, not_before=now, tries=0)


def give_up(session: Session, call_id: int, reason: GiveUpReason, *, actor: Actor, now: datetime) -> None:
    _move(session, call_id, (OutgoingState.FAILED, OutgoingState.QUEUED), OutgoingState.CALLED_BACK, "drop_call", actor, now,
          reason, address=None)


def forget_addresses(db: Connection, before: datetime) -> int:
    """How many letters to members of staff, queued before then, are not sent any more; their addresses go."""
    waits = (OutgoingState.QUEUED, OutgoingState.SENDING, OutgoingState.FAILED)
    return db.execute(update(OutgoingCall).where(
        OutgoingCall.target == CallTarget.MEMBER, OutgoingCall.state.in_(waits), OutgoingCall.created_at <= before,
    ).values(state=OutgoingState.CALLED_BACK, address=None)).rowcount


def _move(session: Session, call_id: int, from_: tuple[OutgoingState, ...], to: OutgoingState, verb: str, actor: Actor,
          now: datetime, reason: GiveUpReason | None, **values: Any) -> None:
    before = session.scalar(select(OutgoingCall.state).where(OutgoingCall.id == call_id))
    if before is None:
        raise NotFound("没有这一条。")
    done = session.connection().execute(update(OutgoingCall).where(
        OutgoingCall.id == call_id, OutgoingCall.state == before, OutgoingCall.state.in_(from_)).values(state=to, **values))
    if done.rowcount != 1:
        raise NotAllowed(_TOO_LATE)
    audit.record(session, actor=actor, verb=verb, object_kind="outgoing_call", object_id=call_id, now=now, before=before,
                 after=to, details={"reason": reason.value} if reason else None)
