"""What becomes of a message and its account after a call, by the one table of codes. Writes; never commits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update

from bot.outbox import ledger, rights
from bot.outside import journal
from bot.wechat.client import Answer
from bot.wechat.codes import Action, advise, closes_account
from bot.wechat.profiles import Call
from models.enums import AttemptOutcome, OutgoingState
from models.outgoing import DeliveryAttempt, OutgoingMessage

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
"""A message that was refused waits, twice as long each time."""


@dataclass(frozen=True, slots=True)
class Fate:
    """`again`: another channel may be tried at once."""

    outcome: AttemptOutcome
    state: OutgoingState
    not_before: datetime | None = None
    again: bool = False


def note(db: Connection, attempts: Mapping[int, int], *, account: str, call: Call, answer: Answer,
         now: datetime) -> tuple[str, bool]:
    """Writes down what came of one call; gives the messages' state and whether to look for another channel.

    `attempts`: message → its attempt, of all that the call carried, the one that led it first.
    """
    fate = _fate(db, next(iter(attempts)), account, call, answer, now)
    if fate.state is OutgoingState.FAILED and len(attempts) > 1:
        fate = Fate(fate.outcome, OutgoingState.QUEUED, now)  # nobody knows whose words it was: each alone
    again = [_written(db, outgoing_id, attempt_id, fate, answer, now) for outgoing_id, attempt_id in attempts.items()]
    return fate.state.value, fate.again and again[0]


def _written(db: Connection, outgoing_id: int, attempt_id: int, fate: Fate, answer: Answer, now: datetime) -> bool:
    """Of one of the messages; whether it was ours to move."""
    db.execute(update(DeliveryAttempt).where(DeliveryAttempt.id == attempt_id).values(
        finished_at=now, outcome=fate.outcome, errcode=answer.errcode, error=answer.error or None))
    if fate.outcome is not AttemptOutcome.UNKNOWN:
        key = db.scalar(select(OutgoingMessage.idempotency_key).where(OutgoingMessage.id == outgoing_id))
        journal.note(db, "sent" if fate.outcome is AttemptOutcome.SENT else "unsent", at=now, key=key)
    values: dict[str, object] = {"state": fate.state, "last_error": answer.error or None,
              "sent_at": now if fate.state is OutgoingState.SENT else None}
    if fate.not_before is not None:
        values["not_before"] = fate.not_before
    # An answer that comes after the message was given up on is still the truth, unless a person has decided.
    done = db.execute(update(OutgoingMessage).where(
        OutgoingMessage.id == outgoing_id,
        OutgoingMessage.state.in_((OutgoingState.SENDING, OutgoingState.UNCERTAIN))).values(**values))
    return done.rowcount == 1


def _fate(db: Connection, outgoing_id: int, account: str, call: Call, answer: Answer, now: datetime) -> Fate:
    if answer.errcode is None:
        of_the_account(db, account, answer, now=now)
        if not answer.never_left:
            return Fate(AttemptOutcome.UNKNOWN, OutgoingState.UNCERTAIN)
        return Fate(AttemptOutcome.NEVER_LEFT, OutgoingState.QUEUED, _later(db, outgoing_id, now))
    action = advise(answer.errcode).action
    if action in (Action.PROCEED, Action.DONE):
        rights.works(db, account, Call.API, call, now=now)
        return Fate(AttemptOutcome.SENT, OutgoingState.SENT)
    if action in (Action.BACK_OFF, Action.REFRESH_TOKEN):
        of_the_account(db, account, answer, now=now)
        return Fate(AttemptOutcome.REFUSED, OutgoingState.QUEUED, _later(db, outgoing_id, now))
    if action is Action.WAIT_FOR_QUOTA:
        until = rights.rest(db, account, call, errcode=answer.errcode, now=now, until=ledger.reset_at(now))
        return Fate(AttemptOutcome.REFUSED, OutgoingState.QUEUED, until)
    if action is Action.SWITCH_OFF:
        off = Call.API if closes_account(answer.errcode) else call
        rights.refuse(db, account, off, errcode=answer.errcode, now=now)
    if action in (Action.SWITCH_OFF, Action.HOLD_FOR_READER, Action.GIVE_UP_READER):
        return Fate(AttemptOutcome.REFUSED, OutgoingState.QUEUED, now, again=True)
    return Fate(AttemptOutcome.REFUSED, OutgoingState.FAILED)


def of_the_account(db: Connection, account: str, answer: Answer, *, now: datetime) -> None:
    """The platform gave no answer, or one that says the same of every call: nothing is asked for a while."""
    if answer.errcode is not None and advise(answer.errcode).action is Action.SWITCH_OFF:
        rights.refuse(db, account, Call.API, errcode=answer.errcode, now=now)
    else:
        rights.rest(db, account, Call.API, errcode=answer.errcode, now=now)


def _later(db: Connection, outgoing_id: int, now: datetime) -> datetime:
    tries = db.scalar(select(func.count()).select_from(DeliveryAttempt).where(
        DeliveryAttempt.outgoing_id == outgoing_id)) or 1
    wait: timedelta = min(FIRST_WAIT * 2 ** min(tries - 1, 10), LONGEST_WAIT)
    return now + wait
