"""来信: messages kept for a person, answered, closed, or turned into reports. Writes; never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.catalogue.library import Library
from bot.dialogue import phrases
from bot.errors import BadInput, NotAllowed, NotFound, WoodpeckerError
from bot.filing import reports
from bot.filing.reports import Coming, Filed
from bot.letters import taken_down
from bot.outbox import queue
from bot.understanding.values import Amendment, Finding
from models.appeals import MessageSeen, TurnedMessage
from models.enums import MESSAGE_MOVES, UNSENT, MessageFate, OutgoingState, ReportSource
from models.messages import Message
from models.outgoing import OutgoingMessage
from models.readers import Reader
from models.session import insert_new_row

KIND = "desk"
LONGEST_ANSWER = 600
"""Characters; a message to a reader holds 2048 bytes."""
LONGEST_REASON = 500
SOURCES = {"image": ReportSource.PHOTO, "voice": ReportSource.VOICE}


def answer(session: Session, message_id: int, text: str, *, actor: Actor, now: datetime) -> None:
    """Writes to the reader in free words; it leaves ten seconds later and can be called back until then."""
    message = _get(session.connection(), message_id)
    text = text.strip()
    if not text or len(text) > LONGEST_ANSWER:
        raise BadInput(f"请写回复，不超过{LONGEST_ANSWER}字。")
    _enqueue(session, message, text, now)
    audit.record(session, actor=actor, verb="answer_message", object_kind="message", object_id=message_id, now=now)


def _enqueue(session: Session, message: Row[Any], text: str, now: datetime) -> None:
    # One after the other: else the second of two answers at once would meet the first one's number.
    session.execute(select(Message.id).where(Message.id == message.id).with_for_update(key_share=True))
    before = session.execute(select(OutgoingMessage.text, OutgoingMessage.state).where(
        OutgoingMessage.kind == KIND, OutgoingMessage.idempotency_key.startswith(f"desk-{message.id}-"))).all()
    if any(one.text == text and one.state in UNSENT for one in before):
        raise NotAllowed("同样的回复已经在等着发出，不用再交一次。")
    queued = None if message.reader_id is None else queue.enqueue(
        session.connection(), reader_id=message.reader_id, kind=KIND, text=text,
        key=f"desk-{message.id}-{len(before) + 1}", now=now)
    if queued is None:
        raise NotAllowed("这位读者已经取消关注，消息发不到了。")


def take_back(session: Session, message_id: int, outgoing_id: int, *, actor: Actor, now: datetime) -> None:
    """Calls an answer back that has not left yet."""
    key = session.scalar(select(OutgoingMessage.idempotency_key).where(
        OutgoingMessage.id == outgoing_id, OutgoingMessage.idempotency_key.startswith(f"desk-{message_id}-")))
    if key is None:
        raise NotFound("没有这条回复。")
    if not queue.call_back(session.connection(), key):
        raise NotAllowed("这条回复已经发出，撤不回了。")
    audit.record(session, actor=actor, verb="take_back_answer", object_kind="message", object_id=message_id,
                 now=now, after=OutgoingState.CALLED_BACK)


def close(session: Session, message_id: int, reason: str, *, actor: Actor, now: datetime) -> None:
    """Nothing more is to be done with it; the reason stays inside the house."""
    message = _get(session.connection(), message_id)
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise BadInput(f"请写一句结案的理由，不超过{LONGEST_REASON}字。")
    _move(session, message, MessageFate.DESK_CLOSED, closed_at=now, closed_by_id=actor.staff_id,
          close_reason=reason.strip())
    audit.record(session, actor=actor, verb="close_message", object_kind="message", object_id=message_id, now=now,
                 before=message.fate, after=MessageFate.DESK_CLOSED)


def reopen(session: Session, message_id: int, *, actor: Actor, now: datetime) -> None:
    """A closed message is open again."""
    message = _get(session.connection(), message_id)
    if message.fate is not MessageFate.DESK_CLOSED:
        raise NotAllowed("这封来信没有结案。")
    _move(session, message, MessageFate.DESK, closed_at=None, closed_by_id=None, close_reason=None)
    audit.record(session, actor=actor, verb="reopen_message", object_kind="message", object_id=message_id, now=now,
                 before=MessageFate.DESK_CLOSED, after=MessageFate.DESK)


def close_many(session: Session, message_ids: Sequence[int], reason: str, *, actor: Actor,
               now: datetime) -> tuple[tuple[int, ...], tuple[tuple[int, str], ...]]:
    """Closes those that can be closed: (closed, (skipped, why) each). BadInput for a reason that is none."""
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise BadInput(f"请写一句结案的理由，不超过{LONGEST_REASON}字。")
    closed: list[int] = []
    skipped: list[tuple[int, str]] = []
    for message_id in dict.fromkeys(message_ids):
        try:
            close(session, message_id, reason, actor=actor, now=now)
        except WoodpeckerError as problem:
            skipped.append((message_id, str(problem)))
        else:
            closed.append(message_id)
    return tuple(closed), tuple(skipped)


def closable(session: Session, message_ids: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Which of these letters `close_many` would close now, and which not. Reads only."""
    fates = {row.id: row.fate for row in session.execute(
        select(Message.id, Message.fate).where(Message.id.in_(message_ids)))}
    asked = tuple(dict.fromkeys(message_ids))
    can = tuple(one for one in asked if one in fates and MessageFate.DESK_CLOSED in MESSAGE_MOVES[fates[one]])
    return can, tuple(one for one in asked if one not in can)


