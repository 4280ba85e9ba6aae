"""Sends what is queued, by the best channel permitted now. No transaction is open during a call.

A customer message has no idempotency key: `sending` is written before the call, and what stays there
after a crash goes to a person (`uncertain`), never out again by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from bot.wechat.client import Answer
from bot.wechat.codes import Action, advise
from models.enums import OutgoingState
from models.outgoing import DeliveryAttempt, OutgoingMessage
from models.readers import Reader
from models.session import writing

WINDOW = timedelta(hours=48)
"""After a reader's message an account may send him customer messages for 48 hours (platform, customer service page)."""
WINDOW_QUOTA = 5
AGAIN_IN = timedelta(minutes=10)
STUCK_AFTER = timedelta(minutes=2)
BATCH = 50
CUSTOMER_MESSAGE = "customer"


class Sender(Protocol):
    def send_text(self, openid: str, text: str) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Claimed:
    outgoing_id: int
    attempt_id: int
    account: str
    openid: str
    text: str


class Delivery:
    """`senders` by account name; an account without one may not send by itself (not verified, no secret)."""

    def __init__(self, senders: Mapping[str, Sender], clock_now: Callable[[], datetime]) -> None:
        self._senders = senders
        self._now = clock_now

    def run(self, engine: Engine, *, now: datetime) -> dict[str, Any]:
        """Sends what is due; counts by what became of it."""
        counts: dict[str, Any] = {}
        with writing(engine) as session:
            stuck = _give_up_stuck(session, now)
            expired = _expire(session, now)
            due = _due(session, now)
        for outgoing_id in due:
            state = self._one(engine, outgoing_id)
            counts[state] = counts.get(state, 0) + 1
        for word, number in (("uncertain", stuck), ("expired", expired)):
            if number:
                counts[word] = counts.get(word, 0) + number
        return counts

    def _one(self, engine: Engine, outgoing_id: int) -> str:
        now = self._now()
        with writing(engine) as session:
            claimed, state = self._claim(session, outgoing_id, now)
        if claimed is None:
            return state
        answer = self._senders[claimed.account].send_text(claimed.openid, claimed.text)
        with writing(engine) as session:
            return _note(session, claimed, answer, self._now())

    def _claim(self, session: Session, outgoing_id: int, now: datetime) -> tuple[Claimed | None, str]:
        row = session.execute(
            select(OutgoingMessage.text, Reader.id.label("reader_id"), Reader.account, Reader.openid,
                   Reader.last_message_at)
            .join(Reader, Reader.id == OutgoingMessage.reader_id).where(OutgoingMessage.id == outgoing_id)
        ).one()
        why_not = self._why_not(session, row, now)
        if why_not is not None:
            return None, _hold(session, outgoing_id, why_not, now)
        done = session.execute(
            update(OutgoingMessage)
            .where(OutgoingMessage.id == outgoing_id, OutgoingMessage.state == OutgoingState.QUEUED)
            .values(state=OutgoingState.SENDING, claimed_at=now).execution_options(synchronize_session=False)
        )
        if done.rowcount != 1:  # type: ignore[attr-defined]
            return None, "taken"
        attempt = DeliveryAttempt(outgoing_id=outgoing_id, channel=CUSTOMER_MESSAGE, started_at=now)
        session.add(attempt)
        session.flush()
        return Claimed(outgoing_id, attempt.id, row.account, row.openid, row.text), ""

    def _why_not(self, session: Session, row: Any, now: datetime) -> str | None:
        """Why no channel is open to this reader now; known before the platform would refuse."""
        if row.openid is None:
            return "gone"
        if row.account not in self._senders:
            return "no_channel"
        if row.last_message_at is None or now - row.last_message_at > WINDOW:
            return "window"
        sent = session.scalar(select(func.count()).select_from(OutgoingMessage).where(
            OutgoingMessage.reader_id == row.reader_id, OutgoingMessage.sent_at >= row.last_message_at)) or 0
        return "quota" if sent >= WINDOW_QUOTA else None


def _hold(session: Session, outgoing_id: int, why: str, now: datetime) -> str:
    """What cannot go now waits for the reader's next message; what can never go is shown as unreachable."""
    never = why in ("gone", "no_channel")
    values: dict[str, Any] = {"last_error": why}
    values |= {"state": OutgoingState.UNREACHABLE} if never else {"not_before": now + AGAIN_IN}
    session.execute(update(OutgoingMessage).where(
        OutgoingMessage.id == outgoing_id, OutgoingMessage.state == OutgoingState.QUEUED).values(**values))
    return "unreachable" if never else "waiting"


def _note(session: Session, claimed: Claimed, answer: Answer, now: datetime) -> str:
    session.execute(update(DeliveryAttempt).where(DeliveryAttempt.id == claimed.attempt_id).values(
        finished_at=now, errcode=answer.errcode, error=answer.error or None))
    state, values = _outcome(answer, now)
    session.execute(update(OutgoingMessage).where(
        OutgoingMessage.id == claimed.outgoing_id, OutgoingMessage.state == OutgoingState.SENDING,
    ).values(state=state, last_error=answer.error or None, **values))
    return state.value


def _outcome(answer: Answer, now: datetime) -> tuple[OutgoingState, dict[str, Any]]:
    """What becomes of the message, by the one table of codes."""
    if answer.errcode is None:
        if answer.never_left:
            return OutgoingState.QUEUED, {"not_before": now + AGAIN_IN}
        return OutgoingState.UNCERTAIN, {}
    action = advise(answer.errcode).action
    if action in (Action.PROCEED, Action.DONE):
        return OutgoingState.SENT, {"sent_at": now}
    if action in (Action.BACK_OFF, Action.REFRESH_TOKEN, Action.WAIT_FOR_QUOTA, Action.HOLD_FOR_READER):
        return OutgoingState.QUEUED, {"not_before": now + AGAIN_IN}
    if action in (Action.GIVE_UP_READER, Action.SWITCH_OFF):
        return OutgoingState.UNREACHABLE, {}
    return OutgoingState.FAILED, {}


def _due(session: Session, now: datetime) -> list[int]:
    return list(session.scalars(
        select(OutgoingMessage.id)
        .where(OutgoingMessage.state == OutgoingState.QUEUED, OutgoingMessage.not_before <= now)
        .order_by(OutgoingMessage.not_before, OutgoingMessage.id).limit(BATCH)
    ))


def _give_up_stuck(session: Session, now: datetime) -> int:
    """Claimed and never noted: the process died in between. It may have been sent, so a person looks."""
    done = session.execute(
        update(OutgoingMessage)
        .where(OutgoingMessage.state == OutgoingState.SENDING, OutgoingMessage.claimed_at < now - STUCK_AFTER)
        .values(state=OutgoingState.UNCERTAIN).execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def _expire(session: Session, now: datetime) -> int:
    done = session.execute(
        update(OutgoingMessage)
        .where(OutgoingMessage.state == OutgoingState.QUEUED, OutgoingMessage.expires_at <= now)
        .values(state=OutgoingState.FAILED, last_error="expired").execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]
