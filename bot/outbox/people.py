"""What people decide of messages that did not simply go: sent, once more, not at all; and of calls switched off.

Writes with an audit entry; never commits.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.errors import NotAllowed, NotFound
from bot.outbox import rights
from bot.outbox.ledger import Why
from bot.outbox.queue import GRACE
from bot.wechat.profiles import Call
from models.enums import UNSENT, OutgoingState, RightState
from models.outgoing import CallRight, OutgoingMessage
from models.readers import Reader
from models.work_enums import GiveUpReason

AGAIN = (OutgoingState.UNCERTAIN, OutgoingState.FAILED)
DROPPED = (OutgoingState.QUEUED, OutgoingState.UNREACHABLE, OutgoingState.UNCERTAIN, OutgoingState.FAILED)
_TOO_LATE = "这条消息已经不在这个状态，请刷新看看。"


def mark_sent(session: Session, outgoing_id: int, *, actor: Actor, now: datetime) -> None:
    """A person knows that the reader has it (an uncertain one), or told him otherwise (any other)."""
    _move(session, outgoing_id, DROPPED, OutgoingState.SENT, "mark_sent", actor, now, sent_at=now)


def send_again(session: Session, outgoing_id: int, *, actor: Actor, now: datetime) -> None:
    """Once more, at a person's word: the reader may get it twice, or it failed for a reason now mended."""
    _move(session, outgoing_id, AGAIN, OutgoingState.QUEUED, "send_again", actor, now, not_before=now + GRACE,
          expires_at=None, last_error=None)


def hurry(session: Session, outgoing_id: int, *, actor: Actor, now: datetime) -> None:
    """What waits for a time or for the reader is tried with the next turn."""
    _move(session, outgoing_id, UNSENT, OutgoingState.QUEUED, "hurry_message", actor, now, not_before=now)


def waits(session: Session, outgoing_id: int) -> bool:
    """Whether it may still leave by itself: then it is hurried, not sent again."""
    return session.scalar(select(OutgoingMessage.state).where(OutgoingMessage.id == outgoing_id)) in UNSENT


def drop(session: Session, outgoing_id: int, *, actor: Actor, now: datetime, reason: GiveUpReason | None = None) -> None:
    """It is not to go (again)."""
    _move(session, outgoing_id, DROPPED, OutgoingState.CALLED_BACK, "drop_message", actor, now, reason)


def _move(session: Session, outgoing_id: int, from_: tuple[OutgoingState, ...], to: OutgoingState, verb: str,
          actor: Actor, now: datetime, reason: GiveUpReason | None = None, **values: object) -> None:
    before = session.execute(select(OutgoingMessage.state, OutgoingMessage.text).where(
        OutgoingMessage.id == outgoing_id)).first()
    if before is None:
        raise NotFound("没有这条消息。")
    if before.state not in from_ or (to is OutgoingState.QUEUED and not before.text):
        raise NotAllowed(_TOO_LATE)
    done = session.connection().execute(update(OutgoingMessage).where(
        OutgoingMessage.id == outgoing_id, OutgoingMessage.state == before.state).values(state=to, **values))
    if done.rowcount != 1:
        raise NotAllowed(_TOO_LATE)
    audit.record(session, actor=actor, verb=verb, object_kind="outgoing_message", object_id=outgoing_id, now=now,
                 before=before.state, after=to, details={"reason": reason.value} if reason else None)


def switch_on(session: Session, account: str, call: Call, *, actor: Actor, now: datetime) -> None:
    """What was refused has been mended: the call is used again, and what it held back is looked at anew."""
    if not rights.forget(session.connection(), account, call):
        raise NotAllowed("这个接口没有停用，请刷新看看。")
    wake(session, account, now=now)
    audit.record(session, actor=actor, verb="switch_on_call", object_kind="account", object_id=None, now=now,
                 details={"account": account, "call": call.value})


def take_note(session: Session, account: str, call: Call, *, actor: Actor, now: datetime) -> None:
    """Somebody knows that the call is off and leaves it so."""
    done = session.connection().execute(update(CallRight).where(
        CallRight.account == account, CallRight.call == call.value, CallRight.state == RightState.REFUSED,
        CallRight.noted_at.is_(None)).values(noted_at=now))
    if done.rowcount != 1:
        raise NotAllowed("这个接口没有停用，或已经有人知道了。")
    audit.record(session, actor=actor, verb="note_call_off", object_kind="account", object_id=None, now=now,
                 details={"account": account, "call": call.value})


def wake(session: Session, account: str, *, now: datetime) -> None:
    """What waited for a call of this account may find it open."""
    session.connection().execute(update(OutgoingMessage).where(
        OutgoingMessage.state == OutgoingState.UNREACHABLE,
        OutgoingMessage.last_error.in_((Why.SWITCHED_OFF, Why.NO_CHANNEL)),
        OutgoingMessage.reader_id.in_(select(Reader.id).where(Reader.account == account)),
    ).values(state=OutgoingState.QUEUED, not_before=now))