def seen(session: Session, message_id: int, *, actor: Actor, now: datetime) -> None:
    """Whoever opened the letter has seen it. No audit entry: nothing is decided."""
    insert_new_row(session.connection(), MessageSeen, {
        "message_id": message_id, "staff_id": actor.staff_id, "seen_at": now})


def to_report(
    session: Session, library: Library, message_id: int, text: str, *, actor: Actor, now: datetime,
    amendments: Sequence[Amendment] = (),
) -> list[Filed]:
    """Files what an editor heard, saw or understood in a message, at the message's own time (RULES 2).

    `text` is read like a reader's message, then the fields of `amendments` replaced. BadInput when it holds no error.
    """
    db = session.connection()
    message = _get(db, message_id)
    if message.reader_id is None:
        raise NotAllowed("这封来信没有读者，不能转为纠错。")
    _check(message, MessageFate.READ)
    sent_at = sent_at_of(message)
    complete = taken_down.complete(db, library, text, amendments, sent_at=sent_at)
    filed = [_file(db, message, one, sent_at, now) for one in complete]
    _move(session, message, MessageFate.READ)
    insert_new_row(db, TurnedMessage, {"message_id": message_id, "staff_id": actor.staff_id, "turned_at": now})
    _tell(db, message, filed, now)
    audit.record(session, actor=actor, verb="message_to_report", object_kind="message", object_id=message_id,
                 now=now, before=message.fate, after=MessageFate.READ,
                 details={"reports": [one.report_id for one in filed]})
    return filed


def sent_at_of(message: Row[Any]) -> datetime:
    """When the letter was written. A forged CreateTime may lie outside what a datetime holds: then the receipt."""
    if 0 <= message.create_time <= message.received_at.timestamp():
        return datetime.fromtimestamp(message.create_time, UTC)
    return message.received_at  # type: ignore[no-any-return]


def _file(db: Connection, message: Row[Any], finding: Finding, sent_at: datetime, now: datetime) -> Filed:
    coming = Coming(message.id, message.account, message.reader_id, message.person_id, sent_at,
                    message.counts_at, message.time_flagged)
    source = SOURCES.get(message.msg_type, ReportSource.STAFF)
    return reports.file(db, coming, finding, complete=True, now=now, source=source)


def _tell(db: Connection, message: Row[Any], filed: list[Filed], now: datetime) -> None:
    """The reader hears what was put on record for him; who has gone is not told."""
    text = phrases.recorded_for_you([(one.ordinal, one.report_id, one.finding.wrong, one.finding.right)
                                     for one in filed])
    queue.enqueue(db, reader_id=message.reader_id, kind="receipt", text=text, key=f"desk-filed-{message.id}",
                  report_id=filed[0].report_id, now=now)


def _get(db: Connection, message_id: int) -> Row[Any]:
    row = db.execute(select(Message.__table__, Reader.person_id).outerjoin(Reader, Reader.id == Message.reader_id)
                     .where(Message.id == message_id)).first()
    if row is None:
        raise NotFound("没有这封来信。")
    return row


def _check(message: Row[Any], to: MessageFate) -> None:
    if to not in MESSAGE_MOVES[message.fate]:
        raise NotAllowed("这封来信已经处理过了，请先刷新看看。")


def _move(session: Session, message: Row[Any], to: MessageFate, **values: Any) -> None:
    _check(message, to)
    done = session.connection().execute(update(Message).where(
        Message.id == message.id, Message.fate == message.fate).values(fate=to, **values))
    if done.rowcount != 1:
        raise NotAllowed("这封来信刚刚有人处理过了，请刷新看看。")
